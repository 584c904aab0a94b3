//! A client that grants leases, keeps them alive for a while, and lets them end or revokes them.

use std::sync::Arc;
use std::time::Duration;

use netpipe::kv::proto::etcdserverpb as pb;
use pb::lease_client::LeaseClient;
use tonic::transport::Channel;

use super::connection::Connection;
use super::{Stage, pause};
use crate::history::{Leased, Op, Step};

/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(3);

/// Asks for a lease; gives its id and TTL.
pub async fn grant(channel: Channel, ttl: i64) -> Option<(i64, i64)> {
    let request = pb::LeaseGrantRequest { ttl, id: 0 };
    let mut client = LeaseClient::new(channel);
    let granted = tokio::time::timeout(LONGEST, client.lease_grant(request)).await;
    let granted = granted.ok()?.ok()?.into_inner();
    Some((granted.id, granted.ttl))
}

/// Renews a lease once; gives the TTL, which is 0 if the lease has ended.
pub async fn renew(channel: Channel, id: i64) -> Option<i64> {
    let request = tokio_stream::once(pb::LeaseKeepAliveRequest { id });
    let work = async {
        let mut client = LeaseClient::new(channel);
        let mut answers = client.lease_keep_alive(request).await?.into_inner();
        answers.message().await
    };
    let answer = tokio::time::timeout(LONGEST, work).await;
    Some(answer.ok()?.ok()??.ttl)
}

/// Ends a lease; whether that was answered.
pub async fn revoke(channel: Channel, id: i64) -> bool {
    let request = pb::LeaseRevokeRequest { id };
    let mut client = LeaseClient::new(channel);
    let done = tokio::time::timeout(LONGEST, client.lease_revoke(request)).await;
    done.is_ok_and(|answer| answer.is_ok())
}

/// Runs until the end.
pub async fn run(stage: Arc<Stage>, client: usize) {
    let mut rng = stage.rng(client);
    let mut connection = Connection::new(&stage, client);
    let mut number = 0;
    while !stage.is_over() {
        number += 1;
        let asked = stage.now();
        let Some((id, ttl)) = grant(connection.channel(), rng.i64(2..5)).await else {
            connection.next();
            pause(&mut rng, 100).await;
            continue;
        };
        let key = format!("lease/{client}-{number}");
        let mut lease = Leased {
            key: key.clone(),
            renewed: asked,
            ttl,
            revoked: None,
        };
        let put = Op::new(client, vec![Step::Put(key, stage.value(), id)]);
        connection.run(&stage, put).await;
        for _ in 0..rng.u8(0..4) {
            pause(&mut rng, 900).await;
            let asked = stage.now();
            match renew(connection.channel(), id).await {
                Some(ttl @ 1..) => (lease.renewed, lease.ttl) = (asked, ttl),
                Some(_) => break,
                None => connection.next(),
            }
        }
        if rng.u8(0..3) == 0 {
            lease.revoked = Some(stage.now());
            revoke(connection.channel(), id).await;
        }
        stage.history().leases.push(lease);
        pause(&mut rng, 200).await;
    }
}
