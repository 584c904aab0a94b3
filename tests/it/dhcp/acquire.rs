//! Asking for an address, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::server::{
    ACK, DISCOVER, Lan, NAK, OFFER, RELEASE, REQUEST, Script, gives, good, option,
};

const RANGE: &str = "--dhcp-range=10.9.0.50,10.9.0.60,120";

#[test]
fn an_attach_asks_udhcpd_and_applies_what_it_gives() {
    let lan = Lan::new();
    let before = lan.host.snapshot();
    let server = lan.udhcpd(
        (20, 30),
        "opt dns 10.9.0.1\nopt domain lan.test\nopt lease 60\nopt mtu 1400",
    );
    lan.netpipe("attach netns:blue br0 dhcp --dry-run")
        .status(0)
        .stdout_has("udhcpc -i eth1 -n -q")
        .stdout_has("-x hostname:blue");
    before.assert_same(&lan.host.snapshot());
    lan.netpipe("attach netns:blue br0 dhcp")
        .status(0)
        .stderr("")
        .stdout_has("attached: netns:blue eth1 in br0 with 10.9.0.2");
    server.awaits("sending ACK");
    let leases = lan.leases();
    assert_eq!(leases[0]["server"], "10.9.0.1");
    assert_eq!(leases[0]["seconds"], 60);
    assert_eq!(leases[0]["dns"][0], "10.9.0.1");
    assert_eq!(leases[0]["domain"], "lan.test");
    assert_eq!(leases[0]["mtu"], 1400);
    let shown = lan.blue.sh("ip address show eth1 && ip route");
    assert!(shown.contains("mtu 1400"), "{shown}");
    assert!(shown.contains("dynamic eth1"), "{shown}");
    assert!(shown.contains("default via 10.9.0.1 dev eth1"), "{shown}");
    assert!(lan.blue.comes_to_reach("10.9.0.1"));
    let after = lan.host.snapshot();
    lan.netpipe("attach netns:blue br0 dhcp")
        .status(0)
        .stdout_has("unchanged");
    lan.netpipe("check").status(0);
    lan.netpipe("show netns:blue")
        .status(0)
        .stdout_has("lan.test");
    after.assert_same(&lan.host.snapshot());
    lan.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same_kernel(&lan.host.snapshot());
}

#[test]
fn the_address_is_in_the_registry_and_detach_gives_it_back() {
    let lan = Lan::new();
    let server = lan.dnsmasq(RANGE);
    lan.netpipe("attach netns:blue br0 dhcp 10.8.0.5/24")
        .status(0);
    let address = lan.leases()[0]["address"].as_str().unwrap().to_owned();
    let line = server.awaits("DHCPACK");
    assert!(line.ends_with(" blue"), "{line}");
    let ip = address.trim_end_matches("/24");
    assert!(line.contains(ip), "{line}");
    // Nobody else gets it.
    lan.host.container("red");
    lan.netpipe(&format!("attach netns:red br0 {address}"))
        .status(3)
        .stderr_has("belongs to `eth1` on `netns:blue`");
    lan.netpipe("detach netns:blue").status(0).stderr("");
    server.awaits(&format!("DHCPRELEASE(eth0) {ip}"));
    lan.netpipe(&format!("attach netns:red br0 {address}"))
        .status(0);
}

#[test]
fn an_address_of_somebody_else_is_given_back_and_nothing_is_attached() {
    let lan = Lan::new();
    lan.host.container("red");
    lan.netpipe("attach netns:red br0 10.9.0.77/24").status(0);
    let before = lan.host.snapshot();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 77], good(60)));
    lan.netpipe("attach netns:blue br0 dhcp")
        .status(3)
        .stderr_has("a server gave `10.9.0.77`, which is taken")
        .stderr_has("belongs to `eth1` on `netns:red`");
    let back = server.awaits(RELEASE);
    assert_eq!(back.ciaddr.octets(), [10, 9, 0, 77]);
    before.assert_same(&lan.host.snapshot());
}

#[test]
fn without_a_server_nothing_is_attached() {
    let lan = Lan::new();
    let before = lan.host.snapshot();
    lan.netpipe("attach netns:blue br0 dhcp --dhcp-timeout 1")
        .status(1)
        .stderr_has("no DHCP server answered on `eth1` in 1 s")
        .stderr_has("--dhcp-timeout");
    before.assert_same(&lan.host.snapshot());
    // Ctrl-C while one is waited for.
    let asked = Script::start(&lan.srv, |_| Vec::new());
    let waiting = lan.start("attach netns:blue br0 dhcp");
    asked.awaits(DISCOVER);
    waiting.signal(nix::sys::signal::Signal::SIGINT);
    waiting.ends(130);
    before.assert_same(&lan.host.snapshot());
}

