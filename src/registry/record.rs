//! What netpipe remembers, as JSON values with a version.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::ends::{Home, PeerEnd, moved_mark};
use super::lease::Leasing;
use super::on_card::OnCard;
use crate::error::{Error, Result};
use crate::plan::{DevRoute, Side};
use crate::spec::{
    IfName, Ipoib, LinkKind, MARK, Mac, NetworkName, NetworkSpec, OvsdbRemote, PortVlan, RouteSpec,
    Shape, StoreId, Sysctl, Target, TopologyName, shown,
};
use crate::sys::firewall::BridgeRule;

/// The version of every record this program writes.
pub const VERSION: u32 = 1;

/// What every record starts with that this program writes.
const OWN_START: &[u8] = br#"{"version":1,"#;

/// The alias of a bridge made by `netpipe bridge add`: it stays until `bridge del`.
pub const OWN_BRIDGE: &str = "netpipe:bridge";

/// The alias of a bridge that an attachment had made: it goes with its last port. Bridges
/// of before stores had ids are marked without one.
pub fn auto_bridge(store: Option<StoreId>) -> String {
    match store {
        Some(id) => format!("{MARK}bridge:auto:{id}"),
        None => format!("{MARK}bridge:auto"),
    }
}

/// Whether an alias is that of a bridge which an attachment had made, of whichever store.
pub fn is_auto_bridge(alias: &str) -> bool {
    let unnamed = auto_bridge(None);
    let rest = alias.strip_prefix(unnamed.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// The alias of the host's end of an attachment, from its store and its owner's text.
pub fn mark(store: Option<StoreId>, owner: &str) -> String {
    // IFALIASZ is 256 with the NUL; an owner longer than that is cut, and the record's
    // own names remain the proof.
    let mut alias = match store {
        Some(id) => format!("{MARK}{id}/{owner}"),
        None => format!("{MARK}{owner}"),
    };
    let mut end = alias.len().min(LONGEST_MARK);
    while !alias.is_char_boundary(end) {
        end -= 1;
    }
    alias.truncate(end);
    alias
}

/// The most bytes of an alias (IFALIASZ in linux/if.h, less the NUL).
pub const LONGEST_MARK: usize = 255;

/// Who holds an address: one attachment of one host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The host's name.
    pub host: String,
    /// The target under its canonical name.
    pub target: Target,
    /// The name of the interface inside the target.
    pub ifname: IfName,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.target, self.ifname)
    }
}

/// How far an attachment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Reserved; the kernel may have none, some or all of it.
    Pending,
    /// Done.
    Active,
}

/// What an attachment displaced and a detach puts back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Default routes of other links in the target.
    #[serde(default)]
    pub routes: Vec<DevRoute>,
    /// Settings of the whole namespace with their values before.
    #[serde(default, deserialize_with = "found")]
    pub sysctls: Vec<Sysctl>,
}

/// The kernel's own values, which a user's grammar would refuse some of.
pub(super) fn found<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<Sysctl>, D::Error> {
    let texts = Vec::<String>::deserialize(input)?;
    let all = texts.iter().map(|text| Sysctl::found(text));
    all.collect::<Result<_>>().map_err(D::Error::custom)
}

