//! VLANs: their numbers, lists of them, and what a port does with them (IEEE 802.1Q).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::vlan_set::VlanSet;
use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The number of a VLAN, 1 to 4094.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct VlanId(u16);

impl VlanId {
    /// The largest number that a VLAN can have.
    pub const LAST: u16 = 4094;

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// The VLAN of that number; none if there can be none.
    pub fn new(number: u16) -> Option<Self> {
        (1..=Self::LAST).contains(&number).then_some(Self(number))
    }
}

impl TryFrom<u16> for VlanId {
    type Error = Error;

    fn try_from(number: u16) -> Result<Self> {
        number.to_string().parse()
    }
}

impl From<VlanId> for u16 {
    fn from(id: VlanId) -> Self {
        id.0
    }
}

impl FromStr for VlanId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<u16>().ok().and_then(Self::new);
        if let Some(id) = number.filter(|_| digits) {
            return Ok(id);
        }
        // IEEE 802.1Q-2018, table 9-2.
        let why = match text.parse::<u64>() {
            _ if text.is_empty() => "it is empty",
            Ok(0) if digits => "0 stands for a frame that is in none",
            Ok(4095) if digits => "4095 is reserved",
            Ok(_) if digits => "it is larger than 4094",
            _ => "it is not a number",
        };
        Err(
            Error::usage(format!("`{}` is not a VLAN: {why}", shown(text)))
                .hint("a VLAN is a number from 1 to 4094"),
        )
    }
}

impl fmt::Display for VlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How a VLAN's frames are marked (IFLA_BR_VLAN_PROTOCOL, IFLA_VLAN_PROTOCOL).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VlanProtocol {
    /// A customer's VLAN, 802.1Q.
    #[default]
    Dot1q,
    /// A provider's VLAN, 802.1ad, which can have VLANs in it.
    Dot1ad,
}

impl VlanProtocol {
    /// The number that stands in the frame (ETH_P_8021Q, ETH_P_8021AD in linux/if_ether.h).
    pub fn ethertype(self) -> u16 {
        match self {
            Self::Dot1q => 0x8100,
            Self::Dot1ad => 0x88a8,
        }
    }

    /// The protocol with that number in the frame.
    pub fn of_ethertype(number: u16) -> Option<Self> {
        let mut all = [Self::Dot1q, Self::Dot1ad].into_iter();
        all.find(|protocol| protocol.ethertype() == number)
    }

    /// Its name, as iproute2 writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dot1q => "802.1Q",
            Self::Dot1ad => "802.1ad",
        }
    }
}

impl FromStr for VlanProtocol {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        [Self::Dot1q, Self::Dot1ad]
            .into_iter()
            .find(|protocol| protocol.word().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                Error::usage(format!("`{}` is not a VLAN protocol", shown(text)))
                    .hint("write 802.1Q, or 802.1ad for VLANs that have VLANs in them")
            })
    }
}

impl fmt::Display for VlanProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

serde_as_text!(VlanProtocol);

/// The VLANs of a trunk port: `10,20-29`, or `10,20-29,native=5`. All but the native one
/// are tagged; what comes without a tag is in the native one, or refused if there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trunk {
    /// Those that are tagged: one at least, and never the native one.
    tagged: VlanSet,
    native: Option<VlanId>,
}

impl Trunk {
    /// The VLANs that are tagged.
    pub fn tagged(&self) -> &VlanSet {
        &self.tagged
    }

    /// The VLAN of frames without a tag.
    pub fn native(&self) -> Option<VlanId> {
        self.native
    }
}

