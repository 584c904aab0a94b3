//! The start of a member: who it is, and how it finds the others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openraft::Raft;
use openraft::StepDownPolicy;
use openraft::errors::{InitializeError, RaftError};
use tokio::sync::watch;
use tokio::time::Instant;

use super::identity::{Identity, Lock};
use super::reads::{self, Reads};
use super::{Ending, Inner, Node, local, recover};
use crate::error::{Error, Result};
use crate::kv::cluster::auth::AuthOptions;
use crate::kv::cluster::config::{Bootstrap, Config, Url};
use crate::kv::cluster::log::{Log, Owner};
use crate::kv::cluster::machine::{DEFAULT_QUOTA, Machine, MachineOptions};
use crate::kv::cluster::peer::{self, Answer, Links, Peers};
use crate::kv::cluster::tls::{Connector, Listener};
use crate::kv::cluster::{Member, MemberId, ids};

/// How long the members of a cluster to join are asked who they are.
const JOIN: Duration = Duration::from_secs(10);

/// The directory of the log, in the data directory.
pub(super) const LOG: &str = "log";

/// How many entries go in one frame. Most are small; what counts in bytes the log bounds.
const BATCH: u64 = 512;

impl Node {
    /// Starts a member, which is served to others at `listeners`.
    ///
    /// # Errors
    /// Its data cannot be read or is another's, or it cannot take part in the cluster.
    pub async fn start(
        config: &Config,
        connector: Connector,
        listeners: Vec<Listener>,
    ) -> Result<Self> {
        let lock = Lock::take(&config.data_dir)?;
        let identity = match Identity::read(&config.data_dir)? {
            Some(identity) => {
                identity.check(config)?;
                identity
            }
            None => {
                let identity = new_identity(config, &connector).await?;
                local::take_over(config, &identity)?;
                identity.write(&config.data_dir)?;
                identity
            }
        };
        let (id, cluster) = (identity.member, identity.cluster);
        let links = Arc::new(Links::new(connector.clone(), cluster, id));
        let mut machine = open_state(config)?;
        let mut log = open_log(config, &identity).await?;
        if config.force_new_cluster {
            machine = recover::force_new(config, &identity, machine, &mut log).await?;
        }
        let raft = Raft::new(
            id,
            Arc::new(raft_config(config)?),
            Peers(Arc::clone(&links)),
            log,
            machine.clone(),
        )
        .await
        .map_err(|error| failed(&error))?;
        let (reads, waiting) = Reads::new();
        let node = Self {
            inner: Arc::new(Inner {
                raft,
                machine,
                id,
                cluster,
                config: config.clone(),
                connector,
                links,
                reads,
                changes: tokio::sync::Mutex::default(),
                heard: Mutex::new(None),
                leader: watch::Sender::new(None),
                ending: watch::Sender::new(None),
                _lock: lock,
            }),
        };
        for listener in listeners {
            tokio::spawn(peer::serve(node.clone(), listener));
        }
        node.begin(identity.begins).await?;
        tokio::spawn(reads::serve(node.clone(), waiting));
        node.tend();
        Ok(node)
    }

