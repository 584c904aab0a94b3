//! The tunnels of a host: their records, and the store's part of making and removing them.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::record::{State, decode, encode, mark};
use super::{Registry, keys, was_faster};
use crate::error::{Error, Result};
use crate::kv::{Compare, KeyValue, Op, Txn};
use crate::spec::{IfName, Mac, StoreId, TopologyName, VlanId, Wire, shown};

/// What stands between host and name in a tunnel's mark. No attachment's mark has it: those
/// end with a slash and the name of an interface.
const IN_MARK: &str = "tunnel:";

/// One tunnel: the whole of what was asked for and chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelRecord {
    /// The record's format.
    pub version: u32,
    /// The host's name.
    pub host: String,
    /// The link's name.
    pub name: IfName,
    /// How far it has come.
    pub state: State,
    /// The boot it was made under.
    pub boot_id: String,
    /// The cookie of the host's own namespace; zero if not known.
    #[serde(default)]
    pub host_cookie: u64,
    /// The store that its mark names.
    pub store: StoreId,
    /// What the kernel makes it with.
    #[serde(flatten)]
    pub wire: Wire,
    /// The device that packets leave by, if one was named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dev: Option<IfName>,
    /// Its MAC, if it carries frames.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mac: Option<Mac>,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// The bridge it is a port of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridge: Option<IfName>,
    /// The VLAN that its port is in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vlan: Option<VlanId>,
    /// That bridge's MTU before it was lowered to the tunnel's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bridge_mtu: Option<u32>,
    /// The host's own addresses on it.
    #[serde(default)]
    pub addresses: Vec<IpNetwork>,
    /// Subnets behind the other end.
    #[serde(default)]
    pub routes: Vec<IpNetwork>,
    /// Further hosts that get what is for everybody.
    #[serde(default)]
    pub peers: Vec<IpAddr>,
    /// Whether it is being removed: a crash then leaves it to be finished.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub removing: bool,
    /// The topology that made it; none if it was made by hand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub topology: Option<TopologyName>,
}

impl TunnelRecord {
    /// Whose it is, as in marks.
    pub fn owner(&self) -> String {
        format!("{}/{IN_MARK}{}", self.host, self.name)
    }

    /// The alias of its link.
    pub fn mark(&self) -> String {
        mark(Some(self.store), &self.owner())
    }

    /// The group that its link is made in, and leaves when it is marked: what proves before
    /// whose it is. The kernel takes no alias in the message that makes a link
    /// (`rtnl_create_link` in net/core/rtnetlink.c), and layer 3 tunnels have no MAC to choose.
    pub fn group(&self) -> u32 {
        let digest = Md5::digest(self.mark().as_bytes());
        // Away from the groups of `link::unused_group`, which are deleted as a whole.
        0x6e74_0000 | u32::from(u16::from_ne_bytes([digest[0], digest[1]]))
    }

    /// The word for how far it has come.
    pub fn state_word(&self) -> &'static str {
        match self.state {
            _ if self.removing => "removing",
            State::Pending => "pending",
            State::Active => "active",
        }
    }

    /// Whether an operation on it has begun and not ended.
    pub fn is_unsettled(&self) -> bool {
        self.removing || self.state == State::Pending
    }

    /// Whether it was made in another namespace than that host's one, of this very boot: it
    /// cannot be seen from here.
    pub fn is_elsewhere(&self, boot_id: &str, host_cookie: u64) -> bool {
        let known = self.host_cookie != 0 && host_cookie != 0;
        known && self.boot_id == boot_id && self.host_cookie != host_cookie
    }
}

/// The tunnel that the rest of a mark, behind the host, names.
pub fn of_mark(owner: &str) -> Option<&str> {
    owner
        .strip_prefix(IN_MARK)
        .filter(|name| !name.contains('/'))
}

pub(super) fn read(pair: &KeyValue) -> Result<TunnelRecord> {
    let record: TunnelRecord = decode(&pair.key, &pair.value)?;
    match keys::tunnel(&record.host, &record.name) == pair.key {
        true => Ok(record),
        // Whatever is done about a record is done to the one under its own key.
        false => Err(Error::failed(format!(
            "the record `{}` is of another tunnel, `{}` of `{}`",
            shown(&String::from_utf8_lossy(&pair.key)),
            record.name,
            shown(&record.host)
        ))
        .hint("something else wrote it; delete it if nothing needs it")),
    }
}

