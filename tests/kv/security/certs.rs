//! `netpipe kv certs` as its user meets it.

use std::path::Path;
use std::process::{Command, Output};

fn certs(directory: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_netpipe"))
        .args(["kv", "certs"])
        .arg(directory)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn the_command_tells_what_it_made() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("certs");
    let output = certs(&directory, &["--host", "10.0.0.1", "--days", "9", "--json"]);
    assert!(output.status.success(), "{output:?}");
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let purposes: Vec<_> = made
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["purpose"])
        .collect();
    assert_eq!(purposes, ["ca", "server", "peer", "client"]);
    assert_eq!(made[1]["hosts"][0], "10.0.0.1");
    assert_eq!(made[3]["name"], "root");
    for one in made.as_array().unwrap() {
        for file in ["cert", "key"] {
            assert!(Path::new(one[file].as_str().unwrap()).is_file(), "{one}");
        }
    }
    let again = certs(&directory, &["--host", "10.0.0.1"]);
    assert_eq!(again.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&again.stderr).contains("hint: give --force"));
    assert_eq!(certs(&directory, &["--force"]).status.code(), Some(2));
    let alice = certs(&directory, &["--client", "alice"]);
    assert!(
        String::from_utf8_lossy(&alice.stdout).contains("client-alice.crt"),
        "{alice:?}"
    );
}
