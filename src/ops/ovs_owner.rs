//! Whose a port of an Open vSwitch is: netpipe's, or that of a tool which came before it.

use std::fmt;

use crate::registry::record::{OWN_BRIDGE, is_auto_bridge};
use crate::spec::{MARK, StoreId, shown};
use crate::sys::ovsdb::{Bridge, Port};

/// The mark of a port that `netpipe bridge add --port` made: it goes with its bridge.
pub const OWN_PORT: &str = "netpipe:port";

/// Who made a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortOwner {
    /// An attachment: its store, and `host/target/ifname`.
    Attachment(Option<StoreId>, String),
    /// Another command of netpipe's.
    Netpipe,
    /// ovs-docker, which notes container and interface in `external_ids`.
    OvsDocker {
        /// The container as it was named to ovs-docker.
        container: String,
        /// The interface in it.
        ifname: String,
    },
    /// pipework, which tells it in the name: `veth1pl4242` is eth1 of process 4242.
    Pipework {
        /// The process whose namespace it was.
        pid: u32,
        /// The interface in it.
        ifname: String,
    },
    /// Nobody that is known.
    Unknown,
}

impl PortOwner {
    /// Whose a port is.
    pub fn of(port: &Port) -> Self {
        if let Some(mark) = port.mark().and_then(|mark| mark.strip_prefix(MARK)) {
            return match (port.mark().and_then(StoreId::of_mark), mark.split_once('/')) {
                (Some(store), Some((_, owner))) => Self::Attachment(Some(store), owner.to_owned()),
                (None, Some(_)) => Self::Attachment(None, mark.to_owned()),
                _ => Self::Netpipe,
            };
        }
        let noted = |key: &str| {
            let interfaces = port.interfaces.iter();
            let mut found = interfaces.filter_map(|interface| interface.external_ids.get(key));
            found.next().cloned()
        };
        if let (Some(container), Some(ifname)) = (noted("container_id"), noted("container_iface")) {
            return Self::OvsDocker { container, ifname };
        }
        pipework(&port.name).unwrap_or(Self::Unknown)
    }

    /// The tool to whom the user has to turn, if it is none of netpipe's.
    pub fn tool(&self) -> Option<&'static str> {
        match self {
            Self::OvsDocker { .. } => Some("ovs-docker"),
            Self::Pipework { .. } => Some("pipework"),
            _ => None,
        }
    }
}

/// What pipework's name of a host's end tells (`LOCAL_IFNAME` in its script).
fn pipework(name: &str) -> Option<PortOwner> {
    let (ifname, pid) = name.strip_prefix('v')?.rsplit_once("pl")?;
    let digits = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    let pid = pid.parse().ok().filter(|_| digits)?;
    (!ifname.is_empty()).then(|| PortOwner::Pipework {
        pid,
        ifname: ifname.to_owned(),
    })
}

impl fmt::Display for PortOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attachment(_, owner) => write!(f, "netpipe: {}", shown(owner)),
            Self::Netpipe => f.write_str("netpipe"),
            Self::OvsDocker { container, ifname } => write!(
                f,
                "ovs-docker: {} of container {}",
                shown(ifname),
                shown(container)
            ),
            Self::Pipework { pid, ifname } => {
                write!(f, "pipework: {} of process {pid}", shown(ifname))
            }
            Self::Unknown => f.write_str("-"),
        }
    }
}

/// Whether netpipe made a bridge.
pub fn is_ours(bridge: &Bridge) -> bool {
    bridge
        .mark()
        .is_some_and(|mark| mark == OWN_BRIDGE || is_auto_bridge(mark))
}

#[cfg(test)]
mod tests {
    use super::PortOwner;
    use crate::sys::ovsdb::{Interface, MARK_KEY, Port};

    fn port(name: &str, mark: Option<&str>, noted: &[(&str, &str)]) -> Port {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Port {
            name: name.into(),
            external_ids: mark
                .map(|mark| (MARK_KEY.into(), mark.into()))
                .into_iter()
                .collect(),
            interfaces: vec![Interface {
                external_ids: noted.iter().map(owned).collect(),
                ..Interface::default()
            }],
            ..Port::default()
        }
    }

    #[test]
    fn each_tool_is_known_by_what_it_leaves() {
        let noted = [("container_id", "web"), ("container_iface", "eth1")];
        for (port, said) in [
            (
                port("x", Some("netpipe:0123abcd/h1/web/eth1"), &[]),
                "netpipe: h1/web/eth1",
            ),
            (
                port("x", Some("netpipe:h1/web/eth1"), &[]),
                "netpipe: h1/web/eth1",
            ),
            (port("x", Some("netpipe:port"), &noted), "netpipe"),
            (
                port("ab12_l", None, &noted),
                "ovs-docker: eth1 of container web",
            ),
            (port("ab12_l", None, &noted[..1]), "-"),
            (
                port("veth1pl4242", None, &[]),
                "pipework: eth1 of process 4242",
            ),
            (port("veth1pl", None, &[]), "-"),
            (port("vpl12", None, &[]), "-"),
            (port("veth1", Some("somebody"), &[]), "-"),
        ] {
            assert_eq!(PortOwner::of(&port).to_string(), said);
        }
    }
}
