//! Connections of other members, from the side that accepted them.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use openraft::Raft;
use openraft::raft::{AppendEntriesRequest, TransferLeaderRequest, VoteRequest};
use openraft::storage::Snapshot;
use serde::Serialize;
use tokio::io::AsyncRead;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use super::super::machine::{Incoming, Machine};
use super::super::tls::{Connection, Listener};
use super::super::{MemberId, TypeConfig};
use super::frame::{self, Frame, Kind};
use super::wire::{Answer, Begin, Hello, MAGIC, Question, Refusal, VERSION, Welcome};

/// How long who connects may take to say who it is.
const GREET: Duration = Duration::from_secs(5);

/// How many connections of members there may be.
const CONNECTIONS: usize = 256;

/// How many frames of a connection are worked on at once.
const CALLS: usize = 1024;

/// How many answers may wait to be sent.
const BACKLOG: usize = 64;

/// How many batches of entries wait for the log.
const ENTRIES: usize = 32;

/// What the members' frames are for.
pub(in super::super) trait Door: Clone + Send + Sync + 'static {
    /// openraft.
    fn raft(&self) -> &Raft<TypeConfig, Machine>;

    /// Its state.
    fn machine(&self) -> &Machine;

    /// This member's id, and its cluster's.
    fn own(&self) -> (MemberId, u64);

    /// Whether it may talk with that one: a member, or whoever may be one of whom this member has
    /// not heard yet.
    fn admits(&self, id: MemberId) -> bool;

    /// Notes that a leader was heard.
    fn hear(&self);

    /// Answers.
    fn answer(&self, from: MemberId, question: Question) -> impl Future<Output = Answer> + Send;
}

/// Serves members until the listener fails.
pub(in super::super) async fn serve(door: impl Door, listener: Listener) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut incoming = listener.incoming();
    while let Some(connection) = incoming.next().await {
        let Ok(connection) = connection else { continue };
        let place = Arc::clone(&room).try_acquire_owned().ok();
        let door = door.clone();
        tokio::spawn(async move {
            let full = place.is_none();
            if let Err(error) = attend(door, connection, full).await {
                tracing::info!("a connection of a member ended: {error}");
            }
            drop(place);
        });
    }
}

/// Serves one connection until it ends.
async fn attend(door: impl Door, connection: Connection, full: bool) -> io::Result<()> {
    let (mut reader, writer) = tokio::io::split(connection);
    let hello = timeout(GREET, frame::receive(&mut reader, frame::GREETING)).await??;
    let Some(hello) = hello.filter(|hello| hello.kind == Kind::Hello) else {
        return Ok(());
    };
    let hello: Hello = hello.read()?;
    if hello.magic != MAGIC {
        return Ok(());
    }
    let (out, frames) = mpsc::channel(BACKLOG);
    let writing = tokio::spawn(frame::send_all(writer, frames));
    let refusal = if full {
        Some(Refusal::Busy)
    } else {
        refusal(&door, &hello)
    };
    let welcome = match &refusal {
        Some(refusal) => Welcome::No(refusal.clone()),
        None => Welcome::Yes(door.own().0),
    };
    put(&out, frame::encode(Kind::Hello, 0, &welcome)?).await?;
    let served = match refusal {
        Some(refusal) => {
            tracing::info!("refused the member {:x}: {refusal}", hello.from);
            Ok(())
        }
        None => {
            let session = Session {
                door,
                from: hello.from,
                joins: hello.cluster == 0,
                out,
                calls: Arc::new(Semaphore::new(CALLS)),
                entries: None,
                snapshot: None,
            };
            session.run(&mut reader).await
        }
    };
    let _ = timeout(GREET, writing).await;
    served
}

fn refusal(door: &impl Door, hello: &Hello) -> Option<Refusal> {
    let (own, cluster) = door.own();
    if hello.version != VERSION {
        return Some(Refusal::Version(VERSION));
    }
    if hello.cluster == 0 {
        return None;
    }
    if hello.cluster != cluster {
        return Some(Refusal::Cluster(cluster));
    }
    if hello.to != own || hello.from == own {
        return Some(Refusal::Member(own));
    }
    (!door.admits(hello.from)).then_some(Refusal::Stranger)
}

