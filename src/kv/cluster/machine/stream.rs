//! A state as a stream of bytes: what a member that is far behind gets, and what `snapshot save`
//! writes into a file.
//!
//! ```text
//! magic (8), format (4), length of the head (4), sum (8), the head
//! length of a block (4), sum (8), the block: whole rows; and so on
//! 0 (4), sum (8), the number of rows (8)
//! ```
//!
//! Each sum is seeded with the one before, so that nothing can be missing or changed without
//! notice. A block is made when it is asked for and read when it has arrived: no more than one is
//! ever in memory.

use std::io::{self, Read};
use std::sync::Arc;

use redb::ReadTransaction;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::image::{Position, View};
use crate::error::Error;
use crate::kv::store::{self, Copied, CopyPlace};
use crate::kv::{KvError, Result, Revision};

const MAGIC: &[u8; 8] = b"npsnap\r\n";
const FORMAT: u32 = 1;

/// About how long a block is. The longest has one row more.
const BLOCK: usize = 256 << 10;

/// The most bytes of a block, or of the head, that are believed.
const MAX_BLOCK: usize = 64 << 20;

/// What a stream begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotHead {
    /// Where in the log the state is.
    pub position: Position,
    /// The revision of the last change.
    pub revision: Revision,
    /// The revision of the last compaction, or 0.
    pub compacted: Revision,
}

/// A state as pieces of a stream.
#[derive(Debug)]
pub(super) struct Encoder {
    rows: Arc<ReadTransaction>,
    /// Until it was sent.
    head: Option<SnapshotHead>,
    place: CopyPlace,
    chain: u64,
    ended: bool,
}

impl Encoder {
    pub(super) fn new(view: &View) -> Result<Self> {
        let (revision, compacted) = store::revisions(&view.rows)?;
        Ok(Self {
            rows: view.rows.clone(),
            head: Some(SnapshotHead {
                position: view.position.clone(),
                revision,
                compacted,
            }),
            place: CopyPlace::default(),
            chain: 0,
            ended: false,
        })
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if let Some(head) = self.head.take() {
            let head = postcard::to_stdvec(&head).map_err(|cause| {
                KvError::storage(Error::failed("cannot write a snapshot").because(cause))
            })?;
            let mut out = [&MAGIC[..], &FORMAT.to_be_bytes()].concat();
            out.extend(self.seal(&head));
            return Ok(Some(out));
        }
        if self.ended {
            return Ok(None);
        }
        let mut rows = Vec::with_capacity(BLOCK + (BLOCK >> 3));
        if store::copy(&self.rows, &mut self.place, BLOCK, &mut rows)? {
            return Ok(Some(self.seal(&rows)));
        }
        self.ended = true;
        let mut out = Vec::new();
        if !rows.is_empty() {
            out = self.seal(&rows);
        }
        let count = self.place.rows.to_be_bytes();
        out.extend_from_slice(&0_u32.to_be_bytes());
        out.extend_from_slice(&xxh3_64_with_seed(&count, self.chain).to_be_bytes());
        out.extend_from_slice(&count);
        Ok(Some(out))
    }

    /// A block with its length and its sum.
    fn seal(&mut self, block: &[u8]) -> Vec<u8> {
        self.chain = xxh3_64_with_seed(block, self.chain);
        let len = u32::try_from(block.len()).unwrap_or(u32::MAX);
        [&len.to_be_bytes()[..], &self.chain.to_be_bytes(), block].concat()
    }
}

/// The rows of a stream.
#[derive(Debug)]
pub(super) struct Decoder<R> {
    from: R,
    head: SnapshotHead,
    block: Vec<u8>,
    /// How much of the block was read.
    done: usize,
    chain: u64,
    rows: u64,
    ended: bool,
}

impl<R: Read> Decoder<R> {
    /// Reads the head.
    pub(super) fn new(mut from: R) -> Result<Self> {
        let mut magic = [0; 12];
        from.read_exact(&mut magic).map_err(cut)?;
        let [magic @ .., f0, f1, f2, f3] = magic;
        if magic != *MAGIC {
            return Err(KvError::storage(
                Error::failed("this is not a snapshot of netpipe's")
                    .hint("a snapshot is what `netpipe kv snapshot save` writes"),
            ));
        }
        let format = u32::from_be_bytes([f0, f1, f2, f3]);
        if format != FORMAT {
            return Err(KvError::storage(
                Error::failed(format!(
                    "the snapshot has format {format}, this netpipe knows format {FORMAT}"
                ))
                .hint("use the version of netpipe that wrote it"),
            ));
        }
        let mut decoder = Self {
            from,
            head: SnapshotHead {
                position: Position::default(),
                revision: 1,
                compacted: 0,
            },
            block: Vec::new(),
            done: 0,
            chain: 0,
            rows: 0,
            ended: false,
        };
        decoder.read_block()?;
        decoder.head = postcard::from_bytes(&decoder.block).map_err(|_| damaged("its head"))?;
        decoder.done = decoder.block.len();
        Ok(decoder)
    }

    pub(super) fn head(&self) -> &SnapshotHead {
        &self.head
    }

    fn read_block(&mut self) -> Result<()> {
        let mut frame = [0; 12];
        self.from.read_exact(&mut frame).map_err(cut)?;
        let [l0, l1, l2, l3, sum @ ..] = frame;
        let len = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        if len > MAX_BLOCK {
            return Err(damaged("a block is too long"));
        }
        self.ended = len == 0;
        self.block.clear();
        self.done = 0;
        // As much as there is, so that a length alone takes no memory.
        let wanted = if self.ended { 8 } else { len };
        let taken = self
            .from
            .by_ref()
            .take(wanted as u64)
            .read_to_end(&mut self.block);
        if taken? < wanted {
            return Err(cut(io::ErrorKind::UnexpectedEof.into()));
        }
        self.chain = xxh3_64_with_seed(&self.block, self.chain);
        if self.chain != u64::from_be_bytes(sum) {
            return Err(damaged("a sum is wrong"));
        }
        Ok(())
    }

    fn next_row(&mut self) -> Result<Option<Copied>> {
        while !self.ended && self.done >= self.block.len() {
            self.read_block()?;
            if self.ended && self.block != self.rows.to_be_bytes() {
                return Err(damaged("rows are missing"));
            }
        }
        if self.ended {
            return Ok(None);
        }
        let mut rest = self.block.get(self.done..).unwrap_or_default();
        let row = Copied::take(&mut rest)?;
        self.done = self.block.len() - rest.len();
        self.rows += 1;
        Ok(Some(row))
    }
}

impl<R: Read> Iterator for &mut Decoder<R> {
    type Item = Result<Copied>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().transpose()
    }
}

fn damaged(what: &str) -> KvError {
    KvError::storage(
        Error::failed(format!("the snapshot is damaged: {what}"))
            .hint("take another one, or use an earlier one"),
    )
}

fn cut(error: io::Error) -> KvError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        damaged("it was cut off")
    } else {
        error.into()
    }
}
