//! A store that cannot be read, or must not be.

use std::fs;

use netpipe::kv::{Kv, LocalKv};

use super::host;
use crate::support::Host;

/// Commands that read or change the store.
const COMMANDS: [&str; 3] = [
    "attach netns:blue br0 10.0.0.5/24",
    "list",
    "ip reserve br0 10.0.0.9",
];

/// A host whose store holds an attachment that is no more, and its file.
fn used() -> (Host, std::path::PathBuf) {
    let host = host();
    host.netpipe("ip reserve br0 10.0.0.1").status(0);
    let file = host.state_dir().join("kv.redb");
    assert!(file.is_file());
    (host, file)
}

/// Every command fails with that message, and neither kernel nor file is changed.
fn refuses_all(host: &Host, file: &std::path::Path, says: &str) {
    let kernel = host.snapshot();
    let bytes = fs::read(file).unwrap();
    for line in COMMANDS {
        host.netpipe(line).status(1).stdout("").stderr_has(says);
        kernel.assert_same_kernel(&host.snapshot());
        assert!(fs::read(file).unwrap() == bytes, "{line} wrote to the file");
    }
}

#[test]
fn a_file_that_is_garbage() {
    let (host, file) = used();
    for content in ["x".repeat(100), "netpipe ".repeat(10_000)] {
        fs::write(&file, content).unwrap();
        refuses_all(&host, &file, &file.display().to_string());
    }
}

#[test]
fn a_file_that_is_truncated() {
    let (host, file) = used();
    let whole = fs::read(&file).unwrap();
    for length in [1, 4096, whole.len() / 2, whole.len() - 4096] {
        fs::write(&file, &whole[..length]).unwrap();
        refuses_all(&host, &file, &file.display().to_string());
    }
}

