//! What changes users and roles, and what is stored of it.

use super::*;

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
