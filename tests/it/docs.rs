//! What the documentation shows is what happens: every command of README.md runs, and
//! prints what is shown there; the scripts it names exist; the examples work.
//!
//! In README.md, `…` stands for any text within a line, and alone in a line for any
//! lines. Output that has an `error:` is that of a command that must fail.
//!
//! A block that starts with ```` ```console FEATURE ```` is about a kind of link. It stands for
//! itself: it runs on a host of its own with a card `eth0` and no engine, where the kernel
//! has that feature.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::{Args, Call, Host, Run};

/// Names that other tests may use on the same engine, or that only a registry has, and
/// what they are here.
const RENAMED: [(&str, &str); 3] = [
    ("web", "docs-web"),
    ("db", "docs-db"),
    ("busybox", "local/busybox"),
];

/// Programs whose lines are run, and those whose lines are left to other tests.
const RUN: [&str; 4] = ["netpipe", "docker", "ip", "printf"];
const ELSEWHERE: [&str; 1] = ["cargo"];

/// One command of README.md and what it shows below it.
#[derive(Debug)]
struct Shown {
    command: String,
    output: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A host of its own for the documentation, beside the tests' engine. Containers are
/// removed with the value, pass or fail.
struct Reader {
    host: Host,
    engine: Option<String>,
    containers: &'static [&'static str],
}

impl Reader {
    fn new(containers: &'static [&'static str]) -> Self {
        let engine = std::env::var("NETPIPE_TEST_ENGINE")
            .expect("no engine: run scripts/test, or scripts/engine run cargo test");
        let reader = Self {
            host: Host::new(),
            engine: Some(engine),
            containers,
        };
        reader.remove_containers();
        reader
    }

    /// One with a card and without an engine.
    fn with_card() -> Self {
        let host = Host::new();
        host.sh(
            "ip link add eth0 type veth peer name lan0 && ip link set lan0 up && \
             ip link set eth0 up && ip address add 192.0.2.10/24 dev eth0 && \
             ip -6 address add 2001:db8::10/64 dev eth0 nodad",
        );
        Self {
            host,
            engine: None,
            containers: &[],
        }
    }

    fn call(&self, program: impl AsRef<std::ffi::OsStr>, args: impl Args) -> Call<'_> {
        let netpipe = Path::new(env!("CARGO_BIN_EXE_netpipe")).parent().unwrap();
        let path = format!(
            "{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            netpipe.display()
        );
        Call::new(self.host.place(), program, args)
            .env("PATH", path)
            .env("DOCKER_HOST", self.engine.as_deref().unwrap_or_default())
            .env("HOME", self.host.directory())
            .env("NETPIPE_STATE_DIR", self.host.state_dir())
            .envs(self.host.ovs_rundir().map(|path| ("OVS_RUNDIR", path)))
            .directory(root())
    }

    /// Runs a line as a shell does, with both outputs in one as a terminal has them.
    fn line(&self, command: &str) -> Run {
        self.call("sh", ["-c", &format!("exec 2>&1\n{command}")])
            .run()
    }

    /// Runs a command, and claims that it prints what is shown; whether it is to be run here.
    fn shows(&self, Shown { command, output }: &Shown) -> bool {
        let program = command.split_whitespace().next().unwrap_or_default();
        if program.starts_with("scripts/") {
            assert!(is_executable(&root().join(program)), "no {program}");
            return false;
        }
        if ELSEWHERE.contains(&program) {
            return false;
        }
        assert!(RUN.contains(&program), "who runs `{command}`?");
        let run = self.line(&here(command));
        let fails = output.iter().any(|line| line.starts_with("error:"));
        let wanted: Vec<_> = output.iter().map(|line| here(line)).collect();
        let got: Vec<_> = run
            .out
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            run.code() != Some(0),
            fails,
            "`{command}` ended with {:?}\n{}",
            run.code(),
            run.out
        );
        assert!(
            output.is_empty() || fits(&wanted, &got),
            "`{command}`\n--- README.md shows\n{}\n--- it printed\n{}",
            output.join("\n"),
            run.out
        );
        true
    }

    fn remove_containers(&self) {
        let list = self.containers.join(" ");
        if !list.is_empty() {
            self.line(&format!("docker rm -f {list}"));
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.engine.is_none() {
            // Servers that a block started and did not come to end.
            let all = "cd /run/netns && for each in *; do ip netns pids $each; done";
            self.line(&format!("{{ {all}; }} 2>/dev/null | xargs -r kill"));
        }
        self.remove_containers();
    }
}

