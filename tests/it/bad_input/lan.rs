//! Ports of bridges and routes to other hosts' containers.

use super::{Bad, bad, refuses};
use crate::support::{Host, scene};

/// `bridge port` with further words.
macro_rules! port {
    ([$($word:expr),*], $status:expr, $says:expr, $hint:expr) => {
        bad(&["bridge", "port", $($word),*], $status, $says, $hint)
    };
}

/// `direct-route add` with further words.
macro_rules! route {
    ([$($word:expr),*], $status:expr, $says:expr, $hint:expr) => {
        bad(&["direct-route", "add", $($word),*], $status, $says, $hint)
    };
}

const SUBNET: &str = "write";
const HOST: &str = "write one such as 192.168.7.2";

pub const ROWS: &[Bad<'_>] = &[
    port!(
        ["add", "br0"],
        2,
        "required arguments were not provided",
        ""
    ),
    port!(
        ["add", "a/b", "eth0"],
        2,
        "`a/b` is not an interface name",
        "use 1 to 15"
    ),
    port!(["add", "br0", "-x"], 2, "unexpected argument '-x'", ""),
    port!(
        ["add", "br0", "a-name-too-long-0"],
        2,
        "17 bytes, at most 15",
        "use 1 to 15"
    ),
    port!(
        ["add", "none0", "eth0"],
        4,
        "there is no bridge `none0`",
        "netpipe bridge add none0"
    ),
    port!(
        ["add", "eth0", "br0"],
        3,
        "`eth0` is a veth, not a bridge",
        "the bridge comes first"
    ),
    port!(
        ["add", "br0", "none0"],
        4,
        "there is no link `none0`",
        "see `ip link`"
    ),
    port!(
        ["add", "br0", "lo"],
        3,
        "`lo` is the loopback, which cannot be a port",
        ""
    ),
    port!(["add", "br0", "lan9"], 3, "`lan9` is a bridge", "veth pair"),
    port!(["add", "br0", "br0"], 3, "`br0` is a bridge", "veth pair"),
    port!(
        ["add", "br0", "nic2"],
        3,
        "`nic2` is a port of `lan9` already",
        "ip link set nic2 nomaster"
    ),
    port!(
        ["add", "br0", "eth0"],
        3,
        "`eth0` has 192.168.7.2/24 and",
        "--take-address"
    ),
    port!(
        ["add", "br0", "nic0", "--take-address"],
        3,
        "`nic0` has no address",
        "leave --take-address away"
    ),
    port!(
        ["add", "lan9", "eth0", "--take-address"],
        3,
        "bridge `lan9` is not netpipe's",
        "netpipe bridge add"
    ),
    port!(
        ["add", "stp0", "eth0", "--take-address"],
        3,
        "runs the spanning tree",
        "stp_state 0"
    ),
    port!(
        ["add", "both0", "eth0", "--take-address"],
        3,
        "has the address 192.168.7.2/24 as well",
        "ip address del"
    ),
    port!(
        ["add", "br0", "eth0", "--confirm", "5"],
        2,
        "--take-address",
        ""
    ),
    port!(
        ["add", "br0", "eth0", "--take-address", "--confirm", "0"],
        2,
        "0 is not in 1..=3600",
        ""
    ),
    port!(
        ["add", "br0", "eth0", "--take-address", "--confirm", "3601"],
        2,
        "3601 is not in",
        ""
    ),
    port!(
        ["add", "br0", "eth0", "--take-address", "--confirm", "-1"],
        2,
        "unexpected argument '-1'",
        ""
    ),
    port!(
        ["add", "br0", "eth0", "--take-address", "--confirm", "5s"],
        2,
        "invalid value '5s'",
        ""
    ),
    port!(
        ["del", "none0", "eth0"],
        4,
        "there is no bridge `none0`",
        "see `ip link`"
    ),
    port!(
        ["del", "br0", "none0"],
        4,
        "there is no link `none0`",
        "see `ip link`"
    ),
    port!(
        ["del", "br0", "nic2"],
        3,
        "`nic2` is a port of another device",
        "see `ip link`"
    ),
    port!(
        ["del", "eth0", "br0"],
        3,
        "`eth0` is not a bridge",
        "the bridge comes first"
    ),
    port!(
        ["list", "none0"],
        4,
        "there is no bridge `none0`",
        "netpipe bridge list"
    ),
    port!(["list", "eth0"], 3, "`eth0` is a veth, not a bridge", ""),
    route!(
        ["10.2.0.0/24", "via"],
        2,
        "required arguments were not provided",
        ""
    ),
    route!(
        ["10.2.0.0/24", "by", "192.168.7.9"],
        2,
        "invalid value 'by'",
        ""
    ),
    route!(
        ["10.2.0.1/24", "via", "192.168.7.9"],
        2,
        "did you mean 10.2.0.0/24?",
        SUBNET
    ),
    route!(
        ["10.2.0.0/33", "via", "192.168.7.9"],
        2,
        "not an address with a prefix length",
        SUBNET
    ),
    route!(
        ["10.2.0.0/24,metric=1", "via", "192.168.7.9"],
        2,
        "is not a subnet of containers",
        SUBNET
    ),
    route!(
        ["default", "via", "192.168.7.9"],
        2,
        "`default` is not a route's destination",
        SUBNET
    ),
    route!(
        ["0.0.0.0/0", "via", "192.168.7.9"],
        2,
        "it is everything",
        SUBNET
    ),
    route!(["::/0", "via", "fd07::9"], 2, "it is everything", SUBNET),
    route!(
        ["224.0.0.0/8", "via", "192.168.7.9"],
        2,
        "it is a multicast group",
        SUBNET
    ),
    route!(
        ["127.0.0.0/8", "via", "192.168.7.9"],
        2,
        "it is the loopback's",
        SUBNET
    ),
    route!(
        ["fe80::/64", "via", "fd07::9"],
        2,
        "it is each link's own",
        SUBNET
    ),
    route!(
        ["10.2.0.0/24", "via", "host2"],
        2,
        "it is not an IP address",
        HOST
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.9/24"],
        2,
        "it is not an IP address",
        HOST
    ),
    route!(["10.2.0.0/24", "via", "0.0.0.0"], 2, "it is nobody's", HOST),
    route!(
        ["10.2.0.0/24", "via", "255.255.255.255"],
        2,
        "it is everybody's",
        HOST
    ),
    route!(
        ["10.2.0.0/24", "via", "127.0.0.1"],
        2,
        "it is the loopback's",
        HOST
    ),
    route!(
        ["fd02::/64", "via", "ff02::1"],
        2,
        "it is a multicast group",
        HOST
    ),
    route!(
        ["10.2.0.0/24", "via", "fd07::9"],
        2,
        "are of two address families",
        "of the subnet's family"
    ),
    route!(
        ["fd02::/64", "via", "fe80::9"],
        2,
        "`fe80::9` is on every link",
        "--dev"
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.0"],
        2,
        "`192.168.7.0` is no host's address",
        ""
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.255"],
        2,
        "`192.168.7.255` is no host's address",
        ""
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.2"],
        3,
        "`192.168.7.2` is this host's own address",
        "other host"
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.99.1"],
        3,
        "is in no subnet of this host's links",
        "across routers use a tunnel"
    ),
    route!(
        ["10.2.0.0/24", "via", "172.16.0.9"],
        3,
        "`nic3` is down",
        "ip link set nic3 up"
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.9", "--dev", "nic0"],
        3,
        "`nic0` is down",
        "ip link set nic0 up"
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.9", "--dev", "none0"],
        4,
        "there is no link `none0`",
        "see `ip link`"
    ),
    route!(
        ["10.2.0.0/24", "via", "192.168.7.9", "--metric", "-5"],
        2,
        "unexpected argument '-5'",
        ""
    ),
    route!(
        ["fd02::/64", "via", "fd07::9", "--metric", "0"],
        2,
        "0 is not a metric of an IPv6 route",
        "leave --metric away"
    ),
    route!(
        ["192.168.7.0/24", "via", "192.168.7.9"],
        3,
        "it overlaps with the route `192.168.7.0/24",
        "remove that one"
    ),
    route!(
        ["10.51.3.0/24", "via", "192.168.7.9"],
        3,
        "it overlaps with the route `10.51.0.0/16",
        "remove that one"
    ),
    route!(
        ["10.0.0.0/8", "via", "192.168.7.9"],
        3,
        "it overlaps with the route `10.51.0.0/16",
        "remove that one"
    ),
    bad(
        &["direct-route", "del", "10.2.0.1/24"],
        2,
        "did you mean 10.2.0.0/24?",
        SUBNET,
    ),
    bad(
        &["direct-route", "del"],
        2,
        "required arguments were not provided",
        "",
    ),
];

#[test]
fn bad_ports_and_routes_are_refused() {
    let host: Host = super::host();
    scene::lan(&host);
    host.netpipe("bridge add br0").status(0);
    host.netpipe("bridge add stp0 --stp").status(0);
    host.netpipe("bridge add both0 --address 192.168.7.2/24")
        .status(0);
    host.sh(
        "ip link add nic2 type veth peer name nic4 && ip link set nic2 master lan9 && \
         ip link add nic3 type veth peer name nic5 && ip address add 172.16.0.2/24 dev nic3",
    );
    // Its second subnet's route would hide the LAN's.
    host.sh("ip route del 192.168.7.0/24 dev both0");
    refuses(&host, ROWS);
}
