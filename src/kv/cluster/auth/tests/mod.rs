//! Users and roles, from commands to checks.

mod checks;
mod commands;
mod tokens;

use super::*;

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
