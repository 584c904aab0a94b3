//! `netpipe shape`

use clap::Args;
use serde::Serialize;

use super::grammar;
use super::output::{Output, Tone};
use crate::error::{Error, Result};
use crate::ops::{Context, shape};
use crate::registry::record::AttachmentRecord;
use crate::spec::{IfName, Percent, Rate, Shape as Wanted, Size, Target, Time};

/// Limit, delay and disturb what a container sends by an interface
///
/// With any of the options, what the interface sends is shaped so and in no other way: what
/// is not given is not done. It is recorded, so `check` sees when it is not so any more, and
/// `check --repair` puts it back, also after a restart of the container. It goes with the
/// interface; what `attach --replace` makes in its place has it too.
///
/// Without options it shows what is recorded of the interface; of the target, if no interface
/// is named; and of all of this host's, if no target is.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Units, as in tc(8):
  RATE     500kbit, 10mbit, 1gbit: thousands of bits a second; kibit, mibit: 1024;
           kbps, mbps, gbps: bytes a second
  SIZE     1600, 32kb, 1mb: bytes, and 1024 of them
  TIME     1.5s, 100ms, 200us
  PERCENT  1%, 0.1%

What is shaped:
  Only what the container sends by the interface. To shape what it gets as well,
  shape the other end: of a wire (`veth:TARGET`) that is an interface with a shape
  of its own.

In the kernel:
  --rate is a tbf with the handle 6e71:, the rest a netem with the handle 6e70:, of
  which the tbf is the child if there are both. By default a burst is what the rate
  gives in a hundredth of a second, but at least a packet, and a packet may wait 50
  milliseconds. A queueing discipline that is not netpipe's is never touched.

Examples:
  netpipe shape web eth1 --rate 10mbit
  netpipe shape web eth1 --delay 100ms --jitter 10ms --loss 0.1%
  netpipe shape web eth1
  netpipe shape web eth1 --clear
  netpipe shape")]
pub struct Shape {
    /// The target, as given to attach
    #[arg(value_parser = grammar::<Target>)]
    target: Option<Target>,
    /// The interface inside it
    #[arg(value_parser = grammar::<IfName>, value_name = "IFNAME")]
    ifname: Option<IfName>,
    /// The most it sends in a second
    #[arg(long, value_name = "RATE", value_parser = grammar::<Rate>)]
    rate: Option<Rate>,
    /// How much it may send at once after a pause, at full speed [default: a hundredth of a
    /// second's]
    #[arg(long, value_name = "SIZE", value_parser = grammar::<Size>)]
    burst: Option<Size>,
    /// How long a packet may wait for its turn before it is dropped [default: 50ms]
    #[arg(long, value_name = "TIME", value_parser = grammar::<Time>)]
    latency: Option<Time>,
    /// Send everything that much later
    #[arg(long, value_name = "TIME", value_parser = grammar::<Time>)]
    delay: Option<Time>,
    /// Vary the delay by up to that, either way
    #[arg(long, value_name = "TIME", value_parser = grammar::<Time>)]
    jitter: Option<Time>,
    /// Lose that many packets
    #[arg(long, value_name = "PERCENT", value_parser = grammar::<Percent>)]
    loss: Option<Percent>,
    /// Send that many twice
    #[arg(long, value_name = "PERCENT", value_parser = grammar::<Percent>)]
    duplicate: Option<Percent>,
    /// Change a bit in that many
    #[arg(long, value_name = "PERCENT", value_parser = grammar::<Percent>)]
    corrupt: Option<Percent>,
    /// Send that many at once, before those that are delayed
    #[arg(long, value_name = "PERCENT", value_parser = grammar::<Percent>)]
    reorder: Option<Percent>,
    /// Stop shaping it
    #[arg(long, conflicts_with_all = Wanted::FIELDS)]
    clear: bool,
    /// Print the equal commands of iproute2 and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// The shape of one interface as programs see it.
#[derive(Serialize)]
struct View<'a> {
    host: &'a str,
    target: String,
    ifname: &'a str,
    shape: Option<&'a Wanted>,
}

