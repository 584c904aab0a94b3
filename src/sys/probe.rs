//! What the kernel can do, found out by doing it in a network namespace that nobody else
//! sees and that is gone afterwards.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::fd::OwnedFd;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    InfoBridge, InfoData, IpVlanMode, LinkAttribute, LinkInfo, LinkMessage, MacVlanMode,
    VlanProtocol,
};
use rtnetlink::{
    LinkBridge, LinkDummy, LinkGeneve, LinkGre, LinkGre6, LinkIpVlan, LinkMacVlan, LinkUnspec,
    LinkVeth, LinkVlan, LinkVxlan,
};

use super::netlink::{Door, KernelError, KernelResult};
use super::netns::Netns;
use super::qdisc::{self, NETEM, Netem, TBF, Tbf};
use crate::error::{Context, Result};

/// A kind of link, or a trait of one, that netpipe can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Pairs of virtual Ethernet links.
    Veth,
    /// Linux bridges.
    Bridge,
    /// Bridges that tell VLANs apart.
    VlanFiltering,
    /// Links with a MAC of their own on another link.
    Macvlan,
    /// Links that share another link's MAC.
    Ipvlan,
    /// VLANs (IEEE 802.1Q).
    Vlan,
    /// Service VLANs, to put VLANs in (IEEE 802.1ad).
    ServiceVlan,
    /// Links that lead nowhere.
    Dummy,
    /// IP packets in GRE.
    Gre,
    /// Ethernet frames in GRE over IPv4.
    Gretap,
    /// Ethernet frames in GRE over IPv6.
    Ip6gretap,
    /// Ethernet frames in UDP (RFC 7348).
    Vxlan,
    /// Ethernet frames in UDP (RFC 8926).
    Geneve,
}

impl Feature {
    /// All of them. Those without which netpipe can do nothing come first.
    pub const ALL: [Self; 13] = [
        Self::Veth,
        Self::Bridge,
        Self::VlanFiltering,
        Self::Macvlan,
        Self::Ipvlan,
        Self::Vlan,
        Self::ServiceVlan,
        Self::Dummy,
        Self::Gre,
        Self::Gretap,
        Self::Ip6gretap,
        Self::Vxlan,
        Self::Geneve,
    ];

    /// Its name, short and stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::VlanFiltering => "vlan_filtering",
            Self::ServiceVlan => "802.1ad",
            Self::Vlan => "802.1Q",
            other => other.kind(),
        }
    }

    /// The kind of link as rtnetlink spells it (IFLA_INFO_KIND).
    pub fn kind(self) -> &'static str {
        match self {
            Self::Veth => "veth",
            Self::Bridge | Self::VlanFiltering => "bridge",
            Self::Macvlan => "macvlan",
            Self::Ipvlan => "ipvlan",
            Self::Vlan | Self::ServiceVlan => "vlan",
            Self::Dummy => "dummy",
            Self::Gre => "gre",
            Self::Gretap => "gretap",
            Self::Ip6gretap => "ip6gretap",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
        }
    }

    /// The module it is in, and the option that kernels are built with.
    pub fn module(self) -> (&'static str, &'static str) {
        match self {
            Self::Veth => ("veth", "CONFIG_VETH"),
            Self::Bridge => ("bridge", "CONFIG_BRIDGE"),
            Self::VlanFiltering => ("bridge", "CONFIG_BRIDGE_VLAN_FILTERING"),
            Self::Macvlan => ("macvlan", "CONFIG_MACVLAN"),
            Self::Ipvlan => ("ipvlan", "CONFIG_IPVLAN"),
            Self::Vlan | Self::ServiceVlan => ("8021q", "CONFIG_VLAN_8021Q"),
            Self::Dummy => ("dummy", "CONFIG_DUMMY"),
            Self::Gre | Self::Gretap => ("ip_gre", "CONFIG_NET_IPGRE"),
            Self::Ip6gretap => ("ip6_gre", "CONFIG_IPV6_GRE"),
            Self::Vxlan => ("vxlan", "CONFIG_VXLAN"),
            Self::Geneve => ("geneve", "CONFIG_GENEVE"),
        }
    }

    /// The link that shows whether it is there. Tunnels get an end: without one they
    /// would be the kernel's own fallback tunnel, which exists.
    fn message(self, parent: u32) -> LinkMessage {
        const END: Ipv4Addr = Ipv4Addr::LOCALHOST;
        match self {
            Self::Veth => LinkVeth::new(PROBE, "probe1").build(),
            Self::Bridge => LinkBridge::new(PROBE).build(),
            Self::VlanFiltering => LinkBridge::new(PROBE).vlan_filtering(true).build(),
            Self::Macvlan => LinkMacVlan::new(PROBE, parent, MacVlanMode::Bridge).build(),
            Self::Ipvlan => LinkIpVlan::new(PROBE, parent, IpVlanMode::L2).build(),
            Self::Vlan => LinkVlan::new(PROBE, parent, 2).build(),
            Self::ServiceVlan => LinkVlan::new(PROBE, parent, 2)
                .protocol(VlanProtocol::Ieee8021Ad)
                .build(),
            Self::Dummy => LinkDummy::new(PROBE).build(),
            Self::Gre => LinkGre::new(PROBE).remote(END).build(),
            Self::Gretap => LinkGre::new_gretap(PROBE).remote(END).build(),
            Self::Ip6gretap => LinkGre6::new_gretap6(PROBE)
                .remote(Ipv6Addr::LOCALHOST)
                .build(),
            Self::Vxlan => LinkVxlan::new(PROBE, 2).port(4789).build(),
            Self::Geneve => LinkGeneve::new(PROBE, 2).remote(END).build(),
        }
    }
}

