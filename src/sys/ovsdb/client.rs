//! Requests and their answers (RFC 7047 section 4).

use std::fmt;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::Wire;
use crate::error::{Error, Result};
use crate::spec::{OvsdbRemote, shown};
use crate::sys::signal::Interrupt;

/// The database of every Open vSwitch (ovs-vswitchd.conf.db(5)).
const DATABASE: &str = "Open_vSwitch";

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the switch itself may take to do what the database says.
pub const SWITCH_PATIENCE: Duration = Duration::from_secs(10);

/// The name of the one thing that is monitored: how far the switch has come.
const MONITOR: &str = "netpipe-cfg";

/// A connection to the database of a switch.
#[derive(Debug)]
pub struct Client {
    wire: Wire,
    remote: OvsdbRemote,
    next_id: u64,
    monitored: bool,
    /// `cur_cfg`, the last configuration that the switch has completed.
    done: i64,
}

/// What the database said of a transaction that it refused: nothing of it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which operation it was, counted from zero; the number of all of them for the commit.
    pub operation: usize,
    /// The error's name, such as `constraint violation`.
    pub name: String,
    /// What it says besides.
    pub details: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.details.is_empty() {
            true => write!(f, "{}", shown(&self.name)),
            false => write!(f, "{}: {}", shown(&self.name), shown(&self.details)),
        }
    }
}

impl std::error::Error for Refusal {}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Unreachable if nobody listens there, or a signal arrives.
    pub fn connect(remote: &OvsdbRemote, interrupt: &Interrupt) -> Result<Self> {
        Ok(Self {
            wire: Wire::connect(remote, Instant::now() + PATIENCE, interrupt)?,
            remote: remote.clone(),
            next_id: 0,
            monitored: false,
            done: -1,
        })
    }

    /// Where it is connected to.
    pub fn remote(&self) -> &OvsdbRemote {
        &self.remote
    }

    /// From now on a signal ends a wait, or with the default one, none does.
    pub fn listen_to(&mut self, interrupt: &Interrupt) {
        self.wire.interrupt = interrupt.clone();
    }

    /// Runs operations as one transaction: their results, or why none of them was done.
    ///
    /// # Errors
    /// If the server does not answer, or not in OVSDB.
    pub(super) fn transact(&mut self, operations: &[Value]) -> Result<Result<Vec<Value>, Refusal>> {
        let deadline = Instant::now() + PATIENCE;
        let mut params = vec![json!(DATABASE)];
        params.extend_from_slice(operations);
        self.next_id += 1;
        let id = json!(self.next_id);
        let request = json!({ "method": "transact", "params": params, "id": id });
        self.wire.send(request.to_string().as_bytes(), deadline)?;
        let answer = loop {
            if let Some((_, answer)) = self.receive(deadline)?.filter(|(of, _)| *of == id) {
                break answer;
            }
        };
        let Some(results) = answer.as_array() else {
            return Err(self.wire.garbage());
        };
        if let Some(refusal) = refusal(results) {
            return Ok(Err(refusal));
        }
        match results.len() == operations.len() {
            true => Ok(Ok(results.clone())),
            false => Err(self.wire.garbage()),
        }
    }

    /// Asks to be told how far the switch has come. The answer need not be waited for: it
    /// comes before that of any later request.
    pub(super) fn monitor(&mut self) -> Result<()> {
        if self.monitored {
            return Ok(());
        }
        self.monitored = true;
        let tables = json!({ "Open_vSwitch": { "columns": ["cur_cfg"] } });
        let request = json!({
            "method": "monitor", "params": [DATABASE, MONITOR, tables], "id": MONITOR
        });
        let deadline = Instant::now() + PATIENCE;
        self.wire.send(request.to_string().as_bytes(), deadline)
    }

    /// Sleeps on the server's events until the switch has completed that configuration;
    /// whether it has by the deadline.
    ///
    /// # Errors
    /// If the server closes the connection, or a signal arrives.
    pub(super) fn await_config(&mut self, wanted: i64, patience: Duration) -> Result<bool> {
        let deadline = Instant::now() + patience;
        while self.done < wanted {
            match self.receive(deadline) {
                Ok(_) => {}
                Err(_) if Instant::now() >= deadline && self.wire.interrupt.check().is_ok() => {
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Takes one message: an answer with the id of its request, or none if it was the
    /// server's own, which is dealt with.
    fn receive(&mut self, deadline: Instant) -> Result<Option<(Value, Value)>> {
        let mut message = self.wire.receive(deadline)?;
        let mut take = |field: &str| message.get_mut(field).map(Value::take).unwrap_or_default();
        let (id, params) = (take("id"), take("params"));
        match message.get("method").and_then(Value::as_str) {
            Some("echo") => {
                let answer = json!({ "result": params, "error": null, "id": id });
                self.wire.send(answer.to_string().as_bytes(), deadline)?;
                return Ok(None);
            }
            Some("update") if params.get(0) == Some(&json!(MONITOR)) => {
                self.note(params.get(1));
                return Ok(None);
            }
            Some(_) => return Ok(None),
            None => {}
        }
        let error = message.get("error").unwrap_or(&Value::Null);
        if !error.is_null() {
            return Err(self.refused(error));
        }
        let Some(result) = message.get_mut("result").map(Value::take) else {
            return Err(self.wire.garbage());
        };
        if id == MONITOR {
            self.note(Some(&result));
            return Ok(None);
        }
        Ok(Some((id, result)))
    }

    /// Reads how far the switch has come from what the monitor tells.
    fn note(&mut self, tables: Option<&Value>) {
        let rows = tables.and_then(|tables| tables.get("Open_vSwitch")?.as_object());
        for row in rows.into_iter().flat_map(serde_json::Map::values) {
            if let Some(done) = row.pointer("/new/cur_cfg").and_then(Value::as_i64) {
                self.done = done;
            }
        }
    }

    /// The server refuses the request as such.
    fn refused(&self, error: &Value) -> Error {
        let text = error.get("error").unwrap_or(error);
        let text = text
            .as_str()
            .map_or_else(|| text.to_string(), str::to_owned);
        Error::failed(format!(
            "the OVSDB server at `{}` refuses: {}",
            self.remote,
            shown(&text)
        ))
        .hint("it may be the server of another database, such as OVN's: give the switch's with --ovs-db unix:/PATH")
    }
}

/// The first error among the results of a transaction. Operations behind a failed one have
/// no result, and the commit's own error stands behind them all (section 4.1.3).
fn refusal(results: &[Value]) -> Option<Refusal> {
    let text = |value: &Value, field: &str| {
        let text = value.get(field).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let mut each = results.iter().enumerate();
    let (operation, found) = each.find(|(_, result)| {
        let error = result.get("error");
        error.is_some_and(|error| !error.is_null())
    })?;
    Some(Refusal {
        operation,
        name: text(found, "error"),
        details: text(found, "details"),
    })
}
