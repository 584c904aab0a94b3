//! In which form an answer is printed: etcdctl's (`--write-out`), or netpipe's `--json`.

use clap::ValueEnum;

use super::json::{Json, Object, headed};
use super::value::{hex, quoted};
use crate::cli::output::Output;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::ResponseHeader;
use crate::kv::proto::mvccpb::KeyValue;

/// etcdctl's forms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Lines for people
    #[default]
    Simple,
    /// A line of JSON as etcdctl writes it, with keys and values in base64
    Json,
    /// A line for each field
    Fields,
    /// A table
    Table,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Json => "json",
            Self::Fields => "fields",
            Self::Table => "table",
        }
    }
}

/// What a verb has to say, in every form.
pub trait Answer {
    /// etcdctl's lines.
    fn simple(&self, page: &mut Page);

    /// etcdctl's fields; whether it has any.
    fn fields(&self, _page: &mut Page) -> bool {
        false
    }

    /// etcdctl's table, if it has one.
    fn table(&self) -> Option<Table> {
        None
    }

    /// etcdctl's JSON; ids of members are text in hexadecimal if `hex` is set.
    fn etcd(&self, hex: bool) -> Json;

    /// netpipe's JSON.
    fn json(&self) -> Json;
}

/// A table: the names of the columns, and the rows.
pub type Table = (&'static [&'static str], Vec<Vec<String>>);

/// Lines that may hold any bytes.
#[derive(Debug, Default)]
pub struct Page {
    text: Vec<u8>,
    /// Whether keys, values and ids are in hexadecimal.
    pub hex: bool,
    /// Whether keys are left out.
    pub value_only: bool,
}

impl Page {
    /// Adds a line.
    pub fn line(&mut self, text: impl AsRef<[u8]>) {
        self.text.extend_from_slice(text.as_ref());
        self.text.push(b'\n');
    }

    /// Adds a key's line, and its value's.
    pub fn key_value(&mut self, kv: &KeyValue) {
        if !self.value_only {
            self.bytes(&kv.key);
        }
        self.bytes(&kv.value);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        match self.hex {
            true => self.line(hex(bytes)),
            false => self.line(bytes),
        }
    }

    /// Adds a field's line.
    pub fn field(&mut self, name: &str, value: impl std::fmt::Display) {
        self.line(format!("\"{name}\" : {value}"));
    }

    /// Adds a member's or a cluster's id.
    pub fn id(&mut self, name: &str, id: u64) {
        match self.hex {
            true => self.field(name, format_args!("{id:x}")),
            false => self.field(name, id),
        }
    }

    /// Adds a lease's id.
    pub fn lease(&mut self, name: &str, id: i64) {
        match self.hex {
            true => self.field(name, format_args!("{id:016x}")),
            false => self.field(name, id),
        }
    }

    /// Adds the fields of a header.
    pub fn header(&mut self, header: Option<&ResponseHeader>) {
        let header = header.copied().unwrap_or_default();
        self.id("ClusterID", header.cluster_id);
        self.id("MemberID", header.member_id);
        self.field("Revision", header.revision);
        self.field("RaftTerm", header.raft_term);
    }

    /// Adds the fields of a key; their names begin with `before`.
    pub fn key_value_fields(&mut self, before: &str, kv: &KeyValue) {
        self.field(&format!("{before}Key"), quoted(&kv.key));
        self.field(&format!("{before}CreateRevision"), kv.create_revision);
        self.field(&format!("{before}ModRevision"), kv.mod_revision);
        self.field(&format!("{before}Version"), kv.version);
        self.field(&format!("{before}Value"), quoted(&kv.value));
        self.lease(&format!("{before}Lease"), kv.lease);
    }
}

/// Prints answers.
#[derive(Debug, Clone, Copy)]
pub struct Printer<'a> {
    /// Where to.
    pub out: &'a Output,
    /// In which form, unless netpipe's JSON was asked for.
    pub form: Form,
    /// Whether keys, values and ids are in hexadecimal.
    pub hex: bool,
    /// Whether the simple form has no keys.
    pub value_only: bool,
}

impl Printer<'_> {
    /// Prints the only answer there will be.
    ///
    /// # Errors
    /// Usage, if the verb does not have this form.
    pub fn print(&self, answer: &dyn Answer) -> Result<()> {
        match self.out.is_json() {
            true => {
                self.out.json(&answer.json());
                Ok(())
            }
            false => self.print_etcds(answer),
        }
    }

    /// Prints one answer of many: JSON is a line each.
    ///
    /// # Errors
    /// Usage, if the verb does not have this form.
    pub fn print_next(&self, answer: &dyn Answer) -> Result<()> {
        match self.out.is_json() {
            true => self.json_line(&answer.json()),
            false => self.print_etcds(answer),
        }
    }

    /// Prints a line of JSON.
    ///
    /// # Errors
    /// Never: what is made here can be written.
    pub fn json_line(&self, value: &Json) -> Result<()> {
        let line = serde_json::to_string(value)
            .map_err(|error| Error::failed("cannot write JSON").because(error))?;
        self.out.raw(format!("{line}\n").as_bytes());
        Ok(())
    }

    /// Whether people read it: neither form of JSON, nor fields.
    pub fn is_simple(&self) -> bool {
        self.form == Form::Simple && !self.out.is_json()
    }

    fn print_etcds(&self, answer: &dyn Answer) -> Result<()> {
        let mut page = Page {
            hex: self.hex,
            value_only: self.value_only,
            ..Page::default()
        };
        let done = match self.form {
            Form::Simple => {
                answer.simple(&mut page);
                true
            }
            Form::Fields => answer.fields(&mut page),
            Form::Json => return self.json_line(&answer.etcd(self.hex)),
            Form::Table => match answer.table() {
                Some((head, rows)) => {
                    self.out.boxed_table(head, rows);
                    true
                }
                None => false,
            },
        };
        if !done {
            let form = self.form.name();
            return Err(Error::usage(format!("this has no form `{form}`"))
                .hint("use `--write-out simple`, `--write-out json` or `--json`"));
        }
        self.out.bytes(&page.text);
        Ok(())
    }
}

/// An answer that says only that something was done.
#[derive(Debug)]
pub struct Done {
    header: Option<ResponseHeader>,
    text: String,
    json: Object,
}

impl Done {
    /// One with its line for people, and its fields for programs.
    pub fn new(header: Option<ResponseHeader>, text: impl Into<String>, json: Object) -> Self {
        let text = text.into();
        Self { header, text, json }
    }
}

impl Answer for Done {
    fn simple(&self, page: &mut Page) {
        page.line(&self.text);
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        headed(self.header.as_ref()).into()
    }

    fn json(&self) -> Json {
        self.json.clone().into()
    }
}
