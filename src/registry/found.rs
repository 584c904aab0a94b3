//! Reading many attachments, of which some may not be readable: one odd record must not
//! hide the others.

use super::record::{AttachmentRecord, Owner, decode};
use super::{Registry, keys};
use crate::error::{Error, Result};
use crate::kv::{KeyValue, RangeRequest};
use crate::spec::Target;

/// The attachments under a prefix.
#[derive(Debug, Default)]
pub struct Found {
    /// Those that can be read.
    pub records: Vec<AttachmentRecord>,
    /// Those that cannot.
    pub broken: Vec<Broken>,
}

/// An attachment's key with a value that is no record of it, or a newer program's.
#[derive(Debug)]
pub struct Broken {
    /// The key.
    pub key: String,
    /// Whose attachment it is by its key.
    pub owner: Option<Owner>,
    /// What is wrong with it; names the key.
    pub error: Error,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.error)?;
        self.error
            .hints()
            .iter()
            .try_for_each(|hint| write!(f, "; {hint}"))
    }
}

impl Found {
    pub(super) fn of(pairs: &[KeyValue]) -> Self {
        let mut found = Self::default();
        for pair in pairs {
            match read(pair) {
                Ok(record) => found.records.push(record),
                Err(error) => found.broken.push(Broken {
                    key: String::from_utf8_lossy(&pair.key).into_owned(),
                    owner: keys::parse_attachment(&pair.key),
                    error,
                }),
            }
        }
        found
    }
}

fn read(pair: &KeyValue) -> Result<AttachmentRecord> {
    let record: AttachmentRecord = decode(&pair.key, &pair.value)?;
    match keys::attachment(&record.owner) == pair.key {
        true => Ok(record),
        // Whatever is done about a record is done to the one under its own key.
        false => Err(Error::failed(format!(
            "the record `{}` is of another attachment, `{}`",
            crate::spec::shown(&String::from_utf8_lossy(&pair.key)),
            record.owner
        ))
        .hint("something else wrote it; delete it if nothing needs it")),
    }
}

impl Registry<'_> {
    /// All attachments of this host.
    ///
    /// # Errors
    /// If the store fails.
    pub fn attachments(&self) -> Result<Found> {
        let pairs = self.kv.prefix(&keys::attachments(self.host))?;
        Ok(Found::of(&pairs))
    }

    /// The attachments of one target of this host, those that cannot be read included.
    ///
    /// # Errors
    /// If the store fails.
    pub fn all_of_target(&self, target: &Target) -> Result<Found> {
        let pairs = self.kv.prefix(&keys::of_target(self.host, target))?;
        Ok(Found::of(&pairs))
    }

    /// Whether anything is recorded of a target.
    ///
    /// # Errors
    /// If the store fails.
    pub fn knows(&self, target: &Target) -> Result<bool> {
        let request = RangeRequest::prefix(keys::of_target(self.host, target)).limit(1);
        Ok(!self.kv.range(&request)?.kvs.is_empty())
    }
}
