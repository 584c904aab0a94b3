//! One list of calls, made to real etcd and to netpipe: the answers are the same.

use std::fmt::Debug;

use netpipe::kv::proto::authpb::permission::Type;
use netpipe::kv::proto::authpb::{Permission, UserAddOptions};
use netpipe::kv::proto::etcdserverpb as pb;
use pb::auth_client::AuthClient;
use pb::kv_client::KvClient;
use tonic::transport::Channel;
use tonic::{Request, Response, Status};

use super::servers::{Etcd, Netpipe};

/// What a server answered, call by call.
struct Talk {
    auth: AuthClient<Channel>,
    kv: KvClient<Channel>,
    token: Option<String>,
    heard: Vec<String>,
}

/// Makes a call and keeps what is answered, but for the header.
macro_rules! ask {
    ($talk:ident, $client:ident.$call:ident, $request:expr) => {{
        let asked = $request;
        let what = format!(
            "{} {:?} as {:?}",
            stringify!($call),
            asked,
            $talk.token.is_some()
        );
        let request = $talk.signed(asked);
        let answer = $talk.$client.$call(request).await.map(|answer| {
            let mut answer = answer.into_inner();
            answer.header = None;
            answer
        });
        $talk.keep(&what, &answer);
        answer
    }};
}

impl Talk {
    fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            request
                .metadata_mut()
                .insert("token", token.parse().unwrap());
        }
        request
    }

    fn keep<T: Debug>(&mut self, what: &str, answer: &Result<T, Status>) {
        let heard = match answer {
            Ok(answer) => format!("{what}: {answer:?}"),
            Err(status) => format!("{what}: {:?} {}", status.code(), status.message()),
        };
        self.heard.push(heard);
    }

    async fn login(&mut self, name: &str, password: &str) {
        let answer: Result<Response<_>, _> = self.auth.authenticate(login(name, password)).await;
        self.token = answer.map(|answer| answer.into_inner().token).ok();
        assert!(self.token.is_some(), "{name} cannot log in");
    }
}

fn login(name: &str, password: &str) -> pb::AuthenticateRequest {
    pb::AuthenticateRequest {
        name: name.into(),
        password: password.into(),
    }
}

fn user(name: &str, password: &str) -> pb::AuthUserAddRequest {
    pb::AuthUserAddRequest {
        name: name.into(),
        password: password.into(),
        ..Default::default()
    }
}

fn role(name: &str) -> pb::AuthRoleAddRequest {
    pb::AuthRoleAddRequest { name: name.into() }
}

fn give(user: &str, role: &str) -> pb::AuthUserGrantRoleRequest {
    pb::AuthUserGrantRoleRequest {
        user: user.into(),
        role: role.into(),
    }
}

fn take(user: &str, role: &str) -> pb::AuthUserRevokeRoleRequest {
    pb::AuthUserRevokeRoleRequest {
        name: user.into(),
        role: role.into(),
    }
}

fn permit(role: &str, access: Type, key: &str, end: &str) -> pb::AuthRoleGrantPermissionRequest {
    pb::AuthRoleGrantPermissionRequest {
        name: role.into(),
        perm: Some(Permission {
            perm_type: access.into(),
            key: key.into(),
            range_end: end.into(),
        }),
    }
}

fn forbid(role: &str, key: &str, end: &str) -> pb::AuthRoleRevokePermissionRequest {
    pb::AuthRoleRevokePermissionRequest {
        role: role.into(),
        key: key.into(),
        range_end: end.into(),
    }
}

fn range(key: &str, end: &str) -> pb::RangeRequest {
    pb::RangeRequest {
        key: key.into(),
        range_end: end.into(),
        count_only: true,
        ..Default::default()
    }
}

fn put(key: &str) -> pb::PutRequest {
    pb::PutRequest {
        key: key.into(),
        value: b"value".to_vec(),
        ..Default::default()
    }
}

