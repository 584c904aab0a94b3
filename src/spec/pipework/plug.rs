//! A plug as pipework's words describe it, and the attachment that it is on this host.

use std::fmt;

use super::super::{
    AddressSpec, Attachment, CardMode, IfName, LinkKind, LinkSpec, Mac, MacSpec, PortVlan,
    StaticAddress, Target, shown,
};
use super::address::{Address, to_gateway};
use super::{Options, USUAL};
use crate::error::{Error, Result};

/// The interface in a container on an InfiniBand card, if no other is asked for: the kernel's
/// driver is fussy about names.
const USUAL_IPOIB: &str = "ib0";

/// The first word: what of the host a container is plugged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostLink {
    /// By its name.
    Name(IfName),
    /// By its address: `mac:26:2e:71:98:60:8f`.
    Card(Mac),
}

/// What the host has of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// A Linux bridge.
    Bridge,
    /// A bridge of Open vSwitch.
    Ovs,
    /// An IP-over-InfiniBand card.
    Infiniband,
    /// Any other link.
    Card,
}

/// What the words ask for, each well-formed by itself.
#[derive(Debug, Clone)]
pub struct Plug {
    /// What to plug into.
    pub link: HostLink,
    direct: bool,
    ifname: Option<IfName>,
    local: Option<IfName>,
    guest: Target,
    address: Address,
    mac: Option<MacSpec>,
    vlan: Option<String>,
}

/// The attachment that a plug is on this host.
#[derive(Debug, Clone)]
pub struct Meaning {
    /// The request.
    pub request: Attachment,
    /// Whether its DHCP client is to stay and renew the lease.
    pub stays: bool,
    /// What the user should know: words without an equivalent here.
    pub warnings: Vec<String>,
}

impl fmt::Display for HostLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Card(mac) => write!(f, "mac:{mac}"),
        }
    }
}

impl Plug {
    /// Reads the words that are not read yet: the first, and the one with MAC and VLAN.
    ///
    /// # Errors
    /// A usage error that names the word.
    pub(super) fn read(
        direct: bool,
        link: &str,
        options: Options,
        guest: Target,
        address: Address,
        mac: &str,
    ) -> Result<Self> {
        let link = match link.strip_prefix("mac:") {
            Some(mac) => HostLink::Card(mac.parse()?),
            None => HostLink::Name(link.parse()?),
        };
        // As the script has it: the VLAN stands between the first two `@`.
        let mut parts = mac.split('@');
        let mac = parts.next().filter(|text| !text.is_empty());
        let vlan = parts.next().filter(|text| !text.is_empty());
        Ok(Self {
            link,
            direct,
            ifname: options.ifname,
            local: options.local,
            guest,
            address,
            mac: mac.map(str::parse).transpose()?,
            vlan: vlan.map(str::to_owned),
        })
    }

    /// What the card itself is called that is to be moved: with a VLAN it is that link of the
    /// card.
    fn vlan_link(&self, card: &IfName) -> Option<IfName> {
        let vlan = self.vlan.as_ref().filter(|_| self.direct)?;
        format!("{card}.{vlan}").parse().ok()
    }

    /// The attachment: `name` is the link's, and `found` tells what the host has of a name.
    ///
    /// # Errors
    /// A usage error if the words do not fit that kind of link; not found if there is none and
    /// its name does not say what to make.
    pub fn meaning(
        self,
        name: IfName,
        mut found: impl FnMut(&IfName) -> Result<Found>,
    ) -> Result<Meaning> {
        let there = found(&name)?;
        let kind = self.kind(&name, there)?;
        let mut warnings = Vec::new();
        let mut ignored = |what: &str, why: &str| {
            warnings.push(format!("{what} is ignored: {why}, and `{name}` is not"));
        };
        if self.direct && kind != LinkKind::Phys {
            ignored("--direct-phys", "it is for a network card");
        }
        if self.local.is_some() && !kind.has_host_end() {
            ignored("-l", "it is for a bridge");
        }
        if self.vlan.is_some() && kind == LinkKind::Dummy {
            ignored("the VLAN", "it is for a bridge or a card");
        }
        let own_vlan = match self.vlan_link(&name).filter(|_| kind == LinkKind::Phys) {
            Some(link) => Some((found(&link)? == Found::Card, link)),
            None => None,
        };
        let link = link(kind, &name);
        let mut request = Attachment::new(self.guest.clone(), link, Vec::new());
        let usual = match kind {
            LinkKind::Ipoib => USUAL_IPOIB,
            _ => USUAL,
        };
        request.ifname = Some(self.ifname.clone().map_or_else(|| usual.parse(), Ok)?);
        if kind.has_host_end() {
            request.pid_names = self.local.is_none();
            request.host_ifname.clone_from(&self.local);
        }
        request.mac.clone_from(&self.mac);
        self.set_vlan(&mut request, kind, own_vlan)?;
        // Here is nowhere to allow it but by asking for a VLAN.
        request.vlan_filtering = there == Found::Bridge && request.vlan.is_some();
        let stays = self.set_address(&mut request);
        Ok(Meaning {
            request: request.validated()?,
            stays,
            warnings,
        })
    }

