//! Neighbours are told of new addresses: frames as another port of the bridge sees them.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::links::traffic::{Sniffer, parse_mac};
use crate::support::{Container, Host};

/// A tcpdump in a container, ended with the test.
struct Capture {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Capture {
    /// Starts to listen, and returns when it does.
    fn start(container: &Container) -> Self {
        let args = "-i eth1 -n -e -t -l --immediate-mode arp or icmp or icmp6";
        let mut command = Command::new("tcpdump");
        command
            .args(args.split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = container.place().run(move || command.spawn()).unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let listens = said.any(|line| line.unwrap().starts_with("listening on"));
        assert!(listens, "tcpdump does not listen");
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The frames from that MAC, up to the echo request that ends the capture.
    fn until_echo(mut self, mac: &str) -> Vec<String> {
        let mut seen = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "{seen:?}");
            if line.contains("echo request") {
                return seen;
            }
            if line.starts_with(mac) {
                seen.push(line);
            }
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const MAC: &str = "02:00:00:00:00:05";

fn heard(options: &str) -> Vec<String> {
    let host = Host::new();
    let (ears, blue) = (host.container("ears"), host.container("blue"));
    host.netpipe("attach netns:ears br0 10.0.0.9/24 fd00::9/64")
        .status(0);
    let capture = Capture::start(&ears);
    host.netpipe(format!(
        "attach netns:blue br0 10.0.0.5/24 10.0.0.6/24 fd00::5/64 --mac {MAC} {options}"
    ))
    .status(0);
    // Frames keep their order on a bridge: this one comes behind all announcements.
    assert!(blue.comes_to_reach("10.0.0.9"));
    capture.until_echo(MAC)
}

fn count(frames: &[String], piece: &str) -> usize {
    frames.iter().filter(|line| line.contains(piece)).count()
}

#[test]
fn each_address_is_announced_three_times_with_the_right_mac() {
    let frames = heard("");
    for address in ["10.0.0.5", "10.0.0.6"] {
        let request = format!("Request who-has {address} ");
        let source = format!("tell {address}, length");
        let mine: Vec<_> = frames
            .iter()
            .filter(|line| line.contains(&request) && line.contains(&source))
            .collect();
        assert_eq!(mine.len(), 3, "{frames:#?}");
        let to_all = format!("{MAC} > ff:ff:ff:ff:ff:ff");
        assert!(mine.iter().all(|line| line.starts_with(&to_all)));
    }
    let advertised = "neighbor advertisement, tgt is fd00::5";
    assert_eq!(count(&frames, advertised), 3, "{frames:#?}");
    assert_eq!(
        count(&frames, &format!("{MAC} > 33:33:00:00:00:01")),
        3,
        "{frames:#?}"
    );
}

#[test]
fn no_announce_says_nothing() {
    let frames = heard("--no-announce");
    assert_eq!(count(&frames, "neighbor advertisement, tgt is fd00::5"), 0);
    for address in ["10.0.0.5", "10.0.0.6"] {
        let own = format!("tell {address}, length");
        let request = format!("Request who-has {address} ");
        let gratuitous = frames
            .iter()
            .filter(|line| line.contains(&request) && line.contains(&own));
        assert_eq!(gratuitous.count(), 0, "{frames:#?}");
    }
}

#[test]
fn a_neighbours_cache_follows_the_address_to_its_new_container() {
    let host = Host::new();
    let ears = host.container("ears");
    let _all = [host.container("blue"), host.container("red")];
    host.netpipe("attach netns:ears br0 10.0.0.9/24").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --mac 02:00:00:00:00:01")
        .status(0);
    assert!(ears.comes_to_reach("10.0.0.5"));
    let cached = || ears.sh("ip neigh show 10.0.0.5");
    assert!(cached().contains("02:00:00:00:00:01"), "{}", cached());
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("attach netns:red br0 10.0.0.5/24 --mac 02:00:00:00:00:02")
        .status(0);
    assert!(ears.comes_to_reach("10.0.0.5"));
    assert!(cached().contains("02:00:00:00:00:02"), "{}", cached());
}

/// The kernel lets a link send only a moment after it has a carrier; the busier it is, the
/// later.
#[test]
fn no_announcement_is_lost_when_many_come_at_once() {
    const COUNT: usize = 12;
    let host = Host::new();
    let ears = host.container("ears");
    host.netpipe("attach netns:ears br0 10.0.0.200/24")
        .status(0);
    let names: Vec<_> = (1..=COUNT).map(|number| format!("c{number}")).collect();
    let _all: Vec<_> = names.iter().map(|name| host.container(name)).collect();
    let sniffer = Sniffer::start(&ears);
    let running = (1..=COUNT).map(|number| {
        host.call(format!(
            "attach netns:c{number} br0 10.0.0.{number}/24 --mac 02:00:00:00:01:{number:02x}"
        ))
        .spawn()
    });
    let running: Vec<_> = running.collect();
    for mut one in running {
        assert!(one.wait().unwrap().success());
    }
    let heard = sniffer.stop().arps;
    for number in 1..=COUNT {
        let mac = parse_mac(&format!("02:00:00:00:01:{number:02x}"));
        let announced = heard.get(&mac).is_some_and(|frames| *frames >= 3);
        assert!(announced, "{number}: {heard:?}");
    }
}
