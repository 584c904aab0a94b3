//! What a compose.yaml may ask for and does not get. Compose shows no stderr: the same words go
//! to stdout, as the one message there.

use serde_json::Value;

use super::host;
use crate::support::Host;

/// Options, exit status, a piece of the message, a piece of the hint.
type Row = (&'static [&'static str], i32, &'static str, &'static str);

const ROWS: &[Row] = &[
    (
        &["net"],
        2,
        "asks for nothing",
        "bridge, network and tunnel",
    ),
    (
        &["--nonsense=1", "net"],
        2,
        "unexpected argument '--nonsense'",
        "",
    ),
    (
        &["--bridge=br0"],
        2,
        "required arguments were not provided",
        "",
    ),
    (
        &["--bridge=br0", "net", "two"],
        2,
        "unexpected argument 'two'",
        "",
    ),
    (
        &["--bridge=br0", "../net"],
        2,
        "is not the name of a project or service",
        "letters",
    ),
    (
        &["--bridge=br0", "net\u{1b}[31m"],
        2,
        "is not the name of a project or service",
        "",
    ),
    (&["--bridge=a/b", "net"], 2, "`a/b`", ""),
    (
        &["--bridge=br0", "--bridge=br1", "net"],
        2,
        "cannot be used multiple times",
        "",
    ),
    (
        &["--bridge=macvlan:nic0", "net"],
        2,
        "`macvlan` is no kind of bridge",
        "ovs:NAME",
    ),
    (&["--bridge=br0", "--stp=maybe", "net"], 2, "'maybe'", ""),
    (&["--bridge=br0", "--bridge-mtu=12x", "net"], 2, "'12x'", ""),
    (
        &["--bridge=br0", "--bridge-address=10.0.0.1", "net"],
        2,
        "has no prefix length",
        "",
    ),
    (
        &[
            "--bridge=br0",
            "--bridge-address=10.0.0.1/24@10.0.0.2",
            "net",
        ],
        2,
        "names a gateway",
        "takes none",
    ),
    (
        &["--bridge-address=10.0.0.1/24", "net"],
        2,
        "options of a bridge",
        "option `bridge`",
    ),
    (
        &["--bridge=br0", "--datapath=netdev", "net"],
        2,
        "is for a bridge of Open vSwitch",
        "ovs:NAME",
    ),
    (
        &["--bridge=br0", "--bridge-port=nic9", "net"],
        4,
        "there is no link `nic9`",
        "ip link",
    ),
    (
        &["--bridge=nic0", "net"],
        3,
        "`nic0` is a veth, not a bridge",
        "bridge list",
    ),
    (
        &["--bridge=lan9", "--bridge-address=10.0.0.1/24", "net"],
        3,
        "was there before and has no address 10.0.0.1/24",
        "ip address add",
    ),
    (
        &["--bridge=lan9", "--bridge-port=nic0", "net"],
        3,
        "has no port `nic0`",
        "bridge port add",
    ),
    (
        &["--network=x", "net"],
        2,
        "network `x` has no subnet",
        "`subnet`",
    ),
    (
        &["--subnet=10.0.0.0/24", "net"],
        2,
        "options of a network",
        "option `network`",
    ),
    (
        &["--network=x", "--subnet=10.0.0.1/24", "net"],
        2,
        "has host bits set",
        "10.0.0.0/24",
    ),
    (
        &["--network=x", "--subnet=10.0.0.0/24", "--vlan=10", "net"],
        2,
        "a VLAN of a bridge",
        "`bridge`",
    ),
    (&["--bridge=br0", "--vlan=4095", "net"], 2, "4095", ""),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--gateway=10.1.0.1",
            "net",
        ],
        2,
        "is in no subnet",
        "subnet",
    ),
    (
        &["--bridge=br0", "--address=auto", "net"],
        2,
        "no network to set `auto` aside",
        "`subnet`",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--address=10.0.1.5",
            "net",
        ],
        2,
        "is in no subnet of network `x`",
        "subnet",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--address=10.0.0.5/24",
            "net",
        ],
        2,
        "is not an address to set aside",
        "no prefix length",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--address=a=10.0.0.5",
            "--address=b=10.0.0.5",
            "net",
        ],
        2,
        "is given twice",
        "",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--address=a-b=auto",
            "--address=A_B=auto",
            "net",
        ],
        2,
        "label `A_B` is given twice",
        "case",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/24",
            "--address=$(id)=auto",
            "net",
        ],
        2,
        "cannot label",
        "",
    ),
    (
        &[
            "--network=x",
            "--subnet=10.0.0.0/31",
            "--address=auto",
            "--address=b=auto",
            "--address=c=auto",
            "net",
        ],
        3,
        "has no free address",
        "ip list",
    ),
    (
        &["--remote=192.0.2.2", "net"],
        2,
        "options of a tunnel",
        "option `tunnel`",
    ),
    (&["--tunnel=t1", "net"], 2, "needs --remote", "other host's"),
    (
        &["--tunnel=t1", "--kind=ipip", "--remote=192.0.2.2", "net"],
        2,
        "is not a kind of tunnel",
        "gretap",
    ),
    (
        &["--tunnel=t1", "--kind=vxlan", "--remote=192.0.2.2", "net"],
        2,
        "needs --vni",
        "1 to 16777215",
    ),
    (
        &["--bridge=br0", "--tunnel=br0", "--remote=192.0.2.2", "net"],
        2,
        "have the same name",
        "its own",
    ),
];