#[test]
fn classless_routes_come_before_the_router() {
    let lan = Lan::new();
    let routes = "--dhcp-option=121,10.77.0.0/16,10.9.0.9,0.0.0.0/0,10.9.0.2";
    let _server = lan.dnsmasq(&format!("{RANGE} {routes} --dhcp-option=3,10.9.0.1"));
    lan.netpipe("attach netns:blue br0 dhcp")
        .status(0)
        .stderr("");
    let shown = lan.blue.sh("ip route");
    assert!(shown.contains("default via 10.9.0.2 dev eth1"), "{shown}");
    assert!(
        shown.contains("10.77.0.0/16 via 10.9.0.9 dev eth1"),
        "{shown}"
    );
    assert!(!shown.contains("default via 10.9.0.1"), "{shown}");
    lan.netpipe("check").status(0);
}

#[test]
fn a_default_route_that_is_there_stays_unless_it_is_asked_for() {
    let lan = Lan::new();
    let _server = lan.dnsmasq(RANGE);
    crate::support::scene::uplink(&lan.blue);
    let default = || lan.blue.sh("ip route show default");
    let before = default();
    lan.netpipe("attach netns:blue br0 dhcp").status(0);
    assert_eq!(default(), before);
    lan.netpipe("attach netns:blue br0 dhcp --default-route --replace -i eth1")
        .status(0);
    assert!(default().contains("via 10.9.0.1 dev eth1"), "{}", default());
    lan.netpipe("detach netns:blue").status(0).stderr("");
    assert_eq!(default(), before);
    lan.netpipe("attach netns:blue br0 dhcp --metric 50")
        .status(0);
    assert!(default().contains("via 10.9.0.1 dev eth1 proto static metric 50"));
    assert!(default().contains(before.trim()), "{}", default());
}

#[test]
fn the_client_is_the_same_each_time_or_as_told() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(60)));
    let mut seen = Vec::new();
    for args in [
        "",
        "",
        "--dhcp-client-id 01:02:00:00:00:00:07 --dhcp-hostname web.lan",
    ] {
        lan.netpipe(&format!("attach netns:blue br0 dhcp {args}"))
            .status(0);
        let asked = server.awaits(REQUEST);
        let name = String::from_utf8(asked.option(12).unwrap().to_vec()).unwrap();
        seen.push((asked.option(61).unwrap().to_vec(), name));
        lan.netpipe("detach netns:blue").status(0);
        let back = server.awaits(RELEASE);
        assert_eq!(back.option(61), Some(&seen.last().unwrap().0[..]));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].1, "blue");
    assert_eq!(seen[2], (vec![1, 2, 0, 0, 0, 0, 7], "web.lan".into()));
}

#[test]
fn of_two_servers_one_that_does_not_confirm_is_left() {
    let lan = Lan::new();
    // One offers first and never confirms; the other does both.
    let mut first = true;
    let options = |server: u8| {
        let mut all = good(60);
        all[5] = server;
        all
    };
    let server = Script::start(&lan.srv, move |asked| match asked.kind {
        DISCOVER => {
            let who = if first { 7 } else { 1 };
            first = false;
            vec![asked.reply(OFFER, [10, 9, 0, 70 + who].into(), &options(who))]
        }
        REQUEST if asked.option(54) == Some(&[10, 9, 0, 1]) => {
            vec![asked.reply(ACK, [10, 9, 0, 71].into(), &options(1))]
        }
        _ => Vec::new(),
    });
    lan.netpipe("attach netns:blue br0 dhcp")
        .status(0)
        .stdout_has("10.9.0.71/24");
    drop(server);
}

#[test]
fn a_repair_asks_for_the_same_address_and_takes_what_comes() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(60)));
    lan.netpipe("attach netns:blue br0 dhcp").status(0);
    server.awaits(REQUEST);
    lan.blue.sh("ip address flush dev eth1");
    lan.netpipe("check")
        .status(1)
        .stdout_has("address 10.9.0.70/24 is missing");
    lan.netpipe("check --repair")
        .status(0)
        .stdout_has("repaired");
    let asked = server.awaits(REQUEST);
    // As one who was restarted: no server named (RFC 2131 section 4.3.2).
    assert_eq!(asked.option(50), Some(&[10, 9, 0, 70][..]));
    assert_eq!(asked.option(54), None);
    // A container that was restarted; the server has another address for it by now.
    server.now(|asked| match (asked.kind, asked.option(54)) {
        (REQUEST, None) => vec![asked.reply(NAK, [0; 4].into(), &option(54, &[10, 9, 0, 1]))],
        (DISCOVER, _) => vec![asked.reply(OFFER, [10, 9, 0, 80].into(), &good(60))],
        (REQUEST, _) => vec![asked.reply(ACK, [10, 9, 0, 80].into(), &good(60))],
        _ => Vec::new(),
    });
    let blue = lan.host.known("blue");
    lan.host.remove(blue);
    let blue = lan.host.container("blue");
    lan.netpipe("check --repair").status(0);
    assert!(blue.sh("ip -4 address show eth1").contains("10.9.0.80/24"));
    assert_eq!(lan.leases()[0]["address"], "10.9.0.80/24");
    // The address of before is free.
    lan.host.container("red");
    lan.netpipe("attach netns:red br0 10.9.0.70/24").status(0);
}

