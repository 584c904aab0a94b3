//! Named network namespaces as iproute2 keeps them: a file of /run/netns that the
//! namespace is mounted on (`netns_add`, `netns_delete` in iproute2's ip/ipnetns.c).

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MntFlags, MsFlags, mount, umount2};

use super::netns;
use crate::error::{Context, Error, Result};
use crate::spec::NETNS_DIR;

/// Makes a network namespace of that name, its loopback down: `ip netns add`.
///
/// # Errors
/// A conflict if the name is taken; failed if the caller may not. No file is left then.
pub fn add(name: &str) -> Result<()> {
    make_directory()?;
    let path = path(name);
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o000)
        .open(&path);
    match made {
        Ok(file) => drop(file),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(name)),
        Err(error) => return Err(refused(format!("cannot make `{}`", path.display()), error)),
    }
    fill(&path).inspect_err(|_| {
        // The first failure is the one that tells.
        let _ = std::fs::remove_file(&path);
    })
}

/// Mounts a new namespace on the file.
fn fill(path: &Path) -> Result<()> {
    let namespace = netns::create()?;
    let from = format!("/proc/thread-self/fd/{}", namespace.as_raw_fd());
    bind(Path::new(&from), path, MsFlags::MS_BIND)
        .map_err(|errno| refused(format!("cannot mount on `{}`", path.display()), errno))
}

/// Removes the name: `ip netns del`. The namespace itself ends with its last user.
/// Whether there was one.
///
/// # Errors
/// If the caller may not.
pub fn delete(name: &str) -> Result<bool> {
    let path = path(name);
    let cannot = || format!("cannot remove `{}`", path.display());
    let flags = MntFlags::MNT_DETACH | MntFlags::UMOUNT_NOFOLLOW;
    match umount2(&path, flags) {
        // Not mounted on: a file that some failure left behind, or a symbolic link.
        Ok(()) | Err(Errno::EINVAL) => {}
        Err(Errno::ENOENT) => return Ok(false),
        Err(errno) => return Err(refused(cannot(), errno)),
    }
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(refused(cannot(), error)),
    }
}

/// The names there are, sorted; of namespaces or of what else lies there.
///
/// # Errors
/// If the directory cannot be read.
pub fn names() -> Result<Vec<String>> {
    let cannot = || format!("cannot read `{NETNS_DIR}`");
    let entries = match std::fs::read_dir(NETNS_DIR) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(cannot(), error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.or_failed(cannot)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether anything has that name.
pub fn exists(name: &str) -> bool {
    path(name).symlink_metadata().is_ok()
}

fn path(name: &str) -> PathBuf {
    Path::new(NETNS_DIR).join(name)
}

/// Makes /run/netns a shared mount point, so that names made or removed in one mount
/// namespace are made and removed in all, and a removed one is not kept alive by them.
fn make_directory() -> Result<()> {
    let cannot = || format!("cannot make `{NETNS_DIR}` a shared mount point");
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(NETNS_DIR)
        .map_err(|error| refused(format!("cannot make `{NETNS_DIR}`"), error))?;
    // iproute2 takes the same lock: two at once would mount twice.
    let directory = File::open(NETNS_DIR).or_failed(cannot)?;
    let _lock = Flock::lock(directory, FlockArg::LockExclusive)
        .map_err(|(_, errno)| refused(cannot(), errno))?;
    let point = Path::new(NETNS_DIR);
    let share = || {
        let flags = MsFlags::MS_SHARED | MsFlags::MS_REC;
        mount(None::<&str>, point, None::<&str>, flags, None::<&str>)
    };
    match share() {
        Ok(()) => return Ok(()),
        // Not a mount point yet.
        Err(Errno::EINVAL) => {}
        Err(errno) => return Err(refused(cannot(), errno)),
    }
    bind(point, point, MsFlags::MS_BIND | MsFlags::MS_REC)
        .and_then(|()| share())
        .map_err(|errno| refused(cannot(), errno))
}

fn bind(from: &Path, over: &Path, flags: MsFlags) -> nix::Result<()> {
    mount(Some(from), over, None::<&str>, flags, None::<&str>)
}

fn taken(name: &str) -> Error {
    Error::conflict(format!("there is a network namespace `{name}` already")).hint(format!(
        "give another name, or remove it: netpipe netns del {name}"
    ))
}

fn refused(what: String, error: impl Into<std::io::Error>) -> Error {
    let error = error.into();
    let hint = error.kind() == ErrorKind::PermissionDenied;
    let failed = Error::failed(what).because(error);
    if hint {
        failed.hint("run as root, or with CAP_SYS_ADMIN")
    } else {
        failed
    }
}
