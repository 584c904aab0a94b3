//! Passwords: bcrypt hashes, made and compared away from the thread that serves.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::Error;
use crate::kv::cluster::error::EtcdError;

/// The cost of a hash if none is asked for; 1 more is twice the time (etcd: `--bcrypt-cost`).
pub const DEFAULT_COST: u32 = 10;

/// The costs that bcrypt has.
const COSTS: std::ops::RangeInclusive<u32> = 4..=31;

/// Makes and compares hashes. A hash takes tens of milliseconds of one CPU, so that no more are
/// worked on at once than half the CPUs do: those who guess passwords cannot stop the others.
#[derive(Debug)]
pub(super) struct Passwords {
    cost: u32,
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// Hashes with this cost; with the default one if there is no such cost.
    pub(super) fn new(cost: u32) -> Self {
        let cpus = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let cost = if COSTS.contains(&cost) {
            cost
        } else {
            tracing::warn!("there is no bcrypt cost {cost}: {DEFAULT_COST} is used");
            DEFAULT_COST
        };
        Self {
            cost,
            turns: Arc::new(Semaphore::new((cpus / 2).max(1))),
        }
    }

    /// Hashes a password.
    pub(super) async fn hash(&self, password: String) -> Result<Vec<u8>, EtcdError> {
        let cost = self.cost;
        self.take_turn(move || match bcrypt::non_truncating_hash(password, cost) {
            Ok(hash) => Ok(hash.into_bytes()),
            // Go's words, for they reach the client as they are.
            Err(bcrypt::BcryptError::Truncation(_)) => Err(EtcdError::unknown(
                "bcrypt: password length exceeds 72 bytes",
            )),
            Err(error) => Err(EtcdError::internal(error)),
        })
        .await?
    }

    /// Whether a password is the one that was hashed; it is not if the hash is none.
    pub(super) async fn matches(&self, password: String, hash: Vec<u8>) -> Result<bool, EtcdError> {
        self.take_turn(move || {
            std::str::from_utf8(&hash)
                .is_ok_and(|hash| bcrypt::verify(password, hash).unwrap_or(false))
        })
        .await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, EtcdError> {
        let turns = Arc::clone(&self.turns);
        let turn = turns.acquire_owned().await.map_err(stopped)?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(stopped)
    }
}

fn stopped(error: impl Into<anyhow::Error>) -> EtcdError {
    Error::failed("cannot hash a password")
        .because(error)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(work)
    }

    #[test]
    fn only_the_password_matches_its_hash() {
        let passwords = Passwords::new(4);
        let matches = |password: &str, hash: &[u8]| {
            run(passwords.matches(password.to_owned(), hash.to_vec())).unwrap()
        };
        let hash = run(passwords.hash("secret".to_owned())).unwrap();
        assert!(matches("secret", &hash));
        assert!(!matches("Secret", &hash));
        assert!(!matches("", &hash));
        for none in [&b""[..], b"secret", b"$2b$", b"\xff", &hash[..59]] {
            assert!(!matches("secret", none), "{none:?}");
        }
        let other = run(passwords.hash("secret".to_owned())).unwrap();
        assert_ne!(hash, other);
    }

    /// Go writes version `2a` where this code writes `2b`.
    #[test]
    fn hashes_of_etcd_are_read() {
        let hash = bcrypt::hash_with_result("rootpwd", 4).unwrap();
        let hash = hash.format_for_version(bcrypt::Version::TwoA);
        assert!(run(Passwords::new(10).matches("rootpwd".to_owned(), hash.into())).unwrap());
    }

    #[test]
    fn a_password_that_would_be_cut_is_refused() {
        let passwords = Passwords::new(4);
        assert!(run(passwords.hash("x".repeat(71))).is_ok());
        let refused = run(passwords.hash("x".repeat(73))).unwrap_err();
        assert_eq!(refused.text(), "bcrypt: password length exceeds 72 bytes");
    }

    #[test]
    fn a_cost_that_does_not_exist_is_not_used() {
        assert_eq!(Passwords::new(3).cost, DEFAULT_COST);
        assert_eq!(Passwords::new(32).cost, DEFAULT_COST);
        assert_eq!(Passwords::new(5).cost, 5);
    }
}
