//! `netpipe exec`: a program of the host in a container's network.

use crate::support::{Call, Host, Run};

fn exec(host: &Host, args: &[&str]) -> Run {
    let words: Vec<&str> = ["exec", "netns:blue"].iter().chain(args).copied().collect();
    host.call(words.as_slice()).run()
}

#[test]
fn the_exit_status_is_the_programs() {
    let host = Host::new();
    let _blue = host.container("blue");
    exec(&host, &["true"]).status(0).stdout("").stderr("");
    exec(&host, &["--", "sh", "-c", "exit 7"]).status(7);
    let killed = exec(&host, &["sh", "-c", "kill -TERM $$"]);
    assert_eq!(killed.signal(), Some(15), "{killed:?}");
    let line = format!(
        "{} exec netns:blue sh -c 'kill -TERM $$'; echo $?",
        env!("CARGO_BIN_EXE_netpipe")
    );
    assert!(host.sh(&line).ends_with("143\n"));
}

#[test]
fn what_cannot_be_run_has_the_shells_status() {
    let host = Host::new();
    let _blue = host.container("blue");
    exec(&host, &["no-such-program"])
        .status(127)
        .stdout("")
        .stderr_has("error: there is no program `no-such-program`\nhint: ");
    let file = host.directory().join("plain");
    std::fs::write(&file, "").unwrap();
    exec(&host, &[file.to_str().unwrap()])
        .status(126)
        .stderr_has("Permission denied")
        .stderr_has("\nhint: ");
}

#[test]
fn the_program_sees_the_targets_links_and_what_is_mounted_below_sys() {
    let host = Host::new();
    let _blue = host.container("blue");
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    // A kernel with tunnels puts their fallback links into every namespace.
    let listing = "cd /sys/class/net; for link in *; do [ -e $link/device ] || echo $link; done";
    let own = host.sh("nsenter --net=/run/netns/blue ip -o link | wc -l");
    let seen = exec(&host, &["sh", "-c", &format!("{listing} | wc -l")]);
    seen.status(0).stdout(&own);
    exec(&host, &["ls", "-1", "/sys/class/net"])
        .status(0)
        .stdout_has("eth1\n");
    exec(&host, &["ip", "-br", "link"])
        .status(0)
        .stdout_has("eth1@");
    let below = "awk '$5 ~ \"^/sys/\" {print $5, $(NF-2)}' /proc/self/mountinfo | sort";
    let cgroups = "find /sys/fs/cgroup -maxdepth 2 | sort | head -50";
    for command in [below, cgroups] {
        let outside = host.sh(command);
        exec(&host, &["sh", "-c", command])
            .status(0)
            .stdout(&outside);
    }
}

#[test]
fn the_hosts_mounts_stay_as_they_are() {
    let host = Host::new();
    let _blue = host.container("blue");
    let mounts = || host.sh("mount --make-rshared / && cat /proc/self/mountinfo");
    let before = mounts();
    exec(&host, &["mount", "-t", "tmpfs", "none", "/run"]).status(0);
    assert_eq!(before, mounts());
    assert!(!host.sh("ls /sys/class/net").is_empty());
}

#[test]
fn files_of_etc_netns_lie_over_those_of_etc() {
    let host = Host::new();
    let _blue = host.container("blue");
    host.sh(
        "cp -a /etc /run/etc && mount --bind /run/etc /etc && rm -f /etc/resolv.conf \
         && echo outside > /etc/resolv.conf && mkdir -p /etc/netns/blue \
         && echo inside > /etc/netns/blue/resolv.conf && echo x > /etc/netns/blue/not-in-etc",
    );
    exec(&host, &["cat", "/etc/resolv.conf"])
        .status(0)
        .stdout("inside\n")
        .stderr_has("warning: cannot put anything over `/etc/not-in-etc`");
    assert_eq!(host.sh("cat /etc/resolv.conf"), "outside\n");
}

#[test]
fn signals_do_what_they_do_to_any_program() {
    let host = Host::new();
    let _blue = host.container("blue");
    let report = exec(&host, &["grep", "-E", "Sig(Ign|Cgt)", "/proc/self/status"]).status(0);
    for line in report.out.lines() {
        let set = line.split_whitespace().nth(1).unwrap();
        let set = u64::from_str_radix(set, 16).unwrap();
        for signal in [1, 2, 13, 15] {
            assert_eq!(set & (1 << (signal - 1)), 0, "signal {signal}: {line}");
        }
    }
}

#[test]
fn the_hosts_own_namespace_and_missing_targets_are_refused() {
    let host = Host::new();
    host.netpipe("exec /proc/self/ns/net true")
        .status(2)
        .stderr_has("the host's own network namespace");
    host.netpipe("exec netns:none true")
        .status(4)
        .stderr_has("there is no namespace at `/run/netns/none`");
    host.netpipe("exec netns:none").status(2);
}

#[test]
fn without_privilege_it_says_what_is_needed() {
    let host = Host::new();
    let blue = host.container("blue");
    host.sh("rm /run/netns/blue && touch /run/netns/blue");
    host.sh(&format!("mount --bind {} /run/netns/blue", blue.path()));
    Call::new(
        host.place(),
        env!("CARGO_BIN_EXE_netpipe"),
        "exec netns:blue true",
    )
    .user(65534)
    .run()
    .status(1)
    .stderr_has("hint: run as root, or with CAP_SYS_ADMIN");
}
