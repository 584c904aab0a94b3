//! A link that leads nowhere: for addresses that a container has by itself.

use super::{Wanted, mark};
use crate::plan::new_link::{NewLink, Virtual};
use crate::plan::step::Step;

/// The steps that make it in the target.
pub fn steps(wanted: &Wanted<'_>) -> Vec<Step> {
    let record = wanted.record;
    let link = NewLink {
        ifname: record.owner.ifname.clone(),
        mac: Some(record.mac),
        birth: None,
        mtu: record.mtu,
        what: Virtual::Dummy,
    };
    vec![Step::AddLink(link), mark(record)]
}
