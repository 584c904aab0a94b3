//! A cluster made of what there is: of a snapshot's file, or of the data of one member after a
//! majority is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use openraft::alias::{CommittedLeaderIdOf, LogIdOf, StoredMembershipOf};
use openraft::storage::{RaftLogReader as _, RaftLogStorage as _, RaftStateMachine as _};
use openraft::{LogId, Membership};

use super::identity::{Identity, Lock};
use super::start::{self, LOG};
use crate::error::{Context as _, Error, Result};
use crate::kv::cluster::config::Config;
use crate::kv::cluster::log::Log;
use crate::kv::cluster::machine::{self, Machine, Position, SnapshotHead};
use crate::kv::cluster::{Member, MemberId, TypeConfig};

/// How many entries are read from the log at once.
const BATCH: u64 = 1000;

/// What a state is called while it is made; such files are removed at a start.
const MADE: &str = "partial-anew";

/// Where in the log a state is that begins a cluster: not at its begin, so that who has less is
/// sent the state.
const FIRST: u64 = 1;

/// Makes the data of a member that begins a cluster of a snapshot's file (etcdctl: `snapshot
/// restore`). All members that begin it are made of the same file and the same words.
///
/// # Errors
/// There is data already, the file is damaged, or the words do not agree.
pub fn restore(file: &Path, config: &Config) -> Result<SnapshotHead> {
    let directory = &config.data_dir;
    let used = fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(Error::conflict(format!(
            "data-dir \"{}\" not empty or could not be read",
            directory.display()
        ))
        .hint("name another --data-dir, or move this one away"));
    }
    let (own, members) = start::founders(config)?;
    let _lock = Lock::take(directory)?;
    let head = machine::restore(file, directory, &founded(&members))?;
    let cluster = super::super::ids::cluster(members.keys().copied());
    Identity::new(cluster, own, config, members).write(directory)?;
    Ok(head)
}

/// The place in the log of a cluster that these members begin.
pub(super) fn founded(members: &BTreeMap<MemberId, Member>) -> Position {
    let at = LogId::new(CommittedLeaderIdOf::<TypeConfig>::new(0), FIRST);
    let voters: BTreeSet<MemberId> = members.keys().copied().collect();
    let membership = Membership::new_with_defaults(vec![voters], []);
    let membership = Membership::new(membership.get_joint_config().clone(), members.clone())
        .unwrap_or(membership);
    Position {
        applied: Some(at),
        membership: StoredMembershipOf::<TypeConfig>::new(Some(at), membership),
    }
}

/// Has a member be the only one of its cluster, with all that its log has. Entries that no
/// majority had are kept too: nobody can tell them from those that were acknowledged.
pub(super) async fn force_new(config: &Config, identity: &Identity) -> Result<()> {
    let (machine, mut log) = start::open(config, identity).await?;
    let last = catch_up(&machine, &mut log)
        .await
        .or_failed(|| format!("cannot read the log in {}", config.data_dir.display()))?;
    let Some(last) = last else {
        return Ok(());
    };
    let own = identity.member;
    let members = machine.position().membership;
    if members.nodes().all(|(id, _)| *id == own) {
        return Ok(());
    }
    let member = Member {
        learner: false,
        ..members.get_node(&own).cloned().unwrap_or_default()
    };
    let alone = BTreeMap::from([(own, member)]);
    let membership = Membership::new(vec![BTreeSet::from([own])], alone)
        .or_failed(|| "cannot make a cluster of this member".into())?;
    let position = Position {
        applied: Some(last),
        membership: StoredMembershipOf::<TypeConfig>::new(Some(last), membership),
    };
    anew(config, machine, &position).await?;
    let purged = log.purge(last).await;
    purged.or_failed(|| "cannot cut the log".into())
}

/// Applies what the log has and the state has not; returns the last entry of both.
pub(super) async fn catch_up(
    machine: &Machine,
    log: &mut Log,
) -> io::Result<Option<LogIdOf<TypeConfig>>> {
    let mut machine = machine.clone();
    let end = log
        .get_log_state()
        .await?
        .last_log_id
        .map_or(0, |id| id.index);
    loop {
        let next = machine.position().applied.map_or(0, |id| id.index + 1);
        if next > end || end == 0 {
            return Ok(machine.position().applied);
        }
        let entries = log
            .try_get_log_entries(next..=end.min(next + BATCH))
            .await?;
        if entries.is_empty() {
            return Err(io::Error::other(format!("there is no entry {next}")));
        }
        let entries = entries.into_iter().map(|entry| Ok((entry, None)));
        machine.apply(futures_util::stream::iter(entries)).await?;
    }
}

/// Puts the same state at another position in place of a member's, so that a crash leaves the one
/// or the other.
async fn anew(config: &Config, machine: Machine, position: &Position) -> Result<()> {
    let directory = &config.data_dir;
    let failed = || format!("cannot make the state in {} anew", directory.display());
    let saved = directory.join("partial-saved");
    let made = directory.join(MADE);
    let mut snapshot = machine.save().await.or_failed(failed)?;
    let mut file = File::create(&saved).or_failed(failed)?;
    while let Some(piece) = snapshot.next().await.or_failed(failed)? {
        file.write_all(&piece).or_failed(failed)?;
    }
    drop((machine, file));
    if made.exists() {
        fs::remove_dir_all(&made).or_failed(failed)?;
    }
    fs::create_dir(&made).or_failed(failed)?;
    machine::restore(&saved, &made, position)?;
    fs::rename(
        made.join(machine::FILE_NAME),
        directory.join(machine::FILE_NAME),
    )
    .and_then(|()| File::open(directory)?.sync_all())
    .and_then(|()| fs::remove_dir_all(&made))
    .and_then(|()| fs::remove_file(&saved))
    .or_failed(failed)
}

/// Where the log of a data directory is.
pub(super) fn log_of(directory: &Path) -> std::path::PathBuf {
    directory.join(LOG)
}
