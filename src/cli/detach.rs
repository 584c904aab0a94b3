//! `netpipe detach`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::Output;
use super::view::{AttachmentView, listed};
use crate::error::Result;
use crate::ops::Context;
use crate::ops::detach::{self, Which};
use crate::ops::detach_preview;
use crate::spec::{IfName, Target};

/// Unplug a container from its links
///
/// Removes the links, addresses and rules that netpipe made, frees the addresses, and
/// puts back the default route that was replaced. A wire is detached by either end, and a
/// card that moved in comes home. Works when the container is gone. What
/// is detached already stays so.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe detach web
  netpipe detach web eth1
  netpipe detach web --all")]
pub struct Detach {
    /// The target, as given to attach
    #[arg(value_parser = grammar::<Target>)]
    target: Target,
    /// The interface inside the target; not needed if there is just one
    #[arg(value_parser = grammar::<IfName>, conflicts_with = "all")]
    ifname: Option<IfName>,
    /// Unplug every interface that netpipe made
    #[arg(long)]
    all: bool,
    /// Print the equal iproute2 commands and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    removed: Vec<AttachmentView<'a>>,
}

impl Detach {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        self.dry_run
    }

    /// Detaches and says what is gone.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let which = match self.ifname {
            Some(ifname) => Which::Named(ifname),
            None if self.all => Which::All,
            None => Which::Only,
        };
        if self.dry_run {
            out.commands(&detach_preview::commands(ctx, &self.target, &which)?);
            return Ok(());
        }
        let outcome = detach::detach(ctx, &self.target, &which)?;
        out.json(&Report {
            removed: outcome.removed.iter().map(Into::into).collect(),
        });
        for record in &outcome.removed {
            let (target, ifname, link) =
                (&record.owner.target, &record.owner.ifname, record.plug());
            let addresses = listed(record.all_addresses());
            out.line(&format!(
                "detached: {target} {ifname} from {link}, freed {addresses}"
            ));
        }
        if outcome.removed.is_empty() {
            out.line(&format!("nothing to detach: {}", self.target));
        }
        Ok(())
    }
}
