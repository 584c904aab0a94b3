//! What the database says of a switch.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::Client;
use super::value;
use crate::error::{Error, Result};

/// The key of `external_ids` under which netpipe marks what it makes.
pub const MARK_KEY: &str = "netpipe-mark";

/// A bridge, as far as netpipe needs to know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bridge {
    /// The row's UUID.
    pub uuid: String,
    /// Its name, and that of the interface which is the host's end of it.
    pub name: String,
    /// Where frames are switched: `system` (or nothing) in the kernel, `netdev` in the daemon.
    pub datapath_type: String,
    /// What programs noted of it.
    pub external_ids: BTreeMap<String, String>,
    /// Whether the spanning tree runs.
    pub stp: bool,
    /// Its ports, the host's own among them.
    pub ports: Vec<Port>,
}

/// A port of a bridge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Port {
    /// The row's UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The VLAN of its untagged frames.
    pub tag: Option<u16>,
    /// The VLANs it carries tagged; with none of them and no tag, all.
    pub trunks: Vec<u16>,
    /// `access`, `trunk`, `native-tagged`…, if the database says so.
    pub vlan_mode: Option<String>,
    /// What programs noted of it.
    pub external_ids: BTreeMap<String, String>,
    /// Its interfaces; several make a bond.
    pub interfaces: Vec<Interface>,
}

/// An interface of a port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// The row's UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// `internal`, `vxlan`…; nothing for a link of the host.
    pub kind: String,
    /// What its kind needs, such as `remote_ip`.
    pub options: BTreeMap<String, String>,
    /// What programs noted of it.
    pub external_ids: BTreeMap<String, String>,
    /// Why the switch cannot use it.
    pub error: Option<String>,
    /// Its number in the switch; -1 if it cannot use it, none if it has not tried.
    pub ofport: Option<i64>,
}

impl Bridge {
    /// Whether frames are switched by the daemon and not in the kernel.
    pub fn is_userspace(&self) -> bool {
        self.datapath_type == "netdev"
    }

    /// Netpipe's mark on it.
    pub fn mark(&self) -> Option<&str> {
        self.external_ids.get(MARK_KEY).map(String::as_str)
    }

    /// Its ports but for the host's own.
    pub fn others(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| port.name != self.name)
    }
}

impl Port {
    /// Netpipe's mark on it.
    pub fn mark(&self) -> Option<&str> {
        self.external_ids.get(MARK_KEY).map(String::as_str)
    }

    /// What its only interface is; a bond's first one.
    pub fn interface(&self) -> Option<&Interface> {
        self.interfaces.first()
    }

    /// Whether it is a link of the host, which is there without the port too.
    pub fn is_link(&self) -> bool {
        self.interfaces
            .iter()
            .all(|interface| matches!(interface.kind.as_str(), "" | "system"))
    }
}

impl Interface {
    /// Whether it leads to another host.
    pub fn is_tunnel(&self) -> bool {
        self.options.contains_key("remote_ip")
    }
}

/// What plugging into a bridge has to know beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The kinds of datapath that the switch can make.
    pub datapath_types: Vec<String>,
    /// The bridge, without its ports.
    pub bridge: Option<Bridge>,
    /// Whether the switch has any tunnel at all.
    pub tunnels: bool,
}

const BRIDGE_COLUMNS: [&str; 6] = [
    "_uuid",
    "name",
    "datapath_type",
    "external_ids",
    "stp_enable",
    "ports",
];
const PORT_COLUMNS: [&str; 7] = [
    "_uuid",
    "name",
    "tag",
    "trunks",
    "vlan_mode",
    "external_ids",
    "interfaces",
];
const INTERFACE_COLUMNS: [&str; 7] = [
    "_uuid",
    "name",
    "type",
    "options",
    "external_ids",
    "error",
    "ofport",
];

/// The kinds of interface that lead to another host (ovs-vswitchd.conf.db(5)).
const TUNNELS: [&str; 5] = ["gre", "vxlan", "geneve", "ip6gre", "erspan"];

/// The bridge of that name, and what can be made. One question to the server.
///
/// # Errors
/// If the server does not answer.
pub fn facts(client: &mut Client, bridge: &str) -> Result<Facts> {
    let mut asked = vec![
        select("Open_vSwitch", &json!([]), &["datapath_types"]),
        select(
            "Bridge",
            &json!([["name", "==", bridge]]),
            &BRIDGE_COLUMNS[..5],
        ),
    ];
    asked.extend(
        TUNNELS.map(|kind| select("Interface", &json!([["type", "==", kind]]), &["_uuid"])),
    );
    let answers = ask(client, &asked)?;
    let types = rows(&answers[0]).next().map(|row| &row["datapath_types"]);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(Facts {
        datapath_types: types
            .map(|types| value::set(types).into_iter().filter_map(text).collect())
            .unwrap_or_default(),
        bridge: rows(&answers[1])
            .next()
            .map(|row| bridge_of(row, Vec::new())),
        tunnels: answers[2..]
            .iter()
            .any(|answer| rows(answer).next().is_some()),
    })
}

