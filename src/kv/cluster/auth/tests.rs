//! Commands and checks, end to end.

use std::time::Duration;

use super::*;
use crate::kv::cluster::Change;
use crate::kv::{Compare, DeleteRequest, Op, PutRequest, Txn};

fn who(state: &AuthState, user: &str) -> Identity {
    Identity {
        user: user.to_owned(),
        auth_revision: state.revision(),
    }
}

fn do_all(state: &mut AuthState, commands: impl IntoIterator<Item = AuthCommand>) {
    for command in commands {
        state.apply(1, &Identity::member(), &command).unwrap();
    }
}

fn user(name: &str) -> AuthCommand {
    AuthCommand::UserAdd {
        name: name.to_owned(),
        hash: Some(b"hash".to_vec()),
    }
}

fn role(name: &str) -> AuthCommand {
    AuthCommand::RoleAdd {
        name: name.to_owned(),
    }
}

fn give(user: &str, role: &str) -> AuthCommand {
    AuthCommand::UserGrantRole {
        user: user.to_owned(),
        role: role.to_owned(),
    }
}

fn permit(role: &str, access: Access, key: &str, range_end: &str) -> AuthCommand {
    AuthCommand::RoleGrantPermission {
        role: role.to_owned(),
        permission: Permission {
            access,
            key: key.into(),
            range_end: range_end.into(),
        },
    }
}

