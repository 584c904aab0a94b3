//! [`Kv`] on a store that speaks etcd's API.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, sleep, timeout};
use tonic::{Response, Status};

use super::guard;
use super::look_back::Marked;
use super::namespace::Namespace;
use super::{Access, Connection, fault};
use crate::error::{Context as _, Error};
use crate::kv::convert::revision;
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::{
    KvError, LeaseId, RangeRequest, RangeResponse, Result, Revision, Txn, TxnResponse,
};

/// How many times the deadline of one request all attempts at one may take together: time for a
/// cluster to elect another leader.
const PATIENCE: u32 = 3;

/// The wait before a second attempt; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// The longest wait between attempts.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Between calls nobody listens to the connection. After so long a pause...
const PAUSE: Duration = Duration::from_secs(1);

/// ...it is listened to for a moment, so that one that has ended is not sent a change on.
const MOMENT: Duration = Duration::from_millis(1);

/// A store that speaks etcd's v3 API, from anywhere: each call waits for its answer, on a runtime
/// of the store's own.
///
/// Reads are repeated on other members until one answers. A change whose answer is lost is looked
/// up (see [`EtcdKv::marked`]), and repeated only if it was not made and cannot be made twice.
pub struct EtcdKv {
    /// None only while it is dropped.
    runtime: Option<Runtime>,
    pub(super) connection: Connection,
    pub(super) namespace: Namespace,
    mark: Option<Vec<u8>>,
    /// The highest revision that an answer had.
    seen: AtomicI64,
    /// When the last call ended.
    used: Mutex<Instant>,
}

