//! Wires and whole cards in containers of a real engine, over restarts and removals.

use super::engine::Engine;
use crate::support::Host;

#[test]
fn a_wire_of_two_containers_lives_on_over_a_restart_of_either() {
    let (engine, host) = (Engine::docker(), Host::new());
    let netpipe = |line: &str| host.call(line).env("NETPIPE_ENGINE", &engine.url).run();
    let (web, db) = (engine.run("--network none"), engine.run("--network none"));
    let before = host.snapshot();
    netpipe(&format!(
        "attach {} veth:{} 10.0.0.1/30 --peer-address 10.0.0.2/30",
        web.name, db.name
    ))
    .status(0);
    assert!(web.reaches("10.0.0.2") && db.reaches("10.0.0.1"));
    for one in [&web, &db] {
        one.client("restart -t 0");
        netpipe("list").status(0).stdout_has("missing");
        netpipe("check").status(1);
        netpipe("check --repair").status(0).stdout_has("repaired");
        assert!(web.reaches("10.0.0.2") && db.reaches("10.0.0.1"));
        netpipe("check").status(0);
    }
    // Neither end can do without the other.
    drop(db);
    netpipe("gc").status(0).stdout_has("released");
    netpipe("list --json").status(0).stdout("[]\n");
    assert!(!web.reaches("10.0.0.2"));
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_card_of_the_host_serves_a_container_and_comes_home() {
    let (engine, host) = (Engine::docker(), Host::new());
    let netpipe = |line: &str| host.call(line).env("NETPIPE_ENGINE", &engine.url).run();
    let lan = host.container("lan");
    host.sh(&format!(
        "ip link add nic0 address 02:00:00:00:00:70 type veth peer name eth0 netns {} && \
         ip link set nic0 up && ip address add 192.168.1.5/24 dev nic0",
        lan.path()
    ));
    lan.sh("ip address add 10.0.0.1/24 dev eth0 && ip link set eth0 up");
    let before = host.snapshot();
    let web = engine.run("--network none");
    netpipe(&format!(
        "attach {} phys:mac:02:00:00:00:00:70 10.0.0.5/24",
        web.name
    ))
    .status(0)
    .stdout_has("in nic0 with 10.0.0.5/24");
    assert!(web.reaches("10.0.0.1"));
    assert_eq!(host.try_sh("ip link show nic0").code(), Some(1));
    netpipe("check").status(0);
    netpipe(&format!("detach {}", web.name))
        .status(0)
        .stderr("");
    before.assert_same(&host.snapshot());
    netpipe("list --json").status(0).stdout("[]\n");
}

#[test]
fn a_port_of_a_vlan_is_one_after_a_restart_too() {
    let (engine, host) = (Engine::docker(), Host::new());
    host.start_ovs();
    let netpipe = |line: &str| host.call(line).env("NETPIPE_ENGINE", &engine.url).run();
    let all = ["10", "10", "20"].map(|vlan| (vlan, engine.run("--network none")));
    for (number, (vlan, web)) in all.iter().enumerate() {
        let address = number + 1;
        netpipe(&format!(
            "attach {} ovs0 10.0.0.{address}/24 --vlan {vlan} --network lan",
            web.name
        ))
        .status(0);
    }
    let [(_, one), (_, two), (_, other)] = &all;
    let apart = || {
        assert!(one.reaches("10.0.0.2") && two.reaches("10.0.0.1"));
        assert!(!other.reaches("10.0.0.1") && !one.reaches("10.0.0.3"));
    };
    apart();
    two.client("restart -t 0");
    netpipe("check --repair").status(0).stdout_has("repaired");
    apart();
}
