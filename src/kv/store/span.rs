//! Etcd's rules for the end of a range.

use std::ops::Bound;

/// The ends of a range of rows, as redb takes them.
pub(super) type Bounds<'a> = (Bound<&'a [u8]>, Bound<&'a [u8]>);

/// The keys that a key and a range end stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span<'a> {
    /// One key.
    Point(&'a [u8]),
    /// Every key at or after this one.
    From(&'a [u8]),
    /// From the first key up to, without, the second.
    Between(&'a [u8], &'a [u8]),
}

impl<'a> Span<'a> {
    /// Reads etcd's rules for `range_end`.
    pub(super) fn new(key: &'a [u8], range_end: &'a [u8]) -> Self {
        match range_end {
            [] => Self::Point(key),
            [0] => Self::From(key),
            end => Self::Between(key, end),
        }
    }

    /// Whether a key is one of them.
    pub(super) fn contains(&self, candidate: &[u8]) -> bool {
        match self {
            Self::Point(key) => candidate == *key,
            Self::From(key) => candidate >= *key,
            Self::Between(key, end) => candidate >= *key && candidate < *end,
        }
    }

    /// The bounds in a table sorted by key; `None` if the range is empty.
    pub(super) fn bounds(self) -> Option<Bounds<'a>> {
        match self {
            Self::Point(key) => Some((Bound::Included(key), Bound::Included(key))),
            Self::From(key) => Some((Bound::Included(key), Bound::Unbounded)),
            // redb, like `BTreeMap`, takes a start after the end as a mistake of the caller.
            Self::Between(key, end) if key >= end => None,
            Self::Between(key, end) => Some((Bound::Included(key), Bound::Excluded(end))),
        }
    }
}
