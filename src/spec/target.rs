//! Whose network namespace: the TARGET of a command.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// Where iproute2 keeps named namespaces (ip-netns(8)).
pub const NETNS_DIR: &str = "/run/netns";

/// A network namespace as the user names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A container of the engine, by name, id or id prefix: `web` or `docker:web`.
    Container(String),
    /// The namespace of a process: `pid:4242`.
    Pid(u32),
    /// A named namespace: `netns:blue` is /run/netns/blue.
    Netns(String),
    /// The processes of a control group, such as an LXC container's: `cgroup:web`, or
    /// `cgroup:lxc/web` where several groups end in `web`.
    Cgroup(String),
    /// A namespace file: `/proc/4242/ns/net`.
    Path(PathBuf),
}

impl Target {
    /// Whether it names a process by its id, which another one may get later.
    pub fn is_of_process(&self) -> bool {
        match self {
            Self::Container(_) | Self::Netns(_) | Self::Cgroup(_) => false,
            Self::Pid(_) => true,
            Self::Path(path) => {
                let first = path
                    .strip_prefix("/proc")
                    .ok()
                    .and_then(|rest| rest.iter().next());
                first.and_then(std::ffi::OsStr::to_str).is_some_and(|id| {
                    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
                })
            }
        }
    }

    /// The namespace file this target names, if it names one without an engine.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Container(_) | Self::Cgroup(_) => None,
            Self::Pid(pid) => Some(format!("/proc/{pid}/ns/net").into()),
            Self::Netns(name) => Some(Path::new(NETNS_DIR).join(name)),
            Self::Path(path) => Some(path.clone()),
        }
    }
}

/// Container names as Docker and Podman accept them; the ids are a subset.
fn container(text: &str) -> Result<Target> {
    let good = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.len() <= 255
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    if good {
        return Ok(Target::Container(text.to_owned()));
    }
    Err(Error::usage(format!("`{}` is not a container name", shown(text))).hint(
        "TARGET is a container's name or id, `pid:N`, `netns:NAME`, `cgroup:NAME`, or the path of a \
         namespace file",
    ))
}

fn pid(text: &str) -> Result<Target> {
    match text.parse::<u32>() {
        Ok(pid) if (1..=4_194_304).contains(&pid) && text.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(Target::Pid(pid))
        }
        _ => Err(
            Error::usage(format!("`{}` is not a process id", shown(text)))
                .hint("write it as in `pid:4242`, from 1 to 4194304"),
        ),
    }
}

fn netns(text: &str) -> Result<Target> {
    let good = !text.is_empty()
        && text.len() <= 255
        && text != "."
        && text != ".."
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_graphic() && c != '/');
    if good {
        return Ok(Target::Netns(text.to_owned()));
    }
    Err(Error::usage(format!(
        "`{}` is not the name of a network namespace",
        shown(text)
    ))
    .hint("`netns list` shows those that exist"))
}

fn cgroup(text: &str) -> Result<Target> {
    let part = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.len() <= 255
            && part.chars().all(|c| c.is_ascii_graphic())
    };
    if text.len() <= 1024 && text.split('/').all(part) {
        return Ok(Target::Cgroup(text.to_owned()));
    }
    Err(Error::usage(format!(
        "`{}` is not the name of a control group",
        shown(text)
    ))
    .hint("write it as in `cgroup:web`, or with groups above it: `cgroup:lxc/web`"))
}

fn path(text: &str) -> Result<Target> {
    if text.contains(char::is_control) || text.len() > 4095 {
        return Err(
            Error::usage(format!("`{}` is not a usable path", shown(text)))
                .hint("give the path of a namespace file, such as /proc/4242/ns/net"),
        );
    }
    let below = Path::new(text)
        .strip_prefix(NETNS_DIR)
        .ok()
        .and_then(Path::to_str);
    match below {
        Some(name) if !name.is_empty() && !name.contains('/') => netns(name),
        _ => Ok(Target::Path(text.into())),
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.starts_with('/') {
            return path(text);
        }
        match text.split_once(':') {
            None => container(text),
            Some(("docker", rest)) => container(rest),
            Some(("pid", rest)) => pid(rest),
            Some(("netns", rest)) => netns(rest),
            Some(("cgroup", rest)) => cgroup(rest),
            Some(("path", rest)) if rest.starts_with('/') => path(rest),
            Some((kind, _)) => Err(Error::usage(format!(
                "`{}` is not a kind of target",
                shown(kind)
            ))
            .hint(
                "the kinds are `docker:`, `pid:`, `netns:`, `cgroup:` and a path that starts with /",
            )),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(name) => f.write_str(name),
            Self::Pid(pid) => write!(f, "pid:{pid}"),
            Self::Netns(name) => write!(f, "netns:{name}"),
            Self::Cgroup(name) => write!(f, "cgroup:{name}"),
            Self::Path(path) => write!(f, "{}", path.display()),
        }
    }
}

serde_as_text!(Target);

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn reads_every_kind() {
        for (text, shown) in [
            ("web", "web"),
            ("docker:web", "web"),
            ("pid:42", "pid:42"),
            ("netns:blue", "netns:blue"),
            ("/run/netns/blue", "netns:blue"),
            ("cgroup:web", "cgroup:web"),
            ("cgroup:lxc/web", "cgroup:lxc/web"),
            ("/proc/42/ns/net", "/proc/42/ns/net"),
            ("path:/proc/42/ns/net", "/proc/42/ns/net"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn refuses_hostile_text() {
        for bad in [
            "",
            "-web",
            "we b",
            "web\n",
            "a/b",
            "docker:",
            "pid:0",
            "pid:-1",
            "pid:+1",
            "pid:x",
            "pid:99999999999",
            "netns:",
            "netns:..",
            "netns:a/b",
            "lxc:x",
            "cgroup:",
            "cgroup:/web",
            "cgroup:web/",
            "cgroup:a/../b",
            "cgroup:a b",
            "cgroup:a\nb",
            "path:x",
            "wéb",
            "$(reboot)",
            "/a\0b",
            "/a\nb",
            "/a\u{1b}[31mb",
            "path:/a\u{7f}b",
            "/a\u{9b}b",
        ] {
            assert!(bad.parse::<Target>().is_err(), "{bad:?} was accepted");
        }
        assert!("a".repeat(1 << 20).parse::<Target>().is_err());
    }
}
