//! Who may do what.

use super::*;
use crate::kv::cluster::Change;
use crate::kv::{Compare, DeleteRequest, Op, PutRequest, Txn};

fn no_leases(_: i64) -> Checked<Vec<Vec<u8>>> {
    Ok(Vec::new())
}

#[test]
fn everything_is_allowed_while_authentication_is_off() {
    let state = AuthState::default();
    let nobody = Identity::nobody();
    assert_eq!(state.check_admin(&nobody), Ok(()));
    assert_eq!(state.check_identified(&nobody), Ok(()));
    assert_eq!(
        state.check_range(&nobody, b"a", b"", Access::ReadWrite),
        Ok(())
    );
    assert_eq!(state.user_list(&nobody), Ok(Vec::new()));
}

#[test]
fn a_range_needs_the_right_for_all_of_it() {
    use Access::{Read, Write};
    let state = enabled();
    let alice = who(&state, "alice");
    let denied = Err(EtcdError::PermissionDenied);
    for (key, end, access, allowed) in [
        ("a", "", Read, true),
        ("a", "", Write, false),
        ("a", "c", Read, true),
        ("a", "c\0", Read, false),
        ("b", "c", Read, true),
        ("b", "c", Write, true),
        ("b", "d", Write, true),
        ("b", "d", Read, false),
        ("a", "d", Write, false),
        ("a", "\0", Read, false),
        ("\0", "\0", Read, false),
        ("k", "", Read, true),
        ("k", "", Write, true),
        ("k", "k\0", Read, true),
        ("k", "l", Read, false),
        ("k\0", "", Read, false),
        ("z", "", Read, false),
    ] {
        let found = state.check_range(&alice, key.as_bytes(), end.as_bytes(), access);
        let expected = if allowed { Ok(()) } else { denied.clone() };
        assert_eq!(found, expected, "{key:?} {end:?} {access:?}");
    }
    let root = who(&state, "root");
    assert_eq!(
        state.check_range(&root, b"\0", b"\0", Access::ReadWrite),
        Ok(())
    );
    let bob = who(&state, "bob");
    assert_eq!(state.check_range(&bob, b"a", b"", Read), denied);
    let nobody = Identity::nobody();
    assert_eq!(
        state.check_range(&nobody, b"a", b"", Read),
        Err(EtcdError::UserEmpty)
    );
    assert_eq!(
        state.check_range(&Identity::member(), b"a", b"", Write),
        Ok(())
    );
}

#[test]
fn rights_are_as_of_the_moment_they_are_used() {
    let mut state = enabled();
    let alice = who(&state, "alice");
    let read = |state: &AuthState, who| state.check_range(who, b"a", b"", Access::Read);
    assert_eq!(read(&state, &alice), Ok(()));
    do_all(&mut state, [user("bob")]);
    assert_eq!(read(&state, &alice), Err(EtcdError::AuthOldRevision));
    assert_eq!(state.check_current(&alice), Err(EtcdError::AuthOldRevision));
    let alice = who(&state, "alice");
    assert_eq!(read(&state, &alice), Ok(()));
    let revoke = AuthCommand::RoleRevokePermission {
        role: "reader".to_owned(),
        key: b"a".to_vec(),
        range_end: b"c".to_vec(),
    };
    do_all(&mut state, [revoke]);
    assert_eq!(
        read(&state, &who(&state, "alice")),
        Err(EtcdError::PermissionDenied)
    );
    let narrow = permit("writer", Access::Read, "k", "");
    do_all(&mut state, [narrow]);
    let alice = who(&state, "alice");
    let write = state.check_range(&alice, b"k", b"", Access::Write);
    assert_eq!(write, Err(EtcdError::PermissionDenied));
    let gone = AuthCommand::RoleDelete {
        name: "writer".to_owned(),
    };
    do_all(&mut state, [gone]);
    let alice = who(&state, "alice");
    assert_eq!(
        state.user_get(&alice, "alice"),
        Ok(vec!["reader".to_owned()])
    );
    let read = state.check_range(&alice, b"k", b"", Access::Read);
    assert_eq!(read, Err(EtcdError::PermissionDenied));
}

