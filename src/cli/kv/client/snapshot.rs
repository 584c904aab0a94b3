//! `netpipe kv snapshot`

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use tokio_stream::StreamExt;

use super::json::{Json, Object};
use super::print::{Answer, Page, Printer, Table};
use super::remote::{Remote, Server};
use super::value::size;
use crate::error::{Context as _, Error, Result};
use crate::kv::bolt::{Bolt, Found};
use crate::kv::proto::etcdserverpb::{SnapshotRequest, SnapshotResponse};

/// What a database's size is a multiple of; what is beyond is its checksum.
const SECTOR: u64 = 512;

/// Save all that a member has, and see what a file holds
#[derive(Debug, Args)]
pub struct Snapshot {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write all that a member has to a file
    ///
    /// The file appears when it is complete, its checksum is right and it is on the disk.
    /// Without --command-timeout it may take as long as it takes.
    #[command(after_long_help = "\
Example:
  netpipe kv snapshot save /var/backups/kv.db")]
    Save {
        /// The file; one that is there is replaced
        file: PathBuf,
    },
    /// Print the hash, the revision, the number of keys and the size of a saved file
    #[command(after_long_help = "\
Example:
  netpipe kv snapshot status /var/backups/kv.db --write-out table")]
    Status {
        /// The file
        file: PathBuf,
    },
    #[cfg(feature = "cluster")]
    Restore(super::super::restore::Restore),
}

impl Snapshot {
    /// Runs the subcommand; `server` gives the server, where one is needed.
    pub fn run(self, server: impl FnOnce() -> Result<Server>, printer: Printer<'_>) -> Result<()> {
        match self.command {
            #[cfg(feature = "cluster")]
            Command::Restore(command) => command.run(printer.out),
            Command::Status { file } => printer.print(&Status::of(&file)?),
            Command::Save { file } => server()?.run(|remote| async move {
                let saved = save(&remote, &file).await?;
                printer.print(&saved)
            }),
        }
    }
}

/// A snapshot that was saved.
struct Saved {
    file: PathBuf,
    size: u64,
    version: String,
}

/// A file that goes away unless it is finished.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

async fn save(remote: &Remote, path: &Path) -> Result<Saved> {
    let shown = path.display();
    let cannot = || format!("cannot write `{shown}`");
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Part(name.into());
    let _ = fs::remove_file(&part.0);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part.0)
        .or_failed(cannot)?;
    let (mut sum, mut size, mut version) = (Checksum::new(), 0, String::new());
    let receive = async {
        let opened =
            remote.call(|| async { remote.maintenance().snapshot(SnapshotRequest {}).await });
        let mut pieces = opened.await?;
        while let Some(piece) = pieces.next().await {
            let piece: SnapshotResponse = piece.map_err(|status| remote.refused(&status))?;
            file.write_all(&piece.blob).or_failed(cannot)?;
            sum.add(&piece.blob);
            size += piece.blob.len() as u64;
            version = piece.version;
        }
        Ok::<(), Error>(())
    };
    remote.within_the_given_time(receive).await?;
    if !sum.matches(size) {
        return Err(Error::failed(
            "the snapshot arrived damaged: its checksum is wrong",
        ));
    }
    file.sync_all().or_failed(cannot)?;
    fs::rename(&part.0, path).or_failed(cannot)?;
    let directory = match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .or_failed(cannot)?;
    let file = path.to_owned();
    Ok(Saved {
        file,
        size,
        version,
    })
}

/// The SHA-256 that a server sends behind the database.
struct Checksum {
    /// Of all but what is in `tail`.
    whole: Context,
    /// The last bytes, which may be the checksum itself.
    tail: Vec<u8>,
}

