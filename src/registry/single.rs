//! Records that are one key each, with nothing beside them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::record::{decode, encode};
use super::{Registry, was_faster};
use crate::error::{Error, Result};
use crate::kv::{Compare, KeyValue, Op, Txn};
use crate::spec::shown;

/// A record of this host that knows its key.
pub trait Single: Serialize + DeserializeOwned {
    /// Where it is kept.
    fn key(&self) -> Vec<u8>;
}

/// Reads a record that must be the one of its key.
fn read<T: Single>(pair: &KeyValue) -> Result<T> {
    let record: T = decode(&pair.key, &pair.value)?;
    match record.key() == pair.key {
        true => Ok(record),
        false => Err(Error::failed(format!(
            "the record `{}` is of another place",
            shown(&String::from_utf8_lossy(&pair.key))
        ))
        .hint("something else wrote it; delete it if nothing needs it")),
    }
}

impl Registry<'_> {
    /// The host whose records these are.
    pub fn host(&self) -> &str {
        self.host
    }

    /// The record of a key, if there is one.
    ///
    /// # Errors
    /// If the store fails or holds what is no such record.
    pub fn single<T: Single>(&self, key: &[u8]) -> Result<Option<T>> {
        self.kv.get(key)?.map(|pair| read(&pair)).transpose()
    }

    /// All records under a prefix, each that cannot be read for itself.
    ///
    /// # Errors
    /// If the store fails.
    pub fn singles<T: Single>(&self, prefix: &[u8]) -> Result<Vec<Result<T>>> {
        Ok(self.kv.prefix(prefix)?.iter().map(read).collect())
    }

    /// Writes a record that is not there yet.
    ///
    /// # Errors
    /// If there is one, or the store fails.
    pub fn put_new<T: Single>(&self, record: &T) -> Result<()> {
        let key = record.key();
        let value = encode(record)?;
        // What could not be read again could never be removed.
        let _: T = decode(&key, &value)?;
        let txn = Txn::when([Compare::missing(key.clone())]).then([Op::put(key, value)]);
        let done = self.kv.txn(&txn)?.succeeded;
        done.then_some(()).ok_or_else(was_faster)
    }

    /// Replaces a record the caller has read.
    ///
    /// # Errors
    /// If it is not as the caller saw it, or the store fails.
    pub fn swap<T: Single>(&self, before: &T, after: &T) -> Result<()> {
        let key = before.key();
        let there = Compare::value(key.clone(), encode(before)?);
        let txn = Txn::when([there]).then([Op::put(key, encode(after)?)]);
        let done = self.kv.txn(&txn)?.succeeded;
        done.then_some(()).ok_or_else(was_faster)
    }

    /// Writes a record in the place of `earlier`, or where none is yet.
    ///
    /// # Errors
    /// As [`Registry::swap`] and [`Registry::put_new`].
    pub fn replace<T: Single>(&self, earlier: Option<&T>, record: &T) -> Result<()> {
        match earlier {
            Some(earlier) => self.swap(earlier, record),
            None => self.put_new(record),
        }
    }

    /// Puts back what was recorded before `record`, of which the caller holds the lock.
    ///
    /// # Errors
    /// If the store fails.
    pub fn restore<T: Single>(&self, record: &T, before: Option<&T>) -> Result<()> {
        let Some(before) = before else {
            return self.forget(record);
        };
        let back = Txn::when([]).then([Op::put(before.key(), encode(before)?)]);
        self.kv.txn(&back).map(drop).map_err(Into::into)
    }

    /// Removes a record the caller holds the lock of.
    ///
    /// # Errors
    /// If the store fails.
    pub fn forget<T: Single>(&self, record: &T) -> Result<()> {
        let gone = Txn::when([]).then([Op::delete(record.key())]);
        self.kv.txn(&gone).map(drop).map_err(Into::into)
    }
}
