//! What is recorded of a link on a network card.

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::record::{AttachmentRecord, LONGEST_MARK};
use crate::error::Result;
use crate::spec::{CardMode, IfName, MARK, Mac, StoreId, VlanId};
use crate::sys::link::Link;

/// What an attachment to a card has beyond others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCard {
    /// Its mode.
    pub mode: CardMode,
    /// The MACs it accepts, in mode `source`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sources: Vec<Mac>,
    /// The provider's VLAN that its VLAN is in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub svlan: Option<VlanId>,
    /// The link of the host that it is on: the card, or the VLAN of it.
    pub parent: IfName,
    /// Whether the host has a link that reaches it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub host_shim: bool,
}

impl AttachmentRecord {
    /// The link of the host that it uses: what a card's VLAN is counted by.
    pub fn uplink(&self) -> &IfName {
        match &self.card {
            Some(card) => &card.parent,
            None => &self.link,
        }
    }

    /// Its mode, of a link on a card.
    pub fn mode(&self) -> Option<CardMode> {
        self.card.as_ref().map(|card| card.mode)
    }

    /// Whether its MAC is the card's own, which proves nothing.
    pub fn shares_mac(&self) -> bool {
        self.mode().is_some_and(CardMode::shares_mac)
    }

    /// Whether neighbours can be told of it, and are to be.
    pub fn announces(&self) -> bool {
        self.announce && !self.mode().is_some_and(CardMode::is_routed)
    }

    /// The host's link that reaches it, if it is to have one.
    ///
    /// # Errors
    /// Never: the name is a name.
    pub fn shim(&self) -> Result<Option<Shim>> {
        match &self.card {
            Some(card) if card.host_shim => {
                Shim::new(self.store, &self.owner.host, &card.parent, card.mode).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// The host's own link on a card, which reaches those of its containers there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shim {
    /// Its name: `nh` and 12 hex digits, so that no card's name is too long for it.
    pub name: IfName,
    /// What it is on.
    pub parent: IfName,
    /// Its mode.
    pub mode: CardMode,
    /// Its MAC, if it has one of its own.
    pub mac: Option<Mac>,
    /// Its mark.
    pub mark: String,
}

impl Shim {
    /// Whether a link has its mark.
    pub fn is_marked(&self, link: &Link) -> bool {
        link.alias.as_deref() == Some(&self.mark)
    }

    fn new(store: Option<StoreId>, host: &str, parent: &IfName, mode: CardMode) -> Result<Self> {
        let mark = shim_mark(store, host);
        let seed = format!("{mark} {parent}");
        let digest = Md5::digest(seed.as_bytes());
        let hex = digest.iter().take(6).map(|byte| format!("{byte:02x}"));
        Ok(Self {
            name: format!("nh{}", hex.collect::<String>()).parse()?,
            parent: parent.clone(),
            mode,
            mac: (!mode.shares_mac()).then(|| Mac::derived(seed.as_bytes())),
            mark,
        })
    }
}

/// The alias of a host's link that reaches its containers on a card.
pub fn shim_mark(store: Option<StoreId>, host: &str) -> String {
    let store = store.map(|id| id.to_string()).unwrap_or_default();
    let mut mark = format!("{MARK}shim:auto:{store}:{host}");
    let mut end = mark.len().min(LONGEST_MARK);
    while !mark.is_char_boundary(end) {
        end -= 1;
    }
    mark.truncate(end);
    mark
}

/// The alias of a card's VLAN that an attachment had made: it goes with its last one.
pub fn auto_vlan(store: Option<StoreId>) -> String {
    let store = store.map(|id| id.to_string()).unwrap_or_default();
    format!("{MARK}vlan:auto:{store}")
}
