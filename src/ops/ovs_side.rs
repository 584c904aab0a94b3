//! What Open vSwitch has of an attachment, how far that is from the record, and what mends
//! it.

use std::fmt;

use super::Context;
use super::install;
use crate::error::{Context as _, Error, Kind, Result};
use crate::plan::Step;
use crate::plan::kind::ovs as plan;
use crate::registry::record::AttachmentRecord;
use crate::resolve::ovs::{self, OvsBridge};
use crate::spec::{IfName, LinkKind, LinkSpec, shown};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::ovsdb::{self, Client, Port};

/// What the host and its switch have of an attachment.
#[derive(Debug)]
pub struct OvsSide {
    /// The host's end.
    pub link: Option<Link>,
    switch: Switch,
}

/// What the switch has.
#[derive(Debug)]
enum Switch {
    /// It does not answer, and why.
    Silent(String),
    /// The bridge, there or to be made, and the port with the bridge that it is in.
    Answers(Box<OvsBridge>, Option<(String, Port)>),
}

/// One way in which a switch is not as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwitchDrift {
    /// It does not answer, and why.
    Silent(String),
    /// The bridge is missing.
    NoBridge(IfName),
    /// The host's end is no port of the bridge, or one that somebody else made.
    NoPort(IfName),
    /// The port is in other VLANs.
    Vlans(IfName),
    /// The switch cannot use the port, and why.
    Unusable(IfName, String),
}

impl fmt::Display for SwitchDrift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(why) => write!(f, "Open vSwitch cannot be asked: {why}"),
            Self::NoBridge(name) => write!(f, "Open vSwitch bridge `{name}` is missing"),
            Self::NoPort(name) => {
                write!(f, "the host's end is not in Open vSwitch bridge `{name}`")
            }
            Self::Vlans(name) => write!(f, "the VLANs of port `{name}` are not the recorded ones"),
            Self::Unusable(name, why) => {
                write!(f, "Open vSwitch cannot use `{name}`: {}", shown(why))
            }
        }
    }
}

/// What host and switch have of an attachment.
///
/// # Errors
/// If the kernel does not answer, or a signal arrives. A switch that does not is part of
/// what is found.
pub fn read(ctx: &Context, door: &mut Door, record: &AttachmentRecord) -> Result<OvsSide> {
    let (name, mac) = record.host_end()?;
    let mark = record.mark();
    let link = link::find(door, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?
        .filter(|link| link.is_proven(Some(mac), Some(&mark)));
    let switch = match ask(ctx, door, record, name) {
        Ok(answer) => answer,
        Err(error) if matches!(error.kind(), Kind::Interrupted(_)) => return Err(error),
        Err(error) => Switch::Silent(error.to_string()),
    };
    Ok(OvsSide { link, switch })
}

fn ask(ctx: &Context, door: &mut Door, record: &AttachmentRecord, name: &IfName) -> Result<Switch> {
    let access = access(ctx, record);
    let spec = LinkSpec {
        kind: Some(LinkKind::Ovs),
        name: record.link.clone(),
    };
    let local = link::find(door, record.link.as_str())
        .or_failed(|| format!("cannot look up the link `{}`", record.link))?;
    let bridge = ovs::anchor(door, &spec, local, &access)?
        .map_err(|_| Error::conflict(format!("`{}` is no bridge of it", record.link)))?;
    let mut client = Client::connect(&bridge.db, access.interrupt)?;
    let port = ovsdb::port_of(&mut client, name.as_str())?;
    Ok(Switch::Answers(Box::new(bridge), port))
}

/// How the switch of an attachment is asked.
pub fn access<'a>(ctx: &'a Context, record: &'a AttachmentRecord) -> ovs::Access<'a> {
    ovs::Access {
        given: record.ovs_db.as_ref().or(ctx.ovs_db.as_ref()),
        interrupt: &ctx.interrupt,
    }
}

/// What is at odds with the record in the switch.
pub fn drift(record: &AttachmentRecord, side: &OvsSide) -> Vec<SwitchDrift> {
    let (bridge, port) = match &side.switch {
        Switch::Silent(why) => return vec![SwitchDrift::Silent(why.clone())],
        Switch::Answers(bridge, port) => (bridge, port),
    };
    let mut found = Vec::new();
    if bridge.found.is_none() {
        found.push(SwitchDrift::NoBridge(record.link.clone()));
    }
    let is_its = |(bridge, port): &&(String, Port)| {
        bridge == record.link.as_str() && port.mark() == Some(&record.mark())
    };
    let Some((_, port)) = port.as_ref().filter(is_its) else {
        found.push(SwitchDrift::NoPort(record.link.clone()));
        return found;
    };
    let Some(name) = &record.host_ifname else {
        return found;
    };
    if !port.is_in(record.vlan.as_ref()) {
        found.push(SwitchDrift::Vlans(name.clone()));
    }
    let error = port
        .interface()
        .and_then(|interface| interface.error.as_ref());
    if let Some(error) = error.filter(|_| side.link.is_some()) {
        found.push(SwitchDrift::Unusable(name.clone(), error.clone()));
    }
    found
}

/// The steps that mend what is at odds in the switch: the port is made anew.
///
/// # Errors
/// Unreachable if the switch does not answer.
pub fn mending(record: &AttachmentRecord, side: &OvsSide) -> Result<Vec<Step>> {
    let bridge = match &side.switch {
        Switch::Silent(why) => {
            return Err(
                Error::unreachable(format!("Open vSwitch cannot be asked: {why}"))
                    .hint("start it, or give its database with --ovs-db unix:/PATH"),
            );
        }
        Switch::Answers(bridge, _) => bridge,
    };
    let mut steps: Vec<_> = plan::plug_out(record).into_iter().collect();
    if bridge.found.is_none() {
        let accept_ra = install::accept_ra();
        steps.extend(plan::make_for(record, bridge, accept_ra.as_deref()));
    }
    steps.extend(plan::plug_in(record));
    Ok(steps)
}
