//! The file that says what is there: networks, bridges, tunnels and attachments as records and
//! kernel have them. Applied again it changes nothing; applied to a host that has none of it,
//! it makes the same.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use super::bridge::Found;
use super::ovs_owner::{OWN_PORT, is_ours};
use super::{Context, bridge, names, network, ovs_bridge, ovs_tunnel, port};
use crate::error::{Context as _, Error, Result};
use crate::registry::bridge::BridgeRecord;
use crate::registry::keys;
use crate::registry::port::PortRecord;
use crate::registry::record::{AttachmentRecord, OWN_BRIDGE, Owner, is_auto_bridge};
use crate::registry::tunnel::TunnelRecord;
use crate::spec::topology::{Fill, Part};
use crate::spec::{
    Attachment, CardMode, CardOptions, IfName, LinkKind, LinkSpec, MARK, Mac, NetworkName,
    NetworkSpec, PortVlan, Shape, TopologyName, TunnelKind, Wire, is_ovs_name,
};
use crate::sys::link;

/// The MTU of a link that nobody has a say in.
const USUAL_MTU: u32 = 1500;

/// The TTL of a tunnel that nobody has given one.
const USUAL_TTL: u8 = 64;

/// What is exported, and whose.
struct Export<'a> {
    ctx: &'a Context,
    only: Option<&'a TopologyName>,
    /// The topologies of all that was written.
    of: Vec<Option<TopologyName>>,
}

/// Writes down what is there, all of it or what was made for one topology.
///
/// # Errors
/// If store or kernel do not answer; not found if nothing was made for that topology.
pub fn export(ctx: &Context, only: Option<&TopologyName>) -> Result<Part> {
    let mut export = Export {
        ctx,
        only,
        of: Vec::new(),
    };
    let networks = export.networks()?;
    let bridges = export.bridges()?;
    let tunnels = export.tunnels()?;
    let attachments = export.attachments()?;
    let nothing = [&networks, &bridges, &tunnels, &attachments]
        .iter()
        .all(|section| section.is_empty());
    if let (Some(name), true) = (only, nothing) {
        return Err(
            Error::not_found(format!("nothing was made for the topology `{name}`"))
                .hint("without --name all that is recorded is exported"),
        );
    }
    let mut file = Fill::new();
    file.value("version", 1);
    let mut all = export.of.iter();
    let first = all.next().cloned().flatten();
    // A name says of all of it whose it is.
    let common = first.filter(|name| all.all(|other| other.as_ref() == Some(name)));
    file.some("name", only.cloned().or(common));
    file.section("networks", networks);
    file.section("bridges", bridges);
    file.section("tunnels", tunnels);
    file.section("attachments", attachments);
    Ok(file.into())
}

