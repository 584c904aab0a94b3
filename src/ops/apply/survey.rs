//! What is there, read once for all that a file names.

use std::collections::{BTreeMap, HashMap};

use crate::error::{Context as _, Result};
use crate::ops::drift::{BridgeSide, HostSide};
use crate::ops::{Context, repair};
use crate::registry::bridge::BridgeRecord;
use crate::registry::keys;
use crate::registry::record::{AttachmentRecord, NetworkRecord};
use crate::registry::tunnel::TunnelRecord;
use crate::spec::{IfName, LinkKind, NetworkName, NetworkSpec, Target};
use crate::sys::bridge_vlan;
use crate::sys::firewall::{self, BridgeRule};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;

/// The records of this host, and the host's links.
pub(super) struct Survey {
    /// The attachments by target.
    pub attachments: BTreeMap<Target, Vec<AttachmentRecord>>,
    /// The far ends of wires by target, each with the target of the near end.
    pub wires: BTreeMap<Target, Vec<(IfName, crate::registry::record::Owner)>>,
    /// The networks.
    pub networks: Vec<(NetworkName, NetworkRecord)>,
    /// The tunnels.
    pub tunnels: Vec<TunnelRecord>,
    /// The bridges that topologies made.
    pub bridges: Vec<BridgeRecord>,
    /// The networks that are about to go.
    pub leaving: Vec<NetworkName>,
    door: Door,
    links: HashMap<String, Link>,
    rules: HashMap<IfName, Vec<BridgeRule>>,
}

impl Survey {
    /// Reads it. Of records that cannot be read it warns.
    ///
    /// # Errors
    /// If store or kernel do not answer.
    pub fn read(ctx: &Context) -> Result<Self> {
        let registry = ctx.registry()?;
        let found = registry.attachments()?;
        for broken in &found.broken {
            ctx.warn(broken.to_string());
        }
        let mut attachments: BTreeMap<Target, Vec<AttachmentRecord>> = BTreeMap::new();
        let mut wires: BTreeMap<Target, Vec<_>> = BTreeMap::new();
        for record in found.records {
            if let Some(peer) = &record.peer {
                let far = (peer.ifname.clone(), record.owner.clone());
                wires.entry(peer.target.clone()).or_default().push(far);
            }
            let of_target = attachments.entry(record.owner.target.clone());
            of_target.or_default().push(record);
        }
        let bridges = registry.singles::<BridgeRecord>(&keys::bridges(&ctx.host))?;
        let mut survey = Self {
            attachments,
            wires,
            networks: registry.network_records()?,
            tunnels: registry.tunnels()?,
            bridges: bridges.into_iter().flatten().collect(),
            leaving: Vec::new(),
            door: ctx.host_door()?,
            links: HashMap::new(),
            rules: HashMap::new(),
        };
        survey.look_again(ctx)?;
        Ok(survey)
    }

    /// Reads the host's links and the networks anew.
    ///
    /// # Errors
    /// If store or kernel do not answer.
    pub fn look_again(&mut self, ctx: &Context) -> Result<()> {
        self.networks = ctx.registry()?.network_records()?;
        let all = link::list(&mut self.door).or_failed(|| "cannot list links".into())?;
        self.links = all
            .into_iter()
            .map(|link| (link.name.clone(), link))
            .collect();
        self.rules.clear();
        Ok(())
    }

    /// The networks without what else is recorded of them.
    pub fn network_specs(&self) -> Vec<(NetworkName, NetworkSpec)> {
        let all = self.networks.iter();
        all.map(|(name, record)| (name.clone(), record.spec.clone()))
            .collect()
    }

    /// A link of the host.
    pub fn link(&self, name: &IfName) -> Option<&Link> {
        self.links.get(name.as_str())
    }

    /// The host's links.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    /// What the host has of an attachment, from what was read.
    ///
    /// # Errors
    /// If the kernel does not answer.
    pub fn host_side(&mut self, ctx: &Context, record: &AttachmentRecord) -> Result<HostSide> {
        if record.kind != LinkKind::Bridge {
            return repair::host_side(ctx, &mut self.door, record);
        }
        let (name, mac) = record.host_end()?;
        let mark = record.mark();
        let proven = |link: &&Link| link.is_proven(Some(mac), Some(&mark));
        let link = self.link(name).filter(proven).cloned();
        let bridge = self.link(&record.link).filter(|link| link.is_bridge());
        let bridge = bridge.cloned();
        let master = link.as_ref().and_then(|link| link.master);
        let own = bridge.as_ref().map(|bridge| bridge.index);
        let elsewhere = master
            .filter(|index| Some(*index) != own)
            .and_then(|index| {
                let found = self.links.values().find(|link| link.index == index)?;
                found.name.parse().ok()
            });
        let vlans = match &link {
            Some(link) if record.vlan.is_some() && master.is_some() && elsewhere.is_none() => {
                let vlans = bridge_vlan::get(&mut self.door, link.index);
                Some(vlans.or_failed(|| format!("cannot read the VLANs of `{name}`"))?)
            }
            _ => None,
        };
        let missing_rules = match record.firewall {
            true => self.rules_of(&record.link, bridge.as_ref())?,
            false => Vec::new(),
        };
        Ok(HostSide::Bridge(BridgeSide {
            link,
            bridge,
            elsewhere,
            vlans,
            missing_rules,
        }))
    }

    /// The firewall rules that a bridge lacks, looked up once.
    fn rules_of(&mut self, name: &IfName, bridge: Option<&Link>) -> Result<Vec<BridgeRule>> {
        if let Some(known) = self.rules.get(name) {
            return Ok(known.clone());
        }
        let nf_call = bridge.map(|bridge| bridge.nf_call).unwrap_or_default();
        let rules = firewall::needed(name.as_str(), nf_call)?;
        self.rules.insert(name.clone(), rules.clone());
        Ok(rules)
    }
}
