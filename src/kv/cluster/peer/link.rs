//! Connections to other members, from the side that opened them.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncRead;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use super::super::MemberId;
use super::super::config::Url;
use super::super::tls::Connector;
use super::frame::{self, Frame, Kind};
use super::wire::{Hello, MAGIC, Refusal, VERSION, Welcome};

/// How long opening a connection may take, the welcome included.
const OPEN: Duration = Duration::from_secs(2);

/// How long nobody tries again to open one that could not be opened, so that many who want it do
/// not wait one after the other.
const PAUSE: Duration = Duration::from_millis(50);

/// How long a question goes unanswered, and all else too, before the connection is given up for
/// another: after the network was cut, TCP would take long to try again.
const STALE: Duration = Duration::from_secs(2);

/// How many frames may wait to be sent.
const BACKLOG: usize = 64;

/// Why a question has no answer.
#[derive(Debug)]
pub(in super::super) enum CallError {
    /// It never left this member.
    NotSent(String),
    /// The connection broke, or the time was up: it may have been heard.
    Unknown(String),
    /// The other member could not answer.
    Failed(String),
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotSent(why) | Self::Unknown(why) | Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for CallError {}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    out: mpsc::Sender<Vec<u8>>,
    waiting: Arc<Waiting>,
    next: AtomicU32,
    /// What sends and what receives.
    tasks: [AbortHandle; 2],
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.waiting.close();
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Who waits for frames of the other side, by their ids.
#[derive(Debug, Default)]
struct Waiting {
    sinks: Mutex<HashMap<u32, Sink>>,
    closed: AtomicBool,
    /// Since when something was asked, and nothing was heard.
    asked: Mutex<Option<Instant>>,
}

#[derive(Debug)]
enum Sink {
    Once(oneshot::Sender<Frame>),
    Many(mpsc::UnboundedSender<Frame>),
}

impl Waiting {
    fn sinks(&self) -> MutexGuard<'_, HashMap<u32, Sink>> {
        self.sinks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, Option<Instant>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self) {
        self.asked().get_or_insert_with(Instant::now);
    }

    fn deliver(&self, frame: Frame) {
        *self.asked() = None;
        let mut sinks = self.sinks();
        match sinks.remove(&frame.id) {
            Some(Sink::Once(sink)) => drop(sink.send(frame)),
            Some(Sink::Many(sink)) => {
                let id = frame.id;
                if sink.send(frame).is_ok() {
                    sinks.insert(id, Sink::Many(sink));
                }
            }
            // Of a stream that was given up, or a question whose time was up.
            None => {}
        }
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.sinks().clear();
    }
}

/// Frames of one id, both ways.
#[derive(Debug)]
pub(super) struct Channel {
    id: u32,
    out: mpsc::Sender<Vec<u8>>,
    answers: mpsc::UnboundedReceiver<Frame>,
    waiting: Arc<Waiting>,
}

impl Channel {
    /// Sends a frame, once there is room for it.
    pub(super) async fn send(&self, kind: Kind, body: &impl Serialize) -> io::Result<()> {
        self.put(frame::encode(kind, self.id, body)?).await
    }

    /// The same for bytes as they are.
    pub(super) async fn send_raw(&self, kind: Kind, body: &[u8]) -> io::Result<()> {
        self.put(frame::raw(kind, self.id, body)?).await
    }

    async fn put(&self, bytes: Vec<u8>) -> io::Result<()> {
        self.waiting.ask();
        let sent = self.out.send(bytes).await;
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// The next answer.
    pub(super) async fn receive<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let frame = self.answers.recv().await;
        answer(&frame.ok_or(io::ErrorKind::ConnectionReset)?)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.waiting.sinks().remove(&self.id);
    }
}

fn answer<T: DeserializeOwned>(frame: &Frame) -> io::Result<T> {
    match frame.kind {
        Kind::Answer => frame.read(),
        Kind::Failed => Err(io::Error::other(
            String::from_utf8_lossy(&frame.body).into_owned(),
        )),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "an answer of another kind",
        )),
    }
}

