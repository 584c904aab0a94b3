//! States made, read and moved while no member is at work on them: `snapshot restore` and
//! `status`, and the way from an embedded store to a cluster and back.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use super::FILE_NAME;
use super::image::{Image, Position, sync_dir};
use super::snapshot::{PARTIAL, check_saved};
use super::state::Loaded;
use super::stream::{Decoder, SnapshotHead};
use crate::error::Error;
use crate::kv::store::{Copied, HashSum, Tables};
use crate::kv::{KvError, LocalKv, Result};

/// What a snapshot's file holds (etcdctl: `snapshot status`).
#[derive(Debug, Clone)]
pub struct SnapshotStatus {
    /// What it begins with.
    pub head: SnapshotHead,
    /// The hash of the state, as [`super::Machine::hash`] tells it.
    pub hash: u32,
    /// How many keys there are.
    pub keys: u64,
    /// The length of the file, in bytes.
    pub size: u64,
}

/// Whether a directory holds a state.
pub fn has_state(dir: &Path) -> bool {
    dir.join(FILE_NAME).exists()
}

/// Removes what a crash left half made.
pub(super) fn tidy(dir: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(PARTIAL.as_bytes())
        {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes the state of a new member of a snapshot's file, at a place in the log of a new cluster:
/// which must not be the log's begin, or others would not be sent the state.
///
/// # Errors
/// There is a state already; the file is damaged, or not one; or the disk fails.
pub fn restore(file: &Path, dir: &Path, position: &Position) -> crate::Result<SnapshotHead> {
    let mut decoder = open_saved(file)?;
    let head = decoder.head().clone();
    make(dir, position, &mut decoder).map_err(|e| e.while_doing(&file.display().to_string()))?;
    Ok(head)
}

/// Reads a snapshot's file through, and checks all of it.
///
/// # Errors
/// The file is damaged, or not one; or the disk fails.
pub fn status(file: &Path) -> crate::Result<SnapshotStatus> {
    let within = |error: KvError| Error::from(error).while_doing(&file.display().to_string());
    let size = std::fs::metadata(file).map_err(|e| cannot_read(file, e))?;
    let mut decoder = open_saved(file)?;
    let head = decoder.head().clone();
    let mut sum = HashSum::new(head.revision, head.compacted);
    let mut keys = 0;
    for row in &mut decoder {
        let row = row.map_err(within)?;
        sum.add(row.table, &row.key, &row.row).map_err(within)?;
        keys += u64::from(row.table == 0);
    }
    Ok(SnapshotStatus {
        head,
        hash: sum.finish().hash,
        keys,
        size: size.len(),
    })
}

/// Makes the state of a new cluster's first member of an embedded store, at a place in its log as
/// [`restore`] takes it. The store is left as it is: it is the caller's to move away, for nothing
/// that is written to it from now on is in the cluster.
///
/// # Errors
/// There is a state already; the store is damaged or in use; or the disk fails.
pub fn import_local(store: &LocalKv, dir: &Path, position: &Position) -> crate::Result<()> {
    let rows = store.rows(0)?;
    make(dir, position, rows.into_iter().map(Ok))
}

/// Makes an embedded store in `state_dir` of the state in `dir`, whose member must have stopped
/// and been told to fold first, for what is in its log alone is not exported. Every lease begins
/// anew.
///
/// # Errors
/// There is no state, or a store already; or the disk fails.
pub fn export_local(dir: &Path, state_dir: &Path) -> crate::Result<()> {
    let path = dir.join(FILE_NAME);
    if !path.exists() {
        return Err(Error::not_found(format!(
            "there is no state at {}",
            path.display()
        )));
    }
    let view = Arc::new(Image::open(&path, &Arc::default())?).view()?;
    let rows = Tables::replicated(&view.rows).rows(crate::kv::local::now())?;
    Ok(LocalKv::fill(state_dir, rows.into_iter().map(Ok))?)
}

fn make(
    dir: &Path,
    position: &Position,
    rows: impl Iterator<Item = Result<Copied>>,
) -> crate::Result<()> {
    let path = dir.join(FILE_NAME);
    if path.exists() {
        return Err(
            Error::conflict(format!("there is a state at {}", path.display()))
                .hint("name another data directory, or move this one away"),
        );
    }
    let partial = dir.join(format!("{PARTIAL}made"));
    let failed = |cause: io::Error| {
        Error::failed(format!("cannot make the state in {}", dir.display())).because(cause)
    };
    if partial.exists() {
        std::fs::remove_file(&partial).map_err(failed)?;
    }
    let image = Image::open(&partial, &Arc::default())?;
    image.fill(position, rows)?;
    Loaded::new(&Arc::new(image).view()?)?;
    std::fs::rename(&partial, &path).map_err(failed)?;
    sync_dir(dir).map_err(failed)
}

/// Opens a file that `snapshot save` made, after its sum was checked.
fn open_saved(path: &Path) -> crate::Result<Decoder<impl Read>> {
    let mut file = File::open(path).map_err(|e| cannot_read(path, e))?;
    let end = check_saved(&mut file).map_err(|e| cannot_read(path, e))?;
    let end = end.ok_or_else(|| {
        Error::failed(format!(
            "{}: the sum at its end is wrong or missing",
            path.display()
        ))
        .hint("take another snapshot, or use an earlier one")
    })?;
    let from = BufReader::with_capacity(256 << 10, file).take(end);
    Decoder::new(from).map_err(|e| Error::from(e).while_doing(&path.display().to_string()))
}

fn cannot_read(path: &Path, cause: io::Error) -> Error {
    Error::failed(format!("cannot read {}", path.display())).because(cause)
}
