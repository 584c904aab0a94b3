//! `netpipe attach`

use std::net::IpAddr;
use std::time::Duration;

use clap::Args;
use ipnetwork::IpNetwork;
use serde::Serialize;

use super::attach_kinds::KindOptions;
use super::dhcp;
use super::grammar;
use super::output::Output;
use super::view::{AttachmentView, listed};
use crate::error::{Error, Result};
use crate::ops::attach::{self, Change, Outcome};
use crate::ops::dhcp::hold as holding;
use crate::ops::{Context, network};
use crate::spec::{
    AddressSpec, Attachment, CardOptions, IfName, LinkArg, LinkMode, Mac, MacSpec, Mtu,
    NetworkName, PortVlan, RouteSpec, Sysctl, Target, Trunk, VlanId,
};

/// How long `--wait` waits without a number, in seconds.
const USUAL_WAIT: &str = "60";

/// Plug a container into a link
///
/// Makes a link that appears inside TARGET, gives it the addresses, announces them, and
/// registers them. Either all of it happens or none. The same request again changes
/// nothing; a further address on an interface that netpipe made is added.
///
/// An ADDRESS `dhcp` is what a DHCP server gives, `dhcp6` a DHCPv6 server, and `slaac` what
/// routers advertise a prefix for. The server is told the container's name, and knows it
/// again over restarts. Routes and MTU are applied, name servers recorded; a default route
/// is taken if there is none of that family yet, or with --default-route or --metric. The
/// kernel drops an address when its lease is over: --hold keeps it, and so does netpipe dhcp.
///
/// LINK says what link that is. On a bridge it is one end of a veth pair; a missing bridge
/// named `br…` is made. On a network card it is a macvlan, which has a MAC of its own, or
/// with `ipvlan:` an ipvlan, which has the card's. With --vlan it is on that VLAN of the
/// card: `eth0.10` is made if it is not there, and removed with its last user. With --svlan
/// as well that VLAN is in a provider's, such as `eth0.100.10` in `eth0.100` (QinQ). A
/// `dummy` leads nowhere.
///
/// A card does not hand over frames between its host and the macvlans or ipvlans on it.
/// --host-shim gives the host a link there, and a route to each address of the container.
/// It needs no address: packets leave it with the card's.
///
/// `phys:eth1` moves the card itself into TARGET. It keeps its old name in its alias, and
/// comes home on `detach`, and on `gc` if TARGET is gone. A card that is a port, that has
/// links on it, or that the host's default route leaves by is refused; a wireless one moves
/// with its radio. `veth:TARGET2` is a wire to another target: the --peer options are for
/// its end there, and `detach` of either end removes it. Its addresses belong to a network
/// of its own. `ipoib:ib0` makes a child of an InfiniBand card, in the card's partition or
/// in that of --pkey; no such card was at hand to try it with, but what the kernel is sent
/// is byte for byte what iproute2 sends.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "\
Examples:
  netpipe attach web br0 10.0.0.5/24
  netpipe attach web br0 10.0.0.5/24@10.0.0.1 fd00::5/64
  netpipe attach -i eth1 web br0 10.0.0.7/24
  netpipe attach --subnet 10.0.0.0/24 web br0 auto
  netpipe attach --reserved web net:lamp 10.50.0.9/24
  netpipe attach --mac U:web --mtu 1400 web bridge:lan 10.0.0.5/24
  netpipe attach web eth0 10.0.0.5/24@10.0.0.1 --host-shim
  netpipe attach web eth0 10.0.0.5/24 --vlan 10
  netpipe attach web eth0 10.0.0.5/24 --svlan 100 --vlan 10
  netpipe attach web mac:26:2e:71:98:60:8f 10.0.0.5/24 --mode vepa
  netpipe attach web ipvlan:eth0 10.0.0.5/24 --mode l3 --default-route
  netpipe attach web dummy 10.1.1.1/32
  netpipe attach web phys:eth1 192.0.2.5/24
  netpipe attach web veth:db 10.0.0.1/30 --peer-address 10.0.0.2/30
  netpipe attach web ipoib:ib0 10.8.0.5/24 --pkey 0x8001 --mode datagram
  netpipe attach web br0 dhcp --hold
  netpipe attach web eth0 dhcp slaac --dhcp-timeout 60
  netpipe attach --wait=30 later br0 none")]
