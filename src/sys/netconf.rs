//! Settings of a namespace that the kernel tells over rtnetlink as well (RTM_GETNETCONF in
//! linux/rtnetlink.h): to ask takes a fraction of opening a file that /proc first has to make.

use super::netlink::{Door, attribute};

/// The setting that is told: below `net/ipv4/conf`.
const RP_FILTER: &str = "rp_filter";

// From linux/rtnetlink.h and linux/netconf.h.
const RTM_GETNETCONF: u16 = 82;
const NETCONFA_IFINDEX: u16 = 1;
const NETCONFA_RP_FILTER: u16 = 3;
const NETCONFA_IFINDEX_ALL: i32 = -1;
const NETCONFA_IFINDEX_DEFAULT: i32 = -2;
/// `struct netconfmsg`: the family, padded to a whole attribute's alignment.
const NETCONFMSG: usize = 4;

/// An attribute as the kernel has them (`struct nlattr` in linux/netlink.h), padded.
pub(super) fn written(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut all = (value.len() as u16 + 4).to_ne_bytes().to_vec();
    all.extend(kind.to_ne_bytes());
    all.extend(value);
    all.resize(all.len().next_multiple_of(4), 0);
    all
}

/// The value of a setting, in the words of its file. None if it is not one of these, or the
/// kernel does not tell it: then the file does.
pub fn get(door: &mut Door, key: &str) -> Option<String> {
    let (link, name) = key.strip_prefix("net/ipv4/conf/")?.split_once('/')?;
    let link = match link {
        "all" => NETCONFA_IFINDEX_ALL,
        "default" => NETCONFA_IFINDEX_DEFAULT,
        _ => return None,
    };
    if name != RP_FILTER {
        return None;
    }
    let mut question = vec![libc::AF_INET as u8, 0, 0, 0];
    question.extend(8u16.to_ne_bytes());
    question.extend(NETCONFA_IFINDEX.to_ne_bytes());
    question.extend(link.to_ne_bytes());
    let answer = door.get_raw(RTM_GETNETCONF, &question).ok()?;
    let value = attribute(answer.get(NETCONFMSG..)?, NETCONFA_RP_FILTER)?;
    Some(i32::from_ne_bytes(value.try_into().ok()?).to_string())
}

#[cfg(test)]
mod tests {
    use super::{Door, get};
    use crate::sys::sysctl;

    #[test]
    fn the_kernel_tells_what_the_files_say() {
        let mut door = Door::open().unwrap();
        for link in ["all", "default"] {
            let key = format!("net/ipv4/conf/{link}/rp_filter");
            let told = get(&mut door, &key);
            assert!(told.is_some());
            assert_eq!(told, sysctl::get(&key));
        }
        for other in ["net/ipv4/conf/lo/rp_filter", "net/ipv4/conf/all/forwarding"] {
            assert_eq!(get(&mut door, other), None);
        }
        assert_eq!(get(&mut door, "net/ipv6/conf/all/accept_ra"), None);
    }
}
