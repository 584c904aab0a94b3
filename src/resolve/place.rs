//! From a TARGET to its network namespace, pinned.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use nix::sys::inotify::Inotify;

use super::cgroup;
use super::docker::{Container, Engine};
use crate::error::{Context, Error, Kind, Result};
use crate::spec::Target;
use crate::sys::netlink::Door;
use crate::sys::netns::{Netns, PinnedProcess};
use crate::sys::signal::Interrupt;
use crate::sys::watch;

/// How long to wait for a container that does not run yet.
#[derive(Debug, Clone, Default)]
pub struct Wait {
    /// None: not at all.
    pub patience: Option<Duration>,
    /// What cuts the wait short.
    pub interrupt: Interrupt,
}

/// What tells that a target may have ended.
pub enum Watch {
    /// Its process.
    Process(OwnedFd),
    /// The directory of its name.
    Name(Inotify),
}

impl Watch {
    /// Forgets what happened to other names.
    pub fn forget(&self) {
        match self {
            Self::Process(_) => {}
            Self::Name(watch) => watch::forget(watch),
        }
    }
}

impl AsFd for Watch {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Process(process) => process.as_fd(),
            Self::Name(watch) => watch.as_fd(),
        }
    }
}

/// A target found: its namespace, held open so that it stays the same one.
#[derive(Debug)]
pub struct Place {
    /// The target under its canonical name: a container by name, never by id.
    pub target: Target,
    /// The full id, if it is a container.
    pub container: Option<String>,
    /// The socket of the engine that knows the container.
    pub engine: Option<String>,
    /// The namespace.
    pub netns: Netns,
    process: Option<PinnedProcess>,
}

/// The same target under the one name that records and locks have for it: a path by way of
/// other directories, such as /var/run/netns/blue, is the path that these lead to. The file
/// itself is not followed, for it is what names the namespace.
pub fn canonical(target: &Target) -> Target {
    let Target::Path(path) = target else {
        return target.clone();
    };
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return target.clone();
    };
    let Ok(directory) = directory.canonicalize() else {
        return target.clone();
    };
    directory
        .join(name)
        .to_str()
        .and_then(|path| path.parse().ok())
        .unwrap_or_else(|| target.clone())
}

impl Place {
    /// A door to the namespace.
    ///
    /// # Errors
    /// If it cannot be entered.
    pub fn door(&self) -> Result<Door> {
        let door = self.netns.run(Door::open)?;
        door.or_failed(|| "cannot open netlink inside the namespace".into())
    }

    /// Finds the namespace of a target. If an engine is asked, the time that it takes is used
    /// for `meanwhile`.
    ///
    /// # Errors
    /// Not found; failed if a container does not run; a usage error for a file that
    /// is no namespace, and for the host's own namespace.
    pub fn find(
        target: &Target,
        engine: Option<&str>,
        wait: &Wait,
        meanwhile: &dyn Fn(),
    ) -> Result<Self> {
        let target = &canonical(target);
        let place = match target {
            Target::Container(name) => Self::of_container(name, engine, wait, meanwhile)?,
            Target::Pid(pid) => {
                let process = PinnedProcess::open(*pid)?;
                let netns = process.netns()?;
                Self {
                    target: target.clone(),
                    container: None,
                    engine: None,
                    netns,
                    process: Some(process),
                }
            }
            Target::Netns(name) => {
                let path = Path::new(crate::spec::NETNS_DIR).join(name);
                let netns = Netns::open(&path)?;
                Self {
                    target: target.clone(),
                    container: None,
                    engine: None,
                    netns,
                    process: None,
                }
            }
            Target::Cgroup(name) => {
                let (process, netns) = cgroup::find(name)?;
                Self {
                    target: target.clone(),
                    container: None,
                    engine: None,
                    netns,
                    process: Some(process),
                }
            }
            Target::Path(path) => {
                let netns = Netns::open(path)?;
                Self {
                    target: target.clone(),
                    container: None,
                    engine: None,
                    netns,
                    process: None,
                }
            }
        };
        place.refuse_own()?;
        Ok(place)
    }

