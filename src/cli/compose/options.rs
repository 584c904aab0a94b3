//! The options of a `provider:` service, and what they mean.

use std::net::IpAddr;

use clap::Args;
use clap::builder::BoolishValueParser;
use ipnetwork::IpNetwork;

use crate::cli::grammar;
use crate::error::{Error, Result};
use crate::registry::compose::{AddressKey, ComposeRecord};
use crate::spec::{
    AddressRange, Datapath, IfName, LinkSpec, Mtu, NetworkName, NetworkSpec, Reservation, Segment,
    SegmentBridge, StaticAddress, Tos, Ttl, TunnelKey, TunnelKind, TunnelSpec, UdpPort, VlanId,
    Vni,
};

/// What a service may ask for. The help of each option is what `metadata` tells of it.
#[derive(Debug, Args)]
pub struct Options {
    /// The bridge, made if it is missing: NAME, bridge:NAME, or ovs:NAME for Open vSwitch
    #[arg(long, value_name = "BRIDGE", value_parser = grammar::<LinkSpec>)]
    bridge: Option<LinkSpec>,
    /// An address of the host on the bridge; may be a list
    #[arg(long, value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    bridge_address: Vec<StaticAddress>,
    /// The bridge's MTU in bytes
    #[arg(long, value_name = "N", value_parser = grammar::<Mtu>)]
    bridge_mtu: Option<Mtu>,
    /// A link of the host that becomes the bridge's port; may be a list
    #[arg(long, value_name = "IF", value_parser = grammar::<IfName>)]
    bridge_port: Vec<IfName>,
    /// Run the spanning tree protocol on the bridge
    #[arg(long, value_name = "BOOL", value_parser = BoolishValueParser::new())]
    stp: Option<bool>,
    /// Let the bridge tell VLANs apart from the start
    #[arg(long, value_name = "BOOL", value_parser = BoolishValueParser::new())]
    vlan_filtering: Option<bool>,
    /// Where Open vSwitch switches: system or netdev
    #[arg(long, value_name = "TYPE", value_parser = grammar::<Datapath>)]
    datapath: Option<Datapath>,
    /// The VLAN of the bridge that the network and the tunnel are in
    #[arg(long, value_name = "N", value_parser = grammar::<VlanId>)]
    vlan: Option<VlanId>,
    /// The network, registered if it is not: what `attach` takes as net:NAME
    #[arg(long, value_name = "NAME", value_parser = grammar::<NetworkName>)]
    network: Option<NetworkName>,
    /// A subnet of the network; may be a list
    #[arg(long, value_name = "SUBNET")]
    subnet: Vec<IpNetwork>,
    /// The router of a subnet; may be a list
    #[arg(long, value_name = "IP")]
    gateway: Vec<IpAddr>,
    /// Where `auto` draws addresses from, FIRST-LAST; may be a list
    #[arg(long, value_name = "RANGE", value_parser = grammar::<AddressRange>)]
    range: Vec<AddressRange>,
    /// Addresses that `auto` never hands out, FIRST-LAST or one; may be a list
    #[arg(long, value_name = "RANGE", value_parser = grammar::<AddressRange>)]
    exclude: Vec<AddressRange>,
    /// An address of the network to set aside, [LABEL=]IP or [LABEL=]auto; may be a list
    #[arg(long, value_name = "ADDRESS", value_parser = grammar::<Reservation>)]
    address: Vec<Reservation>,
    /// The tunnel to another host, made if it is missing; a port of the bridge if there is one
    #[arg(long, value_name = "NAME", value_parser = grammar::<IfName>)]
    tunnel: Option<IfName>,
    /// The kind of tunnel: gre, gretap, ip6gretap, vxlan or geneve
    #[arg(long, value_name = "KIND", default_value = "gretap", value_parser = grammar::<TunnelKind>)]
    kind: TunnelKind,
    /// The tunnel's end on this host
    #[arg(long, value_name = "IP")]
    local: Option<IpAddr>,
    /// The tunnel's end on the other host
    #[arg(long, value_name = "IP")]
    remote: Option<IpAddr>,
    /// The multicast group of a vxlan tunnel
    #[arg(long, value_name = "IP")]
    group: Option<IpAddr>,
    /// The key of a gre, gretap or ip6gretap tunnel
    #[arg(long, value_name = "N", value_parser = grammar::<TunnelKey>)]
    key: Option<TunnelKey>,
    /// The number of a vxlan or geneve tunnel's network
    #[arg(long, value_name = "N", value_parser = grammar::<Vni>)]
    vni: Option<Vni>,
    /// The link that the tunnel's packets leave by
    #[arg(long, value_name = "IF", value_parser = grammar::<IfName>)]
    dev: Option<IfName>,
    /// The TTL of the tunnel's packets, 1 to 255, or inherit
    #[arg(long, value_name = "TTL", default_value = "64", value_parser = grammar::<Ttl>)]
    ttl: Ttl,
    /// The type of service of the tunnel's packets, 0 to 255, or inherit
    #[arg(long, value_name = "TOS", default_value = "0", value_parser = grammar::<Tos>)]
    tos: Tos,
    /// The UDP port of a vxlan or geneve tunnel
    #[arg(long, value_name = "N", value_parser = grammar::<UdpPort>)]
    port: Option<UdpPort>,
    /// The tunnel's MTU in bytes
    #[arg(long, value_name = "N", value_parser = grammar::<Mtu>)]
    mtu: Option<Mtu>,
    /// Whether a vxlan tunnel learns from frames which host has a MAC
    #[arg(long, value_name = "BOOL", value_parser = BoolishValueParser::new())]
    learning: Option<bool>,
    /// An address of this host on a tunnel without a bridge; may be a list
    #[arg(long, value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    tunnel_address: Vec<StaticAddress>,
    /// A subnet behind the other end of a gre tunnel; may be a list
    #[arg(long, value_name = "SUBNET")]
    route: Vec<IpNetwork>,
}