impl Export<'_> {
    /// Whether something of that topology is exported; if so it is noted.
    fn takes(&mut self, of: Option<&TopologyName>) -> bool {
        let takes = self.only.is_none() || self.only == of;
        if takes {
            self.of.push(of.cloned());
        }
        takes
    }

    fn networks(&mut self) -> Result<Fill> {
        let mut section = Fill::new();
        for (name, record) in self.ctx.registry()?.network_records()? {
            if !self.takes(record.topology.as_ref()) {
                continue;
            }
            let spec = record.spec;
            let mut net = Fill::new();
            net.some("bridge", spec.bridge);
            net.some("vlan", spec.vlan);
            net.all("subnet", spec.subnets);
            net.all("gateway", spec.gateways);
            net.all("range", spec.ranges);
            net.all("exclude", spec.exclude);
            section.part(name, net.into());
        }
        Ok(section)
    }

    fn bridges(&mut self) -> Result<Fill> {
        let ctx = self.ctx;
        let mut section = Fill::new();
        let notes = ctx.registry()?;
        let notes = notes.singles::<BridgeRecord>(&keys::bridges(&ctx.host))?;
        let notes: HashMap<IfName, TopologyName> = notes
            .into_iter()
            .flatten()
            .map(|note| (note.name, note.topology))
            .collect();
        for found in bridge::list(ctx)? {
            let name: IfName = found.link.name.parse()?;
            let own = found.link.alias.as_deref() == Some(OWN_BRIDGE);
            if own && self.takes(notes.get(&name)) {
                section.part(&name, linux_bridge(ctx, &name, &found)?.into());
            }
        }
        if ctx.has_switch() {
            for found in ovs_bridge::list(ctx)? {
                let name: IfName = found.bridge.name.parse()?;
                let stays = found.bridge.mark() == Some(OWN_BRIDGE);
                if is_ours(&found.bridge) && stays && self.takes(notes.get(&name)) {
                    section.part(&name, ovs(ctx, &name, &found).into());
                }
            }
        }
        Ok(section)
    }

    fn tunnels(&mut self) -> Result<Fill> {
        let ctx = self.ctx;
        let mut section = Fill::new();
        for record in ctx.registry()?.each_tunnel()? {
            match record {
                Ok(record) if record.removing => {}
                Ok(record) => {
                    if self.takes(record.topology.as_ref()) {
                        section.part(&record.name, tunnel(&record).into());
                    }
                }
                Err((_, error)) => ctx.warn(format!("left out: {error}")),
            }
        }
        for port in ovs_tunnel::list(ctx)? {
            let Ok(name) = port.name.parse::<IfName>() else {
                continue;
            };
            let note: Option<BridgeRecord> =
                ctx.registry()?.single(&keys::bridge(&ctx.host, &name))?;
            if port.owned && self.takes(note.as_ref().map(|note| &note.topology)) {
                let mut out = wire(&port.wire);
                out.value("bridge", &port.bridge);
                out.some("vlan", port.vlan);
                section.part(&name, out.into());
            }
        }
        Ok(section)
    }

    fn attachments(&mut self) -> Result<Fill> {
        let ctx = self.ctx;
        let registry = ctx.registry()?;
        let found = registry.attachments()?;
        for broken in &found.broken {
            ctx.warn(format!("left out: {broken}"));
        }
        let networks = registry.networks()?;
        let links = link::list(&mut ctx.host_door()?).or_failed(|| "cannot list links".into())?;
        // A bridge that an attachment made has its MTU from that.
        let mtus = links.into_iter().map(|link| {
            let made = link.alias.as_deref().is_some_and(is_auto_bridge);
            (link.name, if made { USUAL_MTU } else { link.mtu })
        });
        let mtus: HashMap<String, u32> = mtus.collect();
        let mut targets: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        for record in found.records {
            if record.detaching || !self.takes(record.topology.as_ref()) {
                continue;
            }
            let out = attachment(&record, &networks, &mtus)?;
            let target = targets.entry(record.owner.target.to_string());
            target.or_default().push(out.into());
        }
        let mut section = Fill::new();
        for (target, list) in targets {
            section.part(target, Part::List(list));
        }
        Ok(section)
    }
}

fn linux_bridge(ctx: &Context, name: &IfName, found: &Found) -> Result<Fill> {
    let records = port::records_of(ctx, name)?;
    let moved: Vec<_> = records
        .iter()
        .filter_map(|record| record.moved.as_ref())
        .collect();
    let mut out = Fill::new();
    let taken = |ip| {
        let mut addresses = moved.iter().flat_map(|moved| &moved.addresses);
        addresses.any(|address| address.ip == ip)
    };
    let own = found.addresses.iter().map(|address| address.ip);
    out.all("address", own.filter(|ip| !taken(*ip)));
    out.some("mtu", Some(found.link.mtu).filter(|mtu| *mtu != USUAL_MTU));
    let derived = Mac::derived(format!("bridge {name} {}", ctx.host).as_bytes());
    let mac = found.link.mac.filter(|mac| *mac != derived);
    out.some("mac", mac.filter(|_| moved.is_empty()));
    out.flag("stp", found.link.stp);
    out.flag("vlan-filtering", found.link.vlan_filtering);
    let protocol = found.link.vlan_protocol;
    let usual = protocol == crate::spec::VlanProtocol::default();
    out.some(
        "vlan-protocol",
        Some(protocol).filter(|_| found.link.vlan_filtering && !usual),
    );
    ports(&mut out, &records, plain_ports(found, &records));
    Ok(out)
}

/// The ports that are neither netpipe's nor recorded: those of `bridge add --port`.
fn plain_ports<'f>(found: &'f Found, records: &[PortRecord]) -> Vec<&'f str> {
    let plain = found.ports.iter().filter(|port| {
        let marked = port.alias.as_deref();
        let marked = marked.is_some_and(|alias| alias.starts_with(MARK));
        !marked
            && records
                .iter()
                .all(|record| record.nic.as_str() != port.name)
    });
    plain.map(|port| port.name.as_str()).collect()
}

