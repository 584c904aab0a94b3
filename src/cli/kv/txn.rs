//! `netpipe kv txn`

use std::io::{self, BufRead, Read};

use clap::Args;

use super::json::{Json, Object, headed};
use super::print::{Answer, Page, Printer};
use super::store::Store;
use super::txn_text::{compare, operation};
use crate::error::{Context as _, Error, Result};
use crate::kv::proto::etcdserverpb::response_op::Response;
use crate::kv::proto::etcdserverpb::{Compare, RequestOp, TxnRequest, TxnResponse};

/// The most that is read from stdin; servers take less.
const MOST: u64 = 16 << 20;

/// Change keys if conditions hold, all at once
///
/// Reads from stdin, as etcdctl does: conditions, a line each; an empty line; what to do if all
/// hold; an empty line; what to do otherwise. Conditions are `mod("KEY") OP "REVISION"`,
/// `create(…)`, `version(…)`, `value("KEY") OP "VALUE"` and `lease("KEY") OP "ID"`, where OP is
/// `=`, `!=`, `<` or `>`. What to do is said as to `netpipe kv`: `put`, `get` and `del` with
/// their options.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  Take a name unless somebody has it:
  printf '%s\\n' 'create(\"name/web\") = \"0\"' '' \\
    'put name/web host-a' '' 'get name/web' | netpipe kv txn")]
pub struct Txn {
    /// Say what is asked for next
    #[arg(short, long)]
    interactive: bool,
}

impl Txn {
    /// Reads, runs and prints the transaction.
    pub fn run(self, store: &Store, printer: Printer<'_>) -> Result<()> {
        let mut input = io::stdin().lock().take(MOST);
        let ask = |what: &str| {
            if self.interactive {
                printer.out.line(what);
            }
        };
        ask("compares:");
        let compare = section::<Compare>(&mut input, compare)?;
        ask("success requests (get, put, del):");
        let success = section::<RequestOp>(&mut input, operation)?;
        ask("failure requests (get, put, del):");
        let failure = section::<RequestOp>(&mut input, operation)?;
        let request = TxnRequest {
            compare,
            success,
            failure,
        };
        printer.print(&store.txn(request)?)
    }
}

/// Reads lines up to an empty one, or the end.
fn section<T>(input: &mut impl BufRead, parse: fn(&str) -> Result<T>) -> Result<Vec<T>> {
    let mut found = Vec::new();
    loop {
        let mut line = String::new();
        let read = input.read_line(&mut line);
        read.or_failed(|| "cannot read the transaction from stdin".into())?;
        match line.trim() {
            "" => return Ok(found),
            line => found.push(parse(line)?),
        }
        if found.len() > 100_000 {
            return Err(Error::usage("the transaction has more than 100,000 lines"));
        }
    }
}

fn answer(response: &Response) -> &dyn Answer {
    match response {
        Response::ResponseRange(answer) => answer,
        Response::ResponsePut(answer) => answer,
        Response::ResponseDeleteRange(answer) => answer,
        Response::ResponseTxn(answer) => answer,
    }
}

impl TxnResponse {
    fn answers(&self) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter_map(|op| op.response.as_ref())
    }
}

impl Answer for TxnResponse {
    fn simple(&self, page: &mut Page) {
        page.line(if self.succeeded { "SUCCESS" } else { "FAILURE" });
        for response in self.answers() {
            page.line("");
            answer(response).simple(page);
        }
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        page.field("Succeeded", self.succeeded);
        self.answers()
            .for_each(|response| _ = answer(response).fields(page));
        true
    }

    fn etcd(&self, hex: bool) -> Json {
        let responses = self.answers().map(|response| {
            let kind = match response {
                Response::ResponseRange(_) => "response_range",
                Response::ResponsePut(_) => "response_put",
                Response::ResponseDeleteRange(_) => "response_delete_range",
                Response::ResponseTxn(_) => "response_txn",
            };
            let one = Object::new().with(kind, answer(response).etcd(hex));
            Object::new().with("Response", one)
        });
        headed(self.header.as_ref())
            .with_set("succeeded", self.succeeded)
            .with_set("responses", Json::list(responses))
            .into()
    }

    fn json(&self) -> Json {
        let responses = self.answers().map(|response| {
            let kind = match response {
                Response::ResponseRange(_) => "get",
                Response::ResponsePut(_) => "put",
                Response::ResponseDeleteRange(_) => "del",
                Response::ResponseTxn(_) => "txn",
            };
            Object::new().with(kind, answer(response).json())
        });
        Object::new()
            .with("revision", self.header.map_or(0, |header| header.revision))
            .with("succeeded", self.succeeded)
            .with("responses", Json::list(responses))
            .into()
    }
}
