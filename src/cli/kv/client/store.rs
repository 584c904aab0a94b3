//! The store that a verb works on: a server's, or this host's own.

use super::connect::Connect;
use super::remote::Server;
use crate::cli::Global;
use crate::error::{Error, Result};
use crate::kv::convert::header;
use crate::kv::local::LocalKv;
use crate::kv::proto::etcdserverpb::{
    CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse,
    LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveResponse, LeaseLeasesRequest,
    LeaseLeasesResponse, LeaseRevokeRequest, LeaseRevokeResponse, LeaseStatus,
    LeaseTimeToLiveRequest, LeaseTimeToLiveResponse, PutRequest, PutResponse, RangeRequest,
    RangeResponse, TxnRequest, TxnResponse,
};
use crate::kv::{Kv, Op, OpResponse, Txn};

/// Where keys are.
pub enum Store {
    /// In this host's own store, without a server.
    Local(Box<LocalKv>),
    /// At a server.
    Remote(Box<Server>),
}

/// What is done with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is read.
    Read,
    /// It is changed.
    Write,
}

/// Asks a server, or this host's store; both answer as a server does.
macro_rules! either {
    ($self:ident, $how:ident $service:ident.$method:ident($request:expr), $kv:ident => $local:expr) => {
        match $self {
            Self::Local($kv) => $local,
            Self::Remote(server) => server.as_ref().clone().run(|remote| async move {
                let call = || async { remote.$service().$method($request.clone()).await };
                remote.$how(call).await
            }),
        }
    };
}

impl Store {
    /// The store that the options name, or this host's.
    ///
    /// # Errors
    /// As [`Connect::access`], or the state directory cannot be made.
    pub fn open(options: &Connect, global: &Global, need: Need) -> Result<Self> {
        if let Some(access) = options.access(global)? {
            let server = Server::new(access, options.command_timeout)?;
            return Ok(Self::Remote(Box::new(server)));
        }
        Ok(Self::Local(Box::new(match need {
            Need::Read => LocalKv::open_read_only(&global.state_dir),
            Need::Write => LocalKv::open(&global.state_dir)?,
        })))
    }

    /// The server.
    ///
    /// # Errors
    /// It is none.
    pub fn server(self, verb: &str) -> Result<Server> {
        match self {
            Self::Local(_) => Err(needs_a_server(verb)),
            Self::Remote(server) => Ok(*server),
        }
    }

    /// Reads keys.
    ///
    /// # Errors
    /// The store refuses, or cannot be reached.
    pub fn range(&self, request: RangeRequest) -> Result<RangeResponse> {
        either!(self, ask kv.range(request), kv => {
            Ok(kv.range(&request.try_into()?)?.into())
        })
    }

    /// Stores a key.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn put(&self, request: PutRequest) -> Result<PutResponse> {
        either!(self, call kv.put(request), kv => {
            let done = kv.txn(&Txn::all([Op::Put(request.into())]))?;
            match done.responses.into_iter().next() {
                Some(OpResponse::Put(done)) => Ok(done.into()),
                _ => Err(odd()),
            }
        })
    }

    /// Deletes keys.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn delete(&self, request: DeleteRangeRequest) -> Result<DeleteRangeResponse> {
        either!(self, call kv.delete_range(request), kv => {
            let delete = Op::DeleteRange(request.into());
            match kv.txn(&Txn::all([delete]))?.responses.into_iter().next() {
                Some(OpResponse::Delete(done)) => Ok(done.into()),
                _ => Err(odd()),
            }
        })
    }

    /// Runs a transaction.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn txn(&self, request: TxnRequest) -> Result<TxnResponse> {
        either!(self, call kv.txn(request), kv => {
            Ok(kv.txn(&request.try_into()?)?.into())
        })
    }

    /// Forgets what was superseded.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn compact(&self, request: CompactionRequest) -> Result<CompactionResponse> {
        either!(self, call kv.compact(request), kv => {
            let header = Some(header(kv.compact(request.revision)?));
            Ok(CompactionResponse { header })
        })
    }

    /// Grants a lease.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn lease_grant(&self, request: LeaseGrantRequest) -> Result<LeaseGrantResponse> {
        either!(self, call lease.lease_grant(request), kv => {
            Ok(kv.lease_grant(request.ttl, request.id)?.into())
        })
    }

    /// Ends a lease.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn lease_revoke(&self, request: LeaseRevokeRequest) -> Result<LeaseRevokeResponse> {
        either!(self, call lease.lease_revoke(request), kv => {
            let header = Some(header(kv.lease_revoke(request.id)?));
            Ok(LeaseRevokeResponse { header })
        })
    }

    /// Tells how long a lease still lasts.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn lease_time_to_live(
        &self,
        request: LeaseTimeToLiveRequest,
    ) -> Result<LeaseTimeToLiveResponse> {
        either!(self, ask lease.lease_time_to_live(request), kv => {
            Ok(kv.lease_time_to_live(request.id, request.keys)?.into())
        })
    }

    /// Lists the leases.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn leases(&self) -> Result<LeaseLeasesResponse> {
        either!(self, ask lease.lease_leases(LeaseLeasesRequest {}), kv => {
            let leases = kv.leases()?.into_iter().map(|id| LeaseStatus { id });
            Ok(LeaseLeasesResponse {
                header: None,
                leases: leases.collect(),
            })
        })
    }

    /// Renews a lease; the answer's TTL is 0 if there is none.
    ///
    /// # Errors
    /// As [`Store::range`].
    pub fn lease_keep_alive(&self, id: i64) -> Result<LeaseKeepAliveResponse> {
        match self {
            Self::Local(kv) => Ok(LeaseKeepAliveResponse {
                header: None,
                id,
                ttl: kv.lease_keepalive(id)?,
            }),
            Self::Remote(server) => server
                .as_ref()
                .clone()
                .run(|remote| async move { remote.keep_alive_once(id).await }),
        }
    }
}

fn odd() -> Error {
    Error::failed("the store did not say what it did")
}

/// What only a server can do was asked of this host's store.
pub fn needs_a_server(verb: &str) -> Error {
    Error::usage(format!(
        "`netpipe kv {verb}` needs a server, and this host's store has none"
    ))
    .hint("name one with --endpoints, such as --endpoints 127.0.0.1:2379")
}
