//! Hosts that share a store: real etcd, on a host of its own.

mod hosts;
mod program;

use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::support::wan::{Site, Wan};
use crate::support::{Args, Call, Run};

/// The least and the newest etcd that a store may be.
const RELEASES: [&str; 2] = ["NETPIPE_TEST_ETCD34", "NETPIPE_TEST_ETCD35"];

/// Hosts h1, h2… and one more, on which etcd runs.
struct Scene {
    etcd: Child,
    wan: Wan,
    binaries: PathBuf,
}

impl Scene {
    fn new(release: &str, hosts: usize) -> Self {
        let binaries = std::env::var_os(release);
        let binaries =
            PathBuf::from(binaries.unwrap_or_else(|| panic!("set {release}: scripts/etcd")));
        let wan = Wan::new(hosts + 1, 1500);
        let place = &wan.hosts[hosts];
        let url = format!("http://{}:2379", place.ip(false));
        let directory = place.host.directory().join("etcd");
        let etcd = Call::new(
            place.host.place(),
            binaries.join("etcd"),
            [
                "--data-dir",
                directory.to_str().unwrap(),
                "--listen-client-urls",
                &url,
                "--advertise-client-urls",
                &url,
                "--logger",
                "zap",
                "--log-level",
                "fatal",
            ],
        );
        let etcd = etcd.spawn();
        let scene = Self {
            etcd,
            wan,
            binaries,
        };
        let end = Instant::now() + Duration::from_secs(30);
        while scene.try_etcdctl("get any").code() != Some(0) {
            assert!(Instant::now() < end, "etcd does not answer");
        }
        scene
    }

    fn site(&self, number: usize) -> &Site {
        &self.wan.hosts[number - 1]
    }

    fn url(&self) -> String {
        let place = self.wan.hosts.last().unwrap();
        format!("http://{}:2379", place.ip(false))
    }

    /// A command line of netpipe on host `number`, whose records are in etcd.
    fn call(&self, number: usize, args: impl Args) -> Call<'_> {
        let call = self.site(number).host.call(args);
        call.env("NETPIPE_HOST", format!("h{number}"))
            .env("NETPIPE_KV", self.url())
    }

    #[track_caller]
    fn netpipe(&self, number: usize, args: impl Args) -> Run {
        self.call(number, args).run()
    }

    fn try_etcdctl(&self, line: &str) -> Run {
        let host = &self.site(1).host;
        let words = format!("--endpoints {} {line}", self.url());
        let call = Call::new(host.place(), self.binaries.join("etcdctl"), words);
        call.env("ETCDCTL_API", "3").run()
    }

    /// What etcdctl prints.
    #[track_caller]
    fn etcdctl(&self, line: &str) -> String {
        self.try_etcdctl(line).status(0).out
    }

    /// The keys of etcd, but for the marks.
    fn keys(&self) -> Vec<String> {
        let all = self.etcdctl("get / --prefix --keys-only");
        let all = all.lines().filter(|key| !key.is_empty());
        all.filter(|key| !key.contains("/marks/"))
            .map(ToOwned::to_owned)
            .collect()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
    }
}
