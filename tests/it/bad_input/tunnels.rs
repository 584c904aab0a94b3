//! Tunnels that cannot be.

use super::{Bad, bad, host, refuses};
use crate::support::{Host, needs};

/// Adds a tunnel `t0` of a kind, with these words behind.
macro_rules! add {
    ([$($word:expr),+], $status:expr, $says:expr, $hint:expr) => {
        bad(&["tunnel", "add", $($word),+], $status, $says, $hint)
    };
}

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
    add!(
        ["gre", "t0", "--group", "239.1.1.1"],
        2,
        "a gre tunnel has no multicast group",
        ""
    ),
    add!(
        ["vxlan", "t0", "--group", "239.1.1.1", "--vni", "1"],
        2,
        "--group needs --dev",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--group",
            "192.0.2.2",
            "--vni",
            "1",
            "--dev",
            "up0"
        ],
        2,
        "`192.0.2.2` is not a multicast group",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--group",
            "239.1.1.1",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--dev",
            "up0"
        ],
        2,
        "--group and --remote exclude each other",
        "peer add"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--no-learning"],
        2,
        "a gretap tunnel does not learn",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--bridge", "br0"],
        2,
        "a gre tunnel carries IP packets",
        "gretap"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--vlan", "10"],
        2,
        "--vlan needs --bridge",
        ""
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "br0",
            "--vlan",
            "4095"
        ],
        2,
        "`4095` is not a VLAN",
        ""
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "t0"],
        2,
        "have the same name",
        ""
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "none0"],
        4,
        "there is no bridge `none0` on this host",
        "netpipe bridge add none0"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "nic0"],
        3,
        "`nic0` is a veth, not a bridge",
        ""
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "lan9",
            "--vlan",
            "10"
        ],
        3,
        "`lan9` does not tell VLANs apart, and it is not netpipe's",
        "vlan_filtering 1"
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "br0",
            "--address",
            "10.0.0.1/24"
        ],
        2,
        "a bridge's port has no addresses of its own",
        "bridge add"
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--route",
            "10.2.0.0/24"
        ],
        2,
        "--route needs a gre tunnel",
        ""
    ),
    add!(
        [
            "gre",
            "t0",
            "--remote",
            "192.0.2.2",
            "--route",
            "10.2.0.1/24"
        ],
        2,
        "`10.2.0.1/24` has host bits set",
        "did you mean 10.2.0.0/24?"
    ),
    add!(
        [
            "gre",
            "t0",
            "--remote",
            "192.0.2.2",
            "--address",
            "10.2.0.1/24@10.2.0.2"
        ],
        2,
        "names a gateway",
        "--route"
    ),
    add!(
        ["vxlan", "nic0", "--remote", "192.0.2.2", "--vni", "1"],
        3,
        "there is a link `nic0`, a veth, and it is not this tunnel",
        "give another name"
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2", "--vni", "77"],
        3,
        "VNI 77 on UDP port 4789 is taken by the link `mine`, which is not netpipe's",
        "ip link del mine"
    ),
    bad(
        &["tunnel", "del", "mine"],
        3,
        "it is not netpipe's, so it stays",
        "ip link del mine",
    ),
    bad(
        &["tunnel", "show", "none0"],
        4,
        "there is no tunnel `none0`",
        "netpipe tunnel list",
    ),
    bad(
        &["tunnel", "peer", "add", "none0", "192.0.3.2"],
        4,
        "there is no tunnel `none0` of netpipe's",
        "netpipe tunnel list",
    ),
    bad(
        &["tunnel", "peer", "add", "mine", "192.0.3.2"],
        4,
        "there is no tunnel `mine` of netpipe's",
        "",
    ),
    bad(
        &["tunnel", "peer", "list", "none0"],
        4,
        "there is no tunnel `none0`",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "fd00:3::2"],
        2,
        "of another address family",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "239.1.1.1"],
        2,
        "the peer `239.1.1.1` is a multicast group",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "192.0.1.2"],
        2,
        "it is an address of this host",
        "",
    ),
    bad(
        &["tunnel", "peer", "del", "vx9", "192.0.2.2"],
        3,
        "the tunnel was made with it",
        "",
    ),
];

/// The host of all tables, with a way to 192.0.2.0/24 and fd00:2::/64, and tunnels: `vx9`
/// of netpipe's and `mine` of somebody else's.
fn with_underlay() -> Host {
    let host = host();
    host.sh(
        "ip link add up0 type veth peer name up1 && ip link set up1 up && \
         ip address add 192.0.1.2/24 dev up0 && ip address add 192.0.1.3/24 dev up0 && \
         ip -6 address add fd00:1::2/64 dev up0 nodad && ip link set up0 up && \
         ip route add 192.0.2.0/24 via 192.0.1.1 && ip -6 route add fd00:2::/64 via fd00:1::1 && \
         ip link add mine type vxlan id 77 remote 192.0.2.9 dstport 4789",
    );
    host.netpipe("tunnel add vxlan vx9 --remote 192.0.2.2 --vni 9")
        .status(0);
    host
}

#[test]
fn bad_tunnels_are_refused() {
    if needs("vxlan") {
        assert!(ROWS.len() >= 60);
        refuses(&with_underlay(), ROWS);
    }
}

#[test]
fn a_kind_that_the_kernel_lacks_names_its_module() {
    if !needs("vxlan") {
        return;
    }
    let host = with_underlay();
    let kinds = [
        "gretap remote 127.0.0.1",
        "ip6gre remote ::1",
        "geneve id 1 remote 127.0.0.1",
    ];
    let lacks = |kind| {
        let probe = host.try_sh(&format!(
            "ip link add probe0 type {kind} && ip link del probe0"
        ));
        probe.code() != Some(0)
    };
    if !kinds.into_iter().all(lacks) {
        return;
    }
    refuses(
        &host,
        &[
            add!(
                ["gretap", "t0", "--remote", "192.0.2.2"],
                1,
                "kernel has no gretap support",
                "modprobe ip_gre"
            ),
            add!(
                ["gre", "t0", "--remote", "fd00:2::2"],
                1,
                "kernel has no ip6gre support",
                "modprobe ip6_gre"
            ),
            add!(
                ["geneve", "t0", "--remote", "192.0.2.2", "--vni", "1"],
                1,
                "kernel has no geneve support",
                "modprobe geneve"
            ),
        ],
    );
}
