//! Topology files: the whole of a host's wiring in one YAML file.

mod agree;
mod attachment;
mod name;
mod problem;
mod reader;
mod sections;
mod tree;
mod write;

pub use attachment::AttachmentItem;
pub use name::TopologyName;
pub use problem::{Problem, Problems, Spot};
pub use sections::{BridgeItem, NetworkItem, PortItem, TunnelItem};
pub use write::{Fill, Part};

use crate::error::Error;
use reader::{Key, fields, many, one};

/// The version of the format.
const VERSION: &str = "1";

/// The keys of a file.
const KEYS: &[Key] = &[
    one("version"),
    one("name"),
    many("network", "networks"),
    many("bridge", "bridges"),
    many("tunnel", "tunnels"),
    many("attachment", "attachments"),
];

/// What a file asks for, each part well-formed and all of them at one.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    /// What it calls itself: things that it made are recorded as its own.
    pub name: Option<TopologyName>,
    /// Registered networks.
    pub networks: Vec<NetworkItem>,
    /// Bridges.
    pub bridges: Vec<BridgeItem>,
    /// Tunnels to other hosts.
    pub tunnels: Vec<TunnelItem>,
    /// Attachments, those of one target in the order of the file.
    pub attachments: Vec<AttachmentItem>,
}

impl Topology {
    /// Reads a file.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let root = tree::parse(text, &mut problems);
        let topology = root.and_then(|root| Self::read(&root, &mut problems));
        match topology {
            Some(topology) if problems.is_empty() => Ok(topology),
            _ if problems.is_empty() => {
                problems.add(Spot { line: 1, column: 1 }, "", empty());
                Err(problems)
            }
            _ => Err(problems),
        }
    }

    fn read(root: &tree::Node, problems: &mut Problems) -> Option<Self> {
        if matches!(root.value, tree::Value::Empty) {
            problems.add(root.spot, "", empty());
            return None;
        }
        let found = fields(root, "", KEYS, problems)?;
        let version = found.parsed("version", problems, |text| match text {
            VERSION => Ok(()),
            _ => Err(Error::usage(format!(
                "version `{}` is not known",
                crate::spec::shown(text)
            ))
            .hint(format!("this netpipe reads version {VERSION}"))),
        });
        if version.is_none() && found.node("version").is_none() {
            let error =
                Error::usage("there is no `version`").hint("start the file with version: 1");
            problems.add(found.spot, "", error);
        }
        let topology = Self {
            name: found.one("name", problems),
            networks: found
                .node("network")
                .map(|node| sections::networks(node, problems))
                .unwrap_or_default(),
            bridges: found
                .node("bridge")
                .map(|node| sections::bridges(node, problems))
                .unwrap_or_default(),
            tunnels: found
                .node("tunnel")
                .map(|node| sections::tunnels(node, problems))
                .unwrap_or_default(),
            attachments: found
                .node("attachment")
                .map(|node| attachment::read(node, problems))
                .unwrap_or_default(),
        };
        agree::check(&topology, problems);
        Some(topology)
    }
}

fn empty() -> Error {
    Error::usage("the file is empty").hint("start it with version: 1; see examples/topology.yaml")
}
