//! Changes of a switch. Each is one transaction, and then a wait for the switch to do it:
//! the database takes a port whose link is not there, and only the switch finds that out.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, Refusal, SWITCH_PATIENCE};
use super::read::{self, Interface, MARK_KEY};
use super::{value, vlan};
use crate::error::{Error, Result};
use crate::spec::{IfName, Mac, PortVlan, shown};
use crate::sys::signal::Interrupt;

/// How long to wait for the switch to let go of what is gone from the database already.
const DELETE_PATIENCE: Duration = Duration::from_secs(3);

/// A bridge to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBridge {
    /// Its name.
    pub name: IfName,
    /// Where frames are switched: `netdev` for the daemon; the kernel if none.
    pub datapath_type: Option<String>,
    /// Its pinned MAC; without one it would follow its ports.
    pub mac: Mac,
    /// The MTU of the host's own port, if not chosen by the switch.
    pub mtu: Option<u32>,
    /// Whether the spanning tree runs.
    pub stp: bool,
    /// Whose it is.
    pub mark: String,
}

/// A port to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPort {
    /// Its bridge.
    pub bridge: IfName,
    /// Its name.
    pub name: IfName,
    /// `vxlan`, `gre`…; none for a link of the host.
    pub kind: Option<String>,
    /// What its kind needs, such as `remote_ip`.
    pub options: BTreeMap<String, String>,
    /// Its VLANs; none for a port that carries all, tagged as they are.
    pub vlan: Option<PortVlan>,
    /// Whose it is.
    pub mark: String,
}

/// Makes a bridge, and waits until the switch has made its interface on the host.
///
/// # Errors
/// A conflict if there is one of that name; failed, and taken back, if the switch cannot.
pub fn add_bridge(client: &mut Client, bridge: &NewBridge) -> Result<()> {
    let name = bridge.name.as_str();
    let mut interface = json!({ "name": name, "type": "internal" });
    if let Some(mtu) = bridge.mtu {
        interface["mtu_request"] = json!(mtu);
    }
    let hwaddr = BTreeMap::from([("hwaddr".to_owned(), bridge.mac.to_string())]);
    let row = json!({
        "name": name,
        "datapath_type": bridge.datapath_type.as_deref().unwrap_or_default(),
        "external_ids": marked(&bridge.mark),
        "stp_enable": bridge.stp,
        "other_config": value::from_map(&hwaddr),
        "ports": value::named("port"),
    });
    let insert = json!([[
        "bridges",
        "insert",
        value::from_set([value::named("bridge")])
    ]]);
    let operations = [
        absent("Bridge", name),
        insert_row("Interface", "interface", &interface),
        insert_row(
            "Port",
            "port",
            &json!({
                "name": name, "interfaces": value::named("interface")
            }),
        ),
        insert_row("Bridge", "bridge", &row),
        mutate("Open_vSwitch", &json!([]), &insert),
    ];
    let cannot = format!("cannot make the Open vSwitch bridge `{name}`");
    let config = commit(client, &operations)?.map_err(|refusal| match refusal.operation {
        0 => Error::conflict(format!("there is an Open vSwitch bridge `{name}` already")),
        _ => taken_or_failed(&cannot, refusal),
    })?;
    let made = settle(client, config, name).and_then(|found| {
        found.map_err(|why| {
            Error::failed(format!("{cannot}: {why}")).hint(
                "see the log of ovs-vswitchd; if its datapath is missing: modprobe openvswitch, \
                 or let the daemon switch: --datapath netdev",
            )
        })
    });
    made.map_err(|error| {
        take_back(client, error, |client| {
            delete_bridge(client, &bridge.name, &bridge.mark, true)
        })
    })
}

