//! Mounts that are carried from one place to another without a place in between
//! (open_tree(2), move_mount(2); Linux 5.2).

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;

use super::netns::own;

const AT_RECURSIVE: libc::c_int = 0x8000;

/// Copies what is mounted at `point`, with all that is mounted below. The copy is
/// nowhere to be seen, and is gone with its descriptor unless it is attached.
///
/// # Errors
/// What open_tree(2) said; ENOSYS where the kernel or a container does not know it.
pub fn copy(point: &Path) -> nix::Result<OwnedFd> {
    let flags = libc::OPEN_TREE_CLONE as libc::c_int | libc::O_CLOEXEC | AT_RECURSIVE;
    let point = c_string(point)?;
    // SAFETY: the path is a live, NUL-terminated string, which the kernel only reads.
    #[allow(unsafe_code)]
    let fd = unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, point.as_ptr(), flags) };
    let fd = libc::c_int::try_from(Errno::result(fd)?).map_err(|_| Errno::EBADF)?;
    Ok(own(fd))
}

/// Mounts a copy at `point`, which must be there.
///
/// # Errors
/// What move_mount(2) said.
pub fn attach(tree: &OwnedFd, point: &Path) -> nix::Result<()> {
    let point = c_string(point)?;
    // SAFETY: both paths are live, NUL-terminated strings, which the kernel only reads;
    // the descriptor is borrowed, so it is open.
    #[allow(unsafe_code)]
    let status = unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            point.as_ptr(),
            libc::MOVE_MOUNT_F_EMPTY_PATH,
        )
    };
    Errno::result(status).map(drop)
}

fn c_string(path: &Path) -> nix::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| Errno::EINVAL)
}
