//! The sidecar alone: hooks that attach containers to what they name.

use super::project::{Project, import_image, root};
use crate::docker::engine::Engine;

fn text(bridge: &str, hook: &str) -> String {
    format!(
        "
services:
  web: {{ image: local/busybox, network_mode: none, init: true }}
  netpipe:
    extends: {{ file: {}/examples/compose/netpipe.yaml, service: netpipe }}
    depends_on:
      web: {{ condition: service_started, restart: true }}
    post_start:
      - command: [netpipe, attach, '${{COMPOSE_PROJECT_NAME}}-web-1', {bridge}, {hook}]
    pre_stop:
      - command: [netpipe, detach, '${{COMPOSE_PROJECT_NAME}}-web-1']
",
        root().display()
    )
}

#[test]
fn hooks_alone_wire_a_service_and_unwire_it() {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    let project = Project::new(
        &engine,
        &host,
        &text("br-side", "10.51.0.5/24, 'fd51::5/64'"),
    );
    project.does("up -d");
    project.is_wired(1);
    let inside = |project: &Project<'_>| project.exec("web", "ip -o address show eth1").out;
    let first = inside(&project);
    assert!(
        first.contains("10.51.0.5/24") && first.contains("fd51::5/64"),
        "{first}"
    );
    // An engine that kills a container runs no hook; the next `up` starts it with them.
    project.does("kill web");
    project.does("up -d");
    project.does("restart -t 1 web");
    project.is_wired(1);
    assert_eq!(inside(&project), first);
    // A new container in the place of the old one.
    project.does("up -d -t 1 --force-recreate");
    project.is_wired(1);
    assert_eq!(inside(&project), first);
    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-side");
}

#[test]
fn a_hook_that_fails_fails_the_project_and_down_cleans_up() {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    let project = Project::new(&engine, &host, &text("br-side2", "10.51.0.300/24"));
    let run = project.compose("up -d");
    assert_ne!(run.code(), Some(0), "{run:?}");
    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-side2");
}
