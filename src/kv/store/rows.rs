//! One table: redb's rows, and over them the changes that redb does not have yet, in one layer or,
//! while another thread is writing some of them into redb, in two.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::iter::Peekable;
use std::ops::Bound;
use std::sync::Arc;

use redb::{
    AccessGuard, Range, ReadOnlyTable, ReadTransaction, TableDefinition, TableError,
    WriteTransaction,
};

use crate::kv::Result;

use super::span::Bounds;

pub(super) type Bytes = &'static [u8];
type Base = ReadOnlyTable<Bytes, Bytes>;

/// What became of a row: what it holds now; `None` if it was removed.
pub(super) type Change = Option<Vec<u8>>;

/// The rows that changed since a moment.
pub(super) type Layer = BTreeMap<Vec<u8>, Change>;

/// About what a row takes in memory beyond its bytes: its place in the map, and the two blocks of
/// memory that its bytes are in.
const ROW_OVERHEAD: usize = 112;

/// A table. A change can be taken back until it is kept, if the table was made so.
pub(super) struct Rows {
    name: &'static str,
    image: Option<Arc<ReadTransaction>>,
    /// Opened when it is first asked: most work asks two or three of the tables.
    base: OnceCell<Option<Base>>,
    /// Changes that are just being written into redb.
    frozen: Option<Arc<Layer>>,
    over: Layer,
    /// About what `over` takes in memory.
    weight: usize,
    /// What `over` said of the rows changed since the last [`Rows::keep`]; `None` if no change is
    /// ever taken back.
    before: Option<BTreeMap<Vec<u8>, Option<Change>>>,
}

impl Rows {
    pub(super) fn new(
        name: &'static str,
        image: Option<Arc<ReadTransaction>>,
        revertible: bool,
    ) -> Self {
        Self {
            name,
            image,
            base: OnceCell::new(),
            frozen: None,
            over: Layer::new(),
            weight: 0,
            before: revertible.then(BTreeMap::new),
        }
    }

    fn base(&self) -> Result<Option<&Base>> {
        if self.base.get().is_none() {
            let opened = self
                .image
                .as_ref()
                .map(|txn| txn.open_table(definition(self.name)));
            let table = match opened {
                Some(Ok(table)) => Some(table),
                None | Some(Err(TableError::TableDoesNotExist(_))) => None,
                Some(Err(error)) => return Err(error.into()),
            };
            let _ = self.base.set(table);
        }
        Ok(self.base.get().and_then(Option::as_ref))
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Row<'_>>> {
        let frozen = || self.frozen.as_ref().and_then(|layer| layer.get(key));
        if let Some(change) = self.over.get(key).or_else(frozen) {
            return Ok(change.as_deref().map(Row::Over));
        }
        match self.base()? {
            Some(base) => Ok(base.get(key)?.map(Row::Base)),
            None => Ok(None),
        }
    }

