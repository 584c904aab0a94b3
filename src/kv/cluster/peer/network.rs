//! What openraft asks of the network.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use openraft::OptionalSend;
use openraft::alias::{SnapshotOf, VoteOf};
use openraft::base::{BoxFuture, BoxStream};
use openraft::errors::{NetworkError, RPCError, ReplicationClosed, StreamingError, Unreachable};
use openraft::network::{RPCOption, RaftNetworkFactory, RaftNetworkV2};
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, StreamAppendResult,
    TransferLeaderRequest, TransferLeaderResponse, VoteRequest, VoteResponse,
};
use tokio::time::Instant;

use super::super::machine::SnapshotData;
use super::super::{Member, MemberId, TypeConfig};
use super::frame::Kind;
use super::link::{CallError, Channel, Links, Purpose};
use super::wire::Begin;

/// How many batches of entries are under way to one member at once.
const WINDOW: usize = 32;

/// How long entries go unanswered before the connection is given up.
const IDLE: Duration = Duration::from_secs(3);

/// Makes the ways to members for openraft.
#[derive(Debug)]
pub(in super::super) struct Peers(pub(in super::super) Arc<Links>);

/// The way to one.
#[derive(Debug)]
pub(in super::super) struct Peer {
    links: Arc<Links>,
    target: MemberId,
    purpose: Purpose,
}

impl Peers {
    fn peer(&self, target: MemberId, node: &Member, purpose: Purpose) -> Peer {
        self.0.note(target, &node.peer_urls);
        Peer {
            links: Arc::clone(&self.0),
            target,
            purpose,
        }
    }
}

impl RaftNetworkFactory<TypeConfig> for Peers {
    type Network = Peer;

    async fn new_client(&mut self, target: MemberId, node: &Member) -> Peer {
        self.peer(target, node, Purpose::Log)
    }

    async fn new_heartbeat_client(&mut self, target: MemberId, node: &Member) -> Peer {
        self.peer(target, node, Purpose::Control)
    }

    async fn new_snapshot_client(&mut self, target: MemberId, node: &Member) -> Peer {
        self.peer(target, node, Purpose::Snapshot)
    }
}

impl From<CallError> for RPCError<TypeConfig> {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotSent(_) => Unreachable::new(&error).into(),
            CallError::Unknown(_) | CallError::Failed(_) => NetworkError::new(&error).into(),
        }
    }
}

fn lost(error: &io::Error) -> RPCError<TypeConfig> {
    NetworkError::new(error).into()
}

type Appended = Result<StreamAppendResult<TypeConfig>, RPCError<TypeConfig>>;

/// Entries under way: what is still to be sent, and how many were not answered.
struct Pipeline<S> {
    input: Option<S>,
    channel: Channel,
    pending: usize,
    last: Instant,
}

impl<S: Stream<Item = AppendEntriesRequest<TypeConfig>> + Unpin> Pipeline<S> {
    /// The next answer; sends meanwhile what there is to be sent. None when all was answered.
    async fn next(&mut self) -> Option<Appended> {
        loop {
            let more = self.input.is_some() && self.pending < WINDOW;
            if self.input.is_none() && self.pending == 0 {
                return None;
            }
            tokio::select! {
                biased;
                answer = self.channel.receive(), if self.pending > 0 => {
                    self.pending -= 1;
                    self.last = Instant::now();
                    return Some(answer.map_err(|error| lost(&error)));
                }
                request = next_of(&mut self.input), if more => match request {
                    Some(request) => {
                        if self.pending == 0 {
                            self.last = Instant::now();
                        }
                        self.pending += 1;
                        if let Err(error) = self.channel.send(Kind::Append, &request).await {
                            return Some(Err(lost(&error)));
                        }
                    }
                    None => self.input = None,
                },
                () = tokio::time::sleep_until(self.last + IDLE), if self.pending > 0 => {
                    return Some(Err(lost(&io::ErrorKind::TimedOut.into())));
                }
            }
        }
    }
}

async fn next_of<S: Stream + Unpin>(input: &mut Option<S>) -> Option<S::Item> {
    input.as_mut()?.next().await
}

