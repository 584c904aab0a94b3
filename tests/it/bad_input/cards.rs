//! Links on a card: their modes, VLANs and MACs, and cards that can have none.

use super::{Bad, bad, host, refuses};
use crate::support::{Host, needs};

/// Attaches to a link with options.
macro_rules! to {
    ([$($word:expr),*], $status:expr, $says:expr, $hint:expr) => {
        bad(&["attach", "netns:blue", $($word),*], $status, $says, $hint)
    };
}

const MAC: &str = "write six hex bytes";

pub const ROWS: &[Bad<'_>] = &[
    to!(
        ["nic0", "none", "--mode", "l2"],
        2,
        "`l2` is a mode of ipvlan, and this is a macvlan",
        "for that one write LINK as `ipvlan:…`"
    ),
    to!(
        ["ipvlan:nic0", "none", "--mode", "vepa"],
        2,
        "`vepa` is a mode of macvlan, and this is a ipvlan",
        "the modes of ipvlan are l2, l3, l3s"
    ),
    to!(
        ["lan9", "none", "--mode", "bridge"],
        2,
        "--mode is for a macvlan or ipvlan on a card",
        ""
    ),
    to!(
        ["dummy", "none", "--mode", "bridge"],
        2,
        "and this is a dummy",
        ""
    ),
    to!(
        ["nic0", "none", "--mode", "nonsense"],
        2,
        "`nonsense` is not a mode",
        "those of macvlan are bridge, private, vepa, passthru, source"
    ),
    to!(
        ["nic0", "none", "--mode", ""],
        2,
        "`` is not a mode",
        "those of macvlan"
    ),
    to!(
        ["nic0", "none", "--mode", "source"],
        2,
        "accepts frames of certain MACs, and none",
        "give --source-mac MAC"
    ),
    to!(
        ["nic0", "none", "--source-mac", "02:00:00:00:00:01"],
        2,
        "--source-mac is for a macvlan in mode `source`",
        "give --mode source as well"
    ),
    to!(
        [
            "nic0",
            "none",
            "--mode",
            "source",
            "--source-mac",
            "01:00:5e:00:00:01"
        ],
        2,
        "the group bit is set",
        MAC
    ),
    to!(
        [
            "nic0",
            "none",
            "--mode",
            "source",
            "--source-mac",
            "02:00:00:00:00:01",
            "--source-mac",
            "02:00:00:00:00:01"
        ],
        2,
        "--source-mac 02:00:00:00:00:01 is given twice",
        ""
    ),
    to!(
        ["ipvlan:nic0", "none", "--mac", "02:00:00:00:00:05"],
        2,
        "--mac is not for an ipvlan: it has the MAC of `nic0`",
        "leave --mac out"
    ),
    to!(
        [
            "nic0",
            "none",
            "--mode",
            "passthru",
            "--mac",
            "02:00:00:00:00:05"
        ],
        2,
        "--mac is not for a macvlan in mode `passthru`",
        "leave --mac out"
    ),
    to!(
        ["nic0", "none", "--vlan", "0"],
        2,
        "`0` is not a VLAN: 0 stands for a frame",
        "1 to 4094"
    ),
    to!(
        ["nic0", "none", "--vlan", "4095"],
        2,
        "4095 is reserved",
        "1 to 4094"
    ),
    to!(
        ["nic0", "none", "--vlan", "4096"],
        2,
        "it is larger than 4094",
        "1 to 4094"
    ),
    to!(
        ["nic0", "none", "--vlan", "10.20"],
        2,
        "it is not a number",
        "1 to 4094"
    ),
    to!(
        ["nic0", "none", "--svlan", "0", "--vlan", "10"],
        2,
        "`0` is not a VLAN",
        "1 to 4094"
    ),
    to!(
        ["nic0", "none", "--svlan", "100"],
        2,
        "--svlan is the VLAN that --vlan is in",
        "--svlan 100 --vlan 10"
    ),
    to!(
        ["lan9", "none", "--svlan", "100", "--vlan", "10"],
        2,
        "--svlan is for a macvlan or ipvlan on a card",
        ""
    ),
    to!(
        ["nic0", "none", "--trunk", "10,20"],
        2,
        "--trunk is for a port of a bridge, and `nic0` is a card",
        "give --vlan"
    ),
    to!(
        ["dummy", "none", "--vlan", "10"],
        2,
        "a dummy leads nowhere",
        ""
    ),
    to!(
        ["nic0", "none", "--vlan", "10"],
        1,
        "`nic0` is down, and so its VLANs",
        "ip link set nic0 up"
    ),
    to!(
        ["nic0", "none", "--mtu", "9000"],
        2,
        "an MTU of 9000 is larger than that of `nic0`, which is 1500",
        "ip link set nic0 mtu 9000"
    ),
    to!(
        ["nic0", "none", "--host-ifname", "foo"],
        2,
        "--host-ifname is for a bridge",
        ""
    ),
    to!(
        ["lan9", "none", "--host-shim"],
        2,
        "--host-shim is for a macvlan or ipvlan",
        ""
    ),
    to!(
        ["nic0", "none", "--host-shim", "--mode", "private"],
        2,
        "--host-shim cannot reach a macvlan in mode `private`",
        "for ipvlan in mode `l2`"
    ),
    to!(
        ["ipvlan:nic0", "none", "--host-shim", "--mode", "l3"],
        2,
        "--host-shim cannot reach a ipvlan in mode `l3`",
        "for ipvlan in mode `l2`"
    ),
    to!(
        ["mac:02:00:00:00:00:77", "none"],
        4,
        "no card of this host has the address",
        "see `ip link`"
    ),
    to!(
        ["mac:02:00:00", "none"],
        2,
        "`02:00:00` is not a MAC address",
        MAC
    ),
    to!(["mac:nic0", "none"], 2, "`nic0` is not a MAC address", MAC),
    to!(["macvlan:mac:", "none"], 2, "`` is not a MAC address", MAC),
    to!(
        ["nonsense:mac:02:00:00:00:00:77", "none"],
        2,
        "`nonsense` is not a kind of link",
        "the kinds are"
    ),
    to!(
        ["lo", "none"],
        2,
        "`lo` is the loopback interface",
        "name a network card"
    ),
    to!(
        ["ipvlan:lo", "none"],
        2,
        "`lo` is the loopback interface",
        "name a network card"
    ),
    to!(
        ["macvlan:none0", "none"],
        4,
        "there is no link `none0`",
        "see `ip link`"
    ),
    to!(
        ["macvlan:lan9", "none", "--mode", "l3"],
        2,
        "`l3` is a mode of ipvlan",
        ""
    ),
    to!(
        ["port0", "none"],
        3,
        "`port0` is a port of the bridge `lan9`",
        "take `port0` out of it: ip link set port0 nomaster"
    ),
    to!(
        ["ipvlan:port0", "none"],
        3,
        "a port can have neither macvlans nor ipvlans",
        "nomaster"
    ),
    to!(
        ["mv0", "none"],
        3,
        "`mv0` is itself a macvlan on a card",
        "name the card itself: nic2"
    ),
    to!(
        ["nic2", "none", "--mode", "passthru"],
        3,
        "`nic2` has a macvlan (`mv0 of the host`), and one in mode `passthru` has the card for itself",
        "ip link del mv0"
    ),
    to!(
        ["ipvlan:nic2", "none"],
        3,
        "a card can have either macvlans or ipvlans",
        "ip link del mv0"
    ),
    to!(
        ["nic3", "none"],
        3,
        "which has the card for itself",
        "ip link del mv1"
    ),
    to!(
        ["mac:02:00:00:00:00:aa", "none"],
        3,
        "twin0, twin1 have the address 02:00:00:00:00:aa",
        "name the one that is meant"
    ),
];

fn cards() -> Host {
    let host = host();
    host.sh(
        "ip link add port0 type veth peer name port1 && ip link set port0 master lan9 && \
         ip link add nic2 type veth peer name nic3 && \
         ip link add mv0 link nic2 type macvlan mode bridge && \
         ip link add mv1 link nic3 type macvlan mode passthru && \
         ip link add twin0 address 02:00:00:00:00:aa type veth peer name twin1 \
         address 02:00:00:00:00:aa",
    );
    host
}

#[test]
fn bad_cards_are_refused() {
    if needs("macvlan") {
        refuses(&cards(), ROWS);
    }
}

#[test]
fn there_are_enough_of_them() {
    assert!(ROWS.len() >= 20, "only {} rows", ROWS.len());
}
