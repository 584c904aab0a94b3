//! An Open vSwitch of the test's own: a database and a daemon that know nothing of the
//! machine's, in the namespaces of a host.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Args, Call, Namespaces, Run};

/// A running ovsdb-server and, beside it, ovs-vswitchd. Both end with the value.
pub struct Ovs {
    directory: PathBuf,
    switches: bool,
}

/// Whether the kernel itself can switch for Open vSwitch. What it cannot do the daemon does.
pub fn in_kernel() -> bool {
    Path::new("/sys/module/openvswitch").exists()
}

impl Ovs {
    /// Starts a database in that directory, and with `switches` the daemon that does what it
    /// says. Both have started when it returns.
    pub fn start(place: &Namespaces, directory: &Path, switches: bool) -> Self {
        fs::create_dir_all(directory).unwrap();
        let ovs = Self {
            directory: directory.to_owned(),
            switches: false,
        };
        let path = |name: &str| directory.join(name).display().to_string();
        let database = path("conf.db");
        let schema = "/usr/share/openvswitch/vswitch.ovsschema";
        ovs.run(place, "ovsdb-tool", ["create", &database, schema]);
        let socket = format!("--remote=punix:{}", path("db.sock"));
        ovs.run(
            place,
            "ovsdb-server",
            [
                &database,
                &socket,
                &format!("--pidfile={}", path("server.pid")),
                &format!("--unixctl={}", path("server.ctl")),
                &format!("--log-file={}", path("server.log")),
                "--detach",
                "--no-chdir",
            ],
        );
        ovs.run(place, "ovs-vsctl", [&*ovs.db_option(), "--no-wait", "init"]);
        let mut ovs = ovs;
        if switches {
            ovs.start_switch(place);
        }
        ovs
    }

    /// Starts the daemon.
    pub fn start_switch(&mut self, place: &Namespaces) {
        let path = |name: &str| self.directory.join(name).display().to_string();
        let mut words = vec![
            format!("unix:{}", path("db.sock")),
            format!("--pidfile={}", path("switch.pid")),
            format!("--unixctl={}", path("switch.ctl")),
            format!("--log-file={}", path("switch.log")),
            "--detach".to_owned(),
            "--no-chdir".to_owned(),
        ];
        if !in_kernel() {
            words.push("--disable-system".into());
        }
        self.run(place, "ovs-vswitchd", words.as_slice());
        self.switches = true;
    }

    /// Kills the daemon.
    pub fn stop_switch(&mut self) {
        end(&self.directory.join("switch.pid"));
        self.switches = false;
    }

    fn run(&self, place: &Namespaces, program: &str, args: impl Args) -> String {
        let call = Call::new(place, program, args).env("OVS_RUNDIR", &self.directory);
        call.run().status(0).out
    }

    fn db_option(&self) -> String {
        format!("--db=unix:{}", self.socket().display())
    }

    /// The directory of its sockets, for `OVS_RUNDIR`.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The database's socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.join("db.sock")
    }

    /// Runs a line of ovs-vsctl, however it ends. It does not wait for a daemon that is not
    /// there.
    pub fn try_vsctl(&self, place: &Namespaces, line: &str) -> Run {
        let mut words = vec![self.db_option()];
        if !self.switches {
            words.push("--no-wait".into());
        }
        words.extend(shlex::split(line).unwrap());
        let call = Call::new(place, "ovs-vsctl", words.as_slice());
        call.env("OVS_RUNDIR", &self.directory).run()
    }

    /// What netpipe could have changed in the database, a line a row.
    pub fn rows(&self, place: &Namespaces) -> Vec<String> {
        let mut lines = Vec::new();
        for (table, columns) in [
            (
                "Bridge",
                "name,datapath_type,external_ids,other_config,stp_enable",
            ),
            ("Port", "name,tag,trunks,vlan_mode,external_ids"),
            ("Interface", "name,type,options,external_ids,mtu_request"),
        ] {
            let line = format!("--format=csv --no-heading --columns={columns} list {table}");
            let out = self.try_vsctl(place, &line).status(0).out;
            lines.extend(out.lines().map(|row| format!("{table} {row}")));
        }
        lines.sort();
        lines
    }
}

impl Drop for Ovs {
    fn drop(&mut self) {
        // The daemon first: without its database it would wait for it.
        end(&self.directory.join("switch.pid"));
        end(&self.directory.join("server.pid"));
    }
}

/// Kills the process that a file names. Nothing of it runs on, so its end is not waited for.
fn end(pidfile: &Path) {
    if let Ok(text) = fs::read_to_string(pidfile) {
        let _ = kill(Pid::from_raw(text.trim().parse().unwrap()), Signal::SIGKILL);
        let _ = fs::remove_file(pidfile);
    }
}