/// Collects what was given, as `option=value`.
#[derive(Default)]
struct Asked(Vec<String>);

impl Asked {
    fn add<T: ToString>(&mut self, name: &str, values: impl IntoIterator<Item = T>) -> bool {
        let before = self.0.len();
        let values = values.into_iter();
        self.0
            .extend(values.map(|value| format!("{name}={}", value.to_string())));
        self.0.len() > before
    }
}

impl Options {
    /// What they come to.
    ///
    /// # Errors
    /// A usage error that names options which do not fit.
    pub fn segment(self) -> Result<Segment> {
        let mut asked = Asked::default();
        let has_bridge = asked.add("bridge", &self.bridge);
        let on_bridge = [
            asked.add("bridge-address", &self.bridge_address),
            asked.add("bridge-mtu", self.bridge_mtu.map(|mtu| mtu.0)),
            asked.add("bridge-port", &self.bridge_port),
            asked.add("stp", self.stp),
            asked.add("vlan-filtering", self.vlan_filtering),
            asked.add("datapath", self.datapath),
        ];
        asked.add("vlan", self.vlan);
        let has_network = asked.add("network", &self.network);
        let on_network = [
            asked.add("subnet", &self.subnet),
            asked.add("gateway", &self.gateway),
            asked.add("range", &self.range),
            asked.add("exclude", &self.exclude),
        ];
        asked.add("address", &self.address);
        let has_tunnel = asked.add("tunnel", &self.tunnel);
        let on_tunnel = [
            asked.add("local", self.local),
            asked.add("remote", self.remote),
            asked.add("group", self.group),
            asked.add("key", self.key),
            asked.add("vni", self.vni),
            asked.add("dev", &self.dev),
            asked.add("port", self.port),
            asked.add("mtu", self.mtu.map(|mtu| mtu.0)),
            asked.add("learning", self.learning),
            asked.add("tunnel-address", &self.tunnel_address),
            asked.add("route", &self.route),
        ];
        for (has, of_it, what) in [
            (has_bridge, on_bridge.as_slice(), "bridge"),
            (has_network, on_network.as_slice(), "network"),
            (has_tunnel, on_tunnel.as_slice(), "tunnel"),
        ] {
            if !has && of_it.contains(&true) {
                return Err(Error::usage(format!(
                    "there are options of a {what}, and none is named"
                ))
                .hint(format!("give the option `{what}` as well")));
            }
        }
        if has_tunnel {
            asked.add("kind", [self.kind]);
            asked.add("ttl", [self.ttl.0]);
            asked.add("tos", [self.tos.0]);
        }
        self.into_segment(asked.0).validated()
    }

