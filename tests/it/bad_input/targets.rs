//! Files that are no namespace, and namespaces that are no target.

use std::os::unix::net::UnixListener;

use super::{bad, host, refuses};
use crate::support::Call;

const NO_NAMESPACE: &str = "is not a network namespace";
const GIVE: &str = "give a file such as /run/netns/NAME or /proc/PID/ns/net";

#[test]
fn files_of_other_kinds_are_no_namespaces() {
    let host = host();
    let path = |name: &str| host.directory().join(name).display().to_string();
    std::fs::write(path("file"), "x").unwrap();
    nix::unistd::mkfifo(path("fifo").as_str(), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let _listener = UnixListener::bind(path("socket")).unwrap();
    for name in [
        &path("file"),
        &path("fifo"),
        &path("socket"),
        &path(""),
        "/dev/null",
        "/proc/self/status",
        "/proc/self/ns/mnt",
        "/proc/self/ns/user",
    ] {
        let args = ["attach", name, "br0", "none"];
        refuses(&host, &[bad(&args, 2, NO_NAMESPACE, GIVE)]);
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let path = format!("/{}", "a/".repeat(40));
    refuses(
        &host(),
        &[
            bad(
                &["attach", "netns:none", "br0", "none"],
                4,
                "there is no namespace at `/run/netns/none`",
                "netns list",
            ),
            bad(
                &["attach", "pid:4194304", "br0", "none"],
                4,
                "there is no process 4194304",
                "see `ps`",
            ),
            bad(
                &["attach", &path, "br0", "none"],
                4,
                "there is no namespace at",
                "",
            ),
            bad(
                &["attach", "/dev/null/x", "br0", "none"],
                4,
                "there is no namespace at `/dev/null/x`",
                "",
            ),
        ],
    );
}

#[test]
fn the_hosts_own_namespace_is_refused() {
    let host = host();
    let mut sleeper = Call::new(host.place(), "sleep", "30").spawn();
    let pid = format!("pid:{}", sleeper.id());
    let by_pid = format!("/proc/{}/ns/net", sleeper.id());
    let by_fd = host.place().path();
    for target in ["/proc/self/ns/net", &pid, &by_pid, &by_fd] {
        let args = ["attach", target, "br0", "none"];
        refuses(
            &host,
            &[bad(
                &args,
                2,
                "is in the host's own network namespace",
                "name the namespace of a container",
            )],
        );
    }
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
}