/// The commands of the ```console blocks, in order; of those that name a feature, each block
/// by itself.
fn commands(markdown: &str) -> (Vec<Shown>, Vec<(String, Vec<Shown>)>) {
    let mut all: Vec<Shown> = Vec::new();
    let mut of_kinds = Vec::new();
    let mut inside = false;
    let mut feature: Option<(String, usize)> = None;
    for line in markdown.lines() {
        match line {
            "```console" => inside = true,
            "```" => {
                inside = false;
                if let Some((name, start)) = feature.take() {
                    of_kinds.push((name, all.split_off(start)));
                }
            }
            _ if line.starts_with("```console ") => {
                inside = true;
                let name = line.trim_start_matches("```console ").to_owned();
                feature = Some((name, all.len()));
            }
            _ if !inside => {}
            _ => match line.strip_prefix("$ ") {
                Some(command) => all.push(Shown {
                    command: command.to_owned(),
                    output: Vec::new(),
                }),
                None => {
                    let shown = all.last_mut().expect("a block that starts with output");
                    shown.output.push(line.to_owned());
                }
            },
        }
    }
    (all, of_kinds)
}

fn readme() -> (Vec<Shown>, Vec<(String, Vec<Shown>)>) {
    commands(&std::fs::read_to_string(root().join("README.md")).unwrap())
}

/// Runs the README's blocks about a kind of link that needs this feature.
pub fn readme_shows_kind(feature: &str) {
    let blocks = readme().1;
    let mut of_feature = blocks.iter().filter(|(name, _)| name == feature).peekable();
    assert!(of_feature.peek().is_some(), "README.md has no {feature}");
    for (_, shown) in of_feature {
        let reader = Reader::with_card();
        if feature == "ovs" {
            reader.host.start_ovs();
        }
        for one in shown {
            reader.shows(one);
        }
    }
}

/// The features that README.md has blocks for.
pub fn features_of_readme() -> BTreeSet<String> {
    readme().1.into_iter().map(|(name, _)| name).collect()
}

/// Replaces whole words, and joins what blanks align.
fn here(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
        let (token, next) = rest.split_at(end.max(first.len_utf8()));
        let renamed = RENAMED.iter().find(|(from, _)| *from == token);
        out.push_str(renamed.map_or(token, |(_, to)| to));
        rest = next;
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|start| line.strip_prefix(start)) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn fits(pattern: &[String], lines: &[String]) -> bool {
    match (pattern.split_first(), lines.split_first()) {
        (None, None) => true,
        (None, Some(_)) => false,
        (Some((first, more)), _) if first == "…" => {
            (0..=lines.len()).any(|skipped| fits(more, &lines[skipped..]))
        }
        (Some(_), None) => false,
        (Some((first, more)), Some((line, rest))) => line_fits(first, line) && fits(more, rest),
    }
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[test]
fn readme_shows_what_happens() {
    let reader = Reader::new(&["docs-web", "docs-db"]);
    let mut ran = 0;
    for one in &readme().0 {
        ran += usize::from(reader.shows(one));
    }
    assert!(ran > 10, "only {ran} commands found in README.md");
}

#[test]
fn examples_work() {
    let reader = Reader::new(&["netpipe-ex-one", "netpipe-ex-two", "netpipe-ex-dual"]);
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sh"))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty(), "no examples");
    for script in &scripts {
        assert!(is_executable(script), "{} cannot run", script.display());
        reader.call(script, "local/busybox").run().status(0);
        let left = reader.line("netpipe list --json; netpipe ip list --json; ip -o link");
        assert_eq!(
            left.out
                .lines()
                .filter(|line| !line.contains(": lo:"))
                .collect::<Vec<_>>(),
            ["[]", "[]"],
            "{} left something behind",
            script.display()
        );
    }
}

#[test]
fn patterns_are_strict() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (pattern, text, fit) in [
        ("a…c", "abc", true),
        ("a…c", "abcd", false),
        ("abc", "ab", false),
        ("…\nb\n…", "a\nb\nc", true),
        ("…\nb", "a\nb\nc", false),
        ("a\nb", "a", false),
    ] {
        assert_eq!(
            fits(&lines(pattern), &lines(text)),
            fit,
            "{pattern} on {text}"
        );
    }
    assert_eq!(
        here("web  …/web/eth1 webs"),
        "docs-web …/docs-web/eth1 webs"
    );
}
