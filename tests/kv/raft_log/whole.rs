//! The log as a member uses it: with threads, in a directory, full, large.

use std::sync::Arc;
use std::time::{Duration, Instant};

use netpipe::kv::cluster::TypeConfig;
use netpipe::kv::cluster::log::files::Directory;
use netpipe::kv::cluster::log::{Log, Settings};
use openraft::entry::RaftEntry;
use openraft::storage::{IOFlushed, RaftLogReader, RaftLogStorage};
use openraft::testing::log_id;
use openraft::type_config::TypeConfigExt;
use tempfile::TempDir;

use super::files::{FaultFiles, Image};
use super::work::{Model, SMALL, Step, Vote, append, entry, open, said, step, wait};

/// Opens a log in a directory of the disk.
pub fn in_directory(directory: &TempDir, settings: Settings) -> Log {
    let files = Directory::open(&directory.path().join("raft")).unwrap();
    Log::open_with(Arc::new(files), settings).unwrap()
}

/// Many appends at once, each told for itself, with a log that goes from segment to segment, purges
/// behind itself, and is read by others all the while.
#[test]
fn appends_at_once_share_syncs() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        segment: 64 << 10,
        cache: 16 << 10,
        alone: false,
        ..SMALL
    };
    let before = wait(async {
        let mut log = in_directory(&directory, settings);
        let mut reader = log.clone();
        let mut told = Vec::new();
        for index in 0..5000 {
            let (tell, flushed) = TypeConfig::oneshot();
            log.append([entry(1, index, 200)], IOFlushed::signal(tell))
                .await
                .unwrap();
            told.push(flushed);
            if index % 50 == 0 {
                tokio::task::yield_now().await;
            }
            if index % 1000 == 700 {
                log.purge(log_id::<TypeConfig>(1, 1, index - 600))
                    .await
                    .unwrap();
                log.save_vote(&Vote::new(index, 1)).await.unwrap();
                log.save_committed(Some(log_id::<TypeConfig>(1, 1, index)))
                    .await
                    .unwrap();
                let some = reader
                    .try_get_log_entries(index - 599..=index)
                    .await
                    .unwrap();
                assert_eq!(some.len(), 600);
                assert_eq!(some[0].index(), index - 599);
                let few = reader
                    .limited_get_log_entries(index - 9, index)
                    .await
                    .unwrap();
                assert_eq!(few.len(), 9);
            }
        }
        for flushed in told {
            flushed.await.unwrap().unwrap();
        }
        let status = log.status();
        assert_eq!(status.syncs.entries, 5000);
        assert!(status.syncs.count < 1000, "{status:?}");
        assert_eq!(status.syncs.buckets.iter().sum::<u64>(), status.syncs.count);
        assert!(status.full.is_none() && status.failed.is_none());
        said(&mut log).await.unwrap()
    });
    assert_eq!(before.entries.len(), 5000 - 4101);
    let mut log = in_directory(&directory, settings);
    assert_eq!(wait(said(&mut log)).unwrap(), before);
    assert_eq!(
        wait(log.read_committed()).unwrap().map(|id| id.index),
        Some(4700)
    );
    let status = log.status();
    // 899 entries of about 280 bytes, in segments of 64 KiB, and a spare.
    assert!(
        status.segments <= 6 && status.bytes <= 7 * (64 << 10),
        "{status:?}"
    );
    assert!(
        status.syncs.count == 0 && status.entries == 899,
        "{status:?}"
    );
}

#[test]
fn a_runtime_that_ends_takes_no_flush_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        alone: false,
        ..SMALL
    };
    let mut log = in_directory(&directory, settings);
    wait(log.append([entry(1, 0, 10)], IOFlushed::noop())).unwrap();
    assert_eq!(log.status().syncs.count, 1);
    let next = append(&mut log, vec![entry(1, 1, 10)]);
    let bound = Duration::from_secs(30);
    wait(async { tokio::time::timeout(bound, next).await })
        .unwrap()
        .unwrap();
}

#[test]
fn what_is_committed_is_written_though_nothing_else_is() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        alone: false,
        ..SMALL
    };
    let file = directory.path().join("raft/0000000001.log");
    wait(async {
        let mut log = in_directory(&directory, settings);
        append(&mut log, vec![entry(1, 0, 10)]).await.unwrap();
        let before = std::fs::read(&file).unwrap();
        let committed = Some(log_id::<TypeConfig>(1, 1, 0));
        log.save_committed(committed).await.unwrap();
        let begun = Instant::now();
        while std::fs::read(&file).unwrap() == before {
            assert!(begun.elapsed() < Duration::from_secs(10));
            tokio::task::yield_now().await;
        }
        assert_eq!(log.status().syncs.count, 1, "a hint is not synced");
        // As if the process had been killed.
        let copy = tempfile::tempdir().unwrap();
        std::fs::create_dir(copy.path().join("raft")).unwrap();
        std::fs::copy(&file, copy.path().join("raft/0000000001.log")).unwrap();
        let mut log = in_directory(&copy, settings);
        assert_eq!(log.read_committed().await.unwrap(), committed);
    });
}

