//! Locks between netpipe processes of one host: flock(2) on a file a host object.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
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

/// The file that a name shares with 1 in 256 others; who takes several locks of a class
/// takes them in this order, and each file once.
pub fn bucket(name: &str) -> u8 {
    Md5::digest(name.as_bytes())[0]
}

fn refused(path: &Path, errno: Errno) -> Error {
    Error::failed(format!("cannot lock `{}`", path.display())).because(errno)
}

fn open(state_dir: &Path, class: &str, name: &str) -> Result<(File, PathBuf)> {
    let directory = state_dir.join("locks");
    let path = directory.join(format!("{class}-{:02x}", bucket(name)));
    let open = || {
        let mut options = OpenOptions::new();
        options
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
    };
    let opened = match open() {
        Err(error) if [ErrorKind::NotFound, ErrorKind::NotADirectory].contains(&error.kind()) => {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&directory)
                .or_failed(|| format!("cannot make the directory `{}`", directory.display()))?;
            open()
        }
        opened => opened,
    };
    let file = opened.or_failed(|| format!("cannot open the lock `{}`", path.display()))?;
    Ok((file, path))
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
