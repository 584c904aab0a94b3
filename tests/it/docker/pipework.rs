//! pipework's command line with containers of a real engine.

use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use super::engine::{Container, Engine};
use crate::dhcp::server::dnsmasq;
use crate::support::{Host, Run};

/// A host beside an engine, which the script's environment names.
struct Scene<'a> {
    engine: &'a Engine,
    host: Host,
}

impl<'a> Scene<'a> {
    fn new(engine: &'a Engine) -> Self {
        let host = Host::new();
        symlink(
            env!("CARGO_BIN_EXE_netpipe"),
            host.directory().join("pipework"),
        )
        .unwrap();
        Self { engine, host }
    }

    /// Runs a line by the name of pipework, which finds the engine as docker does.
    fn pipework(&self, line: &str) -> Run {
        let link = self.host.directory().join("pipework");
        let call = self.host.call_as(link, line);
        call.env("DOCKER_HOST", &self.engine.url).run()
    }

    fn netpipe(&self, line: &str) -> Run {
        let call = self.host.call(line);
        call.env("NETPIPE_ENGINE", &self.engine.url).run()
    }

    fn web(&self) -> Container<'a> {
        self.engine.run("--network none")
    }
}

#[test]
fn the_lamp_stack_has_a_private_network() {
    let engine = Engine::docker();
    let scene = Scene::new(&engine);
    // Two containers by their ids, as `docker run` prints them, and one by its name.
    let (apache, mysql, web1) = (scene.web(), scene.web(), scene.web());
    let before = scene.host.snapshot();
    for (guest, address) in [
        (&apache.id, "192.168.1.1/24"),
        (&mysql.id[..12].to_owned(), "192.168.1.2/24"),
        (&web1.name, "192.168.1.3/24"),
    ] {
        scene
            .pipework(&format!("br1 {guest} {address}"))
            .status(0)
            .stdout("")
            .stderr("");
    }
    assert!(apache.reaches("192.168.1.2") && mysql.reaches("192.168.1.1"));
    assert!(web1.reaches("192.168.1.1"));
    scene.host.sh("ip addr add 192.168.1.254/24 dev br1");
    assert!(apache.reaches("192.168.1.254"));
    scene.host.sh("ip addr del 192.168.1.254/24 dev br1");
    // The host's ends have the script's names.
    let ports = scene.host.sh("ip -br link show master br1");
    let line = format!("inspect --format {{{{.State.Pid}}}} {}", apache.name);
    let pid = engine.client(&line).status(0).out;
    assert!(ports.contains(&format!("veth1pl{}", pid.trim())), "{ports}");
    scene.netpipe("check").status(0).stdout_has(&apache.name);
    for one in [&apache, &mysql, &web1] {
        scene.netpipe(&format!("detach {}", one.name)).status(0);
    }
    before.assert_same(&scene.host.snapshot());
}

#[test]
fn outbound_traffic_goes_by_the_gateway_and_comes_back_after_a_restart() {
    let engine = Engine::docker();
    let scene = Scene::new(&engine);
    let web = engine.run("");
    let old = web.sh("ip route show default");
    let line = format!("br1 {} 192.168.4.25/20@192.168.4.1", web.name);
    scene.pipework(&line).status(0).stderr("");
    let routes = web.sh("ip route show default");
    assert_eq!(routes.lines().count(), 1, "{routes}");
    assert!(routes.contains("via 192.168.4.1 dev eth1"), "{routes}");
    scene
        .pipework(&format!(
            "route {} add 10.0.5.0/24 via 192.168.4.7",
            web.name
        ))
        .status(0);
    assert!(web.sh("ip route").contains("10.0.5.0/24 via 192.168.4.7"));
    web.client("restart -t 0");
    // The line of a boot script, again: what the record has is put back.
    scene.pipework(&line).status(0).stderr("");
    assert!(
        web.sh("ip route show default")
            .contains("via 192.168.4.1 dev eth1")
    );
    scene.netpipe("check").status(0);
    scene.netpipe(&format!("detach {}", web.name)).status(0);
    assert_eq!(web.sh("ip route show default"), old);
}

#[test]
fn a_container_that_does_not_run_is_waited_for_a_little_and_told() {
    let engine = Engine::docker();
    let scene = Scene::new(&engine);
    let later = engine.create("--network none");
    let before = scene.host.snapshot();
    scene
        .pipework(&format!("br1 {} 192.168.1.1/24", later.name))
        .status(1)
        .stderr_has("did not start within 3 seconds");
    scene
        .pipework("br1 no-such-container 192.168.1.1/24")
        .status(1)
        .stderr_has("there is no container `no-such-container`")
        .stderr_has("no control group `no-such-container` either");
    before.assert_same_kernel(&scene.host.snapshot());
}

#[test]
fn a_container_by_the_name_of_its_group_is_the_container() {
    let engine = Engine::docker();
    let scene = Scene::new(&engine);
    let web = scene.web();
    // Its group is called by its id, or with that in the name: the engine comes first.
    scene
        .pipework(&format!("br1 {} 192.168.1.1/24", web.id))
        .status(0);
    let shown = scene.netpipe("list --json").status(0).json();
    assert_eq!(shown[0]["target"], web.name.as_str());
    scene.netpipe(&format!("detach {}", web.id)).status(0);
}

#[test]
fn a_dhcp_client_stays_for_as_long_as_its_container_runs() {
    let engine = Engine::docker();
    let scene = Scene::new(&engine);
    let (web, router) = (scene.web(), scene.host.container("router"));
    scene
        .netpipe("attach netns:router br1 10.9.0.1/24 -i eth0")
        .status(0);
    let server = dnsmasq(&scene.host, &router, "--dhcp-range=10.9.0.50,10.9.0.50,600");
    let holder = || {
        let list = scene.netpipe("dhcp list --json").status(0).json();
        list[0]["holder"].as_u64()
    };
    let line = format!("br1 {} dhcp:-f", web.id);
    scene.pipework(&line).status(0).stdout("").stderr("");
    // The container's own name is its host name.
    let given = server.awaits("DHCPACK(eth0) 10.9.0.50");
    assert!(given.ends_with(&format!(" {}", web.name)), "{given}");
    let first = holder().unwrap();
    engine
        .client(&format!("restart -t 0 {}", web.name))
        .status(0);
    scene.pipework(&line).status(0).stderr("");
    let second = holder().unwrap();
    assert_ne!(first, second);
    assert!(web.reaches("10.9.0.1"));
    // What is given back is of the second, as the record is.
    server.awaits("DHCPACK(eth0) 10.9.0.50");
    engine.client(&format!("rm -f {}", web.name)).status(0);
    server.awaits("DHCPRELEASE(eth0) 10.9.0.50");
    let late = Instant::now() + Duration::from_secs(20);
    for process in [first, second] {
        while std::fs::read_link(format!("/proc/{process}/exe")).is_ok() {
            assert!(Instant::now() < late, "{process} goes on");
            std::thread::yield_now();
        }
    }
    scene.netpipe("gc").status(0);
}
