//! One change of an Open vSwitch, its inverse, and the command it equals.

use crate::spec::{IfName, OvsdbRemote};
use crate::sys::ovsdb::{MARK_KEY, NewBridge, NewPort, columns};

/// Where the database is unless something else is said: then commands need not say it.
pub const USUAL_DB: &str = "unix:/var/run/openvswitch/db.sock";

/// One change. Each is one transaction of the database, after which the switch has done it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OvsStep {
    /// Makes a bridge.
    AddBridge {
        /// The database.
        db: OvsdbRemote,
        /// The bridge.
        bridge: NewBridge,
    },
    /// Deletes a bridge if it has this mark.
    DelBridge {
        /// The database.
        db: OvsdbRemote,
        /// Its name.
        name: IfName,
        /// The mark that it was made with.
        mark: String,
        /// Whether it stays while it has ports, or the host has addresses on it.
        only_unused: bool,
    },
    /// Marks a bridge.
    MarkBridge {
        /// The database.
        db: OvsdbRemote,
        /// Its name.
        name: IfName,
        /// The mark; empty for none.
        mark: String,
        /// The one before.
        before: String,
    },
    /// Makes a port.
    AddPort {
        /// The database.
        db: OvsdbRemote,
        /// The port.
        port: NewPort,
    },
    /// Deletes a port if it has this mark.
    DelPort {
        /// The database.
        db: OvsdbRemote,
        /// Its name.
        name: IfName,
        /// The mark that it was made with.
        mark: String,
    },
    /// Has the kernel write whole checksums into what the target sends by this link. A
    /// switch that runs in a process reads frames as they are, and a checksum that is left
    /// for hardware to fill in never would be.
    WholeChecksums {
        /// The link in the target.
        dev: IfName,
    },
}

impl OvsStep {
    /// The step that takes this one back, or none if there is nothing to take back.
    pub fn inverse(&self) -> Option<Self> {
        match self.clone() {
            Self::AddBridge { db, bridge } => Some(Self::DelBridge {
                db,
                name: bridge.name,
                mark: bridge.mark,
                only_unused: true,
            }),
            Self::MarkBridge {
                db,
                name,
                mark,
                before,
            } => Some(Self::MarkBridge {
                db,
                name,
                mark: before,
                before: mark,
            }),
            Self::AddPort { db, port } => Some(Self::DelPort {
                db,
                name: port.name,
                mark: port.mark,
            }),
            Self::DelBridge { .. } | Self::DelPort { .. } | Self::WholeChecksums { .. } => None,
        }
    }

    /// The equal command of ovs-vsctl or ethtool.
    pub fn command(&self, enter: &str) -> String {
        match self {
            Self::AddBridge { db, bridge } => {
                let name = &bridge.name;
                let datapath = bridge.datapath_type.as_ref();
                let datapath = datapath.map(|kind| format!(" datapath_type={kind}"));
                let mtu = bridge.mtu;
                let mtu = mtu.map(|mtu| format!(" -- set Interface {name} mtu_request={mtu}"));
                let stp = if bridge.stp { " stp_enable=true" } else { "" };
                format!(
                    "{} add-br {name} -- set Bridge {name}{}{stp} other_config:hwaddr='\"{}\"' {}{}",
                    vsctl(db),
                    datapath.unwrap_or_default(),
                    bridge.mac,
                    marked(&bridge.mark),
                    mtu.unwrap_or_default()
                )
            }
            Self::DelBridge { db, name, .. } => format!("{} del-br {name}", vsctl(db)),
            Self::MarkBridge { db, name, mark, .. } if mark.is_empty() => {
                format!("{} remove Bridge {name} external_ids {MARK_KEY}", vsctl(db))
            }
            Self::MarkBridge { db, name, mark, .. } => {
                format!("{} set Bridge {name} {}", vsctl(db), marked(mark))
            }
            Self::AddPort { db, port } => add_port(db, port),
            Self::DelPort { db, name, .. } => format!("{} del-port {name}", vsctl(db)),
            Self::WholeChecksums { dev } => format!("{enter} ethtool -K {dev} tx off"),
        }
    }
}

fn add_port(db: &OvsdbRemote, port: &NewPort) -> String {
    let NewPort {
        bridge,
        name,
        kind,
        options,
        vlan,
        mark,
    } = port;
    let columns: String = columns(vlan.as_ref())
        .iter()
        .map(|(column, value)| format!(" {column}={value}"))
        .collect();
    let kind = kind.as_ref().map(|kind| format!(" type={kind}"));
    let options: String = options
        .iter()
        .map(|(key, value)| format!(" options:{key}={value}"))
        .collect();
    let mark = marked(mark);
    format!(
        "{} add-port {bridge} {name}{columns} {mark} -- set Interface {name}{}{options} {mark}",
        vsctl(db),
        kind.unwrap_or_default(),
    )
}

fn vsctl(db: &OvsdbRemote) -> String {
    match db.to_string() {
        usual if usual == USUAL_DB => "ovs-vsctl".into(),
        other => format!("ovs-vsctl --db={other}"),
    }
}

fn marked(mark: &str) -> String {
    format!("external_ids:{MARK_KEY}='\"{mark}\"'")
}

#[cfg(test)]
mod tests {
    use super::OvsStep;
    use crate::sys::ovsdb::NewPort;

    fn port(vlan: Option<&str>) -> OvsStep {
        OvsStep::AddPort {
            db: super::USUAL_DB.parse().unwrap(),
            port: NewPort {
                bridge: "ovs0".parse().unwrap(),
                name: "p0".parse().unwrap(),
                kind: None,
                options: [].into(),
                vlan: vlan.map(|text| text.parse().unwrap()),
                mark: "netpipe:x".into(),
            },
        }
    }

    #[test]
    fn a_port_is_the_command_it_equals() {
        let mark = "external_ids:netpipe-mark='\"netpipe:x\"'";
        for (vlan, columns) in [
            (None, ""),
            (Some("10"), " tag=10"),
            (Some("trunk:10,20-21"), " vlan_mode=trunk trunks=10,20,21"),
            (
                Some("trunk:10,native=5"),
                " vlan_mode=native-untagged tag=5 trunks=10",
            ),
        ] {
            assert_eq!(
                port(vlan).command(""),
                format!("ovs-vsctl add-port ovs0 p0{columns} {mark} -- set Interface p0 {mark}")
            );
        }
    }

    #[test]
    fn a_port_is_taken_back_by_its_mark() {
        let undo = port(None).inverse();
        assert!(matches!(undo, Some(OvsStep::DelPort { mark, .. }) if mark == "netpipe:x"));
    }
}