/// Users and roles while authentication is off, and what keeps it from being turned on.
async fn setting_up(t: &mut Talk) {
    let _ = ask!(t, auth.auth_status, pb::AuthStatusRequest {});
    let _ = ask!(t, auth.authenticate, login("root", "rootpwd"));
    let _ = ask!(t, auth.auth_enable, pb::AuthEnableRequest {});
    for (name, password) in [
        ("", "x"),
        ("root", "rootpwd"),
        ("root", "x"),
        ("alice", "secret"),
    ] {
        let _ = ask!(t, auth.user_add, user(name, password));
    }
    let _ = ask!(t, auth.user_add, user("long", &"x".repeat(73)));
    let no_password = pb::AuthUserAddRequest {
        options: Some(UserAddOptions { no_password: true }),
        ..user("cert", "")
    };
    let _ = ask!(t, auth.user_add, no_password);
    let _ = ask!(t, auth.auth_enable, pb::AuthEnableRequest {});
    for name in ["", "reader", "reader", "writer", "gone"] {
        let _ = ask!(t, auth.role_add, role(name));
    }
    for (user, role) in [
        ("root", "root"),
        ("nobody", "reader"),
        ("alice", "none"),
        ("alice", "writer"),
        ("alice", "reader"),
        ("alice", "reader"),
        ("alice", "gone"),
    ] {
        let _ = ask!(t, auth.user_grant_role, give(user, role));
    }
    for (role, access, key, end) in [
        ("none", Type::Read, "a", ""),
        ("reader", Type::Read, "", ""),
        ("reader", Type::Read, "b", "a"),
        ("reader", Type::Read, "x", "\0"),
        ("reader", Type::Read, "a", "c"),
        ("writer", Type::Read, "b", "d"),
        ("writer", Type::Write, "b", "d"),
        ("writer", Type::Readwrite, "k", ""),
        ("reader", Type::Read, "p", "q"),
    ] {
        let _ = ask!(
            t,
            auth.role_grant_permission,
            permit(role, access, key, end)
        );
    }
    let nothing = pb::AuthRoleGrantPermissionRequest {
        name: "reader".into(),
        perm: None,
    };
    let _ = ask!(t, auth.role_grant_permission, nothing);
    for (role, key, end) in [
        ("none", "a", ""),
        ("reader", "a", "b"),
        ("reader", "p", "q"),
    ] {
        let _ = ask!(t, auth.role_revoke_permission, forbid(role, key, end));
    }
    let gone = || pb::AuthRoleDeleteRequest {
        role: "gone".into(),
    };
    let _ = ask!(t, auth.role_delete, gone());
    let _ = ask!(t, auth.role_delete, gone());
    let _ = ask!(t, auth.user_revoke_role, take("alice", "gone"));
    let _ = ask!(t, auth.user_revoke_role, take("nobody", "gone"));
    looks(t).await;
    let _ = ask!(t, auth.auth_enable, pb::AuthEnableRequest {});
    let _ = ask!(t, auth.auth_enable, pb::AuthEnableRequest {});
}

/// Everything that looks at users and roles.
async fn looks(t: &mut Talk) {
    for name in ["root", "alice", "nobody"] {
        let _ = ask!(
            t,
            auth.user_get,
            pb::AuthUserGetRequest { name: name.into() }
        );
    }
    for role in ["root", "reader", "writer", "none"] {
        let _ = ask!(
            t,
            auth.role_get,
            pb::AuthRoleGetRequest { role: role.into() }
        );
    }
    let _ = ask!(t, auth.user_list, pb::AuthUserListRequest {});
    let _ = ask!(t, auth.role_list, pb::AuthRoleListRequest {});
    let _ = ask!(t, auth.auth_status, pb::AuthStatusRequest {});
}

/// Reads and writes of all sorts of ranges.
async fn touches(t: &mut Talk) {
    for key in ["\0", "a", "a\0", "b", "c", "d", "k", "k\0", "p", "x", "z"] {
        for end in ["", "\0", "a", "b", "c", "c\0", "d", "k\0", "l", "y"] {
            // What etcd says of a range that ends before it begins depends on the shape of a
            // tree in its memory.
            if end <= "\0" || key <= end {
                let _ = ask!(t, kv.range, range(key, end));
            }
        }
        let _ = ask!(t, kv.put, put(key));
    }
}

