//! `netpipe vlan`

use clap::{Args, Subcommand};
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::listed;
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::vlan::{self, Change, Listed, Way};
use crate::spec::{IfName, VlanId, VlanSet};

/// Say which VLANs the ports of a bridge are in
///
/// For ports that are no attachments, such as the network card that leads to other hosts, and
/// for the host itself. What an attachment's port is in, `attach --vlan` and `--trunk` say. A
/// bridge that netpipe made tells VLANs apart from the first `vlan add` on; one that it did
/// not make has to do so already.
#[derive(Debug, Args)]
pub struct Vlan {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put a port into VLANs
    Add(Add),
    /// Take a port out of VLANs
    Del(Del),
    /// List the VLANs that the ports of bridges are in
    List(List),
}

#[derive(Debug, Args)]
struct Port {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    bridge: IfName,
    /// A port of it, or the bridge again for the host itself
    #[arg(value_parser = grammar::<IfName>)]
    port: IfName,
    /// The VLANs, such as 10,20-29
    #[arg(value_parser = grammar::<VlanSet>, allow_hyphen_values = true)]
    vlans: VlanSet,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe vlan add br0 eth0 10,20-29
  netpipe vlan add br0 eth0 5 --pvid --untagged
  netpipe vlan add br0 br0 10")]
struct Add {
    #[command(flatten)]
    port: Port,
    /// What comes without a tag is in this VLAN, and no longer in the one it was in
    #[arg(long)]
    pvid: bool,
    /// The frames of these VLANs leave without a tag
    #[arg(long)]
    untagged: bool,
}

#[derive(Debug, Args)]
struct Del {
    #[command(flatten)]
    port: Port,
    /// Take out of the VLAN of untagged frames too, on a bridge that is not netpipe's
    #[arg(long)]
    pvid: bool,
}

#[derive(Debug, Args)]
struct List {
    /// Only this bridge's; else those of all that tell VLANs apart
    #[arg(value_parser = grammar::<IfName>)]
    bridge: Option<IfName>,
}

#[derive(Serialize)]
struct View<'a> {
    bridge: &'a str,
    filtering: bool,
    port: &'a str,
    /// Whether this is the host itself and no port.
    own: bool,
    /// All of them: `10,20-29`.
    vlans: VlanSet,
    pvid: Option<VlanId>,
    untagged: &'a VlanSet,
    /// The attachment whose port it is.
    target: Option<String>,
    ifname: Option<&'a str>,
}

impl<'a> From<&'a Listed> for View<'a> {
    fn from(one: &'a Listed) -> Self {
        let Listed {
            bridge,
            member,
            attachment,
        } = one;
        let owner = attachment.as_ref().map(|record| &record.owner);
        Self {
            bridge: &bridge.name,
            filtering: bridge.vlan_filtering,
            port: &member.name,
            own: member.is_own(),
            vlans: member.vlans.tagged.and(&member.vlans.untagged),
            pvid: member.vlans.pvid,
            untagged: &member.vlans.untagged,
            target: owner.map(|owner| owner.target.to_string()),
            ifname: owner.map(|owner| owner.ifname.as_str()),
        }
    }
}

impl Vlan {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::Add(add) => add.port.dry_run,
            Command::Del(del) => del.port.dry_run,
            Command::List(_) => true,
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => {
                if add.pvid && add.port.vlans.ids().nth(1).is_some() {
                    return Err(Error::usage("--pvid is for one VLAN")
                        .hint("give that one by itself, and the others to a second command"));
                }
                let (dry_run, wanted) = add.port.change(add.pvid, add.untagged);
                change(ctx, out, Way::Add, dry_run, &wanted)
            }
            Command::Del(del) => {
                let (dry_run, wanted) = del.port.change(del.pvid, false);
                change(ctx, out, Way::Del, dry_run, &wanted)
            }
            Command::List(List { bridge }) => {
                let all = vlan::list(ctx, bridge.as_ref())?;
                let views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                out.json(&views);
                let head = [
                    "BRIDGE", "PORT", "VLANS", "PVID", "UNTAGGED", "TARGET", "IFNAME",
                ];
                out.table(&head, views.iter().map(row));
                Ok(())
            }
        }
    }
}

impl Port {
    fn change(self, pvid: bool, untagged: bool) -> (bool, Change) {
        let wanted = Change {
            bridge: self.bridge,
            port: self.port,
            vlans: self.vlans,
            pvid,
            untagged,
        };
        (self.dry_run, wanted)
    }
}

fn change(ctx: &Context, out: &Output, way: Way, dry_run: bool, wanted: &Change) -> Result<()> {
    if dry_run {
        out.commands(&vlan::dry_run(ctx, way, wanted)?);
        return Ok(());
    }
    let changed = vlan::change(ctx, way, wanted)?;
    let Change {
        bridge,
        port,
        vlans,
        ..
    } = wanted;
    out.json(&serde_json::json!({
        "bridge": bridge, "port": port, "vlans": vlans, "changed": changed,
    }));
    let verb = match (way, changed) {
        (_, false) => "unchanged",
        (Way::Add, true) => "added",
        (Way::Del, true) => "removed",
    };
    out.line(&format!("{verb}: {port} of {bridge}, VLANs {vlans}"));
    Ok(())
}

fn row(view: &View<'_>) -> Vec<String> {
    let set = |vlans: &VlanSet| match vlans.is_empty() {
        true => "-".to_owned(),
        false => vlans.to_string(),
    };
    vec![
        view.bridge.to_owned(),
        view.port.to_owned(),
        set(&view.vlans),
        listed(view.pvid),
        set(view.untagged),
        listed(view.target.as_ref()),
        listed(view.ifname),
    ]
}
