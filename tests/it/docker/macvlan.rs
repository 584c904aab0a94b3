//! A link that is in the container alone: nothing on the host tells of it.

use super::engine::Engine;
use crate::support::{Host, needs};

/// A host with a card that leads to 10.0.0.1.
fn host() -> Host {
    let host = Host::new();
    let lan = host.container("lan");
    host.sh(&format!(
        "ip link add nic0 type veth peer name eth0 netns {} && ip link set nic0 up",
        lan.path()
    ));
    lan.sh("ip address add 10.0.0.1/24 dev eth0 && ip link set eth0 up");
    host
}

#[test]
fn it_comes_back_after_a_restart_and_goes_with_its_container() {
    if !needs("macvlan") {
        return;
    }
    let (engine, host) = (Engine::docker(), host());
    let netpipe = |line: &str| host.call(line).env("NETPIPE_ENGINE", &engine.url).run();
    let web = engine.run("--network none");
    netpipe(&format!("attach {} nic0 10.0.0.5/24", web.name)).status(0);
    assert!(web.reaches("10.0.0.1"));
    netpipe("list").status(0).stdout_has("up");
    web.client("restart -t 0");
    netpipe("list").status(0).stdout_has("missing");
    netpipe("check")
        .status(1)
        .stdout_has("the target has a new network namespace");
    netpipe("check --repair").status(0).stdout_has("repaired");
    assert!(web.reaches("10.0.0.1"));
    netpipe("check").status(0);
    web.client("stop -t 0");
    netpipe("list").status(0).stdout_has("missing");
    netpipe("gc").status(0).stdout("nothing to collect\n");
    drop(web);
    netpipe("gc")
        .status(0)
        .stdout_has("released, the target is gone");
    netpipe("list --json").status(0).stdout("[]\n");
}

#[test]
fn without_its_engine_it_cannot_be_reached() {
    if !needs("macvlan") {
        return;
    }
    let (engine, host) = (Engine::docker(), host());
    let netpipe = |line: &str| host.call(line).env("NETPIPE_ENGINE", &engine.url).run();
    let web = engine.run("--network none");
    netpipe(&format!("attach {} nic0 10.0.0.5/24", web.name)).status(0);
    let nobody = format!("unix://{}/none.sock", host.directory().display());
    let away = |line: &str| host.call(line).env("NETPIPE_ENGINE", &nobody).run();
    away("list").status(0).stdout_has("unknown");
    away(&format!("detach {}", web.name))
        .status(1)
        .stderr_has("the link is inside the target")
        .stderr_has("hint: repeat the command when the engine is up");
    assert!(web.reaches("10.0.0.1"));
    netpipe(&format!("detach {}", web.name)).status(0);
    assert!(!web.reaches("10.0.0.1"));
    netpipe("list --json").status(0).stdout("[]\n");
}
