//! A client that takes a lock, writes what the lock guards, and gives it back or lets its lease
//! end.

use std::sync::Arc;
use std::time::Duration;

use netpipe::kv::proto::v3lockpb::lock_client::LockClient;
use netpipe::kv::proto::v3lockpb::{LockRequest, UnlockRequest};

use super::connection::Connection;
use super::lease::{grant, renew, revoke};
use super::{Stage, pause};
use crate::history::{Hold, Op, Outcome, Step, Time, When};

/// How long to wait for a lock.
const LONGEST: Duration = Duration::from_secs(6);
const SECOND: Time = 1_000_000_000;

/// Runs until the end.
pub async fn run(stage: Arc<Stage>, client: usize) {
    let mut rng = stage.rng(client);
    let mut connection = Connection::new(&stage, client);
    while !stage.is_over() {
        let name = format!("lock/{}", rng.u8(0..2));
        if once(&stage, client, &mut rng, &mut connection, &name)
            .await
            .is_none()
        {
            connection.next();
            pause(&mut rng, 100).await;
        }
        pause(&mut rng, 100).await;
    }
}

/// Takes the lock once.
async fn once(
    stage: &Stage,
    client: usize,
    rng: &mut fastrand::Rng,
    connection: &mut Connection,
    name: &str,
) -> Option<()> {
    let mut renewed = stage.now();
    let (lease, ttl) = grant(connection.channel(), 4).await?;
    let request = LockRequest {
        name: name.into(),
        lease,
    };
    let mut locks = LockClient::new(connection.channel());
    let mut locking = Box::pin(tokio::time::timeout(LONGEST, locks.lock(request)));
    let locked = loop {
        // Kept alive while it waits in the queue.
        let asked = stage.now();
        tokio::select! {
            locked = &mut locking => break locked.ok()?.ok()?.into_inner(),
            () = tokio::time::sleep(Duration::from_millis(900)) => (),
        }
        if renew(connection.channel(), lease).await? > 0 {
            renewed = asked;
        }
    };
    let from = stage.now();
    let key = String::from_utf8(locked.key).ok()?;
    let created = created(stage, client, connection, &key).await;
    for _ in 0..rng.u8(1..5) {
        guarded(stage, client, connection, name, &key, created).await;
        pause(rng, 60).await;
    }
    let ends = renewed + SECOND * Time::try_from(ttl).unwrap_or(0);
    let until = stage.now().min(ends);
    stage.history().holds.push(Hold {
        client,
        name: name.into(),
        key: key.clone(),
        revision: locked.header?.revision,
        from,
        until: until.max(from),
    });
    match rng.u8(0..4) {
        // Gone without a word: the lease ends it.
        0 => (),
        1 => drop(revoke(connection.channel(), lease).await),
        _ => {
            let request = UnlockRequest { key: key.into() };
            let mut locks = LockClient::new(connection.channel());
            let _ = tokio::time::timeout(LONGEST, locks.unlock(request)).await;
        }
    }
    Some(())
}

/// The revision that the client's place in the queue is from.
async fn created(
    stage: &Stage,
    client: usize,
    connection: &mut Connection,
    key: &str,
) -> Option<i64> {
    let look = Op::new(client, vec![Step::Get(key.into())]);
    let answer = connection.run(stage, look).await?;
    match answer.outcomes.first()? {
        Outcome::Got(pairs) => Some(pairs.first()?.create),
        _ => None,
    }
}

/// Writes what the lock guards, as long as the client's place is there.
async fn guarded(
    stage: &Stage,
    client: usize,
    connection: &mut Connection,
    name: &str,
    key: &str,
    created: Option<i64>,
) {
    let Some(created) = created else { return };
    let put = Step::Put(format!("guard/{name}"), stage.value(), 0);
    let op = Op {
        when: vec![When::Created(key.into(), created)],
        ..Op::new(client, vec![put])
    };
    connection.run(stage, op).await;
}