#[test]
fn a_full_disk_refuses_the_append_and_the_log_is_as_it_was() {
    wait(async {
        let files = FaultFiles::holding(&Image::new());
        let mut log = open(&files).unwrap();
        let mut models = vec![Model::default()];
        step(&mut log, &Step::Append(1, 3, 100), &mut models)
            .await
            .unwrap();
        files.limit(Some(files.size()));
        let before = said(&mut log).await.unwrap();
        let large = vec![entry(1, 3, 3000)];
        let error = append(&mut log, large.clone()).await.unwrap_err();
        assert!(
            error.to_string().contains("`/log`: the disk is full"),
            "{error}"
        );
        assert!(
            log.status()
                .full
                .is_some_and(|why| why.contains("the disk is full"))
        );
        assert!(log.status().failed.is_none());
        assert_eq!(said(&mut log).await.unwrap(), before);
        // What needs little room still has it: entries that fit, then votes, and what makes room.
        step(&mut log, &Step::Append(1, 2, 200), &mut models)
            .await
            .unwrap();
        step(&mut log, &Step::Append(1, 1, 700), &mut models)
            .await
            .unwrap();
        append(&mut log, vec![entry(1, 6, 700)]).await.unwrap_err();
        step(&mut log, &Step::Vote(4), &mut models).await.unwrap();
        step(&mut log, &Step::Purge(2), &mut models).await.unwrap();
        let now = said(&mut log).await.unwrap();
        assert_eq!(Some(&now), models.last());
        drop(log);
        let mut log = open(&files).unwrap();
        assert_eq!(said(&mut log).await.unwrap(), now);
        files.limit(None);
        append(&mut log, vec![entry(1, 6, 3000)]).await.unwrap();
        assert!(log.status().full.is_none());
    });
}

#[test]
fn a_disk_that_fails_ends_writing_but_not_reading() {
    wait(async {
        let files = FaultFiles::holding(&Image::new());
        let mut log = open(&files).unwrap();
        append(&mut log, (0..3).map(|i| entry(1, i, 900)).collect())
            .await
            .unwrap();
        let before = said(&mut log).await.unwrap();
        files.fail_sync();
        append(&mut log, vec![entry(1, 3, 10)]).await.unwrap_err();
        assert_eq!(said(&mut log).await.unwrap(), before);
        // The disk may have dropped what it could not write, so nothing is built on it.
        let error = append(&mut log, vec![entry(1, 3, 10)]).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("cannot write the Raft log `/log`"),
            "{error}"
        );
        log.save_vote(&Vote::new(9, 1)).await.unwrap_err();
        assert!(log.status().failed.is_some());
        assert_eq!(said(&mut log).await.unwrap(), before);
        drop(log);
        let mut log = open(&files).unwrap();
        assert_eq!(said(&mut log).await.unwrap(), before);
        append(&mut log, vec![entry(1, 3, 10)]).await.unwrap();
    });
}

#[test]
fn an_entry_that_leaves_a_hole_is_refused() {
    wait(async {
        let mut log = open(&FaultFiles::holding(&Image::new())).unwrap();
        append(&mut log, vec![entry(1, 0, 10)]).await.unwrap();
        let error = append(&mut log, vec![entry(1, 2, 10)]).await.unwrap_err();
        assert!(
            error.to_string().contains("entry 2 does not follow"),
            "{error}"
        );
        append(&mut log, vec![entry(1, 1, 10)]).await.unwrap();
    });
}

/// A million entries have to be open in 2 s. This is a tenth of that, for it is not built for speed,
/// and not alone on the machine.
#[test]
fn a_large_log_is_opened_in_bounded_time() {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    wait(async {
        let mut log = in_directory(&directory, settings);
        for from in (0..100_000).step_by(1000) {
            let entries = (from..from + 1000)
                .map(|index| entry(1, index, 256))
                .collect();
            append(&mut log, entries).await.unwrap();
        }
    });
    let begun = Instant::now();
    let mut log = in_directory(&directory, settings);
    let took = begun.elapsed();
    assert_eq!(log.status().entries, 100_000);
    assert!(took < Duration::from_secs(2), "{took:?}");
    let some = wait(log.try_get_log_entries(49_990..50_010)).unwrap();
    assert!(
        (49_990..)
            .zip(&some)
            .all(|(index, entry)| entry.index() == index)
    );
}
