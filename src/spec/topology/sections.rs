//! Networks, bridges and tunnels of a topology file.

use super::problem::{Problems, Spot};
use super::reader::{Fields, Key, fields, ip, join, many, one, subnet, value};
use super::tree::{Entry, Node, Value};
use crate::error::Error;
use crate::spec::{
    AddressRange, Datapath, IfName, LinkKind, LinkSpec, MacSpec, Mtu, NetworkName, NetworkSpec,
    StaticAddress, Tos, Ttl, TunnelKind, TunnelSpec, VlanProtocol, is_ovs_name,
};

/// The keys of a network.
pub(super) const NETWORK: &[Key] = &[
    one("bridge"),
    one("vlan"),
    many("subnet", "subnets"),
    many("gateway", "gateways"),
    many("range", "ranges"),
    one("exclude"),
];

/// The keys of a bridge.
pub(super) const BRIDGE: &[Key] = &[
    many("address", "addresses"),
    one("mtu"),
    one("mac"),
    one("stp"),
    one("ovs"),
    one("datapath"),
    one("vlan-filtering"),
    one("vlan-protocol"),
    many("port", "ports"),
];

/// The keys of a bridge's port that is more than a name.
const PORT: &[Key] = &[one("name"), one("take-address"), one("confirm")];

/// The keys of a tunnel.
pub(super) const TUNNEL: &[Key] = &[
    one("kind"),
    one("local"),
    one("remote"),
    one("group"),
    one("key"),
    one("vni"),
    one("bridge"),
    one("vlan"),
    one("dev"),
    one("ttl"),
    one("tos"),
    one("port"),
    one("mtu"),
    one("no-learning"),
    many("address", "addresses"),
    many("route", "routes"),
    many("peer", "peers"),
];

/// A network of a file.
#[derive(Debug, Clone)]
pub struct NetworkItem {
    /// Where it is.
    pub spot: Spot,
    /// Its name.
    pub name: NetworkName,
    /// What it is.
    pub spec: NetworkSpec,
}

/// A bridge of a file.
#[derive(Debug, Clone)]
pub struct BridgeItem {
    /// Where it is.
    pub spot: Spot,
    /// Its name.
    pub name: IfName,
    /// Whether it is one of Open vSwitch.
    pub ovs: bool,
    /// Where that switches.
    pub datapath: Option<Datapath>,
    /// Addresses of the host on it.
    pub addresses: Vec<ipnetwork::IpNetwork>,
    /// Its MTU.
    pub mtu: Option<Mtu>,
    /// Its MAC.
    pub mac: Option<MacSpec>,
    /// Whether the spanning tree runs.
    pub stp: bool,
    /// Whether it tells VLANs apart, and how they are marked.
    pub vlans: Option<VlanProtocol>,
    /// Links of the host that are its ports.
    pub ports: Vec<PortItem>,
}

/// A port of a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortItem {
    /// The link.
    pub name: IfName,
    /// Whether the bridge takes its addresses and routes; none if it is to be a port and no
    /// more, as with `bridge add --port`.
    pub take: Option<bool>,
    /// How long its gateways have to answer.
    pub confirm: Option<u32>,
}

/// A tunnel of a file.
#[derive(Debug, Clone)]
pub struct TunnelItem {
    /// Where it is.
    pub spot: Spot,
    /// What it is.
    pub spec: TunnelSpec,
    /// Further hosts that get what is for everybody.
    pub peers: Vec<std::net::IpAddr>,
}

/// Reads a section that maps names to things.
fn named<T>(
    node: &Node,
    path: &str,
    problems: &mut Problems,
    read: impl Fn(&Entry, &str, &mut Problems) -> Option<T>,
) -> Vec<T> {
    match &node.value {
        Value::Empty => Vec::new(),
        Value::Map(entries) => {
            let read = entries
                .iter()
                .filter_map(|entry| read(entry, &join(path, &entry.key), problems));
            read.collect()
        }
        _ => {
            let error = Error::usage(format!("this is {}, not a mapping", node.kind()))
                .hint("write each name as a key, and below it what it is");
            problems.add(node.spot, path, error);
            Vec::new()
        }
    }
}