fn ports(out: &mut Fill, records: &[PortRecord], plain: Vec<&str>) {
    let mut all: Vec<Part> = plain
        .into_iter()
        .map(|name| Part::Text(name.to_owned()))
        .collect();
    all.extend(records.iter().map(|record| {
        let mut port = Fill::new();
        port.value("name", &record.nic);
        port.flag("take-address", record.moved.is_some());
        port.into()
    }));
    if !all.is_empty() {
        out.part("port", Part::List(all));
    }
}

fn ovs(ctx: &Context, name: &IfName, found: &ovs_bridge::Found) -> Fill {
    let mut out = Fill::new();
    out.flag("ovs", !is_ovs_name(name));
    out.some("datapath", found.bridge.is_userspace().then_some("netdev"));
    out.all("address", found.addresses.iter().map(|address| address.ip));
    let derived = Mac::derived(format!("bridge {name} {}", ctx.host).as_bytes());
    let mac = found.link.as_ref().and_then(|link| link.mac);
    out.some("mac", mac.filter(|mac| *mac != derived));
    out.flag("stp", found.bridge.stp);
    let own = found.bridge.others();
    let own = own.filter(|port| port.mark() == Some(OWN_PORT));
    out.all("port", own.map(|port| &port.name));
    out
}

/// What tunnels of either sort have.
fn wire(wire: &Wire) -> Fill {
    let or_inherit = |value: u8, inherit: u8| match value == inherit {
        true => "inherit".to_owned(),
        false => value.to_string(),
    };
    let mut out = Fill::new();
    out.value("kind", wire.kind);
    out.some("local", wire.local);
    let is_group = |ip: &IpAddr| ip.is_multicast();
    out.some("remote", wire.remote.filter(|ip| !is_group(ip)));
    out.some("group", wire.remote.filter(is_group));
    let id = if wire.kind.is_gre() { "key" } else { "vni" };
    out.some(id, wire.id);
    if wire.ttl != USUAL_TTL {
        out.value("ttl", or_inherit(wire.ttl, 0));
    }
    if wire.tos != 0 {
        out.value("tos", or_inherit(wire.tos, 1));
    }
    let usual = wire.kind.usual_port();
    out.some("port", wire.port.filter(|port| Some(*port) != usual));
    out
}

fn tunnel(record: &TunnelRecord) -> Fill {
    let mut out = wire(&record.wire);
    out.some("dev", record.dev.as_ref());
    out.value("mtu", record.mtu);
    let deaf = record.wire.kind == TunnelKind::Vxlan && !record.wire.learning;
    out.flag("no-learning", deaf);
    out.some("bridge", record.bridge.as_ref());
    out.some("vlan", record.vlan);
    out.all("address", &record.addresses);
    out.all("route", &record.routes);
    out.all("peer", &record.peers);
    out
}

fn attachment(
    record: &AttachmentRecord,
    networks: &[(NetworkName, NetworkSpec)],
    mtus: &HashMap<String, u32>,
) -> Result<Fill> {
    let mut out = Fill::new();
    out.value("link", link_of(record));
    out.value("ifname", &record.owner.ifname);
    let own = record.addresses.iter().map(ToString::to_string);
    let asks = record
        .leasing
        .asks
        .iter()
        .map(|kind| kind.word().to_owned());
    let addresses: Vec<String> = own.chain(asks).collect();
    match addresses.is_empty() {
        true => out.value("address", "none"),
        false => out.all("address", addresses),
    }
    out.flag("reserved", !record.reserved.is_empty());
    let told = &record.leasing.told;
    out.some("dhcp-client-id", told.client_id.as_ref());
    out.some("dhcp-hostname", told.hostname.as_ref());
    out.some("dhcp-timeout", told.timeout);
    vlans(&mut out, record);
    if let Some(card) = &record.card {
        let mode = Some(card.mode).filter(|mode| CardMode::default_of(record.kind) != Some(*mode));
        out.some("mode", mode);
        out.all("source-mac", &card.sources);
        out.flag("host-shim", card.host_shim);
    }
    out.some("mode", record.ipoib.mode);
    out.some("pkey", record.ipoib.pkey);
    own_names(&mut out, record, mtus)?;
    out.all("gateway", &record.gateways);
    out.flag("default-route", record.default_route);
    out.some("metric", record.metric);
    out.all("route", &record.routes);
    out.all("sysctl", &record.sysctls);
    match &record.network {
        None => out.flag("no-register", true),
        Some(network) => {
            let usual = usual_network(record, networks).ok();
            out.some(
                "network",
                Some(network).filter(|name| usual.as_ref() != Some(name)),
            );
        }
    }
    out.flag(
        "no-announce",
        !record.announce && record.kind != LinkKind::Ipoib,
    );
    out.flag("no-firewall", !record.firewall);
    if let Some(peer) = &record.peer {
        out.value("peer-ifname", &peer.ifname);
        out.all("peer-address", &peer.addresses);
        let far = Owner {
            host: record.owner.host.clone(),
            target: peer.target.clone(),
            ifname: peer.ifname.clone(),
        };
        out.some(
            "peer-mac",
            Some(peer.mac).filter(|mac| *mac != names::mac(&far)),
        );
        out.section("peer-shape", shape(peer.shape.as_ref()));
    }
    let home = record.home.as_ref();
    let leads = |home: &crate::registry::ends::Home| {
        let mut routes = home.routes.iter().chain(&home.beside);
        routes.any(crate::sys::verbatim::VerbatimRoute::is_default)
    };
    out.flag("take-default-route", home.is_some_and(|home| leads(home)));
    out.section("shape", shape(record.shape.as_ref()));
    Ok(out)
}