impl<'a> From<&'a AttachmentRecord> for View<'a> {
    fn from(record: &'a AttachmentRecord) -> Self {
        Self {
            host: &record.owner.host,
            target: record.owner.target.to_string(),
            ifname: record.owner.ifname.as_str(),
            shape: record.shape.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    view: View<'a>,
    drift: Option<String>,
}

#[derive(Serialize)]
struct Changed<'a> {
    #[serde(flatten)]
    view: View<'a>,
    changed: bool,
}

impl Shape {
    /// Whether it changes nothing.
    pub fn only_reads(&self) -> bool {
        self.dry_run || !self.clear && self.wanted().is_empty()
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            rate: self.rate,
            burst: self.burst,
            latency: self.latency,
            delay: self.delay,
            jitter: self.jitter,
            loss: self.loss,
            duplicate: self.duplicate,
            corrupt: self.corrupt,
            reorder: self.reorder,
        }
    }

    /// Shapes, clears or shows.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let wanted = self.wanted();
        let changes = self.clear || !wanted.is_empty();
        match (&self.target, &self.ifname) {
            (Some(target), Some(ifname)) if changes => {
                let shape = (!self.clear).then(|| wanted.validated()).transpose()?;
                self.set(ctx, out, (target, ifname), shape)
            }
            _ if changes => Err(Error::usage("which interface of which target is not said")
                .hint("name both: netpipe shape TARGET IFNAME …; `netpipe list` shows them")),
            _ if self.dry_run => Err(Error::usage("there is nothing to do, and so to try")
                .hint("give what is to be done as well, such as --rate 10mbit, or --clear")),
            (Some(target), Some(ifname)) => show(ctx, out, target, ifname),
            (target, _) => list(ctx, out, target.as_ref()),
        }
    }

    fn set(
        &self,
        ctx: &Context,
        out: &Output,
        (target, ifname): (&Target, &IfName),
        shape: Option<Wanted>,
    ) -> Result<()> {
        if self.dry_run {
            out.commands(&shape::dry_run(ctx, target, ifname, shape)?);
            return Ok(());
        }
        let done = shape::set(ctx, target, ifname, shape)?;
        let view = View::from(&done.record);
        let verb = match (done.changed, view.shape) {
            (false, _) => "unchanged",
            (true, Some(_)) => "shaped",
            (true, None) => "cleared",
        };
        let what = view.shape.map(|shape| format!(": {shape}"));
        out.line(&format!(
            "{verb}: {} {}{}",
            view.target,
            view.ifname,
            what.unwrap_or_default()
        ));
        out.json(&Changed {
            changed: done.changed,
            view,
        });
        Ok(())
    }
}

fn show(ctx: &Context, out: &Output, target: &Target, ifname: &IfName) -> Result<()> {
    let (record, drift) = shape::show(ctx, target, ifname)?;
    let view = View::from(&record);
    let shape = view.shape.map_or_else(|| "-".into(), Wanted::to_string);
    out.line(&format!("{} {}: {shape}", view.target, view.ifname));
    if let Some(drift) = &drift {
        out.line(&format!("  drift       {}", out.toned(Tone::Bad, drift)));
    }
    out.json(&Shown { view, drift });
    Ok(())
}

fn list(ctx: &Context, out: &Output, target: Option<&Target>) -> Result<()> {
    let all = shape::list(ctx, target)?;
    let views: Vec<View<'_>> = all.iter().map(View::from).collect();
    out.json(&views);
    let row = |view: &View<'_>| {
        let shape = view.shape.map_or_else(|| "-".into(), Wanted::to_string);
        vec![view.target.clone(), view.ifname.to_owned(), shape]
    };
    out.table(&["TARGET", "IFNAME", "SHAPE"], views.iter().map(row));
    Ok(())
}
