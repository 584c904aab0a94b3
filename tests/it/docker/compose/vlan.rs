//! examples/compose/vlan: tenants of one bridge. It is run on an Open vSwitch, whose daemon can
//! do what the running kernel may lack; with VLANs of a Linux bridge the same is done in
//! tests/it/links/vlan_isolation.rs, and all of the project here where the kernel has them.

use super::project::{Project, import_image};
use crate::docker::engine::Engine;
use crate::support::{has, ovs};

fn tenants(bridge: &str, datapath: &str) {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    if bridge.starts_with("ovs:") {
        host.start_ovs();
    }
    let project = Project::example(&engine, &host, "vlan", &["ovs.yaml"])
        .with("BRIDGE", bridge)
        .with("DATAPATH", datapath);
    let link = bridge.trim_start_matches("ovs:");
    project.does("up -d");
    for again in [false, true] {
        if again {
            project.does("restart -t 1");
        }
        project.is_wired(4);
        let asks = |service: &str, address: &str| {
            let ping = format!("ping -q -c 1 -W 1 {address}");
            project.exec(service, &ping).code() == Some(0)
        };
        // Each tenant reaches its own, both ways, and nobody of the other's.
        assert!(asks("acme-web", "10.60.0.11"));
        assert!(asks("emca-web", "10.60.0.12"));
        assert!(asks("acme-db", "10.60.0.10"));
        assert!(!asks("acme-web", "10.60.0.12"));
        assert!(!asks("emca-web", "10.60.0.11"));
    }
    let made = project.netpipe("compose list --json").json();
    let states: Vec<_> = made.as_array().unwrap().iter().collect();
    let bridges: usize = states
        .iter()
        .filter(|one| one["made"].to_string().contains("bridge"))
        .count();
    assert_eq!((states.len(), bridges), (2, 1), "{made}");
    project.does("down -t 1");
    project.is_gone();
    project.has_no(link);
    if host.ovs_rundir().is_some() {
        assert_eq!(host.vsctl("list-br"), "");
    }
}

#[test]
fn tenants_on_an_open_vswitch_never_meet() {
    let datapath = if ovs::in_kernel() { "" } else { "netdev" };
    tenants("ovs:sw-tenants", datapath);
}

/// Beside an engine there is no emulated machine: where the kernel has no VLANs of bridges, this
/// is what becomes of a hook that fails, and the test above is the one of the tenants.
#[test]
fn tenants_on_a_linux_bridge_never_meet() {
    if has("vlan_filtering") {
        return tenants("br-tenants", "");
    }
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    let project = Project::example(&engine, &host, "vlan", &[]).with("BRIDGE", "br-tenants");
    let run = project.compose("up -d");
    assert_ne!(run.code(), Some(0), "{run:?}");
    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-tenants");
}
