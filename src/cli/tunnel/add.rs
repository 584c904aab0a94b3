//! `netpipe tunnel add`

use std::net::IpAddr;

use clap::Args;
use ipnetwork::IpNetwork;

use super::view::View;
use crate::cli::grammar;
use crate::cli::output::Output;
use crate::error::Result;
use crate::ops::tunnel::{self as tunnels, Listed};
use crate::ops::{Context, ovs_tunnel};
use crate::spec::{
    IfName, Mtu, StaticAddress, Tos, Ttl, TunnelKey, TunnelKind, TunnelSpec, UdpPort, VlanId, Vni,
};

/// Make a tunnel to another host, or to several
///
/// The other host makes the same one with --local and --remote exchanged. It stays until
/// it is removed, and `netpipe check --repair` makes it again after a boot.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Kinds:
  gre        IP packets in GRE: routes join the hosts' subnets
  gretap     Ethernet frames in GRE: the hosts share a subnet
  ip6gretap  the same, over IPv6 alone
  vxlan      Ethernet frames in UDP, to one host, several, or a multicast group
  geneve     Ethernet frames in UDP, to one host

Tenants of the same two hosts have a key (or VNI) each, and a VLAN each of one bridge:
  netpipe tunnel add gretap acme --remote 192.0.2.2 --key 7001 --bridge br0 --vlan 10
  netpipe tunnel add gretap emca --remote 192.0.2.2 --key 7002 --bridge br0 --vlan 20

Examples:
  netpipe tunnel add gretap gre1 --local 192.0.2.1 --remote 192.0.2.2 --key 7 --bridge br0
  netpipe tunnel add vxlan vx10 --remote fd00::2 --vni 10 --bridge br0
  netpipe tunnel add vxlan vx11 --group 239.1.1.1 --dev eth0 --vni 11 --bridge br0
  netpipe tunnel add vxlan vx12 --remote 192.0.2.2 --vni 12 --bridge ovs0
  netpipe tunnel add gre gre2 --remote 192.0.2.2 --address 10.255.0.1/30 \\
      --route 10.2.0.0/24")]
pub struct Add {
    /// gre, gretap, ip6gretap, vxlan or geneve
    #[arg(value_parser = grammar::<TunnelKind>)]
    kind: TunnelKind,
    /// The tunnel's name on this host
    #[arg(value_parser = grammar::<IfName>)]
    name: IfName,
    /// This host's end [default: the address that the route to the other host prefers]
    #[arg(long, value_name = "IP")]
    local: Option<IpAddr>,
    /// The other host's end
    #[arg(long, value_name = "IP")]
    remote: Option<IpAddr>,
    /// vxlan: the multicast group by which the hosts find each other; needs --dev
    #[arg(long, value_name = "IP")]
    group: Option<IpAddr>,
    /// gre, gretap, ip6gretap: what tells it from other tunnels between the same hosts
    #[arg(long, value_name = "N", value_parser = grammar::<TunnelKey>)]
    key: Option<TunnelKey>,
    /// vxlan, geneve: the number of its network, the same on all hosts
    #[arg(long, value_name = "N", value_parser = grammar::<Vni>)]
    vni: Option<Vni>,
    /// The bridge that it becomes a port of, of Linux or Open vSwitch; one named br* or ovs*
    /// is made if it is missing
    #[arg(long, value_name = "BRIDGE", value_parser = grammar::<IfName>)]
    bridge: Option<IfName>,
    /// The VLAN of that bridge that the other host's frames come into; they carry no tag
    #[arg(long, value_name = "N", value_parser = grammar::<VlanId>)]
    vlan: Option<VlanId>,
    /// The link that its packets leave by [default: that of the route to the other host]
    #[arg(long, value_name = "IF", value_parser = grammar::<IfName>)]
    dev: Option<IfName>,
    /// TTL of its packets, 1 to 255, or `inherit` for that of what they carry
    #[arg(long, value_name = "N", default_value = "64", value_parser = grammar::<Ttl>)]
    ttl: Ttl,
    /// Type of service of its packets, 0 to 255, or `inherit`
    #[arg(long, value_name = "N", default_value = "0", value_parser = grammar::<Tos>)]
    tos: Tos,
    /// vxlan, geneve: the UDP port [default: 4789 for vxlan, 6081 for geneve]
    #[arg(long, value_name = "N", value_parser = grammar::<UdpPort>)]
    port: Option<UdpPort>,
    /// Its MTU in bytes [default: what the way to the other host leaves]
    #[arg(long, value_parser = grammar::<Mtu>)]
    mtu: Option<Mtu>,
    /// vxlan: do not learn from frames which host has a MAC
    #[arg(long)]
    no_learning: bool,
    /// An address of this host on it; not with --bridge
    #[arg(long = "address", value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    addresses: Vec<StaticAddress>,
    /// gre: a subnet behind the other host
    #[arg(long = "route", value_name = "SUBNET")]
    routes: Vec<IpNetwork>,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl Add {
    /// Makes it and says what it came to.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let switched = ovs_tunnel::is_for(ctx, self.bridge.as_ref())?;
        let spec = TunnelSpec {
            kind: match self.kind {
                // What Open vSwitch calls gre carries Ethernet frames.
                TunnelKind::Gre if switched => TunnelKind::Gretap,
                kind => kind,
            },
            name: self.name,
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
            learning: !self.no_learning,
            bridge: self.bridge,
            vlan: self.vlan,
            addresses: self.addresses,
            routes: self.routes,
        }
        .validated()?;
        if switched {
            return run_switched(ctx, out, &spec, self.dry_run);
        }
        if self.dry_run {
            out.commands(&tunnels::dry_run(ctx, &spec)?);
            return Ok(());
        }
        let added = tunnels::add(ctx, &spec)?;
        let listed = Listed {
            record: Some(added.record),
            found: None,
            port: None,
        };
        let mut view = serde_json::to_value(View::from(&listed)).unwrap_or_default();
        view["made"] = added.made.into();
        view["state"] = "active".into();
        out.json(&view);
        out.line(&format!(
            "{}: tunnel {}, MTU {}",
            if added.made { "made" } else { "there already" },
            spec.name,
            view["mtu"]
        ));
        Ok(())
    }
}

/// Makes a port of Open vSwitch and says what it came to.
fn run_switched(ctx: &Context, out: &Output, spec: &TunnelSpec, dry_run: bool) -> Result<()> {
    if dry_run {
        out.commands(&ovs_tunnel::dry_run(ctx, spec)?);
        return Ok(());
    }
    let ovs_tunnel::Added { mtu, made } = ovs_tunnel::add(ctx, spec)?;
    let (name, bridge) = (&spec.name, &spec.bridge);
    out.json(&serde_json::json!({
        "name": name, "bridge": bridge, "mtu": mtu, "switch": true, "made": made
    }));
    let word = if made { "made" } else { "there already" };
    out.line(&format!("{word}: tunnel {name}, MTU {mtu}"));
    Ok(())
}
