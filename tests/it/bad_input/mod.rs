//! What cannot be done is refused: each with its exit status, a message that names what
//! is wrong, a hint that says what to do, and nothing changed.

mod addresses;
mod cards;
mod compose;
mod dhcp;
mod engines;
mod graph;
mod kinds;
mod lan;
mod names;
mod options;
mod ovs;
mod pipework;
mod shapes;
mod store;
mod targets;
mod topology;
mod tunnels;
mod users;
mod vlans;

use crate::support::{Host, Run};

/// One command line that must fail.
pub struct Bad<'a> {
    args: &'a [&'a str],
    status: i32,
    says: &'a str,
    hint: &'a str,
}

/// A row of a table: words, exit status, a piece of the message, a piece of the hint
/// (empty if the message says it all).
pub const fn bad<'a>(args: &'a [&'a str], status: i32, says: &'a str, hint: &'a str) -> Bad<'a> {
    Bad {
        args,
        status,
        says,
        hint,
    }
}

/// A host with a container `blue`, a network card `nic0`, and a bridge `lan9` of
/// somebody else's.
pub fn host() -> Host {
    let host = Host::new();
    host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1 && \
         ip link add lan9 address 02:00:00:00:00:09 type bridge");
    host
}

/// Runs every row of a table.
pub fn refuses(host: &Host, table: &[Bad<'_>]) {
    let before = host.snapshot();
    let mut wrong = String::new();
    for row in table {
        let run = host.netpipe(row.args);
        let changed = before.difference(&host.snapshot());
        if !(row.fits(&run) && changed.is_empty()) {
            wrong += &format!(
                "\n{:.200}: {:?}, not {}: `{}`, hint `{}`\n{}{}{}\n",
                format!("{:?}", row.args),
                run.code(),
                row.status,
                row.says,
                row.hint,
                run.out,
                run.err,
                changed.join("\n")
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

impl Bad<'_> {
    fn fits(&self, run: &Run) -> bool {
        let mut hints = run.err.lines().filter(|line| line.starts_with("hint: "));
        let hinted = self.hint.is_empty() || hints.any(|line| line.contains(self.hint));
        let told = run.err.starts_with("error: ") && run.err.contains(self.says);
        let clean =
            run.err.len() < 1000 && !run.err.contains(|c: char| c.is_control() && c != '\n');
        run.code() == Some(self.status) && run.out.is_empty() && told && hinted && clean
    }
}

#[test]
fn there_are_enough_of_them() {
    let kinds = kinds::ROWS.len();
    let rows = addresses::ROWS.len() + names::ROWS.len() + options::ROWS.len() + kinds;
    assert!(rows >= 100, "only {rows} rows");
}
