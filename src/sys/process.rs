//! Processes that netpipe leaves behind or becomes.

use std::ffi::{OsStr, OsString, c_int, c_void};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use nix::sys::signal::{SigSet, SigmaskHow};

/// Becomes another program (execvp(3)), with the signals as a program expects them: the
/// runtime ignores SIGPIPE, and what is ignored would stay so. Returns only if it fails.
pub fn replace(program: &OsStr, arguments: &[OsString]) -> std::io::Error {
    Command::new(program).args(arguments).exec()
}

/// Starts this very program again with these arguments and this variable, in a session of its own, so out of
/// reach of the terminal; what it writes can be read until this process ends. It holds nothing
/// of the caller's: no directory, and no pipe whose reader would wait for its end.
///
/// # Errors
/// What fork(2) or execve(2) said.
pub fn start_again(
    arguments: &[OsString],
    variable: Option<(&str, &str)>,
) -> std::io::Result<Child> {
    keep_descriptors()?;
    // By its name, as `ps` and `pgrep` show it, unless another program has that place by now.
    let path = std::env::current_exe().ok().filter(|path| is_own(path));
    let mut command = Command::new(path.unwrap_or_else(|| "/proc/self/exe".into()));
    command
        .arg0("netpipe")
        .args(arguments)
        .envs(variable)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // SAFETY: between fork and exec it makes one system call, which allocates nothing.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(|| nix::unistd::setsid().map(drop).map_err(Into::into));
    }
    command.spawn()
}

/// Whether a file is the one that this process runs.
fn is_own(path: &Path) -> bool {
    let inode = |path: &Path| std::fs::metadata(path).map(|file| (file.dev(), file.ino()));
    match (inode(path), inode(Path::new("/proc/self/exe"))) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Keeps the descriptors that the caller left open from programs that this process starts.
/// Those that it opens itself are so from the start.
fn keep_descriptors() -> std::io::Result<()> {
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let Ok(fd) = entry?.file_name().to_string_lossy().parse::<c_int>() else {
            continue;
        };
        if fd > libc::STDERR_FILENO {
            // SAFETY: it takes numbers only. One that is closed by now is none to keep.
            #[allow(unsafe_code)]
            unsafe {
                libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    }
    Ok(())
}

/// Closes spent sockets in a child process, so that the command does not wait for
/// the kernel to let go of them. The child holds nothing else: no lock, no pipe of
/// the caller's, no namespace.
///
/// The child shares this process's memory: a fork would copy the page tables and make
/// every later write a page fault, 0.5 ms in all. It shares this thread's errno with the
/// rest: a call of its that failed would put its error in the place of ours. So nothing it
/// calls can fail: close_range(2) is tried here first, with what it is given nothing but its
/// absence is an error, and with every signal blocked nothing interrupts the sleep, nor does
/// a handler of ours run in the child.
pub fn close_in_background(sockets: Vec<OwnedFd>) {
    let numbers = || sockets.iter().map(AsRawFd::as_raw_fd);
    let (Some(lowest), Some(highest)) = (numbers().min(), numbers().max()) else {
        return;
    };
    let mut helpers = HELPERS.lock().unwrap_or_else(PoisonError::into_inner);
    let free = helpers.iter().position(|helper| helper.has_ended());
    let mut helper = match free {
        Some(index) => helpers.swap_remove(index),
        None => Helper::new(),
    };
    helper.keep = [lowest, highest];
    if helper.start() {
        helpers.push(helper);
    }
    // The child has its own table of descriptors; these are the parent's.
    drop(sockets);
}

/// The children at work or done, with the stacks they run on. Each stays in its place, where
/// the child reads what to keep.
#[allow(clippy::vec_box)]
static HELPERS: Mutex<Vec<Box<Helper>>> = Mutex::new(Vec::new());

/// What a child's stack holds: 32 KiB. Nobody writes to it but the child, which touches one
/// page of it or two; to fill it first would touch them all.
const STACK_WORDS: usize = 2048;

/// How long a child waits, so that the parent closes its own descriptors first: the
/// last one to close is who waits for the kernel.
static HEAD_START: libc::timespec = libc::timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};

/// A child that closes descriptors, in this process's memory.
struct Helper {
    pid: libc::pid_t,
    /// The lowest and the highest descriptor that live on until it ends.
    keep: [c_int; 2],
    stack: Box<[MaybeUninit<u128>]>,
}

impl Helper {
    fn new() -> Box<Self> {
        Box::new(Self {
            pid: 0,
            keep: [0; 2],
            stack: Box::new_uninit_slice(STACK_WORDS),
        })
    }

    /// Whether the child has ended; reaps it then.
    fn has_ended(&self) -> bool {
        let flags = libc::WNOHANG | libc::__WALL;
        // SAFETY: no status is asked for, so nothing is written.
        #[allow(unsafe_code)]
        let ended = unsafe { libc::waitpid(self.pid, std::ptr::null_mut(), flags) };
        ended != 0
    }

    /// Starts the child; whether there is one.
    fn start(&mut self) -> bool {
        if !can_close_range() {
            return false;
        }
        let Ok(mask) = SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK) else {
            return false;
        };
        let top = self.stack.as_mut_ptr_range().end;
        // SAFETY: the child makes a few system calls, on a stack that is its own until
        // `has_ended` has reaped it: HELPERS holds it as long. It reads `keep`, which
        // nobody writes meanwhile.
        #[allow(unsafe_code)]
        unsafe {
            self.pid = libc::clone(
                close_others,
                top.cast(),
                libc::CLONE_VM,
                self.keep.as_mut_ptr().cast(),
            );
        }
        let _ = mask.thread_set_mask();
        self.pid > 0
    }
}

