//! Alarms: what a member has found out that all must heed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kv::cluster::{Change, EtcdError, MemberId};
use crate::kv::{Op, Txn};

/// What is wrong (etcd: `AlarmType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AlarmKind {
    /// A member's store has grown to its quota: nothing more is stored.
    NoSpace,
    /// A member's state is not that of the others: nothing is answered.
    Corrupt,
}

/// An alarm (etcd: `AlarmMember`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alarm {
    /// What is wrong.
    pub kind: AlarmKind,
    /// With which member.
    pub member: MemberId,
}

/// What is asked of the alarms (etcd: `AlarmRequest`). The answer is the alarms that this is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmRequest {
    /// Tell those of a kind; of `None` all.
    Get(Option<AlarmKind>),
    /// Raise one.
    Raise(Alarm),
    /// End one.
    End(Alarm),
}

/// The alarms that are on.
pub(super) type Alarms = BTreeSet<Alarm>;

/// Answers, and changes the alarms; returns whether they did.
pub(super) fn apply(alarms: &mut Alarms, request: AlarmRequest) -> (Vec<Alarm>, bool) {
    match request {
        AlarmRequest::Get(kind) => {
            let asked = alarms
                .iter()
                .filter(|alarm| kind.is_none_or(|k| k == alarm.kind));
            (asked.copied().collect(), false)
        }
        AlarmRequest::Raise(alarm) => (vec![alarm], alarms.insert(alarm)),
        AlarmRequest::End(alarm) if alarms.remove(&alarm) => (vec![alarm], true),
        AlarmRequest::End(_) => (Vec::new(), false),
    }
}

/// Refuses a change that the alarms do not allow (etcd: `applierV3Capped`, `applierV3Corrupt`).
pub(super) fn check(alarms: &Alarms, change: &Change) -> Result<(), EtcdError> {
    if alarms.is_empty() {
        return Ok(());
    }
    let on = |kind| alarms.iter().any(|alarm| alarm.kind == kind);
    match change {
        Change::Txn(_)
        | Change::Compact(_)
        | Change::LeaseGrant { .. }
        | Change::LeaseRevoke(_)
            if on(AlarmKind::Corrupt) =>
        {
            Err(EtcdError::Corrupt)
        }
        Change::Txn(txn) if puts(txn) && on(AlarmKind::NoSpace) => Err(EtcdError::NoSpace),
        Change::LeaseGrant { .. } if on(AlarmKind::NoSpace) => Err(EtcdError::NoSpace),
        _ => Ok(()),
    }
}

/// Whether either branch stores anything.
fn puts(txn: &Txn) -> bool {
    txn.success.iter().chain(&txn.failure).any(|op| match op {
        Op::Put(_) => true,
        Op::Txn(nested) => puts(nested),
        Op::DeleteRange(_) | Op::Range(_) => false,
    })
}