#[test]
fn a_lease_that_is_over_is_told_and_renewed() {
    let lan = Lan::new();
    let _server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(60)));
    lan.netpipe("attach netns:blue br0 dhcp").status(0);
    lan.host
        .rewrite(|value| value.replace("\"seconds\":60", "\"seconds\":0"));
    lan.netpipe("check")
        .status(1)
        .stdout_has("the lease of 10.9.0.70/24 has been over for");
    lan.netpipe("dhcp list").status(0).stdout_has("over");
    lan.netpipe("dhcp renew netns:blue")
        .status(0)
        .stdout("renewed: netns:blue eth1 with 10.9.0.70/24\n");
    lan.netpipe("check").status(0);
    lan.netpipe("dhcp release netns:blue eth1").status(0);
    assert_eq!(lan.leases(), serde_json::json!([]));
    assert_eq!(lan.blue.sh("ip -4 address show eth1"), "");
    lan.netpipe("check")
        .status(1)
        .stdout_has("dhcp: it has no lease");
}

#[test]
fn an_attachment_is_extended_by_a_lease() {
    let lan = Lan::new();
    let before = {
        lan.netpipe("attach netns:blue br0 10.8.0.5/24").status(0);
        lan.host.snapshot()
    };
    lan.netpipe("attach netns:blue br0 dhcp -i eth1 --dhcp-timeout 1")
        .status(1);
    before.assert_same(&lan.host.snapshot());
    let _server = lan.dnsmasq(RANGE);
    lan.netpipe("attach netns:blue br0 dhcp -i eth1")
        .status(0)
        .stdout_has("extended: netns:blue eth1 in br0 with 10.8.0.5/24,10.9.0.5");
    lan.netpipe("attach netns:blue br0 dhcp 10.8.0.5/24")
        .status(0)
        .stdout_has("unchanged");
    lan.netpipe("check").status(0);
}

#[test]
fn a_replacement_gives_back_what_it_does_not_ask_for() {
    let lan = Lan::new();
    let server = Script::start(&lan.srv, gives([10, 9, 0, 70], good(600)));
    lan.netpipe("attach netns:blue br0 dhcp").status(0);
    let dry = "attach netns:blue br0 dhcp -i eth1 --mtu 1400 --replace --dry-run";
    let kept = lan.netpipe(dry).status(0);
    assert!(!kept.out.contains("dhclient -4 -r"), "{}", kept.out);
    let fixed = "attach netns:blue br0 10.9.0.5/24 -i eth1 --mtu 1400 --replace";
    lan.netpipe(&format!("{fixed} --dry-run"))
        .status(0)
        .stdout_has("dhclient -4 -r eth1");
    // What fails puts the lease back that was given up.
    lan.host.container("red");
    lan.netpipe("attach netns:red br0 10.9.0.6/24").status(0);
    lan.netpipe("attach netns:blue br0 10.9.0.6/24 -i eth1 --mtu 1400 --replace")
        .status(3)
        .stderr_has("the attachment that was there has been put back");
    assert_eq!(server.awaits(RELEASE).ciaddr.octets(), [10, 9, 0, 70]);
    server.awaits(REQUEST);
    lan.netpipe("check").status(0);
    assert_eq!(lan.leases()[0]["address"], "10.9.0.70/24");
    lan.netpipe(fixed).status(0);
    assert_eq!(server.awaits(RELEASE).ciaddr.octets(), [10, 9, 0, 70]);
    assert_eq!(lan.leases(), serde_json::json!([]));
    lan.netpipe("attach netns:red br0 10.9.0.70/24 -i eth1")
        .status(0);
    lan.netpipe("check").status(0);
}

#[test]
fn who_is_refused_again_and_again_asks_with_pauses() {
    let lan = Lan::new();
    let count = Arc::new(AtomicU32::new(0));
    let counted = count.clone();
    let _server = Script::start(&lan.srv, move |asked| {
        counted.fetch_add(1, Ordering::SeqCst);
        vec![asked.reply(NAK, [0; 4].into(), &option(54, &[10, 9, 0, 1]))]
    });
    lan.netpipe("attach netns:blue br0 dhcp --dhcp-timeout 2")
        .status(1)
        .stderr_has("it refused the address");
    let count = count.load(Ordering::SeqCst);
    assert!(count < 10, "asked {count} times");
}