impl EtcdKv {
    /// Connects.
    ///
    /// # Errors
    /// As for [`Access::connect`].
    pub fn open(access: &Access) -> crate::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .or_failed(|| "cannot start a runtime".into())?;
        let connection = wait(&runtime, access.connect())??;
        Ok(Self {
            runtime: Some(runtime),
            connection,
            namespace: Namespace::default(),
            mark: None,
            seen: AtomicI64::new(0),
            used: Mutex::new(Instant::now()),
        })
    }

    /// The part of the store whose keys start with `prefix`, as if it were the whole (etcd:
    /// `client/v3/namespace`).
    #[must_use]
    pub fn within(mut self, prefix: impl Into<Vec<u8>>) -> Self {
        self.namespace = Namespace::new(prefix.into());
        self
    }

    /// Has each change write `key` along, so that the outcome of one that nobody answered for can
    /// be looked up. Writers may share the key.
    #[must_use]
    pub fn marked(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.mark = Some(key.into());
        self
    }

    /// Waits for a future on the store's runtime.
    ///
    /// # Errors
    /// If no thread can be made, which is needed within another runtime.
    pub(super) fn wait<T: Send>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let Some(runtime) = &self.runtime else {
            return Err(KvError::storage(Error::failed("the store is closed")));
        };
        let used = || self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let paused = used().elapsed() >= PAUSE;
        let work = async {
            if paused {
                sleep(MOMENT).await;
            }
            work.await
        };
        let done = wait(runtime, work).map_err(KvError::storage);
        *used() = Instant::now();
        done?
    }

    fn see(&self, revision: Revision) {
        self.seen.fetch_max(revision, Ordering::Relaxed);
    }

    fn patience(&self) -> Patience {
        Patience::new(self.connection.wire().request_timeout() * PATIENCE)
    }

    pub(super) fn refusal(&self, status: &Status) -> KvError {
        fault::refusal(self.connection.wire(), status)
    }

    /// Makes a call that can be repeated, until a member answers.
    pub(super) async fn read<T, F, R>(&self, call: F) -> Result<T>
    where
        F: Fn(Connection) -> R,
        R: Future<Output = std::result::Result<Response<T>, Status>>,
    {
        let mut patience = self.patience();
        loop {
            match self.connection.call(&call).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) if fault::is_of_member(&status) && patience.again().await => {
                    tracing::debug!("asking again: {}", status.message());
                }
                Err(status) => return Err(self.refusal(&status)),
            }
        }
    }

    /// Reads as of the store's own keys.
    pub(super) async fn read_range(&self, request: &RangeRequest) -> Result<RangeResponse> {
        let request = pb::RangeRequest::from(request.clone());
        let answer = self.read(|to| {
            let request = request.clone();
            async move { to.kv().range(request).await }
        });
        let found = RangeResponse::from(answer.await?);
        self.see(found.revision);
        Ok(found)
    }

    /// A revision that the store has reached; asked for if no answer had one yet.
    async fn floor(&self) -> Result<Revision> {
        match (self.seen.load(Ordering::Relaxed), &self.mark) {
            (0, Some(mark)) => Ok(self
                .read_range(&RangeRequest::key(self.namespace.key(mark)))
                .await?
                .revision),
            (seen, _) => Ok(seen),
        }
    }

    /// Makes a transaction of the store's own keys.
    pub(super) async fn write(&self, txn: Txn) -> Result<TxnResponse> {
        let ops = txn.success.iter().chain(&txn.failure);
        let only_reads = !{ ops }.any(guard::changes);
        let guarded = guard::is_guarded(&txn);
        let mark = self.mark.as_deref().filter(|_| !only_reads);
        let floor = match mark {
            Some(_) => self.floor().await?,
            None => 0,
        };
        let mark = mark.map(|mark| self.namespace.key(mark));
        let sent = Marked::new(txn, mark.as_deref(), floor);
        let request = pb::TxnRequest::from(sent.txn.clone());
        let mut patience = self.patience();
        // Whether an attempt may have been done, or may yet be.
        let mut doubt = false;
        loop {
            let answer = self.connection.call(|to| {
                let request = request.clone();
                async move { to.kv().txn(request).await }
            });
            let status = match answer.await {
                Ok(answer) => {
                    let answer = sent.answer(answer.into_inner().try_into()?);
                    self.see(answer.revision);
                    // A repeat that found its conditions false may have met its own first try.
                    if doubt
                        && !answer.succeeded
                        && let Some(done) = self.look_back(&sent).await?
                    {
                        return Ok(done);
                    }
                    return Ok(answer);
                }
                Err(status) => status,
            };
            let of_member = fault::is_of_member(&status);
            if only_reads || fault::was_not_done(&status) {
                if of_member && patience.again().await {
                    continue;
                }
                return Err(match doubt {
                    true => self.unknown(&status),
                    false => self.refusal(&status),
                });
            }
            if !of_member {
                return Err(match doubt {
                    true => self.unknown(&status),
                    false => self.refusal(&status),
                });
            }
            doubt = true;
            tracing::debug!("looking up a change: {}", status.message());
            match self.look_back(&sent).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) if guarded && patience.again().await => {}
                _ => return Err(self.unknown(&status)),
            }
        }
    }

    /// The error of a change that may have been made.
    pub(super) fn unknown(&self, status: &Status) -> KvError {
        let text = match status.message() {
            "" => status.code().description(),
            text => text,
        };
        KvError::storage(
            Error::unreachable(format!(
                "the store did not answer, and whether it made the change is not known: {text}"
            ))
            .hint("when it answers again, see what is there, and repeat the command"),
        )
    }

    /// Makes a call that changes something, once more if nothing was done; the second value is
    /// whether an earlier attempt may have been done.
    pub(super) async fn repeat<T, F, R>(&self, call: F) -> (std::result::Result<T, Status>, bool)
    where
        F: Fn(Connection) -> R,
        R: Future<Output = std::result::Result<Response<T>, Status>>,
    {
        let mut patience = self.patience();
        let mut doubt = false;
        loop {
            match self.connection.call(&call).await {
                Ok(answer) => return (Ok(answer.into_inner()), doubt),
                Err(status) if fault::is_of_member(&status) => {
                    let unsent = fault::was_not_done(&status);
                    if !patience.again().await {
                        return (Err(status), doubt || !unsent);
                    }
                    doubt |= !unsent;
                }
                Err(status) => return (Err(status), doubt),
            }
        }
    }

    /// Sends one keep-alive; the TTL.
    pub(super) async fn keep_alive(&self, id: LeaseId) -> Result<i64> {
        let limit = self.connection.wire().request_timeout();
        let answer = self.read(|to| async move {
            let request = tokio_stream::once(pb::LeaseKeepAliveRequest { id });
            let exchange = async {
                let mut answers = to.lease().lease_keep_alive(request).await?.into_inner();
                let answer = answers.message().await?;
                answer.ok_or_else(|| Status::unavailable("the stream ended"))
            };
            let late = |_| Status::deadline_exceeded(format!("no answer within {limit:?}"));
            timeout(limit, exchange)
                .await
                .map_err(late)?
                .map(Response::new)
        });
        let answer = answer.await?;
        self.see(revision(answer.header.as_ref()));
        Ok(answer.ttl)
    }
}

impl Drop for EtcdKv {
    fn drop(&mut self) {
        // A runtime may not be waited for within another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Waits for a future; within another runtime on a thread of its own, for there one may not wait.
fn wait<T: Send>(runtime: &Runtime, work: impl Future<Output = T> + Send) -> crate::Result<T> {
    if Handle::try_current().is_err() {
        return Ok(runtime.block_on(work));
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("kv".into());
        let worker = thread
            .spawn_scoped(scope, || runtime.block_on(work))
            .or_failed(|| "cannot start a thread".into())?;
        match worker.join() {
            Ok(done) => Ok(done),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The time that all attempts at one request have.
struct Patience {
    until: Instant,
    wait: Duration,
}

impl Patience {
    fn new(limit: Duration) -> Self {
        Self {
            until: Instant::now() + limit,
            wait: FIRST_WAIT,
        }
    }

    /// Waits before another attempt; whether there is time for one.
    async fn again(&mut self) -> bool {
        if Instant::now() + self.wait >= self.until {
            return false;
        }
        sleep(self.wait).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        true
    }
}
