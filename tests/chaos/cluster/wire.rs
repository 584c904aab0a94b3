//! The wire between a member and the bridge: it can lose frames, delay them (and so change their
//! order), send them twice, and let none pass from one host to another. It is in this process,
//! because few kernels have netem.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// What a wire does to frames.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quality {
    /// How many of a hundred frames are lost, each way.
    pub loss: u8,
    /// How many of a hundred come twice.
    pub twice: u8,
    /// How late a frame is, each way.
    pub delay: Duration,
    /// How much later it may be.
    pub jitter: Duration,
}

/// The faults of the whole network. Host 0 is that of the clients, host i that of member i - 1.
#[derive(Debug, Default)]
pub struct Faults {
    /// From whom nothing reaches whom.
    pub cut: Vec<(usize, usize)>,
    /// How each host's wire is.
    pub quality: Vec<Quality>,
}

/// The last part of the address of the clients' host.
pub const CLIENTS: u8 = 254;

/// The host that an address of the run stands for.
fn host(address: &[u8]) -> usize {
    match address.last() {
        Some(&CLIENTS) | None => 0,
        Some(&last) => usize::from(last),
    }
}

/// The hosts that an IPv4 frame goes from and to.
fn ends(frame: &[u8]) -> Option<(usize, usize)> {
    let is_v4 = frame.get(12..14)? == [8, 0];
    is_v4.then_some((host(frame.get(26..30)?), host(frame.get(30..34)?)))
}

/// A wire; ends with the value.
#[derive(Debug)]
pub struct Wire {
    over: Arc<AtomicBool>,
    ways: Vec<JoinHandle<()>>,
}

impl Wire {
    /// Joins two interfaces: that of a host and the one at the bridge.
    pub fn join(ends: [File; 2], of: usize, faults: &Arc<Mutex<Faults>>, seed: u64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let [inner, outer] = ends.map(Arc::new);
        let ways = [(&inner, &outer), (&outer, &inner)];
        let ways = ways.into_iter().enumerate().map(|(number, (from, to))| {
            let way = Way {
                from: Arc::clone(from),
                to: Arc::clone(to),
                of,
                faults: Arc::clone(faults),
                rng: fastrand::Rng::with_seed(seed.wrapping_add(number as u64)),
                late: BinaryHeap::new(),
                sent: 0,
            };
            let over = Arc::clone(&over);
            std::thread::spawn(move || way.run(&over))
        });
        let ways = ways.collect();
        Self { over, ways }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for way in self.ways.drain(..) {
            let _ = way.join();
        }
    }
}

/// One direction of a wire.
struct Way {
    from: Arc<File>,
    to: Arc<File>,
    of: usize,
    faults: Arc<Mutex<Faults>>,
    rng: fastrand::Rng,
    late: BinaryHeap<Reverse<(Instant, u64, Vec<u8>)>>,
    sent: u64,
}

impl Way {
    fn run(mut self, over: &AtomicBool) {
        let mut frame = vec![0; 65_536];
        while !over.load(Ordering::Relaxed) {
            let longest = Duration::from_millis(50);
            let next = self.late.peek().map(|Reverse((due, ..))| *due);
            let left = next.map_or(longest, |due| due.saturating_duration_since(Instant::now()));
            // Up to the millisecond after, so that it never wakes up too early.
            let left = u16::try_from(left.min(longest).as_micros().div_ceil(1000)).unwrap_or(50);
            let mut ready = [PollFd::new(self.from.as_fd(), PollFlags::POLLIN)];
            if poll(&mut ready, PollTimeout::from(left)).is_err() {
                continue;
            }
            while let Ok(size @ 1..) = (&*self.from).read(&mut frame) {
                self.take(&frame[..size]);
            }
            self.deliver();
        }
    }

    /// Decides about a frame.
    fn take(&mut self, frame: &[u8]) {
        let Ok(faults) = self.faults.lock() else {
            return;
        };
        let quality = faults.quality.get(self.of).copied().unwrap_or_default();
        let cut = ends(frame).is_some_and(|ends| faults.cut.contains(&ends));
        drop(faults);
        if cut || self.rng.u8(0..100) < quality.loss {
            return;
        }
        let copies = 1 + u32::from(self.rng.u8(0..100) < quality.twice);
        for _ in 0..copies {
            let jitter = quality.jitter.mul_f64(self.rng.f64());
            let due = Instant::now() + quality.delay + jitter;
            self.sent += 1;
            self.late.push(Reverse((due, self.sent, frame.to_vec())));
        }
    }

    /// Sends what is due.
    fn deliver(&mut self) {
        while let Some(Reverse((due, ..))) = self.late.peek() {
            if *due > Instant::now() {
                break;
            }
            if let Some(Reverse((_, _, frame))) = self.late.pop() {
                // What the other side has no room for is lost, as on any wire.
                let _ = (&*self.to).write(&frame);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn a_frame_tells_its_ends() {
        let mut frame = [0; 60];
        frame[12] = 8;
        frame[26..30].copy_from_slice(&[10, 77, 0, 3]);
        frame[30..34].copy_from_slice(&[10, 77, 0, 254]);
        assert_eq!(ends(&frame), Some((3, 0)));
        frame[13] = 6;
        assert_eq!(ends(&frame), None, "ARP has no such ends");
        assert_eq!(ends(&frame[..20]), None);
    }
}
