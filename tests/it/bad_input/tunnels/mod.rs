//! Tunnels that cannot be.

use super::{bad, host, refuses};
use crate::support::{Host, needs};

/// Adds a tunnel `t0` of a kind, with these words behind.
macro_rules! add {
    ([$($word:expr),+], $status:expr, $says:expr, $hint:expr) => {
        bad(&["tunnel", "add", $($word),+], $status, $says, $hint)
    };
}

mod ends;
mod uses;

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
        assert!(ends::ROWS.len() + uses::ROWS.len() >= 60);
        let host = with_underlay();
        refuses(&host, ends::ROWS);
        refuses(&host, uses::ROWS);
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