pub(super) fn networks(node: &Node, problems: &mut Problems) -> Vec<NetworkItem> {
    named(node, "networks", problems, |entry, path, problems| {
        let name = name::<NetworkName>(entry, path, problems);
        let found = fields(&entry.node, path, NETWORK, problems)?;
        let before = problems.count();
        let spec = NetworkSpec {
            bridge: found.one("bridge", problems),
            vlan: found.one("vlan", problems),
            subnets: found.all_parsed("subnet", problems, subnet),
            gateways: found.all_parsed("gateway", problems, ip),
            ranges: found.all::<AddressRange>("range", problems),
            exclude: found.all::<AddressRange>("exclude", problems),
        };
        if found.node("subnet").is_none() {
            let error = Error::usage("there is no `subnet`")
                .hint("give one, such as subnet: 10.1.0.0/24, or a list for dual stack");
            problems.add(found.spot, path, error);
        }
        if problems.count() > before {
            return None;
        }
        let spec = spec.validated();
        let spec = spec.map_err(|error| problems.add(found.spot, path, error));
        Some(NetworkItem {
            spot: entry.spot,
            name: name?,
            spec: spec.ok()?,
        })
    })
}

fn name<T: std::str::FromStr<Err = Error>>(
    entry: &Entry,
    path: &str,
    problems: &mut Problems,
) -> Option<T> {
    let read = entry.key.parse();
    read.map_err(|error| problems.add(entry.spot, path, error))
        .ok()
}

pub(super) fn bridges(node: &Node, problems: &mut Problems) -> Vec<BridgeItem> {
    named(node, "bridges", problems, |entry, path, problems| {
        let before = problems.count();
        let name = name::<LinkSpec>(entry, path, problems);
        let found = fields(&entry.node, path, BRIDGE, problems)?;
        let addresses: Vec<StaticAddress> = found.all("address", problems);
        if let Some(address) = addresses.iter().find(|one| one.gateway.is_some()) {
            let error = Error::usage(format!("`{address}` names a gateway"))
                .hint("a bridge's address takes none");
            found.refuse("address", problems, error);
        }
        let filtering = found.flag("vlan-filtering", problems);
        let protocol: Option<VlanProtocol> = found.one("vlan-protocol", problems);
        if protocol.is_some() && !filtering {
            let error = Error::usage("`vlan-protocol` is for a bridge that tells VLANs apart")
                .hint("give vlan-filtering: true as well");
            found.refuse("vlan-protocol", problems, error);
        }
        let datapath = found.one("datapath", problems);
        let ovs = is_ovs(&found, name.as_ref(), datapath, problems);
        let item = BridgeItem {
            spot: entry.spot,
            ovs,
            datapath,
            addresses: addresses.iter().map(|address| address.ip).collect(),
            mtu: found.one("mtu", problems),
            mac: found.one("mac", problems),
            stp: found.flag("stp", problems),
            vlans: filtering.then_some(protocol.unwrap_or(VlanProtocol::Dot1q)),
            ports: ports(&found, problems),
            name: name?.name,
        };
        if ovs && item.vlans == Some(VlanProtocol::Dot1ad) {
            let error = Error::usage("`vlan-protocol` is for a Linux bridge");
            found.refuse("vlan-protocol", problems, error);
        }
        (problems.count() == before).then_some(item)
    })
}

fn is_ovs(
    found: &Fields<'_>,
    name: Option<&LinkSpec>,
    datapath: Option<Datapath>,
    problems: &mut Problems,
) -> bool {
    let asked = found.flag("ovs", problems);
    let Some(LinkSpec { kind, name }) = name else {
        return asked;
    };
    let ovs = match kind {
        Some(LinkKind::Ovs) => true,
        Some(LinkKind::Bridge) if asked => {
            let error = Error::usage("`bridge:` names a Linux bridge, and `ovs` another")
                .hint("leave one of the two out");
            found.refuse("ovs", problems, error);
            true
        }
        Some(LinkKind::Bridge) => false,
        Some(kind) => {
            let error = Error::usage(format!("`{kind}` is no kind of bridge"))
                .hint("give a bare name, `bridge:NAME` or `ovs:NAME`");
            problems.add(found.spot, &found.path, error);
            false
        }
        None => asked || is_ovs_name(name),
    };
    if datapath.is_some() && !ovs {
        let error = Error::usage("`datapath` is for a bridge of Open vSwitch")
            .hint("give ovs: true as well");
        found.refuse("datapath", problems, error);
    }
    ovs
}

