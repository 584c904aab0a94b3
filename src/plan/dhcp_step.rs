//! Changes that servers and routers have a say in: to ask for an address, to give it back,
//! and to have it for as long as it was given.

use std::net::Ipv4Addr;

use ipnetwork::IpNetwork;

use crate::registry::lease::{FOREVER, Lease, LeaseKind};
use crate::spec::{DhcpClientId, DhcpHostname, IfName, Mac};

/// Who asks a DHCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The link in the target.
    pub dev: IfName,
    /// Its MAC.
    pub mac: Mac,
    /// What a DHCPv4 server knows the client by.
    pub id: DhcpClientId,
    /// What a DHCPv6 server knows the client by: the UUID of its DUID (RFC 6355).
    pub duid: [u8; 16],
    /// The number of the association at a DHCPv6 server.
    pub iaid: u32,
    /// The name it says it has.
    pub hostname: Option<DhcpHostname>,
    /// The card of the host to ask by: a link that has the card's MAC gets no frame before
    /// it has the address that the frame is for (`ipvlan_addr_lookup` in
    /// drivers/net/ipvlan/ipvlan_core.c).
    pub by_card: Option<IfName>,
}

/// One question to a server or to routers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who is asked.
    pub kind: LeaseKind,
    /// Who asks.
    pub client: Client,
    /// What it had before, and would like to have again.
    pub before: Option<Lease>,
    /// How many seconds an answer is waited for.
    pub seconds: u32,
}

/// How a link follows routers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// The link in the target.
    pub dev: IfName,
    /// Whether it makes itself addresses.
    pub autoconf: bool,
    /// Whether it takes a default route from them.
    pub default_route: bool,
    /// The metric of that.
    pub metric: Option<u32>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DhcpStep {
    /// Asks, and waits for what is given.
    Ask(Box<Question>),
    /// Gives back what such a question brought.
    Forget(Box<Question>),
    /// Gives back an address that was given earlier.
    Release(Box<(Client, Lease)>),
    /// Has a link follow routers.
    Follow(Following),
    /// Has a link follow routers no more, and drops what it has of them.
    Ignore(Following),
    /// Gives a link an address for a time.
    AddAddress {
        /// The link.
        dev: IfName,
        /// The address with its prefix length.
        ip: IpNetwork,
        /// How many seconds it is valid.
        valid: u32,
        /// How many seconds it is preferred.
        preferred: u32,
    },
    /// Has a link keep an address for a new time; it may have it or not.
    KeepAddress {
        /// The link.
        dev: IfName,
        /// The address with its prefix length.
        ip: IpNetwork,
        /// How many seconds it is valid.
        valid: u32,
        /// How many seconds it is preferred.
        preferred: u32,
    },
}

impl DhcpStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Option<super::Step> {
        let step = match self {
            Self::Ask(question) if question.kind == LeaseKind::Slaac => return None,
            Self::Ask(question) => Self::Forget(question.clone()),
            Self::Follow(following) => Self::Ignore(following.clone()),
            Self::AddAddress { dev, ip, .. } => {
                return Some(super::Step::DelAddress {
                    side: super::Side::Target,
                    dev: dev.clone(),
                    ip: *ip,
                });
            }
            Self::Forget(_) | Self::Release(_) | Self::Ignore(_) | Self::KeepAddress { .. } => {
                return None;
            }
        };
        Some(super::Step::Dhcp(step))
    }

    /// The equal command. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::Ask(question) => ask_command(question, enter),
            Self::Forget(question) => release_command(question.kind, &question.client, enter),
            Self::Release(held) => release_command(held.1.kind, &held.0, enter),
            Self::Follow(following) => follow_command(following, enter),
            Self::Ignore(Following { dev, .. }) => {
                format!("{enter} sysctl -w net.ipv6.conf.{dev}.accept_ra=0")
            }
            Self::AddAddress {
                dev,
                ip,
                valid,
                preferred,
            } => address_command("add", enter, dev, *ip, (*valid, *preferred)),
            Self::KeepAddress {
                dev,
                ip,
                valid,
                preferred,
            } => address_command("replace", enter, dev, *ip, (*valid, *preferred)),
        }
    }
}

fn address_command(
    verb: &str,
    enter: &str,
    dev: &IfName,
    ip: IpNetwork,
    (valid, preferred): (u32, u32),
) -> String {
    let time = |seconds| match seconds {
        FOREVER => "forever".to_owned(),
        seconds => seconds.to_string(),
    };
    let nodad = if ip.is_ipv6() { " nodad" } else { " brd +" };
    let (valid, preferred) = (time(valid), time(preferred));
    format!(
        "{enter} ip address {verb} {ip}{nodad} dev {dev} valid_lft {valid} preferred_lft {preferred}"
    )
}

fn ask_command(question: &Question, enter: &str) -> String {
    let Question {
        kind,
        client,
        before,
        seconds,
    } = question;
    let (enter, dev) = match &client.by_card {
        Some(card) => (String::new(), card),
        None => (format!("{enter} "), &client.dev),
    };
    match kind {
        LeaseKind::Dhcp => {
            let name = client.hostname.as_ref();
            let name = name.map_or_else(String::new, |name| format!(" -x hostname:{name}"));
            let wanted = match before.as_ref().map(|lease| lease.address.ip()) {
                Some(std::net::IpAddr::V4(ip)) if ip != Ipv4Addr::UNSPECIFIED => {
                    format!(" -r {ip}")
                }
                _ => String::new(),
            };
            let id = hex(&[&[client.id.kind()], client.id.value()].concat()).replace(':', "");
            format!("{enter}udhcpc -i {dev} -n -q -t {seconds} -T 1 -x 0x3d:{id}{name}{wanted}")
        }
        LeaseKind::Dhcp6 => format!("{enter}udhcpc6 -i {dev} -n -q -t {seconds} -T 1"),
        LeaseKind::Slaac => format!("{enter}rdisc6 -1 -w {seconds}000 {dev}"),
    }
}

fn release_command(kind: LeaseKind, client: &Client, enter: &str) -> String {
    let dev = &client.dev;
    let family = if kind == LeaseKind::Dhcp { "-4" } else { "-6" };
    format!("{enter} dhclient {family} -r {dev}")
}

fn follow_command(following: &Following, enter: &str) -> String {
    let dev = &following.dev;
    let set = |(key, value): &(&str, String)| {
        format!("{enter} sysctl -w net.ipv6.conf.{dev}.{key}={value}")
    };
    let lines: Vec<_> = following.settings().iter().map(set).collect();
    lines.join("\n")
}

impl Following {
    /// The settings of the link for that, in this order.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let flag = |on: bool| u8::from(on).to_string();
        let mut settings = vec![
            ("autoconf", flag(self.autoconf)),
            ("accept_ra_defrtr", flag(self.default_route)),
        ];
        if let (true, Some(metric)) = (self.default_route, self.metric) {
            settings.push(("ra_defrtr_metric", metric.to_string()));
        }
        // 2: although the target forwards (Documentation/networking/ip-sysctl.rst). Last, for
        // with it the first advertisement counts.
        settings.push(("accept_ra", "2".into()));
        settings
    }
}

/// Octets as `01:02:0a`.
pub fn hex(octets: &[u8]) -> String {
    let texts: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    texts.join(":")
}

/// Octets from such a text.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let octet = |part: &str| u8::from_str_radix(part, 16).ok();
    text.split(':').map(octet).collect()
}
