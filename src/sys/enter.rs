//! Moving this process into a network namespace as `ip netns exec` does
//! (`netns_switch` in iproute2's lib/namespace.c). Nothing of the host changes: every
//! mount made here is in a mount namespace of the process's own.

use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::statvfs::{FsFlags, statvfs};

use super::netns::Netns;
use super::{mounts, tree};
use crate::error::{Context, Error, Result};

const SYS: &str = "/sys";

/// Moves the calling thread into the namespace, with a /sys that shows its devices.
/// What is mounted below /sys (cgroups, bpf, tracing) stays there. Gives what could not
/// be kept.
///
/// # Errors
/// If the caller may not, or /proc is not mounted.
pub fn enter(netns: &Netns) -> Result<Vec<String>> {
    setns(netns, CloneFlags::CLONE_NEWNET)
        .map_err(|errno| refused("cannot enter the network namespace", errno))?;
    unshare(CloneFlags::CLONE_NEWNS)
        .map_err(|errno| refused("cannot make a mount namespace", errno))?;
    // A slave still sees what the host mounts later, and the host sees nothing of ours.
    let flags = MsFlags::MS_SLAVE | MsFlags::MS_REC;
    mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)
        .map_err(|errno| refused("cannot keep mounts from the host", errno))?;
    mount_sys()
}

/// Puts an instance of the namespace in the place of /sys, and back what was mounted
/// below: iproute2 loses that.
fn mount_sys() -> Result<Vec<String>> {
    let all = mounts::list().or_failed(|| "cannot read the list of mounts".into())?;
    let mut lost = Vec::new();
    let mut kept = Vec::new();
    for point in mounts::topmost_below(&all, Path::new(SYS)) {
        // A mount that another one covers is nobody's loss.
        if !matches!(mounts::at(&all, point), Ok(Some(_))) {
            continue;
        }
        match tree::copy(point) {
            Ok(tree) => kept.push((point, tree)),
            Err(errno) => lost.push(not_kept(point, errno)),
        }
    }
    // A read-only instance must not give way to a writable one, as in a container.
    let read_only = statvfs(SYS).is_ok_and(|fs| fs.flags().contains(FsFlags::ST_RDONLY));
    let flags = if read_only {
        MsFlags::MS_RDONLY
    } else {
        MsFlags::empty()
    };
    // Where there is no sysfs, there is none to take away.
    let _ = umount2(SYS, MntFlags::MNT_DETACH);
    mount(Some("netpipe"), SYS, Some("sysfs"), flags, None::<&str>)
        .map_err(|errno| refused("cannot mount the namespace's /sys", errno))?;
    for (point, tree) in kept {
        if let Err(errno) = tree::attach(&tree, point) {
            lost.push(not_kept(point, errno));
        }
    }
    Ok(lost)
}

fn not_kept(point: &Path, errno: Errno) -> String {
    format!(
        "what is mounted on `{}` is not kept: {errno}",
        point.display()
    )
}

/// Puts the files of /etc/netns/NAME over those of /etc (ip-netns(8)). Gives those that
/// could not be.
pub fn bind_etc(name: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(Path::new("/etc/netns").join(name)) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| bind(&entry.path(), &Path::new("/etc").join(entry.file_name())))
        .collect()
}

/// Binds one over the other; what went wrong, if it did.
fn bind(from: &Path, over: &Path) -> Option<String> {
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(from), over, None::<&str>, flags, None::<&str>)
        .err()
        .map(|errno| format!("cannot put anything over `{}`: {errno}", over.display()))
}

fn refused(what: &str, errno: Errno) -> Error {
    let error = Error::failed(what).because(errno);
    match errno {
        Errno::EPERM => error.hint("run as root, or with CAP_SYS_ADMIN"),
        _ => error,
    }
}