impl Registry<'_> {
    /// The tunnels of this host, each that cannot be read with its name for itself.
    ///
    /// # Errors
    /// If the store fails.
    pub fn each_tunnel(&self) -> Result<Vec<Result<TunnelRecord, (String, Error)>>> {
        let prefix = keys::tunnels(self.host);
        let named = |pair: &KeyValue| {
            let name = pair.key.get(prefix.len()..).unwrap_or_default();
            String::from_utf8_lossy(name).into_owned()
        };
        let pairs = self.kv.prefix(&prefix)?;
        Ok(pairs
            .iter()
            .map(|pair| read(pair).map_err(|error| (named(pair), error)))
            .collect())
    }

    /// Those of them that can be read.
    ///
    /// # Errors
    /// If the store fails.
    pub fn tunnels(&self) -> Result<Vec<TunnelRecord>> {
        Ok(self.each_tunnel()?.into_iter().flatten().collect())
    }

    /// One tunnel of this host.
    ///
    /// # Errors
    /// If the store fails or holds what is no record.
    pub fn tunnel(&self, name: &IfName) -> Result<Option<TunnelRecord>> {
        let pair = self.kv.get(&keys::tunnel(self.host, name))?;
        pair.as_ref().map(read).transpose()
    }

    /// Writes a record, if what stands there now is `before`.
    ///
    /// # Errors
    /// If it is not, or the store fails.
    pub fn put_tunnel(&self, before: Option<&TunnelRecord>, after: &TunnelRecord) -> Result<()> {
        let key = keys::tunnel(&after.host, &after.name);
        let there = match before {
            None => Compare::missing(key.clone()),
            Some(before) => Compare::value(key.clone(), encode(before)?),
        };
        let txn = Txn::when([there]).then([Op::put(key, encode(after)?)]);
        let succeeded = self.kv.txn(&txn)?.succeeded;
        succeeded.then_some(()).ok_or_else(was_faster)
    }

    /// Marks a pending record as done and gives it back. As with attachments, the mark need
    /// not survive a power cut.
    ///
    /// # Errors
    /// As [`Registry::put_tunnel`].
    pub fn activate_tunnel(&self, record: &TunnelRecord) -> Result<TunnelRecord> {
        let mut active = record.clone();
        active.state = State::Active;
        let key = keys::tunnel(&record.host, &record.name);
        let there = Compare::value(key.clone(), encode(record)?);
        let txn = Txn::when([there]).then([Op::put(key, encode(&active)?)]);
        let done = self.kv.txn_later(&txn)?;
        done.succeeded.then_some(active).ok_or_else(was_faster)
    }

    /// Forgets a tunnel. Another one that found the bridge's MTU as this one had lowered it
    /// inherits what the MTU was before.
    ///
    /// # Errors
    /// As [`Registry::put_tunnel`].
    pub fn forget_tunnel(&self, record: &TunnelRecord) -> Result<()> {
        let key = keys::tunnel(&record.host, &record.name);
        let mut compares = vec![Compare::value(key.clone(), encode(record)?)];
        let mut ops = vec![Op::delete(key)];
        let heir = |other: &TunnelRecord| {
            other.name != record.name
                && other.bridge == record.bridge
                // One that had nothing to lower found it lowered already.
                && other.bridge_mtu.is_none_or(|mtu| mtu == record.mtu)
        };
        if record.bridge_mtu.is_some()
            && let Some(other) = self
                .tunnels()?
                .into_iter()
                .filter(heir)
                .max_by_key(|other| other.bridge_mtu)
        {
            let key = keys::tunnel(&other.host, &other.name);
            compares.push(Compare::value(key.clone(), encode(&other)?));
            let after = TunnelRecord {
                bridge_mtu: record.bridge_mtu,
                ..other
            };
            ops.push(Op::put(key, encode(&after)?));
        }
        let txn = Txn::when(compares).then(ops);
        let succeeded = self.kv.txn(&txn)?.succeeded;
        succeeded.then_some(()).ok_or_else(was_faster)
    }
}

#[cfg(test)]
mod tests {
    use super::of_mark;

    #[test]
    fn a_mark_of_a_tunnel_is_no_attachments() {
        assert_eq!(of_mark("tunnel:gre1"), Some("gre1"));
        assert_eq!(of_mark("tunnel:web/eth1"), None);
        assert_eq!(of_mark("web/eth1"), None);
    }
}