impl FromStr for Trunk {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        const NATIVE: &str = "native=";
        let (list, native) = match text.rsplit_once(',') {
            Some((list, last)) => match last.strip_prefix(NATIVE) {
                Some(id) => (list, Some(id.parse::<VlanId>()?)),
                None => (text, None),
            },
            None => (text, None),
        };
        if list.contains(NATIVE) {
            return Err(Error::usage(format!(
                "`{}` is not a trunk: `native=` comes once, behind the list",
                shown(text)
            ))
            .hint("write it as in 10,20-29,native=5"));
        }
        let mut tagged: VlanSet = list.parse()?;
        if let Some(native) = native {
            tagged.remove(native);
        }
        if tagged.is_empty() {
            return Err(Error::usage(format!(
                "`{}` is not a trunk: it has no VLAN but the native one",
                shown(text)
            ))
            .hint("for a port that is in one VLAN, untagged, give --vlan"));
        }
        Ok(Self { tagged, native })
    }
}

impl fmt::Display for Trunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.tagged)?;
        match self.native {
            Some(native) => write!(f, ",native={native}"),
            None => Ok(()),
        }
    }
}

serde_as_text!(Trunk);

/// What an attachment's port does with VLANs: `10` or `trunk:10,20-29,native=5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortVlan {
    /// It is in one VLAN, and its frames have no tag.
    Access(VlanId),
    /// It is in several, told apart by tags.
    Trunk(Trunk),
}

const TRUNK: &str = "trunk:";

impl FromStr for PortVlan {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.strip_prefix(TRUNK) {
            Some(trunk) => trunk.parse().map(Self::Trunk),
            None => text.parse().map(Self::Access),
        }
    }
}

impl fmt::Display for PortVlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(id) => write!(f, "{id}"),
            Self::Trunk(trunk) => write!(f, "{TRUNK}{trunk}"),
        }
    }
}

serde_as_text!(PortVlan);

/// The VLANs that a port of a bridge is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortVlans {
    /// Those whose frames leave it with a tag.
    pub tagged: VlanSet,
    /// Those whose frames leave it without one.
    pub untagged: VlanSet,
    /// The one of them that frames without a tag come into.
    pub pvid: Option<VlanId>,
}

impl PortVlans {
    /// One VLAN, whose frames have no tag either way.
    pub fn access(id: VlanId) -> Self {
        let mut vlans = Self {
            pvid: Some(id),
            ..Self::default()
        };
        vlans.untagged.insert(id);
        vlans
    }

    /// What a port has that nothing is said about: the bridge's default, if it has one.
    pub fn default_of(default_pvid: Option<VlanId>) -> Self {
        default_pvid.map(Self::access).unwrap_or_default()
    }

    /// Whether it is in a VLAN.
    pub fn contains(&self, id: VlanId) -> bool {
        self.tagged.contains(id) || self.untagged.contains(id)
    }

    /// Whether it is in none.
    pub fn is_empty(&self) -> bool {
        self.tagged.is_empty() && self.untagged.is_empty()
    }

    /// Puts it into these VLANs, tagged or not.
    pub fn add(&mut self, ids: &VlanSet, untagged: bool) {
        let (to, from) = match untagged {
            true => (&mut self.untagged, &mut self.tagged),
            false => (&mut self.tagged, &mut self.untagged),
        };
        to.insert_all(ids);
        from.remove_all(ids);
    }

    /// Takes it out of these VLANs.
    pub fn remove(&mut self, ids: &VlanSet) {
        self.tagged.remove_all(ids);
        self.untagged.remove_all(ids);
        self.pvid = self.pvid.filter(|pvid| !ids.contains(*pvid));
    }
}

/// What they are: `10,20-29 tagged, 5 untagged, PVID 5`, or `none`.
impl fmt::Display for PortVlans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.tagged.is_empty() {
            parts.push(format!("{} tagged", self.tagged));
        }
        if !self.untagged.is_empty() {
            parts.push(format!("{} untagged", self.untagged));
        }
        if let Some(pvid) = self.pvid {
            parts.push(format!("PVID {pvid}"));
        }
        match parts.is_empty() {
            true => f.write_str("none"),
            false => f.write_str(&parts.join(", ")),
        }
    }
}