pub struct Attach {
    /// Whose network namespace: a container's name or id, pid:N, netns:NAME, cgroup:NAME, or a path
    #[arg(value_parser = grammar::<Target>)]
    target: Target,
    /// What to plug it into: a bridge (`br0`, `bridge:lan`), a card (`eth0`, `ipvlan:eth0`,
    /// `phys:eth1`, `mac:26:2e:71:98:60:8f`), another target (`veth:db`), a network
    /// (`net:acme`), or nothing (`dummy`)
    #[arg(value_parser = grammar::<LinkArg>)]
    link: LinkArg,
    /// 10.0.0.5/24, 10.0.0.5/24@10.0.0.1 (with default gateway), fd00::5/64, auto, dhcp, dhcp6,
    /// slaac, none
    #[arg(value_name = "ADDRESS", value_parser = grammar::<AddressSpec>)]
    #[arg(num_args = 0.., allow_hyphen_values = false)]
    addresses: Vec<AddressSpec>,
    /// Use addresses that were set aside, by `ip reserve` or for a service of Compose; detach
    /// sets them aside again
    #[arg(long)]
    reserved: bool,
    /// The interface inside the target [default: the first free ethN, N from 1]
    #[arg(short = 'i', long, value_name = "NAME", value_parser = grammar::<IfName>)]
    ifname: Option<IfName>,
    /// The host's end of the pair [default: one made from target and interface]
    #[arg(long, value_name = "NAME", value_parser = grammar::<IfName>)]
    host_ifname: Option<IfName>,
    /// The VLAN that the link is in, untagged: of a bridge's port, or of a card
    #[arg(long, value_name = "N", value_parser = grammar::<VlanId>, conflicts_with = "trunk")]
    vlan: Option<VlanId>,
    /// The VLANs that come tagged, such as 10,20-29 or 10,20,native=5
    #[arg(long, value_name = "LIST", value_parser = grammar::<Trunk>)]
    trunk: Option<Trunk>,
    /// The provider's VLAN (802.1ad) of a card that --vlan is in
    #[arg(long, value_name = "N", value_parser = grammar::<VlanId>)]
    svlan: Option<VlanId>,
    /// What a macvlan (bridge, private, vepa, passthru, source) or ipvlan (l2, l3, l3s)
    /// does with frames [default: bridge, l2], or how a child of an InfiniBand card sends
    /// (datagram, connected)
    #[arg(long, value_parser = grammar::<LinkMode>)]
    mode: Option<LinkMode>,
    /// A MAC whose frames a macvlan in mode `source` accepts; as often as there are MACs
    #[arg(long = "source-mac", value_name = "MAC", value_parser = grammar::<Mac>)]
    source_macs: Vec<Mac>,
    /// Give the host a link on the same card that reaches the container
    #[arg(long)]
    host_shim: bool,
    /// Have the bridge tell VLANs apart, though it is not netpipe's, until the last one goes
    #[arg(long)]
    vlan_filtering: bool,
    #[command(flatten)]
    kinds: KindOptions,
    /// The MAC inside the target, or U:STRING for the same one each time
    #[arg(long, value_name = "MAC", value_parser = grammar::<MacSpec>)]
    mac: Option<MacSpec>,
    /// The MTU of both ends in bytes [default: the bridge's]
    #[arg(long, value_parser = grammar::<Mtu>)]
    mtu: Option<Mtu>,
    /// The default gateway, one a family; replaces the default route there is
    #[arg(long = "gateway", value_name = "IP")]
    gateways: Vec<IpAddr>,
    /// Make this link the default route, by the network's gateway or the link itself
    #[arg(long)]
    default_route: bool,
    /// The metric of the default route, which then stands beside those there are
    #[arg(long, value_name = "N")]
    metric: Option<u32>,
    /// A further route, DST[,via=GATEWAY][,metric=N]
    #[arg(long = "route", value_name = "ROUTE", value_parser = grammar::<RouteSpec>)]
    routes: Vec<RouteSpec>,
    /// A kernel setting inside the target, such as net.ipv4.ip_forward=1
    #[arg(long = "sysctl", value_name = "KEY=VALUE", value_parser = grammar::<Sysctl>)]
    sysctls: Vec<Sysctl>,
    /// The network whose addresses these are [default: the one of the link]
    #[arg(long, value_name = "NAME", value_parser = grammar::<NetworkName>)]
    network: Option<NetworkName>,
    /// A subnet that `auto` draws from
    #[arg(long = "subnet", value_name = "SUBNET")]
    subnets: Vec<IpNetwork>,
    /// Wait for the container to start, for 60 seconds or as many as given
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = USUAL_WAIT, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    wait: Option<u64>,
    /// Stay and keep the leases until the target ends, or have a process in the
    /// background do so; see netpipe-dhcp(1)
    #[arg(long, value_name = "WHERE", num_args = 0..=1, require_equals = true)]
    #[arg(
        default_missing_value = "foreground",
        hide_possible_values = true,
        value_enum
    )]
    hold: Option<dhcp::Manner>,
    /// Do not reserve the addresses in the store
    #[arg(long)]
    no_register: bool,
    /// Do not tell neighbours (gratuitous ARP, unsolicited neighbour advertisement)
    #[arg(long)]
    no_announce: bool,
    /// Do not add a firewall rule, though the bridge's own traffic may be dropped
    #[arg(long)]
    no_firewall: bool,
    /// Replace a different attachment in the same place
    #[arg(long)]
    replace: bool,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// An attach as programs see it.