impl Connection {
    /// Opens a connection to whoever listens there, and says hello.
    async fn open(connector: &Connector, url: &Url, hello: &Hello) -> Result<Self, OpenError> {
        let failed = |error: String| OpenError::Failed(error);
        let stream = connector
            .open(&url.host, url.port)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let (mut reader, writer) = tokio::io::split(stream);
        let (out, frames) = mpsc::channel(BACKLOG);
        let waiting = Arc::new(Waiting::default());
        let closing = Arc::clone(&waiting);
        let sends = tokio::spawn(async move {
            let _ = frame::send_all(writer, frames).await;
            closing.close();
        });
        let bytes = frame::encode(Kind::Hello, 0, hello).map_err(|e| failed(e.to_string()))?;
        let _ = out.send(bytes).await;
        let welcome = frame::receive(&mut reader, frame::GREETING)
            .await
            .map_err(|error| failed(format!("{url}: {error}")))?
            .ok_or_else(|| failed(format!("{url} closed the connection")))?;
        match welcome.read() {
            Ok(Welcome::Yes(_)) => {}
            Ok(Welcome::No(refusal)) => return Err(OpenError::Refused(refusal)),
            Err(error) => return Err(failed(format!("{url}: {error}"))),
        }
        let receives = tokio::spawn(deliver(reader, Arc::clone(&waiting)));
        Ok(Self {
            out,
            waiting,
            next: AtomicU32::new(1),
            tasks: [sends.abort_handle(), receives.abort_handle()],
        })
    }

    fn is_closed(&self) -> bool {
        let stale = self
            .waiting
            .asked()
            .is_some_and(|since| since.elapsed() > STALE);
        stale || self.waiting.closed.load(Ordering::Relaxed)
    }

    /// Frames that belong together.
    pub(super) fn channel(&self) -> Channel {
        let (sink, answers) = mpsc::unbounded_channel();
        Channel {
            id: self.register(Sink::Many(sink)),
            out: self.out.clone(),
            answers,
            waiting: Arc::clone(&self.waiting),
        }
    }

    fn register(&self, sink: Sink) -> u32 {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.sinks().insert(id, sink);
        if self.is_closed() {
            self.waiting.sinks().clear();
        }
        id
    }

    /// Asks one question.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        kind: Kind,
        question: &impl Serialize,
        within: Duration,
    ) -> Result<T, CallError> {
        let (sink, answered) = oneshot::channel();
        let id = self.register(Sink::Once(sink));
        let bytes = frame::encode(kind, id, question);
        let bytes = bytes.map_err(|error| CallError::NotSent(error.to_string()))?;
        self.waiting.ask();
        let exchange = async {
            let lost = || CallError::Unknown("the connection was lost".into());
            if let Err(unsent) = self.out.send(bytes).await {
                drop(unsent);
                return Err(CallError::NotSent("the connection was lost".into()));
            }
            let frame = answered.await.map_err(|_| lost())?;
            answer(&frame).map_err(|error| CallError::Failed(error.to_string()))
        };
        let answer = timeout(within, exchange).await;
        answer.unwrap_or_else(|_| {
            self.waiting.sinks().remove(&id);
            Err(CallError::Unknown(format!("no answer within {within:?}")))
        })
    }
}

/// Hands out what comes in, until the connection ends.
async fn deliver(mut reader: impl AsyncRead + Unpin, waiting: Arc<Waiting>) {
    while let Ok(Some(frame)) = frame::receive(&mut reader, frame::LONGEST).await {
        waiting.deliver(frame);
    }
    waiting.close();
}

/// Why there is no connection.
#[derive(Debug, Clone)]
enum OpenError {
    Failed(String),
    Refused(Refusal),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(why) => f.write_str(why),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

/// What a connection to a member is for: what takes long is kept away from what must not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// The log.
    Log,
    /// Heartbeats, votes, and all that is asked.
    Control,
    /// Snapshots.
    Snapshot,
}

/// The way to one member, for one purpose: opened when it is needed, and again if it breaks.
#[derive(Debug, Default)]
struct Link {
    open: tokio::sync::Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    connection: Option<Arc<Connection>>,
    failed: Option<(Instant, OpenError)>,
}

impl Slot {
    fn usable(&self) -> Option<Arc<Connection>> {
        let open = self.connection.as_ref();
        open.filter(|open| !open.is_closed()).cloned()
    }
}

/// The ways to all members.
#[derive(Debug)]
pub(in super::super) struct Links {
    connector: Connector,
    cluster: u64,
    own: MemberId,
    links: Mutex<HashMap<(MemberId, Purpose), Arc<Link>>>,
    /// Where each is reached, as far as this member knows.
    book: Mutex<HashMap<MemberId, Vec<String>>>,
    /// Who said that this member is a stranger.
    estranged: Mutex<HashMap<MemberId, Instant>>,
}

impl Links {
    /// The ways of a member of a cluster.
    pub(in super::super) fn new(connector: Connector, cluster: u64, own: MemberId) -> Self {
        Self {
            connector,
            cluster,
            own,
            links: Mutex::default(),
            book: Mutex::default(),
            estranged: Mutex::default(),
        }
    }

