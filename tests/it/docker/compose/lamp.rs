//! examples/compose/lamp: a private network with fixed addresses.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::project::{Project, import_image};
use crate::docker::engine::Engine;

const PATIENCE: Duration = Duration::from_secs(10);

/// What `web` answers with, by way of `app` and `db`.
#[track_caller]
fn answers(project: &Project<'_>) {
    let page = project.host.place().run(|| {
        let web = "10.50.0.10:80".parse().unwrap();
        let mut stream = TcpStream::connect_timeout(&web, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /cgi-bin/index HTTP/1.0\r\n\r\n")?;
        let mut page = String::new();
        stream.read_to_string(&mut page).map(|_| page)
    });
    let page = page.unwrap();
    assert!(page.ends_with("row 1 of the table\n"), "{page}");
    project.is_wired(3);
}

#[test]
fn a_private_network_lives_and_goes_with_its_project() {
    let engine = Engine::docker();
    let host = engine.host();
    import_image(&engine, &host);
    let project = Project::example(&engine, &host, "lamp", &[]);
    project.does("up -d");
    answers(&project);
    // Nobody has another network.
    for (service, address) in [("web", "10.50.0.10"), ("app", "10.50.0.11")] {
        let links = project.exec(service, "ip -o link show").status(0).out;
        assert_eq!(links.lines().count(), 2, "{links}");
        let inside = project.exec(service, "ip -o -4 address").status(0).out;
        assert!(
            inside.contains(&format!("eth1    inet {address}/24")),
            "{inside}"
        );
    }
    let seen = project.exec("netpipe", "env").status(0).out;
    for variable in [
        "NET_BRIDGE=br-lamp",
        "NET_LINK=net:lamp",
        "NET_SUBNET=10.50.0.0/24",
        "NET_ADDRESS_ADMIN=10.50.0.9",
        "NET_ADDRESS_DB=10.50.0.12",
        "NET_ADDRESS_SPARE=10.50.0.100",
    ] {
        assert!(
            seen.lines().any(|line| line == variable),
            "{variable}: {seen}"
        );
    }

    // What is up already stays as it is.
    let (store, containers) = (host.store(), project.containers());
    let links = host.sh("ip -o link show master br-lamp");
    project.does("up -d");
    assert_eq!(host.store(), store);
    assert_eq!(project.containers(), containers);
    assert_eq!(host.sh("ip -o link show master br-lamp"), links);
    answers(&project);

    // A restart gives new namespaces, and the hooks wire them.
    project.does("restart -t 1 web");
    answers(&project);
    project.does("restart -t 1");
    answers(&project);
    assert_eq!(project.containers(), containers);

    // The address of a service that is away is nobody else's.
    project
        .netpipe("ip list lamp")
        .status(0)
        .stdout_has("-db-1/eth1 (reserved)  netpipe:compose");
    // Stopped services have no links; what is not a container's stays.
    project.does("stop -t 1");
    assert_eq!(project.netpipe("list --json").json(), serde_json::json!([]));
    project
        .netpipe("compose list")
        .status(0)
        .stdout_has("br-lamp");
    project.does("up -d");
    answers(&project);
    assert_eq!(project.containers(), containers);

    project.does("down -t 1");
    project.is_gone();
    project.has_no("br-lamp");
    project.does("down -t 1");
    project.is_gone();
}
