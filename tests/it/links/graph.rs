//! What is drawn is what there is, and other programs can read the drawing.

use netpipe::kv::{Kv, LocalKv};
use serde_json::{Value, json};

use crate::support::{Call, Host, needs};

/// Two hosts with one store: `h1` has `blue` and `red` on br0, a wire between them, and a
/// tunnel to `h2`, which has `green`; another tunnel leads to nobody known.
fn scene() -> (Host, Host) {
    let (one, two) = (Host::new(), Host::new());
    one.container("blue");
    one.container("red");
    two.container("green");
    for (host, end) in [(&one, 1), (&two, 2)] {
        host.sh(&format!(
            "ip link add nic0 type veth peer name nic1 && ip link set nic0 up && \
             ip address add 192.0.2.{end}/24 dev nic0"
        ));
    }
    for line in [
        "attach netns:blue br0 10.0.0.5/24 fd00::5/64",
        "attach netns:red br0 10.0.0.6/24",
        "attach netns:blue veth:netns:red 10.1.0.1/30 --peer-address 10.1.0.2/30 -i sync0",
        "tunnel add vxlan vx10 --local 192.0.2.1 --remote 192.0.2.2 --vni 10 --bridge br0",
        "tunnel add vxlan vx11 --local 192.0.2.1 --remote 192.0.2.9 --vni 11",
    ] {
        one.netpipe(line).status(0);
    }
    let there = format!("--host-name h2 --state-dir {}", one.state_dir().display());
    for line in [
        "attach netns:green br0 10.0.0.7/24",
        "tunnel add vxlan vx10 --local 192.0.2.2 --remote 192.0.2.1 --vni 10 --bridge br0",
    ] {
        two.netpipe(format!("{line} {there}")).status(0);
    }
    (one, two)
}

/// The things of a graph: each with its state.
fn nodes(graph: &Value) -> Vec<String> {
    let all = graph["nodes"].as_array().unwrap();
    let told = |node: &Value| {
        format!(
            "{} {}",
            node["id"].as_str().unwrap(),
            node["state"].as_str().unwrap()
        )
    };
    all.iter().map(told).collect()
}

