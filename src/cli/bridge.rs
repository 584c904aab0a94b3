//! `netpipe bridge`

use clap::{Args, Subcommand};
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::output::Output;
use super::port::Port;
use super::view::listed;
use super::{bridge_ovs, grammar};
use crate::error::{Error, Result};
use crate::ops::bridge::{self, Found, NewBridge};
use crate::ops::ovs_owner::is_ours;
use crate::ops::{Context, ovs_bridge};
use crate::spec::{
    Datapath, IfName, LinkKind, LinkSpec, Mac, MacSpec, Mtu, StaticAddress, VlanId, VlanProtocol,
    is_ovs_name,
};

/// Make, remove and show Linux bridges, and those of Open vSwitch
#[derive(Debug, Args)]
pub struct Bridge {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a bridge that stays until it is removed
    Add(Add),
    /// Remove a bridge that netpipe made; its other ports leave unharmed
    Del(Name),
    /// List the bridges of this host
    List,
    /// Show one bridge
    Show(Name),
    Port(Port),
}

#[derive(Debug, Args)]
struct Name {
    /// The bridge
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
}

#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe bridge add br0 --address 10.0.0.1/24
  netpipe bridge add lan --mtu 9000 --port eth0
  netpipe bridge add lan --vlan-filtering --port eth0
  netpipe bridge add ovs0
  netpipe bridge add ovs:lan --datapath netdev")]
struct Add {
    /// The bridge; one of Open vSwitch if it is named `ovs…`, or written `ovs:NAME`
    #[arg(value_parser = grammar::<LinkSpec>)]
    name: LinkSpec,
    /// An address of the host on it
    #[arg(long = "address", value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    addresses: Vec<StaticAddress>,
    /// Its MTU in bytes
    #[arg(long, value_parser = grammar::<Mtu>)]
    mtu: Option<Mtu>,
    /// Its MAC [default: one made from host and name, so that it never changes]
    #[arg(long, value_parser = grammar::<MacSpec>)]
    mac: Option<MacSpec>,
    /// Run the spanning tree protocol
    #[arg(long)]
    stp: bool,
    /// Make it one of Open vSwitch
    #[arg(long)]
    ovs: bool,
    /// Where Open vSwitch switches: `system`, the kernel, or `netdev`, its daemon [default:
    /// the kernel, where it can]
    #[arg(long, value_name = "TYPE", value_parser = grammar::<Datapath>)]
    datapath: Option<Datapath>,
    /// Tell VLANs apart: ports are in VLAN 1, untagged, until `vlan` or `attach` says else
    #[arg(long)]
    vlan_filtering: bool,
    /// How VLANs are marked: 802.1Q, or 802.1ad for VLANs that have VLANs in them
    #[arg(long, value_name = "PROTOCOL", value_parser = grammar::<VlanProtocol>)]
    #[arg(
        requires = "vlan_filtering",
        default_value = "802.1Q",
        hide_default_value = false
    )]
    vlan_protocol: VlanProtocol,
    /// A link of the host that becomes its port
    #[arg(long = "port", value_name = "IF", value_parser = grammar::<IfName>)]
    ports: Vec<IfName>,
    /// Print the equal commands of iproute2 or ovs-vsctl and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// A bridge of either kind as programs see it.
#[derive(Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    kind: LinkKind,
    mac: Option<Mac>,
    mtu: u32,
    up: bool,
    stp: bool,
    owned: bool,
    vlan_filtering: bool,
    vlan_protocol: VlanProtocol,
    default_pvid: Option<VlanId>,
    addresses: Vec<IpNetwork>,
    ports: Vec<&'a str>,
    #[serde(flatten)]
    switch: Option<bridge_ovs::Details<'a>>,
}

