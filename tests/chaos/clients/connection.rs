//! A client's connection: to one member, and to the next one after a failure.

use std::time::Duration;

use tonic::transport::{Channel, Endpoint};

use netpipe::kv::proto::etcdserverpb as pb;
use netpipe::kv::proto::mvccpb;
use pb::kv_client::KvClient;
use pb::request_op::Request;
use pb::response_op::Response;

use super::Stage;
use crate::history::{Answer, Op, Outcome, Pair, Step, When};

/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(3);

/// A client's connection.
#[derive(Debug)]
pub struct Connection {
    urls: Vec<String>,
    member: usize,
    channel: Channel,
}

/// A channel to a server that need not be there yet.
pub fn channel(url: &str) -> Channel {
    let endpoint = Endpoint::from_shared(url.to_owned()).unwrap();
    endpoint
        .connect_timeout(Duration::from_millis(700))
        .timeout(LONGEST)
        .tcp_nodelay(true)
        .connect_lazy()
}

impl Connection {
    /// To the member of that number, at first.
    pub fn new(stage: &Stage, member: usize) -> Self {
        let member = member % stage.urls.len();
        Self {
            urls: stage.urls.clone(),
            member,
            channel: channel(&stage.urls[member]),
        }
    }

    /// The channel.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Goes on to the next member.
    pub fn next(&mut self) {
        self.member = (self.member + 1) % self.urls.len();
        self.channel = channel(&self.urls[self.member]);
    }

    /// Does one operation, notes it, and gives the answer if there was one.
    pub async fn run(&mut self, stage: &Stage, mut op: Op) -> Option<Answer> {
        op.call = stage.now();
        let answer = tokio::time::timeout(LONGEST, ask(self.channel(), &op)).await;
        match answer {
            Ok(Ok(answer)) => {
                op.back = Some(stage.now());
                op.answer = Some(answer);
            }
            _ => self.next(),
        }
        let answer = op.answer.clone();
        stage.history().ops.push(op);
        if answer.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        answer
    }
}

/// Asks for an operation: by the call that is made for it, where there is one.
async fn ask(channel: Channel, op: &Op) -> Result<Answer, tonic::Status> {
    let mut client = KvClient::new(channel);
    let alone = |header: Option<pb::ResponseHeader>, outcome| Answer {
        revision: header.map_or(0, |header| header.revision),
        succeeded: true,
        outcomes: vec![outcome],
    };
    if let ([step], true) = (op.then.as_slice(), op.when.is_empty()) {
        return Ok(match request(step, op.stale) {
            Request::RequestRange(request) => {
                let got = client.range(request).await?.into_inner();
                alone(got.header, found(&got.kvs))
            }
            Request::RequestPut(request) => {
                let put = client.put(request).await?.into_inner();
                alone(put.header, Outcome::Put)
            }
            Request::RequestDeleteRange(request) => {
                let gone = client.delete_range(request).await?.into_inner();
                let pairs = gone.prev_kvs.iter().map(pair).collect();
                alone(gone.header, Outcome::Deleted(pairs))
            }
            Request::RequestTxn(_) => unreachable!("no step is a transaction"),
        });
    }
    let ops = |steps: &[Step]| {
        let request = |step| pb::RequestOp {
            request: Some(request(step, op.stale)),
        };
        steps.iter().map(request).collect()
    };
    let txn = pb::TxnRequest {
        compare: op.when.iter().map(compare).collect(),
        success: ops(&op.then),
        failure: ops(&op.other),
    };
    let done = client.txn(txn).await?.into_inner();
    let outcomes = done.responses.into_iter();
    Ok(Answer {
        revision: done.header.map_or(0, |header| header.revision),
        succeeded: done.succeeded,
        outcomes: outcomes.map(outcome).collect(),
    })
}

fn outcome(response: pb::ResponseOp) -> Outcome {
    match response.response {
        Some(Response::ResponseRange(got)) => found(&got.kvs),
        Some(Response::ResponseDeleteRange(gone)) => {
            Outcome::Deleted(gone.prev_kvs.iter().map(pair).collect())
        }
        _ => Outcome::Put,
    }
}

fn found(kvs: &[mvccpb::KeyValue]) -> Outcome {
    Outcome::Got(kvs.iter().map(pair).collect())
}

/// A pair as the history has it.
pub fn pair(kv: &mvccpb::KeyValue) -> Pair {
    Pair {
        key: String::from_utf8_lossy(&kv.key).into_owned(),
        value: String::from_utf8_lossy(&kv.value).into_owned(),
        create: kv.create_revision,
        modified: kv.mod_revision,
        version: kv.version,
        lease: kv.lease,
    }
}

fn request(step: &Step, stale: bool) -> Request {
    let range = |key: &str, range_end| {
        Request::RequestRange(pb::RangeRequest {
            key: key.into(),
            range_end,
            serializable: stale,
            ..Default::default()
        })
    };
    match step {
        Step::Get(key) => range(key, Vec::new()),
        Step::Prefix(prefix) => range(prefix, netpipe::kv::prefix_end(prefix.as_bytes())),
        Step::Put(key, value, lease) => Request::RequestPut(pb::PutRequest {
            key: key.as_str().into(),
            value: value.as_str().into(),
            lease: *lease,
            ..Default::default()
        }),
        Step::Delete(key) => Request::RequestDeleteRange(pb::DeleteRangeRequest {
            key: key.as_str().into(),
            prev_kv: true,
            ..Default::default()
        }),
    }
}

fn compare(when: &When) -> pb::Compare {
    use pb::compare::{CompareResult, CompareTarget, TargetUnion};
    let (target, union) = match when {
        When::Value(_, Some(value)) => (
            CompareTarget::Value,
            TargetUnion::Value(value.as_str().into()),
        ),
        When::Value(_, None) => (CompareTarget::Create, TargetUnion::CreateRevision(0)),
        When::Created(_, revision) => (
            CompareTarget::Create,
            TargetUnion::CreateRevision(*revision),
        ),
    };
    pb::Compare {
        result: CompareResult::Equal.into(),
        target: target.into(),
        key: when.key().into(),
        target_union: Some(union),
        ..Default::default()
    }
}
