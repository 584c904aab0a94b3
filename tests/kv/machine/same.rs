//! The same log gives the same state, folded or not, and after a restart.

use std::sync::{Arc, Mutex};

use netpipe::kv::cluster::Change;
use netpipe::kv::cluster::machine::Observer;
use netpipe::kv::store::{Event, EventsRequest};
use netpipe::kv::{KvError, Op, RangeRequest, Revision, Txn};

use super::support::{Log, all, apply, hash, in_memory, index, on, open};
use crate::crash::dice;
use crate::disk::FaultDisk;

#[tokio::test]
async fn the_same_log_gives_the_same_state_whatever_is_folded_when() {
    for seed in 1..=6 {
        let mut log = Log::new(seed);
        let mut dice = dice(seed);
        let plain = in_memory();
        let dir = tempfile::tempdir().unwrap();
        let mut folded = open(dir.path());
        for step in 0..12 {
            let from = log.changes.len() as u64 + 1;
            (0..40).for_each(|_| log.extend());
            let to = log.changes.len() as u64;
            let first = log.apply(&plain, from, to).await;
            // The fold is under way while the next commands are applied.
            let folding = folded.clone();
            let fold = tokio::spawn(async move { folding.fold().await });
            if dice().is_multiple_of(2) {
                tokio::task::yield_now().await;
            }
            let second = log.apply(&folded, from, to).await;
            assert_eq!(format!("{first:?}"), format!("{second:?}"));
            assert_eq!(all(&plain), all(&folded), "seed {seed}, step {step}");
            fold.await.unwrap().unwrap();
            assert_eq!(
                all(&plain),
                all(&folded),
                "seed {seed}, step {step}, folded"
            );
            if dice().is_multiple_of(3) {
                drop(folded);
                folded = open(dir.path());
                let at = index(&folded);
                assert!(at + 40 >= to, "the fold is on the disk");
                log.apply(&folded, at + 1, to).await;
                assert_eq!(all(&plain), all(&folded), "seed {seed}, step {step}, again");
            }
        }
        let [one, other] =
            [plain.hash_kv(0), folded.hash_kv(0)].map(|hash| async { hash.await.unwrap() });
        assert_eq!(one.await, other.await);
    }
}

#[tokio::test]
async fn what_was_compacted_goes_and_counts_in_no_hash() {
    let (swept, kept) = (FaultDisk::default(), in_memory());
    let machine = on(&swept);
    let mut at = 0;
    for number in 0..300 {
        let change = Change::Txn(Txn::all([Op::put("key", vec![number as u8; 2000])]));
        at += 1;
        for machine in [&machine, &kept] {
            apply(machine, at, change.clone()).await;
        }
    }
    machine.fold().await.unwrap();
    let before = machine.size_in_use();
    at += 1;
    for machine in [&machine, &kept] {
        apply(machine, at, Change::Compact(290)).await;
    }
    machine.fold().await.unwrap();
    assert!(
        machine.size_in_use() < before / 10,
        "{} of {before}",
        machine.size_in_use()
    );
    assert_eq!(hash(&machine), hash(&kept));
    let read =
        |revision| machine.read(|reader| reader.range(&RangeRequest::key("key").at(revision)));
    assert!(matches!(read(289), Err(KvError::Compacted)));
    assert_eq!(read(290).unwrap().kvs[0].mod_revision, 290);
    let error = machine.hash_kv(289).await.unwrap_err();
    assert!(error.to_string().contains("compacted"), "{error}");
    let error = machine.hash_kv(999).await.unwrap_err();
    assert!(error.to_string().contains("future revision"), "{error}");
    let size = machine.size();
    assert!(machine.defragment().await.is_err(), "there is no directory");
    assert_eq!(machine.size(), size);
}

#[derive(Debug, Default)]
struct Told(Mutex<Vec<(Revision, Vec<Event>)>>);

impl Observer for Told {
    fn wants(&self) -> bool {
        true
    }

    fn happened(&self, revision: Revision, events: &Arc<[Event]>) {
        self.0.lock().unwrap().push((revision, events.to_vec()));
    }

    fn replaced(&self, _revision: Revision) {}
}

#[tokio::test]
async fn what_is_told_as_it_happens_is_what_is_read_later() {
    let machine = in_memory();
    let told = Arc::new(Told::default());
    machine.observe(told.clone());
    let mut log = Log::of(7, 400);
    log.changes
        .retain(|change| !matches!(change, Change::Compact(_)));
    let length = log.changes.len() as u64;
    log.apply(&machine, 1, length).await;
    let told = told.0.lock().unwrap();
    let live: Vec<_> = told.iter().flat_map(|(_, events)| events.clone()).collect();
    assert!(live.len() > 100);
    let mut request = EventsRequest {
        key: vec![0],
        range_end: vec![0],
        from: 2,
        prev_kv: true,
        limit: 7,
    };
    let mut later = Vec::new();
    while request.from <= machine.revision() {
        let found = machine.events(&request).unwrap();
        assert!(found.next > request.from, "it goes on");
        later.extend(found.events);
        request.from = found.next;
    }
    assert_eq!(live, later);
    for (revision, events) in told.iter() {
        assert!(
            events
                .iter()
                .all(|event| event.kv.mod_revision == *revision)
        );
    }
    let some = machine.events(&EventsRequest {
        key: b"kkey/3".to_vec(),
        range_end: b"kkey/4".to_vec(),
        from: 2,
        prev_kv: false,
        limit: usize::MAX,
    });
    let wanted = live
        .iter()
        .filter(|event| event.is_in(b"kkey/3", b"kkey/4"));
    let wanted: Vec<_> = wanted.map(|event| &event.kv).collect();
    let some = some.unwrap().events;
    assert!(!some.is_empty() && some.iter().all(|event| event.prev_kv.is_none()));
    assert_eq!(
        some.iter().map(|event| &event.kv).collect::<Vec<_>>(),
        wanted
    );
}

#[tokio::test]
async fn an_event_at_the_compacted_revision_is_told_and_none_before() {
    let machine = in_memory();
    let put = |value: &str| Change::Txn(Txn::all([Op::put("key", value)]));
    let delete = Change::Txn(Txn::all([Op::delete("key")]));
    for (index, change) in (1..).zip([put("1"), put("2"), delete, Change::Compact(4), put("3")]) {
        apply(&machine, index, change).await;
    }
    machine.fold().await.unwrap();
    let events = |from| {
        machine.events(&EventsRequest {
            key: b"key".to_vec(),
            range_end: Vec::new(),
            from,
            prev_kv: true,
            limit: 100,
        })
    };
    assert!(matches!(events(3), Err(KvError::Compacted)));
    let found = events(4).unwrap().events;
    let revisions: Vec<_> = found.iter().map(|event| event.kv.mod_revision).collect();
    assert_eq!(revisions, [4, 5], "the deletion too");
}
