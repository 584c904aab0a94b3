//! A container is known by its id: names change, and may be another one's later.

use super::engine::{Container, Engine};
use crate::support::{Host, Run};

fn netpipe(host: &Host, engine: &Engine, line: &str) -> Run {
    host.call(line).env("NETPIPE_ENGINE", &engine.url).run()
}

/// A container with a link, that has been renamed since: the container under its old
/// name, which is the one recorded, and its new name.
fn renamed<'a>(host: &Host, engine: &'a Engine) -> (Container<'a>, Container<'a>) {
    let mut web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24", web.name);
    netpipe(host, engine, &line).status(0);
    let new = Engine::new_name();
    web.client_with("rename", &new);
    let old = std::mem::replace(&mut web.name, new);
    (web, engine.create_as(&old, "--network none"))
}

#[test]
fn a_renamed_one_is_there() {
    let (engine, host) = (Engine::docker(), Host::new());
    let (web, other) = renamed(&host, &engine);
    drop(other);
    let before = host.snapshot();
    netpipe(&host, &engine, "gc")
        .status(0)
        .stdout("nothing to collect\n");
    netpipe(&host, &engine, "check --repair").status(0);
    netpipe(&host, &engine, &format!("show {}", web.name)).status(0);
    netpipe(&host, &engine, &format!("list {}", web.name))
        .status(0)
        .stdout_has("10.0.0.5/24");
    before.assert_same(&host.snapshot());
    netpipe(&host, &engine, &format!("detach {}", web.name))
        .status(0)
        .stdout_has("detached: ");
    assert_eq!(host.store(), []);
    assert!(!web.sh("ip -br link").contains("eth1"));
}

#[test]
fn another_one_under_its_old_name_takes_nothing_from_it() {
    let (engine, host) = (Engine::docker(), Host::new());
    let (web, other) = renamed(&host, &engine);
    other.client("start");
    let before = host.snapshot();
    netpipe(&host, &engine, "check --repair").status(0);
    netpipe(&host, &engine, "gc").status(0);
    let (attach, detach) = (
        format!("attach {} br0 10.0.0.6/24", other.name),
        format!("detach {}", other.name),
    );
    let preview = format!("{detach} --dry-run");
    for line in [&attach, &detach, &preview] {
        netpipe(&host, &engine, line)
            .status(3)
            .stderr_has("still exists under another name")
            .stderr_has(&format!("netpipe detach {}", &web.id[..12]));
    }
    before.assert_same(&host.snapshot());
    assert!(web.sh("ip -br address").contains("10.0.0.5/24"));
    netpipe(&host, &engine, &format!("detach {} --all", &web.id[..12])).status(0);
    netpipe(&host, &engine, &attach).status(0);
}

#[test]
fn a_renamed_one_gets_its_routes_back_by_its_old_name() {
    let (engine, host) = (Engine::docker(), Host::new());
    let mut web = engine.run("");
    let before = web.sh("ip route show default");
    let line = format!("attach {} br0 10.88.2.5/24@10.88.2.1", web.name);
    netpipe(&host, &engine, &line).status(0);
    let (old, new) = (web.name.clone(), Engine::new_name());
    web.client_with("rename", &new);
    web.name = new;
    netpipe(&host, &engine, &format!("detach {old}")).status(0);
    assert_eq!(web.sh("ip route show default"), before);
}

#[test]
fn another_engine_cannot_say_that_it_is_gone() {
    let (engine, podman, host) = (Engine::docker(), Engine::podman(), Host::new());
    let web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24", web.name);
    netpipe(&host, &engine, &line).status(0);
    let before = host.snapshot();
    netpipe(&host, &podman, "gc")
        .status(1)
        .stderr_has("is of the engine at");
    netpipe(&host, &podman, "check --repair")
        .status(1)
        .stdout_has("is of the engine at");
    before.assert_same(&host.snapshot());
    netpipe(&host, &engine, "check").status(0);
}

/// A value of the store as it was before records named their engine.
fn without_engine(value: &str) -> String {
    match serde_json::from_str::<serde_json::Value>(value) {
        Ok(serde_json::Value::Object(mut record)) => {
            record.remove("engine");
            serde_json::Value::Object(record).to_string()
        }
        _ => value.to_owned(),
    }
}

#[test]
fn of_a_record_without_an_engine_the_kernel_has_a_say() {
    let (engine, podman, host) = (Engine::docker(), Engine::podman(), Host::new());
    let web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24", web.name);
    netpipe(&host, &engine, &line).status(0);
    host.rewrite(without_engine);
    let before = host.snapshot();
    for line in ["gc", "check", "check --repair"] {
        let run = netpipe(&host, &podman, line).status(1);
        let said = run.out + &run.err;
        assert!(
            said.contains("does not say which engine it is of"),
            "{said}"
        );
    }
    before.assert_same(&host.snapshot());
    web.sh("ip link show eth1");
    // The engine that knows it does not need to be named.
    netpipe(&host, &engine, "check").status(0);
    netpipe(&host, &engine, "gc")
        .status(0)
        .stdout("nothing to collect\n");
    // Without the link there is nothing that speaks against it.
    host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
    netpipe(&host, &podman, "gc")
        .status(0)
        .stdout_has("released, the target is gone");
    assert_eq!(host.store(), []);
}

#[test]
fn a_record_without_an_engine_ends_with_its_boot() {
    let (engine, podman, host) = (Engine::docker(), Engine::podman(), Host::new());
    let web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24", web.name);
    netpipe(&host, &engine, &line).status(0);
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let earlier = "00000000-0000-4000-8000-000000000000";
    host.rewrite(|value| without_engine(&value.replace(boot.trim(), earlier)));
    netpipe(&host, &podman, "gc")
        .status(0)
        .stdout_has("released, the target is gone");
}