/// With the user root, and alice, who reads `[a, c)`, writes `[b, d)` and has all of `k`.
fn enabled() -> AuthState {
    let mut state = AuthState::default();
    do_all(
        &mut state,
        [
            user("root"),
            give("root", "root"),
            user("alice"),
            role("reader"),
            role("writer"),
            permit("reader", Access::Read, "a", "c"),
            permit("writer", Access::Write, "b", "d"),
            permit("writer", Access::ReadWrite, "k", ""),
            give("alice", "reader"),
            give("alice", "writer"),
            AuthCommand::Enable,
        ],
    );
    state
}

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
fn only_root_with_the_role_turns_it_on() {
    let mut state = AuthState::default();
    let nobody = Identity::nobody();
    let enable = |state: &mut AuthState| state.apply(1, &nobody, &AuthCommand::Enable);
    assert_eq!(enable(&mut state), Err(EtcdError::RootUserNotExist));
    do_all(&mut state, [user("root")]);
    assert_eq!(enable(&mut state), Err(EtcdError::RootRoleNotExist));
    do_all(&mut state, [give("root", "root")]);
    let revision = state.revision();
    assert_eq!(enable(&mut state).unwrap().rows.len(), 1);
    assert_eq!(state.revision(), revision);
    // And nobody else turns it off.
    let off = AuthCommand::Disable;
    assert_eq!(state.apply(2, &nobody, &off), Err(EtcdError::UserEmpty));
    let root = who(&state, "root");
    state.apply(2, &root, &off).unwrap();
    assert_eq!((state.enabled(), state.revision()), (false, revision + 1));
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

#[test]
fn a_refused_command_changes_nothing() {
    let mut state = enabled();
    let before = state.rows();
    let name = |name: &str| name.to_owned();
    let alice = who(&state, "alice");
    let root = who(&state, "root");
    let add = state.apply(1, &alice, &user("bob"));
    assert_eq!(add, Err(EtcdError::PermissionDenied));
    for (command, refusal) in [
        (user(""), EtcdError::UserEmpty),
        (user("alice"), EtcdError::UserAlreadyExists),
        (role(""), EtcdError::RoleEmpty),
        (role("reader"), EtcdError::RoleAlreadyExists),
        (give("bob", "none"), EtcdError::UserNotFound),
        (give("alice", "none"), EtcdError::RoleNotFound),
        (
            permit("none", Access::Read, "a", ""),
            EtcdError::RoleNotFound,
        ),
        (
            permit("reader", Access::Read, "b", "a"),
            EtcdError::InvalidAuthMgmt,
        ),
        (
            permit("reader", Access::Read, "", ""),
            EtcdError::InvalidAuthMgmt,
        ),
        (
            AuthCommand::UserDelete { name: name("root") },
            EtcdError::InvalidAuthMgmt,
        ),
        (
            AuthCommand::UserDelete { name: name("bob") },
            EtcdError::UserNotFound,
        ),
        (
            AuthCommand::RoleDelete { name: name("root") },
            EtcdError::InvalidAuthMgmt,
        ),
        (
            AuthCommand::RoleDelete { name: name("none") },
            EtcdError::RoleNotFound,
        ),
        (
            AuthCommand::UserRevokeRole {
                user: name("root"),
                role: name("root"),
            },
            EtcdError::InvalidAuthMgmt,
        ),
        (
            AuthCommand::UserRevokeRole {
                user: name("alice"),
                role: name("root"),
            },
            EtcdError::RoleNotGranted,
        ),
        (
            AuthCommand::UserChangePassword {
                name: name("bob"),
                hash: Vec::new(),
            },
            EtcdError::UserNotFound,
        ),
        (
            AuthCommand::RoleRevokePermission {
                role: name("reader"),
                key: b"a".to_vec(),
                range_end: Vec::new(),
            },
            EtcdError::PermissionNotGranted,
        ),
        (
            AuthCommand::Authenticate {
                user: name("bob"),
                prefix: name("x"),
            },
            EtcdError::AuthFailed,
        ),
    ] {
        assert_eq!(state.apply(1, &root, &command), Err(refusal), "{command:?}");
    }
    // What is there already is no error, and no change.
    for command in [give("alice", "reader"), AuthCommand::Enable] {
        assert_eq!(
            state.apply(1, &root, &command),
            Ok(Applied::default()),
            "{command:?}"
        );
    }
    assert_eq!(state.rows(), before);
}

#[test]
fn the_rows_are_the_state() {
    let mut stored = std::collections::BTreeMap::new();
    let mut state = AuthState::default();
    assert_eq!(AuthState::from_rows::<&[u8], &[u8]>([]).unwrap(), state);
    let no_password = AuthCommand::UserAdd {
        name: "bob".to_owned(),
        hash: None,
    };
    let delete = |name: &str| AuthCommand::UserDelete {
        name: name.to_owned(),
    };
    for command in [
        user("root"),
        give("root", "root"),
        user("alice"),
        no_password,
        role("r"),
        permit("r", Access::Read, "a", "b"),
        permit("r", Access::Write, "a", "\0"),
        give("alice", "r"),
        give("bob", "r"),
        AuthCommand::Enable,
        delete("alice"),
        AuthCommand::RoleDelete {
            name: "r".to_owned(),
        },
    ] {
        let applied = state.apply(1, &Identity::member(), &command).unwrap();
        for (key, value) in applied.rows {
            match value {
                Some(value) => stored.insert(key, value),
                None => stored.remove(&key),
            };
        }
        // What was written command by command is what a snapshot has, and both are read back.
        assert_eq!(
            state.rows(),
            stored.clone().into_iter().collect::<Vec<_>>(),
            "{command:?}"
        );
        assert_eq!(AuthState::from_rows(&stored).unwrap(), state, "{command:?}");
    }
    for (key, value) in [
        (&b"user/x"[..], &b"\xff"[..]),
        (b"settings", b""),
        (b"other", b""),
    ] {
        assert!(AuthState::from_rows([(key, value)]).is_err(), "{key:?}");
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(work)
}

fn claim(token: Option<&str>, name: Option<&str>) -> Claim {
    Claim {
        token: token.map(str::to_owned),
        common_name: name.map(str::to_owned),
    }
}

fn authenticate(auth: &Auth, index: u64, user: &str) -> Option<String> {
    let command = AuthCommand::Authenticate {
        user: user.to_owned(),
        prefix: "abc".to_owned(),
    };
    auth.apply(index, &Identity::member(), &command)
        .unwrap()
        .token
}

#[test]
fn a_token_is_its_owner_until_the_owner_changes() {
    let auth = Auth::new(&AuthOptions::default(), enabled());
    let token = authenticate(&auth, 7, "alice");
    assert_eq!(token.as_deref(), Some("abc.7"));
    auth.applied(7);
    let ask = claim(token.as_deref(), None);
    let alice = run(auth.identify(&ask)).unwrap();
    assert_eq!(alice, who(&auth.state(), "alice"));
    let change = AuthCommand::UserChangePassword {
        name: "alice".to_owned(),
        hash: b"other".to_vec(),
    };
    auth.apply(8, &Identity::member(), &change).unwrap();
    auth.applied(8);
    assert_eq!(run(auth.identify(&ask)), Err(EtcdError::InvalidAuthToken));
    // Off and on again: nobody is known any more.
    let token = authenticate(&auth, 9, "alice");
    let ask = claim(token.as_deref(), None);
    assert_eq!(run(auth.identify(&ask)).unwrap().user, "alice");
    auth.apply(10, &Identity::member(), &AuthCommand::Disable)
        .unwrap();
    assert!(run(auth.identify(&ask)).unwrap().is_nobody());
    auth.apply(11, &Identity::member(), &AuthCommand::Enable)
        .unwrap();
    auth.applied(11);
    assert_eq!(run(auth.identify(&ask)), Err(EtcdError::InvalidAuthToken));
}

#[test]
fn a_token_that_others_know_is_waited_for() {
    let mut auth = Auth::new(&AuthOptions::default(), enabled());
    auth.token_wait = Duration::from_millis(50);
    run(async {
        let ask = claim(Some("abc.7"), None);
        let catching_up = async {
            authenticate(&auth, 7, "alice");
            auth.applied(7);
        };
        let (found, ()) = tokio::join!(auth.identify(&ask), catching_up);
        assert_eq!(found.unwrap().user, "alice");
    });
    // But not forever, and not at all if its time is over.
    for (token, waits) in [("abc.99", true), ("abc.5", false), ("abc", false)] {
        let start = Instant::now();
        let found = run(auth.identify(&claim(Some(token), None)));
        assert_eq!(found, Err(EtcdError::InvalidAuthToken), "{token}");
        assert_eq!(start.elapsed() >= auth.token_wait, waits, "{token}");
    }
}

#[test]
fn a_certificate_names_the_user_where_it_counts() {
    let options = AuthOptions {
        client_cert_auth: true,
        ..AuthOptions::default()
    };
    let auth = Auth::new(&options, enabled());
    let named = claim(None, Some("alice"));
    assert_eq!(
        run(auth.identify(&named)).unwrap(),
        who(&auth.state(), "alice")
    );
    authenticate(&auth, 7, "root");
    let both = claim(Some("abc.7"), Some("alice"));
    assert_eq!(run(auth.identify(&both)).unwrap().user, "root");
    let does_not_count = Auth::new(&AuthOptions::default(), enabled());
    assert!(run(does_not_count.identify(&named)).unwrap().is_nobody());
}

#[test]
fn a_snapshot_keeps_tokens_and_takes_users_over() {
    let auth = Auth::new(&AuthOptions::default(), enabled());
    authenticate(&auth, 7, "alice");
    let mut state = enabled();
    do_all(&mut state, [user("carol")]);
    auth.install(state);
    let alice = run(auth.identify(&claim(Some("abc.7"), None))).unwrap();
    assert_eq!(alice, who(&auth.state(), "alice"));
    assert!(auth.state().user_get(&Identity::member(), "carol").is_ok());
    auth.install(AuthState::default());
    assert!(!auth.enabled());
}

#[test]
fn passwords_are_checked_as_of_a_revision() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let options = AuthOptions {
        bcrypt_cost: 4,
        ..AuthOptions::default()
    };
    let auth = Auth::new(&options, AuthState::default());
    let check = |name: &str, password: &str| {
        runtime.block_on(auth.check_password(name, password.to_owned()))
    };
    assert_eq!(check("alice", "secret"), Err(EtcdError::AuthNotEnabled));
    auth.install(enabled());
    let hash = runtime.block_on(auth.hash("secret".to_owned())).unwrap();
    let add = |name: &str, hash| AuthCommand::UserAdd {
        name: name.to_owned(),
        hash,
    };
    for command in [add("dave", Some(hash)), add("cert", None)] {
        auth.apply(1, &Identity::member(), &command).unwrap();
    }
    assert_eq!(check("dave", "secret"), Ok(auth.state().revision()));
    assert_eq!(check("dave", "Secret"), Err(EtcdError::AuthFailed));
    assert_eq!(check("nobody", "secret"), Err(EtcdError::AuthFailed));
    assert_eq!(check("cert", ""), Err(no_password()));
}