/// Makes a port, and waits until the switch has taken it up.
///
/// # Errors
/// A conflict if it is one already; failed, and taken back, if the switch cannot use it.
pub fn add_port(client: &mut Client, port: &NewPort) -> Result<()> {
    let (name, bridge) = (port.name.as_str(), port.bridge.as_str());
    let interface = json!({
        "name": name,
        "type": port.kind.as_deref().unwrap_or_default(),
        "options": value::from_map(&port.options),
        "external_ids": marked(&port.mark),
    });
    let mut row = json!({
        "name": name,
        "interfaces": value::named("interface"),
        "external_ids": marked(&port.mark),
    });
    vlan::write(port.vlan.as_ref(), &mut row);
    let by_name = json!([["name", "==", bridge]]);
    let insert = json!([["ports", "insert", value::from_set([value::named("port")])]]);
    let operations = [
        // A mutation of no row is no error, and then the port would not be kept.
        wait("Bridge", &by_name, "name", &json!([{ "name": bridge }])),
        absent("Port", name),
        insert_row("Interface", "interface", &interface),
        insert_row("Port", "port", &row),
        mutate("Bridge", &by_name, &insert),
    ];
    let cannot = format!("cannot make `{name}` a port of `{bridge}`");
    let config = match commit(client, &operations)? {
        Ok(config) => config,
        Err(Refusal { operation: 0, .. }) => {
            return Err(Error::failed(format!("{cannot}: the bridge is gone"))
                .hint("something else deleted it while netpipe worked: repeat the command"));
        }
        Err(Refusal { operation: 1, .. }) => return Err(elsewhere(client, name)),
        Err(refusal) => return Err(taken_or_failed(&cannot, refusal)),
    };
    let made = settle(client, config, name).and_then(|found| {
        found.map_err(|why| {
            Error::failed(format!("{cannot}: {why}")).hint("see the log of ovs-vswitchd")
        })
    });
    made.map_err(|error| {
        take_back(client, error, |client| {
            delete_port(client, &port.name, &port.mark)
        })
    })
}

/// Deletes a port that has this mark; whether it was there. Another port of that name is
/// somebody else's, and stays. No signal ends the wait.
///
/// # Errors
/// If the server does not answer.
pub fn delete_port(client: &mut Client, name: &IfName, mark: &str) -> Result<bool> {
    client.listen_to(&Interrupt::default());
    let Some((_, port)) = read::port_of(client, name.as_str())? else {
        return Ok(false);
    };
    if port.mark() != Some(mark) {
        tracing::info!(%name, "another port has the name, so it stays");
        return Ok(false);
    }
    let reference = value::row(&port.uuid);
    let condition = json!([["ports", "includes", reference]]);
    let delete = json!([["ports", "delete", value::from_set([reference])]]);
    removed(client, &[mutate("Bridge", &condition, &delete)], name)
}

/// Deletes a bridge that has this mark, or with `only_unused` only if it has no port but
/// the host's own; whether it did. No signal ends the wait.
///
/// # Errors
/// If the server does not answer.
pub fn delete_bridge(
    client: &mut Client,
    name: &IfName,
    mark: &str,
    only_unused: bool,
) -> Result<bool> {
    client.listen_to(&Interrupt::default());
    let Some((bridge, ports)) = read::bridge_row(client, name.as_str())? else {
        return Ok(false);
    };
    if bridge.mark() != Some(mark) || only_unused && ports.len() > 1 {
        tracing::info!(%name, "the bridge is somebody else's or in use, so it stays");
        return Ok(false);
    }
    let reference = value::row(&bridge.uuid);
    let by_uuid = json!([["_uuid", "==", reference]]);
    let ports = value::from_set(ports.iter().map(|uuid| value::row(uuid)));
    let delete = json!([["bridges", "delete", value::from_set([reference])]]);
    let operations = [
        // Nobody gave it another port meanwhile.
        wait("Bridge", &by_uuid, "ports", &json!([{ "ports": ports }])),
        mutate("Open_vSwitch", &json!([]), &delete),
    ];
    removed(client, &operations, name)
}

/// Marks a bridge as somebody's; with an empty text, as nobody's.
///
/// # Errors
/// If the server does not answer, or the bridge is gone.
pub fn set_mark(client: &mut Client, name: &IfName, mark: &str) -> Result<()> {
    let by_name = json!([["name", "==", name.as_str()]]);
    let mut mutations = vec![json!([
        "external_ids",
        "delete",
        value::from_set([json!(MARK_KEY)])
    ])];
    if !mark.is_empty() {
        mutations.push(json!(["external_ids", "insert", marked(mark)]));
    }
    let operations = [
        wait(
            "Bridge",
            &by_name,
            "name",
            &json!([{ "name": name.as_str() }]),
        ),
        mutate("Bridge", &by_name, &json!(mutations)),
    ];
    let done = client.transact(&operations)?;
    done.map(drop).map_err(|refusal| {
        Error::failed(format!("cannot mark the Open vSwitch bridge `{name}`")).because(refusal)
    })
}