/// One attachment: the whole of what was asked for and chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRecord {
    /// The record's format.
    pub version: u32,
    /// Which attachment this is.
    #[serde(flatten)]
    pub owner: Owner,
    /// How far it has come.
    pub state: State,
    /// The boot it was made under.
    pub boot_id: String,
    /// The container's full id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub container: Option<String>,
    /// The socket of the engine that knows the container: no other can say that it is gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub engine: Option<String>,
    /// The namespace's cookie.
    pub netns_cookie: u64,
    /// The cookie of the host's own namespace, where its links are; zero if not known.
    #[serde(default)]
    pub host_cookie: u64,
    /// The store that its link's mark names; none of before stores had ids.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub store: Option<StoreId>,
    /// The kind of link it is plugged into.
    pub kind: LinkKind,
    /// The link it is plugged into.
    pub link: IfName,
    /// The database of the Open vSwitch that the link is of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ovs_db: Option<OvsdbRemote>,
    /// The VLANs of its port, or of the card that it is on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan: Option<PortVlan>,
    /// What a link on a card has beyond others.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub card: Option<OnCard>,
    /// Whether the bridge, which is not netpipe's, tells VLANs apart for attachments only.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub filters: bool,
    /// What a child of an InfiniBand card was told.
    #[serde(skip_serializing_if = "Ipoib::is_plain", default)]
    pub ipoib: Ipoib,
    /// The far end of a wire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer: Option<PeerEnd>,
    /// What a card of the host was before it moved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub home: Option<Box<Home>>,
    /// The host's end, of a kind of link that has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host_ifname: Option<IfName>,
    /// The host end's MAC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host_mac: Option<Mac>,
    /// The MAC inside the target.
    pub mac: Mac,
    /// The MTU of both ends in bytes.
    pub mtu: u32,
    /// The network its addresses belong to, unless they are not registered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network: Option<NetworkName>,
    /// The addresses it has.
    #[serde(default)]
    pub addresses: Vec<IpNetwork>,
    /// Those that may be set aside: they are used, and set aside again when it goes.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reserved: Vec<IpAddr>,
    /// Those of them that are only being added: a crash takes them back.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub adding: Vec<IpNetwork>,
    /// What it asks servers and routers for, and what it got.
    #[serde(skip_serializing_if = "Leasing::is_none", default)]
    pub leasing: Leasing,
    /// Whether netpipe chose the addresses (`auto`).
    #[serde(default)]
    pub auto: bool,
    /// The default routes it carries, by their gateway.
    #[serde(default)]
    pub gateways: Vec<IpAddr>,
    /// Whether it carries default routes to the link itself, where no gateway says so.
    #[serde(default)]
    pub default_route: bool,
    /// The metric of its default routes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub metric: Option<u32>,
    /// Further routes.
    #[serde(default)]
    pub routes: Vec<RouteSpec>,
    /// Settings the user asked for.
    #[serde(default)]
    pub sysctls: Vec<Sysctl>,
    /// What is done to what it sends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shape: Option<Shape>,
    /// Whether a firewall rule may be added for it.
    #[serde(default)]
    pub firewall: bool,
    /// The firewall rules its bridge needed.
    #[serde(default)]
    pub rules: Vec<BridgeRule>,
    /// Whether neighbours are told.
    #[serde(default)]
    pub announce: bool,
    /// Whether the link is being made anew: a crash then leaves the intent standing.
    #[serde(default)]
    pub restoring: bool,
    /// Whether it is being taken down: a crash then leaves it to be finished.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub detaching: bool,
    /// What was there before: it comes back unless this is completed, and holds its
    /// addresses until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<Box<AttachmentRecord>>,
    /// What it displaced.
    #[serde(default)]
    pub saved: Saved,
    /// The topology that made it; none if it was made by hand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub topology: Option<TopologyName>,
}

/// Without it the kernel gives no link of the namespace an IPv6 address that works.
pub const IPV6_OF_LOOPBACK: &str = "net/ipv6/conf/lo/disable_ipv6";

impl AttachmentRecord {
    /// Whether it was made in the namespace that has this cookie under this boot. A kernel
    /// that gives no cookie cannot tell, and another boot gives the same ones again.
    pub fn is_of(&self, boot_id: &str, cookie: u64) -> bool {
        cookie != 0 && self.netns_cookie == cookie && self.boot_id == boot_id
    }

    /// The host's end, of a kind of link that has one.
    ///
    /// # Errors
    /// Failed if the record lacks it.
    pub fn host_end(&self) -> Result<(&IfName, Mac)> {
        match (&self.host_ifname, self.host_mac) {
            (Some(name), Some(mac)) => Ok((name, mac)),
            _ => Err(Error::failed(format!(
                "the record of `{}` names no end on the host",
                self.owner
            ))),
        }
    }

    /// The end by which its link is found and deleted: the name, the MAC it was made with
    /// if that is its own, and the side it is on. That is the host's end of a pair, and else
    /// the link inside the target.
    pub fn handle(&self) -> (Side, &IfName, Option<Mac>) {
        match self.host_end() {
            Ok((name, mac)) => (Side::Host, name, Some(mac)),
            Err(_) => {
                let own = Some(self.mac).filter(|_| !self.shares_mac());
                (Side::Target, &self.owner.ifname, own)
            }
        }
    }

    /// The alias that the end which [`AttachmentRecord::handle`] names was given.
    pub fn mark(&self) -> String {
        let mark = mark(self.store, &self.owner.to_string());
        match self.kind {
            LinkKind::Phys => moved_mark(&mark, &self.link),
            _ => mark,
        }
    }