#[test]
fn a_directory_in_place_of_the_file() {
    let host = host();
    let file = host.state_dir().join("kv.redb");
    fs::create_dir_all(&file).unwrap();
    let before = host.snapshot();
    host.netpipe(COMMANDS[0]).status(1).stderr_has("kv.redb");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_state_directory_that_is_a_file() {
    let host = host();
    fs::write(host.state_dir(), "x").unwrap();
    let before = host.snapshot();
    host.netpipe(COMMANDS[0])
        .status(1)
        .stderr_has(&host.state_dir().display().to_string())
        .stderr_has("Not a directory");
    before.assert_same_kernel(&host.snapshot());
    assert_eq!(fs::read(host.state_dir()).unwrap(), b"x");
}

/// Puts a value into the store as another program might.
fn put(host: &Host, key: &str, value: &str) {
    let store = LocalKv::open(&host.state_dir()).unwrap();
    store.put(key.as_bytes(), value.as_bytes()).unwrap();
}

const RECORD: &str = "/netpipe/v1/attachments/h1/netns:blue/eth1";

#[test]
fn a_record_of_a_newer_version() {
    let host = host();
    put(&host, RECORD, r#"{"version":2,"new":"things"}"#);
    let before = host.snapshot();
    for line in ["attach netns:blue br0 10.0.0.5/24", "gc"] {
        host.netpipe(line)
            .status(1)
            .stdout("")
            .stderr_has(&format!("the record `{RECORD}` is of version 2"))
            .stderr_has("hint: this netpipe knows up to version 1: upgrade it");
        before.assert_same(&host.snapshot());
    }
    let says = format!("the record `{RECORD}` is of version 2; this netpipe knows up to");
    host.netpipe("list").status(0).stderr_has(&says);
    host.netpipe("check").status(1).stdout_has(&says);
    host.netpipe("show netns:blue").status(1).stderr_has(RECORD);
    before.assert_same(&host.snapshot());
}

#[test]
fn the_others_are_served_beside_a_record_that_is_none() {
    let host = host();
    host.container("red");
    let gone = host.container("gone");
    for line in [
        "attach netns:blue br0 10.0.0.5/24",
        "attach netns:blue br0 10.0.1.5/24",
        "attach netns:red br0 10.0.0.6/24",
        "attach netns:gone br0 10.0.0.7/24",
    ] {
        host.netpipe(line).status(0);
    }
    put(&host, RECORD, "garbage");
    let before = host.snapshot();
    let says = format!("the record `{RECORD}` is not netpipe's");
    for line in ["list", "list netns:blue", "show netns:blue"] {
        host.netpipe(line)
            .status(0)
            .stdout_has("10.0.1.5/24")
            .stderr_has(&format!("warning: {says}"));
    }
    for line in ["check", "check --repair"] {
        host.netpipe(line)
            .status(1)
            .stdout_has("netns:blue eth2: ok")
            .stdout_has("netns:red eth1: ok")
            .stdout_has(&format!("{RECORD}: unreadable\n  {says}"))
            .stderr_has("1 of 4 attachments differ");
    }
    before.assert_same(&host.snapshot());
    let report = host.netpipe("check --json").status(1).json();
    let row = report.as_array().unwrap().last().unwrap();
    assert_eq!(row["target"], "netns:blue");
    assert_eq!(row["ifname"], "eth1");
    assert_eq!(row["key"], RECORD);
    assert!(row["drift"][0].as_str().unwrap().starts_with(&says));
    // Another name of a target is looked for among all records.
    host.netpipe("list nosuch").status(0);
    host.remove(gone);
    let gc = host.netpipe("gc").status(1);
    let gc = gc.stdout("netns:gone eth1: released, the target is gone\n");
    assert_eq!(gc.err.matches(&says).count(), 1, "{}", gc.err);
    host.netpipe("attach netns:red br0 10.0.2.6/24").status(0);
    host.netpipe("detach netns:red --all").status(0);
    host.netpipe("detach netns:blue eth2").status(0);
    // Its link and its address are as they were.
    let address = "/netpipe/v1/addresses/br0/10.0.0.5";
    let kept = host.store();
    assert!(kept.iter().any(|(key, _)| key == address), "{kept:?}");
    assert!(
        kept.contains(&(RECORD.into(), "garbage".into())),
        "{kept:?}"
    );
    host.sh("ip link show master br0 | grep -q /h1/netns:blue/eth1");
}

#[test]
fn an_address_that_is_no_record_keeps_gc_from_no_other() {
    let host = host();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let store = LocalKv::open(&host.state_dir()).unwrap();
    store.delete(RECORD.as_bytes()).unwrap();
    put(&host, "/netpipe/v1/addresses/br0/10.0.0.1", "garbage");
    host.netpipe("gc")
        .status(1)
        .stdout_has("address 10.0.0.5 of br0: freed")
        .stderr_has("10.0.0.1` is not netpipe's");
}

#[test]
fn a_record_under_another_ones_key_is_not_taken_for_it() {
    let host = host();
    host.container("red");
    host.netpipe("attach netns:red br0 10.0.0.6/24").status(0);
    let red = host.store();
    let red = red.iter().find(|(key, _)| key.contains("/attachments/"));
    put(&host, RECORD, &red.unwrap().1);
    host.netpipe("list")
        .status(0)
        .stdout_has("netns:red")
        .stderr_has("is of another attachment, `h1/netns:red/eth1`");
    host.netpipe("gc").status(1).stdout("");
    host.netpipe("check netns:red").status(0);
}

#[test]
fn a_record_that_is_none() {
    let host = host();
    for value in [
        "",
        "garbage",
        "{}",
        r#"{"version":"1"}"#,
        r#"{"version":1,"host":"h1","target":"netns:blue","ifname":"../../etc"}"#,
    ] {
        put(&host, RECORD, value);
        let before = host.snapshot();
        host.netpipe("attach netns:blue br0 10.0.0.5/24")
            .status(1)
            .stderr_has(&format!("the record `{RECORD}` is not netpipe's"))
            .stderr_has("hint: something else wrote it");
        before.assert_same(&host.snapshot());
    }
}
