//! Members that come, learn, vote, and go.

use netpipe::kv::proto::etcdserverpb as pb;
use tonic::Code;

use crate::support::{Cluster, until};

#[tokio::test]
async fn a_learner_is_promoted_once_it_has_caught_up() {
    let mut cluster = Cluster::started(1).await;
    for number in 0..50 {
        cluster.members[0]
            .put(&format!("k{number}"), "v")
            .await
            .unwrap();
    }
    let new = cluster.prepare("late");
    let peer = cluster.members[new].peer.clone();
    let id = cluster.members[0].add(&peer, true).await.unwrap();
    let again = cluster.members[0].add(&peer, true).await.unwrap_err();
    assert_eq!(again.message(), "etcdserver: Peer URLs already exists");
    let early = cluster.members[0].promote(id).await.unwrap_err();
    assert_eq!(
        early.message(),
        "etcdserver: can only promote a learner member which is in sync with leader"
    );
    cluster.start(new, &["--initial-cluster-state", "existing"]);
    cluster.ready().await;
    until("it can be promoted", || async {
        cluster.members[0].promote(id).await.ok()
    })
    .await;
    let twice = cluster.members[0].promote(id).await.unwrap_err();
    assert_eq!(twice.code(), Code::FailedPrecondition);
    assert_eq!(
        twice.message(),
        "etcdserver: can only promote a learner member"
    );
    assert_eq!(cluster.members[new].id().await, id);
    assert_eq!(cluster.members[new].count().await.unwrap(), 50);
    let listed = cluster.members[new].list().await.unwrap();
    assert!(listed.iter().all(|member| !member.is_learner));
    assert_eq!(listed.len(), 2);
}

#[tokio::test]
async fn a_member_that_lost_its_data_comes_back_as_another_by_a_snapshot() {
    let mut cluster = Cluster::new(3);
    cluster.flags.extend([
        "--snapshot-count=20".into(),
        "--snapshot-catchup-entries=5".into(),
    ]);
    cluster.start_all();
    cluster.ready().await;
    let leader = cluster.leader().await;
    let lost = (leader + 1) % 3;
    let old = cluster.members[lost].id().await;
    cluster.members[lost].kill();
    std::fs::remove_dir_all(&cluster.members[lost].data).unwrap();
    for number in 0..100 {
        cluster.members[leader]
            .put(&format!("k{number}"), "v")
            .await
            .unwrap();
    }
    // As the same one it would break what it promised.
    cluster.start(lost, &[]);
    assert!(!cluster.members[lost].wait().success());
    let log = cluster.members[lost].log();
    assert!(log.contains("has already been bootstrapped"), "{log}");
    let _ = std::fs::remove_dir_all(&cluster.members[lost].data);

    cluster.members[leader].remove(old).await.unwrap();
    let unknown = cluster.members[leader].remove(old).await.unwrap_err();
    assert_eq!(unknown.message(), "etcdserver: member not found");
    let peer = cluster.members[lost].peer.clone();
    let new = until("the others are healthy", || async {
        cluster.members[leader].add(&peer, false).await.ok()
    })
    .await;
    assert_ne!(new, old);
    cluster.start(lost, &["--initial-cluster-state", "existing"]);
    cluster.ready().await;
    assert_eq!(cluster.members[lost].id().await, new);
    assert_eq!(cluster.members[lost].count().await.unwrap(), 100);
    // It votes: the cluster goes on without another one.
    until("it votes", || async {
        let status = cluster.members[lost].status().await.ok()?;
        (!status.is_learner).then_some(())
    })
    .await;
    let other = (leader + 2) % 3;
    cluster.members[other].kill();
    cluster.members[leader].put("after", "v").await.unwrap();
}

#[tokio::test]
async fn a_member_that_was_removed_ends() {
    let mut cluster = Cluster::started(3).await;
    let leader = cluster.leader().await;
    let gone = (leader + 1) % 3;
    let id = cluster.members[gone].id().await;
    until("all are healthy", || async {
        cluster.members[leader].remove(id).await.ok()
    })
    .await;
    assert!(cluster.members[gone].wait().success());
    let log = cluster.members[gone].log();
    assert!(
        log.contains("the member has been permanently removed from the cluster"),
        "{log}"
    );
    cluster.members[leader].put("k", "v").await.unwrap();
    // A start finds it out anew.
    cluster.start(gone, &[]);
    assert!(cluster.members[gone].wait().success());
    // The leader can go too.
    let id = cluster.members[leader].id().await;
    cluster.members[(leader + 2) % 3].remove(id).await.unwrap();
    assert!(cluster.members[leader].wait().success());
    until("one is left", || async {
        cluster.members[(leader + 2) % 3].put("k", "w").await.ok()
    })
    .await;
}

#[tokio::test]
async fn the_lead_moves_where_it_is_wanted() {
    let cluster = Cluster::started(3).await;
    let leader = cluster.leader().await;
    let to = (leader + 1) % 3;
    let target_id = cluster.members[to].id().await;
    let request = || pb::MoveLeaderRequest { target_id };
    let elsewhere = cluster.members[to]
        .maintenance()
        .move_leader(request())
        .await;
    assert_eq!(elsewhere.unwrap_err().message(), "etcdserver: not leader");
    let nobody = pb::MoveLeaderRequest { target_id: 1 };
    let bad = cluster.members[leader]
        .maintenance()
        .move_leader(nobody)
        .await;
    assert_eq!(
        bad.unwrap_err().message(),
        "etcdserver: bad leader transferee"
    );
    let mut leading = cluster.members[leader].maintenance();
    leading.move_leader(request()).await.unwrap();
    assert_eq!(cluster.leader().await, to);
}