    /// The word for how far it has come, the same in tables and for programs.
    pub fn state_word(&self) -> &'static str {
        match self.state {
            _ if self.detaching => "detaching",
            State::Pending => "pending",
            State::Active => "active",
        }
    }

    /// Whether an operation on it has begun and not ended.
    pub fn is_unsettled(&self) -> bool {
        self.state == State::Pending || self.detaching
    }

    /// Whether an address of a network is one of its own.
    pub fn holds(&self, network: Option<&NetworkName>, ip: IpAddr) -> bool {
        self.network.as_ref() == network && self.all_addresses().any(|own| own.ip() == ip)
    }

    /// Whether it is plugged in elsewhere: in another namespace than that host's one, of this
    /// very boot. Its links cannot be seen from here.
    pub fn is_elsewhere(&self, boot_id: &str, host_cookie: u64) -> bool {
        let known = self.host_cookie != 0 && host_cookie != 0;
        known && self.boot_id == boot_id && self.host_cookie != host_cookie
    }

    /// The value this attachment needs a setting of the whole namespace to have: what the
    /// user asked for, or what its own addresses need.
    pub fn needs(&self, key: &str) -> Option<&str> {
        let asked = self.sysctls.iter().find(|setting| setting.key == key);
        let has_ipv6 = self.addresses.iter().any(IpNetwork::is_ipv6) || self.leasing.asks_v6();
        let own = key == IPV6_OF_LOOPBACK && has_ipv6;
        asked
            .map(|setting| setting.value.as_str())
            .or(own.then_some("0"))
    }
}

/// One address of a network that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRecord {
    /// The record's format.
    pub version: u32,
    /// Whose it is; none for one that is set aside and that nobody uses.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    /// Whether it was set aside before its owner came, and is again when he goes.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub reserved: bool,
    /// Why it was set aside.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// One registered network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkRecord {
    /// The record's format.
    pub version: u32,
    /// What it is.
    #[serde(flatten)]
    pub spec: NetworkSpec,
    /// The topology that registered it; none if it was done by hand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub topology: Option<TopologyName>,
}

/// Writes a record.
///
/// # Errors
/// Never for the records of this module; serde's word for it otherwise.
pub fn encode<T: Serialize>(record: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(record)
        .map_err(|error| Error::failed("cannot write a record").because(error))
}

/// Reads a record. Values come from a store that others write too: they are hostile
/// until every part has passed its own grammar.
///
/// # Errors
/// If it is no such record, or a newer program's.
pub fn decode<T: for<'de> Deserialize<'de>>(key: &[u8], value: &[u8]) -> Result<T> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let name = || shown(&String::from_utf8_lossy(key));
    let unreadable = |error| {
        Error::failed(format!("the record `{}` is not netpipe's", name()))
            .because(error)
            .hint("something else wrote it; delete it if nothing needs it")
    };
    // To read a record twice would be a third of the time that reading it takes.
    let Versioned { version } = match value.starts_with(OWN_START) {
        true => Versioned { version: VERSION },
        false => serde_json::from_slice(value).map_err(unreadable)?,
    };
    if version > VERSION {
        return Err(
            Error::failed(format!("the record `{}` is of version {version}", name())).hint(
                format!("this netpipe knows up to version {VERSION}: upgrade it"),
            ),
        );
    }
    serde_json::from_slice(value).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::{AddressRecord, OWN_START, VERSION, decode, encode};

    #[test]
    fn the_version_comes_first() {
        let record = AddressRecord {
            version: VERSION,
            owner: None,
            reserved: false,
            note: Some("printer".into()),
        };
        let value = encode(&record).unwrap();
        assert!(value.starts_with(OWN_START));
        assert_eq!(decode::<AddressRecord>(b"k", &value).unwrap(), record);
        // A second version is not overlooked.
        assert!(decode::<AddressRecord>(b"k", br#"{"version":1,"version":2}"#).is_err());
    }

    #[test]
    fn hostile_values_are_refused() {
        for bad in [
            "",
            "garbage",
            "{}",
            r#"{"version":2}"#,
            r#"{"version":"1"}"#,
            r#"{"version":1,"owner":{"host":"h","target":"-x","ifname":"eth1"}}"#,
            r#"{"version":1,"owner":{"host":"h","target":"web","ifname":"../../etc"}}"#,
        ] {
            assert!(
                decode::<AddressRecord>(b"k", bad.as_bytes()).is_err(),
                "{bad} was accepted"
            );
        }
        assert!(decode::<AddressRecord>(b"k", br#"{"version":1,"later":true}"#).is_ok());
    }
}
