//! A wire: one end of a veth pair in the target, the other in another one.

use super::{Wanted, mark};
use crate::error::{Error, Result};
use crate::plan::addressing;
use crate::plan::step::{Side, Step};
use crate::plan::wire_step::{Wire, WireStep, far};
use crate::registry::record::AttachmentRecord;
use crate::resolve::Inside;

/// The other target, for a plan.
#[derive(Debug, Clone, Copy)]
pub struct FarEnd<'a> {
    /// What runs a program there, for people.
    pub enter: &'a str,
    /// What is in it.
    pub inside: &'a Inside,
}

fn of<'a>(wanted: &Wanted<'a>) -> Result<(FarEnd<'a>, AttachmentRecord)> {
    match (wanted.far, wanted.record.far()) {
        (Some(end), Some(record)) => Ok((end, record)),
        _ => Err(Error::failed(format!(
            "the far end of `{}` is not known",
            wanted.record.owner
        ))),
    }
}

/// The steps that make it, with the far end configured; it announces itself later, when the
/// near end is up ([`announcements`]).
///
/// # Errors
/// If the record names no far end; as [`addressing::steps`].
pub fn steps(wanted: &Wanted<'_>) -> Result<Vec<Step>> {
    let (end, record) = of(wanted)?;
    let near = wanted.record;
    let mut steps = vec![
        Step::Wire(WireStep::Add(Wire {
            ifname: near.owner.ifname.clone(),
            mac: near.mac,
            peer_ifname: record.owner.ifname.clone(),
            peer_mac: record.mac,
            mtu: near.mtu,
            enter: end.enter.to_owned(),
        })),
        mark(near),
        far(
            end.enter,
            Step::SetAlias {
                side: Side::Target,
                name: record.owner.ifname.clone(),
                alias: record.mark(),
                before: String::new(),
            },
        ),
    ];
    let own = configuring(&record, &record.addresses, end)?;
    let is_early = |step: &Step| !matches!(step, Step::Announce { .. });
    let early = own.into_iter().filter(is_early);
    steps.extend(early.map(|step| far(end.enter, step)));
    Ok(steps)
}

/// The steps by which the far end, once it can, tells of its addresses.
///
/// # Errors
/// As [`steps`].
pub fn announcements(wanted: &Wanted<'_>) -> Result<Vec<Step>> {
    let (end, record) = of(wanted)?;
    let own = configuring(&record, &record.addresses, end)?;
    let late = own
        .into_iter()
        .filter(|step| matches!(step, Step::Announce { .. }));
    let ready = Step::Wire(WireStep::AwaitCarrier {
        enter: end.enter.to_owned(),
        ifname: record.owner.ifname,
    });
    let late = late.map(|step| far(end.enter, step));
    Ok(std::iter::once(ready).chain(late).collect())
}

/// The steps that configure the far end, as they are in its own namespace.
///
/// # Errors
/// As [`addressing::steps`].
pub fn configuring(
    record: &AttachmentRecord,
    addresses: &[ipnetwork::IpNetwork],
    end: FarEnd<'_>,
) -> Result<Vec<Step>> {
    let wanted = addressing::Wanted {
        dev: &record.owner.ifname,
        mac: record.mac,
        mtu: record.mtu,
        addresses,
        families: addressing::Families::of(addresses.iter().copied()),
        defaults: &[],
        metric: None,
        routes: &[],
        sysctls: &[],
        announce: record.announce,
    };
    addressing::steps(&wanted, end.inside)
}
