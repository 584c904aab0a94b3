//! `netpipe kv put`

use std::ffi::OsString;
use std::io::{self, Read};

use clap::Args;

use super::json::{Json, Object, etcd_key_value, headed, key_value};
use super::print::{Answer, Page, Printer};
use super::store::Store;
use super::value::{bytes, lease_id};
use crate::error::{Context as _, Error, Result};
use crate::kv::proto::etcdserverpb::{PutRequest, PutResponse};

/// More than a server takes in one request, so that what is too large is refused by the server.
const MOST: u64 = 4 << 20;

/// Store a key
///
/// Without a VALUE, the value is read from stdin. A value that starts with a dash follows `--`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv put config/mtu 1450
  netpipe kv put motd </etc/motd
  netpipe kv put host/a up --lease 694d77aa9e38260f")]
pub struct Put {
    /// The key
    key: OsString,
    /// The value
    #[arg(conflicts_with = "ignore_value")]
    value: Option<OsString>,
    /// Have the key live as long as this lease, named by its hexadecimal id
    #[arg(long, value_name = "ID", value_parser = lease_id, default_value = "0")]
    lease: i64,
    /// Print what was there before
    #[arg(long)]
    prev_kv: bool,
    /// Keep the key's value
    #[arg(long)]
    ignore_value: bool,
    /// Keep the key's lease
    #[arg(long)]
    ignore_lease: bool,
}

impl Put {
    /// The request it stands for, with the value that `missing` gives where none is given.
    ///
    /// # Errors
    /// What `missing` fails with.
    pub fn request(self, missing: impl FnOnce() -> Result<Vec<u8>>) -> Result<PutRequest> {
        let value = match self.value {
            Some(value) => bytes(value),
            None if self.ignore_value => Vec::new(),
            None => missing()?,
        };
        Ok(PutRequest {
            key: bytes(self.key),
            value,
            lease: self.lease,
            prev_kv: self.prev_kv,
            ignore_value: self.ignore_value,
            ignore_lease: self.ignore_lease,
        })
    }

    /// Stores it.
    pub fn run(self, store: &Store, printer: Printer<'_>) -> Result<()> {
        let response = store.put(self.request(from_stdin)?)?;
        printer.print(&response)
    }
}

fn from_stdin() -> Result<Vec<u8>> {
    let mut value = Vec::new();
    io::stdin()
        .lock()
        .take(MOST)
        .read_to_end(&mut value)
        .or_failed(|| "cannot read the value from stdin".into())?;
    match value.is_empty() {
        true => Err(
            Error::usage("no value: neither as an argument nor on stdin")
                .hint("for an empty value, give '' as the argument"),
        ),
        false => Ok(value),
    }
}

impl Answer for PutResponse {
    fn simple(&self, page: &mut Page) {
        page.line("OK");
        self.prev_kv.iter().for_each(|kv| page.key_value(kv));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        self.prev_kv
            .iter()
            .for_each(|kv| page.key_value_fields("Prev", kv));
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let object = headed(self.header.as_ref());
        match &self.prev_kv {
            Some(kv) => object.with("prev_kv", etcd_key_value(kv)).into(),
            None => object.into(),
        }
    }

    fn json(&self) -> Json {
        let revision = self.header.map_or(0, |header| header.revision);
        let previous = self.prev_kv.as_ref();
        let previous = previous.map_or(Json::Null, |kv| key_value(kv).into());
        Object::new()
            .with("revision", revision)
            .with("prev_kv", previous)
            .into()
    }
}
