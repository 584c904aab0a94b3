//! The files that the projects and the image are made of, as far as they can be checked without
//! a registry.

use std::fs;

use tempfile::TempDir;

use super::project::root;
use crate::docker::engine::variable;
use crate::support::{Call, Host};

/// What the build copies is there, and all that cargo needs to find its way.
#[test]
fn the_image_is_built_of_what_is_here() {
    let text = fs::read_to_string(root().join("Dockerfile")).unwrap();
    let stages: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("FROM "))
        .collect();
    assert_eq!(stages.len(), 2, "{stages:?}");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let needs = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let needs = needs.unwrap().trim_matches('"');
    assert!(
        stages[0].contains(&format!("rust:{needs}-")),
        "{}",
        stages[0]
    );

    let copy = TempDir::new().unwrap();
    let host = Host::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let words: Vec<_> = line.split_whitespace().collect();
        let (to, from) = words.split_last().unwrap();
        if from[0].starts_with("--from=") {
            assert_eq!(from[1], "/src/target/release/netpipe");
            continue;
        }
        let to = copy.path().join(to);
        for from in from {
            let from = root().join(from);
            assert!(from.exists(), "{}", from.display());
            if to.display().to_string().ends_with('/') {
                fs::create_dir_all(&to).unwrap();
            }
            host.sh(&format!("cp -r {} {}", from.display(), to.display()));
        }
    }
    let run = text.lines().find_map(|line| line.strip_prefix("RUN "));
    assert_eq!(run, Some("cargo build --release --locked"));
    let ignored = fs::read_to_string(root().join(".dockerignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "target"));
    // Its targets, and what they take in, are all there.
    Call::new(
        host.place(),
        env!("CARGO"),
        "metadata --format-version 1 --locked --offline --no-deps",
    )
    .directory(copy.path())
    .run()
    .status(0)
    .stdout_has("\"name\":\"netpipe\"");
    assert!(copy.path().join("scripts/order.txt").exists());
}

/// Each project is one that Compose takes, has its page, and names nothing that is not there.
#[test]
fn every_project_is_whole() {
    let directory = root().join("examples/compose");
    let host = Host::new();
    let mut count = 0;
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        count += 1;
        assert!(path.join("README.md").exists(), "{}", path.display());
        Call::new(
            host.place(),
            variable("NETPIPE_TEST_COMPOSE"),
            "config --quiet",
        )
        .env("HOME", host.directory())
        .env("PATH", "/usr/bin:/bin")
        .env("LOCAL", "192.0.2.1")
        .env("REMOTE", "192.0.2.2")
        .env("ADDRESS", "10.70.0.1/24")
        .directory(&path)
        .run()
        .status(0)
        .stderr("");
    }
    assert_eq!(count, 4);
}

/// So is the one that README.md shows.
#[test]
fn the_project_of_the_readme_is_one_that_compose_takes() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```yaml\n").unwrap();
    let (project, _) = rest.split_once("```").unwrap();
    let host = Host::new();
    Call::new(
        host.place(),
        variable("NETPIPE_TEST_COMPOSE"),
        "-p shop -f - config",
    )
    .env("HOME", host.directory())
    .input(project)
    .run()
    .status(0)
    .stderr("")
    .stdout_has("netpipe attach shop-web-1 $$NET_LINK 10.5.0.10/24");
}
