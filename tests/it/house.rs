//! Rules of the house that the compiler does not know.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Host;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a directory.
fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The lines of a file's code, without comments and without its tests, numbered.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().enumerate();
    lines
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.to_owned()))
        .collect()
}

/// Whether a line has a piece that is not the end of a longer name.
fn has(line: &str, piece: &str) -> bool {
    let mut found = line.match_indices(piece);
    found.any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Where the code of `src` has one of these pieces, outside what `allowed` says.
fn uses(pieces: &[&str], allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for path in rust_files(&root().join("src")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if allowed(&name) {
            continue;
        }
        for (number, line) in code(&path) {
            if pieces.iter().any(|piece| has(&line, piece)) {
                found.push(format!("{name}:{number}: {}", line.trim()));
            }
        }
    }
    found
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut long = Vec::new();
    for directory in ["src", "tests", "benches"] {
        for path in rust_files(&root().join(directory)) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > 500 {
                long.push(format!("{}: {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "split by what they do: {long:#?}");
}

#[test]
fn only_output_writes_to_stdout() {
    let pieces = ["print!(", "println!(", "stdout()", "STDOUT_FILENO", "dbg!("];
    let found = uses(&pieces, |name| name == "src/cli/output.rs");
    assert!(found.is_empty(), "use cli::output: {found:#?}");
}

/// What changes the system, by the module of `sys` that does it.
const CHANGES: &[(&str, &[&str])] = &[
    (
        "link",
        &[
            "add_bridge",
            "add_veth",
            "set_up",
            "set_down",
            "set_alias",
            "set_master",
            "set_mtu",
            "set_mac",
            "set_name",
            "set_down",
            "set_netns",
            "delete",
            "delete_all",
            "delete_by_index",
            "set_down_by_index",
        ],
    ),
    (
        "new_link",
        &[
            "add_dummy",
            "add_on_card",
            "add_ipoib",
            "add_vlan",
            "add_wire",
            "set_mode",
            "set_marked",
        ],
    ),
    ("neigh", &["add_proxy", "delete", "set"]),
    ("addr", &["add", "add_for", "delete"]),
    ("dhcp", &["ask", "release"]),
    ("dhcp6", &["ask", "release"]),
    (
        "bridge_vlan",
        &["add", "delete", "set_filtering", "set_protocol"],
    ),
    ("route", &["add", "delete"]),
    ("sysctl", &["set"]),
    ("firewall", &["add", "add_all", "remove", "remove_all"]),
    ("announce", &["send"]),
    (
        "verbatim",
        &[
            "add_address",
            "delete_address",
            "add_route",
            "add_route_first",
            "delete_route",
        ],
    ),
    (
        "qdisc",
        &["set_netem", "set_tbf", "delete_root", "delete_child"],
    ),
    ("tunnel", &["add", "mark"]),
    ("fdb", &["add", "delete"]),
    ("ethtool", &["set_tx_checksum"]),
    (
        "ovsdb",
        &[
            "add_bridge",
            "add_port",
            "delete_port",
            "delete_bridge",
            "set_mark",
        ],
    ),
];

#[test]
fn only_exec_changes_the_system() {
    let calls: Vec<String> = CHANGES
        .iter()
        .flat_map(|(module, names)| names.iter().map(move |name| format!("{module}::{name}(")))
        .collect();
    let pieces: Vec<&str> = calls.iter().map(String::as_str).collect();
    let found = uses(&pieces, |name| {
        name.starts_with("src/exec/") || name.starts_with("src/sys/")
    });
    assert!(found.is_empty(), "make it a step of a plan: {found:#?}");
    // Each of them is called in `exec`, so a renamed one is noticed here.
    let mut called = String::new();
    for path in rust_files(&root().join("src/exec")) {
        called += &fs::read_to_string(path).unwrap();
    }
    for (module, names) in CHANGES {
        let any = names
            .iter()
            .any(|name| called.contains(&format!("{module}::{name}(")));
        assert!(any, "exec calls nothing of sys::{module}");
    }
}

#[test]
fn every_function_of_sys_that_changes_is_known_here() {
    let reads = [
        "find",
        "list",
        "ports",
        "index",
        "unused_group",
        "root",
        "ticks",
        "addresses",
        "routes",
    ];
    for (module, known) in CHANGES.iter().filter(|(name, _)| *name != "firewall") {
        let file = match *module {
            // One that has a file of its own for them.
            "ovsdb" => root().join("src/sys/ovsdb/change.rs"),
            _ => root().join(format!("src/sys/{module}.rs")),
        };
        let files = match file.exists() {
            true => vec![file],
            false => rust_files(&root().join(format!("src/sys/{module}"))),
        };
        for (_, line) in files.iter().flat_map(|file| code(file)) {
            let Some(rest) = line.strip_prefix("pub fn ") else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap();
            let read = reads.contains(&name) || name.starts_with("get");
            assert!(
                read || known.contains(&name),
                "sys::{module}::{name}: does it change the system?"
            );
        }
    }
}

/// Claims that a directory holds just these files.
fn checked_in(directory: &str, generated: &Path) {
    let names = |path: &Path| {
        let entries = fs::read_dir(path).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let kept = root().join(directory);
    let old = format!("{directory}/ is old: run scripts/generate");
    assert_eq!(names(&kept), names(generated), "{old}");
    for name in names(generated) {
        let same = fs::read(kept.join(&name)).unwrap() == fs::read(generated.join(&name)).unwrap();
        assert!(same, "{}: {old}", name.display());
    }
}

#[test]
fn the_manual_pages_are_those_of_this_program() {
    let host = Host::new();
    let pages = host.directory().join("man");
    host.netpipe(["man", "--dir", pages.to_str().unwrap()])
        .status(0);
    checked_in("man", &pages);
}

#[test]
fn the_completions_are_those_of_this_program() {
    let host = Host::new();
    let directory = host.directory().join("completions");
    fs::create_dir(&directory).unwrap();
    for (shell, file) in [
        ("bash", "netpipe.bash"),
        ("zsh", "_netpipe"),
        ("fish", "netpipe.fish"),
    ] {
        let run = host.netpipe(["completions", shell]).status(0);
        fs::write(directory.join(file), run.out).unwrap();
    }
    checked_in("completions", &directory);
}