    /// Notes where a member is reached. Connections that are open stay.
    pub(in super::super) fn note(&self, id: MemberId, urls: &[String]) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.get(&id).is_none_or(|known| known != urls) {
            book.insert(id, urls.to_vec());
        }
    }

    /// How many others said within that time that their working cluster has no such member.
    pub(in super::super) fn estranged(&self, within: Duration) -> Vec<MemberId> {
        let told = self
            .estranged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let told = told.iter().filter(|(_, at)| at.elapsed() < within);
        told.map(|(id, _)| *id).collect()
    }

    /// The connection to a member, opened if there is none. Who gives up waiting, as a heartbeat
    /// does soon, leaves the opening to go on.
    pub(super) async fn connection(
        self: &Arc<Self>,
        to: MemberId,
        purpose: Purpose,
    ) -> Result<Arc<Connection>, CallError> {
        let link = {
            let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(links.entry((to, purpose)).or_default())
        };
        if let Ok(slot) = link.open.try_lock()
            && let Some(open) = slot.usable()
        {
            return Ok(open);
        }
        let links = Arc::clone(self);
        let opening = tokio::spawn(async move {
            let mut slot = link.open.lock().await;
            if let Some(open) = slot.usable() {
                return Ok(open);
            }
            let failed = slot.failed.as_ref().filter(|(at, _)| at.elapsed() < PAUSE);
            if let Some((_, error)) = failed {
                return Err(CallError::NotSent(error.to_string()));
            }
            match links.open(to).await {
                Ok(connection) => {
                    let connection = Arc::new(connection);
                    slot.connection = Some(Arc::clone(&connection));
                    slot.failed = None;
                    Ok(connection)
                }
                Err(error) => {
                    let told = error.to_string();
                    slot.connection = None;
                    slot.failed = Some((Instant::now(), error));
                    Err(CallError::NotSent(told))
                }
            }
        });
        let opened = opening.await;
        opened.unwrap_or_else(|error| Err(CallError::NotSent(error.to_string())))
    }

    async fn open(&self, to: MemberId) -> Result<Connection, OpenError> {
        let urls = {
            let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.get(&to).cloned().unwrap_or_default()
        };
        let hello = Hello {
            magic: MAGIC,
            version: VERSION,
            cluster: self.cluster,
            from: self.own,
            to,
        };
        let mut last = OpenError::Failed(format!("nobody knows where the member {to:x} is"));
        for url in urls.iter().filter_map(|url| url.parse().ok()) {
            match open_within(&self.connector, &url, &hello).await {
                Ok(connection) => {
                    self.hear(to, false);
                    return Ok(connection);
                }
                Err(error) => last = error,
            }
        }
        if let OpenError::Refused(refusal) = &last {
            tracing::warn!("the member {to:x} refuses this one: {refusal}");
            self.hear(to, *refusal == Refusal::Stranger);
        }
        Err(last)
    }

    fn hear(&self, from: MemberId, stranger: bool) {
        let mut told = self
            .estranged
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if stranger {
            told.insert(from, Instant::now());
        } else {
            told.remove(&from);
        }
    }

    /// Asks a member one question.
    pub(in super::super) async fn ask(
        self: &Arc<Self>,
        to: MemberId,
        question: &super::Question,
        within: Duration,
    ) -> Result<super::Answer, CallError> {
        let connection = self.connection(to, Purpose::Control).await?;
        connection.call(Kind::Ask, question, within).await
    }
}

async fn open_within(
    connector: &Connector,
    url: &Url,
    hello: &Hello,
) -> Result<Connection, OpenError> {
    timeout(OPEN, Connection::open(connector, url, hello))
        .await
        .unwrap_or_else(|_| {
            Err(OpenError::Failed(format!(
                "{url} does not answer within {OPEN:?}"
            )))
        })
}

/// Asks whoever listens there who its members are, before this one is a member itself.
///
/// # Errors
/// Nobody answers.
pub(in super::super) async fn who(
    connector: &Connector,
    url: &Url,
) -> Result<super::Answer, CallError> {
    let hello = Hello {
        magic: MAGIC,
        version: VERSION,
        cluster: 0,
        from: 0,
        to: 0,
    };
    let opened = open_within(connector, url, &hello).await;
    let connection = opened.map_err(|error| CallError::NotSent(error.to_string()))?;
    connection
        .call(Kind::Ask, &super::Question::Who, OPEN)
        .await
}
