//! How tunnels look: in tables and as JSON. Field names here are stable.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use serde::Serialize;

use crate::cli::output::Output;
use crate::cli::view::listed;
use crate::ops::tunnel::Listed;
use crate::spec::{Mac, TunnelKind, VlanId, Wire};

/// A tunnel as programs see it.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    name: &'a str,
    kind: TunnelKind,
    local: Option<IpAddr>,
    remote: Option<IpAddr>,
    key: Option<u32>,
    vni: Option<u32>,
    port: Option<u16>,
    dev: Option<&'a str>,
    ttl: u8,
    tos: u8,
    learning: bool,
    mtu: u32,
    mac: Option<Mac>,
    bridge: Option<&'a str>,
    vlan: Option<VlanId>,
    addresses: &'a [IpNetwork],
    routes: &'a [IpNetwork],
    peers: &'a [IpAddr],
    /// `active`, `pending`, `removing`, or `missing` if it is recorded and not there; of
    /// others' `up` or `down`.
    state: &'static str,
    owned: bool,
    /// Whether it is a port of Open vSwitch.
    switch: bool,
}

impl<'a> From<&'a Listed> for View<'a> {
    fn from(listed: &'a Listed) -> Self {
        let port = listed.port.as_ref();
        let wire = match (&listed.record, &listed.found) {
            (Some(record), _) => Some(&record.wire),
            (None, Some(found)) => Some(&found.wire),
            (None, None) => port.map(|port| &port.wire),
        };
        let fallback = &UNKNOWN;
        let wire = wire.unwrap_or(fallback);
        let link = listed.found.as_ref().map(|found| &found.link);
        let record = listed.record.as_ref();
        let gre = wire.kind.is_gre();
        Self {
            name: listed.name(),
            kind: wire.kind,
            local: wire.local,
            remote: wire.remote,
            key: wire.id.filter(|_| gre),
            vni: wire.id.filter(|_| !gre),
            port: wire.port,
            dev: record.and_then(|record| record.dev.as_ref().map(|dev| dev.as_str())),
            ttl: wire.ttl,
            tos: wire.tos,
            learning: wire.learning,
            mtu: record
                .map(|record| record.mtu)
                .or(link.map(|link| link.mtu))
                .or(port.and_then(|port| port.mtu))
                .unwrap_or_default(),
            mac: match record {
                Some(record) => record.mac,
                None => link.and_then(|link| link.mac),
            },
            bridge: record
                .and_then(|record| record.bridge.as_ref().map(|name| name.as_str()))
                .or(port.map(|port| port.bridge.as_str())),
            vlan: record
                .and_then(|record| record.vlan)
                .or(port.and_then(|port| port.vlan)),
            addresses: record.map(|record| &*record.addresses).unwrap_or_default(),
            routes: record.map(|record| &*record.routes).unwrap_or_default(),
            peers: record.map(|record| &*record.peers).unwrap_or_default(),
            state: match (record, link) {
                (Some(record), None) if !record.is_unsettled() => "missing",
                (Some(record), _) => record.state_word(),
                (None, Some(link)) if link.up => "up",
                (None, None) if port.is_some_and(|port| port.error.is_none()) => "up",
                (None, _) => "down",
            },
            owned: record.is_some() || port.is_some_and(|port| port.owned),
            switch: port.is_some(),
        }
    }
}

const UNKNOWN: Wire = Wire {
    kind: TunnelKind::Gre,
    local: None,
    remote: None,
    id: None,
    ttl: 0,
    tos: 0,
    port: None,
    learning: false,
};

impl View<'_> {
    /// All of it, a line each.
    pub fn show(&self, out: &Output) {
        let inherited = |number: u8, inherit: u8| match number == inherit {
            true => "inherit".to_owned(),
            false => number.to_string(),
        };
        out.line(self.name);
        out.line(&format!("  kind        {}", self.kind));
        out.line(&format!("  state       {}", self.state));
        out.line(&format!("  local       {}", listed(self.local)));
        out.line(&format!("  remote      {}", listed(self.remote)));
        match self.kind.is_gre() {
            true => out.line(&format!("  key         {}", listed(self.key))),
            false => {
                out.line(&format!("  vni         {}", listed(self.vni)));
                out.line(&format!("  port        {}", listed(self.port)));
            }
        }
        out.line(&format!("  dev         {}", listed(self.dev)));
        out.line(&format!("  ttl         {}", inherited(self.ttl, 0)));
        out.line(&format!("  tos         {}", inherited(self.tos, 1)));
        if self.kind == TunnelKind::Vxlan {
            let learning = if self.learning { "on" } else { "off" };
            out.line(&format!("  learning    {learning}"));
            out.line(&format!("  peers       {}", listed(self.peers)));
        }
        out.line(&format!("  mtu         {}", self.mtu));
        out.line(&format!("  mac         {}", listed(self.mac)));
        out.line(&format!("  bridge      {}", listed(self.bridge)));
        out.line(&format!("  vlan        {}", listed(self.vlan)));
        out.line(&format!("  addresses   {}", listed(self.addresses)));
        out.line(&format!("  routes      {}", listed(self.routes)));
        let owner = if self.owned { "netpipe" } else { "-" };
        out.line(&format!("  owner       {owner}"));
    }
}

/// One line of the table.
pub fn row(view: &View<'_>) -> Vec<String> {
    vec![
        view.name.to_owned(),
        view.kind.to_string(),
        listed(view.local),
        listed(view.remote),
        listed(view.key.or(view.vni)),
        view.mtu.to_string(),
        listed(view.bridge),
        view.state.to_owned(),
        if view.owned { "netpipe" } else { "-" }.to_owned(),
    ]
}