/// Whether the kernel has close_range(2), and no filter forbids it: asked with a range in
/// which no descriptor is.
fn can_close_range() -> bool {
    // SAFETY: close_range(2) takes no pointers, and no descriptor has that number.
    #[allow(unsafe_code)]
    let status = unsafe { libc::syscall(libc::SYS_close_range, c_int::MAX, c_int::MAX, 0) };
    status == 0
}

/// Closes all descriptors but those from `keep[0]` to `keep[1]`; the pipes of whoever
/// reads our output must close with the parent. The child's end closes the rest.
extern "C" fn close_others(keep: *mut c_void) -> c_int {
    // SAFETY: `keep` is the field of a Helper that is kept until this child has ended;
    // the time is a static, and close_range(2) takes no pointers.
    #[allow(unsafe_code)]
    unsafe {
        let [lowest, highest] = *keep.cast::<[c_int; 2]>();
        if lowest > 0 {
            libc::syscall(libc::SYS_close_range, 0, lowest - 1, 0);
        }
        libc::syscall(libc::SYS_close_range, highest + 1, libc::c_uint::MAX, 0);
        libc::syscall(libc::SYS_nanosleep, &raw const HEAD_START, 0);
    }
    0
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::SigSet;
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_child_blocks_every_signal_and_this_thread_none() {
        let before = SigSet::thread_get_mask().unwrap();
        let mut helper = super::Helper::new();
        helper.keep = [1_000_000, 1_000_000];
        assert!(helper.start());
        assert_eq!(SigSet::thread_get_mask().unwrap(), before);
        let status = std::fs::read_to_string(format!("/proc/{}/status", helper.pid)).unwrap();
        let blocked = status.lines().find(|line| line.starts_with("SigBlk:"));
        let blocked = blocked.unwrap().trim_start_matches("SigBlk:").trim();
        let blocked = u64::from_str_radix(blocked, 16).unwrap();
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            assert_ne!(blocked & (1 << (signal - 1)), 0, "signal {signal}");
        }
        while !helper.has_ended() {}
    }

    #[test]
    fn the_helpers_are_used_again_and_close_what_they_are_given() {
        use std::io::Read;
        for _ in 0..200 {
            let (mut ours, theirs) = UnixStream::pair().unwrap();
            super::close_in_background(vec![OwnedFd::from(theirs)]);
            // The end of the stream comes once both the child and this process have closed it.
            assert_eq!(ours.read(&mut [0]).unwrap(), 0);
        }
        assert!(super::HELPERS.lock().unwrap().len() < 100);
    }
}