impl From<&PortVlan> for PortVlans {
    fn from(port: &PortVlan) -> Self {
        match port {
            PortVlan::Access(id) => Self::access(*id),
            PortVlan::Trunk(trunk) => Self {
                tagged: trunk.tagged.clone(),
                ..Self::default_of(trunk.native)
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PortVlan, PortVlans, Trunk, VlanId, VlanProtocol};

    fn why<T: std::str::FromStr<Err = crate::error::Error> + std::fmt::Debug>(
        text: &str,
    ) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }

    #[test]
    fn a_number_has_bounds_and_each_its_reason() {
        for good in ["1", "10", "4094"] {
            assert_eq!(good.parse::<VlanId>().unwrap().to_string(), good);
        }
        for (bad, reason) in [
            ("", "it is empty"),
            ("0", "a frame that is in none"),
            ("4095", "reserved"),
            ("4096", "larger than 4094"),
            ("99999999999999999999999", "not a number"),
            ("-1", "not a number"),
            ("+1", "not a number"),
            ("1 ", "not a number"),
            ("x", "not a number"),
        ] {
            assert!(why::<VlanId>(bad).contains(reason), "{bad}");
        }
        assert_eq!(serde_json::to_string(&VlanId(10)).unwrap(), "10");
        assert!(serde_json::from_str::<VlanId>("4095").is_err());
    }

    #[test]
    fn a_trunk_is_written_in_one_way() {
        for (text, same) in [
            ("10", "10"),
            ("10,20-29", "10,20-29"),
            ("20-29,10", "10,20-29"),
            ("10,11,12", "10-12"),
            ("10,native=5", "10,native=5"),
            ("10-12,native=11", "10,12,native=11"),
            ("1-4094", "1-4094"),
        ] {
            let trunk: Trunk = text.parse().unwrap();
            assert_eq!(trunk.to_string(), same);
            assert_eq!(same.parse::<Trunk>().unwrap(), trunk);
        }
        for (bad, reason) in [
            ("", "it is empty"),
            ("native=5", "once, behind the list"),
            ("10,native=10", "no VLAN but the native one"),
            ("native=5,10", "once, behind the list"),
            ("10,native=5,native=6", "once, behind the list"),
            ("10,native=0", "`0` is not a VLAN"),
            ("10,native=", "`` is not a VLAN"),
            ("10,", "`` is not a VLAN"),
        ] {
            assert!(
                why::<Trunk>(bad).contains(reason),
                "{bad}: {}",
                why::<Trunk>(bad)
            );
        }
    }

    #[test]
    fn a_ports_vlans_are_read_back() {
        for text in ["10", "trunk:10", "trunk:10,20-29,native=5"] {
            let port: PortVlan = text.parse().unwrap();
            assert_eq!(port.to_string(), text);
            let json = serde_json::to_string(&port).unwrap();
            assert_eq!(serde_json::from_str::<PortVlan>(&json).unwrap(), port);
        }
        let trunk = PortVlans::from(&"trunk:10,20-29,native=5".parse().unwrap());
        assert_eq!(trunk.tagged.to_string(), "10,20-29");
        assert_eq!(trunk.untagged.to_string(), "5");
        assert_eq!(trunk.pvid.map(VlanId::get), Some(5));
        let bare = PortVlans::from(&"trunk:10".parse().unwrap());
        assert!(bare.pvid.is_none() && bare.untagged.is_empty());
    }

    #[test]
    fn a_vlan_is_tagged_or_not_and_never_both() {
        let mut vlans = PortVlans::access(VlanId(1));
        vlans.add(&"1-3".parse().unwrap(), false);
        assert!(vlans.untagged.is_empty() && vlans.pvid == Some(VlanId(1)));
        vlans.remove(&"1-2".parse().unwrap());
        assert!(vlans.pvid.is_none() && vlans.contains(VlanId(3)));
    }

    #[test]
    fn a_protocol_is_one_of_two() {
        for good in ["802.1Q", "802.1ad"] {
            let protocol: VlanProtocol = good.parse().unwrap();
            assert_eq!(protocol.to_string(), good);
            assert_eq!(
                VlanProtocol::of_ethertype(protocol.ethertype()),
                Some(protocol)
            );
        }
        assert!("802.1x".parse::<VlanProtocol>().is_err());
    }
}
