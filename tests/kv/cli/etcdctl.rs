//! The same commands, etcdctl's on one etcd and netpipe's on another: they print the same, and
//! leave the same behind.

use std::process::Output;

use super::server::{Etcd, VERSIONS};
use super::{kv, run, words};

/// Two servers of one version that have seen the same.
struct Pair {
    version: &'static str,
    theirs: Etcd,
    ours: Etcd,
    /// The last lease that each granted.
    leases: [String; 2],
    differences: Vec<String>,
}

/// What a command printed, without what differs from server to server.
fn comparable(pair: &Pair, side: usize, text: &[u8]) -> String {
    let etcd = [&pair.theirs, &pair.ours][side];
    let mut text = String::from_utf8(text.to_vec()).unwrap();
    text = text.replace(etcd.endpoint(), "ENDPOINT");
    if let Ok(lease) = i64::from_str_radix(&pair.leases[side], 16) {
        text = text.replace(&pair.leases[side], "LEASE");
        text = text.replace(&lease.to_string(), "LEASE");
    }
    let text: Vec<_> = text.lines().map(without_times).collect();
    text.join("\n")
}

/// A line without what it says of times and of a hash of times.
fn without_times(line: &str) -> String {
    let cut = |line: &str, mark: &str, end: &[char]| match line.split_once(mark) {
        Some((before, after)) => {
            let rest = after.find(end).map_or("", |at| &after[at..]);
            format!("{before}{mark}…{rest}")
        }
        None => line.to_owned(),
    };
    let mut line = line.to_owned();
    for mark in ["took = ", "\"Took\" : ", "]. took ", "\"took\":\""] {
        line = cut(&line, mark, &['"']);
    }
    // Newer ones say how long it took.
    line = line.replace(". took …", "");
    for mark in ["remaining(", "\"ttl\":", "\"TTL\" : "] {
        line = cut(&line, mark, &[')', ',']);
    }
    // The same, but for the padding of a table's cells.
    match line.starts_with('│') {
        true => line
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('|', "│"),
        false => line,
    }
}

impl Pair {
    fn start(version: &'static str) -> Self {
        Self {
            version,
            theirs: Etcd::start(version),
            ours: Etcd::start(version),
            leases: [String::new(), String::new()],
            differences: Vec::new(),
        }
    }

    fn outputs(&self, line: &str, stdin: &str) -> [Output; 2] {
        let [theirs, ours] = [0, 1].map(|side| line.replace("LEASE", &self.leases[side]));
        let theirs = run(self.theirs.etcdctl().args(words(&theirs)), stdin);
        let ours = run(kv(self.ours.endpoint()).args(words(&ours)), stdin);
        [theirs, ours]
    }

    /// Runs a line on both, and claims that the outcome and all of stdout are the same.
    fn same_with(&mut self, line: &str, stdin: &str) {
        let outputs = self.outputs(line, stdin);
        for (output, lease) in outputs.iter().zip(&mut self.leases) {
            let text = String::from_utf8_lossy(&output.stdout);
            if let Some(granted) = text.split(' ').nth(1).filter(|_| line.contains("grant")) {
                *lease = granted.to_owned();
            }
        }
        let [theirs, ours] = &outputs;
        let shown = comparable(self, 1, &ours.stdout);
        let wanted = comparable(self, 0, &theirs.stdout);
        if (ours.status.success(), &shown) != (theirs.status.success(), &wanted) {
            let said = [theirs, ours].map(|output| String::from_utf8_lossy(&output.stderr));
            let difference = format!(
                "etcd {}: {line}\n--- etcdctl, {}\n{wanted}\n{}\n--- netpipe, {}\n{shown}\n{}",
                self.version, theirs.status, said[0], ours.status, said[1]
            );
            self.differences.push(difference);
        }
    }

    fn same(&mut self, lines: &[&str]) {
        lines.iter().for_each(|line| self.same_with(line, ""));
    }

    /// Runs lines in the forms that all verbs have.
    fn same_in_forms(&mut self, lines: &[&str]) {
        for line in lines {
            for form in ["simple", "json", "fields"] {
                self.same_with(&format!("{line} -w {form}"), "");
            }
        }
    }

    /// Claims that both servers hold the same.
    fn end(mut self) {
        self.same(&["get '' --from-key -w json", "role list", "user list"]);
        assert!(
            self.differences.is_empty(),
            "{}",
            self.differences.join("\n\n")
        );
    }
}

/// On each version, with two servers.
fn on_each(test: impl Fn(&mut Pair)) {
    for version in VERSIONS {
        let mut pair = Pair::start(version);
        test(&mut pair);
        pair.end();
    }
}

