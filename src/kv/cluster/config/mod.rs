//! How a member is to run: what the flags say, checked.

mod duration;
pub mod file;
pub mod flags;
mod url;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub use url::Url;

use crate::error::{Context as _, Error, Result};
use crate::spec::shown;

/// Who asks for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Style {
    /// `etcd`: everything that is not said is as etcd has it.
    Etcd,
    /// `netpipe kv serve`.
    Own {
        /// This host's name.
        host: String,
        /// The state directory.
        state_dir: PathBuf,
    },
}

/// Begin a cluster, or join one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bootstrap {
    /// The members of `initial_cluster` begin it.
    New,
    /// They are there already and know of this one.
    Existing,
}

/// What is compacted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// Nothing.
    Off,
    /// What is older than this.
    Periodic(Duration),
    /// What is further back than this many revisions.
    Revisions(i64),
}

/// The files and demands of TLS, of one of the two sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate.
    pub cert: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
    /// The certificate to show as a client, if another.
    pub client_cert: Option<PathBuf>,
    /// Its key.
    pub client_key: Option<PathBuf>,
    /// Whose certificates are good.
    pub ca: Option<PathBuf>,
    /// The list of certificates that were taken back.
    pub crl: Option<PathBuf>,
    /// Whether clients need a certificate.
    pub client_auth: bool,
    /// The common names that a client's certificate may have; empty: any.
    pub allowed_names: Vec<String>,
    /// The host names of which a client's certificate must have one; empty: any.
    pub allowed_hosts: Vec<String>,
    /// Make a certificate at start.
    pub auto: bool,
}

/// How a member is to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its name.
    pub name: String,
    /// Where its log and state are.
    pub data_dir: PathBuf,
    /// The state directory whose own store is taken over, and where the host's netpipe finds the
    /// server; none of a server that has its data elsewhere.
    pub local: Option<PathBuf>,
    /// Where clients are served.
    pub listen_client: Vec<Url>,
    /// How clients reach it.
    pub advertise_client: Vec<Url>,
    /// Where members are served.
    pub listen_peer: Vec<Url>,
    /// How members reach it.
    pub advertise_peer: Vec<Url>,
    /// Where metrics and health are served besides.
    pub listen_metrics: Vec<Url>,
    /// The members that begin the cluster, each with its peer URLs.
    pub initial_cluster: BTreeMap<String, Vec<Url>>,
    /// What the ids are made of.
    pub token: String,
    /// Whether they are to begin it.
    pub bootstrap: Bootstrap,
    /// Listen beyond this host without TLS.
    pub insecure: bool,
    /// Begin anew with the data there is.
    pub force_new_cluster: bool,
    /// Towards clients.
    pub client_tls: TlsFiles,
    /// Towards members.
    pub peer_tls: TlsFiles,
    /// How long a certificate that is made at start is good, in years.
    pub self_signed_years: u64,
    /// The lowest version of TLS is 1.3.
    pub tls13_only: bool,
    /// How often a leader is heard of.
    pub heartbeat: Duration,
    /// After how long without one an election begins, at the least.
    pub election: Duration,
    /// Ask before an election.
    pub pre_vote: bool,
    /// After how many entries the log is cut.
    pub snapshot_count: u64,
    /// How many entries stay for members that are a little behind.
    pub catch_up: u64,
    /// How large the state may be; 0 is etcd's default of 2 GiB.
    pub quota: u64,
    /// The most operations of a transaction.
    pub max_txn_ops: usize,
    /// The largest request, in bytes.
    pub max_request: usize,
    /// The most streams of a connection.
    pub max_streams: u32,
    /// How often a client may ping at the most.
    pub keepalive_least: Duration,
    /// How often a silent client is pinged; zero is never.
    pub keepalive: Duration,
    /// How long it may take to answer.
    pub keepalive_timeout: Duration,
    /// How often a watch without events hears of progress.
    pub watch_progress: Duration,
    /// What is compacted by itself.
    pub compaction: Compaction,
    /// The kind of token, with its options.
    pub auth_token: String,
    /// How long an unused token lives.
    pub auth_token_ttl: Duration,
    /// bcrypt's cost.
    pub bcrypt_cost: u32,
    /// Refuse changes of members that would lose the majority.
    pub strict_reconfig: bool,
    /// How many learners there may be.
    pub max_learners: usize,
    /// How often the members' states are compared; zero is never.
    pub corrupt_check: Duration,
    /// What is logged.
    pub log_level: String,
    /// Whether it was asked for as `etcd`.
    pub as_etcd: bool,
    /// What was asked for and has no effect, a line each.
    pub notes: Vec<String>,
}

