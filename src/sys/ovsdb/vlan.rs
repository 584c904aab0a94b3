//! VLANs as a row of the table Port has them (ovs-vswitchd.conf.db(5), "VLAN Configuration").

use serde_json::{Value, json};

use super::read::Port;
use super::value;
use crate::spec::{PortVlan, VlanId, VlanSet};

/// The mode of a trunk. Without a native VLAN, frames that have no tag are dropped.
fn mode(native: Option<VlanId>) -> &'static str {
    match native {
        None => "trunk",
        Some(_) => "native-untagged",
    }
}

/// The columns as ovs-vsctl takes them.
pub fn columns(vlan: Option<&PortVlan>) -> Vec<(&'static str, String)> {
    match vlan {
        None => Vec::new(),
        Some(PortVlan::Access(id)) => vec![("tag", id.to_string())],
        Some(PortVlan::Trunk(trunk)) => {
            let native = trunk.native();
            let list: Vec<_> = trunk.tagged().ids().map(|id| id.to_string()).collect();
            let mut columns = vec![("vlan_mode", mode(native).to_owned())];
            columns.extend(native.map(|native| ("tag", native.to_string())));
            columns.push(("trunks", list.join(",")));
            columns
        }
    }
}

/// Writes the columns into a row.
pub(super) fn write(vlan: Option<&PortVlan>, row: &mut Value) {
    match vlan {
        None => {}
        Some(PortVlan::Access(id)) => row["tag"] = json!(id.get()),
        Some(PortVlan::Trunk(trunk)) => {
            row["vlan_mode"] = json!(mode(trunk.native()));
            row["trunks"] = value::from_set(trunk.tagged().ids().map(|id| json!(id.get())));
            if let Some(native) = trunk.native() {
                row["tag"] = json!(native.get());
            }
        }
    }
}

impl Port {
    /// Whether it is in just these VLANs.
    pub fn is_in(&self, vlan: Option<&PortVlan>) -> bool {
        let is_mode = |wanted: &[&str]| match self.vlan_mode.as_deref() {
            None => true,
            Some(mode) => wanted.contains(&mode),
        };
        match vlan {
            None => self.tag.is_none() && self.trunks.is_empty(),
            Some(PortVlan::Access(id)) => self.tag == Some(id.get()) && is_mode(&["access"]),
            Some(PortVlan::Trunk(trunk)) => {
                let native = trunk.native();
                let trunks: VlanSet = self
                    .trunks
                    .iter()
                    .copied()
                    .filter_map(VlanId::new)
                    .collect();
                // Without a mode, a port with a tag is an access port.
                let as_made = match native {
                    None => is_mode(&["trunk"]),
                    Some(_) => self.vlan_mode.as_deref() == Some(mode(native)),
                };
                as_made && self.tag == native.map(VlanId::get) && trunks == *trunk.tagged()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::Port;
    use crate::spec::PortVlan;

    fn port(tag: Option<u16>, trunks: &[u16], mode: Option<&str>) -> Port {
        Port {
            tag,
            trunks: trunks.to_vec(),
            vlan_mode: mode.map(str::to_owned),
            ..Port::default()
        }
    }

    #[test]
    fn a_port_is_compared_with_what_was_asked_for() {
        let is = |port: &Port, text: &str| {
            let vlan: PortVlan = text.parse().unwrap();
            port.is_in(Some(&vlan))
        };
        assert!(port(None, &[], None).is_in(None));
        assert!(!port(Some(1), &[], None).is_in(None));
        assert!(is(&port(Some(10), &[], None), "10"));
        assert!(!is(&port(Some(10), &[], Some("native-tagged")), "10"));
        assert!(!is(&port(Some(11), &[], None), "10"));
        assert!(is(&port(None, &[20, 10], None), "trunk:10,20"));
        assert!(!is(&port(None, &[20], None), "trunk:10,20"));
        let native = port(Some(5), &[10], Some("native-untagged"));
        assert!(is(&native, "trunk:10,native=5"));
        assert!(!is(&native, "trunk:10"));
    }
}
