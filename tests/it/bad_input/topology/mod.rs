//! Topology files that are wrong: each mistake is told with its place, what it is and what to
//! do, and nothing is changed.

mod rows;

use crate::support::{Host, Run};
use rows::{OF_ONE, ROWS, Row, WEB};

fn plan(host: &Host, text: impl AsRef<[u8]>) -> Run {
    let file = host.directory().join("t.yaml");
    std::fs::write(&file, text).unwrap();
    host.netpipe(["apply", "-f", file.to_str().unwrap()])
}

/// What is not as it should be of a refusal.
fn wrong(run: &Run, (text, says, hint): &Row, status: i32) -> Option<String> {
    let mut hints = run.err.lines().filter(|line| line.starts_with("hint: "));
    let hinted = hint.is_empty() || hints.any(|line| line.contains(hint));
    let clean = run.err.len() < 2000 && !run.err.contains(|c: char| c.is_control() && c != '\n');
    let fits = run.code() == Some(status)
        && run.out.is_empty()
        && run.err.starts_with("error: ")
        && run.err.contains(says)
        && hinted
        && clean;
    (!fits).then(|| format!("\n{text:.200}\n{says} / {hint}\n{run:?}"))
}

fn host() -> Host {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host
}

#[test]
fn mistakes_in_topology_files() {
    let host = host();
    let before = host.snapshot();
    let mut all: Vec<String> = Vec::new();
    for row in ROWS {
        all.extend(wrong(&plan(&host, row.0), row, 2));
    }
    for row in OF_ONE {
        let text = format!("{WEB}{}\n", row.0);
        all.extend(wrong(&plan(&host, &text), row, 2));
    }
    before.assert_same(&host.snapshot());
    assert!(all.is_empty(), "{}", all.concat());
    assert!(ROWS.len() + OF_ONE.len() >= 60);
}

