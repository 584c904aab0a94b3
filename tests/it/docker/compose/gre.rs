//! examples/compose/gre: one subnet on two hosts, each with an engine of its own.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::project::{Project, import_image, root};
use crate::docker::engine::Engine;
use crate::support::{Host, Namespaces, has, ovs, stream};

/// A second engine, which ends with the value.
struct Private(TempDir);

impl Private {
    fn start() -> Self {
        let private = Self(TempDir::with_prefix("netpipe-it-").unwrap());
        private.script("start");
        private
    }

    fn directory(&self) -> PathBuf {
        self.0.path().join("engine")
    }

    fn script(&self, verb: &str) -> bool {
        let script = root().join("scripts/engine");
        let mut command = std::process::Command::new(script);
        let status = command.arg(verb).arg(self.directory()).status().unwrap();
        assert!(
            status.success() || std::thread::panicking(),
            "engine {verb}"
        );
        status.success()
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.script("stop");
    }
}

/// The way between two hosts, which goes with the value.
struct Underlay<'a>(&'a Host);

impl<'a> Underlay<'a> {
    fn between(one: &'a Host, two: &Host) -> Self {
        one.sh(&format!(
            "ip link add wan0 type veth peer name wan0 netns {}",
            two.place().path()
        ));
        for (nth, host) in [(1, one), (2, two)] {
            host.sh(&format!(
                "ip address add 192.0.2.{nth}/24 dev wan0 && ip link set wan0 up"
            ));
        }
        Self(one)
    }
}

impl Drop for Underlay<'_> {
    fn drop(&mut self) {
        // The daemon's own links outlive it.
        let _ = self
            .0
            .try_sh("ip link del wan0; ip link del phy; ip link del sw-wan");
    }
}

/// The daemon's own datapath wraps frames only if the way to the other host leaves by one of
/// its bridges.
fn start_switch(host: &Host, nth: u32) {
    host.start_ovs();
    if ovs::in_kernel() {
        return;
    }
    host.vsctl(&format!(
        "add-br phy -- set Bridge phy datapath_type=netdev \
         other_config:hwaddr='\"02:00:00:00:00:0{nth}\"' -- add-port phy wan0"
    ));
    host.sh(&format!(
        "ip address flush dev wan0 && ip address add 192.0.2.{nth}/24 dev phy && ip link set phy up"
    ));
}

fn settings(file: &str) -> String {
    let directory = root().join("examples/compose/gre");
    directory.join(file).display().to_string()
}

/// The network namespace of a service's container.
fn place(project: &Project<'_>, engine: &Engine) -> Namespaces {
    let id = project.does("ps -q node").out;
    let line = format!("inspect --format {{{{.State.Pid}}}} {}", id.trim());
    let pid = engine.client(&line).status(0).out;
    Namespaces::open(
        &Path::new("/proc")
            .join(pid.trim())
            .join("ns/net")
            .display()
            .to_string(),
    )
}

#[test]
fn two_hosts_share_a_subnet() {
    let (engine, second) = (Engine::docker(), Private::start());
    let other = Engine::in_directory(&second.directory());
    let (one, two) = (engine.host(), other.host());
    let _underlay = Underlay::between(&one, &two);
    for (nth, engine, host) in [(1, &engine, &one), (2, &other, &two)] {
        import_image(engine, host);
        start_switch(host, nth);
    }
    let before = links(&two);
    let datapath = if ovs::in_kernel() { "" } else { "netdev" };
    let example = |engine, host, file: &str| {
        Project::example(engine, host, "gre", &["ovs.yaml"])
            .with("BRIDGE", "ovs:sw-wan")
            .with("DATAPATH", datapath)
            .with("COMPOSE_ENV_FILES", settings(file))
    };
    let here = example(&engine, &one, "one.env");
    let there = example(&other, &two, "two.env");
    here.does("up -d");
    there.does("up -d");
    for again in [false, true] {
        if again {
            here.does("up -d");
            there.does("restart -t 1");
        }
        here.is_wired(2);
        there.is_wired(2);
        // The daemon drops what it has to ask for the next hop's address.
        let ping = |address: &str| format!("ping -q -c 3 -w 10 {address}");
        here.exec("node", &ping("10.70.0.2")).status(0);
        there.exec("node", &ping("10.70.0.1")).status(0);
    }
    // What the tunnel leaves is the MTU of both ends; the key is what the other host has.
    let link = here.exec("node", "ip -o link show eth1").status(0).out;
    assert!(link.contains("mtu 1454 "), "{link}");
    let (first, last) = (place(&here, &engine), place(&there, &other));
    stream::carries(&first, &last, "10.70.0.2");
    for project in [&here, &there] {
        project.does("down -t 1");
        project.is_gone();
        assert!(!project.host.vsctl("list-br").contains("sw-wan"));
    }
    assert_eq!(links(&two), before);
}

/// The links of a host whose engine nobody else uses.
fn links(host: &Host) -> String {
    host.sh("ip -br link | cut -d' ' -f1 | sort")
}

/// A kernel without the kind refuses it, and what the provider says of it is what Compose shows.
#[test]
fn a_tunnel_that_the_kernel_cannot_make_fails_the_project() {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    host.sh(
        "ip link add wan1 type veth peer name wan2 && ip link set wan2 up && \
             ip address add 198.51.100.1/24 dev wan1 && ip link set wan1 up",
    );
    let project = Project::example(&engine, &host, "gre", &[])
        .with("BRIDGE", "br-wan")
        .with("LOCAL", "198.51.100.1")
        .with("REMOTE", "198.51.100.2")
        .with("ADDRESS", "10.70.0.1/24");
    let run = project.compose("up -d");
    match has("gretap") {
        true => {
            run.status(0);
            project.is_wired(2);
        }
        false => {
            assert_ne!(run.code(), Some(0));
            run.stderr_has("kernel has no gretap support")
                .stderr_has("modprobe ip_gre");
            assert_eq!(host.store(), []);
        }
    }
    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-wan");
    host.sh("ip link del wan1");
}
