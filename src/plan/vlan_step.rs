//! Changes to the VLANs of a bridge.

use crate::spec::{IfName, PortVlans, VlanProtocol, VlanSet};

/// One change to the VLANs of a bridge or of a port of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VlanStep {
    /// Has a bridge tell VLANs apart, or not.
    SetFiltering {
        /// The bridge.
        bridge: IfName,
        /// Whether it does.
        on: bool,
        /// Whether it did before.
        before: bool,
    },
    /// Sets how a bridge expects VLANs to be marked.
    SetProtocol {
        /// The bridge.
        bridge: IfName,
        /// The new way.
        protocol: VlanProtocol,
        /// The one before.
        before: VlanProtocol,
    },
    /// Puts a port into just these VLANs: one message for those that it gets, and one for
    /// those that it loses.
    SetPortVlans {
        /// The port, or the bridge itself.
        port: IfName,
        /// Whether it is the bridge itself: what the host has to do with.
        own: bool,
        /// The VLANs.
        wanted: PortVlans,
        /// Those before.
        before: PortVlans,
    },
}

impl VlanStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::SetFiltering { bridge, on, before } => Self::SetFiltering {
                bridge,
                on: before,
                before: on,
            },
            Self::SetProtocol {
                bridge,
                protocol,
                before,
            } => Self::SetProtocol {
                bridge,
                protocol: before,
                before: protocol,
            },
            Self::SetPortVlans {
                port,
                own,
                wanted,
                before,
            } => Self::SetPortVlans {
                port,
                own,
                wanted: before,
                before: wanted,
            },
        })
    }

    /// The equal commands of iproute2.
    pub fn command(&self) -> String {
        match self {
            Self::SetFiltering { bridge, on, .. } => format!(
                "ip link set {bridge} type bridge vlan_filtering {}",
                u8::from(*on)
            ),
            Self::SetProtocol {
                bridge, protocol, ..
            } => format!("ip link set {bridge} type bridge vlan_protocol {protocol}"),
            Self::SetPortVlans {
                port,
                own,
                wanted,
                before,
            } => vlan_commands(port, *own, &Changes::between(before, wanted)),
        }
    }
}

/// What takes a port from some VLANs to others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The VLANs that it gets, or that get other traits.
    pub gets: PortVlans,
    /// Those that it loses.
    pub loses: VlanSet,
}

impl Changes {
    /// The least changes that make `before` to `wanted`.
    pub fn between(before: &PortVlans, wanted: &PortVlans) -> Self {
        let mut gets = PortVlans {
            tagged: wanted.tagged.without(&before.tagged),
            untagged: wanted.untagged.without(&before.untagged),
            pvid: None,
        };
        if wanted.pvid != before.pvid {
            // A new one takes the place of the old one; without a new one, the old one is
            // said anew without that trait, if it stays.
            let told = wanted.pvid.or(before.pvid);
            if let Some(id) = told.filter(|id| wanted.contains(*id)) {
                match wanted.untagged.contains(id) {
                    true => gets.untagged.insert(id),
                    false => gets.tagged.insert(id),
                };
            }
        }
        // What is said anew is said with all its traits.
        gets.pvid = wanted.pvid.filter(|pvid| gets.contains(*pvid));
        let all = |vlans: &PortVlans| vlans.tagged.and(&vlans.untagged);
        Self {
            gets,
            loses: all(before).without(&all(wanted)),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gets.is_empty() && self.loses.is_empty()
    }
}

fn vlan_commands(port: &IfName, own: bool, changes: &Changes) -> String {
    let own = if own { " self" } else { "" };
    let mut lines = Vec::new();
    for (ids, untagged) in [
        (&changes.gets.tagged, ""),
        (&changes.gets.untagged, " untagged"),
    ] {
        let pvid = changes.gets.pvid.filter(|pvid| ids.contains(*pvid));
        let mut others = ids.clone();
        if let Some(pvid) = pvid {
            others.remove(pvid);
        }
        for range in ranges(&others) {
            lines.push(format!(
                "bridge vlan add dev {port} vid {range}{untagged}{own}"
            ));
        }
        if let Some(pvid) = pvid {
            lines.push(format!(
                "bridge vlan add dev {port} vid {pvid} pvid{untagged}{own}"
            ));
        }
    }
    for range in ranges(&changes.loses) {
        lines.push(format!("bridge vlan del dev {port} vid {range}{own}"));
    }
    lines.join("\n")
}

fn ranges(ids: &VlanSet) -> impl Iterator<Item = String> {
    let ranges = ids.ranges().into_iter();
    ranges.map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    })
}

#[cfg(test)]
mod tests {
    use super::VlanStep;
    use crate::spec::PortVlans;

    fn step(before: PortVlans, wanted: PortVlans) -> VlanStep {
        VlanStep::SetPortVlans {
            port: "port0".parse().unwrap(),
            own: false,
            wanted,
            before,
        }
    }

    fn vlans(text: &str) -> PortVlans {
        PortVlans::from(&text.parse().unwrap())
    }

    #[test]
    fn what_is_undone_twice_is_done() {
        let step = step(vlans("1"), vlans("trunk:10"));
        assert_eq!(step.inverse().and_then(|undo| undo.inverse()), Some(step));
    }

    #[test]
    fn only_what_differs_is_said() {
        for (before, wanted, commands) in [
            ("1", "1", ""),
            (
                "1",
                "10",
                "bridge vlan add dev port0 vid 10 pvid untagged\n\
                 bridge vlan del dev port0 vid 1",
            ),
            (
                "1",
                "trunk:10,20-29,native=5",
                "bridge vlan add dev port0 vid 10\n\
                 bridge vlan add dev port0 vid 20-29\n\
                 bridge vlan add dev port0 vid 5 pvid untagged\n\
                 bridge vlan del dev port0 vid 1",
            ),
            (
                "trunk:10-12",
                "trunk:11,native=10",
                "bridge vlan add dev port0 vid 10 pvid untagged\n\
                 bridge vlan del dev port0 vid 12",
            ),
        ] {
            assert_eq!(step(vlans(before), vlans(wanted)).command(), commands);
        }
    }

    #[test]
    fn a_trait_is_taken_from_a_vlan_that_stays() {
        let before = vlans("10");
        let mut wanted = before.clone();
        wanted.pvid = None;
        assert_eq!(
            step(before, wanted).command(),
            "bridge vlan add dev port0 vid 10 untagged"
        );
    }
}
