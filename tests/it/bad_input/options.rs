//! MACs, MTUs, settings, and command lines as such.

use super::{Bad, bad, host, refuses};

const MAC: &str = "write six hex bytes such as 02:42:ac:11:00:02, or `U:some-string`";
const MTU: &str = "it is a number of bytes from 68 to 65535, usually 1500";
const SYSCTL: &str = "write KEY=VALUE below `net`";

/// Attaches with an option.
macro_rules! with {
    ($option:expr, $value:expr, $says:expr, $hint:expr) => {
        bad(
            &["attach", "netns:blue", "br0", "none", $option, $value],
            2,
            $says,
            $hint,
        )
    };
}

pub const ROWS: &[Bad<'_>] = &[
    with!("--mac", "01:00:5e:00:00:01", "the group bit is set", MAC),
    with!("--mac", "ff:ff:ff:ff:ff:ff", "the group bit is set", MAC),
    with!("--mac", "00:00:00:00:00:00", "it is all zeros", MAC),
    with!("--mac", "02:00:00:00:00", "it takes six bytes", MAC),
    with!("--mac", "02:00:00:00:00:00:00", "more than six bytes", MAC),
    with!("--mac", "02:00:00:00:00:0g", "it takes six bytes", MAC),
    with!("--mac", "02-00-00-00-00-01", "it takes six bytes", MAC),
    with!("--mac", "", "`` is not a MAC address", MAC),
    with!(
        "--mac",
        "U:",
        "`U:` needs a string behind the colon",
        "--mac U:web"
    ),
    with!("--mtu", "67", "`67` is not an MTU", MTU),
    with!("--mtu", "65536", "`65536` is not an MTU", MTU),
    with!("--mtu", "", "`` is not an MTU", MTU),
    with!("--mtu", "+1500", "`+1500` is not an MTU", MTU),
    with!("--mtu", "99999999999999999999", "is not an MTU", MTU),
    bad(
        &["attach", "netns:blue", "br0", "fd00::5/64", "--mtu", "1279"],
        2,
        "IPv6 needs an MTU of at least 1280",
        "",
    ),
    with!("--metric", "x", "invalid value 'x' for '--metric <N>'", ""),
    with!(
        "--metric",
        "5",
        "--metric is for a default route, and there is none",
        "give --gateway or --default-route"
    ),
    with!(
        "--sysctl",
        "kernel.panic=1",
        "the key is not one below `net`",
        SYSCTL
    ),
    with!("--sysctl", "net.ipv4.ip_forward", "there is no `=`", SYSCTL),
    with!(
        "--sysctl",
        "net.ipv4.ip_forward=",
        "the value is empty",
        SYSCTL
    ),
    with!(
        "--sysctl",
        "net/../kernel/panic=1",
        "the key is not one",
        SYSCTL
    ),
    with!("--sysctl", "net.ipv4.x=1\n2", "control characters", SYSCTL),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "none",
            "--sysctl",
            "net.ipv4.nonsense=1",
        ],
        4,
        "the kernel has no setting `net/ipv4/nonsense`",
        "see /proc/sys/net",
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "10.0.0.5/24",
            "--sysctl",
            "net.ipv4.ip_default_ttl=nonsense",
        ],
        1,
        "cannot set `net/ipv4/ip_default_ttl=nonsense`",
        "",
    ),
    with!("--network", "a b", "`a b` is not a network name", "use"),
    with!("--wait=0", "--json", "0 is not in 1..=86400", ""),
    with!("--wait=x", "--json", "invalid value 'x'", ""),
    with!("--nonsense", "x", "unexpected argument '--nonsense'", ""),
    bad(&["nonsense"], 2, "unrecognized subcommand 'nonsense'", ""),
    bad(&["attach"], 2, "required arguments were not provided", ""),
    bad(&["attach", "netns:blue"], 2, "required arguments", ""),
    bad(
        &["detach", "netns:blue", "eth1", "--all"],
        2,
        "cannot be used with",
        "",
    ),
    bad(&["completions", "nosuch"], 2, "[possible values: bash", ""),
    bad(
        &["man", "nosuch"],
        2,
        "no subcommand `nosuch`",
        "netpipe --help",
    ),
    bad(
        &["bridge", "add", "br1", "--mtu", "10"],
        2,
        "`10` is not an MTU",
        MTU,
    ),
    bad(
        &["bridge", "add", "br1", "--port", "none0"],
        4,
        "there is no link `none0` on this host",
        "see `ip link`",
    ),
    bad(
        &["attach", "--reserved", "netns:blue", "br0", "auto"],
        2,
        "--reserved is for addresses that are given, and there is none",
        "give the address that was set aside",
    ),
    bad(
        &[
            "attach",
            "--reserved",
            "--no-register",
            "netns:blue",
            "br0",
            "10.0.0.9/24",
        ],
        2,
        "--no-register gives none",
        "leave one of them out",
    ),
    bad(
        &["ip", "reserve", "br0", "10.0.0.5", "--note", "a\nb"],
        2,
        "without control characters",
        "",
    ),
    bad(
        &[
            "--engine",
            "tcp://10.0.0.1:2375",
            "attach",
            "web",
            "br0",
            "none",
        ],
        2,
        "engine `tcp://10.0.0.1:2375` is not a unix socket of this host",
        "unix:///PATH",
    ),
    bad(
        &[
            "--engine",
            "unix://relative",
            "attach",
            "web",
            "br0",
            "none",
        ],
        2,
        "is not a unix socket of this host",
        "unix:///PATH",
    ),
];

#[test]
fn bad_options_are_refused() {
    refuses(&host(), ROWS);
}
