//! The store: in the state directory, or one that many hosts share.

use std::path::Path;

use nix::sys::statvfs::statvfs;
use nix::unistd::{AccessFlags, access};

use super::{Check, Status};
use crate::kv::local::{FILE_NAME, FORMAT, LocalKv};
use crate::kv::{Kv, RangeRequest};
use crate::ops::Context;

/// Below this much room in the file system, there should be more.
const LITTLE: u64 = 64 << 20;
/// Below this much room, a commit may fail.
const NONE: u64 = 1 << 20;

/// Whether the store opens, can be written, and has room to grow. Nothing is made.
pub fn examine(ctx: &Context) -> Vec<Check> {
    let state_dir = &ctx.state_dir;
    match shared(ctx) {
        Some(check) => vec![check, writable(state_dir, nearest(state_dir))],
        None => local(state_dir),
    }
}

/// The store that many hosts share, if there is one.
#[cfg(feature = "etcd")]
fn shared(ctx: &Context) -> Option<Check> {
    let remote = ctx.remote.as_ref()?;
    let urls: Vec<_> = remote
        .access
        .endpoints
        .iter()
        .map(ToString::to_string)
        .collect();
    let all = RangeRequest {
        count_only: true,
        ..RangeRequest::prefix("/")
    };
    let answer = remote
        .open(&ctx.host)
        .and_then(|kv| kv.range(&all).map_err(Into::into));
    Some(match answer {
        Ok(found) => Check::new(
            "store",
            Status::Ok,
            format!(
                "{}, revision {}, {} keys",
                urls.join(", "),
                found.revision,
                found.count
            ),
        ),
        Err(error) => Check::of_error("store", Status::Bad, &error),
    })
}

#[cfg(not(feature = "etcd"))]
fn shared(_: &Context) -> Option<Check> {
    None
}

/// The store in the state directory.
fn local(state_dir: &Path) -> Vec<Check> {
    let existing = nearest(state_dir);
    vec![
        contents(state_dir),
        writable(state_dir, existing),
        room(existing),
    ]
}

/// The directory itself, or the nearest one above it that is there.
fn nearest(state_dir: &Path) -> &Path {
    let mut above = state_dir.ancestors();
    above.find(|path| path.exists()).unwrap_or(Path::new("."))
}

fn contents(state_dir: &Path) -> Check {
    let path = state_dir.join(FILE_NAME);
    let shown = path.display();
    if !path.exists() {
        let detail = format!("{shown} is made by the first command that needs it");
        return Check::new("store", Status::Info, detail);
    }
    let all = RangeRequest::prefix("/").limit(1);
    match LocalKv::open_read_only(state_dir).range(&all) {
        Ok(found) => Check::new(
            "store",
            Status::Ok,
            format!(
                "{shown}, format {FORMAT}, revision {}, {} records",
                found.revision, found.count
            ),
        ),
        Err(error) => Check::of_error("store", Status::Bad, &error.into()),
    }
}

fn writable(state_dir: &Path, existing: &Path) -> Check {
    let name = "store writable";
    let file = state_dir.join(FILE_NAME);
    let directory = access(existing, AccessFlags::W_OK | AccessFlags::X_OK);
    let file = match file.exists() {
        true => access(&file, AccessFlags::R_OK | AccessFlags::W_OK),
        false => Ok(()),
    };
    match directory.and(file) {
        Ok(()) => Check::new(name, Status::Ok, format!("{}", state_dir.display())),
        Err(errno) => Check::new(
            name,
            Status::Bad,
            format!("cannot write {}: {}", existing.display(), errno.desc()),
        )
        .fix("run as root, or name another directory with --state-dir"),
    }
}

fn room(existing: &Path) -> Check {
    let name = "store room";
    let place = existing.display();
    let free = match statvfs(existing) {
        #[allow(clippy::useless_conversion, reason = "32 bits wide on some machines")]
        Ok(fs) => u64::from(fs.blocks_available()).saturating_mul(u64::from(fs.fragment_size())),
        Err(errno) => return Check::new(name, Status::Warn, format!("{place}: {}", errno.desc())),
    };
    let status = match free {
        ..NONE => Status::Bad,
        NONE..LITTLE => Status::Warn,
        _ => Status::Ok,
    };
    let check = Check::new(name, status, format!("{} MiB free at {place}", free >> 20));
    match status {
        Status::Ok => check,
        _ => check.fix("make room in its file system, or name another with --state-dir"),
    }
}

#[cfg(test)]
mod tests {
    use super::{local, nearest};
    use crate::ops::doctor::Status;
    use std::path::Path;

    #[test]
    fn a_missing_store_is_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("a/b");
        assert_eq!(nearest(&state), dir.path());
        let checks = local(&state);
        assert_eq!(checks[0].status, Status::Info);
        assert_eq!(checks[1].status, Status::Ok);
        assert!(!state.exists());
    }

    #[test]
    fn what_is_no_store_is_bad() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("kv.redb"), "x".repeat(10_000)).unwrap();
        assert_eq!(local(dir.path())[0].status, Status::Bad);
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_bad() {
        assert_eq!(local(Path::new("/proc/sys/nope"))[1].status, Status::Bad);
    }
}
