//! `netpipe kv check`

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};
use futures_util::future::{join, join_all, try_join_all};

use super::defrag::defragment;
use super::json::{Json, Object};
use super::print::Printer;
use super::remote::{Remote, Server};
use super::value::duration;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::{
    CompactionRequest, DeleteRangeRequest, PutRequest, RangeRequest,
};
use crate::kv::types::prefix_end;

/// The size of what is written, as etcdctl's.
const KEY: usize = 256;
const VALUE: usize = 1024;
/// What counts as too slow: one put, and how far puts differ.
const SLOWEST: f64 = 0.5;
const DEVIATION: f64 = 0.1;

/// See whether the cluster is as fast as it has to be
#[derive(Debug, Args)]
pub struct Check {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write as fast as a load asks for, and say whether the cluster keeps up
    ///
    /// The loads: small, 50 clients and 150 puts a second; medium, 200 and 1,000; large, 500 and
    /// 8,000; xlarge, 1,000 and 15,000. Keys have 256 bytes, values 1,024. It passes with nine
    /// tenths of the puts, none slower than 500 ms, and a standard deviation below 100 ms. What
    /// was written is deleted.
    #[command(after_long_help = "\
Example:
  netpipe kv check perf --load m --auto-compact")]
    Perf(Perf),
}

#[derive(Debug, Args)]
struct Perf {
    /// How much to write
    #[arg(long, value_name = "s|m|l|xl", default_value = "s")]
    load: Load,
    /// What the keys begin with
    #[arg(long, value_name = "KEY", default_value = "/etcdctl-check-perf/")]
    prefix: String,
    /// How long to write
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "60s")]
    duration: Duration,
    /// Compact afterwards
    #[arg(long)]
    auto_compact: bool,
    /// Give the space back to the disk afterwards
    #[arg(long)]
    auto_defrag: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Load {
    #[value(name = "s", alias = "small")]
    Small,
    #[value(name = "m", alias = "medium")]
    Medium,
    #[value(name = "l", alias = "large")]
    Large,
    #[value(name = "xl", aliases = ["xlarge", "xLarge"])]
    Xlarge,
}

impl Load {
    /// How many clients, and how many puts a second.
    fn numbers(self) -> (usize, u32) {
        match self {
            Self::Small => (50, 150),
            Self::Medium => (200, 1_000),
            Self::Large => (500, 8_000),
            Self::Xlarge => (1_000, 15_000),
        }
    }
}

impl Check {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        let Command::Perf(perf) = self.command;
        server.run(|remote| async move { perf.run(&remote, printer).await })
    }
}

impl Perf {
    async fn run(self, remote: &Remote, printer: Printer<'_>) -> Result<()> {
        self.nothing_is_there(remote).await?;
        let (count, rate) = self.load.numbers();
        let clients = try_join_all((0..count).map(|_| remote.another())).await?;
        let found = Found::default();
        let pace = Pace::new(rate, self.duration);
        let seconds = usize::try_from(self.duration.as_secs()).unwrap_or(usize::MAX);
        let bar = printer.out.progress(seconds, "seconds");
        let puts = clients.iter().map(|client| self.put(client, &pace, &found));
        let time = self.duration;
        let ticks = async {
            let begin = Instant::now();
            while begin.elapsed() < time {
                tokio::time::sleep(Duration::from_secs(1).min(time)).await;
                bar.inc(1);
            }
        };
        let interrupted = until_interrupted(join(join_all(puts), ticks)).await;
        bar.finish_and_clear();
        let cleaned = self.clean(remote, printer).await;
        if interrupted.is_none() {
            return Err(Error::interrupted(nix::libc::SIGINT));
        }
        cleaned?;
        found.report(rate, pace.begin.elapsed(), printer)
    }

    async fn nothing_is_there(&self, remote: &Remote) -> Result<()> {
        let request = RangeRequest {
            key: self.prefix.clone().into(),
            range_end: prefix_end(self.prefix.as_bytes()),
            limit: 1,
            ..RangeRequest::default()
        };
        let call = || async { remote.kv().range(request.clone()).await };
        match remote.call(call).await?.kvs.is_empty() {
            true => Ok(()),
            false => {
                let prefix = crate::spec::shown(&self.prefix);
                Err(Error::conflict(format!("prefix `{prefix}` has keys"))
                    .hint(format!("delete them: netpipe kv del --prefix {prefix}")))
            }
        }
    }

    /// One client: puts as the pace lets it.
    async fn put(&self, client: &Remote, pace: &Pace, found: &Found) {
        let value = vec![0; VALUE];
        while let Some(number) = pace.next().await {
            // Scattered over the prefix: the golden ratio's multiples fill an interval evenly.
            let scattered = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let key = format!("{}{scattered:016x}{:0>1$}", self.prefix, KEY - 16);
            let request = PutRequest {
                key: key.into(),
                value: value.clone(),
                ..PutRequest::default()
            };
            let begin = Instant::now();
            let outcome = client
                .call(|| async { client.kv().put(request.clone()).await })
                .await;
            found.note(begin.elapsed(), outcome.err());
        }
    }