impl RaftNetworkV2<TypeConfig> for Peer {
    type SnapshotData = SnapshotData;

    async fn append_entries(
        &mut self,
        rpc: AppendEntriesRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<AppendEntriesResponse<TypeConfig>, RPCError<TypeConfig>> {
        let request = Box::pin(futures_util::stream::once(std::future::ready(rpc)));
        let mut answers = self.stream_append(request, option).await?;
        match answers.next().await {
            Some(answer) => Ok(answer?.into()),
            None => Err(lost(&io::ErrorKind::UnexpectedEof.into())),
        }
    }

    fn stream_append<'s, S>(
        &'s mut self,
        input: S,
        _option: RPCOption,
    ) -> BoxFuture<'s, Result<BoxStream<'s, Appended>, RPCError<TypeConfig>>>
    where
        S: Stream<Item = AppendEntriesRequest<TypeConfig>> + OptionalSend + Unpin + 'static,
    {
        Box::pin(async move {
            let connection = self.links.connection(self.target, self.purpose).await?;
            let pipeline = Pipeline {
                input: Some(input),
                channel: connection.channel(),
                pending: 0,
                last: Instant::now(),
            };
            let answers = futures_util::stream::unfold(Some(pipeline), |pipeline| async move {
                let mut pipeline = pipeline?;
                let answer = pipeline.next().await?;
                // After an error, what follows on the stream means nothing.
                let goes_on = matches!(&answer, Ok(Ok(_)));
                Some((answer, goes_on.then_some(pipeline)))
            });
            let answers: BoxStream<'s, Appended> = Box::pin(answers);
            Ok(answers)
        })
    }

    async fn vote(
        &mut self,
        rpc: VoteRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        let connection = self.links.connection(self.target, Purpose::Control).await?;
        Ok(connection.call(Kind::Vote, &rpc, option.soft_ttl()).await?)
    }

    async fn pre_vote(
        &mut self,
        rpc: VoteRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        let connection = self.links.connection(self.target, Purpose::Control).await?;
        Ok(connection
            .call(Kind::PreVote, &rpc, option.soft_ttl())
            .await?)
    }

    async fn full_snapshot(
        &mut self,
        vote: VoteOf<TypeConfig>,
        snapshot: SnapshotOf<TypeConfig, SnapshotData>,
        cancel: impl Future<Output = ReplicationClosed> + Send + 'static,
        _option: RPCOption,
    ) -> Result<SnapshotResponse<TypeConfig>, StreamingError<TypeConfig>> {
        let connection = self
            .links
            .connection(self.target, Purpose::Snapshot)
            .await
            .map_err(RPCError::from)?;
        let sent = send_snapshot(connection.channel(), vote, snapshot);
        tokio::select! {
            response = sent => response.map_err(|error| NetworkError::new(&error).into()),
            closed = cancel => Err(closed.into()),
        }
    }

    async fn transfer_leader(
        &mut self,
        request: TransferLeaderRequest<TypeConfig>,
        option: RPCOption,
    ) -> Result<TransferLeaderResponse<TypeConfig>, RPCError<TypeConfig>> {
        let connection = self.links.connection(self.target, Purpose::Control).await?;
        Ok(connection
            .call(Kind::Transfer, &request, option.hard_ttl())
            .await?)
    }
}

/// Sends a snapshot piece by piece; the connection's backlog bounds how many are under way.
async fn send_snapshot(
    mut channel: Channel,
    vote: VoteOf<TypeConfig>,
    snapshot: SnapshotOf<TypeConfig, SnapshotData>,
) -> io::Result<SnapshotResponse<TypeConfig>> {
    let begin = Begin {
        vote,
        meta: snapshot.meta,
    };
    channel.send(Kind::Snapshot, &begin).await?;
    let mut pieces = snapshot.snapshot.pieces()?;
    while let Some(piece) = pieces.next().await? {
        channel.send_raw(Kind::Chunk, &piece).await?;
    }
    channel.send_raw(Kind::Chunk, &[]).await?;
    channel.receive().await
}
