//! `netpipe kv del`

use std::ffi::OsString;

use clap::Args;

use super::json::{Json, Object, etcd_key_value, headed, key_value};
use super::print::{Answer, Page, Printer};
use super::span;
use super::store::Store;
use super::value::bytes;
use crate::error::Result;
use crate::kv::proto::etcdserverpb::{DeleteRangeRequest, DeleteRangeResponse};

/// Delete a key, or the keys of a range
///
/// Prints how many keys there were.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv del config/mtu
  netpipe kv del config/ --prefix --prev-kv
  netpipe kv del a c")]
pub struct Del {
    /// The key, or the first of the range
    key: OsString,
    /// The end of the range; it is not part of it
    #[arg(conflicts_with_all = ["prefix", "from_key"])]
    range_end: Option<OsString>,
    /// The keys that start with KEY
    #[arg(long, conflicts_with = "from_key")]
    prefix: bool,
    /// The keys from KEY on
    #[arg(long)]
    from_key: bool,
    /// Print what was deleted
    #[arg(long)]
    prev_kv: bool,
    /// Taken for etcdctl's sake: a range is deleted at once with or without it
    #[arg(long, hide = true)]
    range: bool,
}

impl Del {
    /// The request it stands for.
    pub fn request(self) -> DeleteRangeRequest {
        let end = self.range_end.map(bytes);
        let (key, range_end) = span::span(bytes(self.key), end, self.prefix, self.from_key);
        DeleteRangeRequest {
            key,
            range_end,
            prev_kv: self.prev_kv,
        }
    }

    /// Deletes them.
    pub fn run(self, store: &Store, printer: Printer<'_>) -> Result<()> {
        printer.print(&store.delete(self.request())?)
    }
}

impl Answer for DeleteRangeResponse {
    fn simple(&self, page: &mut Page) {
        page.line(self.deleted.to_string());
        self.prev_kvs.iter().for_each(|kv| page.key_value(kv));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        page.field("Deleted", self.deleted);
        let kvs = self.prev_kvs.iter();
        kvs.for_each(|kv| page.key_value_fields("Prev", kv));
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let kvs = Json::list(self.prev_kvs.iter().map(etcd_key_value));
        let object = headed(self.header.as_ref());
        object
            .with_set("deleted", self.deleted)
            .with_set("prev_kvs", kvs)
            .into()
    }

    fn json(&self) -> Json {
        let revision = self.header.map_or(0, |header| header.revision);
        Object::new()
            .with("revision", revision)
            .with("deleted", self.deleted)
            .with("prev_kvs", Json::list(self.prev_kvs.iter().map(key_value)))
            .into()
    }
}