impl Checksum {
    fn new() -> Self {
        Self {
            whole: Context::new(&SHA256),
            tail: Vec::new(),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        let ready = self.tail.len().saturating_sub(SHA256_OUTPUT_LEN);
        self.whole.update(&self.tail[..ready]);
        self.tail.drain(..ready);
    }

    /// Whether what came ends with the checksum of what was before it.
    fn matches(self, size: u64) -> bool {
        has_checksum(size) && self.whole.finish().as_ref() == self.tail
    }
}

fn has_checksum(size: u64) -> bool {
    size % SECTOR == SHA256_OUTPUT_LEN as u64
}

/// What a file holds.
struct Status {
    hash: u32,
    revision: i64,
    keys: u64,
    size: u64,
}

impl Status {
    fn of(path: &Path) -> Result<Self> {
        let database = Bolt::open(path)?;
        verify(path)?;
        let mut hash = !0;
        let (mut revision, mut keys, mut is_history) = (0, 0, false);
        database.each(&mut |found| {
            match found {
                Found::Bucket(name) => {
                    is_history = name == b"key";
                    hash = crc32c(hash, name);
                }
                Found::Pair(key, value) => {
                    keys += 1;
                    hash = crc32c(crc32c(hash, key), value);
                    // A revision is its main number, `_`, and which change of it this is.
                    if let Some(main) = key.first_chunk().filter(|_| is_history) {
                        revision = i64::from_be_bytes(*main);
                    }
                }
            }
            Ok(())
        })?;
        Ok(Self {
            hash: !hash,
            revision,
            keys,
            size: database.size(),
        })
    }
}

/// Compares a file with the checksum at its end, if it has one.
fn verify(path: &Path) -> Result<()> {
    let cannot = || format!("cannot read `{}`", path.display());
    let mut file = File::open(path).or_failed(cannot)?;
    let size = file.metadata().or_failed(cannot)?.len();
    if !has_checksum(size) {
        return Ok(());
    }
    let (mut sum, mut buffer) = (Checksum::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => sum.add(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).or_failed(cannot),
        }
    }
    match sum.matches(size) {
        true => Ok(()),
        false => Err(Error::failed(format!(
            "`{}` is damaged: its checksum is wrong",
            path.display()
        ))),
    }
}

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), which etcd hashes a snapshot with; to be begun
/// with all bits set and inverted at the end.
fn crc32c(sum: u32, bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = match value & 1 {
                    0 => value >> 1,
                    _ => (value >> 1) ^ 0x82f6_3b78,
                };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    bytes.iter().fold(sum, |sum, byte| {
        (sum >> 8) ^ TABLE[((sum ^ u32::from(*byte)) & 0xff) as usize]
    })
}

impl Answer for Saved {
    fn simple(&self, page: &mut Page) {
        page.line(format!("Snapshot saved at {}", self.file.display()));
    }

    fn fields(&self, page: &mut Page) -> bool {
        self.simple(page);
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        self.json()
    }

    fn json(&self) -> Json {
        Object::new()
            .with("file", self.file.to_string_lossy().into_owned())
            .with("size", self.size)
            .with("server_version", &self.version)
            .into()
    }
}

impl Status {
    fn row(&self) -> Vec<String> {
        vec![
            format!("{:x}", self.hash),
            self.revision.to_string(),
            self.keys.to_string(),
            size(i64::try_from(self.size).unwrap_or(i64::MAX)),
        ]
    }
}

impl Answer for Status {
    fn simple(&self, page: &mut Page) {
        page.line(self.row().join(", "));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.field("Hash", self.hash);
        page.field("Revision", self.revision);
        page.field("Keys", self.keys);
        page.field("Size", self.size);
        true
    }

    fn table(&self) -> Option<Table> {
        const HEAD: &[&str] = &["HASH", "REVISION", "TOTAL KEYS", "TOTAL SIZE"];
        Some((HEAD, vec![self.row()]))
    }

    fn etcd(&self, _hex: bool) -> Json {
        Object::new()
            .with("hash", self.hash)
            .with("revision", self.revision)
            .with("totalKey", self.keys)
            .with("totalSize", self.size)
            .into()
    }

    fn json(&self) -> Json {
        Object::new()
            .with("hash", self.hash)
            .with("revision", self.revision)
            .with("keys", self.keys)
            .with("size", self.size)
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn the_hash_is_rfc_3720s() {
        assert_eq!(!crc32c(!0, &[0; 32]), 0x8a91_36aa);
        assert_eq!(!crc32c(crc32c(!0, b"1234"), b"56789"), 0xe306_9283);
    }
}