/// Every bridge with its ports, sorted by name. One question to the server.
///
/// # Errors
/// If the server does not answer.
pub fn bridges(client: &mut Client) -> Result<Vec<Bridge>> {
    let answers = ask(
        client,
        &[
            select("Bridge", &json!([]), &BRIDGE_COLUMNS),
            select("Port", &json!([]), &PORT_COLUMNS),
            select("Interface", &json!([]), &INTERFACE_COLUMNS),
        ],
    )?;
    let mut interfaces: BTreeMap<String, Interface> = rows(&answers[2])
        .map(|row| (id(row), interface_of(row)))
        .collect();
    let mut ports: BTreeMap<String, Port> = rows(&answers[1])
        .map(|row| (id(row), port_with(row, &mut interfaces)))
        .collect();
    let mut all: Vec<Bridge> = rows(&answers[0])
        .map(|row| {
            let own = references(&row["ports"]);
            let mut own: Vec<_> = own.iter().filter_map(|uuid| ports.remove(uuid)).collect();
            own.sort_by(|one, other| one.name.cmp(&other.name));
            bridge_of(row, own)
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(all)
}

/// The port of that name and the bridge it is in, if there is one.
///
/// # Errors
/// If the server does not answer.
pub fn port_of(client: &mut Client, name: &str) -> Result<Option<(String, Port)>> {
    let by_name = json!([["name", "==", name]]);
    let answers = ask(
        client,
        &[
            select("Port", &by_name, &PORT_COLUMNS),
            select("Interface", &by_name, &INTERFACE_COLUMNS),
        ],
    )?;
    let Some(row) = rows(&answers[0]).next() else {
        return Ok(None);
    };
    let mut interfaces = rows(&answers[1])
        .map(|row| (id(row), interface_of(row)))
        .collect();
    let port = port_with(row, &mut interfaces);
    let includes = json!([["ports", "includes", value::row(&port.uuid)]]);
    let answers = ask(client, &[select("Bridge", &includes, &["name"])])?;
    let bridge = rows(&answers[0]).next().map(|row| text(&row["name"]));
    Ok(bridge.map(|bridge| (bridge, port)))
}

/// The bridge of that name with the UUIDs of its ports.
pub(super) fn bridge_row(client: &mut Client, name: &str) -> Result<Option<(Bridge, Vec<String>)>> {
    let by_name = json!([["name", "==", name]]);
    let answers = ask(client, &[select("Bridge", &by_name, &BRIDGE_COLUMNS)])?;
    let found = rows(&answers[0]).next();
    Ok(found.map(|row| (bridge_of(row, Vec::new()), references(&row["ports"]))))
}

/// The interface of that name.
pub(super) fn interface(client: &mut Client, name: &str) -> Result<Option<Interface>> {
    let by_name = json!([["name", "==", name]]);
    let answers = ask(client, &[select("Interface", &by_name, &INTERFACE_COLUMNS)])?;
    Ok(rows(&answers[0]).next().map(interface_of))
}

fn select(table: &str, condition: &Value, columns: &[&str]) -> Value {
    json!({ "op": "select", "table": table, "where": condition, "columns": columns })
}

/// The answers to questions, as many as there are.
fn ask(client: &mut Client, operations: &[Value]) -> Result<Vec<Value>> {
    client.transact(operations)?.map_err(|refusal| {
        Error::failed(format!("cannot read the database at `{}`", client.remote()))
            .because(refusal)
            .hint("it may be older than Open vSwitch 2.4, or no Open vSwitch's at all")
    })
}

fn rows(answer: &Value) -> impl Iterator<Item = &Value> {
    let rows = answer.get("rows").and_then(Value::as_array);
    rows.into_iter().flatten()
}

fn id(row: &Value) -> String {
    value::uuid(&row["_uuid"]).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn references(set: &Value) -> Vec<String> {
    value::set(set)
        .into_iter()
        .filter_map(value::uuid)
        .collect()
}

fn vlan(value: &Value) -> Option<u16> {
    u16::try_from(value.as_u64()?).ok()
}

fn bridge_of(row: &Value, ports: Vec<Port>) -> Bridge {
    Bridge {
        uuid: id(row),
        name: text(&row["name"]),
        datapath_type: text(&row["datapath_type"]),
        external_ids: value::map(&row["external_ids"]),
        stp: row["stp_enable"] == true,
        ports,
    }
}

fn port_with(row: &Value, interfaces: &mut BTreeMap<String, Interface>) -> Port {
    Port {
        uuid: id(row),
        name: text(&row["name"]),
        tag: value::optional(&row["tag"]).and_then(vlan),
        trunks: value::set(&row["trunks"])
            .into_iter()
            .filter_map(vlan)
            .collect(),
        vlan_mode: value::optional(&row["vlan_mode"]).map(text),
        external_ids: value::map(&row["external_ids"]),
        interfaces: references(&row["interfaces"])
            .iter()
            .filter_map(|uuid| interfaces.remove(uuid))
            .collect(),
    }
}

fn interface_of(row: &Value) -> Interface {
    Interface {
        uuid: id(row),
        name: text(&row["name"]),
        kind: text(&row["type"]),
        options: value::map(&row["options"]),
        external_ids: value::map(&row["external_ids"]),
        error: value::optional(&row["error"]).map(text),
        ofport: value::optional(&row["ofport"]).and_then(Value::as_i64),
    }
}
