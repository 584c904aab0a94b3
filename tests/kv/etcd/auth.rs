//! Users, and tokens that end.

use netpipe::kv::Kv;
use netpipe::kv::etcd::{Access, Connection, EtcdKv, User};
use netpipe::kv::proto::etcdserverpb as pb;

use super::cluster::{Cluster, Release};

fn access(urls: &str, user: Option<(&str, &str)>) -> Access {
    let mut access = Access::parse(urls).unwrap();
    access.user = user.map(|(name, password)| User {
        name: name.to_owned(),
        password: password.to_owned(),
    });
    access
}

async fn enable(connection: &Connection) {
    let mut auth = connection.auth();
    auth.user_add(pb::AuthUserAddRequest {
        name: "root".to_owned(),
        password: "secret".to_owned(),
        ..Default::default()
    })
    .await
    .unwrap();
    let role = pb::AuthRoleAddRequest {
        name: "root".to_owned(),
    };
    auth.role_add(role).await.unwrap();
    let grant = pb::AuthUserGrantRoleRequest {
        user: "root".to_owned(),
        role: "root".to_owned(),
    };
    auth.user_grant_role(grant).await.unwrap();
    auth.auth_enable(pb::AuthEnableRequest {}).await.unwrap();
}

#[test]
fn a_user_is_known_by_the_password() {
    let cluster = Cluster::start(Release::V35, 1);
    let urls = cluster.urls();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let root = Some(("root", "secret"));
    // Before there are users, one that is given does no harm.
    let kv = EtcdKv::open(&access(&urls, root)).unwrap();
    kv.put(b"a", b"1").unwrap();
    runtime.block_on(async { enable(&access(&urls, None).connect().await.unwrap()).await });
    // What was open before gets its token now.
    kv.put(b"a", b"2").unwrap();

    // Off and on again: no token of before is good any more.
    runtime.block_on(async {
        let connection = access(&urls, root).connect().await.unwrap();
        let mut auth = connection.auth();
        auth.auth_disable(pb::AuthDisableRequest {}).await.unwrap();
        auth.auth_enable(pb::AuthEnableRequest {}).await.unwrap();
    });
    kv.put(b"a", b"3").unwrap();
    assert_eq!(kv.get(b"a").unwrap().unwrap().version, 3);
    assert_eq!(kv.lease_grant(60, 0).unwrap().ttl, 60);

    let anonymous = EtcdKv::open(&access(&urls, None)).unwrap();
    let error = netpipe::Error::from(anonymous.get(b"a").unwrap_err());
    assert!(error.hints()[0].contains("--kv-user"), "{error}");
    let wrong = EtcdKv::open(&access(&urls, Some(("root", "wrong"))));
    let error = wrong.err().unwrap();
    assert!(
        error.to_string().contains("authentication failed"),
        "{error}"
    );
    assert!(
        !format!("{error:?}").contains("wrong"),
        "the password is shown"
    );
}
