//! `netpipe kv watch`

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, Parser};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

use super::json::{Json, Object, etcd_key_value, header_fields, key_value};
use super::print::{Answer, Page, Printer};
use super::remote::{Remote, Server, with_leader};
use super::run::Program;
use super::span;
use super::txn_text::words;
use super::value::{bytes, quoted};
use crate::error::{Context as _, Error, Result};
use crate::kv::proto::etcdserverpb::watch_request::RequestUnion;
use crate::kv::proto::etcdserverpb::{
    WatchCreateRequest, WatchProgressRequest, WatchRequest, WatchResponse,
};
use crate::kv::proto::mvccpb::Event;
use crate::kv::proto::mvccpb::event::EventType;
use crate::spec::shown;

/// The pause before a broken connection is made anew: from the first to the last of a series.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(2)];

/// Print the changes of a key, or of the keys of a range, as they happen
///
/// Each change is its kind (PUT or DELETE), the key and the value, a line each. With a COMMAND,
/// it is run for each change, with the change in ETCD_WATCH_REVISION, ETCD_WATCH_EVENT_TYPE,
/// ETCD_WATCH_KEY and ETCD_WATCH_VALUE, the last three quoted. When the connection breaks, the
/// watch goes on where it was, at any of the endpoints.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv watch config/ --prefix --rev 1
  netpipe kv watch leader -- logger 'there is a new leader'

Environment:
  ETCDCTL_WATCH_KEY, ETCDCTL_WATCH_RANGE_END
                            as KEY and RANGE_END")]
pub struct Watch {
    #[command(flatten)]
    what: What,
    /// Read from stdin what to watch: lines `watch [OPTION]... KEY [RANGE_END] [-- COMMAND]`,
    /// and `progress`
    #[arg(short, long, conflicts_with = "key")]
    interactive: bool,
}

/// What is watched, on the command line or in a line of stdin.
#[derive(Debug, Clone, Args)]
struct What {
    /// The key, or the first of the range
    #[arg(env = "ETCDCTL_WATCH_KEY", required_unless_present = "interactive")]
    key: Option<OsString>,
    /// The end of the range; it is not part of it
    #[arg(env = "ETCDCTL_WATCH_RANGE_END", conflicts_with = "prefix")]
    range_end: Option<OsString>,
    /// Run this for each change
    #[arg(last = true)]
    command: Vec<OsString>,
    /// The keys that start with KEY
    #[arg(long)]
    prefix: bool,
    /// From this revision on, instead of from now
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    rev: i64,
    /// Print what was there before, too
    #[arg(long)]
    prev_kv: bool,
    /// Print the revision from time to time while nothing changes
    #[arg(long)]
    progress_notify: bool,
}

#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Line {
    #[command(flatten)]
    what: What,
    /// Never set: it has `key` required here too.
    #[arg(long, hide = true)]
    interactive: bool,
}

impl What {
    fn request(&self) -> WatchCreateRequest {
        let key = self.key.clone().map(bytes).unwrap_or_default();
        let end = self.range_end.clone().map(bytes);
        let (key, range_end) = span::span(key, end, self.prefix, false);
        WatchCreateRequest {
            key,
            range_end,
            start_revision: self.rev,
            progress_notify: self.progress_notify,
            prev_kv: self.prev_kv,
            // Without it, what one transaction changed may be more than a message can hold.
            fragment: true,
            ..WatchCreateRequest::default()
        }
    }
}

impl Watch {
    /// Prints changes until the server or a signal ends it.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        server.run(|remote| async move {
            match self.interactive {
                false => watch(&remote, &self.what, mpsc::channel(1).1, printer).await,
                true => interact(&remote, printer).await,
            }
        })
    }
}

