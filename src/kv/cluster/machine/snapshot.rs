//! The state on its way to another member and into a file.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

use super::image::{Image, Position, View, sync_dir};
use super::state::Loaded;
use super::stream::{Decoder, Encoder};
use super::{FILE_NAME, Machine};
use crate::kv::store::Copied;

/// What the names of files begin with that are of no use after a restart.
pub(super) const PARTIAL: &str = "partial-";

/// etcd's client takes a file for one with a sum if its length leaves the sum's when divided by
/// this.
const SECTOR: u64 = 512;

/// A copy of the state: this member's, or one that has arrived from another.
#[derive(Debug)]
pub struct SnapshotData(Source);

#[derive(Debug)]
enum Source {
    View(View),
    Received(Partial),
}

/// A file that goes when nobody needs it.
#[derive(Debug)]
struct Partial {
    path: PathBuf,
    file: File,
}

impl Partial {
    fn new(dir: &Path) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = dir.join(format!("{PARTIAL}{number}"));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // What stays is removed at the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl SnapshotData {
    pub(super) fn of(view: View) -> Self {
        Self(Source::View(view))
    }

    /// The bytes to be sent to another member, for [`Incoming`].
    ///
    /// # Errors
    /// The disk's.
    pub fn pieces(self) -> io::Result<Pieces> {
        Ok(Pieces(Some(match self.0 {
            Source::View(view) => Reading::Image(Encoder::new(&view).map_err(io::Error::other)?),
            Source::Received(mut partial) => {
                partial.file.rewind()?;
                Reading::File(partial)
            }
        })))
    }
}

/// The bytes of a snapshot, in pieces of a quarter of a megabyte or so.
#[derive(Debug)]
pub struct Pieces(Option<Reading>);

#[derive(Debug)]
enum Reading {
    Image(Encoder),
    File(Partial),
}

impl Reading {
    fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self {
            Self::Image(encoder) => encoder.next().map_err(io::Error::other),
            Self::File(partial) => {
                let mut piece = Vec::new();
                (&partial.file).take(256 << 10).read_to_end(&mut piece)?;
                Ok((!piece.is_empty()).then_some(piece))
            }
        }
    }
}

impl Pieces {
    /// Reads the next piece, on a thread that may wait for the disk; `None` at the end.
    ///
    /// # Errors
    /// The disk's, and if an earlier call was given up.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut reading = self.0.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (reading, piece) = tokio::task::spawn_blocking(move || {
            let piece = reading.next();
            (reading, piece)
        })
        .await?;
        self.0 = Some(reading);
        piece
    }
}

/// A snapshot that is arriving.
#[derive(Debug)]
pub struct Incoming {
    partial: Partial,
    /// How many bytes more are believed.
    left: u64,
}

impl Incoming {
    /// Adds what has arrived.
    ///
    /// # Errors
    /// The disk's, or it is larger than any state may be.
    pub fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let left = self.left.checked_sub(piece.len() as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        self.partial.file.write_all(piece)
    }

    /// All has arrived. That it is whole is checked when it is installed.
    pub fn finish(self) -> SnapshotData {
        SnapshotData(Source::Received(self.partial))
    }
}

/// A snapshot for `snapshot save`: as [`SnapshotData`], then zeroes up to a multiple of 512, then
/// the SHA-256 of all that, as etcd's has it.
#[derive(Debug)]
pub struct SavedSnapshot {
    pieces: Pieces,
    /// Its length in bytes.
    pub length: u64,
}

impl SavedSnapshot {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// As [`Pieces::next`].
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.pieces.next().await
    }
}

/// Ends what [`Encoder`] wrote as a file does.
fn write_saved(mut encoder: Encoder, file: &mut File) -> io::Result<u64> {
    let mut sum = Context::new(&SHA256);
    let mut length = 0;
    let mut write = |piece: &[u8]| {
        sum.update(piece);
        length += piece.len() as u64;
        file.write_all(piece)
    };
    while let Some(piece) = encoder.next().map_err(io::Error::other)? {
        write(&piece)?;
    }
    let padding = length_of_padding(length);
    let mut write = |piece: &[u8]| {
        sum.update(piece);
        file.write_all(piece)
    };
    write(&vec![0; usize::try_from(padding).unwrap_or(0)])?;
    file.write_all(sum.finish().as_ref())?;
    Ok(length + padding + SHA256_OUTPUT_LEN as u64)
}

