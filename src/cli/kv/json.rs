//! JSON objects whose fields stay in the order they were put in, as etcdctl's do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::kv::proto::etcdserverpb::{Member, ResponseHeader};
use crate::kv::proto::mvccpb::KeyValue;

/// A JSON value.
#[derive(Debug, Clone)]
pub enum Json {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A number that may be larger than any [`Json::Int`].
    Uint(u64),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

/// A JSON object.
#[derive(Debug, Clone, Default)]
pub struct Object(Vec<(&'static str, Json)>);

impl Object {
    /// An object without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    /// Adds a field unless it is false, zero, empty or null: what protobuf leaves out, etcd's
    /// JSON leaves out too.
    #[must_use]
    pub fn with_set(self, name: &'static str, value: impl Into<Json>) -> Self {
        let value = value.into();
        match value.is_set() {
            true => self.with(name, value),
            false => self,
        }
    }

    /// Adds bytes as text under `name`, or as base64 under `coded` if they are not UTF-8.
    #[must_use]
    pub fn with_bytes(self, name: &'static str, coded: &'static str, bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.with(name, text),
            Err(_) => self.with(coded, base64(bytes)),
        }
    }
}

impl Json {
    fn is_set(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) | Self::Int(0) | Self::Uint(0) => false,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            _ => true,
        }
    }

    /// An array of what the items are.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

macro_rules! from {
    ($($kind:ident: $source:ty),* $(,)?) => {$(
        impl From<$source> for Json {
            fn from(value: $source) -> Self {
                Self::$kind(value.into())
            }
        }
    )*};
}

from!(Bool: bool, Int: i64, Uint: u64, Uint: u32, Text: String, Text: &str, Text: &String, Object: Object);

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => value.serialize(serializer),
            Self::Int(value) => value.serialize(serializer),
            Self::Uint(value) => value.serialize(serializer),
            Self::Text(value) => value.serialize(serializer),
            Self::List(value) => value.serialize(serializer),
            Self::Object(value) => value.serialize(serializer),
        }
    }
}

/// Bytes as etcd's JSON has them.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The fields of a header, as etcdctl writes them.
pub fn header_fields(header: Option<&ResponseHeader>) -> Object {
    let header = header.copied().unwrap_or_default();
    Object::new()
        .with_set("cluster_id", header.cluster_id)
        .with_set("member_id", header.member_id)
        .with_set("revision", header.revision)
        .with_set("raft_term", header.raft_term)
}

/// An answer that begins with its header, as etcdctl writes it.
pub fn headed(header: Option<&ResponseHeader>) -> Object {
    match header {
        Some(_) => Object::new().with("header", header_fields(header)),
        None => Object::new(),
    }
}

/// A key as etcdctl writes it.
pub fn etcd_key_value(kv: &KeyValue) -> Object {
    Object::new()
        .with_set("key", base64(&kv.key))
        .with_set("create_revision", kv.create_revision)
        .with_set("mod_revision", kv.mod_revision)
        .with_set("version", kv.version)
        .with_set("value", base64(&kv.value))
        .with_set("lease", kv.lease)
}

/// A key as netpipe writes it.
pub fn key_value(kv: &KeyValue) -> Object {
    Object::new()
        .with_bytes("key", "key_base64", &kv.key)
        .with_bytes("value", "value_base64", &kv.value)
        .with("create_revision", kv.create_revision)
        .with("mod_revision", kv.mod_revision)
        .with("version", kv.version)
        .with("lease", lease(kv.lease))
}

/// A lease's id as netpipe writes it: in hexadecimal, for 64 bits are too many for the numbers
/// of most JSON readers; null for none.
pub fn lease(id: i64) -> Json {
    match id {
        0 => Json::Null,
        id => Json::Text(format!("{id:016x}")),
    }
}

/// A member's or a cluster's id as netpipe writes it.
pub fn id(id: u64) -> Json {
    Json::Text(format!("{id:x}"))
}

/// A member as etcdctl writes it.
pub fn etcd_member(member: &Member, hex: bool) -> Object {
    let id = match hex {
        true => Json::Text(format!("{:x}", member.id)),
        false => Json::Uint(member.id),
    };
    Object::new()
        .with_set("ID", id)
        .with_set("name", &member.name)
        .with_set("peerURLs", Json::list(&member.peer_ur_ls))
        .with_set("clientURLs", Json::list(&member.client_ur_ls))
        .with_set("isLearner", member.is_learner)
}

#[cfg(test)]
mod tests {
    use super::{Json, Object};

    #[test]
    fn fields_stay_in_order_and_what_is_not_set_is_left_out() {
        let object = Object::new()
            .with_set("z", 1_i64)
            .with_set("none", 0_i64)
            .with_set("a", Json::list(["x"]))
            .with("no", false)
            .with_bytes("text", "text_base64", b"\xff");
        let text = serde_json::to_string(&object).unwrap();
        assert_eq!(text, r#"{"z":1,"a":["x"],"no":false,"text_base64":"/w=="}"#);
    }
}