#[derive(Serialize)]
pub struct Report<'a> {
    change: Change,
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    warnings: &'a [String],
}

impl Attach {
    /// Attaches and says what was done.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let wait = self.wait.map(Duration::from_secs);
        let dry_run = self.dry_run;
        let hold = self.hold;
        let request = self.request(ctx)?;
        if hold.is_some() && !request.asks_network(true) && !request.asks_network(false) {
            return Err(Error::usage("--hold is for leases, and none is asked for")
                .hint("give `dhcp`, `dhcp6` or `slaac` as ADDRESS"));
        }
        if dry_run {
            out.commands(&attach::dry_run(ctx, &request, wait)?);
            return Ok(());
        }
        let outcome = attach::attach(ctx, &request, wait)?;
        out.json(&Report::from(&outcome));
        line(&outcome, out);
        match hold {
            Some(manner) => {
                ctx.warnings().iter().for_each(|warning| out.warn(warning));
                if outcome.change.is_new_link() {
                    holding::await_nobody(ctx, &outcome.record.owner)?;
                }
                dhcp::keep(ctx, out, &outcome.record.owner, manner)
            }
            None => Ok(()),
        }
    }

    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        self.dry_run
    }

    /// Whether it does more than attach right away.
    pub fn is_special(&self) -> bool {
        self.dry_run || self.wait.is_some() || self.hold.is_some()
    }

    /// The request it stands for.
    ///
    /// # Errors
    /// If its parts do not agree, or it names a network that is not registered.
    pub fn request(self, ctx: &Context) -> Result<Attachment> {
        let meant = network::link(ctx, self.link)?;
        let mut request = Attachment::new(self.target, meant.link, self.addresses);
        request.reserved = self.reserved;
        request.ifname = self.ifname;
        request.host_ifname = self.host_ifname;
        let given = self.vlan.map(PortVlan::Access);
        let given = given.or(self.trunk.map(PortVlan::Trunk));
        request.vlan = network::vlan_in(given, meant.vlan)?;
        request.card = CardOptions {
            mode: self.mode.and_then(LinkMode::of_card),
            sources: self.source_macs,
            svlan: self.svlan,
            host_shim: self.host_shim,
        };
        request.vlan_filtering = self.vlan_filtering;
        request.ipoib.mode = self.mode.and_then(LinkMode::of_ipoib);
        request.peer = meant.peer;
        self.kinds.add_to(&mut request)?;
        request.mac = self.mac;
        request.mtu = self.mtu;
        request.gateways = self.gateways;
        request.default_route = self.default_route;
        request.metric = self.metric;
        request.routes = self.routes;
        request.sysctls = self.sysctls;
        request.network = self.network.or(meant.network);
        request.subnets = self.subnets;
        request.register = !self.no_register;
        request.announce = !self.no_announce;
        request.firewall = !self.no_firewall;
        request.replace = self.replace;
        request.validated()
    }
}

impl<'a> From<&'a Outcome> for Report<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Self {
            change: outcome.change,
            attachment: (&outcome.record).into(),
            warnings: &outcome.warnings,
        }
    }
}

/// Says what an attach did, in a line for people.
pub fn line(outcome: &Outcome, out: &Output) {
    let record = &outcome.record;
    let far = record.peer.as_ref().map(|peer| {
        let addresses = listed(&peer.addresses);
        format!(", far end with {addresses}")
    });
    outcome
        .warnings
        .iter()
        .for_each(|warning| out.warn(warning));
    let verb = match outcome.change {
        Change::Attached => "attached",
        Change::Extended => "extended",
        Change::Repaired => "repaired",
        Change::Replaced => "replaced",
        Change::Unchanged => "unchanged",
    };
    let (target, ifname, link) = (&record.owner.target, &record.owner.ifname, record.plug());
    out.line(&format!(
        "{verb}: {target} {ifname} in {link} with {}{}",
        listed(record.own_addresses()),
        far.unwrap_or_default()
    ));
}