fn length_of_padding(length: u64) -> u64 {
    length.next_multiple_of(SECTOR) - length
}

/// Checks the sum at the end of a saved file, and that its length is one; returns where it is.
pub(super) fn check_saved(file: &mut File) -> io::Result<Option<u64>> {
    let length = file.metadata()?.len();
    let Some(end) = length
        .checked_sub(SHA256_OUTPUT_LEN as u64)
        .filter(|end| end.is_multiple_of(SECTOR))
    else {
        return Ok(None);
    };
    let mut sum = Context::new(&SHA256);
    let mut rest = BufReader::with_capacity(256 << 10, &mut *file).take(end);
    let mut piece = vec![0; 256 << 10];
    loop {
        let read = rest.read(&mut piece)?;
        if read == 0 {
            break;
        }
        sum.update(piece.get(..read).unwrap_or_default());
    }
    let mut told = [0; SHA256_OUTPUT_LEN];
    rest.into_inner().read_exact(&mut told)?;
    file.rewind()?;
    Ok((sum.finish().as_ref() == told).then_some(end))
}

impl Machine {
    /// Begins to receive a snapshot.
    ///
    /// # Errors
    /// The disk's.
    pub fn receive(&self) -> io::Result<Incoming> {
        // What another member holds may take a little more than the same here.
        const LEAST: u64 = 8 << 30;
        Ok(Incoming {
            partial: Partial::new(self.dir()?)?,
            left: self.shared.quota.max(LEAST).saturating_mul(2),
        })
    }

    /// Makes a snapshot of all that was applied before the call, as a file that is gone when it
    /// was read.
    ///
    /// # Errors
    /// The disk's.
    pub async fn save(&self) -> io::Result<SavedSnapshot> {
        self.fold().await?;
        let view = self.state().view.clone();
        let dir = self.dir()?.to_owned();
        let (partial, length) = tokio::task::spawn_blocking(move || {
            let mut partial = Partial::new(&dir)?;
            let encoder = Encoder::new(&view).map_err(io::Error::other)?;
            let length = write_saved(encoder, &mut partial.file)?;
            partial.file.rewind()?;
            io::Result::Ok((partial, length))
        })
        .await??;
        Ok(SavedSnapshot {
            pieces: Pieces(Some(Reading::File(partial))),
            length,
        })
    }

    pub(super) fn dir(&self) -> io::Result<&Path> {
        let dir = self.shared.dir.as_deref();
        dir.ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    /// Puts the state of a snapshot in place of this member's.
    pub(super) async fn install(&self, position: Position, data: SnapshotData) -> io::Result<()> {
        let claim = self.claim().await?;
        let machine = self.clone();
        let work = move || {
            let done = machine.replace(&position, data);
            drop(claim);
            done
        };
        tokio::task::spawn_blocking(work).await?
    }

    fn replace(&self, position: &Position, data: SnapshotData) -> io::Result<()> {
        let made = match data.0 {
            Source::View(view) => {
                self.make_image(position, crate::kv::store::copied(&view.rows))?
            }
            Source::Received(mut partial) => {
                partial.file.rewind()?;
                let from = BufReader::with_capacity(256 << 10, &partial.file);
                let mut decoder = Decoder::new(from).map_err(io::Error::other)?;
                if decoder.head().position != *position {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the snapshot is of another place in the log than was told",
                    ));
                }
                self.make_image(position, &mut decoder)?
            }
        };
        let (view, loaded) = made;
        let old = self.state().replace(view, loaded);
        drop(old);
        Ok(())
    }

    /// Makes an image of rows, in place of the one that there is; whoever calls it has the claim.
    pub(super) fn make_image(
        &self,
        position: &Position,
        rows: impl Iterator<Item = crate::kv::Result<Copied>>,
    ) -> io::Result<(View, Loaded)> {
        let dir = self.dir()?;
        let failed = |error: crate::kv::KvError| io::Error::other(error);
        let partial = Partial::new(dir)?;
        let image = Image::open(&partial.path, &self.shared.stopped).map_err(io::Error::other)?;
        image.fill(position, rows).map_err(failed)?;
        let view = Arc::new(image).view().map_err(failed)?;
        let loaded = Loaded::new(&view).map_err(failed)?;
        std::fs::rename(&partial.path, dir.join(FILE_NAME))?;
        sync_dir(dir)?;
        Ok((view, loaded))
    }
}
