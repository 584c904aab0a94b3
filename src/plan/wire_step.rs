//! Changes to a wire between two targets.

use super::step::Step;
use crate::spec::{IfName, Mac};

/// A veth pair with an end in each of two targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The near end's name, in the target.
    pub ifname: IfName,
    /// The near end's MAC: with the alias not set yet, it proves whose link this is.
    pub mac: Mac,
    /// The far end's name, in the other target.
    pub peer_ifname: IfName,
    /// The far end's MAC.
    pub peer_mac: Mac,
    /// The MTU of both ends, in bytes.
    pub mtu: u32,
    /// What runs a program in the other target, for people.
    pub enter: String,
}

/// One change to a wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireStep {
    /// Makes the pair, both ends down: one message.
    Add(Wire),
    /// A step of the target that happens in the other one.
    Far {
        /// What runs a program there, for people.
        enter: String,
        /// The step.
        step: Box<Step>,
    },
    /// Waits until the far end has its carrier: it was up before the near end was, and the
    /// kernel tells it a moment later (net/core/link_watch.c). Before that, it has no routes
    /// to its IPv6 addresses.
    AwaitCarrier {
        /// What runs a program there, for people.
        enter: String,
        /// The far end.
        ifname: IfName,
    },
}

impl WireStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Option<Step> {
        Some(match self.clone() {
            Self::Add(wire) => Step::DelLink {
                side: super::Side::Target,
                name: wire.ifname,
                mac: Some(wire.mac),
                mark: None,
            },
            Self::Far { enter, step } => far(&enter, step.inverse()?),
            Self::AwaitCarrier { .. } => return None,
        })
    }

    /// The equal command. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::Add(wire) => {
                let Wire {
                    ifname,
                    mac,
                    peer_ifname,
                    peer_mac,
                    mtu,
                    enter: far,
                } = wire;
                let netns = far.rsplit('=').next().unwrap_or_default();
                format!(
                    "{enter} ip link add {ifname} address {mac} mtu {mtu} numtxqueues 1 \
                     numrxqueues 1 type veth peer name {peer_ifname} address {peer_mac} mtu {mtu} \
                     numtxqueues 1 numrxqueues 1 netns {netns}"
                )
            }
            Self::Far { enter, step } => step.command(enter),
            Self::AwaitCarrier { enter, ifname } => {
                format!("# wait for LOWER_UP: {enter} ip link show dev {ifname}")
            }
        }
    }
}

/// A step of the target, to be done in the other one.
pub fn far(enter: &str, step: Step) -> Step {
    Step::Wire(WireStep::Far {
        enter: enter.to_owned(),
        step: Box::new(step),
    })
}
