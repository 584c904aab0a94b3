//! Reads etcd's database file, a bbolt B+tree, as `snapshot save` writes it.
//!
//! The layout is that of bbolt's `page.go`, `bucket.go` and `internal/common/meta.go`: pages of one
//! size; two meta pages first, of which the newer valid one counts; branch and leaf pages whose
//! elements point at keys and values behind them; a bucket is a leaf's value that holds the page of
//! its root, or a whole leaf if it is small. The file is another's: every offset is checked, and
//! no page is read twice.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::{Context as _, Error, Result};

const MAGIC: u32 = 0xED0C_DAED;
const VERSION: u32 = 2;
/// What is in front of a page's elements.
const PAGE_HEADER: usize = 16;
/// An element of a branch, and of a leaf.
const ELEMENT: usize = 16;
/// What is in front of the leaf of a small bucket.
const BUCKET_HEADER: usize = 16;
/// A meta page up to its checksum.
const META: usize = 56;
const BRANCH_PAGE: u16 = 1;
const LEAF_PAGE: u16 = 2;
/// The flag of a leaf's element that is a bucket.
const BUCKET: u32 = 1;
/// Deeper than any tree of pages can be that one disk holds.
const MOST_DEEP: usize = 48;

/// A database file.
#[derive(Debug)]
pub struct Bolt {
    file: File,
    page_size: usize,
    root: u64,
    /// How many pages the database has.
    pages: u64,
}

/// What [`Bolt::each`] finds, in the order of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// A bucket begins.
    Bucket(&'a [u8]),
    /// A key of the bucket that began last, and its value.
    Pair(&'a [u8], &'a [u8]),
}

impl Bolt {
    /// Opens a file, and reads which of its states is the newest.
    ///
    /// # Errors
    /// It cannot be read, or is no such database.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        let cannot = || format!("cannot read `{shown}`");
        let file = File::open(path).or_failed(cannot)?;
        let size = file.metadata().or_failed(cannot)?.len();
        let newest = metas(&file).into_iter().max_by_key(|meta| meta.transaction);
        let meta = newest.ok_or_else(|| {
            Error::failed(format!("`{shown}` is no snapshot of etcd"))
                .hint("`netpipe kv snapshot save` writes one")
        })?;
        let page_size = meta.page_size as usize;
        match meta.pages.checked_mul(page_size as u64) {
            Some(least) if least <= size => Ok(Self {
                file,
                page_size,
                root: meta.root,
                pages: meta.pages,
            }),
            _ => Err(Error::failed(format!("`{shown}` is cut off"))),
        }
    }

    /// How large the database is, in bytes.
    pub fn size(&self) -> u64 {
        self.pages * self.page_size as u64
    }

    /// Hands on every bucket at the top, and every key in it.
    ///
    /// # Errors
    /// The file is damaged or cannot be read; what `visit` fails with.
    pub fn each(&self, visit: &mut dyn FnMut(Found<'_>) -> Result<()>) -> Result<()> {
        let mut left = self.pages;
        self.walk(self.root, 0, &mut left, &mut |flags, name, value, left| {
            if flags & BUCKET == 0 {
                return Err(damaged("there is a key outside of all buckets"));
            }
            visit(Found::Bucket(name))?;
            let mut inner = |flags, key: &[u8], value: &[u8], _: &mut u64| match flags & BUCKET {
                0 => visit(Found::Pair(key, value)),
                _ => Err(damaged("there is a bucket in a bucket")),
            };
            match u64_at(value, 0)? {
                0 => {
                    let page = value.get(BUCKET_HEADER..).unwrap_or_default();
                    leaf(page, left, &mut inner)
                }
                root => self.walk(root, 0, left, &mut inner),
            }
        })
    }

    /// Walks through the tree below a page; `left` is how many pages may still be read.
    fn walk(&self, id: u64, depth: usize, left: &mut u64, visit: Visit<'_>) -> Result<()> {
        if depth > MOST_DEEP {
            return Err(damaged("its tree is too deep"));
        }
        let page = self.page(id, left)?;
        match u16_at(&page, 8)? {
            LEAF_PAGE => leaf(&page, left, visit),
            BRANCH_PAGE => (0..u16_at(&page, 10)?.into()).try_for_each(|index| {
                let element = PAGE_HEADER + index * ELEMENT;
                self.walk(u64_at(&page, element + 8)?, depth + 1, left, visit)
            }),
            _ => Err(damaged("a page is of no kind")),
        }
    }

    /// Reads a page, with what overflows it.
    fn page(&self, id: u64, left: &mut u64) -> Result<Vec<u8>> {
        let mut head = [0; PAGE_HEADER];
        let begin = match id {
            2.. if id < self.pages => id * self.page_size as u64,
            _ => return Err(damaged("it points at a page that it does not have")),
        };
        let cannot = || "cannot read the snapshot".to_owned();
        self.file
            .read_exact_at(&mut head, begin)
            .or_failed(cannot)?;
        let count = u64::from(u32_at(&head, 12)?) + 1;
        if u64_at(&head, 0)? != id || id + count > self.pages || count > *left {
            return Err(damaged("a page is not where it says"));
        }
        *left -= count;
        let size = usize::try_from(count * self.page_size as u64)
            .map_err(|_| damaged("a page is larger than memory"))?;
        let mut page = vec![0; size];
        self.file
            .read_exact_at(&mut page, begin)
            .or_failed(cannot)?;
        Ok(page)
    }
}

