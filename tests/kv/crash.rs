//! Power cuts and kills at every write and sync: every acknowledged commit must be there
//! afterwards, and no half of one.

use netpipe::kv::local::engine::Engine;
use netpipe::kv::store::Writer;
use netpipe::kv::{Compare, Op, RangeRequest, Result, Txn};

use crate::disk::FaultDisk;

/// One commit of the workload: a counter and two keys that must always agree with it.
fn step(engine: &mut Engine<FaultDisk>, number: u64) -> Result<()> {
    engine.write(0, |writer| change(writer, number))
}

/// As [`step`], with a commit that a power cut may undo.
fn step_later(engine: &mut Engine<FaultDisk>, number: u64) -> Result<()> {
    engine.write_later(0, |writer| change(writer, number))
}

fn change(writer: &mut Writer<'_>, number: u64) -> Result<()> {
    let done = writer.txn(&changes(number))?;
    if number.is_multiple_of(4) {
        writer.compact(done.revision)?;
    }
    assert!(done.succeeded, "the commit before {number} is lost");
    Ok(())
}

fn changes(number: u64) -> Txn {
    let text = number.to_string();
    let filler = vec![number as u8; (number as usize % 5) * 3000];
    let ops = [
        Op::put("counter", text.clone()),
        Op::put(format!("key/{number}"), filler),
        Op::put("mirror", text),
        Op::delete(format!("key/{}", number.saturating_sub(3))),
    ];
    let before = Compare::value("counter", (number - 1).to_string());
    if number == 1 {
        Txn::all(ops)
    } else {
        Txn::when([before]).then(ops)
    }
}

/// The last commit that a disk holds, checked for wholeness; 0 if it holds none.
fn last_commit(engine: &Engine<FaultDisk>) -> u64 {
    engine
        .read(0, |reader| {
            let all = reader.range(&RangeRequest::prefix(""))?.kvs;
            let value = |key: &[u8]| {
                let kv = all.iter().find(|kv| kv.key == key)?;
                Some(String::from_utf8(kv.value.clone()).unwrap())
            };
            let counter = value(b"counter");
            assert_eq!(counter, value(b"mirror"), "half a commit");
            let number = counter.map_or(0, |text| text.parse().unwrap());
            let kept = all.iter().filter(|kv| kv.key.starts_with(b"key/")).count() as u64;
            assert_eq!(kept, number.min(3), "half a commit");
            assert_eq!(reader.revision() as u64, number + 1);
            for kv in all.iter().filter(|kv| kv.key.starts_with(b"key/")) {
                assert!(
                    kv.value
                        .iter()
                        .all(|byte| u64::from(*byte) == kv.mod_revision as u64 - 1)
                );
            }
            Ok(number)
        })
        .unwrap()
}

/// Works until the disk dies; returns the last acknowledged commit.
fn work(disk: &FaultDisk, from: u64, to: u64) -> u64 {
    let Ok(mut engine) = Engine::open(disk.clone()) else {
        return from;
    };
    (from + 1..=to)
        .find(|number| step(&mut engine, *number).is_err())
        .map_or(to, |n| n - 1)
}

