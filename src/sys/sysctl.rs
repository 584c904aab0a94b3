//! Kernel settings below /proc/sys, of the calling thread's network namespace.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::procfile;

fn path(key: &str) -> PathBuf {
    Path::new("/proc/sys").join(key)
}

/// The value of a setting, or none if the kernel has no such setting.
pub fn get(key: &str) -> Option<String> {
    procfile::read(path(key))
        .ok()
        .map(|text| text.trim_end().to_owned())
}

/// Writes a setting. In a read-only /proc, one that has this value already is left as it is.
///
/// # Errors
/// What open(2) or write(2) said: ENOENT for no such setting, EROFS for another value in a
/// read-only /proc, EINVAL for a value out of range.
pub fn set(key: &str, value: &str) -> std::io::Result<()> {
    // Of an empty text, nothing would be written at all; a line's end is a value's.
    let text = if value.is_empty() { "\n" } else { value };
    match fs::write(path(key), text) {
        Err(error)
            if error.kind() == ErrorKind::ReadOnlyFilesystem
                && get(key).as_deref() == Some(value) =>
        {
            Ok(())
        }
        done => done,
    }
}
