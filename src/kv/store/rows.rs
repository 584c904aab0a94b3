//! One table: redb's rows, and over them the changes that redb does not have yet.

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

type Bytes = &'static [u8];
type Base = ReadOnlyTable<Bytes, Bytes>;

/// What became of a row: what it holds now; `None` if it was removed.
type Change = Option<Vec<u8>>;

/// A table. A change can be taken back until it is kept.
pub(super) struct Rows {
    name: &'static str,
    image: Option<Arc<ReadTransaction>>,
    /// Opened when it is first asked: most work asks two or three of the tables.
    base: OnceCell<Option<Base>>,
    over: BTreeMap<Vec<u8>, Change>,
    /// What `over` said of the rows changed since the last [`Rows::keep`].
    before: BTreeMap<Vec<u8>, Option<Change>>,
}

impl Rows {
    pub(super) fn new(name: &'static str, image: Option<Arc<ReadTransaction>>) -> Self {
        Self {
            name,
            image,
            base: OnceCell::new(),
            over: BTreeMap::new(),
            before: BTreeMap::new(),
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
        if let Some(change) = self.over.get(key) {
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
        let over = self.over.range::<[u8], _>(bounds).peekable();
        Ok(Merged { base, over })
    }

    pub(super) fn insert(&mut self, key: &[u8], row: &[u8]) {
        self.change(key, Some(row.to_vec()));
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        self.change(key, None);
    }

    fn change(&mut self, key: &[u8], change: Change) {
        let old = self.over.insert(key.to_vec(), change);
        if !self.before.contains_key(key) {
            self.before.insert(key.to_vec(), old);
        }
    }

    /// Takes over a change that was kept before.
    pub(super) fn restore(&mut self, key: &[u8], row: Option<&[u8]>) {
        self.over.insert(key.to_vec(), row.map(<[u8]>::to_vec));
    }

    /// The changes since the last [`Rows::keep`].
    pub(super) fn changed(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.before.keys().map(|key| {
            let now = self.over.get(key).and_then(Option::as_deref);
            (key.as_slice(), now)
        })
    }

    pub(super) fn keep(&mut self) {
        self.before.clear();
    }

    /// Takes back the changes since the last [`Rows::keep`].
    pub(super) fn revert(&mut self) {
        for (key, old) in std::mem::take(&mut self.before) {
            match old {
                Some(change) => self.over.insert(key, change),
                None => self.over.remove(&key),
            };
        }
    }

    /// Writes every change into redb.
    pub(super) fn fold(&self, txn: &WriteTransaction) -> Result<()> {
        if self.over.is_empty() {
            return Ok(());
        }
        let mut table = txn.open_table(definition(self.name))?;
        for (key, change) in &self.over {
            match change {
                Some(row) => drop(table.insert(key.as_slice(), row.as_slice())?),
                None => drop(table.remove(key.as_slice())?),
            }
        }
        Ok(())
    }
}

fn definition(name: &str) -> TableDefinition<'_, Bytes, Bytes> {
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

/// The rows of a range: see [`Rows::range`].
pub(super) struct Merged<'a> {
    base: Option<Peekable<Range<'a, Bytes, Bytes>>>,
    over: Peekable<btree_map::Range<'a, Vec<u8>, Change>>,
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