/// A small generator, so that a failure comes back with its seed.
pub fn dice(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

/// Ways a power cut treats what was not synced.
fn cuts(disk: &FaultDisk, seed: u64) -> Vec<Vec<u8>> {
    let mut dice = dice(seed);
    let mut odds = |of: u64| disk.after_power_cut(|_| dice().is_multiple_of(of));
    let mut all = vec![odds(2), odds(2), odds(8)];
    all.push(disk.after_power_cut(|_| false));
    all.push(disk.after_power_cut(|sector| sector == usize::MAX));
    // Sector 8 is the journal's first, 264 is redb's.
    for first in [8, 264] {
        all.push(disk.after_power_cut(|sector| sector != first));
        all.push(disk.after_power_cut(|sector| (first..first + 2).contains(&sector)));
        all.push(disk.after_power_cut(|sector| sector > first));
    }
    all.push(disk.cached());
    all
}

/// Checks a disk after a crash, and that it works on from there.
fn check(image: Vec<u8>, acknowledged: u64, begun: u64, what: &str) {
    let disk = FaultDisk::holding(image);
    let mut engine = Engine::open(disk.clone()).unwrap_or_else(|e| panic!("{what}: {e}"));
    let found = last_commit(&engine);
    assert!(
        (acknowledged..=begun).contains(&found),
        "{what}: {found}, not {acknowledged}.."
    );
    step(&mut engine, found + 1).unwrap_or_else(|e| panic!("{what}: {e}"));
    drop(engine);
    let after = FaultDisk::holding(disk.after_power_cut(|_| false));
    assert_eq!(
        last_commit(&Engine::open(after).unwrap()),
        found + 1,
        "{what}"
    );
}

/// Cuts the power at each operation of commits `from + 1..=to` on a disk.
fn cut_everywhere(start: &FaultDisk, from: u64, to: u64, stride: usize) {
    let image = start.cached();
    let whole = FaultDisk::holding(image.clone());
    assert_eq!(work(&whole, from, to), to);
    for operations in (0..whole.operations()).step_by(stride) {
        let disk = FaultDisk::holding(image.clone());
        disk.die_after(operations);
        let acknowledged = work(&disk, from, to);
        for (number, image) in cuts(&disk, operations as u64).into_iter().enumerate() {
            let what = format!("cut {number} after {operations} operations");
            check(image, acknowledged, (acknowledged + 1).min(to), &what);
        }
    }
}

#[test]
fn power_cuts_while_the_store_is_made() {
    cut_everywhere(&FaultDisk::default(), 0, 1, 1);
}

#[test]
fn power_cuts_within_commits() {
    let disk = FaultDisk::default();
    work(&disk, 0, 6);
    cut_everywhere(&disk, 6, 9, 3);
}

/// A disk with commits on it, the last of them the one before which a fold happens next.
fn nearly_full() -> (FaultDisk, u64) {
    let disk = FaultDisk::default();
    let mut number = 0;
    loop {
        let before = FaultDisk::holding(disk.cached());
        let syncs = disk.syncs();
        number += 1;
        work(&disk, number - 1, number);
        if number > 1 && disk.syncs() > syncs + 1 {
            return (before, number - 1);
        }
    }
}

#[test]
fn power_cuts_while_the_journal_is_folded() {
    // The first fold makes redb's part, the second changes it.
    let (first, number) = nearly_full();
    cut_everywhere(&first, number, number + 2, 1);
    let disk = FaultDisk::holding(first.cached());
    let mut number = number + 1;
    work(&disk, number - 1, number);
    loop {
        let before = FaultDisk::holding(disk.cached());
        let syncs = disk.syncs();
        number += 1;
        work(&disk, number - 1, number);
        if disk.syncs() > syncs + 1 {
            cut_everywhere(&before, number - 1, number + 1, 1);
            return;
        }
    }
}

#[test]
fn a_power_cut_after_a_killed_writer_has_a_successor() {
    let disk = FaultDisk::default();
    work(&disk, 0, 5);
    kill_then_cut(&disk, 5);
}

#[test]
fn a_power_cut_after_a_writer_was_killed_in_a_fold() {
    let (disk, number) = nearly_full();
    kill_then_cut(&disk, number);
}

/// Kills a writer at each operation of commit `from + 1`, and cuts the power at some point of
/// what the next one does.
fn kill_then_cut(start: &FaultDisk, from: u64) {
    let whole = FaultDisk::holding(start.cached());
    work(&whole, from, from + 1);
    for operations in 0..whole.operations() {
        // The first writer is killed, and leaves its writes in the page cache, unsynced.
        let disk = FaultDisk::holding(start.cached());
        disk.die_after(operations);
        let before = work(&disk, from, from + 1);
        // The second goes on, and the power goes at some point.
        disk.die_after(usize::MAX);
        let found = last_commit(&Engine::open(disk.clone()).unwrap());
        assert!(found >= before);
        for second in [operations % 17, 1, 2, 3] {
            let disk = disk.copy();
            disk.die_after(second);
            let acknowledged = match work(&disk, found, found + 1) {
                // What was found was not acknowledged either.
                nothing if nothing == found => before,
                number => number,
            };
            for (number, image) in cuts(&disk, operations as u64).into_iter().enumerate() {
                let what = format!("kill after {operations}, cut {number} after {second} more");
                check(image, acknowledged, found + 1, &what);
            }
        }
    }
}

/// Commits that may follow, by turns with ones that may not, until the disk dies. Returns the last
/// one that must be there, the last one that was acknowledged, and the last one begun.
fn work_later(disk: &FaultDisk, from: u64, to: u64, reopen: bool) -> (u64, u64, u64) {
    let mut acknowledged = from;
    let mut engine = None;
    for number in from + 1..=to {
        if reopen {
            engine = None;
        }
        if engine.is_none() {
            engine = Engine::open(disk.clone()).ok();
        }
        let Some(engine) = engine.as_mut() else {
            return (acknowledged, number - 1, number - 1);
        };
        let later = !number.is_multiple_of(3);
        let done = if later {
            step_later(engine, number)
        } else {
            step(engine, number)
        };
        match done {
            Err(_) => return (acknowledged, number - 1, number),
            Ok(()) if later => {}
            Ok(()) => acknowledged = number,
        }
    }
    (acknowledged, to, to)
}

#[test]
fn power_cuts_around_commits_that_may_follow() {
    let disk = FaultDisk::default();
    work(&disk, 0, 6);
    // In the journal, and where it is folded.
    for (start, from) in [(disk, 6), nearly_full()] {
        for reopen in [false, true] {
            power_cuts_around_later(&start, from, reopen);
        }
    }
}

fn power_cuts_around_later(start: &FaultDisk, from: u64, reopen: bool) {
    let to = from.next_multiple_of(3) + 6;
    let image = start.cached();
    let whole = FaultDisk::holding(image.clone());
    assert_eq!(work_later(&whole, from, to, reopen), (to, to, to));
    for operations in 0..whole.operations() {
        let disk = FaultDisk::holding(image.clone());
        disk.die_after(operations);
        let (acknowledged, told, begun) = work_later(&disk, from, to, reopen);
        for (number, image) in cuts(&disk, operations as u64).into_iter().enumerate() {
            let what = format!("cut {number} after {operations} operations");
            check(image, acknowledged, begun, &what);
        }
        let what = format!("kill after {operations} operations");
        check(disk.cached(), told, begun, &what);
    }
}

#[test]
fn a_commit_that_may_follow_is_one_write_and_synced_by_the_next() {
    let disk = FaultDisk::default();
    work(&disk, 0, 5);
    let syncs = disk.syncs();
    disk.die_after(1);
    step_later(&mut Engine::open(disk.clone()).unwrap(), 6).unwrap();
    disk.die_after(usize::MAX);
    let seen = |image| last_commit(&Engine::open(FaultDisk::holding(image)).unwrap());
    assert_eq!((disk.syncs(), seen(disk.cached())), (syncs, 6));
    let shared = Engine::open_shared(disk.clone()).unwrap().unwrap();
    assert_eq!((last_commit(&shared), disk.syncs()), (6, syncs));
    // The power may take it, alone.
    assert_eq!(seen(disk.after_power_cut(|_| false)), 5);
    work(&disk, 6, 7);
    assert_eq!(disk.syncs(), syncs + 1);
    assert_eq!(seen(disk.after_power_cut(|_| false)), 7);
}

#[test]
fn an_engine_kept_sees_what_others_add() {
    let disk = FaultDisk::default();
    step(&mut Engine::open(disk.clone()).unwrap(), 1).unwrap();
    let mut kept = Engine::open(disk.clone()).unwrap();
    let mut stale = 0;
    for number in (2..60).step_by(2) {
        assert_eq!(work(&disk, number - 1, number), number);
        if !kept.resume().unwrap() {
            // Somebody has folded the journal.
            stale += 1;
            kept = Engine::open(disk.clone()).unwrap();
        }
        assert_eq!(last_commit(&kept), number);
        step(&mut kept, number + 1).unwrap();
    }
    assert!((1..=5).contains(&stale), "{stale}");
}

#[test]
fn a_commit_is_one_sync_open_and_close_included() {
    let disk = FaultDisk::default();
    work(&disk, 0, 20);
    let folds = (20..60).filter(|number| {
        let before = disk.syncs();
        assert_eq!(work(&disk, *number, number + 1), number + 1);
        disk.syncs() - before > 1
    });
    let folds = folds.count();
    assert!((1..=5).contains(&folds), "{folds}");
    let before = disk.syncs();
    let shared = Engine::open_shared(disk.clone()).unwrap().unwrap();
    assert_eq!(last_commit(&shared), 60);
    let mut engine = Engine::open(disk.clone()).unwrap();
    engine
        .write(0, |writer| writer.txn(&Txn::all([Op::get("counter")])))
        .unwrap();
    drop(engine);
    assert_eq!(
        disk.syncs(),
        before,
        "reads and empty transactions sync nothing"
    );
}

#[test]
fn a_full_disk_refuses_the_commit_and_nothing_is_half_done() {
    let disk = FaultDisk::default();
    work(&disk, 0, 3);
    disk.limit(Some(disk.cached().len()));
    let mut engine = Engine::open(disk.clone()).unwrap();
    let put = Txn::all([Op::put("big", vec![1; 1 << 20]), Op::put("counter", "9")]);
    let error = engine.write(0, |writer| writer.txn(&put)).unwrap_err();
    let error = netpipe::Error::from(error);
    assert!(error.to_string().contains("disk is full"), "{error}");
    assert!(
        error
            .hints()
            .iter()
            .any(|hint| hint.contains("free some space")),
        "{error:?}"
    );
    drop(engine);
    assert_eq!(work(&disk, 3, 4), 4, "a small commit still fits");
    disk.limit(None);
    let mut engine = Engine::open(disk.clone()).unwrap();
    assert_eq!(last_commit(&engine), 4);
    let other = Txn::all([Op::put("big", vec![1; 1 << 20])]);
    engine.write(0, |writer| writer.txn(&other)).unwrap();
    // Nor is it when redb's part is there already; and it can be read all the while.
    disk.limit(Some(disk.cached().len()));
    let bigger = Txn::all([Op::put("bigger", vec![1; 1 << 20])]);
    engine.write(0, |writer| writer.txn(&bigger)).unwrap_err();
    drop(engine);
    let engine = Engine::open(disk.clone()).unwrap();
    let count = |reader: &netpipe::kv::store::Reader<'_>| {
        Ok(reader.range(&RangeRequest::prefix("big"))?.count)
    };
    assert_eq!(engine.read(0, count).unwrap(), 1);
    disk.limit(None);
    let mut engine = Engine::open(disk).unwrap();
    engine.write(0, |writer| writer.txn(&bigger)).unwrap();
}

#[test]
fn a_failed_sync_is_not_seen_by_the_next_reader() {
    let disk = FaultDisk::default();
    work(&disk, 0, 3);
    let whole = FaultDisk::holding(disk.cached());
    work(&whole, 3, 4);
    // The last operation of a commit is its sync.
    disk.die_after(whole.operations() - 1);
    assert_eq!(work(&disk, 3, 4), 3);
    disk.die_after(usize::MAX);
    let found = last_commit(&Engine::open(disk).unwrap());
    assert!((3..=4).contains(&found));
}
