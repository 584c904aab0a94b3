//! The clients of a run: what each does until it is told that the run is over.

pub mod address;
pub mod connection;
pub mod keys;
pub mod lease;
pub mod lock;
pub mod watch;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::history::{History, Time};

/// What all clients share.
#[derive(Debug)]
pub struct Stage {
    begin: Instant,
    over: AtomicBool,
    last_value: AtomicU64,
    history: Mutex<History>,
    /// Where the members listen for clients.
    pub urls: Vec<String>,
    /// What the random choices follow from.
    pub seed: u64,
}

impl Stage {
    /// A run that begins now.
    pub fn new(urls: Vec<String>, seed: u64) -> Arc<Self> {
        Arc::new(Self {
            begin: Instant::now(),
            over: AtomicBool::new(false),
            last_value: AtomicU64::new(0),
            history: Mutex::default(),
            urls,
            seed,
        })
    }

    /// The time of the run.
    pub fn now(&self) -> Time {
        Time::try_from(self.begin.elapsed().as_nanos()).unwrap()
    }

    /// A value that nobody has written yet.
    pub fn value(&self) -> String {
        self.last_value.fetch_add(1, Ordering::Relaxed).to_string()
    }

    /// What happened so far.
    pub fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap()
    }

    /// Whether the clients are to end.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Tells the clients to end.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// The random choices of one client.
    pub fn rng(&self, client: usize) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.seed.wrapping_mul(1009).wrapping_add(client as u64))
    }
}

/// Some time, as long as people and programs take between two requests.
pub async fn pause(rng: &mut fastrand::Rng, longest: u64) {
    tokio::time::sleep(Duration::from_millis(rng.u64(0..=longest))).await;
}
