//! The directory below the log, as little of it as the log needs: so that tests can put one in
//! its place that fails, forgets or tears writes.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;
use crate::kv::local::disk::Disk;

/// A directory of files. What is created, renamed or removed in it survives a power cut once
/// [`Files::sync`] has returned; until then any of it may be undone.
pub trait Files: Debug + Send + Sync + 'static {
    /// Returns the names of all files, in any order.
    ///
    /// # Errors
    /// What the file system reports; so for all methods.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens a file that is there, to read and write.
    fn open(&self, name: &str) -> io::Result<Box<dyn Disk>>;

    /// Makes an empty file, in the place of one that may be there.
    fn create(&self, name: &str) -> io::Result<Box<dyn Disk>>;

    /// Gives a file another name, that of another file if there is one.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Returns when the names as they are would survive a power cut.
    fn sync(&self) -> io::Result<()>;

    /// Returns how to name a file to people: its path.
    fn path(&self, name: &str) -> String;
}

/// A directory that nobody else has open as such.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Locked for as long as it is open.
    handle: File,
}

impl Directory {
    /// Opens a directory, which it makes if need be (mode 0700), and locks it.
    ///
    /// # Errors
    /// It cannot be made or opened; or another process has it open.
    pub fn open(path: &Path) -> crate::Result<Self> {
        let failed = |error: io::Error| {
            Error::failed(format!("cannot open the Raft log `{}`", path.display())).because(error)
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed)?;
        let handle = File::open(path).map_err(failed)?;
        match handle.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                handle,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(format!(
                "the Raft log `{}` is in use by another process",
                path.display()
            ))
            .hint("a member of this data directory is running: stop it, or name another one")),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    fn file(&self, name: &str, options: &mut OpenOptions) -> io::Result<Box<dyn Disk>> {
        let file = options
            .read(true)
            .write(true)
            .mode(0o600)
            .open(self.path.join(name))?;
        Ok(Box::new(Arc::new(file)))
    }
}

impl Files for Directory {
    fn names(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.path)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Disk>> {
        self.file(name, &mut OpenOptions::new())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Disk>> {
        self.file(name, OpenOptions::new().create(true).truncate(true))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }

    fn path(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}
