//! Kernel settings below /proc/sys, of the calling thread's network namespace.

use std::fs;
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

/// Writes a setting.
///
/// # Errors
/// What open(2) or write(2) said: ENOENT for no such setting, EROFS for a read-only
/// /proc, EINVAL for a value out of range.
pub fn set(key: &str, value: &str) -> std::io::Result<()> {
    // Of an empty text, nothing would be written at all; a line's end is a value's.
    let text = if value.is_empty() { "\n" } else { value };
    fs::write(path(key), text)
}
