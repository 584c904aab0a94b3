//! A connection to a store: its services, and the token that says who asks.

use tonic::codegen::http::HeaderValue;
use tonic::{Code, Status};

use super::access::User;
use super::fault;
use super::wire::Wire;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb as pb;
use crate::kv::proto::{v3electionpb, v3lockpb};
use pb::auth_client::AuthClient;
use pb::cluster_client::ClusterClient;
use pb::kv_client::KvClient;
use pb::lease_client::LeaseClient;
use pb::maintenance_client::MaintenanceClient;
use pb::watch_client::WatchClient;
use v3electionpb::election_client::ElectionClient;
use v3lockpb::lock_client::LockClient;

/// The longest answer that is taken, in bytes. etcd bounds requests, but not answers; this is
/// more than the largest database that it suggests could fill with one range of interest.
const LONGEST_ANSWER: usize = 512 << 20;

/// A connection to whichever member of the store answers; clones share it.
///
/// Each call has the deadline of [`Access`](super::Access), but for those that go on. A call that
/// fails for the member's sake fails; the next one goes to the next member.
#[derive(Clone)]
pub struct Connection {
    wire: Wire,
    user: Option<User>,
}

macro_rules! services {
    ($($(#[$doc:meta])* $name:ident: $client:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> $client<Wire> {
            $client::new(self.wire.clone()).max_decoding_message_size(LONGEST_ANSWER)
        }
    )*};
}

impl Connection {
    pub(super) fn new(wire: Wire, user: Option<User>) -> Self {
        Self { wire, user }
    }

    services! {
        /// Keys.
        kv: KvClient,
        /// Watches.
        watch: WatchClient,
        /// Leases.
        lease: LeaseClient,
        /// Members.
        cluster: ClusterClient,
        /// Upkeep.
        maintenance: MaintenanceClient,
        /// Users, roles and permissions.
        auth: AuthClient,
        /// Locks.
        lock: LockClient,
        /// Elections.
        election: ElectionClient,
    }

    /// The way to the members.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Gets a token for the user, if one was given; where authentication is off, none is needed.
    ///
    /// # Errors
    /// Failed if the store does not know the user or the password.
    pub async fn authenticate(&self) -> Result<()> {
        let Some(user) = &self.user else {
            return Ok(());
        };
        self.wire.set_token(None);
        let request = pb::AuthenticateRequest {
            name: user.name.clone(),
            password: user.password.clone(),
        };
        let mut tries = self.wire.members();
        let answer = loop {
            let answer = self.auth().authenticate(request.clone()).await;
            tries -= 1;
            match answer {
                Err(status) if tries > 0 && fault::is_of_member(&status) => {}
                answer => break answer,
            }
        };
        match answer {
            Ok(answer) => {
                let token = HeaderValue::from_str(&answer.into_inner().token)
                    .map_err(|_| Error::failed("the store gave a token that is none"))?;
                self.wire.set_token(Some(token));
                Ok(())
            }
            Err(status) if fault::has_no_auth(&status) => Ok(()),
            Err(status) => Err(fault::error(&self.wire, &status)
                .while_doing(&format!("cannot ask the store as `{}`", user.name))),
        }
    }

    /// Gets a new token if that is what a call failed for; whether it did. Nothing was done by
    /// such a call, so it can be repeated.
    ///
    /// # Errors
    /// As for [`Connection::authenticate`].
    pub async fn renew(&self, status: &Status) -> Result<bool> {
        let wanted = self.user.is_some() && fault::wants_token(status);
        if wanted {
            self.authenticate().await?;
        }
        Ok(wanted)
    }

    /// Makes a call, and once more if the token had to be renewed.
    ///
    /// # Errors
    /// The call's status; see [`fault::error`](super::error).
    pub async fn call<T, F, R>(&self, call: F) -> std::result::Result<T, Status>
    where
        F: Fn(Self) -> R,
        R: Future<Output = std::result::Result<T, Status>>,
    {
        let status = match call(self.clone()).await {
            Err(status) => status,
            done => return done,
        };
        match self.renew(&status).await {
            Ok(true) => call(self.clone()).await,
            Ok(false) => Err(status),
            Err(error) => Err(Status::new(Code::Unauthenticated, error.to_string())),
        }
    }
}
