//! What drafts depend on that is the same for many of them: the link that they are plugged
//! into, and what the store has beside their own records.

use super::{Context, card, filtering};
use crate::error::Result;
use crate::registry::record::Owner;
use crate::resolve::Place;
use crate::resolve::host::Anchor;
use crate::spec::{Attachment, IfName, NetworkName, NetworkSpec};
use crate::sys::firewall::{self, BridgeRule};
use crate::sys::netlink::Door;

/// The names that the far ends of wires have in a target.
///
/// # Errors
/// If the store fails.
pub fn far_ends(ctx: &Context, place: &Place) -> Result<Vec<IfName>> {
    let wires = ctx.registry()?.wires_to(&place.target)?;
    Ok(wires.into_iter().map(|(name, _)| name).collect())
}

/// What the link of a request is on this host, and the firewall rules that a bridge lacks.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The link.
    pub anchor: Anchor,
    /// The rules.
    pub rules: Vec<BridgeRule>,
}

impl Segment {
    /// What the request's link is on this host. True as long as that link is locked.
    ///
    /// # Errors
    /// As [`card::anchor_of`] and [`firewall::needed`].
    pub fn of(ctx: &Context, host: &mut Door, request: &Attachment) -> Result<Self> {
        let anchor = card::anchor_of(ctx, host, request)?;
        request.card.mode_for(anchor.kind())?;
        if request.vlan.is_some() {
            filtering::check(host, &anchor, request.vlan_filtering)?;
        }
        let rules = match &anchor {
            Anchor::Bridge(bridge) if request.firewall => {
                firewall::needed(request.link.name.as_str(), bridge.nf_call())?
            }
            _ => Vec::new(),
        };
        Ok(Self { anchor, rules })
    }
}

impl Segment {
    /// One that needs no firewall rules.
    pub fn bare(anchor: Anchor) -> Self {
        let rules = Vec::new();
        Self { anchor, rules }
    }

    /// Whether the link is made on a card.
    pub fn is_on_card(&self) -> bool {
        matches!(self.anchor, Anchor::Card(_))
    }
}

/// What the store has that drafts depend on, read once for all of a target.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The names that the far ends of wires have in the target, each with the near end.
    pub wires: Vec<(IfName, Owner)>,
    /// The registered networks.
    pub networks: Vec<(NetworkName, NetworkSpec)>,
}

impl Known {
    /// Reads it.
    ///
    /// # Errors
    /// If the store fails.
    pub fn read(ctx: &Context, place: &Place) -> Result<Self> {
        let registry = ctx.registry()?;
        Ok(Self {
            wires: registry.wires_to(&place.target)?,
            networks: registry.networks()?,
        })
    }

    /// What is registered of a network.
    pub fn network(&self, name: Option<&NetworkName>) -> Option<NetworkSpec> {
        let mut networks = self.networks.iter();
        let found = networks.find(|(known, _)| Some(known) == name)?;
        Some(found.1.clone())
    }

    /// The names of the far ends.
    pub fn far_ends(&self) -> Vec<IfName> {
        self.wires.iter().map(|(name, _)| name.clone()).collect()
    }
}
