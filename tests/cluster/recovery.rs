//! A cluster made anew, of one member or of a snapshot.

use std::io::Write as _;
use std::process::Command;

use netpipe::kv::proto::etcdserverpb as pb;

use crate::support::Cluster;

#[tokio::test]
async fn a_cluster_is_forced_out_of_one_member() {
    let mut cluster = Cluster::started(3).await;
    for number in 0..20 {
        cluster.members[0]
            .put(&format!("k{number}"), "v")
            .await
            .unwrap();
    }
    for member in &mut cluster.members {
        member.kill();
    }
    cluster.start(1, &["--force-new-cluster"]);
    cluster.ready().await;
    assert_eq!(cluster.members[1].count().await.unwrap(), 20);
    assert_eq!(cluster.members[1].list().await.unwrap().len(), 1);
    cluster.members[1].put("after", "v").await.unwrap();
    // It grows again, and who joins gets what was before.
    let new = cluster.prepare("new");
    let peer = cluster.members[new].peer.clone();
    cluster.members[1].add(&peer, false).await.unwrap();
    cluster.start(new, &["--initial-cluster-state", "existing"]);
    cluster.ready().await;
    assert_eq!(cluster.members[new].count().await.unwrap(), 21);
}

#[tokio::test]
async fn a_snapshot_makes_a_cluster() {
    let cluster = Cluster::started(1).await;
    for number in 0..20 {
        cluster.members[0]
            .put(&format!("k{number}"), "v")
            .await
            .unwrap();
    }
    let file = cluster.path("saved");
    let mut maintenance = cluster.members[0].maintenance();
    let pieces = maintenance.snapshot(pb::SnapshotRequest::default()).await;
    let mut pieces = pieces.unwrap().into_inner();
    let mut out = std::fs::File::create(&file).unwrap();
    while let Some(piece) = pieces.message().await.unwrap() {
        out.write_all(&piece.blob).unwrap();
    }
    cluster.members[0].put("later", "v").await.unwrap();
    let old = cluster.members[0].id().await;

    let mut made = Cluster::new(3);
    let restore = |made: &Cluster, number: usize| {
        let member = &made.members[number];
        Command::new(env!("CARGO_BIN_EXE_netpipe"))
            .args(["kv", "snapshot", "restore"])
            .arg(&file)
            .args(["--name", &member.name, "--initial-cluster", &made.initial()])
            .args(["--initial-advertise-peer-urls", &member.peer])
            .args(["--initial-cluster-token", "restored", "--data-dir"])
            .arg(&member.data)
            .output()
            .unwrap()
    };
    for number in 0..3 {
        let run = restore(&made, number);
        assert!(run.status.success(), "{run:?}");
    }
    let twice = restore(&made, 0);
    assert_eq!(twice.status.code(), Some(3), "{twice:?}");
    made.start_all();
    made.ready().await;
    for member in &made.members {
        assert_eq!(member.count().await.unwrap(), 20);
        assert_ne!(member.id().await, old);
    }
    made.members[2].put("after", "v").await.unwrap();
}
