//! Network namespaces: open, compare, enter (setns(2), namespaces(7), nsfs).

use std::cell::Cell;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use nix::fcntl::{OFlag, open, readlinkat};
use nix::sched::{CloneFlags, setns};
use nix::sys::stat::{Mode, fstat};
use nix::sys::statfs::{PROC_SUPER_MAGIC, fstatfs};

use super::procfile;
use crate::error::{Error, Result};

/// `NSFS_MAGIC` of linux/magic.h.
const NSFS_MAGIC: i64 = 0x6e73_6673;

/// A network namespace, pinned by a file descriptor: as long as this value lives,
/// it is the same namespace, whatever becomes of the process or file it came from.
#[derive(Debug)]
pub struct Netns {
    fd: OwnedFd,
    inode: u64,
}

impl Netns {
    /// The namespace behind a file such as /run/netns/blue or /proc/4242/ns/net.
    ///
    /// # Errors
    /// Not found, or a usage error when the file is no namespace (statfs(2) says so).
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        // To open a device or a FIFO may do something, so look first at what it is.
        let handle = open(path, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty())
            .map_err(|errno| cannot_open(path, errno))?;
        if !may_be_one(&handle) {
            return Err(not_one(&name));
        }
        let again = format!("/proc/self/fd/{}", handle.as_raw_fd());
        let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
        let fd =
            open(again.as_str(), flags, Mode::empty()).map_err(|errno| cannot_open(path, errno))?;
        Self::from_fd(fd, &name)
    }

    /// The namespace behind an open descriptor; `name` is for messages.
    ///
    /// # Errors
    /// A usage error when it is no network namespace.
    pub fn from_fd(fd: OwnedFd, name: &str) -> Result<Self> {
        let not_one = || not_one(name);
        if !may_be_one(&fd) {
            return Err(not_one());
        }
        if namespace_type(fd.as_fd()) != Some(CloneFlags::CLONE_NEWNET.bits()) {
            return Err(not_one());
        }
        let inode = fstat(&fd).map_err(|_| not_one())?.st_ino;
        Ok(Self { fd, inode })
    }

    /// The namespace behind a descriptor of a `ns/net` of /proc: nothing else is of that name.
    fn of_proc(fd: OwnedFd) -> nix::Result<Self> {
        let inode = fstat(&fd)?.st_ino;
        Ok(Self { fd, inode })
    }

    /// Whether it is the namespace of the calling thread.
    ///
    /// # Errors
    /// If /proc is not mounted.
    pub fn is_here(&self) -> Result<bool> {
        let home = Home::of_thread().map_err(|errno| cannot_open(Path::new(HERE), errno))?;
        let same = self.is_same(&home.netns);
        home.keep();
        Ok(same)
    }

    /// Whether both are the same namespace right now.
    pub fn is_same(&self, other: &Self) -> bool {
        self.inode == other.inode
    }

    /// Runs `work` inside this namespace and gives what it returned. The calling thread
    /// goes there and comes back, which takes a tenth of the time of starting a thread;
    /// where it might not be let back, a thread of its own goes, and ends there.
    ///
    /// It comes back to where it was when it first was asked: a thread that enters another
    /// namespace by other means makes no more visits.
    ///
    /// # Errors
    /// If the namespace cannot be entered.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let Some(way_back) = WayBack::here() else {
            return self.run_on_thread(work);
        };
        setns(&self.fd, CloneFlags::CLONE_NEWNET).map_err(cannot_enter)?;
        let value = work();
        drop(way_back);
        Ok(value)
    }

    fn run_on_thread<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T> {
        let inside = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("netns".into())
                .spawn_scoped(scope, || {
                    setns(&self.fd, CloneFlags::CLONE_NEWNET).map(|()| work())
                });
            thread.map(|thread| thread.join())
        });
        match inside {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(errno))) => Err(cannot_enter(errno)),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(Error::failed("cannot start a thread").because(error)),
        }
    }

    /// A number no other namespace of this boot has or had (SO_NETNS_COOKIE in
    /// socket(7), Linux 5.14), so that a record can tell a namespace from a later
    /// one that got the same inode. Zero where the kernel cannot tell.
    ///
    /// # Errors
    /// If the namespace cannot be entered.
    pub fn cookie(&self) -> Result<u64> {
        self.run(cookie_here)
    }
}

fn not_one(name: &str) -> Error {
    Error::usage(format!("`{name}` is not a network namespace"))
        .hint("give a file such as /run/netns/NAME or /proc/PID/ns/net")
}

