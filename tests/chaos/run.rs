//! A run: a cluster, its clients, what goes wrong, and the verdict.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::check;
use crate::clients::connection::Connection;
use crate::clients::watch::Wish;
use crate::clients::{Stage, address, keys, lease, lock};
use crate::cluster::member::Server;
use crate::cluster::nemesis::{KINDS, Nemesis};
use crate::cluster::{Admin, Cluster};
use crate::history::{Op, Outcome, Revision, Step};

/// How long leases may take to end, and watchers to be told of the end.
const LONGEST: Duration = Duration::from_secs(30);

/// How many faults of one checker are told.
const MOST: usize = 4;

/// What the script asks for.
struct Wanted {
    seconds: u64,
    seed: u64,
    members: usize,
    server: Server,
    dir: PathBuf,
    only: Vec<String>,
}

impl Wanted {
    fn read() -> Self {
        let word = |name: &str| std::env::var(format!("NETPIPE_CHAOS_{name}")).ok();
        let number =
            |name: &str, or: u64| word(name).map_or(or, |text| text.parse().expect("a number"));
        let only: Vec<String> = word("ONLY")
            .iter()
            .flat_map(|names| names.split(','))
            .map(Into::into)
            .collect();
        for name in &only {
            let known = name == "none" || KINDS.iter().any(|(kind, _)| kind == name);
            assert!(known, "no kind of fault is called {name}");
        }
        let server = word("SERVER").expect("NETPIPE_CHAOS_SERVER, which scripts/chaos sets");
        Self {
            seconds: number("SECONDS", 60),
            seed: number("SEED", 1),
            members: usize::try_from(number("MEMBERS", 3)).unwrap(),
            server: Server {
                words: server.split_whitespace().map(Into::into).collect(),
                clock: word("CLOCK").map(Into::into),
                // etcd makes files of 64 MiB for its log, two at first.
                disk: 320,
            },
            dir: word("DIR").expect("NETPIPE_CHAOS_DIR").into(),
            only,
        }
    }
}

/// Not run with the others: it needs root, namespaces of its own, and a minute.
#[test]
#[ignore = "scripts/chaos runs it"]
fn run() {
    let wanted = Wanted::read();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let faults = runtime.block_on(chaos(&wanted));
    for fault in &faults {
        eprintln!("WRONG: {fault}");
    }
    assert!(
        faults.is_empty(),
        "seed {}: wrong, as told above; the history, and the servers' data and logs, are in {}",
        wanted.seed,
        wanted.dir.display()
    );
}

/// Does it all; gives what is wrong.
async fn chaos(wanted: &Wanted) -> Vec<String> {
    let mut cluster =
        Cluster::start(wanted.members, &wanted.server, &wanted.dir, wanted.seed).await;
    let stage = Stage::new(cluster.urls(), wanted.seed);
    let (last, known) = watch::channel(None);
    let mut clients = start_clients(&stage);
    let mut watchers = start_watchers(&stage, &known, wanted);
    let threads: Vec<_> = [30, 31]
        .map(|client| {
            let stage = Arc::clone(&stage);
            std::thread::spawn(move || address::run(&stage, client))
        })
        .into_iter()
        .collect();
    let only: Vec<&str> = wanted.only.iter().map(String::as_str).collect();
    let mut nemesis = Nemesis::new(wanted.seed, &only);
    nemesis
        .run(&mut cluster, Duration::from_secs(wanted.seconds))
        .await;
    let mended = cluster.wait_for_all(Duration::from_secs(60)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stage.end();
    while clients.join_next().await.is_some() {}
    for thread in threads {
        thread.join().unwrap();
    }
    let mut faults = std::mem::take(&mut nemesis.faults);
    faults.extend(mended.err());
    faults.extend(finish(&stage, &cluster, &last, &known, &mut watchers).await);
    faults.extend(judge(&stage, &wanted.dir, wanted.seconds));
    if !faults.is_empty() {
        cluster.members.iter_mut().for_each(|member| member.keep());
    }
    eprintln!("faults made: {:?}", nemesis.made);
    faults
}

fn start_clients(stage: &Arc<Stage>) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for client in 0..8 {
        clients.spawn(keys::run(Arc::clone(stage), client));
    }
    for client in 10..13 {
        clients.spawn(lock::run(Arc::clone(stage), client));
    }
    for client in 20..22 {
        clients.spawn(lease::run(Arc::clone(stage), client));
    }
    clients
}