/// Told of each element of a leaf: its flags, its key, its value, and the pages left to read.
type Visit<'a> = &'a mut dyn FnMut(u32, &[u8], &[u8], &mut u64) -> Result<()>;

fn leaf(page: &[u8], left: &mut u64, visit: Visit<'_>) -> Result<()> {
    if u16_at(page, 8)? != LEAF_PAGE {
        return Err(damaged("a bucket is no leaf"));
    }
    for index in 0..usize::from(u16_at(page, 10)?) {
        let element = PAGE_HEADER + index * ELEMENT;
        let at = |offset| u32_at(page, element + offset).map(|number| number as usize);
        let (begin, key, value) = (element + at(4)?, at(8)?, at(12)?);
        let pair = begin
            .checked_add(key)
            .and_then(|middle| Some((middle, middle.checked_add(value)?)))
            .and_then(|(middle, end)| Some((page.get(begin..middle)?, page.get(middle..end)?)));
        let (key, value) = pair.ok_or_else(|| damaged("a key is outside of its page"))?;
        visit(u32_at(page, element)?, key, value, left)?;
    }
    Ok(())
}

struct Meta {
    page_size: u32,
    root: u64,
    pages: u64,
    transaction: u64,
}

/// The valid meta pages. The second is one page behind the first, and the page's size is known
/// from the first alone; if that is torn, the sizes that there are get tried.
fn metas(file: &File) -> Vec<Meta> {
    let first = meta(file, 0);
    let sizes = match &first {
        Some(meta) => vec![meta.page_size],
        None => (9..=16).map(|bits| 1 << bits).collect(),
    };
    let second = sizes.into_iter().find_map(|size| {
        let found = meta(file, u64::from(size))?;
        (found.page_size == size).then_some(found)
    });
    first.into_iter().chain(second).collect()
}

fn meta(file: &File, begin: u64) -> Option<Meta> {
    let mut page = [0; PAGE_HEADER + META + 8];
    file.read_exact_at(&mut page, begin).ok()?;
    let meta = page.get(PAGE_HEADER..)?;
    let number = |at| u32_at(meta, at).ok();
    let long = |at| u64_at(meta, at).ok();
    let page_size = number(8)?;
    let good = number(0)? == MAGIC
        && number(4)? == VERSION
        && long(META)? == fnv1a(meta.get(..META)?)
        && page_size.is_power_of_two()
        && (512..=65_536).contains(&page_size);
    let meta = Meta {
        page_size,
        root: long(16)?,
        pages: long(40)?,
        transaction: long(48)?,
    };
    good.then_some(meta)
}

/// The 64-bit FNV-1a hash (draft-eastlake-fnv), which guards the meta pages.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn damaged(why: &str) -> Error {
    Error::failed(format!("the snapshot is damaged: {why}"))
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N]> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.copied().ok_or_else(|| damaged("a page is cut off"))
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}
