//! A gc beside a command that is making what the gc would take: the lock that such a
//! command holds is the test's, and the record appears while the gc waits for it.

use std::process::Child;
use std::time::{Duration, Instant};

use netpipe::kv::{Kv, LocalKv};
use netpipe::sys::lock;
use netpipe::sys::signal::Interrupt;

use crate::support::{Host, Run, scene};

/// Takes the keys with one of these pieces out of the store; gives them.
pub fn take(host: &Host, pieces: &[&str]) -> Vec<(String, String)> {
    let mut all = host.store();
    all.retain(|(key, _)| pieces.iter().any(|piece| key.contains(piece)));
    let store = LocalKv::open(&host.state_dir()).unwrap();
    for (key, _) in &all {
        store.delete(key.as_bytes()).unwrap();
    }
    all
}

fn put_back(host: &Host, pairs: &[(String, String)]) {
    let store = LocalKv::open(&host.state_dir()).unwrap();
    for (key, value) in pairs {
        store.put(key.as_bytes(), value.as_bytes()).unwrap();
    }
}

/// Waits until a command has the file of this lock open: as long as the test holds the
/// lock, it gets no further.
#[track_caller]
pub fn await_waiting(child: &mut Child, class: &str, name: &str) {
    let file = format!("locks/{class}-{:02x}", lock::bucket(name));
    let opened = format!("/proc/{}/fd", child.id());
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let open = std::fs::read_dir(&opened).unwrap().flatten();
        let mut paths = open.filter_map(|fd| std::fs::read_link(fd.path()).ok());
        if paths.any(|path| path.ends_with(&file)) {
            return;
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "gc did not wait for the lock of {name}");
        assert!(Instant::now() < end, "gc never came to the lock of {name}");
        std::thread::yield_now();
    }
}

/// Runs a gc that finds the store without `pairs`, and with them once it has the lock.
#[track_caller]
pub fn gc_beside(host: &Host, pairs: &[(String, String)], class: &str, name: &str) -> Run {
    let held = lock::take(&host.state_dir(), class, name, &Interrupt::default()).unwrap();
    let mut gc = host.call("gc").spawn_piped();
    await_waiting(&mut gc, class, name);
    put_back(host, pairs);
    drop(held);
    Run::wait(gc, "gc", Duration::from_secs(60))
}

#[test]
fn the_link_of_an_attach_under_way_stays() {
    let host = Host::new();
    let blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    let before = host.snapshot();
    let record = take(&host, &["/attachments/"]);
    gc_beside(&host, &record, "target", "netns:blue")
        .status(0)
        .stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
    blue.sh("ip link show eth1");
}

#[test]
fn the_rule_of_an_attach_under_way_stays() {
    let host = Host::new();
    host.container("blue");
    scene::docker_firewall(&host);
    host.netpipe("bridge add br0").status(0);
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    // The rule is there before the link is.
    host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
    let before = host.snapshot();
    let record = take(&host, &["/users/"]);
    gc_beside(&host, &record, "bridge", "br0")
        .status(0)
        .stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
    assert_eq!(host.sh("iptables -S").matches("netpipe:br0").count(), 1);
}

#[test]
fn the_bridge_of_an_attach_under_way_stays() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.sh("ip link del $(ip -br link show master br0 | cut -d@ -f1)");
    let before = host.snapshot();
    let record = take(&host, &["/users/"]);
    gc_beside(&host, &record, "bridge", "br0")
        .status(0)
        .stdout("nothing to collect\n");
    before.assert_same(&host.snapshot());
}
