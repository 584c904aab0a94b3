//! A bridge of Open vSwitch: the target gets one end of a veth pair, and the other is a port
//! of the bridge, which only the switch's database knows.

use super::bridge::{deaf, pinned_mac};
use super::{USUAL_MTU, Wanted};
use crate::error::Result;
use crate::plan::OvsStep;
use crate::plan::step::{Side, Step, VethPair};
use crate::registry::record::{AttachmentRecord, auto_bridge};
use crate::resolve::ovs::OvsBridge;
use crate::spec::{LEAST_MTU_OF_IPV6, Mac};
use crate::sys::ovsdb::{NewBridge, NewPort};

/// The steps that give the target a link into the bridge, without addresses yet. The port
/// is in the switch before the target's end is up, so that what it announces is switched.
///
/// # Errors
/// Never for the record of an attachment to such a bridge: it names the host's end.
pub fn steps(wanted: &Wanted<'_>, bridge: &OvsBridge) -> Result<Vec<Step>> {
    let record = wanted.record;
    let (host_ifname, host_mac) = record.host_end()?;
    let mut steps = match bridge.found {
        None => make_for(record, bridge, wanted.accept_ra),
        Some(_) => Vec::new(),
    };
    steps.extend([
        Step::AddVeth(VethPair {
            host_ifname: host_ifname.clone(),
            host_mac,
            bridge: None,
            master: None,
            mtu: record.mtu,
            ifname: record.owner.ifname.clone(),
            mac: record.mac,
        }),
        Step::SetAlias {
            side: Side::Host,
            name: host_ifname.clone(),
            alias: record.mark(),
            before: String::new(),
        },
    ]);
    if bridge.is_userspace() {
        steps.push(Step::Ovs(OvsStep::WholeChecksums {
            dev: record.owner.ifname.clone(),
        }));
    }
    steps.extend(plug_in(record));
    Ok(steps)
}

/// The steps that make a bridge which goes with its last port, with that MAC and mark.
pub fn make(
    bridge: &OvsBridge,
    (mac, mark): (Mac, String),
    mtu: Option<u32>,
    accept_ra: Option<&str>,
) -> Vec<Step> {
    let name = &bridge.name;
    let mtu = mtu.filter(|mtu| *mtu != USUAL_MTU);
    let mut steps = vec![Step::Ovs(OvsStep::AddBridge {
        db: bridge.db.clone(),
        bridge: NewBridge {
            name: name.clone(),
            datapath_type: bridge.datapath_type.clone(),
            mac,
            mtu,
            stp: false,
            mark,
        },
    })];
    let accept_ra = accept_ra.filter(|_| mtu.is_none_or(|mtu| mtu >= LEAST_MTU_OF_IPV6));
    steps.extend(deaf(name, accept_ra));
    steps.push(Step::SetUp {
        side: Side::Host,
        name: name.clone(),
    });
    steps
}

/// The steps that make the bridge of an attachment.
pub fn make_for(
    record: &AttachmentRecord,
    bridge: &OvsBridge,
    accept_ra: Option<&str>,
) -> Vec<Step> {
    let mac = pinned_mac(&record.owner.to_string(), &bridge.name);
    let mark = auto_bridge(record.store);
    make(bridge, (mac, mark), Some(record.mtu), accept_ra)
}

/// The step that makes the host's end a port of its bridge.
pub fn plug_in(record: &AttachmentRecord) -> Option<Step> {
    let (db, name) = record.ovs_db.clone().zip(record.host_ifname.clone())?;
    Some(Step::Ovs(OvsStep::AddPort {
        db,
        port: NewPort {
            bridge: record.link.clone(),
            name,
            kind: None,
            options: [].into(),
            vlan: record.vlan.clone(),
            mark: record.mark(),
        },
    }))
}

/// The step that takes the host's end out again, if the switch has it.
pub fn plug_out(record: &AttachmentRecord) -> Option<Step> {
    let (db, name) = record.ovs_db.clone().zip(record.host_ifname.clone())?;
    Some(Step::Ovs(OvsStep::DelPort {
        db,
        name,
        mark: record.mark(),
    }))
}

/// The step that follows when no other attachment uses the bridge.
pub fn last_user(record: &AttachmentRecord) -> Option<Step> {
    Some(Step::Ovs(OvsStep::DelBridge {
        db: record.ovs_db.clone()?,
        name: record.link.clone(),
        mark: auto_bridge(record.store),
        only_unused: true,
    }))
}
