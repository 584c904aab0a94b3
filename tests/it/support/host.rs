//! A private host and its containers.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use netpipe::kv::{Kv, LocalKv};
use tempfile::TempDir;

use super::{Args, Call, Namespaces, Ovs, Run, Snapshot};

/// The name every host has in its records, unless a test gives it another.
pub const NAME: &str = "h1";

/// A host of the test's own: a network namespace, an empty /run, and an empty state
/// directory. All of it is gone when the value is.
pub struct Host {
    /// First, for it ends its daemons by files in the directory.
    ovs: RefCell<Option<Ovs>>,
    place: Namespaces,
    directory: TempDir,
    containers: RefCell<Vec<Container>>,
}

/// A container: a network namespace that its host knows as `netns:NAME`.
#[derive(Clone)]
pub struct Container {
    name: String,
    place: Arc<Namespaces>,
}

impl Host {
    /// A host with nothing on it.
    pub fn new() -> Self {
        Self::within(Namespaces::host()).with_loopback()
    }

    /// A host in namespaces that are there already.
    pub fn within(place: Namespaces) -> Self {
        Self {
            place,
            directory: TempDir::with_prefix("netpipe-it-").unwrap(),
            containers: RefCell::default(),
            ovs: RefCell::default(),
        }
    }

    fn with_loopback(self) -> Self {
        self.sh("ip link set lo up");
        self
    }

    /// A directory of the test's own.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Starts an Open vSwitch on this host, which every command then finds.
    pub fn start_ovs(&self) {
        let directory = self.directory.path().join("ovs");
        *self.ovs.borrow_mut() = Some(Ovs::start(&self.place, &directory, true));
    }

    /// Starts only its database.
    pub fn start_ovsdb(&self) {
        let directory = self.directory.path().join("ovs");
        *self.ovs.borrow_mut() = Some(Ovs::start(&self.place, &directory, false));
    }

    /// Starts or kills the daemon beside the database.
    pub fn switch_runs(&self, runs: bool) {
        let mut ovs = self.ovs.borrow_mut();
        let ovs = ovs.as_mut().expect("a database was started");
        match runs {
            true => ovs.start_switch(&self.place),
            false => ovs.stop_switch(),
        }
    }

    /// Where the sockets of its Open vSwitch are, if one was started.
    pub fn ovs_rundir(&self) -> Option<PathBuf> {
        let ovs = self.ovs.borrow();
        ovs.as_ref().map(|ovs| ovs.directory().to_owned())
    }

    /// Runs a line of ovs-vsctl that must succeed; gives what it printed.
    #[track_caller]
    pub fn vsctl(&self, line: &str) -> String {
        let ovs = self.ovs.borrow();
        let ovs = ovs.as_ref().expect("an Open vSwitch was started");
        ovs.try_vsctl(&self.place, line).status(0).out
    }

    /// Where netpipe keeps its records here.
    pub fn state_dir(&self) -> PathBuf {
        self.directory.path().join("state")
    }

    /// The namespaces, to run code in.
    pub fn place(&self) -> &Namespaces {
        &self.place
    }

    /// A new container, which netpipe finds as `netns:NAME`.
    pub fn container(&self, name: &str) -> Container {
        let container = Container {
            name: name.to_owned(),
            place: Arc::new(Namespaces::container().seen_from(&self.place)),
        };
        self.name(name, Some(&container.place.path()));
        let mut all = self.containers.borrow_mut();
        all.retain(|other| other.name != name);
        all.push(container.clone());
        container
    }

    /// A container that is there already.
    #[track_caller]
    pub fn known(&self, name: &str) -> Container {
        let all = self.containers.borrow();
        all.iter().find(|one| one.name == name).unwrap().clone()
    }

    /// Takes a container's name away; the namespace ends with the last value of it.
    pub fn remove(&self, container: Container) {
        self.name(&container.name, None);
        self.containers
            .borrow_mut()
            .retain(|other| other.name != container.name);
        drop(container);
    }

