//! Which transactions can be repeated.

use crate::kv::{Compare, CompareOp, CompareTarget, Op, Txn};

/// Whether a transaction that was done cannot be done again: what it changes makes one of its own
/// conditions false, and it changes nothing where they are.
pub(super) fn is_guarded(txn: &Txn) -> bool {
    let ends = |compare: &Compare| txn.success.iter().any(|op| falsifies(op, compare));
    !txn.failure.iter().any(changes) && txn.compares.iter().any(ends)
}

/// Whether an operation can change anything.
pub(super) fn changes(op: &Op) -> bool {
    match op {
        Op::Put(_) | Op::DeleteRange(_) => true,
        Op::Range(_) => false,
        Op::Txn(nested) => nested.success.iter().chain(&nested.failure).any(changes),
    }
}

/// Whether a condition that held cannot hold after the operation.
fn falsifies(op: &Op, compare: &Compare) -> bool {
    if compare.op != CompareOp::Equal || !compare.range_end.is_empty() {
        return false;
    }
    let target = &compare.target;
    match op {
        Op::Put(put) if put.key == compare.key => match target {
            // The version grows, and the revision with it; a key that was missing is there.
            CompareTarget::Version(_) | CompareTarget::Mod(_) | CompareTarget::Create(0) => true,
            CompareTarget::Value(value) => !put.ignore_value && put.value != *value,
            CompareTarget::Create(_) | CompareTarget::Lease(_) => false,
        },
        Op::DeleteRange(delete) if delete.key == compare.key => match target {
            CompareTarget::Version(seen)
            | CompareTarget::Mod(seen)
            | CompareTarget::Create(seen) => *seen != 0,
            CompareTarget::Value(_) => true,
            CompareTarget::Lease(_) => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_guarded;
    use crate::kv::{Compare, Op, Txn};

    #[test]
    fn compare_and_swap_can_be_repeated_and_blind_writes_cannot() {
        let when = |compare: Compare, op: Op| Txn::when([compare]).then([op]);
        for txn in [
            when(Compare::missing("a"), Op::put("a", "1")),
            when(Compare::mod_revision("a", 7), Op::put("a", "1")),
            when(Compare::mod_revision("a", 7), Op::delete("a")),
            when(Compare::version("a", 3), Op::put("a", "1")),
            when(Compare::create_revision("a", 3), Op::delete("a")),
            when(Compare::value("a", "0"), Op::put("a", "1")),
            when(Compare::value("a", "0"), Op::delete("a")),
            when(Compare::missing("a"), Op::put("a", "1")).otherwise([Op::get("a")]),
        ] {
            assert!(is_guarded(&txn), "{txn:?}");
        }
        for txn in [
            Txn::all([Op::put("a", "1")]),
            Txn::all([Op::delete("a")]),
            when(Compare::missing("a"), Op::delete("a")),
            when(Compare::missing("a"), Op::put("b", "1")),
            when(Compare::exists("a"), Op::put("a", "1")),
            when(Compare::create_revision("a", 3), Op::put("a", "1")),
            when(Compare::value("a", "1"), Op::put("a", "1")),
            when(Compare::missing("a").over("b"), Op::put("a", "1")),
            when(Compare::missing("a"), Op::put("a", "1")).otherwise([Op::put("b", "1")]),
        ] {
            assert!(!is_guarded(&txn), "{txn:?}");
        }
    }
}
