//! Wires, cards that move, and InfiniBand.

use super::{Bad, bad, host, refuses};

const PKEY: &str = "it is a number from 1 to 0x7fff, with or without the bit 0x8000";

/// Attaches `blue` to a link.
macro_rules! attach {
    ($link:expr, [$($word:expr),*], $status:expr, $says:expr, $hint:expr) => {
        bad(&["attach", "netns:blue", $link, $($word),*], $status, $says, $hint)
    };
}

pub const ROWS: &[Bad<'_>] = &[
    attach!(
        "phys:lo",
        ["none"],
        2,
        "`lo` is the loopback interface",
        "name a network card"
    ),
    attach!(
        "phys:lan9",
        ["none"],
        2,
        "`lan9` is a bridge, not a card",
        "plug the target into it: `bridge:lan9`"
    ),
    attach!(
        "phys:nic7",
        ["none"],
        4,
        "there is no link `nic7` on this host",
        "see `ip link`"
    ),
    attach!(
        "phys:port0",
        ["none"],
        3,
        "`port0` is a port of `lan9`",
        "take it out first: ip link set port0 nomaster"
    ),
    attach!(
        "phys:card0",
        ["none"],
        3,
        "`card0` carries `card0mac`, which would be cut off",
        "delete what is on it first"
    ),
    attach!(
        "phys:up0",
        ["10.0.0.5/24"],
        3,
        "the host's default route leaves by `up0`: default via 192.168.3.1",
        "give --take-default-route"
    ),
    attach!(
        "phys:nic0",
        ["none", "--vlan", "10"],
        2,
        "--vlan is not for a card that moves",
        "phys:eth1.10"
    ),
    attach!(
        "phys:nic0",
        ["none", "--host-ifname", "x"],
        2,
        "--host-ifname is for a bridge",
        ""
    ),
    attach!(
        "phys:nic0",
        ["none", "-i", "lo"],
        3,
        "`lo` is in the target already",
        "--ifname"
    ),
    attach!(
        "phys:",
        ["none"],
        2,
        "is not an interface name",
        "use 1 to 15"
    ),
    attach!(
        "phys:a/b",
        ["none"],
        2,
        "is not an interface name",
        "use 1 to 15"
    ),
    attach!(
        "nic0",
        ["none", "--take-default-route"],
        2,
        "--take-default-route is for a card that moves, and `nic0` is a macvlan",
        ""
    ),
    attach!(
        "br0",
        ["none", "--take-default-route"],
        2,
        "--take-default-route is for a card that moves, and `br0` is a bridge",
        ""
    ),
    attach!(
        "veth:netns:blue",
        ["none"],
        2,
        "both ends of the wire would be in `netns:blue`",
        "name another target"
    ),
    attach!(
        "veth:netns:twin",
        ["none"],
        2,
        "are one network namespace",
        "name another target"
    ),
    attach!(
        "veth:netns:nobody",
        ["none"],
        4,
        "the far end: there is no namespace at `/run/netns/nobody`",
        "netpipe netns list"
    ),
    attach!(
        "veth:/proc/self/ns/net",
        ["none"],
        2,
        "is in the host's own network namespace",
        "name the namespace of a container"
    ),
    attach!("veth:", ["none"], 2, "`` is not a container name", "TARGET"),
    attach!(
        "veth:netns:a/b",
        ["none"],
        2,
        "is not the name of a network namespace",
        ""
    ),
    attach!(
        "veth:netns:red",
        ["10.0.0.1/30", "--peer-address", "10.0.0.1/30"],
        2,
        "both ends have the address `10.0.0.1`",
        "give each end an address of its own"
    ),
    attach!(
        "veth:netns:red",
        [
            "10.0.0.1/30",
            "--peer-address",
            "10.0.0.2/30",
            "--peer-address",
            "10.0.0.2/24"
        ],
        2,
        "address `10.0.0.2` is given twice",
        ""
    ),
    attach!(
        "veth:netns:red",
        ["10.0.0.1/30", "--peer-address", "10.0.0.2/30@10.0.0.1"],
        2,
        "gateway `10.0.0.1` is on the address of the far end",
        "to the ADDRESS of the near end"
    ),
    attach!(
        "veth:netns:red",
        ["10.0.0.1/30", "--peer-address", "10.0.0.0/30"],
        2,
        "it is the subnet's own address",
        "pick a host address"
    ),
    attach!(
        "veth:netns:red",
        ["10.0.0.1/30", "--peer-address", "auto"],
        2,
        "`auto`",
        ""
    ),
    attach!(
        "veth:netns:red",
        ["none", "--peer-mac", "01:00:5e:00:00:01"],
        2,
        "the group bit is set",
        ""
    ),
    attach!(
        "veth:netns:red",
        [
            "none",
            "--mac",
            "02:00:00:00:00:01",
            "--peer-mac",
            "02:00:00:00:00:01"
        ],
        2,
        "both ends have the MAC 02:00:00:00:00:01",
        ""
    ),
    attach!(
        "veth:netns:red",
        ["none", "--peer-ifname", "a234567890123456"],
        2,
        "16 bytes, at most 15",
        "use 1 to 15"
    ),
    attach!(
        "veth:netns:red",
        ["none", "--peer-ifname", "lo"],
        3,
        "`lo` is in `netns:red` already",
        "--peer-ifname"
    ),
    attach!(
        "veth:netns:red",
        ["none", "--vlan", "10"],
        2,
        "a wire has no VLANs",
        "plug both targets into a bridge"
    ),
    attach!(
        "veth:netns:red",
        ["none", "--host-ifname", "x"],
        2,
        "--host-ifname is for a bridge",
        ""
    ),
    attach!(
        "veth:netns:red",
        ["none", "--peer-address", "fd00::2/64", "--mtu", "1000"],
        2,
        "IPv6 needs an MTU of at least 1280",
        ""
    ),
    attach!(
        "br0",
        ["none", "--peer-address", "10.0.0.2/30"],
        2,
        "--peer-address is for a wire, and `br0` is none",
        "`veth:TARGET`"
    ),
    attach!(
        "phys:nic0",
        ["none", "--peer-ifname", "eth1"],
        2,
        "--peer-ifname is for a wire",
        "`veth:TARGET`"
    ),
    attach!(
        "br0",
        ["none", "--peer-mac", "02:00:00:00:00:01"],
        2,
        "--peer-mac is for a wire",
        "`veth:TARGET`"
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", "0"],
        2,
        "`0` is not a partition key",
        PKEY
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", "0x8000"],
        2,
        "`0x8000` is not a partition key",
        PKEY
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", "0x10000"],
        2,
        "`0x10000` is not a partition key",
        PKEY
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", "x"],
        2,
        "`x` is not a partition key",
        PKEY
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", ""],
        2,
        "`` is not a partition key",
        PKEY
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--mode", "nonsense"],
        2,
        "nonsense",
        ""
    ),
    attach!(
        "ipoib:nic0",
        ["none", "--pkey", "0x8001"],
        3,
        "`nic0` is no InfiniBand card",
        "link/infiniband"
    ),
    attach!(
        "br0",
        ["none", "--pkey", "0x8001"],
        2,
        "--pkey is for a child of an InfiniBand card, and `br0` is a bridge",
        ""
    ),
    attach!(
        "br0",
        ["none", "--mode", "datagram"],
        2,
        "--mode is for a child of an InfiniBand card",
        ""
    ),
];

#[test]
fn they_are_refused() {
    let host = host();
    host.container("red");
    host.sh("cp -P /run/netns/blue /run/netns/twin");
    host.sh(
        "ip link add port0 type veth peer name port1 && ip link set port0 master lan9 && \
         ip link add card0 type veth peer name card1 && \
         ip link add link card0 name card0mac type macvlan && \
         ip link add up0 type veth peer name up1 && ip link set up1 up && ip link set up0 up && \
         ip address add 192.168.3.2/24 dev up0 && ip route add default via 192.168.3.1",
    );
    refuses(&host, ROWS);
}

#[test]
fn a_card_that_others_use_stays() {
    let host = host();
    host.container("red");
    host.netpipe("attach netns:red nic0 10.0.0.6/24").status(0);
    let rows = [attach!(
        "phys:nic0",
        ["10.0.0.5/24"],
        3,
        "`nic0` is used by `eth1` of `netns:red`",
        "detach it first: netpipe detach netns:red eth1"
    )];
    refuses(&host, &rows);
}
