//! Leases on links that need the card's help, or a kernel that the running one is not.

use super::card_scene::scene;
use crate::dhcp::server::dnsmasq;
use crate::support::needs;

/// An ipvlan has the card's MAC, and gets no answer before it has an address.
#[test]
fn an_ipvlan_asks_by_its_card() {
    if !needs("ipvlan") {
        return;
    }
    let (host, lan) = scene();
    let (blue, red) = (host.container("blue"), host.container("red"));
    let server = dnsmasq(&host, &lan, "--dhcp-range=10.0.0.50,10.0.0.60,120");
    let before = host.snapshot();
    host.netpipe("attach netns:blue ipvlan:nic0 dhcp")
        .status(0)
        .stderr("");
    host.netpipe("attach netns:red ipvlan:nic0 dhcp")
        .status(0)
        .stderr("");
    let of = |name: &str| {
        let leases = host.netpipe(format!("dhcp list netns:{name} --json"));
        leases.status(0).json()[0]["address"].clone()
    };
    // One card, two clients.
    assert_ne!(of("blue"), of("red"));
    assert!(blue.comes_to_reach("10.0.0.1"));
    assert!(red.comes_to_reach("10.0.0.1"));
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    server.awaits("DHCPRELEASE(eth0)");
    host.netpipe("detach netns:red").status(0).stderr("");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_macvlan_gets_an_address_of_the_lan() {
    if !needs("macvlan") {
        return;
    }
    let (host, lan) = scene();
    let blue = host.container("blue");
    let server = dnsmasq(&host, &lan, "--dhcp-range=10.0.0.50,10.0.0.60,120");
    host.netpipe("attach netns:blue nic0 dhcp")
        .status(0)
        .stderr("");
    assert!(blue.comes_to_reach("10.0.0.1"));
    host.netpipe("check").status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    server.awaits("DHCPRELEASE(eth0)");
}
