//! OVSDB's own notation of values in JSON (RFC 7047 section 5.1).

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The elements of a set; an atom stands for the set that has only it.
pub fn set(value: &Value) -> Vec<&Value> {
    match value.as_array().map(Vec::as_slice) {
        Some([Value::String(tag), Value::Array(items)]) if tag == "set" => items.iter().collect(),
        _ => vec![value],
    }
}

/// The only element of a set, or none.
pub fn optional(value: &Value) -> Option<&Value> {
    set(value).into_iter().next()
}

/// A map of strings; what is none is empty.
pub fn map(value: &Value) -> BTreeMap<String, String> {
    let pairs = match value.as_array().map(Vec::as_slice) {
        Some([Value::String(tag), Value::Array(pairs)]) if tag == "map" => pairs.as_slice(),
        _ => &[],
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pair = |pair: &Value| Some((text(pair.get(0)?)?, text(pair.get(1)?)?));
    pairs.iter().filter_map(pair).collect()
}

/// The UUID of a reference to a row.
pub fn uuid(value: &Value) -> Option<String> {
    match value.as_array().map(Vec::as_slice) {
        Some([Value::String(tag), Value::String(uuid)]) if tag == "uuid" => Some(uuid.clone()),
        _ => None,
    }
}

/// A reference to a row.
pub fn row(uuid: &str) -> Value {
    json!(["uuid", uuid])
}

/// A reference to a row that the same transaction inserts.
pub fn named(name: &str) -> Value {
    json!(["named-uuid", name])
}

/// A map as a value.
pub fn from_map<'a>(pairs: impl IntoIterator<Item = (&'a String, &'a String)>) -> Value {
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(key, value)| json!([key, value]))
        .collect();
    json!(["map", pairs])
}

/// A set as a value.
pub fn from_set(items: impl IntoIterator<Item = Value>) -> Value {
    json!(["set", items.into_iter().collect::<Vec<_>>()])
}

#[cfg(test)]
mod tests {
    use super::{from_map, from_set, map, optional, set, uuid};
    use serde_json::json;

    #[test]
    fn sets_maps_and_references_are_read() {
        assert_eq!(set(&json!(["set", [1, 2]])), [&json!(1), &json!(2)]);
        assert_eq!(set(&json!(7)), [&json!(7)]);
        assert_eq!(optional(&json!(["set", []])), None);
        assert_eq!(optional(&json!(-1)), Some(&json!(-1)));
        assert_eq!(uuid(&json!(["uuid", "ab"])).as_deref(), Some("ab"));
        assert_eq!(uuid(&json!("ab")), None);
        let pairs = map(&json!(["map", [["a", "b"], ["c", 1], "x"]]));
        assert_eq!(pairs.get("a").map(String::as_str), Some("b"));
        assert_eq!(pairs.len(), 1);
        assert_eq!(map(&from_map(&pairs)), pairs);
        assert!(map(&json!("x")).is_empty());
        assert_eq!(from_set([json!(1)]), json!(["set", [1]]));
    }
}
