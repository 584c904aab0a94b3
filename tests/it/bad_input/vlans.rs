//! VLANs, lists of them, and ports that have none.

use super::{Bad, bad, host, refuses};

const VLAN: &str = "a VLAN is a number from 1 to 4094";
const LIST: &str = "write numbers and ascending ranges, each VLAN once, as in 10,20-29";

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

/// Puts a port into VLANs.
macro_rules! list {
    ($value:expr, $says:expr, $hint:expr) => {
        bad(&["vlan", "add", "br0", "nic0", $value], 2, $says, $hint)
    };
}

pub const ROWS: &[Bad<'_>] = &[
    with!(
        "--vlan",
        "0",
        "`0` is not a VLAN: 0 stands for a frame that is in none",
        VLAN
    ),
    with!(
        "--vlan",
        "4095",
        "`4095` is not a VLAN: 4095 is reserved",
        VLAN
    ),
    with!(
        "--vlan",
        "4096",
        "`4096` is not a VLAN: it is larger than 4094",
        VLAN
    ),
    with!(
        "--vlan=-1",
        "--json",
        "`-1` is not a VLAN: it is not a number",
        VLAN
    ),
    with!("--vlan", "x", "`x` is not a VLAN: it is not a number", VLAN),
    with!("--vlan", "+10", "`+10` is not a VLAN", VLAN),
    with!("--vlan", "", "`` is not a VLAN: it is empty", VLAN),
    with!("--vlan", "10,20", "`10,20` is not a VLAN", VLAN),
    with!("--vlan", "99999999999999999999", "is not a VLAN", VLAN),
    with!(
        "--trunk",
        "",
        "`` is not a list of VLANs: it is empty",
        LIST
    ),
    with!("--trunk", "10-5", "`10-5` is not ascending", LIST),
    with!("--trunk", "10,10", "10 is in it twice", LIST),
    with!("--trunk", "10-20,15", "15 is in it twice", LIST),
    with!("--trunk", "10,", "`` is not a VLAN: it is empty", VLAN),
    with!("--trunk", "10,,20", "`` is not a VLAN: it is empty", VLAN),
    with!("--trunk", "10,native=0", "`0` is not a VLAN", VLAN),
    with!("--trunk", "10,native=", "`` is not a VLAN", VLAN),
    with!(
        "--trunk",
        "native=5",
        "`native=` comes once, behind the list",
        "10,20-29,native=5"
    ),
    with!(
        "--trunk",
        "5,native=5",
        "it has no VLAN but the native one",
        "give --vlan"
    ),
    with!("--trunk", "1-4095", "`4095` is not a VLAN", VLAN),
    with!("--trunk", "10\n20", "`10\\n20` is not a VLAN", VLAN),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "none",
            "--vlan",
            "10",
            "--trunk",
            "20",
        ],
        2,
        "cannot be used with",
        "",
    ),
    bad(
        &["attach", "netns:blue", "br0", "none", "--vlan-filtering"],
        2,
        "--vlan-filtering is for a port with VLANs, and none is given",
        "give --vlan or --trunk as well",
    ),
    bad(
        &["attach", "netns:blue", "lan9", "none", "--vlan", "10"],
        3,
        "`lan9` does not tell VLANs apart, and it is not netpipe's",
        "give --vlan-filtering to have it do so",
    ),
    list!("0", "`0` is not a VLAN", VLAN),
    list!("-5", "`-5` is not a VLAN", VLAN),
    list!("5-", "`` is not a VLAN", VLAN),
    list!("20-10", "`20-10` is not ascending", LIST),
    list!("10,9-11", "10 is in it twice", LIST),
    list!("10,native=5", "`native=5` is not a VLAN", VLAN),
    bad(&["vlan", "add", "br0", "nic0"], 2, "required arguments", ""),
    bad(
        &["vlan", "add", "br0", "nic0", "10"],
        4,
        "there is no bridge `br0`",
        "see `netpipe bridge list`",
    ),
    bad(
        &["vlan", "add", "nic0", "nic0", "10"],
        3,
        "`nic0` is a veth, not a bridge",
        "",
    ),
    bad(
        &["vlan", "add", "lan9", "nic0", "10"],
        3,
        "`lan9` does not tell VLANs apart, and it is not netpipe's",
        "ip link set lan9 type bridge vlan_filtering 1",
    ),
    bad(
        &["vlan", "add", "lan8", "nic0", "10"],
        4,
        "`nic0` is not a port of `lan8`",
        "for the host itself, name the bridge twice",
    ),
    bad(
        &["vlan", "del", "lan8", "none0", "10"],
        4,
        "there is no link `none0` on this host",
        "netpipe bridge show lan8",
    ),
    bad(
        &["vlan", "add", "lan8", "lan8", "10,20", "--pvid"],
        2,
        "--pvid is for one VLAN",
        "the others to a second command",
    ),
    bad(
        &["vlan", "list", "br7"],
        4,
        "there is no bridge `br7`",
        "see `netpipe bridge list`",
    ),
    bad(
        &["vlan", "list", "nic0"],
        3,
        "`nic0` is a veth, not a bridge",
        "",
    ),
    bad(
        &[
            "bridge",
            "add",
            "br1",
            "--vlan-filtering",
            "--vlan-protocol",
            "802.1x",
        ],
        2,
        "`802.1x` is not a VLAN protocol",
        "write 802.1Q, or 802.1ad",
    ),
    bad(
        &["bridge", "add", "br1", "--vlan-protocol", "802.1ad"],
        2,
        "--vlan-filtering",
        "",
    ),
];

#[test]
fn bad_vlans_are_refused() {
    let host = host();
    host.netpipe("bridge add lan8").status(0);
    refuses(&host, ROWS);
}
