//! Containers by their control group, as LXC's are known: version 1 and version 2.

use std::process::Child;

use crate::support::{Call, Container, Host, needs};

/// A process in a container, and in control groups that go with the value.
struct Guest {
    process: Child,
    groups: Vec<String>,
    host: Host,
}

/// Where a hierarchy is mounted for these tests: in the test's own view of the file system,
/// for a machine may have only one of the versions mounted, or none.
const V2: &str = "/run/cgroup2";
const V1: &str = "/run/devices";

/// A part of a group's name that no other test has.
fn unique(name: &str) -> String {
    format!("{name}-{}", std::process::id())
}

impl Guest {
    /// A host with a container `blue`, whose process is in these groups.
    fn new(groups: &[String]) -> (Self, Container) {
        let host = Host::new();
        host.sh(&format!(
            "mkdir {V2} {V1} && mount -t cgroup2 none {V2} && \
             {{ mount -t cgroup -o devices none {V1} || rmdir {V1}; }}"
        ));
        let blue = host.container("blue");
        let process = Call::new(blue.place(), "sleep", "1000").spawn();
        let guest = Self {
            process,
            groups: Vec::new(),
            host,
        };
        (guest.within(groups), blue)
    }

    /// The same process in further groups.
    fn within(mut self, groups: &[String]) -> Self {
        for group in groups {
            self.host.sh(&format!(
                "mkdir -p {group} && echo {} >{group}/cgroup.procs",
                self.process.id()
            ));
            self.groups.push(group.clone());
        }
        self
    }

    #[track_caller]
    fn pipework(&self, line: &str) -> crate::support::Run {
        self.host.netpipe(format!("pipework {line}"))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        for group in &self.groups {
            // With the groups above it that are the test's own.
            let root = if group.starts_with(V2) { V2 } else { V1 };
            let below = group.trim_start_matches(root).trim_start_matches('/');
            self.host.try_sh(&format!("cd {root} && rmdir -p {below}"));
        }
    }
}

/// Attaches by the group's name, sees it recorded, and takes it away again.
#[track_caller]
fn serves(guest: &Guest, blue: &Container, name: &str) {
    let before = guest.host.snapshot();
    guest
        .pipework(&format!("br1 {name} 10.0.0.5/24"))
        .status(0)
        .stdout("")
        .stderr("");
    let port = format!("veth1pl{}", guest.process.id());
    assert!(blue.sh("ip address show eth1").contains("10.0.0.5/24"));
    assert!(guest.host.sh("ip link show master br1").contains(&port));
    guest
        .pipework(&format!("route {name} show"))
        .status(0)
        .stdout_has("10.0.0.0/24 dev eth1");
    let shown = guest.host.netpipe("list --json").status(0).json();
    assert_eq!(shown[0]["target"], format!("cgroup:{name}").as_str());
    guest.host.netpipe("check").status(0);
    guest
        .host
        .netpipe(format!("attach cgroup:{name} br1 10.0.0.6/24 -i eth1"))
        .status(0)
        .stdout_has("extended");
    guest
        .host
        .netpipe(format!("detach cgroup:{name}"))
        .status(0)
        .stderr("");
    before.assert_same(&guest.host.snapshot());
}

#[test]
fn a_container_of_lxc_is_found_in_version_2() {
    let name = unique("v2");
    // As LXC 4 and later names it, and as older ones do; with what LXC keeps beside it.
    for group in [format!("lxc.payload.{name}"), format!("lxc/{name}")] {
        let (guest, blue) = Guest::new(&[format!("{V2}/{group}")]);
        let monitor = format!("{V2}/lxc.monitor.{name}/{name}");
        guest.host.sh(&format!("mkdir -p {monitor}"));
        serves(&guest, &blue, &name);
        guest
            .host
            .sh(&format!("cd {V2} && rmdir -p lxc.monitor.{name}/{name}"));
    }
}

#[test]
fn its_processes_may_be_in_groups_below() {
    let name = unique("below");
    let (guest, blue) = Guest::new(&[format!("{V2}/{name}/init.scope")]);
    serves(&guest, &blue, &name);
}

#[test]
fn a_container_of_lxc_is_found_in_version_1() {
    if !needs("cgroup_v1") {
        return;
    }
    let name = unique("v1");
    let (guest, blue) = Guest::new(&[format!("{V1}/lxc/{name}")]);
    serves(&guest, &blue, &name);
}

#[test]
fn one_namespace_in_both_versions_is_one_container() {
    if !needs("cgroup_v1") {
        return;
    }
    let name = unique("both");
    let (guest, blue) = Guest::new(&[format!("{V1}/lxc/{name}"), format!("{V2}/{name}")]);
    serves(&guest, &blue, &name);
}

#[test]
fn two_of_a_name_are_told_apart_by_their_path() {
    let name = unique("two");
    let (guest, blue) = Guest::new(&[format!("{V2}/{name}.a/{name}")]);
    let red = guest.host.container("red");
    let mut other = Call::new(red.place(), "sleep", "1000").spawn();
    let second = format!("{V2}/{name}.b/{name}");
    guest.host.sh(&format!(
        "mkdir -p {second} && echo {} >{second}/cgroup.procs",
        other.id()
    ));
    guest
        .pipework(&format!("br1 {name} 10.0.0.5/24"))
        .status(1)
        .stderr_has("several control groups are called")
        .stderr_has("hint: give more of the path");
    guest
        .pipework(&format!("br1 cgroup:{name}.a/{name} 10.0.0.5/24"))
        .status(0);
    assert!(blue.sh("ip address show eth1").contains("10.0.0.5/24"));
    assert_ne!(red.try_sh("ip link show eth1").code(), Some(0));
    guest
        .host
        .netpipe(format!("detach cgroup:{name}.a/{name}"))
        .status(0);
    other.kill().unwrap();
    other.wait().unwrap();
    guest
        .host
        .sh(&format!("cd {V2} && rmdir -p {name}.b/{name}"));
}

#[test]
fn a_group_without_processes_is_told() {
    let name = unique("empty");
    let (mut guest, _blue) = Guest::new(&[format!("{V2}/{name}")]);
    guest.process.kill().unwrap();
    guest.process.wait().unwrap();
    guest
        .pipework(&format!("br1 {name} 10.0.0.5/24"))
        .status(1)
        .stderr_has(&format!("no process is in the control group `{name}`"))
        .stderr_has("hint: start the container");
}

#[test]
fn a_container_that_was_started_again_is_wired_again() {
    let name = unique("again");
    let (mut guest, _blue) = Guest::new(&[format!("{V2}/{name}")]);
    guest.pipework(&format!("br1 {name} 10.0.0.5/24")).status(0);
    guest.process.kill().unwrap();
    guest.process.wait().unwrap();
    let blue = guest.host.container("blue");
    guest.process = Call::new(blue.place(), "sleep", "1000").spawn();
    guest = guest.within(&[format!("{V2}/{name}")]);
    guest.groups.pop();
    guest.host.netpipe("check").status(1);
    guest
        .host
        .netpipe("check --repair")
        .status(0)
        .stdout_has("repaired");
    assert!(blue.sh("ip address show eth1").contains("10.0.0.5/24"));
    // The same line again is no error, whatever its process is called now.
    guest.pipework(&format!("br1 {name} 10.0.0.5/24")).status(0);
    guest
        .host
        .netpipe(format!("detach cgroup:{name}"))
        .status(0);
}
