//! Children of InfiniBand cards. There is no such card to test with: what the kernel is sent
//! is compared, byte for byte, with what iproute2 sends for the same.

use std::os::fd::AsFd;
use std::path::Path;

use netpipe::spec::Ipoib;
use netpipe::sys::link;
use netpipe::sys::netlink::Door;
use netpipe::sys::netns::Netns;
use netpipe::sys::new_link::{New, add_ipoib};

use crate::support::{Call, Host};

/// What the test below asks the sender for: namespace, partition, mode.
const ASKED: &str = "IPOIB_ASKED";

/// Not a test by itself: sends the message while `strace` watches.
#[test]
#[ignore = "run by the test below"]
fn sender() {
    let asked = std::env::var(ASKED).unwrap();
    let words: Vec<_> = asked.split(' ').collect();
    let netns = Netns::open(Path::new(words[0])).unwrap();
    let ipoib = Ipoib {
        pkey: words[1].parse().ok(),
        mode: words[2].parse().ok(),
    };
    let name = "eth1".parse().unwrap();
    let child = New {
        netns: Some(netns.as_fd()),
        name: &name,
        mtu: Some(2044),
        mac: None,
        birth: None,
    };
    let mut door = Door::open().unwrap();
    let parent = link::index(&mut door, "nic0").unwrap();
    let error = add_ipoib(&mut door, &child, parent, ipoib).unwrap_err();
    println!("errno {}", error.errno);
}

/// The bytes of the RTM_NEWLINK in what `strace -e write=all` wrote: its lines are
/// ` | 00000  68 00 00 00 10 00 05 06  …  h....... |`.
fn newlink(trace: &str) -> Vec<u8> {
    // Before it, iproute2 sends one without attributes, to see what the kernel can do.
    let all: Vec<&str> = trace.lines().collect();
    let sent = all.iter().rposition(|line| {
        let sends = line.contains("sendmsg(") || line.contains("sendto(");
        sends && line.contains("RTM_NEWLINK")
    });
    let lines = all[sent.unwrap_or_else(|| panic!("{trace}"))..].iter();
    let dump = lines.skip_while(|line| !line.starts_with(" | "));
    let bytes = dump.take_while(|line| line.starts_with(" | "));
    bytes
        .flat_map(|line| {
            let digits = line[10..58].split_whitespace();
            digits.map(|byte| u8::from_str_radix(byte, 16).unwrap())
        })
        .collect()
}

/// Without what differs from one process to the next: the sequence number, and the number
/// of the namespace's descriptor, which is the value of the first attribute.
fn comparable(mut message: Vec<u8>) -> Vec<u8> {
    const IFLA_NET_NS_FD: u8 = 28;
    assert_eq!(message[32..36], [8, 0, IFLA_NET_NS_FD, 0]);
    message[8..12].fill(0);
    message[36..40].fill(0);
    message
}

#[test]
fn the_message_is_that_of_iproute2() {
    let host = Host::new();
    let blue = host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1");
    let trace = host.directory().join("trace");
    let trace = trace.to_str().unwrap();
    let strace = [
        "-f",
        "-o",
        trace,
        "-e",
        "trace=sendmsg,sendto",
        "-e",
        "write=all",
    ];
    let netns = blue.path();
    for (pkey, mode) in [
        ("0x8001", "datagram"),
        ("0xffff", "connected"),
        ("0x8002", "-"),
        ("-", "connected"),
        ("-", "-"),
    ] {
        let mut line = format!("ip link add link nic0 name eth1 netns {netns} mtu 2044 type ipoib");
        if pkey != "-" {
            line += &format!(" pkey {pkey}");
        }
        if mode != "-" {
            line += &format!(" mode {mode}");
        }
        let mut words = strace.to_vec();
        words.extend(line.split(' '));
        let theirs = Call::new(host.place(), "strace", words.as_slice()).run();
        let refused = theirs.status(2).err;
        let their_bytes = newlink(&std::fs::read_to_string(trace).unwrap());

        let program = std::env::current_exe().unwrap();
        let mut words = strace.to_vec();
        words.push(program.to_str().unwrap());
        words.extend([
            "--exact",
            "links::ipoib::sender",
            "--ignored",
            "--nocapture",
        ]);
        let ours = Call::new(host.place(), "strace", words.as_slice())
            .env(ASKED, format!("{netns} {pkey} {mode}"))
            .run()
            .status(0);
        let our_bytes = newlink(&std::fs::read_to_string(trace).unwrap());
        assert_eq!(comparable(our_bytes), comparable(their_bytes), "{line}");
        // A kernel without IPoIB does not know the kind; one with it finds no such card.
        let errno = match ours.out.contains(&format!("errno {}", libc::EOPNOTSUPP)) {
            true => "Unknown device type",
            false => "No such device",
        };
        assert!(refused.contains(errno), "{refused}{}", ours.out);
    }
}

#[test]
fn only_an_infiniband_card_has_such_children() {
    let host = Host::new();
    host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1");
    let before = host.snapshot();
    host.netpipe("attach netns:blue ipoib:nic0 10.0.0.5/24 --pkey 0x8001 --mode datagram")
        .status(3)
        .stderr_has("`nic0` is no InfiniBand card")
        .stderr_has("link/infiniband");
    before.assert_same(&host.snapshot());
}