    fn name(&self, name: &str, target: Option<&str>) {
        let path = format!("/run/netns/{name}");
        self.place.run(|| {
            let _ = std::fs::remove_file(&path);
            if let Some(target) = target {
                symlink(target, &path).unwrap();
            }
        });
    }

    /// A command line of netpipe on this host, to be changed before it runs.
    pub fn call(&self, args: impl Args) -> Call<'_> {
        self.call_as(env!("CARGO_BIN_EXE_netpipe"), args)
    }

    /// The same by another name of the program.
    pub fn call_as(&self, program: impl AsRef<OsStr>, args: impl Args) -> Call<'_> {
        Call::new(&self.place, program, args)
            .env("NETPIPE_STATE_DIR", self.state_dir())
            .env("NETPIPE_HOST", NAME)
            .env("HOME", self.directory())
            .envs(self.ovs_rundir().map(|path| ("OVS_RUNDIR", path)))
    }

    /// Runs netpipe on this host.
    #[track_caller]
    pub fn netpipe(&self, args: impl Args) -> Run {
        self.call(args).run()
    }

    /// Runs a shell command on this host, however it ends.
    #[track_caller]
    pub fn try_sh(&self, command: &str) -> Run {
        Call::new(&self.place, "sh", ["-c", command]).run()
    }

    /// Runs a shell command on this host that must succeed; gives what it printed.
    #[track_caller]
    pub fn sh(&self, command: &str) -> String {
        self.try_sh(command).status(0).out
    }

    /// Everything that netpipe could have changed on this host and in its containers.
    #[track_caller]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.add_namespace("host", &self.place);
        for container in self.containers.borrow().iter() {
            snapshot.add_namespace(&container.name, &container.place);
        }
        if let Some(ovs) = &*self.ovs.borrow() {
            snapshot.add_lines("Open vSwitch", ovs.rows(&self.place));
        }
        snapshot.add_store(&self.state_dir());
        snapshot
    }

    /// Rewrites the values of the store.
    pub fn rewrite(&self, change: impl Fn(&str) -> String) {
        let store = LocalKv::open(&self.state_dir()).unwrap();
        for (key, value) in self.store() {
            let value = change(&value);
            store.put(key.as_bytes(), value.as_bytes()).unwrap();
        }
    }

    /// The keys and values of the store.
    pub fn store(&self) -> Vec<(String, String)> {
        super::snapshot::store(&self.state_dir()).unwrap_or_default()
    }
}

impl Container {
    /// A path of the namespace.
    pub fn path(&self) -> String {
        self.place.path()
    }

    /// The namespace, to run code in.
    pub fn place(&self) -> &Namespaces {
        &self.place
    }

    /// Runs a shell command in the container, however it ends.
    #[track_caller]
    pub fn try_sh(&self, command: &str) -> Run {
        Call::new(&self.place, "sh", ["-c", command]).run()
    }

    /// Runs a shell command in the container that must succeed; gives what it printed.
    #[track_caller]
    pub fn sh(&self, command: &str) -> String {
        self.try_sh(command).status(0).out
    }

    /// Whether the container gets an answer from an address within some seconds: a neighbour is
    /// asked for again only a second after the last time, a link-local address takes one to
    /// be checked for duplicates, and a route may be advertised only after the address is given.
    #[track_caller]
    pub fn comes_to_reach(&self, address: &str) -> bool {
        self.try_sh(&format!(
            "end=$(($(date +%s) + 8)); until ping -n -q -c 1 -W 1 {address}; do \
             [ $(date +%s) -lt $end ] || exit 1; done"
        ))
        .code()
            == Some(0)
    }

    /// Whether the container gets an answer from an address at once.
    #[track_caller]
    pub fn reaches(&self, address: &str) -> bool {
        self.try_sh(&format!("ping -n -q -c 1 -W 1 {address}"))
            .code()
            == Some(0)
    }
}
