//! `netpipe kv get`

use std::ffi::OsString;

use clap::{Args, ValueEnum};

use super::json::{Json, Object, etcd_key_value, headed, key_value};
use super::print::{Answer, Page, Printer};
use super::span;
use super::store::Store;
use super::value::bytes;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::range_request::{SortOrder, SortTarget};
use crate::kv::proto::etcdserverpb::{RangeRequest, RangeResponse};

/// Print a key, or the keys of a range
///
/// A key's line is followed by its value's. With a RANGE_END, the keys from KEY to the last one
/// before RANGE_END are printed.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe kv get config/mtu
  netpipe kv get config/ --prefix --keys-only
  netpipe kv get a c --rev 12 --sort-by modify --order descend")]
pub struct Get {
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
    /// As of this revision
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    rev: i64,
    /// At most so many keys
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    limit: i64,
    /// What to sort by
    #[arg(long, value_name = "TARGET", ignore_case = true)]
    sort_by: Option<Target>,
    /// In which order
    #[arg(long, ignore_case = true)]
    order: Option<Order>,
    /// Without the values
    #[arg(long, conflicts_with = "count_only")]
    keys_only: bool,
    /// How many keys there are, and none of them
    #[arg(long)]
    count_only: bool,
    /// Without the keys' own lines
    #[arg(long)]
    print_value_only: bool,
    /// Whether the answer is the newest there is (l), or what the server asked knows (s)
    #[arg(long, value_name = "l|s", default_value = "l")]
    consistency: Consistency,
    /// Only keys that were created at this revision or later
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    min_create_rev: i64,
    /// Only keys that were created at this revision or before
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    max_create_rev: i64,
    /// Only keys that were changed last at this revision or later
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    min_mod_rev: i64,
    /// Only keys that were changed last at this revision or before
    #[arg(long, value_name = "REVISION", default_value_t = 0)]
    max_mod_rev: i64,
}

/// How new an answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Consistency {
    /// The newest there is.
    #[value(name = "l", alias = "linearizable")]
    Linearizable,
    /// What the server asked knows.
    #[value(name = "s", alias = "serializable")]
    Serializable,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Target {
    Create,
    Key,
    Modify,
    Value,
    Version,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Order {
    Ascend,
    Descend,
}

impl Get {
    /// The request it stands for.
    ///
    /// # Errors
    /// Usage, if a lower bound is above its upper one.
    pub fn request(&self) -> Result<RangeRequest> {
        for (name, least, most) in [
            ("create", self.min_create_rev, self.max_create_rev),
            ("mod", self.min_mod_rev, self.max_mod_rev),
        ] {
            if most > 0 && least > most {
                let text = format!("--min-{name}-rev {least} is above --max-{name}-rev {most}");
                return Err(Error::usage(text));
            }
        }
        let end = self.range_end.clone().map(bytes);
        let key = bytes(self.key.clone());
        let (key, range_end) = span::span(key, end, self.prefix, self.from_key);
        let order = match self.order {
            None => SortOrder::None,
            Some(Order::Ascend) => SortOrder::Ascend,
            Some(Order::Descend) => SortOrder::Descend,
        };
        let target = match self.sort_by {
            None | Some(Target::Key) => SortTarget::Key,
            Some(Target::Create) => SortTarget::Create,
            Some(Target::Modify) => SortTarget::Mod,
            Some(Target::Value) => SortTarget::Value,
            Some(Target::Version) => SortTarget::Version,
        };
        Ok(RangeRequest {
            key,
            range_end,
            limit: self.limit,
            revision: self.rev.max(0),
            sort_order: order.into(),
            sort_target: target.into(),
            serializable: self.consistency == Consistency::Serializable,
            keys_only: self.keys_only,
            count_only: self.count_only,
            min_mod_revision: self.min_mod_rev,
            max_mod_revision: self.max_mod_rev,
            min_create_revision: self.min_create_rev,
            max_create_revision: self.max_create_rev,
        })
    }

    /// Prints what is found.
    pub fn run(self, store: &Store, mut printer: Printer<'_>) -> Result<()> {
        printer.value_only = self.print_value_only;
        let response = store.range(self.request()?)?;
        match self.count_only && printer.is_simple() {
            true => printer.print(&Count(response)),
            false => printer.print(&response),
        }
    }
}

impl Answer for RangeResponse {
    fn simple(&self, page: &mut Page) {
        self.kvs.iter().for_each(|kv| page.key_value(kv));
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        self.kvs.iter().for_each(|kv| page.key_value_fields("", kv));
        page.field("More", self.more);
        page.field("Count", self.count);
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let kvs = Json::list(self.kvs.iter().map(etcd_key_value));
        let object = headed(self.header.as_ref()).with_set("kvs", kvs);
        object
            .with_set("more", self.more)
            .with_set("count", self.count)
            .into()
    }

    fn json(&self) -> Json {
        let revision = self.header.map_or(0, |header| header.revision);
        Object::new()
            .with("revision", revision)
            .with("count", self.count)
            .with("more", self.more)
            .with("kvs", Json::list(self.kvs.iter().map(key_value)))
            .into()
    }
}

/// The number alone, for people.
struct Count(RangeResponse);

impl Answer for Count {
    fn simple(&self, page: &mut Page) {
        page.line(self.0.count.to_string());
    }

    fn etcd(&self, hex: bool) -> Json {
        self.0.etcd(hex)
    }

    fn json(&self) -> Json {
        self.0.json()
    }
}
