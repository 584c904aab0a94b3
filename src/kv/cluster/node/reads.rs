//! Linearizable reads: all that wait share one question to the leader.

use tokio::sync::{mpsc, oneshot};

use super::Node;
use crate::kv::cluster::EtcdError;
use crate::kv::cluster::peer::{Answer, Question};

type Waiter = oneshot::Sender<Result<(), EtcdError>>;

/// Who waits for the next round.
pub(super) struct Reads(mpsc::UnboundedSender<Waiter>);

impl Reads {
    /// The queue, and what is to be given to [`serve`].
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Waiter>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Waits until this member's state has all that was acknowledged before the call.
    pub(super) async fn wait(&self) -> Result<(), EtcdError> {
        let (done, waits) = oneshot::channel();
        self.0.send(done).map_err(|_| EtcdError::Stopped)?;
        waits.await.map_err(|_| EtcdError::Stopped)?
    }
}

/// Goes round for as long as anybody waits. Who comes during a round waits for the next one, for
/// that one may have asked before.
pub(super) async fn serve(node: Node, mut waiting: mpsc::UnboundedReceiver<Waiter>) {
    while let Some(first) = waiting.recv().await {
        let mut round = vec![first];
        while let Ok(next) = waiting.try_recv() {
            round.push(next);
        }
        let done = go_round(&node).await;
        for waiter in round {
            let _ = waiter.send(done.clone());
        }
    }
}

async fn go_round(node: &Node) -> Result<(), EtcdError> {
    match node.ask_leader(Question::ReadIndex).await? {
        Answer::Index(index) => node.applied(index).await,
        _ => Err(super::unexpected()),
    }
}
