//! Logs to be applied, and machines to compare.

use std::sync::Arc;

use futures_util::stream;
use netpipe::kv::cluster::machine::{Alarm, AlarmKind, AlarmRequest, Machine, MachineOptions};
use netpipe::kv::cluster::{Change, Command, Outcome, TypeConfig};
use netpipe::kv::store::{EventsRequest, Hash};
use netpipe::kv::{Compare, Op, PutRequest, RangeRequest, Txn};
use openraft::alias::EntryOf;
use openraft::entry::RaftEntry as _;
use openraft::storage::RaftStateMachine as _;
use openraft::testing::log_id;

use crate::crash::dice;
use crate::disk::FaultDisk;

/// A log of commands, and how to make more of it.
pub struct Log {
    dice: Box<dyn FnMut() -> u64>,
    pub changes: Vec<Change>,
    revision: i64,
}

impl Log {
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Box::new(dice(seed)),
            changes: Vec::new(),
            revision: 1,
        }
    }

    /// A log of so many commands.
    pub fn of(seed: u64, length: usize) -> Self {
        let mut log = Self::new(seed);
        (0..length).for_each(|_| log.extend());
        log
    }

    fn roll(&mut self, of: u64) -> u64 {
        (self.dice)() % of
    }

    fn key(&mut self) -> Vec<u8> {
        let number = self.roll(60);
        // Some hold zeroes, some begin as others do.
        match number % 3 {
            0 => format!("key/{number}").into_bytes(),
            1 => vec![0; number as usize / 2],
            _ => format!("key/{number}\0more").into_bytes(),
        }
    }

    fn put(&mut self) -> Op {
        let key = [&b"k"[..], &self.key()].concat();
        let value = vec![self.roll(256) as u8; self.roll(700) as usize];
        let lease = if self.roll(4) == 0 {
            self.roll(5) as i64
        } else {
            0
        };
        Op::Put(PutRequest {
            key,
            value,
            lease,
            prev_kv: self.roll(3) == 0,
            ..PutRequest::default()
        })
    }

    /// Adds a command; some of them are refused.
    pub fn extend(&mut self) {
        let change = match self.roll(20) {
            0 => Change::LeaseGrant {
                id: 1 + self.roll(4) as i64,
                ttl: 60,
            },
            1 => Change::LeaseRevoke(1 + self.roll(4) as i64),
            2 => {
                let to = self.revision.max(2) as u64;
                Change::Compact(1 + self.roll(to) as i64)
            }
            3 | 4 => {
                let (from, to) = (self.put(), self.key());
                let Op::Put(PutRequest { key, .. }) = from else {
                    unreachable!()
                };
                Change::Txn(Txn::all([Op::delete_range(key, to)]))
            }
            5 | 6 => {
                let (first, second) = (self.put(), self.put());
                let Op::Put(put) = &first else { unreachable!() };
                let read = Op::Range(RangeRequest::prefix("k").limit(3));
                let when = Compare::exists(put.key.clone());
                Change::Txn(Txn::when([when]).then([first, read]).otherwise([second]))
            }
            7 => Change::Alarm(AlarmRequest::Raise(Alarm {
                kind: AlarmKind::NoSpace,
                member: 1,
            })),
            8 | 9 => Change::Alarm(AlarmRequest::End(Alarm {
                kind: AlarmKind::NoSpace,
                member: 1,
            })),
            _ => Change::Txn(Txn::all([self.put()])),
        };
        self.changes.push(change);
    }

    /// Applies the entries from an index (the first is 1) up to another; returns what came of
    /// them.
    pub async fn apply(&mut self, machine: &Machine, from: u64, to: u64) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for index in from..=to {
            let change = self.changes[index as usize - 1].clone();
            outcomes.push(apply(machine, index, change).await);
        }
        self.revision = machine.revision();
        outcomes
    }
}

/// Applies one command.
pub async fn apply(machine: &Machine, index: u64, change: Change) -> Outcome {
    try_apply(machine, index, change).await.unwrap()
}

/// Applies one command, unless the disk fails.
pub async fn try_apply(machine: &Machine, index: u64, change: Change) -> std::io::Result<Outcome> {
    let before = machine.revision();
    let entry =
        EntryOf::<TypeConfig>::new_normal(log_id::<TypeConfig>(1, 1, index), Command::own(change));
    // What a member answers goes another way; here it is read off the state.
    machine
        .clone()
        .apply(stream::iter([Ok((entry, None))]))
        .await?;
    Ok(Outcome {
        revision: machine.revision() - before,
        result: Ok(netpipe::kv::cluster::Reply::Done),
    })
}

/// A machine without files.
pub fn in_memory() -> Machine {
    on(&FaultDisk::default())
}

/// A machine on a disk.
pub fn on(disk: &FaultDisk) -> Machine {
    Machine::on(Arc::new(disk.clone()), &MachineOptions::default()).unwrap()
}

pub fn open(dir: &std::path::Path) -> Machine {
    Machine::open(dir, &MachineOptions::default()).unwrap()
}

/// How far a machine is.
pub fn index(machine: &Machine) -> u64 {
    machine.position().applied.map_or(0, |id| id.index)
}

/// The hash of everything.
pub fn hash(machine: &Machine) -> Hash {
    machine.read(|reader| reader.hash()).unwrap()
}

/// Everything that can be asked of a machine.
pub fn all(machine: &Machine) -> String {
    let told = machine.read(|reader| {
        let mut told = vec![format!("{:?} {:?}", reader.hash()?, reader.leases()?)];
        for id in reader.leases()? {
            told.push(format!("{:?}", reader.lease_time_to_live(id, true)?));
        }
        for revision in [
            reader.compacted(),
            (reader.compacted() + reader.revision()) / 2,
            0,
        ] {
            let request = RangeRequest::prefix("").at(revision);
            told.push(format!("{:?}", reader.range(&request)?));
            told.push(format!("{:?}", reader.hash_kv(revision)?));
        }
        let request = EventsRequest {
            key: vec![0],
            range_end: vec![0],
            from: reader.compacted(),
            prev_kv: true,
            limit: usize::MAX,
        };
        told.push(format!("{:?}", reader.events(&request)?));
        Ok(told)
    });
    format!("{:#?} {:?}", told.unwrap(), machine.alarms())
}