/// Values of flags by etcd's names, as they were given.
pub type Given = BTreeMap<&'static str, String>;

impl Config {
    /// Makes sense of the flags that were given, or of the file that they name, which etcd reads in
    /// place of all others.
    ///
    /// # Errors
    /// A value that is none, or values that do not agree.
    pub fn new(given: &Given, style: &Style) -> Result<Self> {
        let Some(path) = given.get("config-file").filter(|path| !path.is_empty()) else {
            return Self::of(given, style);
        };
        let cannot = || format!("cannot read `{path}`");
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(file::LONGEST).read_to_string(&mut text))
            .or_failed(cannot)?;
        let mut given = file::parse(&text).map_err(|error| error.while_doing(&cannot()))?;
        given.remove("config-file");
        Self::of(&given, style)
    }

    fn of(given: &Given, style: &Style) -> Result<Self> {
        let of = Values { given };
        let client_tls = of.tls("");
        let peer_tls = of.tls("peer-");
        let listen_client = of.urls("listen-client-urls", client_tls.is_on())?;
        let listen_peer = of.urls("listen-peer-urls", peer_tls.is_on())?;
        let name = of.name(style)?;
        let advertise_peer =
            of.advertised("initial-advertise-peer-urls", &listen_peer, &peer_tls)?;
        let config = Self {
            data_dir: of.data_dir(&name, style),
            advertise_client: of.advertised(
                "advertise-client-urls",
                &listen_client,
                &client_tls,
            )?,
            initial_cluster: of.cluster(&name, &advertise_peer)?,
            listen_metrics: of.urls("listen-metrics-urls", client_tls.is_on())?,
            listen_client,
            listen_peer,
            advertise_peer,
            name,
            token: of.text("initial-cluster-token").into(),
            bootstrap: of.bootstrap()?,
            insecure: of.switch("insecure")?,
            force_new_cluster: of.switch("force-new-cluster")?,
            client_tls,
            peer_tls,
            self_signed_years: of.number("self-signed-cert-validity")?,
            tls13_only: of.text("tls-min-version") == "TLS1.3",
            heartbeat: Duration::from_millis(of.number("heartbeat-interval")?),
            election: Duration::from_millis(of.number("election-timeout")?),
            pre_vote: of.switch("pre-vote")?,
            snapshot_count: of.number("snapshot-count")?,
            catch_up: of.number("snapshot-catchup-entries")?,
            quota: of.quota()?,
            max_txn_ops: of.number("max-txn-ops")?,
            max_request: of.number("max-request-bytes")?,
            max_streams: of.number("max-concurrent-streams")?,
            keepalive_least: of.duration("grpc-keepalive-min-time")?,
            keepalive: of.duration("grpc-keepalive-interval")?,
            keepalive_timeout: of.duration("grpc-keepalive-timeout")?,
            watch_progress: of.duration("watch-progress-notify-interval")?,
            compaction: of.compaction()?,
            auth_token: of.text("auth-token").into(),
            auth_token_ttl: Duration::from_secs(of.number("auth-token-ttl")?),
            bcrypt_cost: of.number("bcrypt-cost")?,
            strict_reconfig: of.switch("strict-reconfig-check")?,
            max_learners: of.number("max-learners")?,
            corrupt_check: of.duration("corrupt-check-time")?,
            log_level: of.text("log-level").into(),
            as_etcd: *style == Style::Etcd,
            local: match style {
                Style::Own { state_dir, .. } if of.file("data-dir").is_none() => {
                    Some(state_dir.clone())
                }
                _ => None,
            },
            notes: of.notes()?,
        };
        config.checked()
    }

    /// Takes over the ports that the kernel chose, where it was to choose, from where the member
    /// listens: into what it advertises, and what it says of itself to begin with.
    pub(super) fn name_ports(&mut self) {
        let name = |urls: &mut [Url], listens: &[Url]| {
            for (url, listens) in urls.iter_mut().zip(listens) {
                if url.port == 0 {
                    url.port = listens.port;
                }
            }
        };
        name(&mut self.advertise_client, &self.listen_client);
        name(&mut self.advertise_peer, &self.listen_peer);
        if let Some(own) = self.initial_cluster.get_mut(&self.name) {
            name(own, &self.listen_peer);
        }
    }

    fn checked(self) -> Result<Self> {
        let (beat, election) = (self.heartbeat.as_millis(), self.election.as_millis());
        // etcd's own bounds (`Config.Validate`): it wants five heartbeats in a time-out.
        if beat == 0 || election < 5 * beat || election > 50_000 {
            return Err(Error::usage(format!(
                "--election-timeout[{election}ms] should be at least as 5 times as \
                 --heartbeat-interval[{beat}ms], which is not 0, and at most 50000ms"
            )));
        }
        if self.snapshot_count == 0 {
            return Err(Error::usage("--snapshot-count has to be at least 1"));
        }
        if !(4..=31).contains(&self.bcrypt_cost) {
            return Err(Error::usage("--bcrypt-cost has to be from 4 to 31"));
        }
        if self.listen_client.is_empty() || self.listen_peer.is_empty() {
            return Err(Error::usage("there is nothing to listen on"));
        }
        Ok(self)
    }
}