fn check(
    host: &Host,
    line: &[&str],
    (status, says, hint): (i32, &str, &str),
) -> Result<(), String> {
    let before = host.snapshot();
    let run = host.netpipe(line);
    let mut lines = run.out.lines();
    let first: Value = serde_json::from_str(lines.next().unwrap_or("null")).unwrap_or_default();
    let message = first["message"].as_str().unwrap_or_default();
    let told = first["type"] == "error" && message.contains(says) && message.contains(hint);
    let alone = lines.next().is_none() && message.len() < 500 && !message.contains('\n');
    let plain = !run.out.contains("\\u001b") && run.err.starts_with("error: ");
    let changed = before.difference(&host.snapshot());
    match run.code() == Some(status) && told && alone && plain && changed.is_empty() {
        true => Ok(()),
        false => Err(format!("{line:?}: {run:?} {changed:?}\n")),
    }
}

#[test]
fn what_cannot_be_had_is_refused_in_words_that_compose_shows() {
    let host = host();
    let mut wrong = String::new();
    for (options, status, says, hint) in ROWS {
        let line = [&["compose", "--project-name=lamp", "up"], *options].concat();
        wrong.extend(check(&host, &line, (*status, says, hint)).err());
    }
    for (line, status, says, hint) in [
        (
            &["compose", "up", "--bridge=br0", "net"][..],
            2,
            "no project is named",
            "--project-name",
        ),
        (
            &["compose", "down", "net"],
            2,
            "no project is named",
            "--project-name",
        ),
        (
            &["compose", "--project-name=a/b", "down", "net"],
            2,
            "`a/b` is not the name",
            "",
        ),
        (
            &["compose", "--project-name=", "down", "net"],
            2,
            "--project-name",
            "",
        ),
        (
            &["compose", "--project-name=lamp", "down"],
            2,
            "required arguments",
            "",
        ),
        (
            &["compose", "--project-name=lamp", "down", "--volumes", "net"],
            2,
            "'--volumes'",
            "",
        ),
    ] {
        wrong.extend(check(&host, line, (status, says, hint)).err());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A list longer than a transaction takes.
#[test]
fn too_many_addresses_are_refused_before_anything_is_made() {
    let host = host();
    let addresses: Vec<_> = (1..=61)
        .map(|nth| format!("--address=10.0.0.{nth}"))
        .collect();
    let mut line = vec![
        "compose",
        "--project-name=lamp",
        "up",
        "--network=x",
        "--subnet=10.0.0.0/24",
    ];
    line.extend(addresses.iter().map(String::as_str));
    line.push("net");
    check(&host, &line, (2, "61 addresses are more", "at most 60")).unwrap();
    line.remove(5);
    host.netpipe(line.as_slice()).status(0);
    // All of them may give way to others at once.
    let others: Vec<_> = (101..=160)
        .map(|nth| format!("--address=10.0.0.{nth}"))
        .collect();
    line.truncate(5);
    line.extend(others.iter().map(String::as_str));
    line.push("net");
    host.netpipe(line.as_slice()).status(0);
    assert_eq!(
        host.netpipe("ip list --json")
            .json()
            .as_array()
            .unwrap()
            .len(),
        60
    );
}

#[test]
fn a_note_cannot_be_netpipes_own() {
    let host = host();
    host.netpipe([
        "ip",
        "reserve",
        "x",
        "10.0.0.5",
        "--note",
        "netpipe:compose h1/lamp/net",
    ])
    .status(2)
    .stderr_has("is netpipe's own");
}

/// A record that something else wrote is named, and keeps nobody else from being served.
#[test]
fn a_record_that_cannot_be_read_is_reported() {
    let host = host();
    host.netpipe("compose --project-name=a up --bridge=br-a net")
        .status(0);
    host.netpipe("compose --project-name=b up --bridge=br-b net")
        .status(0);
    host.rewrite(|value| match value.contains("br-a") {
        true => value.replace("\"service\":\"net\"", "\"service\":\"../x\""),
        false => value.to_owned(),
    });
    host.netpipe("compose --project-name=a down net")
        .status(1)
        .stdout_has("is not netpipe's");
    host.netpipe("compose list").status(0).stdout_has("br-b");
    host.netpipe("gc").status(1).stderr_has("is not netpipe's");
    host.netpipe("compose --project-name=b down net").status(0);
    host.try_sh("ip link show br-b").status(1);
}
