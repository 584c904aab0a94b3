//! A Linux bridge: the target gets one end of a veth pair, the bridge the other.

use super::{USUAL_MTU, Wanted};
use crate::error::Result;
use crate::plan::step::{Side, Step, VethPair};
use crate::plan::vlan_step::VlanStep;
use crate::registry::record::auto_bridge;
use crate::resolve::host::Bridge;
use crate::spec::{IfName, LEAST_MTU_OF_IPV6, Mac, PortVlans, StoreId, Sysctl, VlanId};

/// The MAC of a bridge that this attachment has made. It is pinned, for a bridge without
/// one of its own takes its lowest port's, and changes it when that port goes.
pub fn pinned_mac(owner: &str, bridge: &IfName) -> Mac {
    Mac::derived(format!("bridge {bridge} {owner}").as_bytes())
}

/// The steps that make a bridge for an attachment; it goes with its last one.
pub fn make(
    name: &IfName,
    (store, owner): (Option<StoreId>, &str),
    mtu: Option<u32>,
    accept_ra: Option<&str>,
) -> Vec<Step> {
    let mtu = mtu.filter(|mtu| *mtu != USUAL_MTU);
    let mac = pinned_mac(owner, name);
    let mut steps = vec![Step::AddBridge {
        name: name.clone(),
        mac,
        mtu,
        stp: false,
    }];
    let accept_ra = accept_ra.filter(|_| mtu.is_none_or(|mtu| mtu >= LEAST_MTU_OF_IPV6));
    steps.extend(deaf(name, accept_ra));
    steps.extend([
        Step::SetAlias {
            side: Side::Host,
            name: name.clone(),
            alias: auto_bridge(store),
            before: String::new(),
        },
        Step::SetUp {
            side: Side::Host,
            name: name.clone(),
        },
    ]);
    steps
}

/// The step after which the host itself follows no router that a container of the bridge
/// pretends to be; none if it would not anyway.
pub fn deaf(name: &IfName, accept_ra: Option<&str>) -> Option<Step> {
    let before = accept_ra.filter(|value| *value != "0")?;
    Some(Step::SetSysctl {
        side: Side::Host,
        setting: Sysctl::new(format!("net/ipv6/conf/{name}/accept_ra"), "0"),
        before: before.to_owned(),
    })
}

/// The steps that give the target a link into the bridge, without addresses yet. The
/// bridge and its port are up before the target's end is, so that the bridge forwards
/// what the target announces.
///
/// # Errors
/// Never for the record of an attachment to a bridge: it names the host's end.
pub fn steps(wanted: &Wanted<'_>, bridge: &Bridge) -> Result<Vec<Step>> {
    let record = wanted.record;
    let owner = record.owner.to_string();
    let (host_ifname, host_mac) = record.host_end()?;
    let mut steps = Vec::new();
    let (name, master) = match bridge {
        Bridge::Missing(name) => {
            let whose = (record.store, owner.as_str());
            steps.extend(make(name, whose, Some(record.mtu), wanted.accept_ra));
            (name.clone(), None)
        }
        Bridge::Existing(link) => (link.name.parse()?, Some(link.index)),
    };
    let (filters, default_pvid) = match bridge {
        // The kernel's own (`br_vlan_init` in net/bridge/br_vlan.c).
        Bridge::Missing(_) => (false, VlanId::new(1)),
        Bridge::Existing(link) => (link.vlan_filtering, link.default_pvid),
    };
    if record.vlan.is_some() && !filters {
        steps.push(Step::Vlan(VlanStep::SetFiltering {
            bridge: name.clone(),
            on: true,
            before: false,
        }));
    }
    if !wanted.rules.is_empty() {
        steps.push(Step::AddRules(wanted.rules.to_vec()));
    }
    steps.push(Step::AddVeth(VethPair {
        host_ifname: host_ifname.clone(),
        host_mac,
        bridge: Some(name),
        master,
        mtu: record.mtu,
        ifname: record.owner.ifname.clone(),
        mac: record.mac,
    }));
    // The target's end is still down, so nothing has come through in the default VLAN.
    if let Some(vlan) = &record.vlan {
        steps.push(Step::Vlan(VlanStep::SetPortVlans {
            port: host_ifname.clone(),
            own: false,
            wanted: vlan.into(),
            before: PortVlans::default_of(default_pvid),
        }));
    }
    steps.push(Step::SetAlias {
        side: Side::Host,
        name: host_ifname.clone(),
        alias: record.mark(),
        before: String::new(),
    });
    Ok(steps)
}
