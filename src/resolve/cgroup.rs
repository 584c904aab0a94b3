//! Containers that no engine tells about, such as LXC's, found by their control group.

use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::spec::shown;
use crate::sys::cgroup;
use crate::sys::netns::{Netns, PinnedProcess};

/// What LXC 4 and later puts before a container's name, in its group's.
const PAYLOAD: &str = "lxc.payload.";

/// What LXC's own processes are in, outside the container: a group of this name, or with the
/// container's behind it.
const MONITOR: &str = "lxc.monitor";

/// The network namespace of the processes in the group of that name, and one of them. It is
/// looked for in version 2's hierarchy and in that of version 1's `devices`.
///
/// # Errors
/// Not found if there is no such group, failed if it has no process, a conflict if groups of
/// that name are in several namespaces.
pub fn find(name: &str) -> Result<(PinnedProcess, Netns)> {
    let roots = cgroup::roots().or_failed(|| "cannot read what is mounted".into())?;
    let mut groups: Vec<PathBuf> = Vec::new();
    for root in &roots {
        groups.extend(cgroup::below(root, |path| is_meant(path, name)));
    }
    if groups.is_empty() {
        let name = shown(name);
        let missing = Error::not_found(format!("there is no control group `{name}`"));
        return Err(match roots.is_empty() {
            true => missing.hint("no cgroup file system is mounted here: see cgroups(7)"),
            false => missing.hint("see `systemd-cgls`, or the directories of /sys/fs/cgroup"),
        });
    }
    // One container has a group in each hierarchy.
    let mut found: Vec<(PinnedProcess, Netns, PathBuf)> = Vec::new();
    for group in groups {
        if let Some((process, netns)) = first_of(&group)
            && !found.iter().any(|(_, other, _)| other.is_same(&netns))
        {
            found.push((process, netns, group));
        }
    }
    match found.len() {
        0 => Err(
            Error::failed(format!("no process is in the control group `{name}`"))
                .hint("start the container"),
        ),
        1 => Ok(found.remove(0)).map(|(process, netns, _)| (process, netns)),
        _ => {
            let paths: Vec<_> = found.iter().map(|(_, _, group)| group.display()).collect();
            let paths: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
            Err(Error::conflict(format!(
                "several control groups are called `{name}`: {}",
                paths.join(", ")
            ))
            .hint("give more of the path, as in `cgroup:lxc/web`, or `pid:N`"))
        }
    }
}

/// Whether a group, by its path below the root, is the one of that name.
fn is_meant(path: &Path, name: &str) -> bool {
    let parts = || path.iter().filter_map(std::ffi::OsStr::to_str);
    if parts().any(|part| part.starts_with(MONITOR)) {
        return false;
    }
    let last = parts().next_back().unwrap_or_default();
    path.ends_with(name) || last.strip_prefix(PAYLOAD) == Some(name)
}

/// The first process in a group, or in one below it, where systemd in a container puts
/// itself; and its network namespace. One with netpipe's own namespace only if there is no
/// other: what manages a container may be in its group.
fn first_of(group: &Path) -> Option<(PinnedProcess, Netns)> {
    let mut own = None;
    for group in cgroup::with_all_below(group) {
        let mut ids = cgroup::processes(&group);
        ids.sort_unstable();
        for id in ids {
            let Some((process, netns)) = pinned(&group, id) else {
                continue;
            };
            match netns.is_here() {
                Ok(false) => return Some((process, netns)),
                _ => own = own.or(Some((process, netns))),
            }
        }
    }
    own
}

/// A process and its namespace, if it is in that group still: its id might be another's.
fn pinned(group: &Path, id: u32) -> Option<(PinnedProcess, Netns)> {
    let process = PinnedProcess::open(id).ok()?;
    let netns = process.netns().ok()?;
    let stays = cgroup::processes(group).contains(&id) && process.is_alive();
    stays.then_some((process, netns))
}

#[cfg(test)]
mod tests {
    use super::is_meant;
    use std::path::Path;

    #[test]
    fn a_group_is_known_by_the_end_of_its_path() {
        for (path, name) in [
            ("web", "web"),
            ("lxc/web", "web"),
            ("lxc/web", "lxc/web"),
            ("lxc.payload/web", "web"),
            ("lxc.payload.web", "web"),
            ("user.slice/lxc.payload.web", "web"),
            ("machine.slice/web.scope", "web.scope"),
        ] {
            assert!(is_meant(Path::new(path), name), "{path} is {name}");
        }
        for (path, name) in [
            ("web2", "web"),
            ("aweb", "web"),
            ("lxc/web/init.scope", "web"),
            ("lxc.monitor/web", "web"),
            ("lxc.monitor.web", "web"),
            ("lxc.monitor.web/web", "web"),
            ("xlxc/web", "lxc/web"),
            ("lxc.payload.web2", "web"),
        ] {
            assert!(!is_meant(Path::new(path), name), "{path} is not {name}");
        }
    }
}
