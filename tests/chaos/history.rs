//! What clients asked for and what they were told: the history that is checked.

use serde::Serialize;

/// Nanoseconds since the run began, on one clock.
pub type Time = u64;

/// A revision of the store.
pub type Revision = i64;

/// One key as an answer or an event shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// The revision that created it.
    pub create: Revision,
    /// The revision of its last change.
    pub modified: Revision,
    /// How often it was put since it was created.
    pub version: i64,
    /// Its lease, or 0.
    pub lease: i64,
}

/// What an operation asks first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum When {
    /// The key has this value, or is not there.
    Value(String, Option<String>),
    /// The key was created at this revision.
    Created(String, Revision),
}

impl When {
    /// Whether it holds for the key as it is.
    pub fn holds(&self, found: Option<&Pair>) -> bool {
        match self {
            Self::Value(_, value) => found.map(|pair| &pair.value) == value.as_ref(),
            Self::Created(_, revision) => found.map_or(0, |pair| pair.create) == *revision,
        }
    }

    /// The key it asks about.
    pub fn key(&self) -> &str {
        let (Self::Value(key, _) | Self::Created(key, _)) = self;
        key
    }
}

/// One step of an operation. Those that read come before those that write.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Step {
    /// Reads one key.
    Get(String),
    /// Reads all keys that begin so.
    Prefix(String),
    /// Writes a key: its value, which no other operation writes, and its lease.
    Put(String, String, i64),
    /// Deletes one key.
    Delete(String),
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// The keys that were found.
    Got(Vec<Pair>),
    /// Written.
    Put,
    /// Deleted, and what was there.
    Deleted(Vec<Pair>),
}

/// What the server said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The revision in its header.
    pub revision: Revision,
    /// Whether the conditions held.
    pub succeeded: bool,
    /// What came of each step of the branch that ran.
    pub outcomes: Vec<Outcome>,
}

/// One operation: a transaction, or a call that equals one.
#[derive(Debug, Clone, Serialize)]
pub struct Op {
    /// Who asked; does one operation at a time.
    pub client: usize,
    /// When it was asked for.
    pub call: Time,
    /// When it was answered; none if the outcome is not known: then it may have happened at any
    /// time after the call, or never.
    pub back: Option<Time>,
    /// A serializable read, which may be answered from the past.
    pub stale: bool,
    /// The conditions.
    pub when: Vec<When>,
    /// What is done if they hold.
    pub then: Vec<Step>,
    /// What is done if they do not: reads alone.
    pub other: Vec<Step>,
    /// The answer, if there was one.
    pub answer: Option<Answer>,
}

impl Op {
    /// An operation without conditions that is about to be asked for.
    pub fn new(client: usize, then: Vec<Step>) -> Self {
        Self {
            client,
            call: 0,
            back: None,
            stale: false,
            when: Vec::new(),
            then,
            other: Vec::new(),
            answer: None,
        }
    }

    /// The steps that ran, with what came of them; none if that is not known.
    pub fn ran(&self) -> Option<impl Iterator<Item = (&Step, &Outcome)>> {
        let answer = self.answer.as_ref()?;
        let steps = if answer.succeeded {
            &self.then
        } else {
            &self.other
        };
        Some(steps.iter().zip(&answer.outcomes))
    }

    /// Whether it is known to have changed something.
    pub fn changed(&self) -> bool {
        let changes = |(step, outcome): (&Step, &Outcome)| match (step, outcome) {
            (Step::Put(..), _) => true,
            (Step::Delete(_), Outcome::Deleted(gone)) => !gone.is_empty(),
            _ => false,
        };
        self.ran().is_some_and(|mut ran| ran.any(changes))
    }
}

/// A change that a watch told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The revision of the change.
    pub revision: Revision,
    /// The key.
    pub key: String,
    /// What it became; none if it was deleted.
    pub now: Option<Pair>,
}

/// One answer on a watch.
#[derive(Debug, Clone, Serialize)]
pub struct Batch {
    /// When it came.
    pub at: Time,
    /// The revision in its header.
    pub revision: Revision,
    /// The changes; none if it only tells how far the watch is.
    pub events: Vec<Event>,
    /// What each key was before, if that was asked for.
    pub before: Option<Vec<Option<Pair>>>,
}

/// Everything that one watcher was told, over all its connections.
#[derive(Debug, Clone, Serialize)]
pub struct Watched {
    /// Its name in reports.
    pub name: String,
    /// What it watches.
    pub prefix: String,
    /// The revision it began at.
    pub from: Revision,
    /// What it was told.
    pub batches: Vec<Batch>,
    /// Revisions that it could not get, for they were compacted: first and last.
    pub gaps: Vec<(Revision, Revision)>,
}

/// A lock that a client was given.
#[derive(Debug, Clone, Serialize)]
pub struct Hold {
    /// Who got it.
    pub client: usize,
    /// The lock.
    pub name: String,
    /// The key that stands for the client in the queue.
    pub key: String,
    /// The revision in the header of the answer.
    pub revision: Revision,
    /// When the client was told.
    pub from: Time,
    /// Until when nobody else may get it: until the client gave it back, or until its lease may
    /// have ended.
    pub until: Time,
}

/// A lease with one key.
#[derive(Debug, Clone, Serialize)]
pub struct Leased {
    /// The key that ends with it.
    pub key: String,
    /// When the last renewal that was answered, or the grant, was asked for.
    pub renewed: Time,
    /// The TTL that was granted, in seconds.
    pub ttl: i64,
    /// When the client asked to revoke it.
    pub revoked: Option<Time>,
}

/// A reservation of an address by one client.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// The address.
    pub address: String,
    /// The note that tells this reservation from all others.
    pub note: String,
    /// Whether the client was told that it did not get the address.
    pub refused: bool,
    /// When the client was told that it has the address.
    pub from: Option<Time>,
    /// When the client asked to give it back.
    pub until: Option<Time>,
    /// Whether that was answered.
    pub freed: bool,
}

/// All of a run.
#[derive(Debug, Default, Serialize)]
pub struct History {
    /// Operations on keys.
    pub ops: Vec<Op>,
    /// Watches.
    pub watched: Vec<Watched>,
    /// Locks.
    pub holds: Vec<Hold>,
    /// Leases.
    pub leases: Vec<Leased>,
    /// Addresses.
    pub claims: Vec<Claim>,
}