/// Commits operations as the switch's next configuration; gives its number.
fn commit(client: &mut Client, operations: &[Value]) -> Result<Result<i64, Refusal>> {
    client.monitor()?;
    let mut all = operations.to_vec();
    all.push(mutate(
        "Open_vSwitch",
        &json!([]),
        &json!([["next_cfg", "+=", 1]]),
    ));
    all.push(json!({
        "op": "select", "table": "Open_vSwitch", "where": [], "columns": ["next_cfg"]
    }));
    let results = match client.transact(&all)? {
        Ok(results) => results,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let number = results
        .last()
        .and_then(|last| last.pointer("/rows/0/next_cfg")?.as_i64());
    number.map(Ok).ok_or_else(|| {
        Error::failed(format!(
            "the database at `{}` has no row Open_vSwitch",
            client.remote()
        ))
        .hint("initialize it: ovs-vsctl --no-wait init")
    })
}

/// Commits a deletion. What is gone from the database is gone for good, so a switch that
/// does not follow is only told of.
fn removed(client: &mut Client, operations: &[Value], name: &IfName) -> Result<bool> {
    let config = match commit(client, operations)? {
        Ok(config) => config,
        Err(refusal) => {
            return Err(
                Error::failed(format!("cannot delete `{name}` from Open vSwitch"))
                    .because(refusal)
                    .hint("something else changed it meanwhile: repeat the command"),
            );
        }
    };
    if !client.await_config(config, DELETE_PATIENCE)? {
        tracing::info!(%name, "gone from the database, but ovs-vswitchd does not follow");
    }
    Ok(true)
}

/// Waits until the switch has done a configuration, and reads back what it says of an
/// interface: the inner error is why it cannot use it.
fn settle(client: &mut Client, config: i64, name: &str) -> Result<Result<(), String>> {
    if !client.await_config(config, SWITCH_PATIENCE)? {
        return Err(Error::unreachable(format!(
            "ovs-vswitchd has not taken up `{name}` within {} s",
            SWITCH_PATIENCE.as_secs()
        ))
        .hint("see if ovs-vswitchd runs, and its log"));
    }
    Ok(match read::interface(client, name)? {
        Some(Interface {
            error: Some(text), ..
        }) => Err(shown(&text)),
        Some(Interface {
            ofport: Some(0..), ..
        }) => Ok(()),
        Some(_) => Err("ovs-vswitchd cannot use it".into()),
        None => Err("something else deleted it meanwhile".into()),
    })
}

/// Takes back what the switch could not do, with the first error as the message.
fn take_back(
    client: &mut Client,
    error: Error,
    delete: impl FnOnce(&mut Client) -> Result<bool>,
) -> Error {
    match delete(client) {
        Ok(_) => error,
        Err(why) => error.hint(format!("it is still in the database: {why}")),
    }
}

/// A conflict for a name that is a port already.
fn elsewhere(client: &mut Client, name: &str) -> Error {
    let bridge = match read::port_of(client, name) {
        Ok(Some((bridge, _))) => format!(" of the Open vSwitch bridge `{}`", shown(&bridge)),
        _ => " of Open vSwitch".into(),
    };
    Error::conflict(format!("`{name}` is a port{bridge} already"))
        .hint(format!("take it out first: ovs-vsctl del-port {name}"))
}

fn taken_or_failed(cannot: &str, refusal: Refusal) -> Error {
    // Two rows of a table cannot have one name.
    match refusal.name.as_str() {
        "constraint violation" => Error::conflict(cannot.to_owned())
            .because(refusal)
            .hint("see `ovs-vsctl show` for what has the name"),
        _ => Error::failed(cannot.to_owned()).because(refusal),
    }
}

fn marked(mark: &str) -> Value {
    value::from_map(&BTreeMap::from([(MARK_KEY.to_owned(), mark.to_owned())]))
}

/// Fails the transaction at once unless the rows of that condition are these.
fn wait(table: &str, condition: &Value, column: &str, rows: &Value) -> Value {
    json!({
        "op": "wait", "table": table, "where": condition, "columns": [column],
        "until": "==", "rows": rows, "timeout": 0,
    })
}

/// Fails the transaction at once if there is a row of that name.
fn absent(table: &str, name: &str) -> Value {
    wait(table, &json!([["name", "==", name]]), "name", &json!([]))
}

fn insert_row(table: &str, name: &str, row: &Value) -> Value {
    json!({ "op": "insert", "table": table, "uuid-name": name, "row": row })
}

fn mutate(table: &str, condition: &Value, mutations: &Value) -> Value {
    json!({ "op": "mutate", "table": table, "where": condition, "mutations": mutations })
}