    fn of_container(
        name: &str,
        engine: Option<&str>,
        wait: &Wait,
        meanwhile: &dyn Fn(),
    ) -> Result<Self> {
        let mut engine = Engine::connect(engine)?;
        let mut found = engine.container_while(name, &wait.interrupt, meanwhile);
        let may_start = match &found {
            Ok(container) => container.pid.is_none(),
            Err(error) => error.kind() == Kind::NotFound,
        };
        if let Some(patience) = wait.patience
            && may_start
        {
            found = engine.wait_running(name, patience, &wait.interrupt);
        }
        let container = found?;
        let Some(pid) = container.pid else {
            return Err(
                Error::failed(format!("container `{}` is not running", container.name))
                    .hint("start it, or give --wait to wait for it"),
            );
        };
        let process = PinnedProcess::open(pid)?;
        check_process(&process, &container)?;
        let netns = process.netns()?;
        Ok(Self {
            target: Target::Container(container.name),
            container: Some(container.id),
            engine: Some(engine.address()),
            netns,
            process: Some(process),
        })
    }

    /// Refuses the namespace netpipe itself runs in: what is made there would be the
    /// host's own wiring.
    fn refuse_own(&self) -> Result<()> {
        if !self.netns.is_here()? {
            return Ok(());
        }
        let target = &self.target;
        let hint = match self.container {
            Some(_) => "it runs with the host's network; start it with a network of its own",
            None => "name the namespace of a container",
        };
        Err(Error::usage(format!("`{target}` is in the host's own network namespace")).hint(hint))
    }

    /// The id of the process that it was found by.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(PinnedProcess::pid)
    }

    /// What runs a program in the namespace, for commands shown to people.
    pub fn enter(&self) -> String {
        let path = match (&self.process, self.target.path()) {
            (Some(process), _) => format!("/proc/{}/ns/net", process.pid()),
            (None, Some(path)) => path.display().to_string(),
            (None, None) => self.target.to_string(),
        };
        format!("nsenter --net={path}")
    }

    /// Whether its target still leads to this namespace: the process lives, the file is the
    /// same one.
    pub fn is_current(&self) -> bool {
        match (&self.process, self.target.path()) {
            (Some(process), _) => process.is_alive(),
            (None, Some(path)) => Netns::open(&path).is_ok_and(|now| now.is_same(&self.netns)),
            (None, None) => true,
        }
    }

    /// What becomes readable when the target may have ended: the process, or the name of the
    /// namespace.
    ///
    /// # Errors
    /// What the kernel said.
    pub fn watch(&self) -> std::io::Result<Watch> {
        if let Some(process) = &self.process {
            return watch::process(process.pid()).map(Watch::Process);
        }
        let path = self.target.path().unwrap_or_default();
        let directory = path.parent().unwrap_or(Path::new("/"));
        watch::directory(directory).map(Watch::Name)
    }

    /// Fails if the process that the namespace was found by has ended meanwhile.
    ///
    /// # Errors
    /// Failed, with the target named.
    pub fn still_there(&self) -> Result<()> {
        match &self.process {
            Some(process) if !process.is_alive() => Err(Error::failed(format!(
                "`{}` ended while it was being worked on",
                self.target
            ))
            .hint("start it again and repeat the command")),
            _ => Ok(()),
        }
    }
}

/// Refuses a process that is not the container's: its id was reused between the
/// engine's answer and now. A cgroup path that names another container tells; one
/// that names none (cgroup namespaces, LXC) cannot.
fn check_process(process: &PinnedProcess, container: &Container) -> Result<()> {
    let cgroup = process.cgroup().unwrap_or_default();
    if cgroup.contains(&container.id) {
        return Ok(());
    }
    let other = cgroup
        .split(|c: char| !c.is_ascii_hexdigit())
        .any(|part| part.len() == 64);
    if other {
        return Err(
            Error::failed(format!("container `{}` ended just now", container.name))
                .hint("start it, or give --wait to wait for it"),
        );
    }
    Ok(())
}
