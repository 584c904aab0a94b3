//! Which boot of the machine this is.

use super::procfile;
use crate::error::{Context, Result};

/// The kernel's random id of this boot (random(4)): what a record made under another
/// one describes is gone from the kernel.
///
/// # Errors
/// If /proc is not mounted.
pub fn id() -> Result<String> {
    let text = procfile::read("/proc/sys/kernel/random/boot_id")
        .or_failed(|| "cannot read the boot id".into())?;
    Ok(text.trim().to_owned())
}

/// This host's name in the records (gethostname(2)).
///
/// # Errors
/// If the kernel's name is not UTF-8.
pub fn host() -> Result<String> {
    let name = nix::unistd::gethostname().or_failed(|| "cannot read the host's name".into())?;
    let name = name.to_string_lossy();
    let clean: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && c != '/' {
                c
            } else {
                '_'
            }
        })
        .collect();
    Ok(if clean.is_empty() {
        "localhost".into()
    } else {
        clean
    })
}
