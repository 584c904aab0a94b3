//! Default routes and further ones.

use crate::support::{Container, Host, scene};

fn defaults(container: &Container, family: &str) -> String {
    container.sh(&format!("ip {family} route show default"))
}

#[test]
fn a_gateway_replaces_the_default_route_and_detach_restores_it() {
    for gateway in ["10.0.0.5/24@10.0.0.1", "10.0.0.5/24 --gateway 10.0.0.1"] {
        let host = Host::new();
        let blue = host.container("blue");
        scene::uplink(&blue);
        let before = host.snapshot();
        let v6 = defaults(&blue, "-6");
        host.netpipe(format!("attach netns:blue br0 {gateway}"))
            .status(0);
        assert!(defaults(&blue, "").starts_with("default via 10.0.0.1 dev eth1"));
        // The other family's is left alone.
        assert_eq!(defaults(&blue, "-6"), v6);
        host.netpipe("detach netns:blue").status(0);
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn ipv6_alike_and_ipv4_is_left_alone() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    let before = host.snapshot();
    let v4 = defaults(&blue, "");
    host.netpipe("attach netns:blue br0 fd00::5/64@fd00::1")
        .status(0);
    assert!(defaults(&blue, "-6").starts_with("default via fd00::1 dev eth1"));
    assert_eq!(defaults(&blue, ""), v4);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_router_by_its_link_local_address() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 fd00::5/64@fe80::1")
        .status(0);
    assert!(defaults(&blue, "-6").starts_with("default via fe80::1 dev eth1"));
}

#[test]
fn default_route_to_the_link_itself() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24 fd00::5/64 --default-route")
        .status(0);
    assert!(defaults(&blue, "").starts_with("default dev eth1"));
    assert!(defaults(&blue, "-6").starts_with("default dev eth1"));
}

#[test]
fn default_route_by_the_networks_gateway() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("network add br0 --subnet 10.0.0.0/24 --gateway 10.0.0.254")
        .status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --default-route")
        .status(0);
    assert!(defaults(&blue, "").starts_with("default via 10.0.0.254 dev eth1"));
}

#[test]
fn a_metric_puts_the_default_route_beside_others() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1 --metric 50")
        .status(0);
    let both = defaults(&blue, "");
    assert!(both.contains("default via 192.168.7.1 dev up0"), "{both}");
    assert!(both.contains("default via 10.0.0.1 dev eth1"), "{both}");
    assert!(both.contains("metric 50"), "{both}");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn further_routes_with_gateway_and_metric() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe(
        "attach netns:blue br0 10.0.0.5/24 fd00::5/64 --route 10.9.0.0/16,via=10.0.0.2,metric=7 \
         --route 10.8.0.0/16 --route fd09::/48,via=fd00::2",
    )
    .status(0);
    for (family, destination, shown) in [
        ("-4", "10.9.0.0/16", "10.9.0.0/16 via 10.0.0.2 dev eth1"),
        ("-4", "10.8.0.0/16", "10.8.0.0/16 dev eth1"),
        ("-6", "fd09::/48", "fd09::/48 via fd00::2 dev eth1"),
    ] {
        let route = blue.sh(&format!("ip {family} route show {destination}"));
        assert!(route.starts_with(shown), "{route}");
    }
    assert!(blue.sh("ip route show 10.9.0.0/16").contains("metric 7"));
}

#[test]
fn a_route_that_cannot_be_added_undoes_everything() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24 --route 10.9.0.0/16,via=192.168.1.1")
        .status(1)
        .stderr_has("cannot add the route `10.9.0.0/16 via 192.168.1.1")
        .stderr_has("hint: the gateway must be in a subnet of this link");
    before.assert_same(&host.snapshot());
}

#[test]
fn a_replaced_route_whose_link_went_down_stays_away() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1")
        .status(0);
    blue.sh("ip link set up0 down");
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert_eq!(defaults(&blue, ""), "");
}

#[test]
fn a_default_route_put_there_since_stays() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1")
        .status(0);
    blue.sh("ip route replace default via 192.168.7.7");
    host.netpipe("detach netns:blue").status(0);
    assert!(defaults(&blue, "").starts_with("default via 192.168.7.7 dev up0"));
}

#[test]
fn a_replaced_route_comes_back_with_all_it_had() {
    for (family, line, address) in [
        (
            "-4",
            "default via 192.168.7.1 dev up0 proto 77 src 192.168.7.2 mtu 1400 initcwnd 20 \
             advmss lock 1300 realms 5",
            "10.0.0.5/24@10.0.0.1",
        ),
        (
            "-4",
            "default via 192.168.7.1 dev up0 tos 0x10",
            "10.0.0.5/24@10.0.0.1",
        ),
        (
            "-6",
            "default via fd07::1 dev up0 pref high mtu 1400 hoplimit 9",
            "fd00::5/64@fd00::1",
        ),
    ] {
        let host = Host::new();
        let blue = host.container("blue");
        scene::uplink(&blue);
        blue.sh(&format!(
            "ip {family} route del default && ip {family} route add {line}"
        ));
        let before = defaults(&blue, family);
        host.netpipe(format!("attach netns:blue br0 {address}"))
            .status(0);
        assert!(!defaults(&blue, family).contains("up0"), "{line}");
        host.netpipe("detach netns:blue").status(0);
        assert_eq!(defaults(&blue, family), before);
    }
}

#[test]
fn a_route_by_a_next_hop_object_is_not_replaced() {
    let host = Host::new();
    let blue = host.container("blue");
    scene::uplink(&blue);
    blue.sh(
        "ip route del default && ip nexthop add id 7 via 192.168.7.1 dev up0 && \
             ip route add default nhid 7",
    );
    let before = host.snapshot();
    host.netpipe("attach netns:blue br0 10.0.0.5/24@10.0.0.1")
        .status(3)
        .stderr_has("has several next hops or a next-hop object");
    before.assert_same(&host.snapshot());
}
