//! Attaching containers, by whatever names them.

use super::engine::{Container, Engine};
use crate::support::Host;

#[test]
fn by_name_id_and_prefix_it_is_the_same_container() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("--network none");
    let name = &web.name;
    let call = |target: &str| {
        host.call(format!("attach {target} br0 10.0.0.5/24"))
            .env("NETPIPE_ENGINE", &engine.url)
            .run()
            .status(0)
    };
    call(name).stdout(&format!("attached: {name} eth1 in br0 with 10.0.0.5/24\n"));
    for target in [
        web.id.as_str(),
        &web.id[..12],
        &format!("docker:{name}"),
        &format!("docker:{}", web.id),
    ] {
        call(target).stdout(&format!("unchanged: {name} eth1 in br0 with 10.0.0.5/24\n"));
    }
    assert!(web.sh("ip -br address show eth1").contains("10.0.0.5/24"));
    let report = host.netpipe("list --json").json();
    assert_eq!(report[0]["container"], web.id.as_str());
    host.call(format!("detach {}", &web.id[..12]))
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(0)
        .stdout_has(&format!("detached: {name} eth1"));
}

#[test]
fn with_dockers_own_network_two_containers_reach_each_other() {
    let engine = Engine::docker();
    let host = engine.host();
    let policy = host.sh("iptables -S FORWARD; cat /proc/sys/net/bridge/bridge-nf-call-iptables");
    assert!(policy.contains("-P FORWARD DROP"), "{policy}");
    assert!(policy.ends_with("1\n"), "{policy}");
    let bridge = format!("br{}", std::process::id() % 1_000_000);
    let (one, two) = (engine.run(""), engine.run(""));
    let before = host.snapshot();
    let defaults = one.sh("ip route show default");
    for (web, n) in [(&one, 5), (&two, 6)] {
        let line = format!("attach {} {bridge} 10.88.0.{n}/24 fd88::{n}/64", web.name);
        let call = host.call(&line).env("NETPIPE_ENGINE", &engine.url);
        call.run().status(0).stdout_has("eth1");
    }
    assert!(one.reaches("10.88.0.6") && one.reaches("fd88::6"));
    assert!(two.reaches("10.88.0.5") && two.reaches("fd88::5"));
    assert_eq!(one.sh("ip route show default"), defaults);
    for web in [&one, &two] {
        let line = format!("detach {}", web.name);
        let call = host.call(&line).env("NETPIPE_ENGINE", &engine.url);
        call.run().status(0);
    }
    let now = host.snapshot();
    let ours = |one: &crate::support::Snapshot| {
        let lines = before.difference(one);
        let mine = lines.into_iter().filter(|line| line.contains(&bridge));
        mine.collect::<Vec<_>>()
    };
    assert_eq!(ours(&now), Vec::<String>::new());
}

#[test]
fn dockers_default_route_is_replaced_and_restored() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("");
    let before = web.sh("ip route");
    host.call(format!("attach {} br0 10.88.1.5/24@10.88.1.1", web.name))
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(0);
    let during = web.sh("ip route show default");
    assert!(
        during.starts_with("default via 10.88.1.1 dev eth1"),
        "{during}"
    );
    host.call(format!("detach {}", web.name))
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(0);
    assert_eq!(web.sh("ip route"), before);
}

#[test]
fn a_stopped_container_is_a_clear_error() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.create("--network none");
    let before = host.snapshot();
    host.call(format!("attach {} br0 10.0.0.5/24", web.name))
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(1)
        .stdout("")
        .stderr(&format!(
            "error: cannot attach `{name}` to `br0`: container `{name}` is not running\n\
             hint: start it, or give --wait to wait for it\n",
            name = web.name
        ));
    before.assert_same(&host.snapshot());
}

#[test]
fn a_container_in_the_hosts_network_is_refused() {
    let engine = Engine::docker();
    let host = engine.host();
    let web = engine.run("--network host");
    let before = host.snapshot();
    host.call(format!("attach {} br77 10.0.0.5/24", web.name))
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(2)
        .stderr_has("is in the host's own network namespace")
        .stderr_has("hint: it runs with the host's network; start it with a network of its own");
    let ours = before.difference(&host.snapshot());
    assert!(ours.iter().all(|line| !line.contains("br77")), "{ours:#?}");
}

#[test]
fn a_container_nobody_knows_is_not_found() {
    let (engine, host) = (Engine::docker(), Host::new());
    let before = host.snapshot();
    for target in ["it-nobody", "docker:it-nobody", "ffffffffffff"] {
        host.call(format!("attach {target} br0 10.0.0.5/24"))
            .env("NETPIPE_ENGINE", &engine.url)
            .run()
            .status(4)
            .stderr_has("there is no container `")
            .stderr_has("hint: the engine at ");
    }
    before.assert_same(&host.snapshot());
}

#[test]
fn podman_answers_alike() {
    let (engine, host) = (Engine::podman(), Host::new());
    let web = engine.run("--network none");
    host.netpipe(format!(
        "--engine {} attach {} br0 10.0.0.5/24",
        engine.url, web.name
    ))
    .status(0)
    .stdout(&format!(
        "attached: {} eth1 in br0 with 10.0.0.5/24\n",
        web.name
    ));
    assert!(web.sh("ip -br address show eth1").contains("10.0.0.5/24"));
    host.netpipe(format!("--engine {} check", engine.url))
        .status(0);
    host.netpipe(format!("--engine {} detach {}", engine.url, web.name))
        .status(0);
}

/// Two containers of the engine whose ids start with the same digit: of 17, two do.
fn namesakes(engine: &Engine) -> [Container<'_>; 2] {
    let mut all: Vec<Container<'_>> = Vec::new();
    loop {
        let new = engine.create("--network none");
        if let Some(at) = all.iter().position(|old| old.id[..1] == new.id[..1]) {
            return [all.swap_remove(at), new];
        }
        all.push(new);
    }
}

#[test]
fn an_id_prefix_that_several_containers_have_is_refused() {
    let host = Host::new();
    for engine in [Engine::docker(), Engine::podman()] {
        let both = namesakes(&engine);
        let same = both[0].id.bytes().zip(both[1].id.bytes());
        let length = same.take_while(|(one, other)| one == other).count();
        let prefix = &both[0].id[..length];
        let before = host.snapshot();
        for line in [
            format!("attach {prefix} br0 10.0.0.5/24"),
            format!("attach {prefix} br0 10.0.0.5/24 --wait=60"),
            format!("exec {prefix} true"),
            format!("detach {prefix}"),
        ] {
            let call = host.call(&line).env("NETPIPE_ENGINE", &engine.url);
            let run = call
                .run()
                .status(2)
                .stdout("")
                .stderr_has(&format!(
                    "`{prefix}` is the start of several containers' ids: "
                ))
                .stderr_has("hint: give more of it, or a name");
            for one in &both {
                let shown = format!("`{}` ({})", one.name, &one.id[..12]);
                assert!(run.err.contains(&shown), "{}", run.err);
            }
        }
        before.assert_same(&host.snapshot());
    }
}
