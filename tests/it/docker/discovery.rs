//! The engine is found as its own tools find it.

use std::fs;

use super::engine::Engine;
use crate::support::{Call, Host};

/// Attaches a container with the engine named by the environment alone.
fn finds_it(change: impl for<'a> FnOnce(&Host, &str, Call<'a>) -> Call<'a>) {
    let (engine, host) = (Engine::docker(), Host::new());
    let web = engine.run("--network none");
    let call = host.call(format!("attach {} br0 10.0.0.5/24", web.name));
    change(&host, &engine.url, call).run().status(0);
}

#[test]
fn docker_host() {
    finds_it(|_, url, call| call.env("DOCKER_HOST", url));
}

#[test]
fn the_option_wins_over_the_environment() {
    finds_it(|_, url, call| {
        call.env("DOCKER_HOST", "unix:///no/such")
            .env("NETPIPE_ENGINE", url)
    });
}

#[test]
fn the_usual_socket() {
    finds_it(|host, url, call| {
        let socket = url.strip_prefix("unix://").unwrap().to_owned();
        host.sh(&format!("ln -s {socket} /run/docker.sock"));
        host.sh("test -S /var/run/docker.sock");
        call
    });
}

#[test]
fn podmans_socket_where_there_is_no_docker() {
    let (engine, host) = (Engine::podman(), Host::new());
    let web = engine.run("--network none");
    let socket = engine.url.strip_prefix("unix://").unwrap();
    host.sh(&format!(
        "mkdir /run/podman && ln -s {socket} /run/podman/podman.sock"
    ));
    host.netpipe(format!("attach {} br0 10.0.0.5/24", web.name))
        .status(0);
}

/// Makes a docker context `lab` in a configuration directory.
fn context(directory: &std::path::Path, url: &str) {
    let meta = directory.join("contexts/meta/0123");
    fs::create_dir_all(&meta).unwrap();
    let text =
        format!(r#"{{"Name":"lab","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{url}"}}}}}}"#);
    fs::write(meta.join("meta.json"), text).unwrap();
}

#[test]
fn the_context_that_is_in_use() {
    finds_it(|host, url, call| {
        let config = host.directory().join(".docker");
        context(&config, url);
        fs::write(config.join("config.json"), r#"{"currentContext":"lab"}"#).unwrap();
        call
    });
}

#[test]
fn a_context_by_the_environment_in_a_configuration_elsewhere() {
    finds_it(|host, url, call| {
        let config = host.directory().join("elsewhere");
        context(&config, url);
        call.env("DOCKER_CONFIG", config)
            .env("DOCKER_CONTEXT", "lab")
    });
}
