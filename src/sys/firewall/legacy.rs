//! The legacy backend: ip_tables and ip6_tables, through `iptables-legacy`.
//!
//! The kernel's interface to these tables (`IPT_SO_SET_REPLACE`, linux/netfilter_ipv4/
//! ip_tables.h) replaces a whole table at a time and knows no transaction: a program that
//! speaks it must agree on a lock with every other and rebuild rules and counters it does
//! not understand. `iptables-legacy` does that; so this backend, alone, starts a program.
//! It is given an argument vector, never a shell's command line.

use std::env;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::blocker::{Blocker, Ending, Stop};
use super::bridge::Bridge;
use super::route::{Direction, Subnet};
use super::rule::{Backend, Chain, Family, Rule, Subject, Table};
use super::state::{Filter, Policy};
use crate::error::{Context, Error, Result};
use crate::sys::procfile;

/// Seconds to wait for others to let go of xtables' lock.
const LOCK_SECONDS: &str = "10";
/// Where the programs live when PATH, as in a cron job, does not say so.
const SYSTEM_DIRS: [&str; 4] = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin"];

/// What the filter table of one family holds, as far as netpipe is concerned.
pub(super) struct Snapshot {
    pub(super) filter: Filter,
    /// netpipe's own rules, one entry for each copy.
    pub(super) owned: Vec<Rule>,
    /// What FORWARD's first rule without a condition makes of packets.
    ending: Option<Ending>,
}

impl Snapshot {
    /// The table's FORWARD, if it stops packets by a rule.
    pub(super) fn blocker(&self, family: Family) -> Option<Blocker> {
        let Some(Ending::Stop(stop)) = self.ending else {
            return None;
        };
        let table_family = match family {
            Family::V4 => "ip",
            Family::V6 => "ip6",
        };
        Some(Blocker {
            backend: Backend::Legacy,
            table_family,
            table: Table::Filter.as_str().to_owned(),
            chain: Chain::Forward.as_str().to_owned(),
            stop,
        })
    }
}

/// Whether the filter table exists in this network namespace. Asked first, because the
/// program would create the table by looking at it.
pub(super) fn in_use(family: Family) -> Result<bool> {
    // Not /proc/net: that is the main thread's namespace.
    let path = match family {
        Family::V4 => "/proc/thread-self/net/ip_tables_names",
        Family::V6 => "/proc/thread-self/net/ip6_tables_names",
    };
    match procfile::read(path) {
        Ok(names) => Ok(names.lines().any(|name| name == Table::Filter.as_str())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::failed(format!("cannot read {path}"))
            .because(error)
            .hint("run it as root (CAP_NET_ADMIN)")),
    }
}

/// Reads the filter table; `None` if this namespace has none.
pub(super) fn snapshot(family: Family) -> Result<Option<Snapshot>> {
    if !in_use(family)? {
        return Ok(None);
    }
    let listing = run(family, &["-S".to_owned()])?;
    Ok(Some(parse(family, &listing)))
}

/// netpipe's own rules. A missing program means none, for netpipe adds with it.
pub(super) fn owned(family: Family) -> Result<Vec<Rule>> {
    if !in_use(family)? || find_program(family).is_none() {
        return Ok(Vec::new());
    }
    Ok(snapshot(family)?
        .map(|snapshot| snapshot.owned)
        .unwrap_or_default())
}

/// Puts the rule at the head of its chain, unless it is there.
pub(super) fn add(rule: &Rule) -> Result<()> {
    if owned(rule.family)?.contains(rule) {
        return Ok(());
    }
    edit("-I", rule)
}

/// Deletes the rule, every copy of it; success if there is none.
pub(super) fn remove(rule: &Rule) -> Result<()> {
    let copies = owned(rule.family)?
        .into_iter()
        .filter(|have| have == rule)
        .count();
    for _ in 0..copies {
        let Err(error) = edit("-D", rule) else {
            continue;
        };
        // Somebody else may have removed it since it was listed.
        if owned(rule.family)?.contains(rule) {
            return Err(error);
        }
        break;
    }
    Ok(())
}

