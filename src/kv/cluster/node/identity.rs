//! Who a member is: a small file in its data directory, written once.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Context as _, Error, Result};
use crate::kv::cluster::config::Config;
use crate::kv::cluster::{Member, MemberId};

/// The version of what is in a data directory.
const FORMAT: u32 = 1;

/// Who a member is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::kv::cluster) struct Identity {
    /// The version of all that is in the directory.
    pub(in crate::kv::cluster) format: u32,
    /// The cluster's id.
    pub(in crate::kv::cluster) cluster: u64,
    /// The member's id.
    pub(in crate::kv::cluster) member: MemberId,
    /// Its name when it was made.
    pub(in crate::kv::cluster) name: String,
    /// Its peer URLs when it was made.
    pub(in crate::kv::cluster) peer_urls: Vec<String>,
    /// The members that begin the cluster; empty of one that joined.
    pub(in crate::kv::cluster) begins: BTreeMap<MemberId, Member>,
}

impl Identity {
    /// One of this format.
    pub(in crate::kv::cluster) fn new(
        cluster: u64,
        member: MemberId,
        config: &Config,
        begins: BTreeMap<MemberId, Member>,
    ) -> Self {
        Self {
            format: FORMAT,
            cluster,
            member,
            name: config.name.clone(),
            peer_urls: config
                .advertise_peer
                .iter()
                .map(ToString::to_string)
                .collect(),
            begins,
        }
    }

    /// Reads who the member of this directory is; none if there was none yet.
    ///
    /// # Errors
    /// The file cannot be read, or is of a newer netpipe.
    pub(in crate::kv::cluster) fn read(directory: &Path) -> Result<Option<Self>> {
        let path = path(directory);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).or_failed(|| format!("cannot read {}", path.display()));
            }
        };
        /// What every version has.
        #[derive(Deserialize)]
        struct Any {
            format: u32,
        }
        let wrong = || format!("{} is damaged", path.display());
        let any: Any = serde_json::from_slice(&text).or_failed(wrong)?;
        if any.format != FORMAT {
            return Err(Error::failed(format!(
                "the data in {} is of format {}, and this netpipe knows format {FORMAT}",
                directory.display(),
                any.format
            ))
            .hint("use the netpipe that wrote it, or a newer one"));
        }
        serde_json::from_slice(&text).or_failed(wrong).map(Some)
    }

    /// Writes it, so that it is there as a whole after a power cut or not at all.
    ///
    /// # Errors
    /// The disk's.
    pub(in crate::kv::cluster) fn write(&self, directory: &Path) -> Result<()> {
        let path = path(directory);
        let new = path.with_extension("new");
        let text = serde_json::to_vec_pretty(self).or_failed(|| "cannot write who it is".into())?;
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &path)?;
            File::open(directory)?.sync_all()
        };
        write().or_failed(|| format!("cannot write {}", path.display()))
    }

    /// Refuses the data of another member: neither name nor any peer URL is the same.
    ///
    /// # Errors
    /// It is another's.
    pub(in crate::kv::cluster) fn check(&self, config: &Config) -> Result<()> {
        let urls = config.advertise_peer.iter().map(ToString::to_string);
        let same =
            self.name == config.name || urls.into_iter().any(|url| self.peer_urls.contains(&url));
        if same {
            return Ok(());
        }
        Err(Error::conflict(format!(
            "the data in {} is of the member {} at {}, not of {}",
            config.data_dir.display(),
            self.name,
            self.peer_urls.join(","),
            config.name
        ))
        .hint("give this member a data directory of its own: two with the same data destroy it"))
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join("member.json")
}

/// Keeps other processes off a data directory until it is dropped.
#[derive(Debug)]
pub(in crate::kv::cluster) struct Lock {
    _file: File,
}

impl Lock {
    /// Makes the directory if need be, for its owner alone, and locks it.
    ///
    /// # Errors
    /// It cannot be made, or another process has it.
    pub(in crate::kv::cluster) fn take(directory: &Path) -> Result<Self> {
        let failed = || format!("cannot use the data directory {}", directory.display());
        let mut builder = DirBuilder::new();
        builder
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .or_failed(failed)?;
        fs::set_permissions(directory, Permissions::from_mode(0o700)).or_failed(failed)?;
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join("lock"))
            .or_failed(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(format!(
                "another process uses the data directory {}",
                directory.display()
            ))
            .hint(format!(
                "see which: fuser -v {}",
                directory.join("lock").display()
            ))),
            Err(TryLockError::Error(error)) => Err(error).or_failed(failed),
        }
    }
}
