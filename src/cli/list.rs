//! `netpipe list`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::{AttachmentView, listed};
use crate::error::Result;
use crate::ops::Context;
use crate::ops::list::{self, Listed};
use crate::spec::Target;

/// List what is attached on this host, beside what the kernel has
///
/// STATE is `active`; `pending` while a command is making or changing the attachment, and
/// `detaching` while one is taking it down, or after such a command was killed: the next
/// one on the target, or `netpipe gc`, settles it. KERNEL says whether the link is `up`,
/// `down` or `missing`, or `unknown` if the engine does not answer.
#[derive(Debug, Args)]
pub struct List {
    /// Only this target's
    #[arg(value_parser = grammar::<Target>)]
    target: Option<Target>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    attachment: AttachmentView<'a>,
    kernel: &'static str,
}

impl<'a> From<&'a Listed> for Row<'a> {
    fn from(one: &'a Listed) -> Self {
        let Listed { record, kernel } = one;
        Row {
            attachment: record.into(),
            kernel: kernel.word(),
        }
    }
}

impl List {
    /// Prints a line an attachment.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let all = list::list(ctx, self.target.as_ref())?;
        out.json(&all.iter().map(Row::from).collect::<Vec<_>>());
        let head = [
            "TARGET",
            "IFNAME",
            "LINK",
            "ADDRESSES",
            "NETWORK",
            "STATE",
            "KERNEL",
        ];
        out.table(&head, all.iter().map(|one| cells(one, out)));
        Ok(())
    }
}

fn cells(one: &Listed, out: &Output) -> Vec<String> {
    let record = &one.record;
    let settled = match record.is_unsettled() {
        true => Tone::Warn,
        false => Tone::Good,
    };
    let state = out.toned(settled, record.state_word());
    let tone = if one.kernel == list::Kernel::Up {
        Tone::Good
    } else {
        Tone::Bad
    };
    vec![
        record.owner.target.to_string(),
        record.owner.ifname.to_string(),
        record.link.to_string(),
        listed(&record.addresses),
        record
            .network
            .as_ref()
            .map_or_else(|| "-".into(), ToString::to_string),
        state,
        out.toned(tone, one.kernel.word()),
    ]
}
