//! Containers restart, stop, go, and come back under the same name.

use super::engine::{Container, Engine};
use crate::support::{Host, Run};

fn netpipe(host: &Host, engine: &Engine, line: &str) -> Run {
    host.call(line).env("NETPIPE_ENGINE", &engine.url).run()
}

fn attached<'a>(host: &Host, engine: &'a Engine) -> Container<'a> {
    let web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24 fd00::5/64 --mac U:web", web.name);
    netpipe(host, engine, &line).status(0);
    web
}

#[test]
fn a_restart_is_drift_and_repair_wires_it_again() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = attached(&host, &engine);
    let mac = |web: &Container<'_>| web.sh("ip -o link show eth1 | grep -o 'link/ether [^ ]*'");
    let first = mac(&web);
    netpipe(&host, &engine, "check").status(0);
    web.client("restart -t 0");
    netpipe(&host, &engine, "check")
        .status(1)
        .stdout_has("the target has a new network namespace");
    netpipe(&host, &engine, "check --repair")
        .status(0)
        .stdout_has("repaired");
    let inside = web.sh("ip -br address show eth1");
    for address in ["10.0.0.5/24", "fd00::5/64"] {
        assert!(inside.contains(address), "{inside}");
    }
    assert_eq!(mac(&web), first);
    netpipe(&host, &engine, "check").status(0);
    netpipe(&host, &engine, "gc")
        .status(0)
        .stdout("nothing to collect\n");
}

#[test]
fn the_same_attach_after_a_restart_wires_it_again() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = attached(&host, &engine);
    web.client("restart -t 0");
    let line = format!("attach {} br0 10.0.0.5/24 fd00::5/64 --mac U:web", web.name);
    netpipe(&host, &engine, &line)
        .status(0)
        .stdout_has("repaired");
    netpipe(&host, &engine, "check").status(0);
}

#[test]
fn a_stopped_one_keeps_what_it_has() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = attached(&host, &engine);
    web.client("stop -t 0");
    let store = host.store();
    netpipe(&host, &engine, "gc").status(0);
    assert_eq!(host.store(), store);
    netpipe(&host, &engine, "check")
        .status(1)
        .stdout_has("is not running");
    host.container("red");
    netpipe(&host, &engine, "attach netns:red br0 10.0.0.5/24")
        .status(3)
        .stderr_has(&web.name);
    netpipe(&host, &engine, &format!("detach {}", web.name))
        .status(0)
        .stdout_has("freed 10.0.0.5/24");
    assert_eq!(host.store(), []);
}

#[test]
fn a_removed_one_is_detached_by_name_or_id() {
    for by_id in [false, true] {
        let (engine, host) = (Engine::docker(), Host::new());
        let web = attached(&host, &engine);
        web.client("rm -f");
        let target = if by_id { &web.id[..12] } else { &web.name };
        netpipe(&host, &engine, &format!("show {target}")).status(0);
        netpipe(&host, &engine, &format!("detach {target}"))
            .status(0)
            .stdout_has(&format!("detached: {} eth1", web.name));
        assert_eq!(host.store(), []);
        host.try_sh("ip link show br0").status(1);
    }
}

#[test]
fn a_removed_one_is_collected() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = attached(&host, &engine);
    web.client("rm -f");
    netpipe(&host, &engine, "gc").status(0).stdout(&format!(
        "{} eth1: released, the target is gone\n",
        web.name
    ));
    assert_eq!(host.store(), []);
    host.try_sh("ip link show br0").status(1);
}

#[test]
fn another_one_of_the_same_name_is_not_the_old_one() {
    let (engine, host) = (Engine::docker(), Host::new());
    let old = attached(&host, &engine);
    old.client("rm -f");
    let new = engine.create_as(&old.name, "--network none");
    new.client("start");
    netpipe(&host, &engine, "check")
        .status(1)
        .stdout_has("another container has its name now");
    netpipe(&host, &engine, "check --repair").code();
    assert!(
        !new.sh("ip -br link").contains("eth1"),
        "wiring of the old one"
    );
    let line = format!("attach {} br0 10.0.0.5/24", new.name);
    netpipe(&host, &engine, &line)
        .status(0)
        .stdout_has("attached:");
    let report = host.netpipe("list --json").json();
    assert_eq!(report.as_array().unwrap().len(), 1);
    assert_eq!(report[0]["container"], new.id.as_str());
    netpipe(&host, &engine, "check").status(0);
}

#[test]
fn without_its_engine_a_container_can_still_be_detached() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = attached(&host, &engine);
    host.call(format!("detach {}", web.name))
        .env("NETPIPE_ENGINE", "unix:///no/such")
        .run()
        .status(0);
    assert_eq!(host.store(), []);
    assert!(!web.sh("ip -br link").contains("eth1"));
}

#[test]
fn without_its_engine_a_displaced_route_cannot_be_put_back() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("");
    let before = web.sh("ip route show default");
    let line = format!("attach {} br0 10.88.2.5/24@10.88.2.1", web.name);
    netpipe(&host, &engine, &line).status(0);
    host.call(format!("detach {}", web.name))
        .env("NETPIPE_ENGINE", "unix:///no/such")
        .run()
        .status(1)
        .stderr_has("the engine does not answer")
        .stderr_has("hint: repeat the command when the engine is up");
    netpipe(&host, &engine, &format!("detach {}", web.name)).status(0);
    assert_eq!(web.sh("ip route show default"), before);
    assert_eq!(host.store(), []);
}

#[test]
fn gc_without_the_engine_judges_no_container() {
    let (engine, host) = (Engine::docker(), Host::new());
    let _web = attached(&host, &engine);
    let before = host.snapshot();
    host.call("gc")
        .env("NETPIPE_ENGINE", "unix:///no/such")
        .run()
        .status(1);
    before.assert_same(&host.snapshot());
}

/// Whoever cannot be asked about is not one that is gone: his address stays his.
#[test]
fn an_address_half_added_to_a_container_whose_engine_is_down_stays_its_own() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("--network none");
    let proxy = super::proxy::start(&host, &engine, |_| {});
    let through = |line: &str| host.call(line).env("NETPIPE_ENGINE", &proxy);
    through(&format!("attach {} br0 10.0.0.5/24", web.name))
        .run()
        .status(0);
    let extend = format!("attach {} br0 10.0.0.6/24 -i eth1", web.name);
    through(&extend).fault("kill:2").run().killed();
    assert!(web.sh("ip addr show eth1").contains("10.0.0.6/24"));
    host.container("red");
    std::fs::remove_file(host.directory().join("proxy.sock")).unwrap();
    let other = "attach netns:red br0 10.0.0.6/24";
    through(other)
        .run()
        .status(3)
        .stderr_has(&format!("belongs to `eth1` on `{}`", web.name));
    // The next one that can ask settles it.
    let _again = super::proxy::start(&host, &engine, |_| {});
    through(&extend).run().status(0);
    through(other).run().status(3);
}
