//! Keeping a lease.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::server::{
    ACK, DISCOVER, Lan, NAK, OFFER, RELEASE, REQUEST, Script, gives, good, option,
};

fn addresses(lan: &Lan) -> String {
    lan.blue.sh("ip -4 -o address show eth1")
}

#[test]
fn a_hold_renews_with_udhcpd_and_follows_it_to_another_range() {
    let lan = Lan::new();
    let server = lan.udhcpd((20, 30), "opt lease 6");
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("attached: netns:blue eth1 in br0 with 10.9.0.2");
    held.awaits("holding: netns:blue eth1 with");
    held.awaits("renewed: eth1: 10.9.0.2");
    lan.netpipe("check").status(0);
    // Another range: the server refuses, or gives something else.
    drop(server);
    std::fs::remove_file(lan.host.directory().join("udhcpd.leases")).unwrap();
    let _server = lan.udhcpd((120, 130), "opt lease 6");
    held.awaits("changed: eth1: 10.9.0.12");
    assert!(addresses(&lan).contains("10.9.0.12"), "{}", addresses(&lan));
    assert!(
        !addresses(&lan).contains("inet 10.9.0.2"),
        "{}",
        addresses(&lan)
    );
    lan.netpipe("check").status(0);
    held.signal(Signal::SIGTERM);
    held.awaits("ended: netns:blue eth1: stopped");
    held.ends(0);
    assert_eq!(addresses(&lan), "");
}

#[test]
fn a_refused_renewal_starts_over() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(6)));
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("holding");
    server.now(|asked| match asked.kind {
        REQUEST if !asked.ciaddr.is_unspecified() => {
            vec![asked.reply(NAK, [0; 4].into(), &option(54, &[10, 9, 0, 1]))]
        }
        DISCOVER => vec![asked.reply(OFFER, [10, 9, 0, 80].into(), &good(600))],
        REQUEST => vec![asked.reply(ACK, [10, 9, 0, 80].into(), &good(600))],
        _ => Vec::new(),
    });
    held.awaits("its lease is over, asking for another");
    held.awaits("changed: eth1: 10.9.0.80 for 600 s");
    assert!(
        addresses(&lan).contains("10.9.0.80/24"),
        "{}",
        addresses(&lan)
    );
    assert!(
        !addresses(&lan).contains("10.9.0.70"),
        "{}",
        addresses(&lan)
    );
    assert_eq!(lan.leases()[0]["address"], "10.9.0.80/24");
}

#[test]
fn a_server_that_is_gone_is_waited_for() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(6)));
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("holding");
    server.now(|_| Vec::new());
    held.awaits("its lease is over, asking for another");
    // What nobody renewed is used no more.
    assert_eq!(addresses(&lan), "");
    lan.netpipe("check").status(1);
    server.now(gives([10, 9, 0, 70], good(600)));
    held.awaits("changed: eth1: 10.9.0.70 for 600 s");
    lan.netpipe("check").status(0);
}

#[test]
fn options_that_change_are_followed() {
    let lan = Lan::new();
    let with = |router: u8, mtu: u16| {
        [
            good(6),
            option(3, &[10, 9, 0, router]),
            option(26, &mtu.to_be_bytes()),
            option(121, &[24, 10, 66, router, 10, 9, 0, router]),
        ]
        .concat()
    };
    let with_default = |router: u8, mtu: u16| {
        let mut all = with(router, mtu);
        let route = [24, 10, 66, router, 10, 9, 0, router, 0, 10, 9, 0, router];
        let at = all.len() - 10;
        all.truncate(at);
        all.extend(option(121, &route));
        all
    };
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], with_default(1, 1400)));
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("holding");
    server.now(gives([10, 9, 0, 70], with_default(2, 1300)));
    server.awaits(REQUEST);
    held.awaits("renewed");
    let shown = lan.blue.sh("ip route && ip link show eth1");
    assert!(shown.contains("default via 10.9.0.2 dev eth1"), "{shown}");
    assert!(shown.contains("10.66.2.0/24 via 10.9.0.2"), "{shown}");
    assert!(!shown.contains("10.9.0.1 "), "{shown}");
    assert!(shown.contains("mtu 1300"), "{shown}");
    lan.netpipe("check").status(0);
}

#[test]
fn a_hold_ends_with_its_target_and_gives_back() {
    let lan = Lan::new();
    let server = lan.dnsmasq("--dhcp-range=10.9.0.50,10.9.0.60,120");
    lan.netpipe("attach netns:blue br0 dhcp").status(0);
    let held = lan.start("dhcp hold netns:blue");
    held.awaits("holding");
    lan.netpipe("dhcp hold netns:blue")
        .status(3)
        .stderr_has("another netpipe keeps the leases");
    // It would ask again.
    lan.netpipe("dhcp release netns:blue")
        .status(3)
        .stderr_has("keeps them\nhint: `kill ");
    let Lan { host, blue, srv } = lan;
    host.remove(blue);
    held.awaits("ended: netns:blue eth1: its target is gone");
    held.ends(0);
    server.awaits("DHCPRELEASE(eth0) 10.9.0.5");
    host.netpipe("gc").status(0);
    assert_eq!(
        host.netpipe("list --json").status(0).json(),
        serde_json::json!([])
    );
    drop(srv);
}

