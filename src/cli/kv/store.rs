//! The store that a verb works on: a server's, or this host's own.

use std::path::Path;

use super::connect::Connect;
use super::remote::Remote;
use crate::error::{Error, Result};
use crate::kv::convert;
use crate::kv::local::{FILE_NAME, LocalKv};
use crate::kv::proto::etcdserverpb::{
    CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse,
    LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveResponse, LeaseLeasesResponse,
    LeaseRevokeRequest, LeaseRevokeResponse, LeaseStatus, LeaseTimeToLiveRequest,
    LeaseTimeToLiveResponse, PutRequest, PutResponse, RangeRequest, RangeResponse, ResponseHeader,
    TxnRequest, TxnResponse,
};
use crate::kv::{Kv, Op, OpResponse, Txn};

/// Where keys are.
pub enum Store {
    /// In this host's own store, without a server.
    Local(LocalKv),
    /// At a server.
    Remote(Box<Remote>),
}