fn edges(graph: &Value) -> Vec<String> {
    let all = graph["edges"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = |edge: &Value| {
        let words = ["kind", "from", "ifname", "to", "state"].map(|field| word(&edge[field]));
        words.join(" ")
    };
    all.iter().map(told).collect()
}

#[test]
fn all_hosts_are_drawn() {
    if !needs("vxlan") {
        return;
    }
    let (host, _two) = scene();
    let before = host.snapshot();
    let graph = host.netpipe("graph --json").status(0).stderr("").json();
    assert_eq!(
        nodes(&graph),
        [
            "host:h1 up",
            "host:h2 recorded",
            "bridge:h1/br0 up",
            "bridge:h2/br0 recorded",
            "tunnel:h1/vx10 up",
            "tunnel:h1/vx11 up",
            "tunnel:h2/vx10 recorded",
            "peer:192.0.2.9 recorded",
            "container:h1/netns:blue up",
            "container:h1/netns:red up",
            "container:h2/netns:green recorded",
        ]
    );
    assert_eq!(
        edges(&graph),
        [
            "attachment container:h1/netns:blue eth1 bridge:h1/br0 up",
            "attachment container:h1/netns:red eth1 bridge:h1/br0 up",
            "attachment container:h2/netns:green eth1 bridge:h2/br0 recorded",
            "wire container:h1/netns:blue sync0 container:h1/netns:red up",
            "port tunnel:h1/vx10 - bridge:h1/br0 up",
            "port tunnel:h2/vx10 - bridge:h2/br0 recorded",
            "tunnel tunnel:h1/vx10 - tunnel:h2/vx10 recorded",
            "tunnel tunnel:h1/vx11 - peer:192.0.2.9 up",
        ]
    );
    let tunnel = &graph["nodes"][4];
    assert_eq!(tunnel["about"], "vxlan VNI 10 from 192.0.2.1 to 192.0.2.2");
    assert_eq!(tunnel["network"], "br0");
    assert_eq!(
        graph["edges"][0]["addresses"],
        json!(["10.0.0.5/24", "fd00::5/64"])
    );
    assert_eq!(graph["edges"][3]["peer_addresses"], json!(["10.1.0.2/30"]));

    let svg = host.netpipe("graph").status(0).stderr("").out;
    for text in [
        "netns:blue",
        "netns:red",
        "netns:green",
        "10.0.0.7/24",
        "fd00::5/64",
        "10.1.0.2/30",
        "vx10",
        "192.0.2.9",
        "3 containers",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(!svg.contains("missing"), "{svg}");
    before.assert_same(&host.snapshot());
}

#[test]
fn what_is_missing_is_drawn_as_missing() {
    if !needs("vxlan") {
        return;
    }
    let (host, _two) = scene();
    host.sh("ip link del vx10");
    host.sh("nsenter --net=/run/netns/blue ip link del eth1");
    host.sh("ip link set br0 down");
    let graph = host.netpipe("graph --json").status(0).json();
    let (nodes, edges) = (nodes(&graph), edges(&graph));
    for wanted in [
        "bridge:h1/br0 down",
        "tunnel:h1/vx10 missing",
        "tunnel:h1/vx11 up",
    ] {
        assert!(
            nodes.iter().any(|node| node == wanted),
            "{wanted}: {nodes:?}"
        );
    }
    for wanted in [
        "attachment container:h1/netns:blue eth1 bridge:h1/br0 missing",
        "tunnel tunnel:h1/vx10 - tunnel:h2/vx10 missing",
        "wire container:h1/netns:blue sync0 container:h1/netns:red up",
    ] {
        assert!(
            edges.iter().any(|edge| edge == wanted),
            "{wanted}: {edges:?}"
        );
    }
    host.netpipe("graph")
        .status(0)
        .stdout_has("recorded, and missing")
        .stdout_has("stroke-dasharray");
    host.netpipe("graph --format dot")
        .status(0)
        .stdout_has("style=dashed");
    host.netpipe("graph --format mermaid")
        .status(0)
        .stdout_has("stroke-dasharray");
    host.sh("ip link del br0");
    let graph = host.netpipe("graph --json").status(0).json();
    assert!(self::nodes(&graph).contains(&"bridge:h1/br0 missing".to_owned()));
}

/// What a program makes of a drawing.
fn read_by(host: &Host, program: &str, args: &str, drawing: &str) -> String {
    let run = Call::new(host.place(), program, args).input(drawing).run();
    run.status(0).stderr("").out
}

#[test]
fn other_programs_read_it() {
    if !needs("vxlan") {
        return;
    }
    let (host, _two) = scene();
    // A host's name comes from whoever shares the store.
    let hostile = r#"x"]; <b>&amp;\n]]> --"#;
    let found = host
        .store()
        .into_iter()
        .find(|(key, _)| key.contains("netns:green/eth1") && key.contains("/attachments/h2/"));
    let (key, value) = found.unwrap();
    let part = hostile.replace('%', "%25").replace('/', "%2F");
    let text = serde_json::to_string(hostile).unwrap();
    let store = LocalKv::open(&host.state_dir()).unwrap();
    let (key, value) = (
        key.replace("/h2/", &format!("/{part}/")),
        value.replace("\"h2\"", &text),
    );
    store.put(key.as_bytes(), value.as_bytes()).unwrap();
    drop(store);

    let draw = |format: &str| {
        host.netpipe(format!("graph --format {format}"))
            .status(0)
            .stderr("")
            .out
    };
    let told = read_by(
        &host,
        "xmllint",
        "--nonet --xpath count(//*[local-name()='text']) -",
        &draw("svg"),
    );
    assert!(told.trim().parse::<u32>().unwrap() > 20, "{told}");
    let dot = draw("dot");
    let drawn = read_by(&host, "dot", "-Tplain", &dot);
    let count = |word: &str| drawn.lines().filter(|line| line.starts_with(word)).count();
    let graph = host.netpipe("graph --json").status(0).json();
    let hosts = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|node| node["kind"] == "host")
        .count();
    assert_eq!(hosts, 3);
    assert_eq!(
        count("node "),
        graph["nodes"].as_array().unwrap().len() - hosts
    );
    assert_eq!(count("edge "), graph["edges"].as_array().unwrap().len());
    assert!(draw("mermaid").starts_with("flowchart LR\n  subgraph n0[\"h1\"]\n"));
}

#[test]
fn of_nothing_there_is_a_drawing_too() {
    let host = Host::new();
    let before = host.snapshot();
    let graph = host.netpipe("graph --json").status(0).json();
    assert_eq!(graph, json!({ "nodes": [], "edges": [] }));
    host.netpipe("graph")
        .status(0)
        .stdout_has("nothing is recorded");
    host.netpipe("graph --format dot").status(0);
    host.netpipe("graph --format mermaid")
        .status(0)
        .stdout("flowchart LR\n");
    assert!(!host.state_dir().exists());
    before.assert_same(&host.snapshot());
}

#[test]
fn a_record_that_cannot_be_read_hides_no_other() {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24").status(0);
    host.rewrite(
        |value| match value.contains("netns:red") && value.contains("boot_id") {
            true => "garbage".into(),
            false => value.to_owned(),
        },
    );
    host.netpipe("graph")
        .status(0)
        .stderr_has("is not netpipe's")
        .stdout_has("netns:blue")
        .stdout_lacks("netns:red");
}

#[test]
fn vlans_are_drawn() {
    if !needs("vlan_filtering") {
        return;
    }
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host.netpipe("network add acme --bridge br0 --vlan 10 --subnet 10.0.0.0/24")
        .status(0);
    host.netpipe("attach netns:blue net:acme 10.0.0.5/24")
        .status(0);
    host.netpipe("attach netns:red br0 10.0.0.5/24 --vlan 20")
        .status(0);
    let graph = host.netpipe("graph --json").status(0).json();
    let nodes = nodes(&graph);
    for wanted in ["vlan:h1/br0/10 up", "vlan:h1/br0/20 up"] {
        assert!(nodes.iter().any(|node| node == wanted), "{nodes:?}");
    }
    let vlan = graph["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|node| node["id"] == "vlan:h1/br0/10")
        .unwrap();
    assert_eq!(
        (&vlan["network"], &vlan["parent"]),
        (&json!("acme"), &json!("bridge:h1/br0"))
    );
    host.netpipe("graph")
        .status(0)
        .stdout_has(">VLAN 10<")
        .stdout_has(">acme<")
        .stdout_has(">VLAN 20<");
}
