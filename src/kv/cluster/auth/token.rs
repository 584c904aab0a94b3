//! Simple tokens: drawn at random, known to every member through the log, kept in memory, and
//! good for as long as they are used (etcd: `server/auth/simple_token.go`).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};

use crate::error::{Error, Result};

/// How many letters a token starts with; with 52 of them to choose from, 91 random bits.
const LETTERS: usize = 16;

/// The most tokens that are looked at when one is added, to forget those that ran out.
const SWEEP: usize = 64;

/// The tokens that a member knows.
#[derive(Debug)]
pub(super) struct Tokens {
    ttl: Duration,
    users: HashMap<String, (String, Instant)>,
    /// In the order in which they were added.
    order: std::collections::VecDeque<String>,
}

impl Tokens {
    /// No tokens; one that is not used for `ttl` ends.
    pub(super) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            users: HashMap::new(),
            order: std::collections::VecDeque::new(),
        }
    }

    /// Makes a token known.
    pub(super) fn add(&mut self, token: String, user: &str, now: Instant) {
        self.sweep(now);
        self.order.push_back(token.clone());
        self.users.insert(token, (user.to_owned(), now + self.ttl));
    }

    /// Whose token it is, which renews it.
    pub(super) fn user(&mut self, token: &str, now: Instant) -> Option<String> {
        let (user, end) = self.users.get_mut(token)?;
        if *end <= now {
            self.users.remove(token);
            return None;
        }
        *end = now + self.ttl;
        Some(user.clone())
    }

    /// Ends a user's tokens.
    pub(super) fn end_of(&mut self, user: &str) {
        self.users.retain(|_, (of, _)| of != user);
    }

    /// Ends all tokens.
    pub(super) fn end(&mut self) {
        self.users.clear();
        self.order.clear();
    }

    /// Forgets some of those that ran out: each addition looks at more than were added, so that
    /// what is kept is bounded by what is in use.
    fn sweep(&mut self, now: Instant) {
        for _ in 0..SWEEP.min(self.order.len()) {
            let Some(token) = self.order.pop_front() else {
                return;
            };
            match self.users.get(&token) {
                Some((_, end)) if *end > now => self.order.push_back(token),
                Some(_) => drop(self.users.remove(&token)),
                None => {}
            }
        }
    }
}

/// Draws what a token starts with.
///
/// # Errors
/// The system gave no random bytes.
pub fn draw_prefix() -> Result<String> {
    let provider: CryptoProvider = ring::default_provider();
    let mut prefix = String::with_capacity(LETTERS);
    let mut bytes = [0; 64];
    while prefix.len() < LETTERS {
        provider
            .secure_random
            .fill(&mut bytes)
            .map_err(|_| Error::failed("the system gave no random bytes"))?;
        // 208 is four times 52: what is above would make some letters likelier than others.
        let letters = bytes
            .iter()
            .filter(|byte| **byte < 208)
            .map(|byte| byte % 52);
        prefix.extend(letters.take(LETTERS - prefix.len()).map(|letter| {
            char::from(if letter < 26 {
                b'a' + letter
            } else {
                b'A' + letter - 26
            })
        }));
    }
    Ok(prefix)
}

/// The index of the log at which a token was made known; `None` for what is no token.
pub(super) fn index(token: &str) -> Option<u64> {
    let (_, index) = token.split_once('.')?;
    index.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lives_while_it_is_used() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut tokens = Tokens::new(Duration::from_secs(10));
        tokens.add("a.1".to_owned(), "alice", at(0));
        tokens.add("b.2".to_owned(), "bob", at(0));
        assert_eq!(tokens.user("a.1", at(9)).as_deref(), Some("alice"));
        assert_eq!(tokens.user("a.1", at(18)).as_deref(), Some("alice"));
        assert_eq!(tokens.user("b.2", at(18)), None);
        assert_eq!(tokens.user("a.1", at(28)), None);
        assert_eq!(tokens.user("a.1", at(0)), None);
    }

    #[test]
    fn a_users_tokens_end_together() {
        let now = Instant::now();
        let mut tokens = Tokens::new(Duration::from_secs(10));
        for (token, user) in [("a.1", "alice"), ("a.2", "alice"), ("b.3", "bob")] {
            tokens.add(token.to_owned(), user, now);
        }
        tokens.end_of("alice");
        assert_eq!(tokens.user("a.1", now), None);
        assert_eq!(tokens.user("a.2", now), None);
        assert_eq!(tokens.user("b.3", now).as_deref(), Some("bob"));
        tokens.end();
        assert_eq!(tokens.user("b.3", now), None);
    }

    #[test]
    fn what_ran_out_is_forgotten() {
        let start = Instant::now();
        let mut tokens = Tokens::new(Duration::from_secs(1));
        for number in 0..1000 {
            let now = start + Duration::from_secs(number * 2);
            tokens.add(format!("a.{number}"), "alice", now);
        }
        assert!(tokens.users.len() <= 2 && tokens.order.len() <= 2);
    }

    #[test]
    fn a_token_tells_its_index() {
        assert_eq!(index("abc.17"), Some(17));
        assert_eq!(index("abc"), None);
        assert_eq!(index("abc.1.2"), None);
        assert_eq!(index("abc.-1"), None);
    }

    #[test]
    fn prefixes_are_letters_and_differ() {
        let drawn: std::collections::HashSet<_> =
            (0..100).map(|_| draw_prefix().unwrap()).collect();
        assert_eq!(drawn.len(), 100);
        for prefix in drawn {
            assert_eq!(prefix.len(), LETTERS);
            assert!(
                prefix.bytes().all(|byte| byte.is_ascii_alphabetic()),
                "{prefix}"
            );
        }
    }
}
