//! `netpipe doctor`

use clap::Args;

use super::output::{Output, Tone};
use crate::error::{Error, Result};
use crate::ops::Context;
use crate::ops::doctor::{self, Check, Status};

/// Check that this host has what netpipe needs, and say how to mend it
///
/// Tries each kind of link in a network namespace that is thrown away, and looks at
/// privileges, store, container engine, firewall and settings. Changes nothing. The exit
/// status is 1 if something is bad; what is only missing for some uses is a warning.
#[derive(Debug, Args)]
pub struct Doctor {}

impl Doctor {
    /// Prints a line a check; fails if one is bad.
    pub fn run(&self, ctx: &Context, out: &Output) -> Result<()> {
        let all = doctor::examine(ctx);
        out.json(&all);
        out.table(
            &["CHECK", "STATUS", "DETAIL"],
            all.iter().map(|check| cells(check, out)),
        );
        let bad: Vec<_> = all
            .iter()
            .filter(|check| check.status == Status::Bad)
            .map(|check| check.check.as_str())
            .collect();
        if bad.is_empty() {
            return Ok(());
        }
        Err(Error::failed(format!(
            "netpipe cannot work here: {}",
            bad.join(", ")
        )))
    }
}

fn cells(check: &Check, out: &Output) -> Vec<String> {
    let status = match check.status {
        Status::Ok => out.toned(Tone::Good, "ok"),
        Status::Warn => out.toned(Tone::Warn, "warn"),
        Status::Bad => out.toned(Tone::Bad, "bad"),
        Status::Info => "info".into(),
    };
    let mut detail = check.detail.clone();
    if let Some(fix) = &check.fix {
        detail.push_str("\nfix: ");
        detail.push_str(fix);
    }
    vec![check.check.clone(), status, detail]
}