    /// Begins the cluster, if it is to and was not begun yet. All who begin it do the same.
    async fn begin(&self, members: BTreeMap<MemberId, Member>) -> Result<()> {
        let raft = &self.inner.raft;
        let begun = raft
            .is_initialized()
            .await
            .map_err(|error| failed(&error))?;
        if begun && raft.voter_ids().eq([self.inner.id]) {
            // There is nobody to wait for.
            return raft
                .trigger()
                .elect(false)
                .await
                .map_err(|error| failed(&error));
        }
        if begun || members.is_empty() {
            return Ok(());
        }
        match raft.initialize(members).await {
            // Another one was first, and this one has heard of it.
            Ok(()) | Err(RaftError::APIError(InitializeError::NotAllowed(_))) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Waits until this member takes part: there is a leader, all that was acknowledged when it
    /// started is applied here, the others know it, and it votes if it was added to.
    ///
    /// # Errors
    /// The member ended.
    pub async fn wait_ready(&self) -> std::result::Result<(), Ending> {
        loop {
            let ready = tokio::select! {
                ready = self.linearized() => ready.is_ok(),
                ending = self.ended() => return Err(ending),
            };
            // The others must know that it has taken part, so that it cannot do so twice: see
            // `refuse_second_start`.
            if ready && self.make_known().await && self.is_what_it_shall_be() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Who a member without data is.
async fn new_identity(config: &Config, connector: &Connector) -> Result<Identity> {
    let (own, members) = founders(config)?;
    if config.bootstrap == Bootstrap::Existing {
        return join(config, connector).await;
    }
    let cluster = ids::cluster(members.keys().copied());
    refuse_second_start(config, connector, cluster, own).await?;
    Ok(Identity::new(cluster, own, config, members))
}

/// The members that begin the cluster, and which of them this one is.
pub(super) fn founders(config: &Config) -> Result<(MemberId, BTreeMap<MemberId, Member>)> {
    let members = members(config);
    let own = members.iter().find(|(_, m)| m.name == config.name);
    let (own, member) = own.ok_or_else(|| {
        Error::usage(format!(
            "couldn't find local name \"{}\" in the initial cluster configuration",
            config.name
        ))
        .hint("name this member in --initial-cluster as in --name")
    })?;
    if member.peer_urls != sorted(&config.advertise_peer) {
        return Err(Error::usage(format!(
            "--initial-cluster has {} for {}, and --advertise-peer is {}",
            member.peer_urls.join(","),
            config.name,
            sorted(&config.advertise_peer).join(",")
        ))
        .hint("both say how the other members reach this one: make them the same"));
    }
    Ok((*own, members))
}

/// The members that begin the cluster.
fn members(config: &Config) -> BTreeMap<MemberId, Member> {
    let member = |(name, urls): (&String, &Vec<Url>)| {
        let peer_urls = sorted(urls);
        let id = ids::member(peer_urls.iter().map(String::as_str), &config.token);
        let member = Member {
            name: name.clone(),
            peer_urls,
            ..Member::default()
        };
        (id, member)
    };
    config.initial_cluster.iter().map(member).collect()
}

fn sorted(urls: &[Url]) -> Vec<String> {
    let mut urls: Vec<String> = urls.iter().map(ToString::to_string).collect();
    urls.sort();
    urls
}

/// The peer URLs of the other members that are named.
fn others(config: &Config) -> impl Iterator<Item = &Url> {
    let named = config.initial_cluster.iter();
    named
        .filter(|(name, _)| **name != config.name)
        .flat_map(|(_, urls)| urls)
}

/// A member that has taken part and lost its data must not begin again as the same one: what it
/// has promised is lost, and it would promise the contrary.
async fn refuse_second_start(
    config: &Config,
    connector: &Connector,
    cluster: u64,
    own: MemberId,
) -> Result<()> {
    for url in others(config) {
        let Ok(Answer::Members(theirs, members)) = peer::who(connector, url).await else {
            continue;
        };
        if theirs != cluster {
            return Err(Error::conflict(format!(
                "cluster ID mismatch: {url} is of the cluster {theirs:x}, not of {cluster:x}"
            ))
            .hint("make --initial-cluster and --initial-cluster-token the same on all members"));
        }
        if members.is_empty() {
            // It begins too.
            continue;
        }
        let known = members.iter().find(|(id, _)| *id == own);
        if known.is_none_or(|(_, member)| !member.client_urls.is_empty()) {
            return Err(bootstrapped(own, url));
        }
        return Ok(());
    }
    Ok(())
}

fn bootstrapped(id: MemberId, url: &Url) -> Error {
    Error::conflict(format!("member {id:x} has already been bootstrapped")).hint(format!(
        "its data is lost: remove it (netpipe kv member remove {id:x} --endpoints …), add it anew \
         with `member add`, and start it with --initial-cluster-state existing; {url} says so"
    ))
}

/// Asks the members of a cluster which of them this one is.
async fn join(config: &Config, connector: &Connector) -> Result<Identity> {
    let end = Instant::now() + JOIN;
    let own = sorted(&config.advertise_peer);
    let mut told = Error::usage("there is no other member in --initial-cluster to ask");
    loop {
        for url in others(config) {
            let (cluster, members) = match peer::who(connector, url).await {
                Ok(Answer::Members(cluster, members)) => (cluster, members),
                Ok(_) => continue,
                Err(error) => {
                    told = Error::failed(format!(
                        "could not retrieve cluster information from {url}: {error}"
                    ));
                    continue;
                }
            };
            let found = members.iter().find(|(_, member)| member.peer_urls == own);
            match found {
                Some((id, member)) if member.client_urls.is_empty() => {
                    return Ok(Identity::new(cluster, *id, config, BTreeMap::new()));
                }
                Some((id, _)) => return Err(bootstrapped(*id, url)),
                None => {
                    told = Error::not_found(format!(
                        "the cluster of {url} has no member at {}",
                        own.join(",")
                    ))
                    .hint(format!(
                        "add it first: netpipe kv member add {} --peer-urls {}",
                        config.name,
                        own.join(",")
                    ));
                }
            }
        }
        if Instant::now() >= end {
            return Err(told);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Opens the state of a member.
pub(super) fn open_state(config: &Config) -> Result<Machine> {
    let options = MachineOptions {
        quota: match config.quota {
            0 => DEFAULT_QUOTA,
            bytes => bytes,
        },
        auth: AuthOptions {
            token_ttl: config.auth_token_ttl,
            bcrypt_cost: config.bcrypt_cost,
            client_cert_auth: config.client_tls.client_auth,
        },
    };
    Machine::open(&config.data_dir, &options)
}

/// Opens the log of a member, which has what followed.
async fn open_log(config: &Config, identity: &Identity) -> Result<Log> {
    let log = Log::open(&config.data_dir.join(LOG))?;
    log.claim(Owner {
        cluster: identity.cluster,
        member: identity.member,
    })
    .await?;
    Ok(log)
}

fn raft_config(config: &Config) -> Result<openraft::Config> {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let raft = openraft::Config {
        cluster_name: "netpipe".into(),
        heartbeat_interval: millis(config.heartbeat),
        election_timeout_min: millis(config.election),
        election_timeout_max: 2 * millis(config.election),
        install_snapshot_timeout: 60_000,
        max_payload_entries: BATCH,
        snapshot_policy: openraft::SnapshotPolicy::LogsSinceLast(config.snapshot_count),
        max_in_snapshot_log_to_keep: config.catch_up,
        replication_lag_threshold: config.snapshot_count + config.catch_up,
        enable_pre_vote: Some(config.pre_vote),
        // A leader that was killed may have sent entries that its own disk does not have. In its
        // old term it would send others of the same places, and members would diverge.
        enable_leader_restore: Some(false),
        removed_leader_step_down: StepDownPolicy::After(millis(config.heartbeat)),
        backoff: "50ms 100ms 200ms ..500ms".into(),
        ..openraft::Config::default()
    };
    raft.validate().map_err(|error| failed(&error))
}

fn failed(error: &impl std::fmt::Display) -> Error {
    Error::failed(format!("cannot start the member: {error}"))
}
