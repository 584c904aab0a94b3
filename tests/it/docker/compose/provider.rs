//! The provider: what Compose makes of it, and what it leaves.

use super::project::Project;
use crate::docker::engine::Engine;

/// A project whose provider has these options, and a service that depends on it.
fn text(options: &str) -> String {
    format!(
        "
services:
  my-net:
    provider:
      type: netpipe
      options: {{ {options} }}
  web:
    image: local/busybox
    network_mode: none
    init: true
    depends_on: [my-net]
"
    )
}

#[test]
fn dependents_learn_what_was_made_and_another_up_tells_the_same() {
    let engine = Engine::docker();
    let host = engine.host();
    let options = "bridge: br-prov, network: prov, subnet: [10.52.0.0/24, 'fd52::/64'], \
                   gateway: 10.52.0.1, address: [vip=auto, 10.52.0.7], stp: false, nonsense: 1";
    let project = Project::new(&engine, &host, &text(options));
    project.does("up -d");
    let environment = |project: &Project<'_>| {
        // By no shell: it would drop names with a dash.
        let out = project.does("exec -T web env").out;
        let own = out.lines().filter(|line| line.starts_with("MY-NET_"));
        let mut own: Vec<String> = own.map(Into::into).collect();
        own.sort();
        own
    };
    let first = environment(&project);
    assert_eq!(
        first,
        [
            "MY-NET_ADDRESS_1=10.52.0.2",
            "MY-NET_ADDRESS_2=10.52.0.7",
            "MY-NET_ADDRESS_VIP=10.52.0.2",
            "MY-NET_BRIDGE=br-prov",
            "MY-NET_GATEWAY=10.52.0.1",
            "MY-NET_LINK=net:prov",
            "MY-NET_NETWORK=prov",
            "MY-NET_SUBNET=10.52.0.0/24,fd52::/64",
        ]
    );
    let store = host.store();
    let containers = project.containers();
    project.does("up -d");
    assert_eq!((host.store(), project.containers()), (store, containers));
    assert_eq!(environment(&project), first);

    // Something else in the place of what is up has to be asked for by `down` and `up`; the
    // word for it is what Compose shows.
    project.write(&text(
        "bridge: br-prov, network: prov, subnet: 10.53.0.0/24",
    ));
    let refused = project.compose("up -d");
    assert_ne!(refused.code(), Some(0));
    refused
        .stderr_has("it is up with other options")
        .stderr_has("docker compose down");
    assert_eq!(environment(&project), first);
    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-prov");
}

#[test]
fn what_cannot_be_made_fails_up_with_its_reason() {
    let engine = Engine::docker();
    let host = engine.host();
    for (options, says) in [
        (
            "bridge: docker0, bridge-address: 10.54.0.1/24",
            "was there before",
        ),
        (
            "bridge: br-prov2, subnet: 10.54.0.0/33",
            "invalid value '10.54.0.0/33'",
        ),
        ("bridge: br-prov2, vlan: 4095", "VLAN"),
        (
            "bridge: br-prov2, network: p2, subnet: 10.54.0.0/24, address: [a=10.54.0.1, b=10.54.0.1]",
            "is given twice",
        ),
        (
            "bridge: br-prov2, bridge-port: nothere",
            "there is no link `nothere`",
        ),
        ("bridge: '../../x'", "../../x"),
        ("unknown: 1", "asks for nothing"),
    ] {
        let project = Project::new(&engine, &host, &text(options));
        let run = project.compose("up -d");
        assert_ne!(run.code(), Some(0), "{options}");
        run.stderr_has(says);
        assert_eq!(host.store(), [], "{options}");
        project.has_no("br-prov2");
    }
}

#[test]
fn what_two_projects_share_goes_with_the_last_of_them() {
    let engine = Engine::docker();
    let host = engine.host();
    let options = "bridge: br-both, network: both, subnet: 10.55.0.0/24, address: auto";
    let one = Project::new(&engine, &host, &text(options));
    let two = Project::new(
        &engine,
        &host,
        &text(&format!("{options}, bridge-address: 10.55.0.1/24")),
    );
    one.does("up -d");
    two.does("up -d");
    let addresses = || host.sh("ip -o -4 address show dev br-both");
    assert!(addresses().contains("10.55.0.1/24"));
    one.does("down -t 1");
    assert!(addresses().contains("10.55.0.1/24"));
    two.netpipe("compose list")
        .status(0)
        .stdout_has(&format!("{}  my-net", two.name))
        .stdout_has("bridge,network")
        .stdout_lacks(&one.name);
    // The other way round: the address was the second one's.
    one.does("up -d");
    two.does("down -t 1");
    assert_eq!(addresses(), "");
    one.does("down -t 1");
    one.is_gone();
    one.has_no("br-both");
}

#[test]
fn what_is_in_use_goes_with_its_last_use() {
    let engine = Engine::docker();
    let host = engine.host();
    let project = Project::new(
        &engine,
        &host,
        &text("bridge: br-used, network: used, subnet: 10.56.0.0/24"),
    );
    for ends in ["detach", "gc", "up"] {
        project.does("up -d");
        let other = engine.run("--network none");
        let attach = format!("attach {} net:used auto", other.name);
        project.netpipe(&attach).status(0);
        project.does("down -t 1").stderr_has("goes later");
        host.sh("ip link show br-used");
        project
            .netpipe("compose list")
            .status(0)
            .stdout_has("leaving");
        match ends {
            "detach" => drop(project.netpipe(format!("detach {}", other.name)).status(0)),
            "gc" => {
                drop(other);
                project
                    .netpipe("gc")
                    .status(0)
                    .stdout_has("removed, it is down");
            }
            _ => {
                project.does("up -d");
                project.netpipe(format!("detach {}", other.name)).status(0);
                project.does("down -t 1");
            }
        }
        project.is_gone();
        project.has_no("br-used");
    }
}
