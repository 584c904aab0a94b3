//! What is done to a log, and what it must be afterwards.

use std::future::Future;
use std::io;
use std::sync::Arc;

use netpipe::kv::cluster::log::{Log, Settings};
use netpipe::kv::cluster::{Change, Command, TypeConfig};
use netpipe::kv::{Op, Txn};
use openraft::EntryPayload;
use openraft::alias::{EntryOf, LogIdOf, VoteOf};
use openraft::entry::RaftEntry;
use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::testing::log_id;
use openraft::type_config::TypeConfigExt;

use super::files::FaultFiles;

pub type Entry = EntryOf<TypeConfig>;
pub type LogId = LogIdOf<TypeConfig>;
pub type Vote = VoteOf<TypeConfig>;

/// Segments so small that a few entries fill one.
pub const SMALL: Settings = Settings {
    segment: 8 << 10,
    first: 4 << 10,
    cache: 2 << 10,
    alone: true,
};

/// Something that is asked of a log.
#[derive(Debug, Clone)]
pub enum Step {
    /// So many entries of a term, of a size.
    Append(u64, usize, usize),
    Vote(u64),
    /// To this many entries less.
    Truncate(u64),
    /// All but the last so many; with 0 one more than there are.
    Purge(u64),
    Commit,
}

/// What a log says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    pub vote: Option<Vote>,
    pub purged: Option<LogId>,
    /// Each with a sum of what is in it.
    pub entries: Vec<(LogId, u64)>,
}

impl Model {
    /// What comes after the last entry.
    fn end(&self) -> u64 {
        let last = self.entries.last().map(|(id, _)| *id).or(self.purged);
        last.map_or(0, |id| id.index + 1)
    }

    fn last(&self) -> Option<LogId> {
        self.entries.last().map(|(id, _)| *id).or(self.purged)
    }
}

/// Runs what is asynchronous.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// Opens a log whose directory fails.
pub fn open(files: &FaultFiles) -> netpipe::Result<Log> {
    Log::open_with(Arc::new(files.clone()), SMALL)
}

/// An entry with a value of a size, none like another.
pub fn entry(term: u64, index: u64, size: usize) -> Entry {
    let text = format!("{term}/{index}/");
    let value = text.repeat(size / text.len() + 1)[..size.max(text.len())].to_owned();
    let put = Txn::all([Op::put("key", value)]);
    EntryOf::<TypeConfig>::new(
        log_id::<TypeConfig>(term, 1, index),
        EntryPayload::Normal(Command::own(Change::Txn(put))),
    )
}

fn sum(entry: &Entry) -> u64 {
    xxhash_rust::xxh3::xxh3_64(format!("{entry:?}").as_bytes())
}

/// Appends, and returns when that is on the disk.
pub async fn append(log: &mut Log, entries: Vec<Entry>) -> io::Result<()> {
    let (told, flushed) = TypeConfig::oneshot();
    log.append(entries, IOFlushed::signal(told)).await?;
    flushed
        .await
        .unwrap_or_else(|_| Err(io::Error::other("nobody told")))
}

/// Does a step, and adds to the models what the log may be from then on, in turn.
pub async fn step(log: &mut Log, step: &Step, models: &mut Vec<Model>) -> io::Result<()> {
    let mut model = models.last().cloned().unwrap_or_default();
    match *step {
        Step::Append(term, count, size) => {
            let from = model.end();
            let entries: Vec<Entry> = (from..from + count as u64)
                .map(|index| entry(term, index, size))
                .collect();
            for entry in &entries {
                model.entries.push((entry.log_id(), sum(entry)));
                models.push(model.clone());
            }
            append(log, entries).await
        }
        Step::Vote(term) => {
            let vote = Vote::new(term, 1);
            model.vote = Some(vote);
            models.push(model);
            log.save_vote(&vote).await
        }
        Step::Truncate(count) => {
            let kept = model.entries.len().saturating_sub(count as usize);
            model.entries.truncate(kept);
            models.push(model.clone());
            log.truncate_after(model.last()).await
        }
        Step::Purge(kept) => {
            let until = match kept {
                0 => log_id::<TypeConfig>(model.last().unwrap().leader_id.term, 1, model.end()),
                kept => model.entries[model.entries.len() - 1 - kept as usize].0,
            };
            model.entries.retain(|(id, _)| id.index > until.index);
            model.purged = Some(until);
            models.push(model);
            log.purge(until).await
        }
        Step::Commit => log.save_committed(model.last()).await,
    }
}

/// What a log says, read in full.
///
/// # Errors
/// Its own.
pub async fn said(log: &mut Log) -> io::Result<Model> {
    let state = log.get_log_state().await?;
    let entries = log.try_get_log_entries(..).await?;
    let model = Model {
        vote: log.read_vote().await?,
        purged: state.last_purged_log_id,
        entries: entries
            .iter()
            .map(|entry| (entry.log_id(), sum(entry)))
            .collect(),
    };
    assert_eq!(state.last_log_id, model.last());
    assert!(log.read_committed().await? <= model.last());
    Ok(model)
}

/// Steps that come to every kind of record, and to segments that are begun, made spares, and used
/// again.
pub fn steps() -> Vec<Step> {
    use Step::{Append, Commit, Purge, Truncate, Vote};
    vec![
        Vote(1),
        Append(1, 1, 100),
        Append(1, 5, 300),
        Commit,
        Append(1, 3, 900),
        Truncate(2),
        Vote(2),
        Append(2, 4, 1500),
        Commit,
        Append(2, 1, 10),
        Purge(3),
        Append(2, 6, 800),
        Commit,
        Append(2, 1, 5000),
        Truncate(3),
        Append(3, 2, 700),
        Purge(1),
        Vote(3),
        Append(3, 3, 2000),
        Append(3, 2, 3000),
        Purge(0),
        Append(4, 2, 400),
        Append(4, 1, 12_000),
        Append(4, 1, 40),
        Commit,
        Append(4, 2, 40),
    ]
}
