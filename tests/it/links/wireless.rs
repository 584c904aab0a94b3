//! Wireless cards, which move with their radio: radios of mac80211_hwsim, in the emulated
//! machine's own namespace.

use super::phys_hardware::machine;
use crate::support::{Container, Host, needs};

const DONE: &str = "ip link set wlan0 down; ip address flush dev wlan0; ip link set wlan1 down; \
    ip address flush dev wlan1; rm -f /run/netns/*";

/// Joins an open network without a base station, on a radio's interface.
const JOIN: &str = "ip link set IF down && iw dev IF set type ibss && ip link set IF up && \
    iw dev IF ibss join netpipe 2412 fixed-freq 02:00:00:00:00:aa";

fn reaches(from: &Host, to: &str) -> bool {
    let ping = format!("timeout 30 sh -c 'until ping -n -q -c 1 -W 1 {to}; do :; done'");
    from.try_sh(&ping).code() == Some(0)
}

fn has_radio(container: &Container) -> bool {
    container.sh("iw dev").contains("Interface")
}

#[test]
fn a_wireless_card_moves_with_its_radio() {
    if !needs("spare_cards") {
        return;
    }
    let (host, _alone) = machine();
    host.sh(DONE);
    host.sh("ip address add 192.168.5.5/24 dev wlan0");
    host.sh("ip link set wlan0 alias air");
    let blue = host.container("blue");
    let before = host.snapshot();
    host.netpipe("attach netns:blue phys:wlan0 10.6.0.5/24 --dry-run")
        .status(0)
        .stdout_has("iw phy#")
        .stdout_has("set netns name /run/netns/blue");
    before.assert_same(&host.snapshot());
    host.netpipe("attach netns:blue phys:wlan0 10.6.0.5/24 -i air0")
        .status(0)
        .stderr("");
    assert!(has_radio(&blue));
    blue.sh("ip link show air0 | grep -q 'was wlan0'");
    host.netpipe("check").status(0);

    // Two radios in two namespaces hear each other.
    blue.sh(&JOIN.replace("IF", "air0"));
    host.sh(&JOIN.replace("IF", "wlan1"));
    host.sh("ip address add 10.6.0.1/24 dev wlan1");
    assert!(reaches(&host, "10.6.0.5"));
    crate::support::stream::carries(host.place(), blue.place(), "10.6.0.5");
    crate::support::stream::carries(blue.place(), host.place(), "10.6.0.1");
    host.sh(
        "ip link set wlan1 down && ip address flush dev wlan1 && iw dev wlan1 set type managed",
    );

    blue.sh("ip link set air0 down && iw dev air0 set type managed");
    host.netpipe("detach netns:blue").status(0).stderr("");
    before.assert_same(&host.snapshot());
    assert!(!has_radio(&blue));
    host.sh(DONE);
    host.sh("ip link set wlan0 alias ''");
}

#[test]
fn the_other_interfaces_of_a_radio_go_along() {
    if !needs("spare_cards") {
        return;
    }
    let (host, _alone) = machine();
    host.sh(DONE);
    host.sh("iw dev wlan0 interface add wlan7 type managed");
    let blue = host.container("blue");
    let before = host.snapshot();
    host.sh("ip link set wlan7 up");
    host.netpipe("attach netns:blue phys:wlan0 none")
        .status(3)
        .stderr_has("`wlan7` is of the same radio as `wlan0`, and would be cut off")
        .stderr_has("ip link set wlan7 down");
    host.sh("ip link set wlan7 down");
    host.netpipe("attach netns:blue phys:wlan0 none")
        .status(0)
        .stderr_has("a radio moves with all its interfaces: wlan7 goes along");
    blue.sh("ip link show wlan7");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
    host.sh("iw dev wlan7 del");
    host.sh(DONE);
}

#[test]
fn a_radio_comes_home_when_its_namespace_dies() {
    if !needs("spare_cards") {
        return;
    }
    let (host, _alone) = machine();
    host.sh(DONE);
    host.sh("ip address add 192.168.5.5/24 dev wlan0 && ip link set wlan0 up");
    let before = host.snapshot();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue phys:wlan0 10.6.0.5/24")
        .status(0);
    host.remove(blue);
    host.netpipe("gc").status(0).stderr("");
    before.assert_same(&host.snapshot());
    host.sh(DONE);
}
