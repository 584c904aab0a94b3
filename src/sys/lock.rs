//! Locks between netpipe processes of one host: flock(2) on a file a host object.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use md5::{Digest, Md5};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::signal::Interrupt;
use crate::error::{Context, Error, Result};

/// How long a command waits for another one that holds the same object.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A held lock; dropping it lets the next process in. So does the end of the process.
#[derive(Debug)]
pub struct Lock {
    _held: Flock<File>,
}

/// Takes the lock of one host object, `class` being `target`, `tunnel`, `bridge` or `routes`.
/// Names share 256 files a class, so that their number is bounded; a command takes them in this
/// order, and several of a class by [`bucket`], so none can wait in a circle.
///
/// # Errors
/// If the directory cannot be written, or another process holds it too long.
pub fn take(state_dir: &Path, class: &str, name: &str, interrupt: &Interrupt) -> Result<Lock> {
    let (file, path) = open(state_dir, class, name)?;
    let held = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(held) => held,
        Err((file, Errno::EWOULDBLOCK)) => wait(file, &path, name, interrupt)?,
        Err((_, errno)) => return Err(refused(&path, errno)),
    };
    Ok(Lock { _held: held })
}

/// Takes the lock only if nobody holds it.
///
/// # Errors
/// If the directory cannot be written.
pub fn try_take(state_dir: &Path, class: &str, name: &str) -> Result<Option<Lock>> {
    let (file, path) = open(state_dir, class, name)?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(held) => Ok(Some(Lock { _held: held })),
        Err((_, Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, errno)) => Err(refused(&path, errno)),
    }
}

/// A lock of one object alone, for as long as a process lives; its file says which process.
#[derive(Debug)]
pub struct OwnLock {
    _held: Flock<File>,
    path: PathBuf,
}

impl Drop for OwnLock {
    fn drop(&mut self) {
        // While it is held: whoever waits for nothing else finds the name free.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn own_path(state_dir: &Path, class: &str, name: &str) -> PathBuf {
    let digest = Md5::digest(name.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    state_dir.join("locks").join(format!("{class}-{hex}"))
}

/// Takes such a lock only if nobody holds it, and writes down this process's id.
///
/// # Errors
/// If the directory cannot be written.
pub fn try_take_own(state_dir: &Path, class: &str, name: &str) -> Result<Option<OwnLock>> {
    let path = own_path(state_dir, class, name);
    loop {
        let file = create(&path)?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(held) => {
                let cannot = || format!("cannot write `{}`", path.display());
                // One that was removed meanwhile is nobody's lock any more.
                let same = |one: &std::fs::Metadata| {
                    held.metadata().is_ok_and(|own| own.ino() == one.ino())
                };
                if !std::fs::metadata(&path).is_ok_and(|found| same(&found)) {
                    continue;
                }
                held.set_len(0).or_failed(cannot)?;
                write!(&*held, "{}", std::process::id()).or_failed(cannot)?;
                return Ok(Some(OwnLock { _held: held, path }));
            }
            Err((_, Errno::EWOULDBLOCK)) => return Ok(None),
            Err((_, errno)) => return Err(refused(&path, errno)),
        }
    }
}

/// What the holder of such a lock wrote; none if nobody holds it.
pub fn holder(state_dir: &Path, class: &str, name: &str) -> Option<String> {
    let path = own_path(state_dir, class, name);
    let file = File::open(&path).ok()?;
    match Flock::lock(file, FlockArg::LockSharedNonblock) {
        Err((_, Errno::EWOULDBLOCK)) => std::fs::read_to_string(&path).ok(),
        _ => None,
    }
}

/// The file that a name shares with 1 in 256 others; who takes several locks of a class
/// takes them in this order, and each file once.
pub fn bucket(name: &str) -> u8 {
    Md5::digest(name.as_bytes())[0]
}

fn refused(path: &Path, errno: Errno) -> Error {
    Error::failed(format!("cannot lock `{}`", path.display())).because(errno)
}

fn open(state_dir: &Path, class: &str, name: &str) -> Result<(File, PathBuf)> {
    let path = state_dir
        .join("locks")
        .join(format!("{class}-{:02x}", bucket(name)));
    Ok((create(&path)?, path))
}

/// Opens a file in the directory of locks, which is made if it is not there.
fn create(path: &Path) -> Result<File> {
    let directory = path.parent().unwrap_or(path);
    let open = || {
        let mut options = OpenOptions::new();
        options
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path)
    };
    let opened = match open() {
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(directory)
                .or_failed(|| format!("cannot make the directory `{}`", directory.display()))?;
            open()
        }
        opened => opened,
    };
    opened.or_failed(|| format!("cannot open the lock `{}`", path.display()))
}

/// Waits on a thread of its own, for flock(2) knows no time limit. A thread that
/// waits in vain ends with the process.
fn wait(file: File, path: &Path, name: &str, interrupt: &Interrupt) -> Result<Flock<File>> {
    let cannot = || format!("cannot wait for the lock `{}`", path.display());
    let (done, announce) = UnixStream::pair().or_failed(cannot)?;
    let thread = std::thread::spawn(move || {
        // Dropped when the thread ends, which makes the other end readable.
        let _announce = announce;
        let mut file = file;
        loop {
            match Flock::lock(file, FlockArg::LockExclusive) {
                Err((again, Errno::EINTR)) => file = again,
                Err((_, errno)) => return Err(errno),
                Ok(held) => return Ok(held),
            }
        }
    });
    if !interrupt.wait_for(&done, PATIENCE)? {
        return Err(Error::failed(format!(
            "another netpipe has been working on `{name}` for {} seconds",
            PATIENCE.as_secs()
        ))
        .hint(format!(
            "`fuser {}` tells which process holds it",
            path.display()
        )));
    }
    match thread.join() {
        Ok(held) => held.map_err(|errno| refused(path, errno)),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::signal::Interrupt;

    #[test]
    fn a_second_holder_waits_for_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let none = Interrupt::default();
        let first = super::take(dir.path(), "target", "web", &none).unwrap();
        let path = dir.path().to_owned();
        let second = std::thread::spawn(move || {
            super::take(&path, "target", "web", &Interrupt::default()).map(drop)
        });
        assert!(!second.is_finished());
        drop(first);
        second.join().unwrap().unwrap();
    }
}