/// Two watchers for each member, and one that comes late and wants all from the beginning.
fn start_watchers(
    stage: &Arc<Stage>,
    known: &watch::Receiver<Option<Revision>>,
    wanted: &Wanted,
) -> JoinSet<()> {
    let mut watchers = JoinSet::new();
    let late = Duration::from_secs(wanted.seconds / 2);
    for member in 0..=wanted.members {
        let is_late = member == wanted.members;
        let all = Wish {
            name: match is_late {
                true => "late".into(),
                false => format!("all at {}", member + 1),
            },
            member,
            stays: !is_late,
            prefix: String::new(),
            before: member == 0,
            progress: false,
            from: 2,
        };
        let some = Wish {
            name: format!("keys from {}", member + 1),
            stays: false,
            prefix: "r/".into(),
            progress: true,
            ..all.clone()
        };
        let (stage, known) = (Arc::clone(stage), known.clone());
        if is_late {
            watchers.spawn(async move {
                tokio::time::sleep(late).await;
                crate::clients::watch::run(stage, all, known).await;
            });
        } else {
            for wish in [all, some] {
                let watch = crate::clients::watch::run(Arc::clone(&stage), wish, known.clone());
                watchers.spawn(watch);
            }
        }
    }
    watchers
}

/// Lets leases end, writes the last key, reads all keys from each member, and waits until the
/// watchers were told of everything; gives what is wrong with the end.
async fn finish(
    stage: &Arc<Stage>,
    cluster: &Cluster,
    last: &watch::Sender<Option<Revision>>,
    known: &watch::Receiver<Option<Revision>>,
    watchers: &mut JoinSet<()>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut connection = Connection::new(stage, 0);
    let begin = Instant::now();
    while begin.elapsed() < LONGEST {
        let look = Op::new(40, vec![Step::Prefix("lease/".into())]);
        let answer = connection.run(stage, look).await;
        let left = answer.map(|answer| answer.outcomes);
        if matches!(left.as_deref(), Some([Outcome::Got(left)]) if left.is_empty()) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let end = Op::new(40, vec![Step::Put("r/end".into(), stage.value(), 0)]);
    let Some(end) = connection.run(stage, end).await else {
        return vec!["the last write was not answered".into()];
    };
    for member in 0..cluster.members.len() {
        let mut connection = Connection::new(stage, member);
        let read = Op::new(40, vec![Step::Prefix("r/".into())]);
        if connection.run(stage, read).await.is_none() {
            faults.push(format!("member {} does not answer at the end", member + 1));
        }
        let fresh = Wish {
            name: format!("afterwards at {}", member + 1),
            member,
            stays: true,
            prefix: String::new(),
            before: false,
            progress: false,
            from: 2,
        };
        let watch = crate::clients::watch::run(Arc::clone(stage), fresh, known.clone());
        watchers.spawn(watch);
    }
    last.send_replace(Some(end.revision));
    let all = async { while watchers.join_next().await.is_some() {} };
    if tokio::time::timeout(LONGEST, all).await.is_err() {
        faults.push(format!(
            "{} watchers were not told of revision {} within {LONGEST:?}",
            watchers.len(),
            end.revision
        ));
    }
    faults.extend(hashes(cluster, end.revision).await);
    faults
}

/// Whether all members have the same keys.
async fn hashes(cluster: &Cluster, revision: Revision) -> Option<String> {
    let mut all = Vec::new();
    for member in &cluster.members {
        all.push(Admin::new(&member.client_url()).hash(revision).await);
    }
    // A member that has not compacted yet has another hash, and that is right.
    let agree = all.iter().flatten().all(|(hash, compacted)| {
        let mut others = all.iter().flatten();
        others.all(|(other, at)| at != compacted || other == hash)
    });
    let answered = all.iter().all(Result::is_ok);
    (!agree || !answered).then(|| format!("the members' hashes at {revision}: {all:?}"))
}

/// Checks the history, says what was checked, and writes it down if something is wrong.
fn judge(stage: &Stage, dir: &Path, seconds: u64) -> Vec<String> {
    let history = stage.history();
    let answered = history.ops.iter().filter(|op| op.answer.is_some()).count();
    eprintln!(
        "{answered} operations answered, {} not",
        history.ops.len() - answered
    );
    let (found, said) = check::all(&history);
    eprintln!("checked: {said}");
    let mut faults = Vec::new();
    for (checker, found) in found {
        faults.extend(
            found
                .iter()
                .take(MOST)
                .map(|fault| format!("{checker}: {fault}")),
        );
        if found.len() > MOST {
            faults.push(format!("{checker}: and {} more", found.len() - MOST));
        }
    }
    let enough = usize::try_from(seconds).unwrap() * 10;
    if answered < enough {
        faults.push(format!("fewer than {enough} answers: that proves nothing"));
    }
    for (what, count) in [
        ("lock", history.holds.len()),
        ("lease", history.leases.len()),
        ("address", history.claims.len()),
    ] {
        if count == 0 {
            faults.push(format!("no {what} was given: that proves nothing"));
        }
    }
    if !faults.is_empty() {
        let text = serde_json::to_vec(&*history).unwrap();
        std::fs::write(dir.join("history.json"), text).unwrap();
    }
    faults
}
