//! What is asked of DHCP servers and routers.

use super::{Bad, bad, host, refuses};

/// Attaches with these words behind the link.
macro_rules! to {
    ([$($word:expr),*], $says:expr, $hint:expr) => {
        bad(&["attach", "netns:blue", "br0", $($word),*], 2, $says, $hint)
    };
}

pub const ROWS: &[Bad<'_>] = &[
    to!(["dhcp4"], "`dhcp4` is not an IP address", ""),
    to!(["DHCP"], "`DHCP` is not an IP address", ""),
    to!(["dhcp/24"], "is not an IP address", ""),
    to!(["dhcp@10.0.0.1"], "is not an IP address", ""),
    to!(["dhcp", "dhcp"], "`dhcp` is given twice", ""),
    to!(["dhcp6", "slaac", "dhcp6"], "`dhcp6` is given twice", ""),
    to!(["dhcp", "none"], "`none` goes with no other address", ""),
    to!(
        ["dhcp", "--dhcp-timeout", "0"],
        "`0` is not a time to wait",
        "from 1 to 3600"
    ),
    to!(
        ["dhcp", "--dhcp-timeout", "3601"],
        "`3601` is not a time",
        "from 1 to 3600"
    ),
    to!(
        ["dhcp", "--dhcp-timeout", "1e3"],
        "`1e3` is not a time",
        "from 1 to 3600"
    ),
    to!(
        ["dhcp", "--dhcp-hostname", "a_b"],
        "`a_b` is not a host name",
        "letters, digits"
    ),
    to!(
        ["dhcp", "--dhcp-hostname", "\u{1b}[31m"],
        "is not a host name",
        "letters, digits"
    ),
    to!(
        ["dhcp", "--dhcp-client-id", ""],
        "it is empty",
        "01:02:00:00:00:00:01"
    ),
    to!(
        ["dhcp", "--dhcp-client-id", "01:zz"],
        "octets of two hex digits",
        "01:02"
    ),
    to!(["dhcp", "--dhcp-client-id", "a b"], "ASCII only", "01:02"),
    to!(
        ["10.0.0.5/24", "--dhcp-hostname", "web"],
        "--dhcp options are for",
        "give `dhcp`"
    ),
    to!(
        ["10.0.0.5/24", "--hold"],
        "--hold is for leases",
        "give `dhcp`"
    ),
    to!(["dhcp", "--hold=there"], "there", ""),
    to!(
        ["dhcp", "--gateway", "10.0.0.1"],
        "in no subnet of this link",
        "leave it out"
    ),
    to!(
        ["slaac", "--mtu", "1000"],
        "IPv6 needs an MTU of at least 1280",
        ""
    ),
    to!(
        ["slaac", "--sysctl", "net.ipv6.conf.eth1.accept_ra=0"],
        "`slaac` sets `net/ipv6/conf/eth1/accept_ra` itself",
        "leave one of them out"
    ),
    bad(
        &["dhcp", "hold", "netns:blue"],
        4,
        "no attachment that asks for addresses",
        "attach it",
    ),
    bad(
        &["dhcp", "renew", "netns:blue", "eth9"],
        4,
        "has no attachment `eth9`",
        "netpipe list",
    ),
    bad(
        &["dhcp", "release", "netns:blue"],
        4,
        "no attachment that asks for addresses",
        "attach it",
    ),
];

#[test]
fn nothing_is_asked_that_makes_no_sense() {
    refuses(&host(), ROWS);
}
