//! The lock that keeps processes apart: `flock` on the store's own file, one writer or many
//! readers, with a bounded wait.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::kv::{KvError, Result};

/// Whom a lock keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// Everybody.
    Exclusive,
    /// Writers.
    Shared,
}

/// The file, open and locked until this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: Arc<File>,
    inode: Inode,
}

/// What tells a file from others: its device, and its number there.
pub(super) type Inode = (u64, u64);

impl Lock {
    /// Opens and locks the file, waiting up to `wait` for others; `None` if there is no file and
    /// it is not to be made.
    pub(super) fn take(
        path: &Path,
        share: Share,
        create: bool,
        wait: Duration,
    ) -> Result<Option<Self>> {
        let end = Instant::now() + wait;
        loop {
            let file = match open(path, create) {
                Ok(file) => file,
                Err(error) if !create && error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(cannot_open(path, error)),
            };
            let left = end.saturating_duration_since(Instant::now());
            let mut lock = match lock_within(file, share, left) {
                Ok(Some(lock)) => lock,
                Ok(None) => return Err(held_too_long(path, wait)),
                Err(error) => return Err(cannot_open(path, error)),
            };
            // The file may have been moved away while this waited; a lock on it locks nobody.
            lock.inode = inode(&lock.file.metadata()?);
            if is_at(path, lock.inode) {
                return Ok(Some(lock));
            }
        }
    }

    /// Locks a file that is open, if nobody has a lock in the way and it is still at its place.
    pub(super) fn retake(
        file: &Arc<File>,
        path: &Path,
        inode: Inode,
        share: Share,
    ) -> Result<Option<Self>> {
        if !attempt(file, share).map_err(|error| cannot_open(path, error))? {
            return Ok(None);
        }
        let lock = Self {
            file: file.clone(),
            inode,
        };
        Ok(is_at(path, inode).then_some(lock))
    }

    /// Which file it is.
    pub(super) fn inode(&self) -> Inode {
        self.inode
    }

    /// The locked file.
    pub(super) fn file(&self) -> &Arc<File> {
        &self.file
    }
}

fn inode(metadata: &Metadata) -> Inode {
    (metadata.dev(), metadata.ino())
}

fn is_at(path: &Path, wanted: Inode) -> bool {
    std::fs::metadata(path).is_ok_and(|there| inode(&there) == wanted)
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Explicitly, for the store keeps the file open.
        let _ = self.file.unlock();
    }
}

fn open(path: &Path, create: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(create)
        .truncate(false)
        .mode(0o600);
    match options.open(path) {
        // Reading is possible for whoever may only read.
        Err(error) if !create && error.kind() == ErrorKind::PermissionDenied => File::open(path),
        result => result,
    }
}

/// Locks the file, or gives up. The wait is a thread that blocks in `flock`, so that the lock is
/// handed over at once and in turn; polling would be later, and unfair. A thread left behind by a
/// timeout lets go of what it gets, because nobody receives it.
fn lock_within(file: File, share: Share, wait: Duration) -> io::Result<Option<Lock>> {
    if attempt(&file, share)? {
        return Ok(Some(locked(file)));
    }
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("kv-lock".into())
        .spawn(move || {
            let result = loop {
                let result = match share {
                    Share::Exclusive => file.lock(),
                    Share::Shared => file.lock_shared(),
                };
                match result {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    result => break result.map(|()| locked(file)),
                }
            };
            let _ = sender.send(result);
        })?;
    receiver
        .recv_timeout(wait)
        .map_or(Ok(None), |result| result.map(Some))
}

/// Locks the file if nobody has a lock in the way; returns whether.
fn attempt(file: &File, share: Share) -> io::Result<bool> {
    let tried = match share {
        Share::Exclusive => file.try_lock(),
        Share::Shared => file.try_lock_shared(),
    };
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A lock on a file that is not looked at yet.
fn locked(file: File) -> Lock {
    Lock {
        file: Arc::new(file),
        inode: Inode::default(),
    }
}

fn cannot_open(path: &Path, error: io::Error) -> KvError {
    let out = Error::failed(format!(
        "cannot open the key-value store {}",
        path.display()
    ));
    KvError::storage(
        match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                out.hint("run as root, or name another place with --state-dir")
            }
            ErrorKind::StorageFull => out.hint("the disk is full: free some space and try again"),
            _ => out,
        }
        .because(error),
    )
}

fn held_too_long(path: &Path, wait: Duration) -> KvError {
    let holder = holder(path);
    let who = holder.map_or_else(|| "another process".into(), |pid| format!("process {pid}"));
    let error = Error::failed(format!(
        "cannot lock the key-value store {}: {who} has held it for {wait:?}",
        path.display()
    ));
    KvError::storage(match holder {
        Some(pid) => error.hint(format!("see what it does: ps -fp {pid}")),
        None => error.hint(format!("see who holds it: fuser -v {}", path.display())),
    })
}

/// Finds the process that locked the file in `/proc/locks`, whose lines read
/// `1: FLOCK ADVISORY WRITE <pid> <major>:<minor>:<inode> 0 EOF`.
fn holder(path: &Path) -> Option<u32> {
    let inode = std::fs::metadata(path).ok()?.ino();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    locks.lines().find_map(|line| {
        // A waiting process has `->` in the second place.
        let [_, "FLOCK", _, _, pid, place, ..] = line.split_whitespace().collect::<Vec<_>>()[..]
        else {
            return None;
        };
        (place.rsplit(':').next()?.parse() == Ok(inode))
            .then(|| pid.parse().ok())
            .flatten()
    })
}
