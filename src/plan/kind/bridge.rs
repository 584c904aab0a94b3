//! A Linux bridge: the target gets one end of a veth pair, the bridge the other.

use crate::plan::step::{Side, Step, VethPair};
use crate::registry::record::{auto_bridge, mark};
use crate::resolve::host::Bridge;
use crate::spec::{IfName, LEAST_MTU_OF_IPV6, Mac, StoreId, Sysctl};
use crate::sys::firewall::BridgeRule;

/// The MTU of a bridge nobody has set one for, in bytes.
const USUAL_MTU: u32 = 1500;

/// What plugging into a bridge needs to know.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The bridge, there or not.
    pub bridge: &'a Bridge,
    /// The host end's name.
    pub host_ifname: &'a IfName,
    /// The host end's MAC.
    pub host_mac: Mac,
    /// The name inside the target.
    pub ifname: &'a IfName,
    /// The MAC inside the target.
    pub mac: Mac,
    /// The MTU asked for.
    pub mtu: Option<u32>,
    /// Whose attachment this is: `host/target/ifname`.
    pub owner: &'a str,
    /// The store it is recorded in.
    pub store: Option<StoreId>,
    /// The firewall rules the bridge lacks.
    pub rules: &'a [BridgeRule],
    /// The host's `accept_ra` for a new link, if it has IPv6 and the bridge is to be made.
    pub accept_ra: Option<&'a str>,
}

/// The MTU in bytes: the one asked for, else the bridge's, so that no port makes the
/// bridge lower its own.
pub fn mtu(bridge: &Bridge, asked: Option<u32>) -> u32 {
    asked.unwrap_or(match bridge {
        Bridge::Existing(link) => link.mtu,
        Bridge::Missing(_) => USUAL_MTU,
    })
}

/// The MAC of a bridge that this attachment has made. It is pinned, for a bridge without
/// one of its own takes its lowest port's, and changes it when that port goes.
pub fn pinned_mac(owner: &str, bridge: &IfName) -> Mac {
    Mac::derived(format!("bridge {bridge} {owner}").as_bytes())
}

/// The steps that make a bridge for an attachment; it goes with its last one.
pub fn make(
    name: &IfName,
    (store, owner): (Option<StoreId>, &str),
    mtu: Option<u32>,
    accept_ra: Option<&str>,
) -> Vec<Step> {
    let mtu = mtu.filter(|mtu| *mtu != USUAL_MTU);
    let mac = pinned_mac(owner, name);
    let mut steps = vec![Step::AddBridge {
        name: name.clone(),
        mac,
        mtu,
        stp: false,
    }];
    let accept_ra = accept_ra.filter(|_| mtu.is_none_or(|mtu| mtu >= LEAST_MTU_OF_IPV6));
    steps.extend(deaf(name, accept_ra));
    steps.extend([
        Step::SetAlias {
            name: name.clone(),
            alias: auto_bridge(store),
            before: String::new(),
        },
        Step::SetUp {
            side: Side::Host,
            name: name.clone(),
        },
    ]);
    steps
}

/// The step after which the host itself follows no router that a container of the bridge
/// pretends to be; none if it would not anyway.
pub fn deaf(name: &IfName, accept_ra: Option<&str>) -> Option<Step> {
    let before = accept_ra.filter(|value| *value != "0")?;
    Some(Step::SetSysctl {
        side: Side::Host,
        setting: Sysctl::new(format!("net/ipv6/conf/{name}/accept_ra"), "0"),
        before: before.to_owned(),
    })
}

/// The steps that give the target a link into the bridge, without addresses yet. The
/// bridge and its port are up before the target's end is, so that the bridge forwards
/// what the target announces.
pub fn steps(wanted: &Wanted<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let (name, master) = match wanted.bridge {
        Bridge::Missing(name) => {
            let whose = (wanted.store, wanted.owner);
            steps.extend(make(name, whose, wanted.mtu, wanted.accept_ra));
            (name.as_str(), None)
        }
        Bridge::Existing(link) => (link.name.as_str(), Some(link.index)),
    };
    if !wanted.rules.is_empty() {
        steps.push(Step::AddRules(wanted.rules.to_vec()));
    }
    if let Ok(bridge) = name.parse() {
        steps.push(Step::AddVeth(VethPair {
            host_ifname: wanted.host_ifname.clone(),
            host_mac: wanted.host_mac,
            bridge,
            master,
            mtu: mtu(wanted.bridge, wanted.mtu),
            ifname: wanted.ifname.clone(),
            mac: wanted.mac,
        }));
    }
    steps.push(Step::SetAlias {
        name: wanted.host_ifname.clone(),
        alias: mark(wanted.store, wanted.owner),
        before: String::new(),
    });
    steps
}