impl<'a> From<&'a Found> for View<'a> {
    fn from(found: &'a Found) -> Self {
        Self {
            name: &found.link.name,
            kind: LinkKind::Bridge,
            mac: found.link.mac,
            mtu: found.link.mtu,
            up: found.link.up,
            stp: found.link.stp,
            owned: found.is_ours(),
            vlan_filtering: found.link.vlan_filtering,
            vlan_protocol: found.link.vlan_protocol,
            default_pvid: found.link.default_pvid,
            addresses: found.addresses.iter().map(|address| address.ip).collect(),
            ports: found.ports.iter().map(|port| port.name.as_str()).collect(),
            switch: None,
        }
    }
}

impl<'a> From<&'a ovs_bridge::Found> for View<'a> {
    fn from(found: &'a ovs_bridge::Found) -> Self {
        let link = found.link.as_ref();
        Self {
            name: &found.bridge.name,
            kind: LinkKind::Ovs,
            mac: link.and_then(|link| link.mac),
            mtu: link.map_or(0, |link| link.mtu),
            up: link.is_some_and(|link| link.up),
            stp: found.bridge.stp,
            owned: is_ours(&found.bridge),
            // It always does.
            vlan_filtering: true,
            vlan_protocol: VlanProtocol::Dot1q,
            default_pvid: None,
            addresses: found.addresses.iter().map(|address| address.ip).collect(),
            ports: found
                .bridge
                .others()
                .map(|port| port.name.as_str())
                .collect(),
            switch: Some(found.into()),
        }
    }
}

/// The bridges of Open vSwitch. One that does not answer hides none of the kernel's.
fn switched(ctx: &Context) -> Vec<ovs_bridge::Found> {
    if !ctx.has_switch() {
        return Vec::new();
    }
    ovs_bridge::list(ctx).unwrap_or_else(|error| {
        ctx.warn(format!("without those of Open vSwitch: {error}"));
        Vec::new()
    })
}

impl Bridge {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        match &self.command {
            Command::List | Command::Show(_) => true,
            Command::Add(add) => add.dry_run,
            Command::Del(_) => false,
            Command::Port(port) => port.only_reads(),
        }
    }

    /// Runs the subcommand.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        match self.command {
            Command::Add(add) => add.run(ctx, out),
            Command::Del(Name { name }) => {
                let removed = match ovs_bridge::has(ctx, &name)? {
                    true => ovs_bridge::del(ctx, &name)?,
                    false => bridge::del(ctx, &name)?,
                };
                out.json(&serde_json::json!({ "name": name, "removed": removed }));
                out.line(&format!(
                    "{}: bridge {name}",
                    if removed { "removed" } else { "not there" }
                ));
                Ok(())
            }
            Command::List => {
                let all = bridge::list(ctx)?;
                let switched = switched(ctx);
                let mut views: Vec<View<'_>> = all.iter().map(Into::into).collect();
                views.extend(switched.iter().map(View::from));
                out.json(&views);
                out.table(
                    &[
                        "BRIDGE",
                        "KIND",
                        "MAC",
                        "MTU",
                        "STATE",
                        "OWNER",
                        "VLANS",
                        "ADDRESSES",
                        "PORTS",
                    ],
                    views.iter().map(row),
                );
                Ok(())
            }
            Command::Show(Name { name }) => match ovs_bridge::has(ctx, &name)? {
                true => bridge_ovs::show(ctx, &name, out),
                false => show(ctx, &name, out),
            },
            Command::Port(port) => port.run(ctx, out),
        }
    }
}

