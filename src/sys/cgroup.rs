//! Control groups as their file systems show them (cgroups(7)).

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::{mounts, procfile};

/// How many groups are looked at: a host of a thousand containers has some ten thousand.
const MOST: usize = 200_000;

/// Where the hierarchies are mounted: version 2's, and of version 1 the one of `devices`,
/// which every container has a group in.
///
/// # Errors
/// If /proc is not mounted.
pub fn roots() -> io::Result<Vec<PathBuf>> {
    let mounted = mounts::list()?;
    let of_containers = |mount: &mounts::Mount| match mount.kind.as_str() {
        "cgroup2" => true,
        "cgroup" => mount.options.split(',').any(|option| option == "devices"),
        _ => false,
    };
    let found = mounted.into_iter().filter(of_containers);
    let mut roots: Vec<PathBuf> = found.map(|mount| mount.point).collect();
    roots.sort_unstable();
    roots.dedup();
    Ok(roots)
}

/// The topmost groups of a hierarchy whose path below its root is `wanted`. Groups come and
/// go meanwhile: one that cannot be read is none.
pub fn below(root: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![root.to_owned()];
    for _ in 0..MOST {
        let Some(group) = left.pop() else { break };
        for child in children(&group) {
            match child.strip_prefix(root).is_ok_and(&wanted) {
                true => found.push(child),
                false => left.push(child),
            }
        }
    }
    found.sort_unstable();
    found
}

fn children(group: &Path) -> Vec<PathBuf> {
    let is_group = |entry: &DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let entries = fs::read_dir(group).into_iter().flatten().flatten();
    entries.filter(is_group).map(|entry| entry.path()).collect()
}

/// The processes of one group, not of those below it; none if it is gone. Those that this
/// process cannot see, for they are of another PID namespace, are told as 0 and left out.
pub fn processes(group: &Path) -> Vec<u32> {
    let text = procfile::read(group.join("cgroup.procs")).unwrap_or_default();
    let ids = text.lines().filter_map(|line| line.parse().ok());
    ids.filter(|pid| *pid != 0).collect()
}

/// A group and all groups below it, each before those below it.
pub fn with_all_below(group: &Path) -> Vec<PathBuf> {
    let mut all = vec![group.to_owned()];
    let mut next = 0;
    while let Some(group) = all.get(next).filter(|_| next < MOST) {
        let mut below = children(group);
        below.sort_unstable();
        all.append(&mut below);
        next += 1;
    }
    all
}
