//! Which branches a transaction takes. All compares, nested ones too, see the state before the
//! transaction, as etcd's `compareToPath` has it.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::kv::{
    Compare, CompareOp, CompareTarget, KeyValue, Op, RangeRequest, Result, SortTarget, Txn,
};

use super::read;
use super::tables::{Meta, Tables};

/// The branch a transaction takes, and those its nested transactions take, in order.
#[derive(Debug)]
pub(super) struct Path {
    /// Whether the compares hold.
    pub(super) succeeded: bool,
    /// The paths of the transactions in the branch taken.
    pub(super) nested: Vec<Path>,
}

/// Evaluates the compares of a transaction and of those within.
pub(super) fn choose(tables: &Tables, meta: Meta, txn: &Txn) -> Result<Path> {
    let mut succeeded = true;
    for compare in &txn.compares {
        succeeded = succeeded && holds(tables, meta, compare)?;
    }
    let nested = branch(txn, succeeded)
        .iter()
        .filter_map(|op| match op {
            Op::Txn(nested) => Some(choose(tables, meta, nested)),
            _ => None,
        })
        .collect::<Result<_>>()?;
    Ok(Path { succeeded, nested })
}

/// Returns the operations of the branch.
pub(super) fn branch(txn: &Txn, succeeded: bool) -> &[Op] {
    if succeeded {
        &txn.success
    } else {
        &txn.failure
    }
}

fn holds(tables: &Tables, meta: Meta, compare: &Compare) -> Result<bool> {
    let by_value = matches!(compare.target, CompareTarget::Value(_));
    let mut request = RangeRequest::range(compare.key.clone(), compare.range_end.clone());
    request.keys_only = !by_value;
    request.sort_target = SortTarget::Key;
    let kvs = read::range(tables, meta, &request, &HashSet::new())?.kvs;
    if kvs.is_empty() {
        return Ok(!by_value && meets(compare, &KeyValue::default()));
    }
    Ok(kvs.iter().all(|kv| meets(compare, kv)))
}

fn meets(compare: &Compare, kv: &KeyValue) -> bool {
    let order = match &compare.target {
        CompareTarget::Version(version) => kv.version.cmp(version),
        CompareTarget::Create(revision) => kv.create_revision.cmp(revision),
        CompareTarget::Mod(revision) => kv.mod_revision.cmp(revision),
        CompareTarget::Value(value) => kv.value.cmp(value),
        CompareTarget::Lease(lease) => kv.lease.cmp(lease),
    };
    match compare.op {
        CompareOp::Equal => order == Ordering::Equal,
        CompareOp::NotEqual => order != Ordering::Equal,
        CompareOp::Less => order == Ordering::Less,
        CompareOp::Greater => order == Ordering::Greater,
    }
}