impl TlsFiles {
    /// Whether there is a certificate, or one is to be made.
    pub fn is_on(&self) -> bool {
        self.cert.is_some() || self.auto
    }
}

/// The values, with etcd's where none was given.
struct Values<'a> {
    given: &'a Given,
}

impl Values<'_> {
    fn given(&self, name: &str) -> Option<&str> {
        let value = self.given.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> &str {
        let default = || flags::find(name).map_or("", |flag| flag.default);
        self.given(name).unwrap_or_else(default)
    }

    fn wrong(name: &str, value: &str, why: &str) -> Error {
        let shown_as =
            flags::find(name).map_or_else(|| name.to_owned(), |flag| flag.shown().to_owned());
        Error::usage(format!("--{shown_as}: `{}` {why}", shown(value)))
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<T> {
        let value = self.text(name);
        let number = value.parse();
        number.map_err(|_| Self::wrong(name, value, "is no number that fits"))
    }

    /// etcd takes a negative quota for none at all.
    fn quota(&self) -> Result<u64> {
        let bytes: i64 = self.number("quota-backend-bytes")?;
        Ok(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    fn duration(&self, name: &str) -> Result<Duration> {
        let value = self.text(name);
        duration::parse(value)
            .ok_or_else(|| Self::wrong(name, value, "is no duration such as 300ms, 10m or 1h30m"))
    }

    fn switch(&self, name: &str) -> Result<bool> {
        match self.text(name) {
            // As Go's strconv.ParseBool.
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
            value => Err(Self::wrong(name, value, "is neither true nor false")),
        }
    }

    fn urls(&self, name: &str, tls: bool) -> Result<Vec<Url>> {
        url::list(self.text(name), tls)
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        self.given(name).map(PathBuf::from)
    }

    fn list(&self, name: &str) -> Vec<String> {
        let words = self.text(name).split(',').map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .map(Into::into)
            .collect()
    }

    fn tls(&self, side: &str) -> TlsFiles {
        let file = |name: &str| self.file(&format!("{side}{name}"));
        let on = |name: &str| self.switch(name).unwrap_or_default();
        let (hosts, crl) = match side {
            "" => ("client-cert-allowed-hostname", "client-crl-file"),
            _ => ("peer-cert-allowed-hostname", "peer-crl-file"),
        };
        TlsFiles {
            cert: file("cert-file"),
            key: file("key-file"),
            client_cert: file("client-cert-file"),
            client_key: file("client-key-file"),
            ca: file("trusted-ca-file"),
            crl: self.file(crl),
            client_auth: on(&format!("{side}client-cert-auth")),
            allowed_names: match side {
                "" => Vec::new(),
                _ => self.list("peer-cert-allowed-cn"),
            },
            allowed_hosts: self.list(hosts),
            auto: on(&format!("{side}auto-tls")),
        }
    }

    fn name(&self, style: &Style) -> Result<String> {
        let name = match (self.given("name"), style) {
            (Some(name), _) => name,
            (None, Style::Etcd) => "default",
            (None, Style::Own { host, .. }) => host,
        };
        if name.len() > 253 || name.contains(['=', ',', '/']) || name.contains(char::is_control) {
            return Err(Self::wrong("name", name, "is no name of a member"));
        }
        Ok(name.into())
    }

    fn data_dir(&self, name: &str, style: &Style) -> PathBuf {
        match (self.file("data-dir"), style) {
            (Some(path), _) => path,
            (None, Style::Etcd) => format!("{name}.etcd").into(),
            (None, Style::Own { state_dir, .. }) => state_dir.join("cluster"),
        }
    }

    /// What is advertised if nothing is said is where it listens.
    fn advertised(&self, name: &str, listens: &[Url], tls: &TlsFiles) -> Result<Vec<Url>> {
        match self.given(name) {
            Some(urls) => url::list(urls, tls.is_on()),
            None => Ok(listens.to_vec()),
        }
    }

    fn cluster(&self, name: &str, own: &[Url]) -> Result<BTreeMap<String, Vec<Url>>> {
        let Some(text) = self.given("initial-cluster") else {
            return Ok(BTreeMap::from([(name.into(), own.to_vec())]));
        };
        let mut members: BTreeMap<String, Vec<Url>> = BTreeMap::new();
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, url) = part.split_once('=').ok_or_else(|| {
                Self::wrong("initial-cluster", part, "is not of the form NAME=URL")
            })?;
            members.entry(name.into()).or_default().push(url.parse()?);
        }
        Ok(members)
    }

    fn bootstrap(&self) -> Result<Bootstrap> {
        match self.text("initial-cluster-state") {
            "new" => Ok(Bootstrap::New),
            "existing" => Ok(Bootstrap::Existing),
            value => Err(Self::wrong(
                "initial-cluster-state",
                value,
                "is neither new nor existing",
            )),
        }
    }

    fn compaction(&self) -> Result<Compaction> {
        let name = "auto-compaction-retention";
        let length = self.text(name);
        let wrong = || Self::wrong(name, length, "is no length of history");
        if length == "0" {
            return Ok(Compaction::Off);
        }
        match self.text("auto-compaction-mode") {
            "periodic" => {
                // A bare number is hours.
                let hours = length.parse().ok().map(|hours: u32| hours * 3600);
                let seconds = hours.map(|seconds| Duration::from_secs(seconds.into()));
                let length = seconds.or_else(|| duration::parse(length));
                Ok(Compaction::Periodic(length.ok_or_else(wrong)?))
            }
            "revision" => Ok(Compaction::Revisions(length.parse().map_err(|_| wrong())?)),
            mode => Err(Self::wrong(
                "auto-compaction-mode",
                mode,
                "is neither periodic nor revision",
            )),
        }
    }

    /// What has no effect; an error for what would begin another cluster.
    fn notes(&self) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for flag in flags::FLAGS {
            let Some(value) = self.given(flag.name).filter(|v| *v != flag.default) else {
                continue;
            };
            match flag.meaning {
                flags::Use::Meant => {}
                flags::Use::Ignored => {
                    notes.push(format!("--{} has no effect here", flag.name));
                }
                flags::Use::Refused => {
                    return Err(Self::wrong(flag.name, value, "is not supported").hint(
                        "name the members with --initial-cluster: nothing is looked up elsewhere",
                    ));
                }
            }
        }
        Ok(notes)
    }
}
