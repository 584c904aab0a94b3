//! A link with a MAC of its own on a network card of the host.

use super::{Wanted, mark};
use crate::error::Result;
use crate::plan::new_link::{NewLink, Virtual};
use crate::plan::step::Step;
use crate::sys::link::Link;

/// The steps that make it in the target.
///
/// # Errors
/// Never: the kernel's names are names.
pub fn steps(wanted: &Wanted<'_>, parent: &Link) -> Result<Vec<Step>> {
    let record = wanted.record;
    let link = NewLink {
        ifname: record.owner.ifname.clone(),
        mac: record.mac,
        mtu: record.mtu,
        what: Virtual::Macvlan {
            parent: parent.name.parse()?,
        },
    };
    Ok(vec![Step::AddLink(link), mark(record)])
}
