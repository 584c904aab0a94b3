//! Moving this process into a network namespace as `ip netns exec` does
//! (`netns_switch` in iproute2's lib/namespace.c). Nothing of the host changes: every
//! mount made here is in a mount namespace of the process's own.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use nix::sys::statvfs::{FsFlags, statvfs};

use super::mounts;
use super::netns::Netns;
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

/// Covers /sys with an instance of the namespace. iproute2 unmounts the old one instead
/// and loses what is mounted below; a mount that is detached could not be bound again.
fn mount_sys() -> Result<Vec<String>> {
    let all = mounts::list().or_failed(|| "cannot read the list of mounts".into())?;
    let mut lost = Vec::new();
    let mut kept: Vec<(&Path, File)> = Vec::new();
    for point in mounts::topmost_below(&all, Path::new(SYS)) {
        match open_path(point) {
            Ok(file) => kept.push((point, file)),
            Err(error) => lost.push(format!("`{}` is not kept: {error}", point.display())),
        }
    }
    // A read-only instance must not be covered by a writable one, as in a container.
    let read_only = statvfs(SYS).is_ok_and(|fs| fs.flags().contains(FsFlags::ST_RDONLY));
    let flags = if read_only {
        MsFlags::MS_RDONLY
    } else {
        MsFlags::empty()
    };
    mount(Some("netpipe"), SYS, Some("sysfs"), flags, None::<&str>)
        .map_err(|errno| refused("cannot mount the namespace's /sys", errno))?;
    for (point, file) in kept {
        lost.extend(bind(&by_fd(&file), point));
    }
    Ok(lost)
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

fn open_path(path: &Path) -> std::io::Result<File> {
    File::options()
        .read(true)
        .custom_flags(OFlag::O_PATH.bits() | OFlag::O_CLOEXEC.bits())
        .open(path)
}

fn by_fd(file: &File) -> PathBuf {
    format!("/proc/thread-self/fd/{}", file.as_raw_fd()).into()
}

fn refused(what: &str, errno: nix::errno::Errno) -> Error {
    let error = Error::failed(what).because(errno);
    match errno {
        nix::errno::Errno::EPERM => error.hint("run as root, or with CAP_SYS_ADMIN"),
        _ => error,
    }
}