#[test]
fn a_transaction_needs_the_rights_of_both_branches() {
    let state = enabled();
    let alice = who(&state, "alice");
    let check = |txn: &Txn| state.check_txn(&alice, txn, &no_leases);
    let denied = Err(EtcdError::PermissionDenied);
    assert_eq!(
        check(&Txn::when([Compare::exists("a")]).then([Op::put("b", "")])),
        Ok(())
    );
    assert_eq!(check(&Txn::when([Compare::exists("c")])), denied);
    assert_eq!(check(&Txn::when([Compare::exists("a").over("d")])), denied);
    assert_eq!(check(&Txn::all([Op::put("a", "")])), denied);
    assert_eq!(check(&Txn::default().otherwise([Op::put("a", "")])), denied);
    assert_eq!(check(&Txn::all([Op::get("c")])), denied);
    assert_eq!(check(&Txn::all([Op::delete_range("b", "d")])), Ok(()));
    assert_eq!(check(&Txn::all([Op::delete_range("b", "e")])), denied);
    let within = Txn::all([Op::Txn(Txn::all([Op::get("a"), Op::get("z")]))]);
    assert_eq!(check(&within), denied);
    // What was there before is read.
    let put = PutRequest {
        key: b"c".to_vec(),
        prev_kv: true,
        ..PutRequest::default()
    };
    assert_eq!(check(&Txn::all([Op::Put(put)])), denied);
    let delete = DeleteRequest {
        key: b"c".to_vec(),
        prev_kv: true,
        ..DeleteRequest::default()
    };
    assert_eq!(check(&Txn::all([Op::DeleteRange(delete.clone())])), denied);
    let blind = DeleteRequest {
        prev_kv: false,
        ..delete
    };
    assert_eq!(check(&Txn::all([Op::DeleteRange(blind)])), Ok(()));
}

#[test]
fn a_lease_is_for_those_who_may_write_its_keys() {
    let state = enabled();
    let (alice, root) = (who(&state, "alice"), who(&state, "root"));
    let leases = |id| {
        Ok(match id {
            1 => vec![b"b".to_vec(), b"k".to_vec()],
            2 => vec![b"b".to_vec(), b"z".to_vec()],
            _ => Vec::new(),
        })
    };
    let denied = Err(EtcdError::PermissionDenied);
    let attach = |lease| Change::Txn(Txn::all([Op::put_leased("b", "", lease)]));
    let revoke = Change::LeaseRevoke;
    for (change, allowed) in [
        (attach(1), true),
        (attach(2), false),
        (attach(3), true),
        (revoke(1), true),
        (revoke(2), false),
        (revoke(3), true),
    ] {
        let expected = if allowed { Ok(()) } else { denied.clone() };
        assert_eq!(
            state.check_change(&alice, &change, &leases),
            expected,
            "{change:?}"
        );
        assert_eq!(
            state.check_change(&root, &change, &leases),
            Ok(()),
            "{change:?}"
        );
    }
    let nobody = Identity::nobody();
    for change in [
        revoke(3),
        Change::LeaseGrant { id: 7, ttl: 9 },
        Change::Compact(2),
    ] {
        let refused = state.check_change(&nobody, &change, &leases);
        assert_eq!(refused, Err(EtcdError::UserEmpty), "{change:?}");
        let member = Identity::member();
        assert_eq!(
            state.check_change(&member, &change, &leases),
            Ok(()),
            "{change:?}"
        );
    }
    let compact = state.check_change(&alice, &Change::Compact(2), &leases);
    assert_eq!(compact, denied);
    let shown = state.check_lease_read(&alice, &[b"a".to_vec(), b"c".to_vec()]);
    assert_eq!(shown, denied);
}

#[test]
fn users_may_look_at_themselves() {
    let state = enabled();
    let (alice, root) = (who(&state, "alice"), who(&state, "root"));
    let denied = EtcdError::PermissionDenied;
    assert!(state.user_get(&alice, "alice").is_ok());
    assert_eq!(state.user_get(&alice, "root"), Err(denied.clone()));
    assert!(state.role_get(&alice, "reader").is_ok());
    assert_eq!(state.role_get(&alice, "root"), Err(denied.clone()));
    assert_eq!(state.user_list(&alice), Err(denied.clone()));
    assert_eq!(state.role_list(&alice), Err(denied));
    assert_eq!(state.user_get(&root, "bob"), Err(EtcdError::UserNotFound));
    assert_eq!(state.role_get(&root, "none"), Err(EtcdError::RoleNotFound));
    assert_eq!(state.user_list(&root).unwrap(), ["alice", "root"]);
    assert_eq!(state.role_list(&root).unwrap(), ["reader", "writer"]);
}