/// What must not be done while authentication is on, by whoever asks.
async fn refused(t: &mut Talk) {
    let root = || "root".to_owned();
    let _ = ask!(
        t,
        auth.user_delete,
        pb::AuthUserDeleteRequest { name: root() }
    );
    let _ = ask!(
        t,
        auth.role_delete,
        pb::AuthRoleDeleteRequest { role: root() }
    );
    let _ = ask!(t, auth.user_revoke_role, take("root", "root"));
    let _ = ask!(t, auth.user_add, user("root", "again"));
    let _ = ask!(t, auth.role_add, role("reader"));
    let _ = ask!(t, auth.user_grant_role, give("nobody", "reader"));
    let bad_hash = pb::AuthUserChangePasswordRequest {
        name: "alice".into(),
        hashed_password: "?".into(),
        ..Default::default()
    };
    if t.token.is_some() {
        let _ = ask!(t, auth.user_change_password, bad_hash);
    }
}

async fn talk(port: u16) -> Vec<String> {
    let url = format!("http://127.0.0.1:{port}");
    let channel = Channel::from_shared(url).unwrap().connect().await.unwrap();
    let mut talk = Talk {
        auth: AuthClient::new(channel.clone()),
        kv: KvClient::new(channel),
        token: None,
        heard: Vec::new(),
    };
    let t = &mut talk;
    setting_up(t).await;
    // Nobody, and who only says to be somebody.
    for token in [None, Some("abc"), Some("abcdefghijklmnop.1"), Some("x.y")] {
        t.token = token.map(str::to_owned);
        looks(t).await;
        refused(t).await;
        let _ = ask!(t, kv.range, range("a", ""));
        let _ = ask!(t, kv.put, put("b"));
        let _ = ask!(t, auth.auth_disable, pb::AuthDisableRequest {});
    }
    t.token = None;
    for (name, password) in [("root", "x"), ("nobody", "x"), ("cert", ""), ("cert", "x")] {
        let _ = ask!(t, auth.authenticate, login(name, password));
    }
    t.login("alice", "secret").await;
    looks(t).await;
    refused(t).await;
    touches(t).await;
    let _ = ask!(t, auth.auth_disable, pb::AuthDisableRequest {});
    let alice = t.token.clone();
    t.login("root", "rootpwd").await;
    looks(t).await;
    refused(t).await;
    touches(t).await;
    // The token stays hers while her rights change, and ends with her password.
    let _ = ask!(t, auth.user_revoke_role, take("alice", "writer"));
    let root = std::mem::replace(&mut t.token, alice.clone());
    let _ = ask!(t, kv.put, put("b"));
    let _ = ask!(t, kv.range, range("a", ""));
    t.token = root;
    let change = pb::AuthUserChangePasswordRequest {
        name: "alice".into(),
        password: "other".into(),
        ..Default::default()
    };
    let _ = ask!(t, auth.user_change_password, change);
    let root = std::mem::replace(&mut t.token, alice);
    let _ = ask!(t, kv.range, range("a", ""));
    let _ = ask!(t, auth.authenticate, login("alice", "secret"));
    t.login("alice", "other").await;
    let _ = ask!(t, kv.range, range("a", ""));
    t.token = root;
    let _ = ask!(t, auth.auth_disable, pb::AuthDisableRequest {});
    t.token = None;
    looks(t).await;
    let _ = ask!(t, kv.put, put("b"));
    talk.heard
}

#[test]
fn etcd_and_netpipe_answer_alike() {
    let (_etcd, port) = Etcd::alone();
    let netpipe = Netpipe::alone("http", &[]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (etcd, netpipe) = runtime.block_on(async { tokio::join!(talk(port), talk(netpipe.port)) });
    assert!(etcd.len() > 300, "{} calls", etcd.len());
    let differ: Vec<_> = etcd
        .iter()
        .zip(&netpipe)
        .filter(|(left, right)| left != right)
        .collect();
    assert!(
        differ.is_empty(),
        "{} of {} differ: {differ:#?}",
        differ.len(),
        etcd.len()
    );
}
