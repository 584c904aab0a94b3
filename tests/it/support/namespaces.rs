//! Namespaces of the test's own, held open by descriptors and gone with them.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::thread;

use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};

/// A network namespace, and perhaps a mount namespace, that work can be done in.
#[derive(Debug)]
pub struct Namespaces {
    net: File,
    mnt: Option<File>,
}

impl Namespaces {
    /// A new host: a network namespace with its loopback up, and a view of the file
    /// system in which /run is empty and private.
    pub fn host() -> Self {
        on_a_thread(|| {
            unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS)
                .expect("these tests need root");
            let none: Option<&str> = None;
            mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).unwrap();
            mount(Some("run"), "/run", Some("tmpfs"), MsFlags::empty(), none).unwrap();
            std::fs::create_dir("/run/netns").unwrap();
            Self {
                net: this("net"),
                mnt: Some(this("mnt")),
            }
        })
    }

    /// A new container: a network namespace as the kernel makes it, loopback down.
    pub fn container() -> Self {
        on_a_thread(|| {
            unshare(CloneFlags::CLONE_NEWNET).unwrap();
            Self {
                net: this("net"),
                mnt: None,
            }
        })
    }

    /// The network namespace in that file, as another program made it.
    pub fn open(path: &str) -> Self {
        Self {
            net: File::open(path).unwrap(),
            mnt: None,
        }
    }

    /// A container's network in this host's view of the file system.
    pub fn seen_from(&self, host: &Self) -> Self {
        Self {
            net: self.net.try_clone().unwrap(),
            mnt: host.mnt.as_ref().map(|mnt| mnt.try_clone().unwrap()),
        }
    }

    /// A path of the network namespace that any process can open while this value lives.
    pub fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.net.as_raw_fd())
    }

    /// Runs work in here, on a thread of its own that ends afterwards.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        on_a_thread(|| {
            setns(&self.net, CloneFlags::CLONE_NEWNET).unwrap();
            if let Some(mnt) = &self.mnt {
                let here = std::env::current_dir().unwrap();
                // A thread that shares its root and directory may not change its mounts.
                unshare(CloneFlags::CLONE_FS).unwrap();
                setns(mnt, CloneFlags::CLONE_NEWNS).unwrap();
                std::env::set_current_dir(here).unwrap();
            }
            work()
        })
    }
}

fn this(kind: &str) -> File {
    File::open(format!("/proc/thread-self/ns/{kind}")).unwrap()
}

fn on_a_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| match scope.spawn(work).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
