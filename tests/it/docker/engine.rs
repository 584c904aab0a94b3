//! The tests' engine, and containers that go with the test.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::support::{Call, Host, Namespaces, Run};

/// An engine's socket.
pub struct Engine {
    /// Its address.
    pub url: String,
    place: Namespaces,
}

/// A container of it, removed with the value.
pub struct Container<'a> {
    engine: &'a Engine,
    /// Its name, unlike any other test's.
    pub name: String,
    /// Its full id.
    pub id: String,
}

pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run scripts/test, or scripts/engine run cargo test")
    })
}

impl Engine {
    /// Docker.
    pub fn docker() -> Self {
        Self::at("NETPIPE_TEST_ENGINE")
    }

    /// Podman, by the same interface.
    pub fn podman() -> Self {
        Self::at("NETPIPE_TEST_PODMAN")
    }

    /// One that `scripts/engine start` made in a directory.
    pub fn in_directory(directory: &std::path::Path) -> Self {
        Self {
            url: format!("unix://{}", directory.join("docker.sock").display()),
            place: Namespaces::open(&directory.join("netns").display().to_string()),
        }
    }

    fn at(name: &str) -> Self {
        Self {
            url: variable(name),
            place: Namespaces::open(&variable("NETPIPE_TEST_NETNS")),
        }
    }

    /// A host in the engine's own network namespace, with Docker's firewall.
    pub fn host(&self) -> Host {
        Host::within(Namespaces::open(&self.place.path()))
    }

    /// Runs the engine's client.
    #[track_caller]
    pub fn client(&self, line: &str) -> Run {
        Call::new(&self.place, "docker", format!("-H {} {line}", self.url)).run()
    }

    /// A name that no other test has.
    pub fn new_name() -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("it-{}-{nth}", std::process::id())
    }

    /// A container that runs, with these options.
    #[track_caller]
    pub fn run(&self, options: &str) -> Container<'_> {
        let made = self.create(options);
        self.client(&format!("start {}", made.name)).status(0);
        made
    }

    /// A container that does not run yet.
    #[track_caller]
    pub fn create(&self, options: &str) -> Container<'_> {
        self.create_as(&Self::new_name(), options)
    }

    /// The same under a name.
    #[track_caller]
    pub fn create_as(&self, name: &str, options: &str) -> Container<'_> {
        let line = format!("create --name {name} {options} local/busybox");
        let id = self.client(&line).status(0).out.trim().to_owned();
        Container {
            engine: self,
            name: name.to_owned(),
            id,
        }
    }
}

impl Container<'_> {
    /// Runs the engine's client on this container: `stop -t 0`.
    #[track_caller]
    pub fn client(&self, verb: &str) {
        self.engine
            .client(&format!("{verb} {}", self.name))
            .status(0);
    }

    /// The same with words after its name: `rename`, `web2`.
    #[track_caller]
    pub fn client_with(&self, verb: &str, words: &str) {
        self.engine
            .client(&format!("{verb} {} {words}", self.name))
            .status(0);
    }

    /// Its network namespace as it is now.
    pub fn place(&self) -> Namespaces {
        let line = format!("inspect --format {{{{.State.Pid}}}} {}", self.name);
        let pid = self.engine.client(&line).status(0).out;
        Namespaces::open(&format!("/proc/{}/ns/net", pid.trim()))
    }

    /// Runs a shell command of the host's in its network, which must succeed.
    #[track_caller]
    pub fn sh(&self, command: &str) -> String {
        let place = self.place();
        Call::new(&place, "sh", ["-c", command]).run().status(0).out
    }

    /// Whether it gets an answer from an address at once.
    pub fn reaches(&self, address: &str) -> bool {
        let place = self.place();
        let line = format!("-n -q -c 1 -W 2 {address}");
        Call::new(&place, "ping", &line).run().code() == Some(0)
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        let line = format!("rm -f {}", self.name);
        let _ = Call::new(
            &self.engine.place,
            "docker",
            format!("-H {} {line}", self.engine.url),
        )
        .run();
    }
}
