//! VLANs in a provider's VLAN of a network card (802.1ad).

use super::card_scene::{carries, scene};
use crate::support::needs;

#[test]
fn a_vlan_in_a_vlan_is_made_and_goes_with_its_last_user() {
    if !needs("802.1ad") {
        return;
    }
    let (host, lan) = scene();
    let (blue, red) = (host.container("blue"), host.container("red"));
    lan.sh(
        "ip link add link eth0 name outer type vlan proto 802.1ad id 100 && \
         ip link set outer up && ip link add link outer name inner type vlan id 10 && \
         ip address add 10.5.0.1/24 dev inner && ip link set inner up",
    );
    let before = host.snapshot();
    let attach = "attach netns:blue nic0 10.5.0.5/24 --svlan 100 --vlan 10";
    host.netpipe(attach).status(0).stderr("");
    carries((&blue, "10.5.0.5"), (&lan, "10.5.0.1"));
    host.sh("ip -d link show nic0.100 | grep -q 'vlan protocol 802.1ad id 100'");
    host.sh("ip -d link show nic0.100.10 | grep -q 'vlan protocol 802.1Q id 10'");
    host.netpipe(attach).status(0).stdout_has("unchanged");
    host.netpipe("attach netns:blue nic0 10.5.0.5/24 --vlan 10 -i eth1")
        .status(3)
        .stderr_has("its provider's VLAN is 100, not none");
    let shown = host.netpipe("show netns:blue --json").status(0).json();
    assert_eq!(shown[0]["network"], "nic0.100.10");
    assert_eq!(
        (&shown[0]["svlan"], &shown[0]["vlan"]),
        (&100.into(), &"10".into())
    );
    // Another one in the same provider's VLAN: that one stays as long as either.
    host.netpipe("attach netns:red nic0 10.6.0.5/24 --svlan 100 --vlan 20")
        .status(0);
    host.netpipe("detach netns:blue").status(0).stderr("");
    assert!(!host.sh("ip -br link").contains("nic0.100.10"));
    host.sh("ip link show nic0.100");
    host.sh("ip link del nic0.100");
    host.netpipe("check --repair").status(0);
    host.sh("ip link show nic0.100.20");
    // 802.1Q and 802.1ad of one number are two VLANs, but they want one name.
    host.netpipe("attach netns:blue nic0 none --vlan 100")
        .status(3)
        .stderr_has("`nic0.100` is VLAN 100 (802.1ad) of `nic0`");
    host.remove(red);
    host.netpipe("gc").status(0);
    assert!(!host.sh("ip -br link").contains("nic0."));
    host.netpipe("attach netns:blue nic0 10.5.0.5/24 --svlan 100 --vlan 10")
        .status(0);
    host.netpipe("detach netns:blue --dry-run")
        .status(0)
        .stdout_has("ip link del nic0.100.10\nip link del nic0.100\n");
    host.netpipe("detach netns:blue").status(0);
    let _ = host.container("red");
    before.assert_same(&host.snapshot());
}
