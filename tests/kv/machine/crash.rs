//! Power cuts and full disks while the state is folded into its image, and bits that flip in it.

use std::collections::BTreeMap;

use netpipe::kv::RangeRequest;
use netpipe::kv::cluster::machine::{Machine, MachineOptions};

use super::support::{Log, all, hash, index, on, try_apply};
use crate::crash::dice;
use crate::disk::FaultDisk;

const STEP: u64 = 12;

/// Applies a log, with a fold after each few entries, until the disk dies; returns up to where
/// there must be folds.
async fn work(disk: &FaultDisk, log: &mut Log, to: u64) -> u64 {
    let options = MachineOptions::default();
    let Ok(machine) = Machine::on(std::sync::Arc::new(disk.clone()), &options) else {
        return 0;
    };
    let mut folded = index(&machine);
    while folded < to {
        for index in folded + 1..=folded + STEP {
            let change = log.changes[index as usize - 1].clone();
            // A compaction begins a fold of its own, which may be the one that fails.
            if try_apply(&machine, index, change).await.is_err() {
                return folded;
            }
        }
        if machine.fold().await.is_err() {
            assert!(
                machine.read(|reader| Ok(reader.revision())).is_err(),
                "it must stop"
            );
            return folded;
        }
        folded += STEP;
    }
    folded
}

#[tokio::test]
async fn a_power_cut_anywhere_in_a_fold_costs_nothing_that_is_in_the_log() {
    let to = 4 * STEP;
    let mut log = Log::of(3, to as usize);
    // The hash at each place where a fold may be.
    let mut hashes = BTreeMap::new();
    let whole = FaultDisk::default();
    let reference = on(&FaultDisk::default());
    hashes.insert(0, hash(&reference));
    for index in 1..=to {
        log.apply(&reference, index, index).await;
        hashes.insert(index, hash(&reference));
    }
    let wanted = all(&reference);
    assert_eq!(work(&whole, &mut log, to).await, to);
    let operations = whole.operations();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..operations).step_by(5) {
        let disk = FaultDisk::default();
        disk.die_after(cut);
        let acknowledged = work(&disk, &mut log, to).await;
        let mut dice = dice(cut as u64);
        let mut images = vec![disk.cached(), disk.after_power_cut(|_| false)];
        images.push(disk.after_power_cut(|_| dice().is_multiple_of(2)));
        images.push(disk.after_power_cut(|sector| sector != 16));
        for image in images {
            let machine = on(&FaultDisk::holding(image));
            let at = index(&machine);
            assert!(at >= acknowledged, "cut {cut}: {at}, not {acknowledged}");
            assert_eq!(Some(&hash(&machine)), hashes.get(&at), "cut {cut}: at {at}");
            seen.insert(at);
            log.apply(&machine, at + 1, to).await;
            assert_eq!(all(&machine), wanted, "cut {cut}");
        }
    }
    // Compactions may have had others made.
    let folds = to / STEP;
    assert!(
        seen.len() as u64 > folds,
        "folds were cut before and after: {seen:?}"
    );
}

#[tokio::test]
async fn a_full_disk_holds_the_fold_up_and_nothing_else() {
    let disk = FaultDisk::default();
    let machine = on(&disk);
    let mut log = Log::of(9, 60);
    log.apply(&machine, 1, 20).await;
    machine.fold().await.unwrap();
    log.apply(&machine, 21, 40).await;
    disk.limit(Some(4096));
    let folding = machine.clone();
    let fold = tokio::spawn(async move { folding.fold().await });
    tokio::task::yield_now().await;
    log.apply(&machine, 41, 60).await;
    let found = machine
        .read(|reader| reader.range(&RangeRequest::prefix("k")))
        .unwrap();
    assert!(!found.kvs.is_empty());
    assert!(!fold.is_finished());
    disk.limit(None);
    fold.await.unwrap().unwrap();
    let reference = on(&FaultDisk::default());
    log.apply(&reference, 1, 60).await;
    assert_eq!(all(&machine), all(&reference));
}

#[tokio::test]
async fn a_flipped_bit_is_found_and_never_served() {
    let disk = FaultDisk::default();
    let machine = on(&disk);
    let mut log = Log::of(5, 400);
    let mut hashes = vec![hash(&machine)];
    for from in [1, 201] {
        log.apply(&machine, from, from + 199).await;
        machine.fold().await.unwrap();
        hashes.push(hash(&machine));
    }
    drop(machine);
    let image = disk.cached();
    let used = image.iter().rposition(|byte| *byte != 0).unwrap();
    let mut dice = dice(11);
    let (mut found, mut words) = (0, 0);
    for number in 0..300 {
        // Every byte of the head, then anywhere.
        let at = if number < 16 {
            number
        } else {
            dice() as usize % used
        };
        let mut damaged = image.clone();
        damaged[at] ^= 1 << (dice() % 8);
        let opened = Machine::on(
            std::sync::Arc::new(FaultDisk::holding(damaged)),
            &MachineOptions::default(),
        );
        let read = opened.and_then(|machine| machine.read(|reader| reader.hash()));
        match read {
            Ok(hash) => assert!(
                hashes.contains(&hash),
                "byte {at}: something else is served"
            ),
            Err(error) => {
                found += 1;
                let error = netpipe::Error::from(error);
                words += usize::from(error.to_string().contains("damaged"));
            }
        }
    }
    assert!(
        found > 50 && words > found / 2,
        "{found} were found, {words} as damage"
    );
}
