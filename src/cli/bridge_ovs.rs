//! What `netpipe bridge` says of a bridge of Open vSwitch beyond what any bridge has.

use serde::Serialize;

use super::bridge::View;
use super::output::Output;
use super::view::listed;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::ovs_bridge::{self, Found};
use crate::ops::ovs_owner::{PortOwner, is_ours};
use crate::spec::{IfName, shown};
use crate::sys::ovsdb::Port;

/// What only such a bridge has, as programs see it.
#[derive(Serialize)]
pub(super) struct Details<'a> {
    datapath: &'a str,
    port_details: Vec<Detail<'a>>,
}

/// One port.
#[derive(Serialize)]
struct Detail<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    tag: Option<u16>,
    trunks: &'a [u16],
    owner: String,
    /// The tool that made it, if that is known and not netpipe.
    tool: Option<&'static str>,
    /// Whether its link is no longer on the host: its container has ended.
    gone: bool,
    error: Option<&'a str>,
}

impl<'a> From<&'a Found> for Details<'a> {
    fn from(found: &'a Found) -> Self {
        let ports = found.bridge.others().zip(&found.owners);
        Self {
            datapath: match found.bridge.is_userspace() {
                true => "netdev",
                false => "system",
            },
            port_details: ports.map(|(port, owner)| detail(port, owner)).collect(),
        }
    }
}

fn detail<'a>(port: &'a Port, (owner, gone): &(PortOwner, bool)) -> Detail<'a> {
    let interface = port.interface();
    Detail {
        name: &port.name,
        kind: interface.map_or("", |interface| interface.kind.as_str()),
        tag: port.tag,
        trunks: &port.trunks,
        owner: owner.to_string(),
        tool: owner.tool(),
        gone: *gone,
        error: interface.and_then(|interface| interface.error.as_deref()),
    }
}

/// Shows one bridge.
pub(super) fn show(ctx: &Context, name: &IfName, out: &Output) -> Result<()> {
    let found = ovs_bridge::find(ctx, name)?.ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{name}`")).hint("see `netpipe bridge list`")
    })?;
    out.json(&View::from(&found));
    let details = Details::from(&found);
    let link = found.link.as_ref();
    let state = match link {
        None => "not on the host",
        Some(link) if link.up => "up",
        Some(_) => "down",
    };
    let addresses: Vec<_> = found.addresses.iter().map(|address| address.ip).collect();
    out.line(&found.bridge.name);
    out.line(&format!(
        "  kind        Open vSwitch, datapath {}",
        details.datapath
    ));
    out.line(&format!("  state       {state}"));
    out.line(&format!(
        "  mac         {}",
        listed(link.and_then(|link| link.mac))
    ));
    out.line(&format!(
        "  mtu         {}",
        listed(link.map(|link| link.mtu))
    ));
    let owner = if is_ours(&found.bridge) {
        "netpipe"
    } else {
        "-"
    };
    out.line(&format!("  owner       {owner}"));
    out.line(&format!("  addresses   {}", listed(&addresses)));
    for port in &details.port_details {
        out.line(&format!("  port        {}", line(port)));
    }
    Ok(())
}

/// One port in a line.
fn line(port: &Detail<'_>) -> String {
    let mut parts = Vec::new();
    if !port.kind.is_empty() {
        parts.push(shown(port.kind));
    }
    parts.extend(port.tag.map(|tag| format!("VLAN {tag}")));
    if !port.trunks.is_empty() {
        parts.push(format!("trunk {}", listed(port.trunks)));
    }
    if port.owner != "-" {
        parts.push(port.owner.clone());
    }
    if port.gone {
        parts.push("its link is gone".into());
    }
    parts.extend(port.error.map(|error| format!("error: {}", shown(error))));
    match parts.is_empty() {
        true => shown(port.name),
        false => format!("{} ({})", shown(port.name), parts.join("; ")),
    }
}