fn edit(action: &str, rule: &Rule) -> Result<()> {
    let mut args = vec![action.to_owned(), rule.chain.as_str().to_owned()];
    args.extend(rule.matches(&rule.subject.mark()));
    run(rule.family, &args).map(drop)
}

/// Reads what `iptables -S` prints: `-P FORWARD DROP`, `-N DOCKER-USER`, `-A …`.
fn parse(family: Family, listing: &str) -> Snapshot {
    let mut filter = Filter {
        backend: Backend::Legacy,
        forward_policy: None,
        docker_user: false,
    };
    let mut owned = Vec::new();
    let ending = listing.lines().find_map(parse_ending);
    for line in listing.lines() {
        match line {
            "-P FORWARD DROP" => filter.forward_policy = Some(Policy::Drop),
            "-P FORWARD ACCEPT" => filter.forward_policy = Some(Policy::Accept),
            "-N DOCKER-USER" => filter.docker_user = true,
            _ => owned.extend(parse_rule(family, line)),
        }
    }
    Snapshot {
        filter,
        owned,
        ending,
    }
}

/// What a rule of FORWARD without a condition, but for a comment, makes of packets.
fn parse_ending(line: &str) -> Option<Ending> {
    let mut rest = line.strip_prefix("-A FORWARD ")?;
    if let Some(comment) = rest.strip_prefix("-m comment --comment ") {
        // Quoted where it is more than a word, with what it quotes escaped.
        rest = match comment.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\" ")?.1,
            None => comment.split_once(' ')?.1,
        };
    }
    let mut words = rest.strip_prefix("-j ")?.split(' ');
    match words.next()? {
        "ACCEPT" => Some(Ending::Accept),
        "DROP" => Some(Ending::Stop(Stop::Drop)),
        "REJECT" => Some(Ending::Stop(Stop::Reject)),
        _ => None,
    }
}

/// The rule on a line, if the line is just what one of netpipe's rules looks like.
fn parse_rule(family: Family, line: &str) -> Option<Rule> {
    let mut words = line.strip_prefix("-A ")?.splitn(4, ' ');
    let chain = Chain::from_name(words.next()?)?;
    let (option, value) = (words.next()?, words.next()?);
    let subject = match option {
        "-i" => Subject::Bridge(Bridge::new(value).ok()?),
        _ => {
            let known = Direction::BOTH.into_iter();
            let direction = known.into_iter().find(|known| known.option() == option)?;
            Subject::Route(Subnet::new(value.parse().ok()?).ok()?, direction)
        }
    };
    let rule = Rule {
        family,
        backend: Backend::Legacy,
        table: Table::Filter,
        chain,
        subject,
    };
    (listed(&rule) == line).then_some(rule)
}

/// The rule's line in a listing. The mark is quoted, for it holds a colon, and its quotes
/// are escaped (`xtables_save_string`, libxtables/xtables.c).
fn listed(rule: &Rule) -> String {
    let mut mark = String::from("\"");
    for c in rule.subject.mark().chars() {
        if matches!(c, '"' | '\\' | '\'') {
            mark.push('\\');
        }
        mark.push(c);
    }
    mark.push('"');
    let chain = rule.chain.as_str();
    format!("-A {chain} {}", rule.matches(&mark).join(" "))
}

