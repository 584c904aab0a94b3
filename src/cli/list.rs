//! `netpipe list`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use super::view::{AttachmentView, listed};
use crate::error::Result;
use crate::ops::Context;
use crate::ops::list::{self, Kernel, Listed};
use crate::registry::record::AttachmentRecord;
use crate::spec::Target;

/// List what is attached on this host, beside what the kernel has
///
/// STATE is `active`; `pending` while a command is making or changing the attachment, and
/// `detaching` while one is taking it down, or after such a command was killed: the next
/// one on the target, or `netpipe gc`, settles it. KERNEL says whether the link is `up`,
/// `down` or `missing`, or `unknown` if the engine does not answer. A wire between two targets
/// has a line for each end.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_kernel: Option<&'static str>,
}

impl<'a> From<&'a Listed> for Row<'a> {
    fn from(one: &'a Listed) -> Self {
        let Listed {
            record,
            kernel,
            far,
        } = one;
        Row {
            attachment: record.into(),
            kernel: kernel.word(),
            peer_kernel: far.as_ref().map(|(_, kernel)| kernel.word()),
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
        let rows = all.iter().flat_map(|one| {
            let near = cells(&one.record, one.kernel, out);
            let far = one.far.as_ref();
            std::iter::once(near).chain(far.map(|(record, kernel)| cells(record, *kernel, out)))
        });
        out.table(&head, rows);
        Ok(())
    }
}

fn cells(record: &AttachmentRecord, kernel: Kernel, out: &Output) -> Vec<String> {
    let settled = match record.is_unsettled() {
        true => Tone::Warn,
        false => Tone::Good,
    };
    let state = out.toned(settled, record.state_word());
    let tone = if kernel == Kernel::Up {
        Tone::Good
    } else {
        Tone::Bad
    };
    vec![
        record.owner.target.to_string(),
        record.owner.ifname.to_string(),
        record.plug(),
        listed(record.own_addresses()),
        record
            .network
            .as_ref()
            .map_or_else(|| "-".into(), ToString::to_string),
        state,
        out.toned(tone, kernel.word()),
    ]
}