#[test]
fn a_hold_ends_with_a_detach_and_runs_in_the_background() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(6)));
    lan.netpipe("attach netns:blue br0 dhcp --hold=background")
        .status(0)
        .stdout_has("holding: netns:blue eth1 by process");
    let holder = lan.leases()[0]["holder"].as_u64().unwrap();
    // It renews by itself.
    loop {
        let asked = server.awaits(REQUEST);
        if !asked.ciaddr.is_unspecified() {
            break;
        }
    }
    lan.netpipe("detach netns:blue").status(0).stderr("");
    server.awaits(RELEASE);
    ends(holder);
    lan.netpipe("dhcp hold netns:blue --background")
        .status(4)
        .stderr_has("has no attachment that asks for addresses");
}

/// Waits until a process has ended.
fn ends(process: u64) {
    let end = Instant::now() + Duration::from_secs(20);
    while std::fs::read_link(format!("/proc/{process}/exe")).is_ok() {
        assert!(Instant::now() < end, "{process} goes on");
        std::thread::yield_now();
    }
}

#[test]
fn a_holder_in_the_background_holds_nothing_of_its_caller() {
    let lan = Lan::new();
    let _server = lan.udhcpd((20, 30), "opt lease 600");
    // Its reader waits for the end of all that have the pipe, by whatever number.
    let line = format!(
        "exec 7>&1 8>&2 && cd {} && {} --state-dir state --host-name h --ovs-db unix:/none/db.sock \
         attach netns:blue br0 dhcp --hold=background",
        lan.host.directory().display(),
        env!("CARGO_BIN_EXE_netpipe"),
    );
    lan.host.sh(&line);
    let list = format!(
        "cd {} && {} --state-dir state --host-name h dhcp list --json",
        lan.host.directory().display(),
        env!("CARGO_BIN_EXE_netpipe"),
    );
    let list: serde_json::Value = serde_json::from_str(&lan.host.sh(&list)).unwrap();
    let holder = list[0]["holder"].as_u64().unwrap();
    let of = |what: &str| format!("/proc/{holder}/{what}");
    let stat = std::fs::read_to_string(of("stat")).unwrap();
    // Its session (proc(5)).
    let session = stat.rsplit(')').next().unwrap().split_whitespace().nth(3);
    assert_eq!(session, Some(holder.to_string().as_str()));
    assert_eq!(std::fs::read_link(of("cwd")).unwrap().to_str(), Some("/"));
    assert_eq!(std::fs::read_to_string(of("comm")).unwrap(), "netpipe\n");
    let words = std::fs::read_to_string(of("cmdline")).unwrap();
    assert!(words.starts_with("netpipe\0--state-dir\0/"), "{words}");
    assert!(words.contains("--ovs-db\0unix:/none/db.sock\0"), "{words}");
    for number in ["7", "8"] {
        let open = std::fs::read_link(of("fd").as_str().to_owned() + "/" + number);
        let text = open.unwrap_or_default().display().to_string();
        assert!(!text.starts_with("pipe:"), "{number}: {text}");
    }
    let Lan { host, blue, .. } = lan;
    host.remove(blue);
    ends(holder);
}

#[test]
fn a_link_that_was_down_and_an_address_that_was_taken_off_are_no_end() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(6)));
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("holding");
    // There is nothing to renew by.
    lan.blue.sh("ip address flush dev eth1");
    held.awaits("eth1: 10.9.0.70 for 6 s");
    lan.blue.sh("ip link set eth1 down");
    held.awaits("its lease is over, asking for another");
    lan.blue.sh("ip link set eth1 up");
    server.now(gives([10, 9, 0, 70], good(600)));
    held.awaits("eth1: 10.9.0.70 for 600 s");
    lan.netpipe("check").status(0);
}

#[test]
fn a_server_that_refuses_everything_is_not_asked_without_end() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(6)));
    let held = lan.start("attach netns:blue br0 dhcp --hold");
    held.awaits("holding");
    let count = Arc::new(AtomicU32::new(0));
    let counted = count.clone();
    server.now(move |asked| {
        counted.fetch_add(1, Ordering::SeqCst);
        vec![asked.reply(NAK, [0; 4].into(), &option(54, &[10, 9, 0, 1]))]
    });
    held.awaits("its lease is over, asking for another");
    let start = Instant::now();
    while count.load(Ordering::SeqCst) < 4 {
        std::thread::yield_now();
    }
    // Refused twice at once, and then with pauses.
    assert!(start.elapsed() > Duration::from_secs(4));
    server.now(gives([10, 9, 0, 70], good(600)));
    held.awaits("changed: eth1: 10.9.0.70 for 600 s");
}