/// Runs the program on the filter table and returns what it printed.
fn run(family: Family, args: &[String]) -> Result<String> {
    let program = find_program(family).ok_or_else(|| {
        let name = family.program();
        Error::failed(format!(
            "{family} has rules in a legacy filter table, but there is no {name}-legacy program"
        ))
        .hint(format!(
            "install {name}-legacy, or leave the firewall alone with --no-firewall"
        ))
    })?;
    let shown = format!("{} {}", program.display(), args.join(" "));
    let output = Command::new(&program)
        .args(["-w", LOCK_SECONDS, "-t", Table::Filter.as_str()])
        .args(args)
        .env("LC_ALL", "C")
        // A Ctrl-C is netpipe's to hear: it would end the program in the midst of an undo too.
        .process_group(0)
        .stdin(Stdio::null())
        .output()
        .or_failed(|| format!("cannot run `{shown}`"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let words = words.trim().replace('\n', "; ");
    Err(Error::failed(format!(
        "`{shown}` failed ({}): {words}",
        output.status
    )))
}

/// The program that edits legacy tables: `iptables-legacy`, or an `iptables` that is not
/// of the nft flavour, as distributions without the choice install it.
fn find_program(family: Family) -> Option<PathBuf> {
    let name = family.program();
    in_path(&format!("{name}-legacy"))
        .or_else(|| in_path(name).filter(|program| !speaks_nf_tables(program)))
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let listed = env::split_paths(&path).filter(|dir| dir.is_absolute());
    let mut dirs = listed.chain(SYSTEM_DIRS.map(PathBuf::from));
    dirs.find_map(|dir| Some(dir.join(name)).filter(|program| program.is_file()))
}

/// `iptables -V` says `iptables v1.8.9 (nf_tables)` or `(legacy)`; before 1.8, neither.
fn speaks_nf_tables(program: &Path) -> bool {
    Command::new(program)
        .arg("-V")
        .stdin(Stdio::null())
        .output()
        .map_or(true, |output| {
            String::from_utf8_lossy(&output.stdout).contains("nf_tables")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_without_a_condition_has_the_last_word() {
        let ending = |rules: &str| parse(Family::V4, rules).blocker(Family::V4).map(|b| b.stop);
        for (rules, stop) in [
            ("", None),
            ("-A FORWARD -j DROP", Some(Stop::Drop)),
            (
                "-A FORWARD -j LOG\n-A FORWARD -j REJECT --reject-with icmp-host-prohibited",
                Some(Stop::Reject),
            ),
            (
                "-A FORWARD -m comment --comment \"a -j b\" -j DROP",
                Some(Stop::Drop),
            ),
            (
                "-A FORWARD -m comment --comment a -j DROP",
                Some(Stop::Drop),
            ),
            ("-A FORWARD -i eth0 -j DROP\n-A INPUT -j DROP", None),
            ("-A FORWARD -j ACCEPT\n-A FORWARD -j DROP", None),
            ("-A FORWARD -m comment --comment a -m limit -j DROP", None),
        ] {
            assert_eq!(ending(rules), stop, "{rules}");
        }
    }

    #[test]
    fn reads_a_listing() {
        let snapshot = parse(
            Family::V4,
            "-P INPUT ACCEPT\n-P FORWARD DROP\n-N DOCKER-USER\n\
             -A FORWARD -j DOCKER-USER\n\
             -A DOCKER-USER -i br0 -o br0 -m comment --comment \"netpipe:br0\" -j ACCEPT\n\
             -A DOCKER-USER -i br0 -o br0 -j ACCEPT\n\
             -A DOCKER-USER -i br0 -o br1 -m comment --comment \"netpipe:br0\" -j ACCEPT\n\
             -A DOCKER-USER -i br0 -o br0 -m comment --comment \"netpipe:br1\" -j ACCEPT\n\
             -A DOCKER-USER -i br0 -o br0 -p tcp -m comment --comment \"netpipe:br0\" -j ACCEPT\n\
             -A FORWARD -i a\"b -o a\"b -m comment --comment \"netpipe:a\\\"b\" -j ACCEPT\n\
             -A DOCKER-USER -s 10.2.0.0/24 -m comment --comment \"netpipe:route:10.2.0.0/24\" -j ACCEPT\n\
             -A DOCKER-USER -s 10.2.0.0/24 -m comment --comment \"netpipe:route:10.3.0.0/24\" -j ACCEPT\n\
             -A DOCKER-USER -d 10.2.0.0/24 -j ACCEPT\n\
             -A DOCKER-USER -j RETURN\n",
        );
        assert_eq!(snapshot.filter.forward_policy, Some(Policy::Drop));
        assert!(snapshot.filter.docker_user);
        let found: Vec<_> = snapshot
            .owned
            .iter()
            .map(|rule| (rule.chain, rule.subject.mark()))
            .collect();
        let ours = |chain, mark: &str| (chain, mark.to_owned());
        assert_eq!(
            found,
            [
                ours(Chain::DockerUser, "netpipe:br0"),
                ours(Chain::Forward, "netpipe:a\"b"),
                ours(Chain::DockerUser, "netpipe:route:10.2.0.0/24"),
            ]
        );
    }
}
