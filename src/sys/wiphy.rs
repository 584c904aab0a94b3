//! Radios. A wireless interface stays in the namespace of its radio (NETIF_F_NETNS_LOCAL);
//! the radio moves, and all its interfaces with it (NL80211_CMD_SET_WIPHY_NETNS in
//! linux/nl80211.h, over generic netlink).

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_ACK, NLM_F_DUMP};
use netlink_sys::protocols::NETLINK_GENERIC;

use super::netconf::written;
use super::netlink::{Door, KernelError, KernelResult, attribute};

// From linux/genetlink.h.
const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;
/// `struct genlmsghdr`: command, version, two bytes reserved.
const GENLMSGHDR: usize = 4;

// From linux/nl80211.h.
const NL80211_CMD_GET_INTERFACE: u8 = 5;
const NL80211_CMD_SET_WIPHY_NETNS: u8 = 49;
const NL80211_ATTR_WIPHY: u16 = 1;
const NL80211_ATTR_IFINDEX: u16 = 3;
const NL80211_ATTR_NETNS_FD: u16 = 219;

/// An interface of a radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// The number of its radio: the same in every namespace.
    pub radio: u32,
    /// Its index in this namespace.
    pub index: u32,
}

/// A door to the kernel's radios in the calling thread's namespace.
pub struct Radios {
    door: Door,
    family: u16,
}

fn request(command: u8, attributes: &[(u16, u32)]) -> Vec<u8> {
    let mut body = vec![command, 0, 0, 0];
    for (kind, value) in attributes {
        body.extend(written(*kind, &value.to_ne_bytes()));
    }
    body
}

fn number(attributes: &[u8], kind: u16) -> Option<u32> {
    let value = attribute(attributes, kind)?;
    Some(u32::from_ne_bytes(value.try_into().ok()?))
}

impl Radios {
    /// Opens it; none if the kernel has nothing wireless.
    ///
    /// # Errors
    /// What socket(2) or the kernel said.
    pub fn open() -> KernelResult<Option<Self>> {
        let mut door = Door::open_on(NETLINK_GENERIC)?;
        let mut body = vec![CTRL_CMD_GETFAMILY, 1, 0, 0];
        body.extend(written(CTRL_ATTR_FAMILY_NAME, b"nl80211\0"));
        let answer = match door.exchange_raw(GENL_ID_CTRL, 0, &body) {
            Err(error) if error.is_absent() => return Ok(None),
            answer => answer?.concat(),
        };
        let family = attribute(
            answer.get(GENLMSGHDR..).unwrap_or_default(),
            CTRL_ATTR_FAMILY_ID,
        )
        .and_then(|value| value.try_into().ok())
        .map(u16::from_ne_bytes);
        let family = family.ok_or(KernelError {
            errno: libc::EBADMSG,
            text: Some("no number for nl80211".into()),
        })?;
        Ok(Some(Self { door, family }))
    }

    /// The interfaces of all radios of this namespace.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn interfaces(&mut self) -> KernelResult<Vec<Interface>> {
        let body = request(NL80211_CMD_GET_INTERFACE, &[]);
        let answers = self.door.exchange_raw(self.family, NLM_F_DUMP, &body)?;
        let read = |answer: &Vec<u8>| {
            let attributes = answer.get(GENLMSGHDR..)?;
            Some(Interface {
                radio: number(attributes, NL80211_ATTR_WIPHY)?,
                index: number(attributes, NL80211_ATTR_IFINDEX)?,
            })
        };
        Ok(answers.iter().filter_map(read).collect())
    }

    /// Moves a radio of this namespace to another one, with all its interfaces; each that
    /// has a name which is taken there becomes the first free `wlanN`
    /// (`cfg80211_switch_netns` in net/wireless/core.c).
    ///
    /// # Errors
    /// EOPNOTSUPP if its driver cannot do that, or another refusal.
    pub fn set_netns(&mut self, radio: u32, netns: BorrowedFd<'_>) -> KernelResult<()> {
        let netns = netns.as_raw_fd().cast_unsigned();
        let attributes = [(NL80211_ATTR_WIPHY, radio), (NL80211_ATTR_NETNS_FD, netns)];
        let body = request(NL80211_CMD_SET_WIPHY_NETNS, &attributes);
        self.door
            .exchange_raw(self.family, NLM_F_ACK, &body)
            .map(drop)
    }
}
