//! Names and MACs that netpipe chooses. They depend on who owns what alone, so that a
//! container keeps its MAC over restarts and a crash leaves nothing unknown.

use md5::{Digest, Md5};

use crate::error::Result;
use crate::registry::record::Owner;
use crate::spec::{IfName, Mac};

/// The host end's name: `np` and 12 hex digits. The namespace's cookie is part of it,
/// for the kernel takes a dead namespace's links away only after a while.
///
/// # Errors
/// Never: the text is a valid name.
pub fn host_ifname(owner: &Owner, cookie: u64) -> Result<IfName> {
    let digest = Md5::digest(format!("{owner} {cookie}").as_bytes());
    let hex: String = digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("np{hex}").parse()
}

/// The name of a wire, which is that of its network too: `wire` and 8 hex digits. Two wires
/// may use the same addresses.
///
/// # Errors
/// Never: the text is a valid name.
pub fn wire(near: &Owner, far: &Owner) -> Result<IfName> {
    let digest = Md5::digest(format!("{near} {far}").as_bytes());
    let hex: String = digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("wire{hex}").parse()
}

/// The MAC inside the target.
pub fn mac(owner: &Owner) -> Mac {
    Mac::derived(format!("target {owner}").as_bytes())
}

/// The host end's MAC.
pub fn host_mac(owner: &Owner, cookie: u64) -> Mac {
    Mac::derived(format!("host {owner} {cookie}").as_bytes())
}
