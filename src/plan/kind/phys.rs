//! A network card of the host itself, which moves into the target.

use super::Wanted;
use crate::error::{Error, Result};
use crate::plan::phys_step::{Card, PhysStep};
use crate::plan::step::{Side, Step};
use crate::registry::record::AttachmentRecord;

/// The card that a record speaks of.
///
/// # Errors
/// If the record does not say what it was.
pub fn card(record: &AttachmentRecord) -> Result<Card> {
    let Some(home) = &record.home else {
        return Err(Error::failed(format!(
            "the record of `{}` does not say what its card was",
            record.owner
        )));
    };
    Ok(Card {
        name: record.link.clone(),
        ifname: record.owner.ifname.clone(),
        mark: record.mark(),
        home: (**home).clone(),
    })
}

/// The steps that move it. It is marked first, so that it is known wherever it is.
///
/// # Errors
/// As [`card`].
pub fn steps(wanted: &Wanted<'_>) -> Result<Vec<Step>> {
    let record = wanted.record;
    let card = card(record)?;
    let mut steps = vec![Step::SetAlias {
        side: Side::Host,
        name: card.name.clone(),
        alias: card.mark.clone(),
        before: card.home.alias.clone(),
    }];
    let name = &record.owner.ifname;
    let (mtu, mac) = (card.home.mtu, card.home.mac);
    steps.push(Step::Phys(Box::new(PhysStep::MoveIn(card))));
    if mac != record.mac {
        steps.push(Step::SetMac {
            name: name.clone(),
            mac: record.mac,
            before: mac,
        });
    }
    if mtu != record.mtu {
        steps.push(Step::SetMtu {
            side: Side::Target,
            name: name.clone(),
            mtu: record.mtu,
            before: mtu,
        });
    }
    Ok(steps)
}

/// The steps that bring it home.
///
/// # Errors
/// As [`card`].
pub fn leave(record: &AttachmentRecord) -> Result<Vec<Step>> {
    let card = card(record)?;
    Ok(vec![
        Step::Phys(Box::new(PhysStep::GoHome(card.clone()))),
        Step::Phys(Box::new(PhysStep::Unmark(card))),
    ])
}
