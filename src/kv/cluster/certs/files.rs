//! The directory of certificates: keys for nobody but their owner, and no file half written.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The largest file that is read.
const MAX_FILE: u64 = 1 << 20;

/// A directory of certificates, `NAME.crt`, and their keys, `NAME.key`.
#[derive(Debug)]
pub(super) struct Directory(PathBuf);

impl Directory {
    /// Opens it, and makes it (0700) if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|cause| {
            Error::failed(format!("cannot make the directory {}", path.display())).because(cause)
        })?;
        Ok(Self(path.to_owned()))
    }

    /// Where the certificate is.
    pub(super) fn cert(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.crt"))
    }

    /// Where its key is.
    pub(super) fn key(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.key"))
    }

    /// Reads a file of the directory.
    pub(super) fn read(path: &Path) -> Result<String> {
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
            .map_err(|cause| {
                Error::failed(format!("cannot read {}", path.display())).because(cause)
            })?;
        Ok(text)
    }

    /// Writes a certificate in the place of a former one.
    pub(super) fn write_cert(&self, name: &str, pem: &str) -> Result<()> {
        self.replace(&self.cert(name), pem, 0o644)
    }

    /// Writes a key (0600) in the place of a former one.
    pub(super) fn write_key(&self, name: &str, pem: &str) -> Result<()> {
        self.replace(&self.key(name), pem, 0o600)
    }

    /// A server may read the file at any moment: it sees the former one or this.
    fn replace(&self, path: &Path, text: &str, mode: u32) -> Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = self.0.join(name);
        let write = || -> io::Result<()> {
            // One that was left half written.
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(mode).open(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, path)
        };
        write().map_err(|cause| {
            let _ = fs::remove_file(&new);
            Error::failed(format!("cannot write {}", path.display())).because(cause)
        })
    }
}