/// The ports of a bridge: names, or mappings where there is more to say.
fn ports(found: &Fields<'_>, problems: &mut Problems) -> Vec<PortItem> {
    let Some(node) = found.node("port") else {
        return Vec::new();
    };
    let path = found.path_of("port");
    let one_port = |node: &Node, path: &str, problems: &mut Problems| match &node.value {
        Value::Map(_) => {
            let found = fields(node, path, PORT, problems)?;
            if found.node("name").is_none() {
                let error = Error::usage("there is no `name`").hint("say which link: name: eth0");
                problems.add(node.spot, path, error);
            }
            let take = found.flag("take-address", problems);
            let confirm = found.parsed("confirm", problems, |text| {
                let read = super::reader::number(text);
                read.ok()
                    .filter(|seconds| (1..=3600).contains(seconds))
                    .ok_or_else(|| {
                        Error::usage(format!("`{}` is no time to wait", crate::spec::shown(text)))
                            .hint("write a number of seconds from 1 to 3600")
                    })
            });
            if confirm.is_some() && !take {
                let error = Error::usage("`confirm` needs `take-address`")
                    .hint("give take-address: true as well");
                found.refuse("confirm", problems, error);
            }
            Some(PortItem {
                name: found.one("name", problems)?,
                take: Some(take),
                confirm,
            })
        }
        _ => value(node, path, problems, |text| text.parse::<IfName>()).map(|name| PortItem {
            name,
            take: None,
            confirm: None,
        }),
    };
    match &node.value {
        Value::List(list) => {
            let read = list.iter().enumerate();
            read.filter_map(|(nth, item)| one_port(item, &format!("{path}[{nth}]"), problems))
                .collect()
        }
        _ => one_port(node, &path, problems).into_iter().collect(),
    }
}

pub(super) fn tunnels(node: &Node, problems: &mut Problems) -> Vec<TunnelItem> {
    named(node, "tunnels", problems, |entry, path, problems| {
        let before = problems.count();
        let name = name::<IfName>(entry, path, problems);
        let found = fields(&entry.node, path, TUNNEL, problems)?;
        let kind: Option<TunnelKind> = found.one("kind", problems);
        if found.node("kind").is_none() {
            let error = Error::usage("there is no `kind`")
                .hint("it is gre, gretap, ip6gretap, vxlan or geneve");
            problems.add(found.spot, path, error);
        }
        let ttl: Option<Ttl> = found.one("ttl", problems);
        let tos: Option<Tos> = found.one("tos", problems);
        let peers = found.all_parsed("peer", problems, ip);
        let spec = TunnelSpec {
            kind: kind?,
            name: name?,
            local: found.parsed("local", problems, ip),
            remote: found.parsed("remote", problems, ip),
            group: found.parsed("group", problems, ip),
            key: found.one("key", problems),
            vni: found.one("vni", problems),
            dev: found.one("dev", problems),
            ttl: ttl.map_or(64, |ttl| ttl.0),
            tos: tos.map_or(0, |tos| tos.0),
            port: found.one("port", problems),
            mtu: found.one("mtu", problems),
            learning: !found.flag("no-learning", problems),
            bridge: found.one("bridge", problems),
            vlan: found.one("vlan", problems),
            addresses: found.all("address", problems),
            routes: found.all_parsed("route", problems, subnet),
        };
        if !peers.is_empty() && spec.kind != TunnelKind::Vxlan {
            let error = Error::usage(format!("a {} tunnel has no peers", spec.kind))
                .hint("only vxlan reaches several hosts");
            found.refuse("peer", problems, error);
        }
        if problems.count() > before {
            return None;
        }
        let spec = spec.validated();
        let spec = spec.map_err(|error| problems.add(found.spot, path, error));
        Some(TunnelItem {
            spot: entry.spot,
            spec: spec.ok()?,
            peers,
        })
    })
}
