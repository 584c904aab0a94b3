//! States on their way to other members and into files.

use netpipe::kv::cluster::TypeConfig;
use netpipe::kv::cluster::machine::{Machine, Position, restore, status};
use openraft::alias::SnapshotMetaOf;
use openraft::storage::{RaftSnapshotBuilder as _, RaftStateMachine as _};

use super::support::{Log, all, hash, index, open};
use crate::crash::dice;

async fn bytes_of(machine: &Machine) -> (SnapshotMetaOf<TypeConfig>, Vec<u8>) {
    let snapshot = machine.clone().build_snapshot().await.unwrap();
    let mut pieces = snapshot.snapshot.pieces().unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await.unwrap() {
        bytes.extend(piece);
    }
    (snapshot.meta, bytes)
}

async fn install(
    machine: &Machine,
    meta: &SnapshotMetaOf<TypeConfig>,
    bytes: &[u8],
) -> std::io::Result<()> {
    let mut incoming = machine.receive()?;
    for piece in bytes.chunks(1000) {
        incoming.write(piece)?;
    }
    let snapshot = incoming.finish();
    machine.clone().install_snapshot(meta, snapshot).await
}

#[tokio::test]
async fn a_member_takes_another_ones_state_over() {
    let [here, there] = [0; 2].map(|_| tempfile::tempdir().unwrap());
    let (machine, mut log) = (open(here.path()), Log::of(21, 500));
    log.apply(&machine, 1, 400).await;
    let other = open(there.path());
    Log::of(22, 50).apply(&other, 1, 50).await;
    let (meta, bytes) = bytes_of(&machine).await;
    // What is applied after it is not in it.
    let wanted = all(&machine);
    install(&other, &meta, &bytes).await.unwrap();
    assert_eq!(all(&other), wanted);
    assert_eq!(other.position(), machine.position());
    drop(other);
    let other = open(there.path());
    assert_eq!(all(&other), wanted, "after a restart");
    for machine in [&machine, &other] {
        log.apply(machine, 401, 500).await;
    }
    assert_eq!(all(&other), all(&machine));
    assert_eq!(bytes_of(&other).await.1, bytes_of(&machine).await.1);
    let files: Vec<_> = std::fs::read_dir(there.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[tokio::test]
async fn a_damaged_snapshot_changes_nothing() {
    let [here, there] = [0; 2].map(|_| tempfile::tempdir().unwrap());
    let machine = open(here.path());
    Log::of(23, 200).apply(&machine, 1, 200).await;
    let other = open(there.path());
    Log::of(24, 50).apply(&other, 1, 50).await;
    let (meta, bytes) = bytes_of(&machine).await;
    let before = all(&other);
    let mut dice = dice(25);
    let mut bad: Vec<Vec<u8>> = vec![Vec::new(), vec![0; 100], vec![0xff; 1 << 20]];
    for _ in 0..20 {
        let at = dice() as usize % bytes.len();
        bad.push(bytes[..at].to_vec());
        bad.push(bytes.clone());
        bad.last_mut().unwrap()[at] ^= 1 << (dice() % 8);
    }
    for bytes in bad {
        install(&other, &meta, &bytes).await.unwrap_err();
        assert_eq!(all(&other), before);
    }
    let elsewhere = SnapshotMetaOf::<TypeConfig>::default();
    install(&other, &elsewhere, &bytes).await.unwrap_err();
    other.fold().await.unwrap();
    install(&other, &meta, &bytes).await.unwrap();
    assert_eq!(all(&other), all(&machine));
}

#[tokio::test]
async fn a_saved_file_has_etcds_sum_and_makes_a_new_member() {
    let [here, there] = [0; 2].map(|_| tempfile::tempdir().unwrap());
    let machine = open(here.path());
    Log::of(31, 300).apply(&machine, 1, 300).await;
    let mut saved = machine.save().await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = saved.next().await.unwrap() {
        bytes.extend(piece);
    }
    assert_eq!(bytes.len() as u64, saved.length);
    assert_eq!(bytes.len() % 512, 32, "etcdctl looks for that");
    let file = there.path().join("saved");
    std::fs::write(&file, &bytes).unwrap();
    let told = status(&file).unwrap();
    assert_eq!(told.hash, hash(&machine).hash);
    assert_eq!(told.head.revision, machine.revision());
    let position = Position {
        applied: Some(openraft::testing::log_id::<TypeConfig>(1, 9, 1)),
        ..Position::default()
    };
    let dir = tempfile::tempdir().unwrap();
    restore(&file, dir.path(), &position).unwrap();
    let error = restore(&file, dir.path(), &position).unwrap_err();
    assert!(error.to_string().contains("there is a state"), "{error}");
    let other = open(dir.path());
    assert_eq!(all(&other), all(&machine));
    assert_eq!(index(&other), 1);
    for at in [0, 20, bytes.len() / 2, bytes.len() - 1] {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        std::fs::write(&file, bad).unwrap();
        let error = status(&file).unwrap_err();
        assert!(error.to_string().contains("sum"), "{error}");
    }
}

#[tokio::test]
async fn defragmentation_keeps_everything_but_the_room() {
    let dir = tempfile::tempdir().unwrap();
    let machine = open(dir.path());
    let mut log = Log::of(41, 3000);
    log.apply(&machine, 1, 2000).await;
    machine.fold().await.unwrap();
    log.changes.truncate(2000);
    let revision = machine.revision();
    log.changes
        .push(netpipe::kv::cluster::Change::Compact(revision));
    log.apply(&machine, 2001, 2001).await;
    machine.fold().await.unwrap();
    let (before, size) = (all(&machine), machine.size());
    machine.defragment().await.unwrap();
    assert_eq!(all(&machine), before);
    assert!(machine.size() < size, "{} of {size}", machine.size());
    (0..50).for_each(|_| log.extend());
    log.apply(&machine, 2002, 2051).await;
    machine.fold().await.unwrap();
    let before = all(&machine);
    drop(machine);
    assert_eq!(all(&open(dir.path())), before);
}