/// Whether a file is where namespaces are: on nsfs, or before Linux 3.19 on proc.
// The magic is of another type on other architectures.
#[allow(clippy::unnecessary_cast)]
fn may_be_one(file: &OwnedFd) -> bool {
    fstatfs(file).is_ok_and(|found| {
        let kind = found.filesystem_type();
        kind.0 as i64 == NSFS_MAGIC || kind == PROC_SUPER_MAGIC
    })
}

/// Where the calling thread's own namespace is.
const HERE: &str = "/proc/thread-self/ns/net";

thread_local! {
    /// The namespace this thread is in, for to look it up in /proc takes longer than to go
    /// there and back. Taken out while the thread is elsewhere, so that a visit within a
    /// visit comes back to where it began.
    static HOME: Cell<Option<Home>> = const { Cell::new(None) };
}

/// The namespace that a thread belongs to.
struct Home {
    netns: Netns,
    /// Whether the thread is known to be let in.
    entered: bool,
}

impl Home {
    /// That of the calling thread; [`Home::keep`] is for the next who asks.
    fn of_thread() -> nix::Result<Self> {
        if let Some(home) = HOME.take() {
            return Ok(home);
        }
        let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC;
        let netns = Netns::of_proc(open(HERE, flags, Mode::empty())?)?;
        Ok(Self {
            netns,
            entered: false,
        })
    }

    fn keep(self) {
        // A thread that ends keeps nothing.
        let _ = HOME.try_with(|home| home.set(Some(self)));
    }
}

/// Brings the calling thread back into the namespace it was in, however `work` ends.
struct WayBack(Option<Home>);

impl WayBack {
    /// None if this thread could not come back: if its namespace belongs to a user
    /// namespace in which it has no rights.
    fn here() -> Option<Self> {
        let mut home = Home::of_thread().ok()?;
        if !home.entered {
            // To enter the namespace one is in changes nothing, but asks for the same rights.
            setns(&home.netns, CloneFlags::CLONE_NEWNET).ok()?;
            home.entered = true;
        }
        Some(Self(Some(home)))
    }
}

impl Drop for WayBack {
    fn drop(&mut self) {
        let Some(home) = self.0.take() else { return };
        if setns(&home.netns, CloneFlags::CLONE_NEWNET).is_err() {
            // Anything done from here on would be done to the wrong namespace.
            std::process::abort();
        }
        home.keep();
    }
}

fn cannot_enter(errno: nix::errno::Errno) -> Error {
    match errno {
        nix::errno::Errno::EPERM => {
            Error::failed("cannot enter the network namespace: operation not permitted")
                .hint("run as root, or with CAP_SYS_ADMIN and CAP_NET_ADMIN")
        }
        errno => Error::failed("cannot enter the network namespace").because(errno),
    }
}