impl Add {
    /// Whether the bridge is one of Open vSwitch.
    fn is_ovs(&self) -> Result<bool> {
        let ovs = match self.name.kind {
            Some(LinkKind::Bridge) if self.ovs => {
                return Err(
                    Error::usage("`bridge:` names a Linux bridge, and --ovs another")
                        .hint("leave one of the two out"),
                );
            }
            Some(LinkKind::Bridge) => false,
            Some(LinkKind::Ovs) => true,
            None => self.ovs || is_ovs_name(&self.name.name),
            Some(kind) => {
                return Err(Error::usage(format!("`{kind}` is no kind of bridge"))
                    .hint("give a bare name, `bridge:NAME` or `ovs:NAME`"));
            }
        };
        match self.datapath {
            Some(_) if !ovs => Err(Error::usage("--datapath is for a bridge of Open vSwitch")
                .hint("give --ovs as well")),
            _ if ovs && self.vlan_protocol != VlanProtocol::Dot1q => Err(Error::usage(
                "--vlan-protocol is for a Linux bridge",
            )
            .hint(
                "a port of Open vSwitch has its own: `ovs-vsctl set Port … vlan_mode=dot1q-tunnel`",
            )),
            _ => Ok(ovs),
        }
    }

    fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        if let Some(address) = self
            .addresses
            .iter()
            .find(|address| address.gateway.is_some())
        {
            return Err(Error::usage(format!("`{address}` names a gateway"))
                .hint("a bridge's address takes none"));
        }
        let is_ovs = self.is_ovs()?;
        let wanted = NewBridge {
            name: self.name.name,
            addresses: self.addresses.iter().map(|address| address.ip).collect(),
            mtu: self.mtu.map(|mtu| mtu.0),
            mac: self.mac.map(|mac| mac.0),
            stp: self.stp,
            vlans: self.vlan_filtering.then_some(self.vlan_protocol),
            ports: self.ports,
        };
        if self.dry_run {
            out.commands(&match is_ovs {
                true => ovs_bridge::dry_run(ctx, &wanted, self.datapath)?,
                false => bridge::dry_run(ctx, &wanted)?,
            });
            return Ok(());
        }
        let made = match is_ovs {
            true => ovs_bridge::add(ctx, &wanted, self.datapath)?,
            false => bridge::add(ctx, &wanted)?,
        };
        out.json(&serde_json::json!({ "name": wanted.name, "made": made }));
        out.line(&format!(
            "{}: bridge {}",
            if made { "made" } else { "there already" },
            wanted.name
        ));
        Ok(())
    }
}

fn row(view: &View<'_>) -> Vec<String> {
    vec![
        view.name.to_owned(),
        view.kind.to_string(),
        view.mac.map_or_else(|| "-".into(), |mac| mac.to_string()),
        view.mtu.to_string(),
        if view.up { "up" } else { "down" }.to_owned(),
        if view.owned { "netpipe" } else { "-" }.to_owned(),
        vlans(view),
        listed(&view.addresses),
        listed(&view.ports),
    ]
}

/// How VLANs are marked on a bridge that tells them apart; none on another.
fn vlans(view: &View<'_>) -> String {
    listed(view.vlan_filtering.then_some(view.vlan_protocol))
}

fn show(ctx: &Context, name: &IfName, out: &Output) -> Result<()> {
    let found = bridge::find(ctx, name)?.ok_or_else(|| {
        Error::not_found(format!("there is no bridge `{name}`")).hint("see `netpipe bridge list`")
    })?;
    let view = View::from(&found);
    out.json(&view);
    out.line(view.name);
    out.line(&format!(
        "  state       {}{}",
        if view.up { "up" } else { "down" },
        if view.stp { ", spanning tree" } else { "" }
    ));
    out.line(&format!("  mac         {}", listed(view.mac)));
    out.line(&format!("  mtu         {}", view.mtu));
    out.line(&format!(
        "  owner       {}",
        if view.owned { "netpipe" } else { "-" }
    ));
    out.line(&format!("  vlans       {}", vlans(&view)));
    out.line(&format!("  addresses   {}", listed(&view.addresses)));
    found.ports.iter().for_each(|port| {
        let alias = port
            .alias
            .as_deref()
            .map(|alias| format!(" ({})", crate::spec::shown(alias)));
        out.line(&format!(
            "  port        {}{}",
            port.name,
            alias.unwrap_or_default()
        ));
    });
    Ok(())
}