    /// The kind of link it will be: by what is there, or else by the name.
    fn kind(&self, name: &IfName, there: Found) -> Result<LinkKind> {
        let starts = |word: &str| name.as_str().starts_with(word);
        let kind = match there {
            Found::Bridge => LinkKind::Bridge,
            Found::Ovs => LinkKind::Ovs,
            Found::Infiniband => LinkKind::Ipoib,
            Found::Card if self.direct => LinkKind::Phys,
            Found::Card => LinkKind::Macvlan,
            Found::Missing if starts("br") => LinkKind::Bridge,
            Found::Missing if starts("ovs") => LinkKind::Ovs,
            Found::Missing if starts("dummy") => LinkKind::Dummy,
            Found::Missing => {
                return Err(Error::not_found(format!(
                    "there is no link `{name}` on this host, and by its name none can be made"
                ))
                .hint(
                    "a bridge to be made is called `br…`, one of Open vSwitch `ovs…`; `dummy` \
                     leads nowhere; `ip link` shows those there are",
                ));
            }
        };
        if kind == LinkKind::Ipoib && self.mac.is_some() {
            return Err(Error::usage(format!(
                "`{name}` is an InfiniBand card, which takes no MAC"
            ))
            .hint("leave the MAC out; `@8001` alone is a partition"));
        }
        Ok(kind)
    }

    /// Sets the VLAN, or what it is for this kind of link. `own_vlan` is that link of a card
    /// which moves, and whether it is there.
    fn set_vlan(
        &self,
        request: &mut Attachment,
        kind: LinkKind,
        own_vlan: Option<(bool, IfName)>,
    ) -> Result<()> {
        let Some(text) = &self.vlan else {
            return Ok(());
        };
        match (kind, own_vlan) {
            (LinkKind::Dummy, _) => {}
            (LinkKind::Ipoib, _) => {
                let key = format!("0x{text}").parse();
                request.ipoib.pkey = Some(key.map_err(|_| {
                    Error::usage(format!("`@{}` is not a partition", shown(text)))
                        .hint("on an InfiniBand card it is a key in hex, as in @8001")
                })?);
            }
            (LinkKind::Phys, Some((true, vlan))) => request.link = self::link(kind, &vlan),
            (LinkKind::Phys, _) => {
                // The script makes that link and moves it. A passthru macvlan on it is as
                // exclusive, has its MAC, and the link goes with it.
                request.link = self::link(LinkKind::Macvlan, &request.link.name);
                request.card.mode = Some(CardMode::Passthru);
                request.vlan = Some(PortVlan::Access(text.parse()?));
            }
            _ => request.vlan = Some(PortVlan::Access(text.parse()?)),
        }
        Ok(())
    }

    /// Sets addresses, gateway and DHCP client; whether the client is to stay.
    fn set_address(&self, request: &mut Attachment) -> bool {
        match &self.address {
            Address::Static { ip, gateway } => {
                request.addresses = vec![match *ip {
                    Some(ip) => AddressSpec::Static(StaticAddress { ip, gateway: None }),
                    None => AddressSpec::None,
                }];
                request.gateways.extend(gateway);
                request.routes = gateway
                    .and_then(|to| to_gateway(*ip, to))
                    .into_iter()
                    .collect();
                false
            }
            Address::Dhcp(words) => {
                request.addresses = vec![match words.v6 {
                    true => AddressSpec::Dhcp6,
                    false => AddressSpec::Dhcp,
                }];
                request.dhcp = words.options.clone();
                words.stays
            }
        }
    }
}

/// The link as a command line would name it: its kind is said where the name does not tell.
fn link(kind: LinkKind, name: &IfName) -> LinkSpec {
    LinkSpec {
        kind: Some(kind).filter(|kind| matches!(kind, LinkKind::Phys | LinkKind::Dummy)),
        name: name.clone(),
    }
}
