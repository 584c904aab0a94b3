//! `--wait`: until the container runs, by the engine's events, and not for ever.

use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::engine::{Container, Engine};
use super::proxy;
use crate::support::{Host, Run};

const LIMIT: Duration = Duration::from_secs(60);

/// Starts an attach that waits, through a proxy that tells of each request.
fn waiting(host: &Host, engine: &Engine, web: &Container<'_>) -> (Child, Receiver<String>) {
    let (tell, told) = channel();
    let url = proxy::start(host, engine, move |text| {
        let line = text.lines().next().unwrap_or_default().to_owned();
        let _ = tell.send(line);
    });
    let line = format!("attach {} br0 10.0.0.5/24 --wait=30", web.name);
    let call = host.call(&line).env("NETPIPE_ENGINE", &url);
    (call.spawn_piped(), told)
}

/// Waits for a request for this path.
fn until(told: &Receiver<String>, path: &str) {
    let end = Instant::now() + LIMIT;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let line = told.recv_timeout(left).expect("no such request");
        if line.contains(path) {
            return;
        }
    }
}

#[test]
fn it_returns_when_the_container_starts() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.create("--network none");
    let (child, told) = waiting(&host, &engine, &web);
    until(&told, "/events");
    web.client("start");
    Run::wait(child, "attach", LIMIT)
        .status(0)
        .stdout_has("attached:");
    assert!(web.sh("ip -br address show eth1").contains("10.0.0.5/24"));
    // No polling: it looks again only when there was an event.
    let further = told.try_iter().filter(|line| line.contains("/json"));
    assert!(further.count() <= 2);
}

#[test]
fn it_waits_for_a_container_that_is_yet_to_be_made() {
    let (engine, host) = (Engine::docker(), Host::new());
    let name = Engine::new_name();
    let (tell, told) = channel();
    let url = proxy::start(&host, &engine, move |text| {
        let _ = tell.send(text.lines().next().unwrap_or_default().to_owned());
    });
    let line = format!("attach {name} br0 10.0.0.5/24 --wait=30");
    let child = host.call(&line).env("NETPIPE_ENGINE", &url).spawn_piped();
    until(&told, "/events");
    let web = engine.create_as(&name, "--network none");
    web.client("start");
    Run::wait(child, "attach", LIMIT).status(0);
}

#[test]
fn a_start_between_question_and_subscription_is_not_missed() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.create("--network none");
    let (name, docker) = (web.name.clone(), Engine::docker());
    // The request for events is held up until the container has started.
    let url = proxy::start(&host, &engine, move |text| {
        if text.contains("/events") {
            docker.client(&format!("start {name}")).status(0);
        }
    });
    let line = format!("attach {} br0 10.0.0.5/24 --wait=20", web.name);
    let start = Instant::now();
    host.call(&line)
        .env("NETPIPE_ENGINE", &url)
        .run()
        .status(0)
        .stdout_has("attached:");
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn of_a_running_container_there_is_nothing_to_wait_for() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("--network none");
    let line = format!("attach {} br0 10.0.0.5/24 --wait", web.name);
    let call = host.call(&line).env("NETPIPE_ENGINE", &engine.url);
    call.run().status(0);
}

#[test]
fn it_gives_up_when_the_time_is_over() {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.create("--network none");
    let before = host.snapshot();
    let line = format!("attach {} br0 10.0.0.5/24 --wait=1", web.name);
    let start = Instant::now();
    host.call(&line)
        .env("NETPIPE_ENGINE", &engine.url)
        .run()
        .status(1)
        .stderr_has("did not start within 1 second")
        .stderr_has("hint: start it, or wait longer with --wait=SECONDS");
    assert!(start.elapsed() >= Duration::from_secs(1));
    before.assert_same(&host.snapshot());
}

#[test]
fn a_signal_ends_it() {
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let (engine, host) = (Engine::docker(), Host::new());
        let web = engine.create("--network none");
        let before = host.snapshot();
        let (child, told) = waiting(&host, &engine, &web);
        until(&told, "/events");
        kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        Run::wait(child, "attach", LIMIT).status(status);
        before.assert_same(&host.snapshot());
    }
}
