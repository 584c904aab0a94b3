//! One file a kind of link: the steps that give a target its link, before it has addresses.

pub mod bridge;
pub mod card;
mod dummy;
pub mod ovs;

use super::card_step::CardStep;
use super::step::{Side, Step};
use crate::error::{Error, Result};
use crate::registry::record::AttachmentRecord;
use crate::resolve::host::Anchor;
use crate::sys::firewall::BridgeRule;

/// The MTU of a link nobody has set one for, in bytes.
const USUAL_MTU: u32 = 1500;

/// What the plan for a link needs to know.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The attachment it is for.
    pub record: &'a AttachmentRecord,
    /// What LINK is on this host.
    pub anchor: &'a Anchor,
    /// The firewall rules that a bridge lacks.
    pub rules: &'a [BridgeRule],
    /// The host's `accept_ra` for a new link, if it has IPv6 and a bridge is to be made.
    pub accept_ra: Option<&'a str>,
}

/// The steps that give the target its link, and mark it.
///
/// # Errors
/// A usage error for a kind that cannot be plugged into what LINK is.
pub fn steps(wanted: &Wanted<'_>) -> Result<Vec<Step>> {
    match wanted.anchor {
        Anchor::Bridge(bridge) => bridge::steps(wanted, bridge),
        Anchor::Ovs(bridge) => ovs::steps(wanted, bridge),
        Anchor::Nothing => Ok(dummy::steps(wanted)),
        Anchor::Card(card) => card::steps(wanted, card),
        Anchor::Nic(kind, _) => Err(Error::usage(format!("`{kind}` is no kind for a card"))),
    }
}

/// The MTU in bytes: the one asked for, else that of the link of the host, so that no port
/// makes a bridge lower its own and no link is larger than the card it is on.
pub fn mtu(anchor: &Anchor, asked: Option<u32>) -> u32 {
    asked.or(anchor.mtu()).unwrap_or(USUAL_MTU)
}

/// The step that marks a link which is found and deleted in the target.
fn mark(record: &AttachmentRecord) -> Step {
    if record.shares_mac() {
        return Step::Card(CardStep::Mark {
            side: Side::Target,
            name: record.owner.ifname.clone(),
            mark: record.mark(),
        });
    }
    Step::SetAlias {
        side: Side::Target,
        name: record.owner.ifname.clone(),
        alias: record.mark(),
        before: String::new(),
    }
}