impl AsFd for Netns {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn cannot_open(path: &Path, errno: nix::errno::Errno) -> Error {
    use nix::errno::Errno::{EACCES, ENOENT, ENOTDIR, EPERM, ESRCH};
    let name = path.display();
    match errno {
        ENOENT | ENOTDIR | ESRCH => Error::not_found(format!("there is no namespace at `{name}`"))
            .hint("`netpipe netns list` shows the named ones"),
        EACCES | EPERM => Error::failed(format!("cannot open `{name}`"))
            .because(errno)
            .hint("run as root; another user's process needs CAP_SYS_PTRACE"),
        other => Error::failed(format!("cannot open `{name}`")).because(other),
    }
}

/// What sort of namespace a descriptor is, as a CLONE_NEW* bit (ioctl_ns(2)).
fn namespace_type(fd: BorrowedFd<'_>) -> Option<i32> {
    const NS_GET_NSTYPE: libc::c_ulong = 0xb703;
    // SAFETY: NS_GET_NSTYPE takes no argument and writes no memory; the descriptor is
    // borrowed, so it is open.
    #[allow(unsafe_code)]
    let kind = unsafe { libc::ioctl(fd.as_raw_fd(), NS_GET_NSTYPE) };
    (kind >= 0).then_some(kind)
}

/// The namespace of the calling thread.
///
/// # Errors
/// If /proc is not mounted.
pub fn here() -> Result<OwnedFd> {
    let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC;
    open(HERE, flags, Mode::empty()).map_err(|errno| cannot_open(Path::new(HERE), errno))
}

/// The cookie of the calling thread's namespace, or zero if the kernel has none.
pub fn cookie_here() -> u64 {
    // Any socket will do; one of these is there in every kernel that networks.
    UnixDatagram::unbound().map_or(0, |socket| cookie_of(&socket))
}

/// The cookie of the namespace that a socket was made in, or zero if the kernel has none.
pub fn cookie_of(socket: &impl AsFd) -> u64 {
    let mut cookie: u64 = 0;
    let mut length = size_of::<u64>() as libc::socklen_t;
    // SAFETY: the pointers are to live locals of the length given; the kernel writes
    // at most `length` bytes.
    #[allow(unsafe_code)]
    let status = unsafe {
        libc::getsockopt(
            socket.as_fd().as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    };
    if status == 0 { cookie } else { 0 }
}

/// Opens files of one process so that all of them belong to the same process even
/// if its id is reused meanwhile (pitfall: PID reuse reached the wrong namespace).
#[derive(Debug)]
pub struct PinnedProcess {
    directory: File,
    pid: u32,
}

impl PinnedProcess {
    /// The process with that id, as it is now.
    ///
    /// # Errors
    /// Not found.
    pub fn open(pid: u32) -> Result<Self> {
        let path = format!("/proc/{pid}");
        let directory = File::open(&path).map_err(|_| {
            Error::not_found(format!("there is no process {pid}"))
                .hint("see `ps` for those running")
        })?;
        Ok(Self { directory, pid })
    }

    /// Its id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    fn open_inside(&self, name: &str) -> nix::Result<OwnedFd> {
        nix::fcntl::openat(
            &self.directory,
            name,
            OFlag::O_RDONLY | OFlag::O_CLOEXEC,
            Mode::empty(),
        )
    }

    /// Its network namespace.
    ///
    /// # Errors
    /// Not found if the process has ended.
    pub fn netns(&self) -> Result<Netns> {
        let path = format!("/proc/{}/ns/net", self.pid);
        self.open_inside("ns/net")
            .and_then(Netns::of_proc)
            .map_err(|errno| cannot_open(Path::new(&path), errno))
    }

    /// The text of /proc/PID/cgroup, or none if the process has ended.
    pub fn cgroup(&self) -> Option<String> {
        procfile::read_open(File::from(self.open_inside("cgroup").ok()?)).ok()
    }

    /// Whether that very process still runs: its files are gone once it was reaped,
    /// and a zombie has no namespaces left (`proc_ns_readlink` in fs/proc/namespaces.c).
    pub fn is_alive(&self) -> bool {
        readlinkat(&self.directory, "ns/net").is_ok()
    }
}

/// Makes a new network namespace with its loopback down and gives its descriptor;
/// it lives as long as something refers to it.
///
/// # Errors
/// If the caller may not (EPERM) or the kernel has no room (ENOSPC).
pub fn create() -> Result<OwnedFd> {
    let thread = std::thread::Builder::new().name("netns".into()).spawn(|| {
        nix::sched::unshare(CloneFlags::CLONE_NEWNET)?;
        open(HERE, OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())
    });
    let thread = thread.map_err(|error| Error::failed("cannot start a thread").because(error))?;
    match thread.join() {
        Ok(Ok(fd)) => Ok(fd),
        Ok(Err(errno)) => Err(Error::failed("cannot make a network namespace").because(errno)),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// The inode of the namespace file at `path`, which two names of one namespace share.
pub fn inode(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|metadata| metadata.ino())
}

/// Takes over a descriptor number that another part of the process owns.
#[allow(unsafe_code)]
pub(super) fn own(fd: libc::c_int) -> OwnedFd {
    // SAFETY: every caller just got `fd` from a system call and hands it over.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

#[cfg(test)]
mod tests {
    use super::Netns;
    use std::fs::File;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn a_process_that_has_ended_is_not_alive() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let pinned = super::PinnedProcess::open(child.id()).unwrap();
        assert!(pinned.is_alive());
        drop(child.stdin.take());
        // A zombie until it is waited for.
        while pinned.is_alive() {
            thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!pinned.is_alive());
    }

    #[test]
    fn a_file_that_is_no_namespace_is_not_opened() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("fifo");
        nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        // A writer waits for a reader, however short that one stays.
        let writer = thread::spawn({
            let path = path.clone();
            move || File::options().write(true).open(path)
        });
        thread::sleep(Duration::from_millis(100));
        let error = Netns::open(&path).unwrap_err();
        assert_eq!(error.kind(), crate::error::Kind::Usage);
        thread::sleep(Duration::from_millis(100));
        assert!(!writer.is_finished());
        let _reader = File::open(&path).unwrap();
        writer.join().unwrap().unwrap();
    }
}