#[test]
fn files_that_are_no_text_or_too_much_of_it() {
    let host = host();
    let before = host.snapshot();
    let bomb = {
        let mut text = "version: 1\nname: &a0 x\nbridges: \n".to_owned();
        text += "  a: &a1 [*a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0]\n";
        for n in 2..10 {
            let m = n - 1;
            text += &format!(
                "  b{n}: &a{n} [*a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}]\n"
            );
        }
        text
    };
    let long = format!("version: 1\nname: {}\n", "x".repeat(10 << 20));
    let wide = format!(
        "version: 1\nbridges: {{br0: {{port: [{}]}}}}\n",
        "a,".repeat(1 << 20)
    );
    let deep = format!("version: 1\nbridges: {}\n", "[".repeat(100_000));
    // What takes time by the square of it or worse would not end.
    let chain: String = (0..30_000)
        .map(|n| format!("  b{n}: {{port: b{}}}\n", n + 1))
        .collect();
    let chain = format!("version: 1\nnames: x\nbridges:\n{chain}");
    let ring = format!(
        "{}  b30000: {{port: b0}}\n",
        chain.replace("names: x\n", "")
    );
    let networks: String = (0..60_000)
        .map(|n| format!("  n{n}: {{bridge: br0, subnet: 10.0.0.0/24}}\n"))
        .collect();
    let networks = format!("version: 1\nnetworks:\n{networks}");
    let keys: String = (0..200_000).map(|n| format!("k{n}: 1\n")).collect();
    let key = format!("? {}\n: 1\n", "k".repeat(8_000_000));
    let deep_block: String = (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let rows: &[(&[u8], &str, &str)] = &[
        (
            b"version: 1\nname: \xff\xfe\n",
            "t.yaml:2: this is not UTF-8 text",
            "UTF-8",
        ),
        (b"\xff\xfev\0e\0r\0", "t.yaml:1: this is not UTF-8 text", ""),
        (b"version: 1\nname: \0\n", "", ""),
        (long.as_bytes(), "is longer than 8 MiB", "several"),
        (
            wide.as_bytes(),
            "the file has more than 524288 values",
            "split",
        ),
        (bomb.as_bytes(), "values", "aliases count"),
        (deep.as_bytes(), "", ""),
        (deep_block.as_bytes(), "levels deep", ""),
        (chain.as_bytes(), "`names` is no key here", "`name`"),
        (
            ring.as_bytes(),
            "bridges.b0: `b0` would be on top of itself, by way of b1, b2, ",
            "cannot carry",
        ),
        (networks.as_bytes(), "has 59999 mistakes", ""),
        (keys.as_bytes(), "has 200001 mistakes", ""),
        (key.as_bytes(), "is no key here", "the keys are"),
    ];
    for (text, says, hint) in rows {
        let begin = std::time::Instant::now();
        let run = plan(&host, text);
        let spent = begin.elapsed();
        assert!(spent.as_secs() < 20, "{says}: {spent:?}");
        let hinted = hint.is_empty() || run.err.contains(hint);
        assert!(
            run.code() == Some(2) && run.err.contains(says) && hinted && run.err.len() < 20_000,
            "{says}: {:.2000}",
            run.err
        );
    }
    before.assert_same(&host.snapshot());
}

#[test]
fn all_mistakes_are_told_at_once() {
    let host = host();
    let before = host.snapshot();
    let run = plan(
        &host,
        "version: 1\nbridges:\n  br0: {mtu: x}\n  br1: {stpp: true}\nattachments:\n  \
         netns:blue:\n    - {link: br0, address: 10.0.0.5}\n    - {link: br0, address: none, \
         vlan: 0}\n",
    );
    let run = run
        .status(2)
        .stderr_has(":3:14: bridges.br0.mtu: `x` is not an MTU")
        .stderr_has(":4:9: bridges.br1: `stpp` is no key here")
        .stderr_has(":7:28: attachments.netns:blue[0].address: `10.0.0.5` has no prefix length")
        .stderr_has("attachments.netns:blue[1].vlan: ")
        .stderr_has("t.yaml` has 4 mistakes, and nothing was changed\n");
    assert_eq!(run.err.matches("error: ").count(), 5);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_cannot_be_told_from_the_file_alone() {
    let host = host();
    let before = host.snapshot();
    host.netpipe("apply -f none.yaml")
        .status(4)
        .stderr_has("cannot read `none.yaml`");
    host.netpipe("apply -f /")
        .status(1)
        .stderr_has("cannot read `/`");
    host.netpipe("apply").status(2).stderr_has("--file");
    host.netpipe("apply -f x --prune=some")
        .status(2)
        .stderr_has("own, all");
    host.netpipe("export --name a/b")
        .status(2)
        .stderr_has("not the name of a topology");
    host.netpipe("export --name none")
        .status(4)
        .stderr_has("nothing was made for the topology `none`");
    let file = host.directory().join("t.yaml");
    std::fs::write(&file, "version: 1\n").unwrap();
    host.netpipe(["apply", "-f", file.to_str().unwrap(), "--prune"])
        .status(2)
        .stderr_has("--prune needs to know what the file made")
        .stderr_has("give the file a name");
    before.assert_same(&host.snapshot());
    // Those that the target or the link is there for.
    for (one, says) in [
        (
            "{link: net:none, address: auto}",
            "there is no network `none`",
        ),
        ("{link: lan, address: none}", "there is no link `lan`"),
        ("{link: br0, address: auto}", "network `br0` has no subnet"),
    ] {
        plan(&host, format!("{WEB}{one}\n"))
            .status(1)
            .stderr_has(says);
        before.assert_same_kernel(&host.snapshot());
    }
    plan(
        &host,
        "version: 1\nattachments: {netns:none: {link: br0, address: none}}\n",
    )
    .status(1)
    .stderr_has("netns:none")
    .stderr_has("1 of 1 changes were not made");
    before.assert_same_kernel(&host.snapshot());
}
