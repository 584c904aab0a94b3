//! DHCPv6 and addresses of advertised prefixes.

use super::server::Lan;

const STATEFUL: &str = "--dhcp-range=fd09::100,fd09::200,64,120 --enable-ra \
    --ra-param=eth0,10,300 --dhcp-option=option6:dns-server,[fd09::53]";
const ADVERTISED: &str = "--dhcp-range=fd09::,ra-only,64,600 --enable-ra --ra-param=eth0,10,300";

#[test]
fn a_dhcpv6_server_gives_an_address_and_gets_it_back() {
    let lan = Lan::new();
    let before = lan.host.snapshot();
    let server = lan.dnsmasq(STATEFUL);
    lan.netpipe("attach netns:blue br0 dhcp6")
        .status(0)
        .stderr("")
        .stdout_has("with fd09::");
    let leases = lan.leases();
    assert_eq!(leases[0]["kind"], "dhcp6");
    assert_eq!(leases[0]["dns"][0], "fd09::53");
    assert_eq!(leases[0]["seconds"], 120);
    let address = leases[0]["address"].as_str().unwrap().to_owned();
    let ip = address.trim_end_matches("/128");
    let shown = lan.blue.sh("ip -6 address show eth1");
    assert!(shown.contains(&address), "{shown}");
    assert!(lan.blue.comes_to_reach("fd09::1"));
    lan.netpipe("check").status(0);
    lan.netpipe("dhcp renew netns:blue")
        .status(0)
        .stdout_has(ip);
    let client = leases[0]["client"].clone();
    assert_eq!(lan.leases()[0]["client"], client);
    lan.netpipe("detach netns:blue").status(0).stderr("");
    server.awaits("DHCPRELEASE(eth0)");
    before.assert_same_kernel(&lan.host.snapshot());
}

#[test]
fn routers_advertise_a_prefix_for_an_address() {
    let lan = Lan::new();
    let before = lan.host.snapshot();
    lan.netpipe("attach netns:blue br0 slaac --dhcp-timeout 3")
        .status(1)
        .stderr_has("no router advertised a prefix for addresses on `eth1`");
    before.assert_same(&lan.host.snapshot());
    let _server = lan.dnsmasq(ADVERTISED);
    lan.netpipe("attach netns:blue br0 slaac --dry-run")
        .status(0)
        .stdout_has("sysctl -w net.ipv6.conf.eth1.accept_ra=2");
    lan.netpipe("attach netns:blue br0 slaac 10.8.0.5/24")
        .status(0)
        .stderr("");
    let leases = lan.leases();
    assert_eq!(leases[0]["kind"], "slaac");
    let address = leases[0]["address"].as_str().unwrap().to_owned();
    assert!(
        address.starts_with("fd09::") && address.ends_with("/64"),
        "{address}"
    );
    assert!(lan.blue.comes_to_reach("fd09::1"));
    assert!(
        lan.blue
            .sh("ip -6 route show default")
            .contains("dev eth1 proto ra")
    );
    lan.netpipe("check").status(0);
    // The address is reserved as any other.
    lan.host.container("red");
    lan.netpipe(&format!("attach netns:red br0 {address}"))
        .status(3);
    lan.netpipe("attach netns:blue br0 slaac")
        .status(0)
        .stdout_has("unchanged");
    lan.netpipe("detach netns:blue").status(0).stderr("");
}

#[test]
fn a_hold_renews_a_dhcpv6_lease() {
    let lan = Lan::new();
    let server = lan.dnsmasq(STATEFUL);
    lan.netpipe("attach netns:blue br0 dhcp6").status(0);
    // A lease that is to be renewed in two seconds: the least that this server gives is 120.
    lan.host
        .rewrite(|value| value.replace("\"renew\":60", "\"renew\":2"));
    let held = lan.start("dhcp hold netns:blue");
    held.awaits("holding");
    server.awaits("DHCPRENEW(eth0)");
    held.awaits("renewed: eth1: fd09::");
    held.signal(nix::sys::signal::Signal::SIGINT);
    held.ends(0);
    server.awaits("DHCPRELEASE(eth0)");
}