/// A queueing discipline that netpipe can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discipline {
    /// Rates.
    Tbf,
    /// Delay, loss and the like.
    Netem,
}

impl Discipline {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tbf, Self::Netem];

    /// Its kind as the kernel spells it.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Tbf => "tbf",
            Self::Netem => "netem",
        }
    }

    /// The module it is in, and the option that kernels are built with.
    pub fn module(self) -> (&'static str, &'static str) {
        match self {
            Self::Tbf => ("sch_tbf", "CONFIG_NET_SCH_TBF"),
            Self::Netem => ("sch_netem", "CONFIG_NET_SCH_NETEM"),
        }
    }
}

const PROBE: &str = "probe0";
const PARENT: &str = "parent0";

/// A namespace to try things in; it ends with this value.
#[derive(Debug)]
pub struct Scratch {
    door: Door,
    parent: u32,
}

impl Scratch {
    /// Enters a namespace from [`super::netns::create`].
    ///
    /// # Errors
    /// If it cannot be entered.
    pub fn open(namespace: OwnedFd) -> Result<Self> {
        let namespace = Netns::from_fd(namespace, "the scratch namespace")?;
        let door = namespace.run(Door::open)?;
        let mut door = door.or_failed(|| "cannot open netlink in a scratch namespace".into())?;
        // What is built on another link needs one; where this fails, so will they.
        let made = create(&mut door, LinkVeth::new(PARENT, "parent1").build());
        let parent = made.and_then(|()| super::link::index(&mut door, PARENT));
        let parent = parent.unwrap_or_default();
        Ok(Self { door, parent })
    }

    /// Makes such a link, looks at it, and deletes it.
    ///
    /// # Errors
    /// The kernel's refusal: EOPNOTSUPP if it does not know the kind, or ignored what
    /// was asked for.
    pub fn attempt(&mut self, feature: Feature) -> KernelResult<()> {
        create(&mut self.door, feature.message(self.parent))?;
        let probe = || LinkUnspec::new_with_name(PROBE).build();
        let seen = match feature {
            Feature::VlanFiltering => self
                .door
                .get(&RouteNetlinkMessage::GetLink(probe()))
                .and_then(|answers| filters_vlans(&answers)),
            _ => Ok(()),
        };
        self.door
            .change(RouteNetlinkMessage::DelLink(probe()), 0)
            .and(seen)
    }

    /// Gives a link such a discipline; it ends with the namespace.
    ///
    /// # Errors
    /// The kernel's refusal: ENOENT if it does not know the kind (`qdisc_create` in
    /// net/sched/sch_api.c).
    pub fn attempt_discipline(&mut self, discipline: Discipline) -> KernelResult<()> {
        match discipline {
            Discipline::Tbf => {
                let tbf = Tbf {
                    rate: 1_000_000,
                    burst: 10_000,
                    limit: 60_000,
                };
                qdisc::set_tbf(&mut self.door, self.parent, false, &tbf)?;
                qdisc::delete_root(&mut self.door, self.parent, TBF).map(drop)
            }
            Discipline::Netem => {
                let netem = Netem {
                    limit: 1000,
                    ..Netem::default()
                };
                qdisc::set_netem(&mut self.door, self.parent, &netem)?;
                qdisc::delete_root(&mut self.door, self.parent, NETEM).map(drop)
            }
        }
    }
}

fn create(door: &mut Door, message: LinkMessage) -> KernelResult<()> {
    let message = RouteNetlinkMessage::NewLink(message);
    door.change(message, NLM_F_CREATE | NLM_F_EXCL)
}

/// A kernel without VLAN filtering takes the wish and does nothing (`br_changelink` in
/// net/bridge/br_netlink.c).
fn filters_vlans(answers: &[RouteNetlinkMessage]) -> KernelResult<()> {
    let infos = answers.iter().flat_map(|answer| match answer {
        RouteNetlinkMessage::NewLink(message) => message.attributes.as_slice(),
        _ => &[],
    });
    let mut parts = infos.flat_map(|attribute| match attribute {
        LinkAttribute::LinkInfo(infos) => infos.as_slice(),
        _ => &[],
    });
    let on = parts.any(|info| match info {
        LinkInfo::Data(InfoData::Bridge(parts)) => parts.contains(&InfoBridge::VlanFiltering(true)),
        _ => false,
    });
    match on {
        true => Ok(()),
        false => Err(KernelError {
            errno: libc::EOPNOTSUPP,
            text: None,
        }),
    }
}