    /// Deletes what was written.
    async fn clean(&self, remote: &Remote, printer: Printer<'_>) -> Result<()> {
        let request = DeleteRangeRequest {
            key: self.prefix.clone().into(),
            range_end: prefix_end(self.prefix.as_bytes()),
            prev_kv: false,
        };
        let call = || async { remote.kv().delete_range(request.clone()).await };
        let deleted = remote.call(call).await?;
        if self.auto_compact {
            let revision = deleted.header.map_or(0, |header| header.revision);
            let request = CompactionRequest {
                revision,
                physical: true,
            };
            remote
                .call(|| async { remote.kv().compact(request).await })
                .await?;
            let text = format!("Compacted with revision {revision}");
            printer.out.line(&text);
        }
        if self.auto_defrag {
            for one in remote.each().await? {
                let text = format!("Defragmented {:?}", one.name);
                defragment(one.remote).await?;
                printer.out.line(&text);
            }
        }
        Ok(())
    }
}

/// Waits for `work` unless SIGINT comes first.
async fn until_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        _ = tokio::signal::ctrl_c() => None,
    }
}

/// Lets so many requests go a second, and saves none up.
struct Pace {
    begin: Instant,
    end: Instant,
    gap: Duration,
    next: Cell<Instant>,
    count: Cell<u64>,
}

impl Pace {
    fn new(rate: u32, time: Duration) -> Self {
        let begin = Instant::now();
        Self {
            begin,
            end: begin + time,
            gap: Duration::from_secs(1) / rate,
            next: Cell::new(begin),
            count: Cell::new(0),
        }
    }

    /// Waits until the next may go; none once the time is over.
    async fn next(&self) -> Option<u64> {
        let slot = self.next.get().max(Instant::now());
        if slot >= self.end {
            return None;
        }
        self.next.set(slot + self.gap);
        let number = self.count.replace(self.count.get() + 1);
        tokio::time::sleep_until(slot.into()).await;
        Some(number)
    }
}

/// How long puts took, and what failed.
#[derive(Default)]
struct Found {
    took: RefCell<Vec<f64>>,
    errors: RefCell<std::collections::BTreeMap<String, u64>>,
}

impl Found {
    fn note(&self, time: Duration, error: Option<Error>) {
        match error {
            None => self.took.borrow_mut().push(time.as_secs_f64()),
            Some(error) => {
                let mut errors = self.errors.borrow_mut();
                *errors.entry(error.to_string()).or_default() += 1;
            }
        }
    }

    fn report(self, rate: u32, time: Duration, printer: Printer<'_>) -> Result<()> {
        let (took, errors) = (self.took.into_inner(), self.errors.into_inner());
        #[allow(clippy::cast_precision_loss)]
        let count = took.len().max(1) as f64;
        let rate_found = took.len() as f64 / time.as_secs_f64();
        let slowest = took.iter().copied().fold(0.0, f64::max);
        let mean = took.iter().sum::<f64>() / count;
        let deviation = (took.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / count).sqrt();
        let say = |text: String| printer.out.line(&text);
        if !errors.is_empty() {
            say("FAIL: too many errors".into());
            let each = errors.iter();
            each.for_each(|(text, count)| say(format!("FAIL: ERROR({text}) -> {count}")));
        }
        let fast = rate_found / f64::from(rate) > 0.9;
        say(match fast {
            true => format!("PASS: Throughput is {rate_found:.0} writes/s"),
            false => format!("FAIL: Throughput too low: {rate_found:.0} writes/s"),
        });
        let quick = slowest <= SLOWEST;
        say(match quick {
            true => format!("PASS: Slowest request took {slowest:.6}s"),
            false => format!("Slowest request took too long: {slowest:.6}s"),
        });
        let even = deviation <= DEVIATION;
        say(match even {
            true => format!("PASS: Stddev is {deviation:.6}s"),
            false => format!("Stddev too high: {deviation:.6}s"),
        });
        let passed = errors.is_empty() && fast && quick && even;
        say(if passed { "PASS" } else { "FAIL" }.into());
        let number = |value: f64| Json::Text(format!("{value:.6}"));
        printer.out.json(
            &Object::new()
                .with("passed", passed)
                .with("puts", took.len() as u64)
                .with("errors", errors.values().sum::<u64>())
                .with("puts_per_second", number(rate_found))
                .with("slowest_seconds", number(slowest))
                .with("stddev_seconds", number(deviation)),
        );
        if !passed {
            printer.out.exit_with(1);
        }
        Ok(())
    }
}
