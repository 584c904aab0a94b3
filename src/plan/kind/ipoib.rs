//! A child of an InfiniBand card of the host.

use super::{Wanted, mark};
use crate::plan::ipoib_step::{IpoibChild, IpoibStep};
use crate::plan::step::Step;
use crate::registry::record::AttachmentRecord;

/// The child that a record speaks of.
pub fn child(record: &AttachmentRecord) -> IpoibChild {
    IpoibChild {
        ifname: record.owner.ifname.clone(),
        parent: record.link.clone(),
        mtu: record.mtu,
        ipoib: record.ipoib,
        mark: record.mark(),
    }
}

/// The steps that make it in the target.
pub fn steps(wanted: &Wanted<'_>) -> Vec<Step> {
    let record = wanted.record;
    vec![Step::Ipoib(IpoibStep::Add(child(record))), mark(record)]
}
