//! The flags of a server: etcd's (`server/etcdmain/help.go` of 3.4 to 3.7), with netpipe's own
//! shorter names for the ones that everybody needs.

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A value, whose word in the help is this.
    Value(&'static str),
    /// Nothing, or `=true` or `=false`.
    Switch,
}

/// What netpipe makes of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It does what it does in etcd.
    Meant,
    /// It is about something that netpipe does not have; it is said so if it is not the default.
    Ignored,
    /// To leave it out would start another cluster than the one asked for.
    Refused,
}

/// A flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// etcd's name of it.
    pub name: &'static str,
    /// netpipe's, if that is another.
    pub own: Option<&'static str>,
    /// What it takes.
    pub kind: Kind,
    /// etcd's default.
    pub default: &'static str,
    /// Whether it has an effect.
    pub meaning: Use,
    /// The line of the help; empty where only etcd's users know the flag.
    pub help: &'static str,
}

impl Flag {
    /// The name by which netpipe's help has it.
    pub fn shown(&self) -> &'static str {
        self.own.unwrap_or(self.name)
    }

    /// The variable that stands for it (etcd: `flags.FlagToEnv`).
    pub fn variable(&self) -> String {
        format!("ETCD_{}", self.name.to_uppercase().replace('-', "_"))
    }
}

/// Finds a flag by either name; etcd 3.6 took `experimental-` off many.
pub fn find(name: &str) -> Option<&'static Flag> {
    let plain = name.strip_prefix("experimental-").unwrap_or(name);
    let named = |wanted: &str| {
        FLAGS
            .iter()
            .find(|flag| flag.name == wanted || flag.own == Some(wanted))
    };
    named(name).or_else(|| named(plain))
}

const fn shown(
    name: &'static str,
    own: Option<&'static str>,
    value: &'static str,
    default: &'static str,
    help: &'static str,
) -> Flag {
    Flag {
        name,
        own,
        kind: Kind::Value(value),
        default,
        meaning: Use::Meant,
        help,
    }
}

const fn switch(name: &'static str, default: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        own: None,
        kind: Kind::Switch,
        default,
        meaning: Use::Meant,
        help,
    }
}

const fn known(name: &'static str, default: &'static str) -> Flag {
    shown(name, None, "VALUE", default, "")
}

const fn ignored(name: &'static str, default: &'static str) -> Flag {
    Flag {
        meaning: Use::Ignored,
        ..known(name, default)
    }
}

const fn ignored_switch(name: &'static str, default: &'static str) -> Flag {
    Flag {
        meaning: Use::Ignored,
        ..switch(name, default, "")
    }
}

const fn refused(name: &'static str) -> Flag {
    Flag {
        meaning: Use::Refused,
        ..known(name, "")
    }
}

