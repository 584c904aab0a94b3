//! What is counted here, and what the parts of a member say of themselves.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Text;
use crate::kv::cluster::service::{CLUSTER_VERSION, Services, VERSION};

/// Counters that nothing else keeps.
#[derive(Default)]
pub struct Counts {
    healthy: AtomicU64,
    unhealthy: AtomicU64,
}

impl Counts {
    /// Counts an answer of `/health`.
    pub fn healthy(&self, healthy: bool) {
        let count = if healthy {
            &self.healthy
        } else {
            &self.unhealthy
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Services {
    /// All metrics of this member.
    pub(in crate::kv::cluster::service) fn metrics(&self) -> String {
        let mut text = Text::default();
        self.of_the_server(&mut text);
        self.of_the_state(&mut text);
        self.calls.write(&mut text);
        super::process::write(&mut text);
        text.finish()
    }

    fn of_the_server(&self, text: &mut Text) {
        let leader = self.node.leader();
        let leads = leader == Some(self.node.id());
        text.labelled_gauge(
            "etcd_cluster_version",
            "Which version is running. 1 for 'cluster_version' label with current cluster version",
            &format!(
                "cluster_version=\"{}\"",
                CLUSTER_VERSION.trim_end_matches(".0")
            ),
            1,
        );
        text.labelled_gauge(
            "etcd_server_version",
            "Which version is running. 1 for 'server_version' label with current version.",
            &format!("server_version=\"{VERSION}\""),
            1,
        );
        text.labelled_gauge(
            "etcd_server_id",
            "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
            &format!("server_id=\"{:x}\"", self.node.id()),
            1,
        );
        text.gauge(
            "etcd_server_has_leader",
            "Whether or not a leader exists. 1 is existence, 0 is not.",
            u8::from(leader.is_some()),
        );
        text.gauge(
            "etcd_server_is_leader",
            "Whether or not this member is a leader. 1 if is, 0 otherwise.",
            u8::from(leads),
        );
        text.gauge(
            "etcd_server_is_learner",
            "Whether or not this member is a learner. 1 if is, 0 otherwise.",
            u8::from(self.is_learner()),
        );
        let standing = self.node.standing();
        text.gauge(
            "etcd_server_proposals_committed_total",
            "The total number of consensus proposals committed.",
            standing.committed,
        );
        text.gauge(
            "etcd_server_proposals_applied_total",
            "The total number of consensus proposals applied.",
            standing.applied,
        );
        text.count(
            "etcd_server_health_success",
            "The total number of successful health checks",
            self.counts.healthy.load(Ordering::Relaxed),
        );
        text.count(
            "etcd_server_health_failures",
            "The total number of failed health checks",
            self.counts.unhealthy.load(Ordering::Relaxed),
        );
    }

    fn of_the_state(&self, text: &mut Text) {
        let machine = self.node.machine();
        let revisions = machine.read(|reader| Ok((reader.revision(), reader.compacted())));
        let (revision, compacted) = revisions.unwrap_or_default();
        text.gauge(
            "etcd_debugging_mvcc_current_revision",
            "The current revision of store.",
            revision,
        );
        text.gauge(
            "etcd_debugging_mvcc_compact_revision",
            "The revision of the last compaction in store.",
            compacted,
        );
        let (streams, watchers) = self.hub.counts();
        text.gauge(
            "etcd_debugging_mvcc_watch_stream_total",
            "Total number of watch streams.",
            streams,
        );
        text.gauge(
            "etcd_debugging_mvcc_watcher_total",
            "Total number of watchers.",
            watchers,
        );
        text.gauge(
            "etcd_debugging_mvcc_slow_watcher_total",
            "Total number of unsynced slow watchers.",
            self.hub.slow(),
        );
        text.gauge(
            "etcd_mvcc_db_total_size_in_bytes",
            "Total size of the underlying database physically allocated in bytes.",
            machine.size(),
        );
        text.gauge(
            "etcd_mvcc_db_total_size_in_use_in_bytes",
            "Total size of the underlying database logically in use in bytes.",
            machine.size_in_use(),
        );
        text.gauge(
            "etcd_server_quota_backend_bytes",
            "Current backend storage quota size in bytes.",
            machine.quota(),
        );
        text.gauge(
            "etcd_debugging_lease_total",
            "The number of leases.",
            machine.leases().len(),
        );
    }
}