#[test]
fn keys() {
    on_each(|pair| {
        pair.same_in_forms(&[
            "put foo bar",
            "put foo bar2 --prev-kv",
            "get foo",
            "get none",
        ]);
        pair.same(&[
            "put a/1 3",
            "put a/2 2",
            "put a/3 1",
            "put b ''",
            "put a/1 4",
        ]);
        pair.same_with("put stdin", "from\nstdin\n");
        pair.same_with("put nothing", "");
        pair.same(&[
            "put -- -key -value",
            "get -- -key",
            "get a/ --prefix",
            "get '' --prefix --keys-only",
            "get a/2 --from-key --limit 2",
            "get a/1 a/3",
            "get a/1 a/3 --rev 8",
            "get a/1 a/3 --prefix",
            "get a/ --prefix --from-key",
            "get a/ --prefix --print-value-only",
            "get a/ --prefix --sort-by value",
            "get a/ --prefix --sort-by version --order descend",
            "get a/ --prefix --sort-by CREATE --order DESCEND --limit 1",
            "get a/ --prefix --sort-by MODIFY --order ASCEND",
            "get a/ --prefix --sort-by size",
            "get a/ --prefix --order up",
            "get foo --consistency s",
            "get foo --consistency x",
            "get foo --rev 1000",
            "get ''",
            "get",
            "--hex get foo",
            "put foo --ignore-value",
            "put foo v --ignore-value",
            "put nokey --ignore-value",
            "put foo v --ignore-lease",
            "put foo v --lease 1",
            "put foo v --lease x",
            "del none",
            "del b -w json",
            "del foo --prev-kv -w fields",
            "del a/1 --prev-kv",
            "del a/ --prefix --prev-kv",
            "del '' --prefix -w json",
            "del ''",
            "del",
        ]);
        pair.same(&[
            "compact 5",
            "compact 5",
            "compact 1000",
            "get foo --rev 3",
            "get foo --rev 5",
        ]);
        pair.same(&["compaction 6 --physical", "compact x"]);
    });
}

#[test]
fn transactions() {
    on_each(|pair| {
        let compared = "val(\"k\") = \"v\"\nmod(\"k\") > \"0\"\nc(\"k\") < \"9\"\nver(\"k\") != \"7\"\n\n\
                        put k \"w \\\"\\x21\"\nget k\nget k --keys-only\nput 'l m' n --prev-kv\n\
                        del k --prev-kv\n\nput no no\n\n";
        let missing = "create(\"new\") = \"0\"\n\nput new `1\nget '' --prefix\n\ndel new\n\n";
        let failing = "val(\"none\") != \"x\"\n\nput no no\n\nget new\ndel n --prefix\n\n";
        for form in ["simple", "json", "fields"] {
            pair.same(&["put k v"]);
            for text in [missing, failing, missing] {
                pair.same_with(&format!("txn -w {form}"), text);
            }
            let twice = compared.replace("put 'l m' n --prev-kv\ndel k --prev-kv\n", "");
            pair.same_with(&format!("txn -w {form}"), &twice);
            pair.same_with(&format!("txn -w {form}"), compared);
        }
        for wrong in [
            "mod(\"k\") ~ \"1\"\n\n\n\n",
            "size(\"k\") = \"1\"\n\n\n\n",
            "mod(\"k\") = \"x\"\n\n\n\n",
            "mod(k) = \"1\"\n\n\n\n",
            "\nput k\n\n\n",
            "\nsteal k\n\n\n",
            "\nput k 1\nput k 2\n\n\n",
            "\nput k 1 --lease 77\n\n\n",
        ] {
            // What etcdctl does with operators that it does not know is a crash.
            let outputs = pair.outputs("txn", wrong);
            let failed = outputs.map(|output| !output.status.success());
            assert_eq!(failed, [true, true], "{wrong}");
        }
        pair.same_with("txn -i", "\n\nget k\n\n");
    });
}

#[test]
fn leases() {
    on_each(|pair| {
        pair.same(&[
            "lease grant 100",
            "put k v --lease LEASE",
            "put l w --lease=LEASE",
        ]);
        pair.same(&["get k -w json", "get k -w fields", "lease timetolive LEASE"]);
        pair.same_in_forms(&[
            "lease timetolive LEASE --keys",
            "lease timetolive 1234",
            "lease list",
            "lease keep-alive LEASE --once",
        ]);
        pair.same(&["put k 2 --ignore-lease --prev-kv", "put l 2"]);
        pair.same(&["lease timetolive LEASE --keys", "lease timetolive x"]);
        pair.same(&["lease keep-alive 1234 --once", "lease keep-alive 1234"]);
        pair.same(&[
            "lease revoke LEASE",
            "lease revoke LEASE",
            "lease list",
            "get '' --prefix",
        ]);
        pair.same(&["lease grant x", "lease revoke", "lease grant 99999999999"]);
    });
}

#[test]
fn upkeep() {
    on_each(|pair| {
        pair.same(&["put a 1", "put a 2", "put b 3", "del b", "compact 2"]);
        pair.same_in_forms(&["member list", "endpoint health"]);
        pair.same(&["member list -w table", "alarm list", "alarm list -w json"]);
        // Its hash has the revisions' times in no form: equal servers have equal ones.
        pair.same_in_forms(&["endpoint hashkv", "endpoint hashkv --rev 4"]);
        pair.same(&[
            "endpoint status",
            "endpoint status -w table",
            "endpoint status -w fields",
        ]);
        pair.same(&["alarm disarm", "defrag", "move-leader 1", "move-leader x"]);
        pair.same(&[
            "member add",
            "member add b",
            "member remove 1",
            "member remove x",
            "member promote 1",
            "member update 1 --peer-urls http://127.0.0.1:9",
            "member update 1",
            "member add b --peer-urls http://127.0.0.1:9 --learner",
            "member list",
            "member list -w fields",
            "member list -w table",
            "member add b --peer-urls http://127.0.0.1:9",
        ]);
    });
}