async fn put(out: &mpsc::Sender<Vec<u8>>, frame: Vec<u8>) -> io::Result<()> {
    let sent = out.send(frame).await;
    sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

/// A connection at work.
struct Session<D> {
    door: D,
    from: MemberId,
    /// It may only ask who is there.
    joins: bool,
    out: mpsc::Sender<Vec<u8>>,
    calls: Arc<Semaphore>,
    /// The stream of entries that is open, and where they go.
    entries: Option<(u32, mpsc::Sender<AppendEntriesRequest<TypeConfig>>)>,
    /// The snapshot that is coming.
    snapshot: Option<(u32, Begin, Incoming)>,
}

impl<D: Door> Session<D> {
    async fn run(mut self, reader: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
        while let Some(frame) = frame::receive(reader, self.longest()).await? {
            if self.joins && frame.kind != Kind::Ask {
                return Ok(());
            }
            match frame.kind {
                Kind::Append => self.append(&frame).await?,
                Kind::Snapshot => {
                    let incoming = self.door.machine().receive()?;
                    self.snapshot = Some((frame.id, frame.read()?, incoming));
                }
                Kind::Chunk => self.chunk(frame)?,
                Kind::Vote => self.vote(&frame, false).await?,
                Kind::PreVote => self.vote(&frame, true).await?,
                Kind::Transfer => self.transfer(&frame).await?,
                Kind::Ask => self.ask(&frame).await?,
                Kind::Hello | Kind::Answer | Kind::Failed => return Ok(()),
            }
        }
        Ok(())
    }

    fn longest(&self) -> usize {
        if self.joins {
            frame::GREETING
        } else {
            frame::LONGEST
        }
    }

    /// Works on a frame beside the others, and sends what comes of it.
    async fn beside<T, E>(
        &self,
        id: u32,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> io::Result<()>
    where
        T: Serialize,
        E: std::fmt::Display,
    {
        let turn = Arc::clone(&self.calls).acquire_owned().await;
        let turn = turn.map_err(io::Error::other)?;
        let out = self.out.clone();
        tokio::spawn(async move {
            let frame = match work.await {
                Ok(answer) => frame::encode(Kind::Answer, id, &answer),
                Err(error) => frame::raw(Kind::Failed, id, error.to_string().as_bytes()),
            };
            if let Ok(frame) = frame {
                let _ = out.send(frame).await;
            }
            drop(turn);
        });
        Ok(())
    }

    async fn vote(&self, frame: &Frame, only_asks: bool) -> io::Result<()> {
        let request: VoteRequest<TypeConfig> = frame.read()?;
        let raft = self.door.raft().clone();
        self.beside(frame.id, async move {
            match only_asks {
                true => raft.pre_vote(request).await,
                false => raft.vote(request).await,
            }
        })
        .await
    }

    async fn transfer(&self, frame: &Frame) -> io::Result<()> {
        let request: TransferLeaderRequest<TypeConfig> = frame.read()?;
        let raft = self.door.raft().clone();
        self.beside(frame.id, async move {
            raft.handle_transfer_leader(request).await
        })
        .await
    }

    async fn ask(&self, frame: &Frame) -> io::Result<()> {
        let question: Question = frame.read()?;
        if self.joins && !matches!(question, Question::Who) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let (door, from) = (self.door.clone(), self.from);
        self.beside(frame.id, async move {
            Ok::<_, io::Error>(door.answer(from, question).await)
        })
        .await
    }

    /// Entries go to the log in the order in which they come; so do the answers. A frame of
    /// another stream ends the one before.
    async fn append(&mut self, frame: &Frame) -> io::Result<()> {
        let request: AppendEntriesRequest<TypeConfig> = frame.read()?;
        self.door.hear();
        let open = match &self.entries {
            Some((id, open)) if *id == frame.id => open,
            _ => {
                let (entries, input) = mpsc::channel(ENTRIES);
                let answers = self.door.raft().stream_append(ReceiverStream::new(input));
                tokio::spawn(answer_all(Box::pin(answers), frame.id, self.out.clone()));
                &self.entries.insert((frame.id, entries)).1
            }
        };
        // The stream ends by itself after a conflict; what follows on it means nothing then.
        let _ = open.send(request).await;
        Ok(())
    }

    fn chunk(&mut self, frame: Frame) -> io::Result<()> {
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a piece of no snapshot");
        let coming = self.snapshot.take().filter(|(id, ..)| *id == frame.id);
        let (id, begin, mut incoming) = coming.ok_or_else(wrong)?;
        if !frame.body.is_empty() {
            incoming.write(&frame.body)?;
            self.snapshot = Some((id, begin, incoming));
            return Ok(());
        }
        let (raft, out) = (self.door.raft().clone(), self.out.clone());
        tokio::spawn(async move {
            let snapshot = Snapshot {
                meta: begin.meta,
                snapshot: incoming.finish(),
            };
            let frame = match raft.install_full_snapshot(begin.vote, snapshot).await {
                Ok(response) => frame::encode(Kind::Answer, id, &response),
                Err(error) => frame::raw(Kind::Failed, id, error.to_string().as_bytes()),
            };
            if let Ok(frame) = frame {
                let _ = out.send(frame).await;
            }
        });
        Ok(())
    }
}

/// Sends the answers to a stream of entries.
async fn answer_all<T: Serialize, E: std::fmt::Display>(
    mut answers: impl futures_util::Stream<Item = Result<T, E>> + Unpin,
    id: u32,
    out: mpsc::Sender<Vec<u8>>,
) {
    while let Some(answer) = answers.next().await {
        let frame = match answer {
            Ok(answer) => frame::encode(Kind::Answer, id, &answer),
            Err(error) => frame::raw(Kind::Failed, id, error.to_string().as_bytes()),
        };
        let Ok(frame) = frame else { return };
        if out.send(frame).await.is_err() {
            return;
        }
    }
}