/// All of them, in the order of the help.
pub const FLAGS: &[Flag] = &[
    shown(
        "name",
        None,
        "NAME",
        "default",
        "This member's name [default: the host's]",
    ),
    shown(
        "data-dir",
        None,
        "DIR",
        "",
        "Where its log and state are kept [default: STATE_DIR/cluster]",
    ),
    shown(
        "listen-client-urls",
        Some("listen-client"),
        "URLS",
        "http://localhost:2379",
        "Where clients are served, separated by commas [default: http://localhost:2379]",
    ),
    shown(
        "advertise-client-urls",
        Some("advertise-client"),
        "URLS",
        "http://localhost:2379",
        "How clients reach it [default: as --listen-client]",
    ),
    shown(
        "listen-peer-urls",
        Some("listen-peer"),
        "URLS",
        "http://localhost:2380",
        "Where other members are served [default: http://localhost:2380]",
    ),
    shown(
        "initial-advertise-peer-urls",
        Some("advertise-peer"),
        "URLS",
        "http://localhost:2380",
        "How other members reach it [default: as --listen-peer]",
    ),
    shown(
        "initial-cluster",
        None,
        "NAME=URL,…",
        "default=http://localhost:2380",
        "The members that begin the cluster, each with its peer URL [default: this one alone]",
    ),
    shown(
        "initial-cluster-token",
        None,
        "TOKEN",
        "etcd-cluster",
        "What the ids of cluster and members are made of, so that two clusters differ [default: etcd-cluster]",
    ),
    shown(
        "initial-cluster-state",
        None,
        "STATE",
        "new",
        "new: begin a cluster; existing: join the one of --initial-cluster, after `member add` there [default: new]",
    ),
    switch(
        "insecure",
        "false",
        "Listen beyond this host without TLS: whoever reaches the port reads and writes all",
    ),
    switch(
        "force-new-cluster",
        "false",
        "Begin a cluster of this member alone with the data it has, after a majority is lost for good",
    ),
    shown(
        "config-file",
        None,
        "FILE",
        "",
        "Read all flags from a YAML file as etcd's; others and variables are not read then",
    ),
    shown(
        "cert-file",
        None,
        "FILE",
        "",
        "The certificate that clients see",
    ),
    shown("key-file", None, "FILE", "", "Its key"),
    shown(
        "trusted-ca-file",
        None,
        "FILE",
        "",
        "Whose certificates of clients are good",
    ),
    switch(
        "client-cert-auth",
        "false",
        "Refuse clients without a certificate",
    ),
    shown(
        "peer-cert-file",
        None,
        "FILE",
        "",
        "The certificate that other members see, and that it shows them",
    ),
    shown("peer-key-file", None, "FILE", "", "Its key"),
    shown(
        "peer-trusted-ca-file",
        None,
        "FILE",
        "",
        "Whose certificates of members are good",
    ),
    switch(
        "peer-client-cert-auth",
        "false",
        "Refuse members without a certificate",
    ),
    shown(
        "heartbeat-interval",
        None,
        "MS",
        "100",
        "How often a leader is heard of [default: 100]",
    ),
    shown(
        "election-timeout",
        None,
        "MS",
        "1000",
        "After how long without one a member asks to be leader [default: 1000]",
    ),
    shown(
        "snapshot-count",
        None,
        "COUNT",
        "10000",
        "After how many changes the log is cut [default: 10000]",
    ),
    shown(
        "quota-backend-bytes",
        None,
        "BYTES",
        "0",
        "How large the state may grow before writes are refused; 0: 2 GiB [default: 0]",
    ),
    shown(
        "max-txn-ops",
        None,
        "COUNT",
        "128",
        "The most operations of a transaction [default: 128]",
    ),
    shown(
        "max-request-bytes",
        None,
        "BYTES",
        "1572864",
        "The largest request [default: 1572864]",
    ),
    shown(
        "auto-compaction-mode",
        None,
        "MODE",
        "periodic",
        "periodic or revision [default: periodic]",
    ),
    shown(
        "auto-compaction-retention",
        None,
        "LENGTH",
        "0",
        "How much history is kept: a duration (hours if it has no unit), or a number of revisions; 0: all [default: 0]",
    ),
    shown(
        "auth-token",
        None,
        "TYPE",
        "simple",
        "How users are remembered: simple [default: simple]",
    ),
    shown(
        "auth-token-ttl",
        None,
        "SECONDS",
        "300",
        "How long an unused token lives [default: 300]",
    ),
    shown(
        "bcrypt-cost",
        None,
        "COST",
        "10",
        "How hard passwords are to guess, 4 to 31 [default: 10]",
    ),
    switch(
        "strict-reconfig-check",
        "true",
        "Refuse changes of members that would lose the majority [default: true]",
    ),
    switch(
        "pre-vote",
        "true",
        "Ask before an election, so that a member that was cut off disturbs nobody [default: true]",
    ),
    shown(
        "max-learners",
        None,
        "COUNT",
        "1",
        "How many learners there may be at once [default: 1]",
    ),
    shown(
        "listen-metrics-urls",
        Some("listen-metrics"),
        "URLS",
        "",
        "Where /metrics and /health are served too",
    ),
    shown(
        "log-level",
        None,
        "LEVEL",
        "info",
        "debug, info, warn, error, panic or fatal [default: info]",
    ),
    known("listen-client-http-urls", ""),
    known("max-concurrent-streams", "4294967295"),
    known("grpc-keepalive-min-time", "5s"),
    known("grpc-keepalive-interval", "2h"),
    known("grpc-keepalive-timeout", "20s"),
    known("watch-progress-notify-interval", "10m"),
    known("warning-apply-duration", "100ms"),
    known("warning-unary-request-duration", "300ms"),
    known("snapshot-catchup-entries", "5000"),
    known("client-cert-file", ""),
    known("client-key-file", ""),
    known("client-crl-file", ""),
    known("client-cert-allowed-hostname", ""),
    switch("auto-tls", "false", ""),
    known("peer-client-cert-file", ""),
    known("peer-client-key-file", ""),
    known("peer-crl-file", ""),
    known("peer-cert-allowed-cn", ""),
    known("peer-cert-allowed-hostname", ""),
    switch("peer-auto-tls", "false", ""),
    known("self-signed-cert-validity", "1"),
    known("tls-min-version", "TLS1.2"),
    known("tls-max-version", ""),
    known("corrupt-check-time", "0s"),
    refused("discovery"),
    refused("discovery-srv"),
    refused("discovery-token"),
    refused("discovery-endpoints"),
    ignored("discovery-srv-name", ""),
    ignored("discovery-fallback", "exit"),
    ignored("discovery-proxy", ""),
    ignored("discovery-dial-timeout", "2s"),
    ignored("discovery-request-timeout", "5s"),
    ignored("discovery-keepalive-time", "2s"),
    ignored("discovery-keepalive-timeout", "6s"),
    ignored_switch("discovery-insecure-transport", "true"),
    ignored_switch("discovery-insecure-skip-tls-verify", "false"),
    ignored("discovery-cert", ""),
    ignored("discovery-key", ""),
    ignored("discovery-cacert", ""),
    ignored("discovery-user", ""),
    ignored("discovery-password", ""),
    ignored("wal-dir", ""),
    ignored("max-snapshots", "5"),
    ignored("max-wals", "5"),
    ignored_switch("memory-mlock", "false"),
    ignored_switch("initial-election-tick-advance", "true"),
    ignored("backend-bbolt-freelist-type", "map"),
    ignored("backend-batch-interval", ""),
    ignored("backend-batch-limit", "0"),
    ignored_switch("socket-reuse-port", "false"),
    ignored_switch("socket-reuse-address", "false"),
    ignored_switch("enable-grpc-gateway", "true"),
    ignored("raft-read-timeout", "5s"),
    ignored("raft-write-timeout", "5s"),
    ignored("feature-gates", ""),
    ignored("cipher-suites", ""),
    ignored("cors", "*"),
    ignored("host-whitelist", "*"),
    ignored_switch("peer-skip-client-san-verification", "false"),
    ignored_switch("enable-pprof", "false"),
    ignored("metrics", "basic"),
    ignored("logger", "zap"),
    ignored("log-outputs", "default"),
    ignored("log-format", "json"),
    ignored_switch("enable-log-rotation", "false"),
    ignored("log-rotation-config-json", ""),
    ignored("log-package-levels", ""),
    ignored_switch("debug", "false"),
    ignored_switch("enable-distributed-tracing", "false"),
    ignored("distributed-tracing-address", "localhost:4317"),
    ignored("distributed-tracing-service-name", "etcd"),
    ignored("distributed-tracing-instance-id", ""),
    ignored("distributed-tracing-sampling-rate", "0"),
    ignored_switch("initial-corrupt-check", "false"),
    ignored_switch("compact-hash-check-enabled", "false"),
    ignored("compact-hash-check-time", "1m"),
    ignored_switch("enable-lease-checkpoint", "false"),
    ignored_switch("enable-lease-checkpoint-persist", "false"),
    ignored("compaction-batch-limit", "1000"),
    ignored("compaction-sleep-interval", "10ms"),
    ignored("downgrade-check-time", "5s"),
    ignored_switch("txn-mode-write-with-shared-buffer", "true"),
    ignored("bootstrap-defrag-threshold-megabytes", "0"),
    ignored_switch("stop-grpc-service-on-defrag", "false"),
    ignored_switch("enable-v2", "false"),
    ignored("enable-v2v3", ""),
    ignored("v2-deprecation", "not-yet"),
    ignored_switch("next-cluster-version-compatible", "false"),
    ignored("proxy", "off"),
    ignored("proxy-failure-wait", "5000"),
    ignored("proxy-refresh-interval", "30000"),
    ignored("proxy-dial-timeout", "1000"),
    ignored("proxy-write-timeout", "5000"),
    ignored("proxy-read-timeout", "0"),
    ignored_switch("unsafe-no-fsync", "false"),
];
