//! Kinds, names, numbers, and ends of tunnels.

use crate::bad_input::{Bad, bad};

const NUMBER: &str = "it is a number from";

pub const ROWS: &[Bad<'_>] = &[
    add!(
        ["ipip", "t0", "--remote", "192.0.2.2"],
        2,
        "`ipip` is not a kind of tunnel",
        "the kinds are: gre, gretap, ip6gretap, vxlan, geneve"
    ),
    add!(
        [
            "vxlan",
            "tunnel-too-long0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1"
        ],
        2,
        "is not an interface name: 16 bytes, at most 15",
        ""
    ),
    add!(
        ["vxlan", "a/b", "--remote", "192.0.2.2", "--vni", "1"],
        2,
        "`a/b` is not an interface name",
        ""
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2"],
        2,
        "a vxlan tunnel needs --vni",
        "1 to 16777215"
    ),
    add!(
        ["geneve", "t0", "--remote", "192.0.2.2"],
        2,
        "a geneve tunnel needs --vni",
        ""
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2", "--vni", "0"],
        2,
        "`0` is not a VNI",
        NUMBER
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2", "--vni", "16777216"],
        2,
        "`16777216` is not a VNI",
        NUMBER
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2", "--vni", "0x10"],
        2,
        "`0x10` is not a VNI",
        NUMBER
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--key", "4294967296"],
        2,
        "`4294967296` is not a key",
        NUMBER
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--key=-1"],
        2,
        "`-1` is not a key",
        NUMBER
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--vni", "10"],
        2,
        "a gre tunnel has no VNI",
        "--key"
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "10",
            "--key",
            "1"
        ],
        2,
        "a vxlan tunnel has no key",
        "--vni"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--port", "4789"],
        2,
        "a gretap tunnel has no UDP port",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--port",
            "0"
        ],
        2,
        "`0` is not a UDP port",
        NUMBER
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--port",
            "65536"
        ],
        2,
        "`65536` is not a UDP port",
        NUMBER
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--ttl", "256"],
        2,
        "`256` is not a TTL",
        "1 to 255"
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--ttl", "0"],
        2,
        "`0` is not a TTL",
        "inherit"
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--tos", "256"],
        2,
        "`256` is not a type of service",
        "0 to 255"
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--tos", "x"],
        2,
        "`x` is not a type of service",
        "inherit"
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--mtu", "67"],
        2,
        "`67` is not an MTU",
        "68 to 65535"
    ),
    add!(
        [
            "gre",
            "t0",
            "--remote",
            "192.0.2.2",
            "--mtu",
            "1279",
            "--route",
            "fd01::/64"
        ],
        2,
        "IPv6 needs an MTU of at least 1280",
        ""
    ),
    add!(["gre", "t0"], 2, "a gre tunnel needs --remote", ""),
    add!(
        ["vxlan", "t0", "--vni", "1"],
        2,
        "nothing tells where the tunnel leads",
        "peer add"
    ),
    add!(
        ["gre", "t0", "--local", "192.0.1.2", "--remote", "192.0.1.2"],
        2,
        "--remote is the same address as --local",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.1.2"],
        2,
        "--remote `192.0.1.2` is an address of this host",
        ""
    ),
    add!(
        ["gre", "t0", "--local", "192.0.1.2", "--remote", "fd00:2::2"],
        2,
        "of different address families",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--vni",
            "1",
            "--local",
            "192.0.1.2",
            "--group",
            "ff05::1",
            "--dev",
            "up0"
        ],
        2,
        "of different address families",
        ""
    ),
    add!(
        ["ip6gretap", "t0", "--remote", "192.0.2.2"],
        2,
        "an ip6gretap tunnel goes over IPv6",
        "gretap"
    ),
    add!(
        ["gre", "t0", "--remote", "fe80::2"],
        2,
        "a link-local end needs --dev",
        ""
    ),
    add!(
        ["vxlan", "t0", "--remote", "239.1.1.1", "--vni", "1"],
        2,
        "--remote `239.1.1.1` is a multicast group",
        "--group"
    ),
    add!(
        ["gre", "t0", "--remote", "0.0.0.0"],
        2,
        "--remote `0.0.0.0` is the unspecified address",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "::"],
        2,
        "--remote `::` is the unspecified address",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "127.0.0.1"],
        2,
        "is a loopback address",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "255.255.255.255"],
        2,
        "is reserved",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "host.example"],
        2,
        "invalid value 'host.example' for '--remote <IP>'",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--local", "192.0.9.9"],
        4,
        "--local `192.0.9.9` is no address of this host",
        "ip address"
    ),
    add!(
        ["gre", "t0", "--remote", "203.0.113.1"],
        1,
        "there is no route to 203.0.113.1",
        "see `ip route get 203.0.113.1`"
    ),
    add!(
        ["gre", "t0", "--remote", "fd99::1"],
        1,
        "there is no route to fd99::1",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--dev", "none0"],
        4,
        "there is no link `none0` on this host",
        "--dev names the link"
    ),
    add!(
        [
            "geneve",
            "t0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--dev",
            "up0"
        ],
        2,
        "a geneve tunnel takes no --dev",
        ""
    ),
    add!(
        [
            "geneve",
            "t0",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--local",
            "192.0.1.3"
        ],
        2,
        "is sent from 192.0.1.2, not from 192.0.1.3",
        ""
    ),
];