/// The LINK that it was plugged into, with its kind where the name alone would not say it.
fn link_of(record: &AttachmentRecord) -> String {
    let name = &record.link;
    if let Some(peer) = &record.peer {
        return format!("{}:{}", LinkKind::Veth, peer.target);
    }
    let said = match record.kind {
        LinkKind::Bridge => name.as_str().starts_with("br"),
        LinkKind::Ovs => is_ovs_name(name),
        LinkKind::Dummy => name.as_str() == LinkKind::Dummy.word(),
        _ => false,
    };
    match said {
        true => name.to_string(),
        false => format!("{}:{name}", record.kind),
    }
}

fn vlans(out: &mut Fill, record: &AttachmentRecord) {
    match &record.vlan {
        None => {}
        Some(PortVlan::Access(id)) => out.value("vlan", id),
        Some(PortVlan::Trunk(trunk)) => out.value("trunk", trunk),
    }
    let card = record.card.as_ref();
    out.some("svlan", card.and_then(|card| card.svlan));
    out.flag("vlan-filtering", record.filters);
}

/// Names, MAC and MTU, where they are not what netpipe would choose.
fn own_names(out: &mut Fill, record: &AttachmentRecord, mtus: &HashMap<String, u32>) -> Result<()> {
    if let Some(name) = &record.host_ifname {
        let usual = names::host_ifname(&record.owner, record.netns_cookie)?;
        out.some("host-ifname", Some(name).filter(|name| **name != usual));
    }
    let given = match record.kind {
        LinkKind::Ipoib => false,
        LinkKind::Phys => record
            .home
            .as_ref()
            .is_some_and(|home| home.mac != record.mac),
        _ => !record.shares_mac() && record.mac != names::mac(&record.owner),
    };
    out.some("mac", Some(record.mac).filter(|_| given));
    let usual = match &record.home {
        Some(home) => home.mtu,
        None => *mtus.get(record.uplink().as_str()).unwrap_or(&USUAL_MTU),
    };
    out.some("mtu", Some(record.mtu).filter(|mtu| *mtu != usual));
    Ok(())
}

/// The network that its addresses would belong to if none were named.
fn usual_network(
    record: &AttachmentRecord,
    networks: &[(NetworkName, NetworkSpec)],
) -> Result<NetworkName> {
    let link = LinkSpec {
        kind: None,
        name: record.link.clone(),
    };
    let mut request = Attachment::new(record.owner.target.clone(), link, Vec::new());
    request.vlan.clone_from(&record.vlan);
    request.card = CardOptions {
        svlan: record.card.as_ref().and_then(|card| card.svlan),
        ..CardOptions::default()
    };
    network::of_request(networks, &request, &record.link)
}

fn shape(shape: Option<&Shape>) -> Fill {
    let mut out = Fill::new();
    if let Some(shape) = shape {
        out.some("rate", shape.rate);
        out.some("burst", shape.burst);
        out.some("latency", shape.latency);
        out.some("delay", shape.delay);
        out.some("jitter", shape.jitter);
        out.some("loss", shape.loss);
        out.some("duplicate", shape.duplicate);
        out.some("corrupt", shape.corrupt);
        out.some("reorder", shape.reorder);
    }
    out
}