#[test]
fn snapshots() {
    for version in VERSIONS {
        let pair = Pair::start(version);
        for (number, value) in ["x", "y", "z"].into_iter().enumerate() {
            // Enough for the tree to have branches, and a value for pages to overflow.
            let lines = (0..60).map(|key| format!("put key/{number}/{key:04} {value}\n"));
            let large = format!("put large {}\n", "l".repeat(20_000));
            let text = format!("\n{}{large}\n\n", lines.collect::<String>());
            let done = run(kv(pair.ours.endpoint()).arg("txn"), &text);
            assert!(done.status.success(), "{done:?}");
        }
        let file = pair.ours.directory().join("saved.db");
        let name = file.to_str().unwrap();
        let saved = super::stdout(kv(pair.ours.endpoint()).args(["snapshot", "save", name]));
        assert_eq!(saved, format!("Snapshot saved at {name}\n"));
        for form in ["simple", "json", "fields", "table"] {
            let args = ["snapshot", "status", name, "-w", form];
            let theirs = super::stdout(pair.theirs.etcdctl().args(args));
            // 3.5 says that there is another program for it.
            let theirs = theirs.split("instead.\n\n").last().unwrap();
            let ours = super::stdout(super::netpipe().args(args));
            let [theirs, ours] = [theirs, &ours].map(|text| {
                let lines = text.lines().map(without_times);
                lines
                    .filter(|line| !line.starts_with(['+', '┌', '├', '└']))
                    .collect::<Vec<_>>()
            });
            assert_eq!(ours, theirs, "etcd {version}: {form}");
        }
        // What etcdctl restores is what was saved.
        let restored = pair.ours.directory().join("restored");
        let mut restore = pair.theirs.etcdctl();
        restore
            .args(["snapshot", "restore", name, "--data-dir"])
            .arg(restored);
        super::stdout(&mut restore);
        // One bit is told from none.
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        let said = super::fails(super::netpipe().args(["snapshot", "status", name]), 1);
        assert!(said.contains("its checksum is wrong"), "{said}");
        bytes.truncate(middle);
        std::fs::write(&file, &bytes).unwrap();
        super::fails(super::netpipe().args(["snapshot", "status", name]), 1);
    }
}

#[test]
fn users_and_roles() {
    on_each(|pair| {
        pair.same_in_forms(&["role list", "role get none"]);
        pair.same(&[
            "role add r",
            "role add r",
            "role add s -w json",
            "role add t -w fields",
        ]);
        pair.same(&[
            "role grant-permission r readwrite foo --prefix",
            "role grant-permission r read bar",
            "role grant-permission r WRITE a b",
            "role grant-permission r read z --from-key",
            "role grant-permission s readwrite '' --prefix -w json",
            "role grant-permission r eat foo",
            "role grant-permission r read",
            "role grant-permission r read a b --prefix",
            "role grant-permission none read a",
            "role revoke-permission r bar",
            "role revoke-permission r bar",
            "role revoke-permission r z --from-key",
        ]);
        pair.same_in_forms(&["role get r", "role get s", "role list"]);
        pair.same(&[
            "user add u:pw",
            "user add u:pw",
            "user add :pw",
            "user add root:root",
        ]);
        pair.same(&[
            "user add v --no-password",
            "user add w --new-user-password x -w json",
        ]);
        pair.same_with("user add x --interactive=false", "secret\n");
        pair.same_with("user passwd u --interactive=false", "new\n");
        pair.same(&[
            "user grant-role u r",
            "user grant-role u s",
            "user grant-role u none",
        ]);
        pair.same(&[
            "user get u",
            "user get u --detail",
            "user get u -w json",
            "user list -w json",
        ]);
        pair.same(&[
            "user revoke-role u s",
            "user revoke-role u s",
            "user delete v",
            "user delete v",
        ]);
        pair.same(&["role delete t", "role delete t", "user get root"]);
        if pair.version == "35" {
            pair.same(&["auth status", "auth status -w json"]);
        }
        pair.same(&[
            "auth enable",
            "get foo",
            "--user u:new put foo 1",
            "--user u:pw get foo",
        ]);
        pair.same(&[
            "--user u:new get foo",
            "--user u:new get secret",
            "--user u:new user list",
        ]);
        pair.same(&[
            "--user u --password new get foo",
            "--user root:root role get r",
        ]);
        pair.same(&[
            "--user root:root endpoint health",
            "--user u:new endpoint health",
        ]);
        pair.same(&["--user root:root auth disable", "get foo"]);
    });
}
