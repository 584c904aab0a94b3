//! Reads: ranges of keys as of a revision.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;

use crate::kv::{
    KeyValue, KvError, LeaseId, LeaseTtl, RangeRequest, RangeResponse, Result, Revision, SortOrder,
    SortTarget,
};

use super::codec::{decode_history_key, decode_record, escape_key, take_i64};
use super::span::Span;
use super::tables::{Meta, Tables};
use super::{UnixMillis, lease};

/// The answers to reads, from one state of the tables at one time.
pub struct Reader<'t> {
    tables: &'t Tables,
    meta: Meta,
    now: UnixMillis,
}

impl<'t> Reader<'t> {
    /// Reads where the store stands.
    ///
    /// # Errors
    /// A storage failure, or a store written by a newer netpipe.
    pub fn begin(tables: &'t Tables, now: UnixMillis) -> Result<Self> {
        let meta = Meta::load(&tables.meta)?;
        Ok(Self { tables, meta, now })
    }

    /// Returns the revision of the last change.
    pub fn revision(&self) -> Revision {
        self.meta.revision
    }

    /// Returns the revision of the last compaction; 0 if there was none.
    pub fn compacted(&self) -> Revision {
        self.meta.compacted
    }

    pub(super) fn meta(&self) -> Meta {
        self.meta
    }

    pub(super) fn tables(&self) -> &Tables {
        self.tables
    }

    /// Answers a range request, without the keys of expired leases unless it asks for an earlier
    /// revision, at which they were there.
    ///
    /// # Errors
    /// As [`crate::kv::Kv::range`].
    pub fn range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        check(request, self.meta)?;
        range(self.tables, self.meta, request, &self.expired()?)
    }

    /// Returns what is left of a lease; see [`crate::kv::Kv::lease_time_to_live`].
    ///
    /// # Errors
    /// A storage failure.
    pub fn lease_time_to_live(&self, id: LeaseId, keys: bool) -> Result<LeaseTtl> {
        let unknown = LeaseTtl {
            id,
            ttl: -1,
            granted_ttl: 0,
            keys: Vec::new(),
            revision: self.meta.revision,
        };
        let Some(lease) = lease::find(&self.tables.leases, id)? else {
            return Ok(unknown);
        };
        let Some(ttl) = lease::seconds_left(lease, self.now) else {
            return Ok(unknown);
        };
        let keys = if keys {
            lease::keys(&self.tables.leases, id)?
        } else {
            Vec::new()
        };
        Ok(LeaseTtl {
            ttl,
            granted_ttl: lease.ttl,
            keys,
            ..unknown
        })
    }

    /// Returns the ids of the leases that have not expired, ascending.
    ///
    /// # Errors
    /// A storage failure.
    pub fn leases(&self) -> Result<Vec<LeaseId>> {
        lease::list(&self.tables.leases, self.now)
    }

    fn expired(&self) -> Result<HashSet<LeaseId>> {
        Ok(lease::expired(&self.tables.leases, self.now)?
            .into_iter()
            .map(|(_, id)| id)
            .collect())
    }
}

/// Refuses a range request that has no answer.
pub(super) fn check(request: &RangeRequest, meta: Meta) -> Result<()> {
    if request.key.is_empty() {
        Err(KvError::EmptyKey)
    } else if request.revision > meta.revision {
        Err(KvError::FutureRevision)
    } else if request.revision > 0 && request.revision < meta.compacted {
        Err(KvError::Compacted)
    } else {
        Ok(())
    }
}

/// Answers a request that [`check`] has passed; `hidden` are the leases whose keys are as good as
/// deleted.
pub(super) fn range(
    tables: &Tables,
    meta: Meta,
    request: &RangeRequest,
    hidden: &HashSet<LeaseId>,
) -> Result<RangeResponse> {
    let mut picked = Picked::new(request);
    let span = Span::new(&request.key, &request.range_end);
    if request.revision > 0 && request.revision < meta.revision {
        for (key, row) in rows_at(tables, span, request.revision)? {
            picked.take(&key, &row)?;
        }
    } else if let Span::Point(key) = span {
        if let Some(row) = tables.current.get(key)? {
            let lease = decode_record(&[], row.value(), false)?.lease;
            if lease == 0 || !hidden.contains(&lease) {
                picked.take(key, row.value())?;
            }
        }
    } else if let Some(bounds) = span.bounds() {
        for entry in tables.current.range(bounds)? {
            let (key, row) = entry?;
            let lease = decode_record(&[], row.value(), false)?.lease;
            if lease == 0 || !hidden.contains(&lease) {
                picked.take(key.value(), row.value())?;
            }
        }
    }
    Ok(picked.finish(meta.revision))
}