    /// The rows between two bounds, sorted by key. The start must not be after the end.
    pub(super) fn range(&self, bounds: Bounds<'_>) -> Result<Merged<'_>> {
        let base = match self.base()? {
            Some(base) => Some(base.range::<&[u8]>(bounds)?.peekable()),
            None => None,
        };
        let frozen = self.frozen.as_ref();
        let over = Changes {
            frozen: frozen.map(|layer| layer.range::<[u8], _>(bounds).peekable()),
            over: self.over.range::<[u8], _>(bounds).peekable(),
        };
        Ok(Merged {
            base,
            over: over.peekable(),
        })
    }

    pub(super) fn insert(&mut self, key: &[u8], row: Vec<u8>) {
        self.change(key, Some(row));
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        self.change(key, None);
    }

    fn change(&mut self, key: &[u8], change: Change) {
        self.weight += ROW_OVERHEAD + key.len() + change.as_ref().map_or(0, Vec::len);
        let old = self.over.insert(key.to_vec(), change);
        if let Some(Some(row)) = &old {
            self.weight -= row.len();
        }
        if old.is_some() {
            self.weight -= ROW_OVERHEAD + key.len();
        }
        if let Some(before) = &mut self.before
            && !before.contains_key(key)
        {
            before.insert(key.to_vec(), old);
        }
    }

    /// Takes over a change that was kept before.
    pub(super) fn restore(&mut self, key: &[u8], row: Option<&[u8]>) {
        self.over.insert(key.to_vec(), row.map(<[u8]>::to_vec));
    }

    /// The changes since the last [`Rows::keep`].
    pub(super) fn changed(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.before.iter().flatten().map(|(key, _)| {
            let now = self.over.get(key).and_then(Option::as_deref);
            (key.as_slice(), now)
        })
    }

    pub(super) fn keep(&mut self) {
        if let Some(before) = &mut self.before {
            before.clear();
        }
    }

    /// Takes back the changes since the last [`Rows::keep`].
    pub(super) fn revert(&mut self) {
        let Some(before) = &mut self.before else {
            return;
        };
        for (key, old) in std::mem::take(before) {
            match old {
                Some(change) => self.over.insert(key, change),
                None => self.over.remove(&key),
            };
        }
    }

    /// Writes every change into redb.
    pub(super) fn fold(&self, txn: &WriteTransaction) -> Result<()> {
        fold(self.name, &self.over, txn).map(drop)
    }

    /// About how many bytes of memory the changes take that are not frozen.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Puts what changed so far aside, for another thread to write into redb. There must be no
    /// frozen layer.
    pub(super) fn freeze(&mut self) -> (&'static str, Arc<Layer>) {
        debug_assert!(self.frozen.is_none());
        let layer = Arc::new(std::mem::take(&mut self.over));
        self.weight = 0;
        self.frozen = Some(layer.clone());
        (self.name, layer)
    }

    /// Goes on upon what redb holds now, which has the frozen layer in it; returns what is to be
    /// dropped, which takes a while.
    pub(super) fn rebase(&mut self, image: &Arc<ReadTransaction>) -> Option<Arc<Layer>> {
        self.image = Some(image.clone());
        self.base = OnceCell::new();
        self.frozen.take()
    }
}

/// Writes a layer into redb; returns by how many bytes the rows are more, or less, than before.
pub(super) fn fold(name: &str, layer: &Layer, txn: &WriteTransaction) -> Result<i64> {
    if layer.is_empty() {
        return Ok(0);
    }
    let mut table = txn.open_table(definition(name))?;
    let mut grown = 0;
    for (key, change) in layer {
        let key = key.as_slice();
        let (now, before) = match change {
            Some(row) => (size(key, row), table.insert(key, row.as_slice())?),
            None => (0, table.remove(key)?),
        };
        grown += now - before.map_or(0, |row| size(key, row.value()));
    }
    Ok(grown)
}

/// What a row takes in redb, without its share of pages that are not full.
pub(super) fn size(key: &[u8], row: &[u8]) -> i64 {
    const LENGTHS: usize = 8;
    i64::try_from(key.len() + row.len() + LENGTHS).unwrap_or(i64::MAX)
}

pub(super) fn definition(name: &str) -> TableDefinition<'_, Bytes, Bytes> {
    TableDefinition::new(name)
}

/// A row's bytes, wherever they are.
pub(super) enum Row<'a> {
    Base(AccessGuard<'a, Bytes>),
    Over(&'a [u8]),
}

impl Row<'_> {
    pub(super) fn value(&self) -> &[u8] {
        match self {
            Self::Base(guard) => guard.value(),
            Self::Over(bytes) => bytes,
        }
    }
}

/// The changes of both layers, sorted by key; the upper layer counts.
struct Changes<'a> {
    frozen: Option<Peekable<btree_map::Range<'a, Vec<u8>, Change>>>,
    over: Peekable<btree_map::Range<'a, Vec<u8>, Change>>,
}

impl<'a> Iterator for Changes<'a> {
    type Item = (&'a Vec<u8>, &'a Change);

    fn next(&mut self) -> Option<Self::Item> {
        let Some(frozen) = &mut self.frozen else {
            return self.over.next();
        };
        let order = match (frozen.peek(), self.over.peek()) {
            (Some((frozen, _)), Some((over, _))) => frozen.cmp(over),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        if order == Ordering::Less {
            return frozen.next();
        }
        if order == Ordering::Equal {
            frozen.next();
        }
        self.over.next()
    }
}

/// The rows of a range: see [`Rows::range`].
pub(super) struct Merged<'a> {
    base: Option<Peekable<Range<'a, Bytes, Bytes>>>,
    over: Peekable<Changes<'a>>,
}

impl Merged<'_> {
    /// Which of the two has the next key; `None` at the end of both.
    fn next_in(&mut self) -> Option<Ordering> {
        let base = self.base.as_mut().and_then(Peekable::peek);
        Some(match (base, self.over.peek()) {
            (None, None) => return None,
            (Some(Err(_)), _) | (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(Ok((base, _))), Some((over, _))) => base.value().cmp(over.as_slice()),
        })
    }
}

impl<'a> Iterator for Merged<'a> {
    type Item = Result<(Row<'a>, Row<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = self.next_in()?;
            if order != Ordering::Greater {
                let entry = self.base.as_mut()?.next()?;
                if order == Ordering::Less {
                    let row = entry.map(|(key, row)| (Row::Base(key), Row::Base(row)));
                    return Some(row.map_err(Into::into));
                }
            }
            if let (key, Some(row)) = self.over.next()? {
                return Some(Ok((Row::Over(key), Row::Over(row))));
            }
        }
    }
}

/// Everything from a key on.
pub(super) fn from(key: &[u8]) -> Bounds<'_> {
    (Bound::Included(key), Bound::Unbounded)
}