/// Watches what lines of stdin say, all at once, until stdin ends and all watches with it.
async fn interact(remote: &Remote, printer: Printer<'_>) -> Result<()> {
    let (sender, mut lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let mut asking = Vec::new();
    let mut watches = futures_util::stream::FuturesUnordered::new();
    loop {
        let line = tokio::select! {
            line = lines.recv() => line,
            Some(ended) = watches.next(), if !watches.is_empty() => {
                ended?;
                continue;
            }
        };
        let Some(line) = line else { break };
        let line = line.or_failed(|| "cannot read stdin".into())?;
        let words = words(line.trim()).unwrap_or_default();
        match words.split_first() {
            Some((word, [])) if word == "progress" => {
                asking.retain(|ask: &mpsc::Sender<()>| ask.try_send(()).is_ok());
            }
            Some((word, rest)) if word == "watch" => match Line::try_parse_from(rest) {
                Ok(Line { what, .. }) => {
                    let (sender, asked) = mpsc::channel(1);
                    asking.push(sender);
                    watches.push(async move { watch(remote, &what, asked, printer).await });
                }
                Err(error) => {
                    let text = error.to_string();
                    let text = text.lines().next().unwrap_or_default().to_owned();
                    printer.out.warn(text.trim_start_matches("error: "));
                }
            },
            _ => {
                let text = format!("`{}` is neither `watch` nor `progress`", shown(&line));
                printer.out.warn(&text);
            }
        }
    }
    while let Some(ended) = watches.next().await {
        ended?;
    }
    Ok(())
}

/// Watches until the server ends it; each message on `asked` asks for the revision.
async fn watch(
    remote: &Remote,
    what: &What,
    mut asked: mpsc::Receiver<()>,
    printer: Printer<'_>,
) -> Result<()> {
    let mut request = what.request();
    let mut pause = PAUSES[0];
    let mut tried = false;
    loop {
        let seen = request.start_revision;
        let broken = match follow(remote, what, &mut request, &mut asked, printer).await? {
            Broken::Unreached(error) if !tried => return Err(error),
            Broken::Unreached(error) | Broken::Lost(error) => error,
        };
        tried = true;
        tracing::info!("the watch goes on elsewhere: {broken}");
        pause = match request.start_revision == seen {
            true => (pause * 2).min(PAUSES[1]),
            false => PAUSES[0],
        };
        tokio::time::sleep(pause).await;
        // A server that was started anew may not know the token; what is wrong, the watch says.
        let _ = remote.authenticate().await;
    }
}

/// How a stream ended that can be made anew.
enum Broken {
    /// It never was one.
    Unreached(Error),
    /// It broke.
    Lost(Error),
}

/// Watches on one stream, and keeps in `request` where the next one has to start.
async fn follow(
    remote: &Remote,
    what: &What,
    request: &mut WatchCreateRequest,
    asked: &mut mpsc::Receiver<()>,
    printer: Printer<'_>,
) -> Result<Broken> {
    let (sender, receiver) = mpsc::channel(4);
    let create = RequestUnion::CreateRequest(request.clone());
    let first = sender.try_send(message(create)).is_ok();
    debug_assert!(first, "the channel has room for it");
    let requests = with_leader(ReceiverStream::new(receiver));
    let mut service = remote.watch();
    let opened = async {
        let opened = service.watch(requests).await;
        opened.map_err(|status| remote.refused(&status))
    };
    let mut answers = match remote.in_time(opened).await {
        Ok(answers) => answers.into_inner(),
        Err(error) => return Ok(Broken::Unreached(error)),
    };
    loop {
        let answer = tokio::select! {
            answer = answers.next() => answer,
            Some(()) = asked.recv() => {
                let progress = RequestUnion::ProgressRequest(WatchProgressRequest {});
                let _ = sender.send(message(progress)).await;
                continue;
            }
        };
        let answer = match answer {
            Some(Ok(answer)) => answer,
            Some(Err(status)) => return Ok(Broken::Lost(remote.refused(&status))),
            None => {
                return Ok(Broken::Lost(Error::unreachable(
                    "the server ended the watch",
                )));
            }
        };
        if hear(&answer, request)? {
            show(what, &answer, printer).await?;
        }
    }
}

fn message(union: RequestUnion) -> WatchRequest {
    WatchRequest {
        request_union: Some(union),
    }
}

/// Notes how far a watch has come; whether there is something to show.
///
/// # Errors
/// The server has ended the watch.
fn hear(answer: &WatchResponse, request: &mut WatchCreateRequest) -> Result<bool> {
    let revision = answer.header.map_or(0, |header| header.revision);
    if answer.canceled {
        return Err(
            match (answer.compact_revision, answer.cancel_reason.as_str()) {
                (0, reason) => {
                    Error::failed(format!("the server ended the watch: {}", shown(reason)))
                }
                (compacted, _) => {
                    let text = "etcdserver: mvcc: required revision has been compacted";
                    Error::failed(text).hint(format!(
                        "the oldest revision that can be watched is {compacted}"
                    ))
                }
            },
        );
    }
    if answer.created {
        // Events between this answer and a broken connection are not to be missed.
        if request.start_revision <= 0 {
            request.start_revision = revision + 1;
        }
        return Ok(false);
    }
    let newest = answer.events.iter().filter_map(|event| event.kv.as_ref());
    let newest = newest.map(|kv| kv.mod_revision).max();
    // What is left of a revision that comes in pieces starts with that revision again.
    let next = match (newest, answer.fragment) {
        (Some(newest), true) => newest,
        (Some(newest), false) => newest + 1,
        (None, _) => revision + 1,
    };
    request.start_revision = request.start_revision.max(next);
    Ok(true)
}

/// Prints an answer, and runs the command for each change in it.
async fn show(what: &What, answer: &WatchResponse, printer: Printer<'_>) -> Result<()> {
    let revision = answer.header.map_or(0, |header| header.revision);
    if answer.events.is_empty() && printer.is_simple() {
        printer.out.line(&format!("progress notify: {revision}"));
        return Ok(());
    }
    printer.print_next(answer)?;
    let Some(program) = Program::new(&what.command) else {
        return Ok(());
    };
    for event in &answer.events {
        let (key, value) = match &event.kv {
            Some(kv) => (quoted(&kv.key), quoted(&kv.value)),
            None => (quoted(b""), quoted(b"")),
        };
        let run = program
            .clone()
            .env("ETCD_WATCH_REVISION", revision.to_string())
            .env("ETCD_WATCH_EVENT_TYPE", format!("\"{}\"", kind(event)))
            .env("ETCD_WATCH_KEY", key)
            .env("ETCD_WATCH_VALUE", value);
        run.start()?.succeed().await?;
    }
    Ok(())
}

fn kind(event: &Event) -> &'static str {
    match event.r#type() {
        EventType::Put => "PUT",
        EventType::Delete => "DELETE",
    }
}

