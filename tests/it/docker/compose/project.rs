//! A project of Compose that is taken down with the test.

use std::fs;
use std::path::{Path, PathBuf};

use crate::docker::engine::{Engine, variable};
use crate::support::{Args, Call, Host, Run};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A project: Compose beside an engine, with netpipe on its PATH.
pub struct Project<'a> {
    engine: &'a Engine,
    /// The host that netpipe works on: the engine's.
    pub host: &'a Host,
    /// Its name, unlike any other test's.
    pub name: String,
    files: Vec<PathBuf>,
    variables: Vec<(&'static str, String)>,
}

impl<'a> Project<'a> {
    /// A project of examples/compose: the directory, and further files there.
    pub fn example(engine: &'a Engine, host: &'a Host, name: &str, more: &[&str]) -> Self {
        let directory = root().join("examples/compose");
        let mut files = vec![directory.join(name).join("compose.yaml")];
        files.extend(more.iter().map(|file| directory.join(file)));
        Self::of_files(engine, host, files)
    }

    /// A project of these lines of YAML.
    pub fn new(engine: &'a Engine, host: &'a Host, text: &str) -> Self {
        let mut project = Self::of_files(engine, host, Vec::new());
        project.write(text);
        project.files = vec![project.file()];
        project
    }

    fn of_files(engine: &'a Engine, host: &'a Host, files: Vec<PathBuf>) -> Self {
        Self {
            engine,
            host,
            name: Engine::new_name(),
            files,
            variables: Vec::new(),
        }
    }

    fn file(&self) -> PathBuf {
        self.host.directory().join(format!("{}.yaml", self.name))
    }

    /// Writes its lines anew.
    pub fn write(&self, text: &str) {
        fs::write(self.file(), text).unwrap();
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn call(&self, line: impl Args) -> Call<'_> {
        let netpipe = Path::new(env!("CARGO_BIN_EXE_netpipe")).parent().unwrap();
        let socket = self.engine.url.strip_prefix("unix://").unwrap();
        let mut words: Vec<std::ffi::OsString> = vec!["-p".into(), (&self.name).into()];
        for file in &self.files {
            words.extend(["-f".into(), file.into()]);
        }
        words.extend(line.words());
        let mut call = Call::new(
            self.host.place(),
            variable("NETPIPE_TEST_COMPOSE"),
            words.as_slice(),
        )
        .env(
            "PATH",
            format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", netpipe.display()),
        )
        .env("DOCKER_HOST", &self.engine.url)
        .env("DOCKER_SOCK", socket)
        .env("HOME", self.host.directory())
        .env("IMAGE", "local/busybox")
        .env("NETPIPE_IMAGE", image())
        .env("NETPIPE_STATE_DIR", self.host.state_dir())
        .env("NETPIPE_HOST", "h1")
        .envs(self.host.ovs_rundir().map(|path| ("OVS_RUNDIR", path)));
        for (name, value) in &self.variables {
            call = call.env(name, value);
        }
        call
    }

    /// Runs Compose on it: `up -d`.
    #[track_caller]
    pub fn compose(&self, line: impl Args) -> Run {
        self.call(line).run()
    }

    /// Runs Compose on it, which must succeed.
    #[track_caller]
    pub fn does(&self, line: impl Args) -> Run {
        self.compose(line).status(0)
    }

    /// Runs netpipe on its host.
    #[track_caller]
    pub fn netpipe(&self, line: impl Args) -> Run {
        let call = self.host.call(line);
        call.env("NETPIPE_ENGINE", &self.engine.url).run()
    }

    /// Runs a shell command in a service's container.
    #[track_caller]
    pub fn exec(&self, service: &str, command: &str) -> Run {
        self.compose(["exec", "-T", service, "sh", "-c", command])
    }

    /// The ids of its containers, sorted.
    #[track_caller]
    pub fn containers(&self) -> Vec<String> {
        let out = self.does("ps -a -q").out;
        let mut ids: Vec<_> = out.lines().map(Into::into).collect();
        ids.sort();
        ids
    }

    /// Claims that so many attachments and tunnels are recorded, and all of it is there.
    #[track_caller]
    pub fn is_wired(&self, things: usize) {
        let run = self.netpipe("check").status(0);
        let ok = run.out.lines().filter(|line| line.ends_with(": ok"));
        assert_eq!(ok.count(), things, "{}", run.out);
    }

    /// Claims that nothing of it is left: no container, no record, no link, no rule.
    #[track_caller]
    pub fn is_gone(&self) {
        let mark = self.mark();
        let labelled = format!("label=com.docker.compose.project={}", self.name);
        let line = format!("ps -aq --filter {labelled}");
        assert_eq!(self.engine.client(&line).status(0).out, "");
        assert_eq!(self.host.store(), []);
        let links = self.host.sh("ip -o link show");
        let left: Vec<_> = links.lines().filter(|line| line.contains(&mark)).collect();
        assert!(left.is_empty(), "{left:#?}");
    }

    /// Claims that there is no such link, nor a firewall rule for it.
    #[track_caller]
    pub fn has_no(&self, link: &str) {
        self.host.try_sh(&format!("ip link show {link}")).status(1);
        let rules = self.host.sh("nft list ruleset 2>&1");
        assert!(!rules.contains(&format!("netpipe:{link}\"")), "{rules}");
    }

    fn mark(&self) -> String {
        let id = fs::read_link(self.host.state_dir().join("id"));
        id.map_or("no store".into(), |id| id.display().to_string())
    }
}

impl Drop for Project<'_> {
    fn drop(&mut self) {
        let _ = self.call("down -t 0").run();
    }
}

/// The image of the program under test, under a name of its own: what `Dockerfile` makes, of
/// the debug build with the libraries it is linked to.
pub fn image() -> String {
    let built = fs::metadata(env!("CARGO_BIN_EXE_netpipe")).unwrap();
    let built = built.modified().unwrap();
    let seconds = built.duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("local/netpipe:{}", seconds.as_millis())
}

/// Gives the engine that image, if it has not got it yet.
#[track_caller]
pub fn import_image(engine: &Engine, host: &Host) {
    let (image, directory) = (image(), host.directory().join("image"));
    let line = format!("image inspect {image}");
    if engine.client(&line).code() == Some(0) {
        return;
    }
    let (program, root, url) = (env!("CARGO_BIN_EXE_netpipe"), root().display(), &engine.url);
    host.sh(&format!(
        "set -e; mkdir {0}; {root}/scripts/engine image {0} >{0}/tar; cd {0}/root; \
         strip -o bin/netpipe {program}; chmod 755 bin/netpipe; \
         for lib in $(ldd {program} | grep -o '/[^ ]*'); do \
           mkdir -p .${{lib%/*}}; cp -L $lib .$lib; \
         done; \
         tar -c . | docker -H {url} import --change 'CMD [\"tail\",\"-f\",\"/dev/null\"]' - {image}; \
         rm -r {0}",
        directory.display()
    ));
}