/// Collects the rows of a span as they were at `revision`, below the current one.
fn rows_at(
    tables: &Tables,
    span: Span<'_>,
    revision: Revision,
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut rows = BTreeMap::new();
    let Some(bounds) = span.bounds() else {
        return Ok(rows);
    };
    for entry in tables.current.range(bounds)? {
        let (key, row) = entry?;
        if decode_record(&[], row.value(), false)?.mod_revision <= revision {
            rows.insert(key.value().to_vec(), row.value().to_vec());
        }
    }
    let (start, end) = match span {
        Span::Point(key) => {
            let mut end = escape_key(key);
            end.extend_from_slice(&[u8::MAX; 9]);
            (escape_key(key), Some(end))
        }
        Span::From(key) => (escape_key(key), None),
        Span::Between(key, end) => (escape_key(key), Some(escape_key(end))),
    };
    let end = end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    for entry in tables
        .history
        .range((Bound::Included(start.as_slice()), end))?
    {
        let (key, row) = entry?;
        let (key, begun) = decode_history_key(key.value())?;
        let (ended, row) = take_i64(row.value())?;
        if begun <= revision && revision < ended {
            rows.insert(key, row.to_vec());
        }
    }
    Ok(rows)
}

/// The rows of an answer, as they are found in the order of their keys.
struct Picked<'a> {
    request: &'a RangeRequest,
    kvs: Vec<KeyValue>,
    count: i64,
    /// How many rows are worth keeping: one more than the limit shows that there is more.
    keep: usize,
}

impl<'a> Picked<'a> {
    fn new(request: &'a RangeRequest) -> Self {
        // etcd takes the limit before it sorts by a target without an order, but for filters
        // (`rangeLimit` in server/etcdserver/txn/range.go).
        let filtered = [
            request.min_mod_revision,
            request.max_mod_revision,
            request.min_create_revision,
            request.max_create_revision,
        ] != [0; 4];
        let sorted = match request.sort_order {
            SortOrder::Descend => true,
            SortOrder::Ascend => request.sort_target != SortTarget::Key,
            SortOrder::None => request.sort_target != SortTarget::Key && filtered,
        };
        let keep = match usize::try_from(request.limit) {
            Ok(limit) if limit > 0 && !sorted => limit.saturating_add(1),
            _ => usize::MAX,
        };
        Self {
            request,
            kvs: Vec::new(),
            count: 0,
            keep,
        }
    }

    fn take(&mut self, key: &[u8], row: &[u8]) -> Result<()> {
        self.count += 1;
        if self.request.count_only || self.kvs.len() >= self.keep {
            return Ok(());
        }
        let with_value = !self.request.keys_only || self.request.sort_target == SortTarget::Value;
        let kv = decode_record(key, row, with_value)?;
        if self.passes(&kv) {
            self.kvs.push(kv);
        }
        Ok(())
    }

    fn passes(&self, kv: &KeyValue) -> bool {
        let r = self.request;
        let within = |value, min, max| (min == 0 || value >= min) && (max == 0 || value <= max);
        within(kv.mod_revision, r.min_mod_revision, r.max_mod_revision)
            && within(
                kv.create_revision,
                r.min_create_revision,
                r.max_create_revision,
            )
    }

    fn finish(mut self, revision: Revision) -> RangeResponse {
        let (target, order) = (self.request.sort_target, self.request.sort_order);
        if (target, order) != (SortTarget::Key, SortOrder::None) {
            // Stable, so that equal keys stay sorted by key in both directions.
            self.kvs.sort_by(|a, b| match order {
                SortOrder::Descend => compare_by(target, b, a),
                SortOrder::None | SortOrder::Ascend => compare_by(target, a, b),
            });
        }
        let limit = usize::try_from(self.request.limit)
            .ok()
            .filter(|limit| *limit > 0);
        let more = limit.is_some_and(|limit| self.kvs.len() > limit);
        self.kvs.truncate(limit.unwrap_or(usize::MAX));
        if self.request.keys_only {
            self.kvs.iter_mut().for_each(|kv| kv.value = Vec::new());
        }
        RangeResponse {
            revision,
            kvs: self.kvs,
            more,
            count: self.count,
        }
    }
}

fn compare_by(target: SortTarget, a: &KeyValue, b: &KeyValue) -> Ordering {
    match target {
        SortTarget::Key => a.key.cmp(&b.key),
        SortTarget::Version => a.version.cmp(&b.version),
        SortTarget::Create => a.create_revision.cmp(&b.create_revision),
        SortTarget::Mod => a.mod_revision.cmp(&b.mod_revision),
        SortTarget::Value => a.value.cmp(&b.value),
    }
}
