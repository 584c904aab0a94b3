//! What other network namespaces of this machine have of this one's. The kernel tells of a
//! link what it is on, and not of that what is on it, so they are looked into.

use std::collections::HashSet;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::path::{Path, PathBuf};

use super::link::{self, Link};
use super::netconf::written;
use super::netlink::{Door, KernelResult, attribute};
use super::netns::{self, Netns};
use crate::error::Result;
use crate::spec::NETNS_DIR;

/// The most namespaces that are looked into.
const MOST_NAMESPACES: usize = 4096;

// From linux/rtnetlink.h and linux/net_namespace.h.
const RTM_GETNSID: u16 = 90;
const NETNSA_NSID: u16 = 1;
const NETNSA_FD: u16 = 3;
/// `struct rtgenmsg`, padded to a whole attribute's alignment.
const RTGENMSG: usize = 4;

/// A file of each other network namespace that has a name or a process.
pub fn namespaces() -> Vec<PathBuf> {
    let entries = |directory: &str| {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        entries.map(|entry| entry.path())
    };
    let is_process = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.as_encoded_bytes());
        name.is_some_and(|name| name.iter().all(u8::is_ascii_digit))
    };
    let processes = entries("/proc").filter(is_process);
    let all = entries(NETNS_DIR).chain(processes.map(|process| process.join("ns/net")));
    let here = netns::inode(Path::new("/proc/thread-self/ns/net"));
    let mut seen: HashSet<u64> = here.into_iter().collect();
    all.filter(|path| netns::inode(path).is_some_and(|inode| seen.insert(inode)))
        .take(MOST_NAMESPACES)
        .collect()
}

/// The links of other namespaces that are on the link of this one with that index, such as
/// the macvlans of containers. A namespace that has neither name nor process is not seen.
///
/// # Errors
/// If /proc is not mounted.
pub fn links_on(index: u32) -> Result<Vec<Link>> {
    let here = netns::here()?;
    let here = here.as_fd();
    let mut found = Vec::new();
    for path in namespaces() {
        // It may be gone by now, or not be ours to enter.
        let Ok(netns) = Netns::open(&path) else {
            continue;
        };
        let Ok(Ok(mut links)) = netns.run(|| on_link_of(here, index)) else {
            continue;
        };
        found.append(&mut links);
    }
    Ok(found)
}

/// Those of the calling thread's namespace that are on a link of the one given.
fn on_link_of(netns: BorrowedFd<'_>, index: u32) -> KernelResult<Vec<Link>> {
    let mut door = Door::open()?;
    let mut links = link::list(&mut door)?;
    links.retain(|link| link.peer == Some(index) && link.peer_elsewhere);
    if links.is_empty() {
        return Ok(links);
    }
    // The kernel has a number for the other namespace of each, which holds in this one.
    let number = number_of(&mut door, netns)?;
    links.retain(|link| link.peer_netns == number);
    Ok(links)
}

/// The number by which a namespace is known in the one that the door leads to, if it is.
fn number_of(door: &mut Door, netns: BorrowedFd<'_>) -> KernelResult<Option<i32>> {
    let mut question = vec![0; RTGENMSG];
    question.extend(written(NETNSA_FD, &netns.as_raw_fd().to_ne_bytes()));
    let answer = door.get_raw(RTM_GETNSID, &question)?;
    let value = attribute(answer.get(RTGENMSG..).unwrap_or_default(), NETNSA_NSID);
    let number = value.and_then(|value| value.try_into().ok());
    Ok(number.map(i32::from_ne_bytes).filter(|id| *id >= 0))
}