impl Answer for WatchResponse {
    fn simple(&self, page: &mut Page) {
        for event in &self.events {
            page.line(kind(event));
            let kvs = event.prev_kv.iter().chain(&event.kv);
            kvs.for_each(|kv| page.key_value(kv));
        }
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        for event in &self.events {
            page.line(format!("\"Type\" : {}", kind(event)));
            let before = event.prev_kv.iter();
            before.for_each(|kv| page.key_value_fields("Prev", kv));
            let now = event.kv.iter();
            now.for_each(|kv| page.key_value_fields("", kv));
        }
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let events = self.events.iter().map(|event| {
            let object = Object::new().with_set("type", i64::from(event.r#type));
            let object = match &event.kv {
                Some(kv) => object.with("kv", etcd_key_value(kv)),
                None => object,
            };
            match &event.prev_kv {
                Some(kv) => object.with("prev_kv", etcd_key_value(kv)),
                None => object,
            }
        });
        Object::new()
            .with("Header", header_fields(self.header.as_ref()))
            .with("Events", Json::list(events))
            .with("CompactRevision", self.compact_revision)
            .with("Canceled", self.canceled)
            .with("Created", self.created)
            .into()
    }

    fn json(&self) -> Json {
        let events = self.events.iter().map(|event| {
            let kv = |kv: &Option<_>| kv.as_ref().map_or(Json::Null, |kv| key_value(kv).into());
            Object::new()
                .with("type", kind(event))
                .with("kv", kv(&event.kv))
                .with("prev_kv", kv(&event.prev_kv))
        });
        Object::new()
            .with("revision", self.header.map_or(0, |header| header.revision))
            .with("events", Json::list(events))
            .into()
    }
}
