//! The mounts that the calling thread sees (proc_pid_mountinfo(5)).

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// One mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Its id, unique at one moment.
    pub id: u64,
    /// Where it is mounted.
    pub point: PathBuf,
    /// The type of its file system, such as `sysfs`.
    pub kind: String,
    /// The options of that file system.
    pub options: String,
    /// Whether mounts below it appear in its peers of other mount namespaces
    /// (mount_namespaces(7), "Shared subtrees").
    pub shared: bool,
}

/// All mounts, in the order they were made in.
///
/// # Errors
/// If /proc is not mounted.
pub fn list() -> io::Result<Vec<Mount>> {
    let text = std::fs::read("/proc/thread-self/mountinfo")?;
    Ok(text
        .split(|byte| *byte == b'\n')
        .filter_map(parse)
        .collect())
}

/// The mount whose root one sees at `point`, or none if nothing is mounted there. The
/// list alone cannot tell: it has mounts that others cover.
///
/// # Errors
/// If `point` cannot be looked up, or /proc is not mounted.
pub fn at<'a>(mounts: &'a [Mount], point: &Path) -> io::Result<Option<&'a Mount>> {
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_PATH)
        .open(point)?;
    let info = format!("/proc/thread-self/fdinfo/{}", file.as_raw_fd());
    let info = std::fs::read_to_string(info)?;
    let id = info.lines().find_map(|line| line.strip_prefix("mnt_id:"));
    let id = id.and_then(|id| id.trim().parse().ok());
    Ok(mounts
        .iter()
        .find(|mount| Some(mount.id) == id && mount.point == point))
}

/// The mounts below a directory that are not below another one of them: moving or
/// binding these with MS_REC takes the others along.
pub fn topmost_below<'a>(mounts: &'a [Mount], directory: &Path) -> Vec<&'a Path> {
    let mut points: Vec<&Path> = mounts
        .iter()
        .map(|mount| mount.point.as_path())
        .filter(|point| point.starts_with(directory) && *point != directory)
        .collect();
    points.sort_unstable();
    // Sorted by component, a directory comes right before all that is below it.
    points.dedup_by(|point, kept| point.starts_with(&**kept));
    points
}

/// Reads a line: id, parent, device, root, mount point, options, optional fields up to
/// a lone `-`, type, source, options.
fn parse(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ');
    let id = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let point = unescape(fields.nth(3)?);
    let mut shared = false;
    for field in fields.by_ref().skip(1) {
        match field {
            b"-" => break,
            field => shared |= field.starts_with(b"shared:"),
        }
    }
    let kind = String::from_utf8_lossy(fields.next()?).into_owned();
    Some(Mount {
        id,
        point: OsString::from_vec(point).into(),
        kind,
        options: String::from_utf8_lossy(fields.nth(1).unwrap_or_default()).into_owned(),
        shared,
    })
}

/// Takes back the escapes of the kernel's `mangle`: blanks, `\` and `#` are `\ooo`.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match tail {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] if *first == b'\\' => {
                out.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = tail;
            }
            _ => out.push(*first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Mount, at, list, parse, topmost_below};
    use std::path::Path;

    fn mount(point: &str) -> Mount {
        Mount {
            id: 1,
            point: point.into(),
            kind: "tmpfs".into(),
            options: String::new(),
            shared: false,
        }
    }

    #[test]
    fn reads_a_line_with_escapes_and_optional_fields() {
        let line = br"36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 shared:7 - ext3 /dev/root rw";
        let found = parse(line).unwrap();
        assert_eq!(found.point, Path::new("/mnt 2"));
        assert_eq!((found.id, found.kind.as_str()), (36, "ext3"));
        assert!(found.shared);
        assert_eq!(found.options, "rw");
        let plain = parse(b"1 0 8:1 / / rw - ext4 /dev/sda1 rw").unwrap();
        assert!(!plain.shared);
        assert_eq!(parse(b""), None);
        assert_eq!(parse(b"1 0 8:1 / / rw"), None);
    }

    #[test]
    fn a_mount_is_found_where_it_is() {
        let all = list().unwrap();
        let proc = at(&all, Path::new("/proc")).unwrap().unwrap();
        assert_eq!(proc.kind, "proc");
        assert_eq!(at(&all, Path::new("/proc/self")).unwrap(), None);
        assert!(at(&all, Path::new("/proc/none")).is_err());
    }

    #[test]
    fn only_the_topmost_mounts_are_given() {
        let mounts = [
            "/sys",
            "/sys/fs/cgroup/cpu",
            "/sys/fs/cgroup",
            "/sys/fs/cgroup-x",
            "/sysfs",
        ]
        .map(mount);
        assert_eq!(
            topmost_below(&mounts, Path::new("/sys")),
            [Path::new("/sys/fs/cgroup"), Path::new("/sys/fs/cgroup-x")]
        );
    }
}