    fn into_segment(self, asked: Vec<String>) -> Segment {
        let bridge = self.bridge.map(|link| SegmentBridge {
            link,
            addresses: self.bridge_address,
            mtu: self.bridge_mtu,
            ports: self.bridge_port,
            stp: self.stp.unwrap_or_default(),
            vlan_filtering: self.vlan_filtering.unwrap_or_default(),
            datapath: self.datapath,
        });
        let bridge_name = bridge.as_ref().map(|bridge| bridge.link.name.clone());
        let network = self.network.map(|name| {
            let spec = NetworkSpec {
                bridge: bridge_name.clone(),
                vlan: self.vlan,
                subnets: self.subnet,
                gateways: self.gateway,
                ranges: self.range,
                exclude: self.exclude,
            };
            (name, spec)
        });
        let tunnel = self.tunnel.map(|name| TunnelSpec {
            kind: self.kind,
            name,
            local: self.local,
            remote: self.remote,
            group: self.group,
            key: self.key,
            vni: self.vni,
            dev: self.dev,
            ttl: self.ttl.0,
            tos: self.tos.0,
            port: self.port,
            mtu: self.mtu,
            learning: self.learning.unwrap_or(true),
            bridge: bridge_name.filter(|_| self.kind.has_frames()),
            vlan: self.vlan.filter(|_| self.kind.has_frames()),
            addresses: self.tunnel_address,
            routes: self.route,
        });
        Segment {
            bridge,
            network,
            vlan: self.vlan,
            tunnel,
            addresses: self.address,
            asked,
        }
    }
}

/// The netpipe commands that come to the same as an `up`.
pub fn commands(segment: &Segment) -> Vec<String> {
    let given = |name: &str| -> Vec<&str> {
        let prefix = format!("{name}=");
        let values = segment.asked.iter();
        values.filter_map(|one| one.strip_prefix(&prefix)).collect()
    };
    let words = |options: &[(&str, &str)]| -> String {
        options
            .iter()
            .flat_map(|(option, name)| {
                given(name).into_iter().map(move |value| match value {
                    "true" => format!(" --{option}"),
                    "false" if *option == "no-learning" => " --no-learning".into(),
                    "false" => String::new(),
                    _ => format!(" --{option} {value}"),
                })
            })
            .collect()
    };
    let mut all = Vec::new();
    if let Some(bridge) = &segment.bridge {
        let options = words(&[
            ("address", "bridge-address"),
            ("mtu", "bridge-mtu"),
            ("port", "bridge-port"),
            ("stp", "stp"),
            ("vlan-filtering", "vlan-filtering"),
            ("datapath", "datapath"),
        ]);
        all.push(format!("netpipe bridge add {}{options}", bridge.link));
    }
    let on_bridge: String = segment
        .bridge_name()
        .map(|name| format!(" --bridge {name}"))
        .unwrap_or_default();
    if let Some((name, _)) = &segment.network {
        let options = words(&[
            ("vlan", "vlan"),
            ("subnet", "subnet"),
            ("gateway", "gateway"),
            ("range", "range"),
            ("exclude", "exclude"),
        ]);
        all.push(format!("netpipe network add {name}{on_bridge}{options}"));
    }
    if let Some(tunnel) = &segment.tunnel {
        let mut options = String::new();
        if tunnel.bridge.is_some() {
            options += &on_bridge;
            options += &words(&[("vlan", "vlan")]);
        }
        for same in [
            "local", "remote", "group", "key", "vni", "dev", "ttl", "tos", "port", "mtu", "route",
        ] {
            options += &words(&[(same, same)]);
        }
        options += &words(&[("address", "tunnel-address")]);
        if !tunnel.learning {
            options += " --no-learning";
        }
        let (kind, name) = (tunnel.kind, &tunnel.name);
        all.push(format!("netpipe tunnel add {kind} {name}{options}"));
    }
    if let Some((name, _)) = &segment.network {
        for one in &segment.addresses {
            let ip = one.ip.map_or_else(|| "auto".into(), |ip| ip.to_string());
            all.push(format!("netpipe ip reserve {name} {ip}"));
        }
    }
    all
}

/// The netpipe commands that come to the same as a `down`.
pub fn removal(record: &ComposeRecord, reserved: &[AddressKey]) -> Vec<String> {
    let released = reserved.iter();
    let released =
        released.map(|AddressKey { network, ip }| format!("netpipe ip release {network} {ip}"));
    let tunnel = record.tunnel.as_ref().filter(|claim| claim.made);
    let network = record.network.as_ref().filter(|claim| claim.made);
    let bridge = record.bridge.as_ref().filter(|claim| claim.made);
    let all = [
        tunnel.map(|claim| format!("netpipe tunnel del {}", claim.name)),
        network.map(|claim| format!("netpipe network del {}", claim.name)),
        bridge.map(|claim| format!("netpipe bridge del {}", claim.name)),
    ];
    released.chain(all.into_iter().flatten()).collect()
}
