//! `netpipe show`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::{AttachmentView, listed, shim_name};
use crate::error::Result;
use crate::ops::Context;
use crate::ops::check::{self, Checked};
use crate::registry::lease::{FOREVER, now};
use crate::registry::record::AttachmentRecord;
use crate::spec::{IfName, Target};

/// Show everything recorded of a target, and where the kernel differs
///
/// The state is `active`; `pending` while a command is making or changing it, and
/// `detaching` while one is taking it down, or after such a command was killed.
#[derive(Debug, Args)]
pub struct Show {
    /// The target, as given to attach
    #[arg(value_parser = grammar::<Target>)]
    target: Target,
    /// Only this interface
    #[arg(value_parser = grammar::<IfName>)]
    ifname: Option<IfName>,
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    drift: Vec<String>,
}

impl<'a> From<&'a Checked> for Shown<'a> {
    fn from(one: &'a Checked) -> Self {
        let Checked { record, drift, .. } = one;
        Shown {
            attachment: record.into(),
            drift: drift.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Show {
    /// Prints each attachment of the target in full.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let all = check::show(ctx, &self.target, self.ifname.as_ref())?;
        out.json(&all.iter().map(Shown::from).collect::<Vec<_>>());
        all.iter().for_each(|one| print(one, out));
        Ok(())
    }
}

/// What servers and routers gave.
fn leases(record: &AttachmentRecord, field: &dyn Fn(&str, String)) {
    field("asks", listed(&record.leasing.asks));
    let at = now();
    for lease in &record.leasing.leases {
        let left = match lease.left(at) {
            FOREVER => "forever".to_owned(),
            left => format!("{left} s left"),
        };
        let from = lease.server.map(|ip| format!(" from {ip}"));
        let text = format!("{}{}, {left}", lease.address, from.unwrap_or_default());
        field(lease.kind.word(), text);
        field("routers", listed(&lease.routers));
        field("given", listed(&lease.routes));
        field("mtu given", listed(lease.mtu));
        field("dns", listed(&lease.dns));
        field("search", listed(&lease.search));
        field("domain", listed(&lease.domain));
        field("client id", lease.client.clone());
    }
}

fn print(one: &Checked, out: &Output) {
    let record = &one.record;
    out.line(&format!("{} {}", record.owner.target, record.owner.ifname));
    let field = |name: &str, value: String| {
        if value != "-" {
            out.line(&format!("  {name:<11} {value}"));
        }
    };
    field("state", record.state_word().to_owned());
    field("link", format!("{} ({})", record.link, record.kind));
    if let Some(peer) = &record.peer {
        let addresses = listed(&peer.addresses);
        let end = format!("{} {} {}", peer.target, peer.ifname, peer.mac);
        field("far end", format!("{end} {addresses}"));
        field("far shape", listed(peer.shape));
    }
    field("partition", listed(record.ipoib.pkey));
    field("mode", listed(record.ipoib.mode));
    if let Some(home) = &record.home {
        let was = if home.up { "up" } else { "down" };
        let held: Vec<_> = home
            .addresses
            .iter()
            .map(|held| held.ip.to_string())
            .collect();
        field(
            "at home",
            format!("{} {} {was} {}", record.link, home.mac, listed(held)),
        );
    }
    field("vlan", listed(&record.vlan));
    if let Some(card) = &record.card {
        field("svlan", listed(card.svlan));
        field("on", card.parent.to_string());
        field("mode", card.mode.to_string());
        field("accepts", listed(&card.sources));
        field("host shim", listed(shim_name(record)));
    }
    if let Ok((name, mac)) = record.host_end() {
        field("host end", format!("{name} {mac}"));
    }
    field("mac", record.mac.to_string());
    field("mtu", record.mtu.to_string());
    field("network", listed(&record.network));
    field("addresses", listed(&record.addresses));
    leases(record, &field);
    field("gateways", listed(&record.gateways));
    field("routes", listed(&record.routes));
    field("sysctls", listed(&record.sysctls));
    field("shape", listed(record.shape));
    field("rules", listed(&record.rules));
    field(
        "replaced",
        listed(
            record
                .saved
                .routes
                .iter()
                .map(|saved| format!("{} dev {}", saved.route, saved.dev)),
        ),
    );
    field("container", listed(&record.container));
    for drift in &one.drift {
        out.line(&format!(
            "  {:<11} {}",
            "drift",
            out.toned(Tone::Bad, &drift.to_string())
        ));
    }
}
