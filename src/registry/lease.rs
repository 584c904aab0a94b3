//! What a DHCP server or a router gave an attachment, and for how long.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};

use super::record::AttachmentRecord;
use crate::spec::{AddressSpec, DhcpOptions, RouteSpec};

/// Who is asked for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaseKind {
    /// A DHCPv4 server.
    Dhcp,
    /// A DHCPv6 server.
    Dhcp6,
    /// The routers of the link.
    Slaac,
}

impl LeaseKind {
    /// The word for it, which is an ADDRESS too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dhcp => "dhcp",
            Self::Dhcp6 => "dhcp6",
            Self::Slaac => "slaac",
        }
    }

    /// What an ADDRESS asks for, if it asks anybody.
    pub fn of(address: &AddressSpec) -> Option<Self> {
        match address {
            AddressSpec::Dhcp => Some(Self::Dhcp),
            AddressSpec::Dhcp6 => Some(Self::Dhcp6),
            AddressSpec::Slaac => Some(Self::Slaac),
            _ => None,
        }
    }

    /// Whether its addresses are of IPv4.
    pub fn is_v4(self) -> bool {
        self == Self::Dhcp
    }
}

impl std::fmt::Display for LeaseKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// A time that does not end, in seconds (RFC 2131 section 3.3, RFC 8415 section 7.7).
pub const FOREVER: u32 = u32::MAX;

/// One address that was given for a time, with what came along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Who gave it.
    pub kind: LeaseKind,
    /// The address with its prefix length.
    pub address: IpNetwork,
    /// The server, or the router.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server: Option<IpAddr>,
    /// What the server knows this client by: the client id, or the DUID, in hex octets.
    pub client: String,
    /// The number of the association at a DHCPv6 server.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub iaid: Option<u32>,
    /// The DHCPv6 server's DUID in hex octets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub server_id: Option<String>,
    /// When it was given or last renewed, in seconds since 1970.
    pub obtained: u64,
    /// How many seconds it is valid from then on.
    pub seconds: u32,
    /// How many of them it is preferred, of IPv6.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub preferred: Option<u32>,
    /// After how many it is to be renewed at its server.
    pub renew: u32,
    /// After how many it is to be renewed at any server.
    pub rebind: u32,
    /// The routers it came with.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub routers: Vec<IpAddr>,
    /// The router that the attachment's default route leads to, if it carries one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub default_via: Option<IpAddr>,
    /// Further routes it came with.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub routes: Vec<RouteSpec>,
    /// The MTU it came with, if that is used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mtu: Option<u32>,
    /// The name servers it came with.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dns: Vec<IpAddr>,
    /// The domains that names are looked up in.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub search: Vec<String>,
    /// The domain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub domain: Option<String>,
}

/// Now, in seconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

impl Lease {
    /// How many seconds of `length`, counted from when it was obtained, are left at a time.
    /// A clock that went backwards gives no more than it had.
    pub fn left_of(&self, length: u32, at: u64) -> u32 {
        if length == FOREVER {
            return FOREVER;
        }
        let passed = at.saturating_sub(self.obtained);
        u32::try_from(u64::from(length).saturating_sub(passed)).unwrap_or(FOREVER - 1)
    }

    /// How many seconds it is valid still.
    pub fn left(&self, at: u64) -> u32 {
        self.left_of(self.seconds, at)
    }

    /// Whether its time is over.
    pub fn is_over(&self, at: u64) -> bool {
        self.left(at) == 0
    }
}

/// What an attachment asks servers and routers for, and what it got.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leasing {
    /// Whom it asks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub asks: Vec<LeaseKind>,
    /// Those of them that are only being added: a crash takes them back.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub adding: Vec<LeaseKind>,
    /// What its clients are told.
    #[serde(skip_serializing_if = "DhcpOptions::is_plain", default)]
    pub told: DhcpOptions,
    /// What it got.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub leases: Vec<Lease>,
}

impl Leasing {
    /// Whether it asks nobody.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it asks for addresses of IPv4.
    pub fn asks_v4(&self) -> bool {
        self.asks.iter().any(|kind| kind.is_v4())
    }

    /// Whether it asks for addresses of IPv6.
    pub fn asks_v6(&self) -> bool {
        self.asks.iter().any(|kind| !kind.is_v4())
    }

    /// The addresses it got.
    pub fn addresses(&self) -> impl Iterator<Item = &IpNetwork> {
        self.leases.iter().map(|lease| &lease.address)
    }

    /// What it got of one kind.
    pub fn of(&self, kind: LeaseKind) -> impl Iterator<Item = &Lease> {
        self.leases.iter().filter(move |lease| lease.kind == kind)
    }
}

impl AttachmentRecord {
    /// The MTU of the end in the target: a DHCP server may have asked for a smaller one.
    pub fn inner_mtu(&self) -> u32 {
        let mut asked = self.leasing.leases.iter().filter_map(|lease| lease.mtu);
        asked.next().unwrap_or(self.mtu)
    }

    /// Its own addresses with those that were given for a time.
    pub fn own_addresses(&self) -> Vec<IpNetwork> {
        let leased = self.leasing.addresses();
        self.addresses.iter().chain(leased).copied().collect()
    }

    /// Whether it is being added to, so that a crash takes back no more than that.
    pub fn is_being_extended(&self) -> bool {
        !self.adding.is_empty() || !self.leasing.adding.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{FOREVER, Lease, LeaseKind};

    #[test]
    fn a_lease_ends_when_its_seconds_are_over() {
        let lease: Lease = serde_json::from_value(serde_json::json!({
            "kind": "dhcp", "address": "10.0.0.5/24", "client": "00:01", "obtained": 1000,
            "seconds": 60, "renew": 30, "rebind": 52,
        }))
        .unwrap();
        assert_eq!(lease.kind, LeaseKind::Dhcp);
        assert_eq!(
            (lease.left(1000), lease.left(1059), lease.left(1060)),
            (60, 1, 0)
        );
        // A clock that was put back.
        assert_eq!(lease.left(10), 60);
        assert!(lease.is_over(2000));
        let forever = Lease {
            seconds: FOREVER,
            ..lease
        };
        assert!(!forever.is_over(u64::MAX));
    }
}
