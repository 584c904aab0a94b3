//! Writing a topology, in the block style of YAML with lists of values in one line.

use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A value.
    Text(String),
    /// A list.
    List(Vec<Part>),
    /// A mapping, in order.
    Map(Vec<(String, Part)>),
}

/// A mapping being filled.
#[derive(Debug, Default)]
pub struct Fill(Vec<(String, Part)>);

impl Fill {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    #[allow(clippy::needless_pass_by_value)] // Whatever can be written, owned or not.
    pub fn part(&mut self, key: impl ToString, part: Part) {
        self.0.push((key.to_string(), part));
    }

    /// Adds a value.
    #[allow(clippy::needless_pass_by_value)] // As above.
    pub fn value(&mut self, key: &str, value: impl ToString) {
        self.part(key, Part::Text(value.to_string()));
    }

    /// Adds a value if there is one.
    pub fn some(&mut self, key: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.value(key, value);
        }
    }

    /// Adds a switch if it is on.
    pub fn flag(&mut self, key: &str, on: bool) {
        if on {
            self.value(key, true);
        }
    }

    /// Adds values if there are any: one by itself, several as a list.
    pub fn all(&mut self, key: &str, values: impl IntoIterator<Item = impl ToString>) {
        let mut parts: Vec<Part> = values
            .into_iter()
            .map(|value| Part::Text(value.to_string()))
            .collect();
        match parts.len() {
            0 => {}
            1 => self
                .0
                .extend(parts.pop().map(|part| (key.to_owned(), part))),
            _ => self.part(key, Part::List(parts)),
        }
    }

    /// Adds a mapping if anything is in it.
    pub fn section(&mut self, key: &str, filled: Self) {
        if !filled.0.is_empty() {
            self.part(key, filled.into());
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Fill> for Part {
    fn from(filled: Fill) -> Self {
        Self::Map(filled.0)
    }
}

impl Part {
    /// The file.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0, false);
        out
    }

    fn is_flat(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::List(list) => list.iter().all(|part| matches!(part, Self::Text(_))),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// Writes it at an indentation; `inline` if the line has begun.
    fn write(&self, out: &mut String, indent: usize, inline: bool) {
        let pad = " ".repeat(indent);
        match self {
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::List(list) if self.is_flat() => {
                let words: Vec<_> = list
                    .iter()
                    .map(|part| match part {
                        Self::Text(text) => quoted(text),
                        _ => String::new(),
                    })
                    .collect();
                let _ = write!(out, "[{}]", words.join(", "));
            }
            Self::List(list) => {
                for item in list {
                    let _ = write!(out, "{pad}- ");
                    item.write(out, indent + 2, true);
                }
            }
            Self::Map(entries) if entries.is_empty() => out.push_str("{}"),
            Self::Map(entries) => {
                for (nth, (key, part)) in entries.iter().enumerate() {
                    if nth > 0 || !inline {
                        out.push_str(&pad);
                    }
                    let _ = write!(out, "{}:", quoted(key));
                    if part.is_flat() {
                        out.push(' ');
                        part.write(out, indent, true);
                        out.push('\n');
                    } else {
                        out.push('\n');
                        part.write(out, indent + 2, false);
                    }
                }
            }
        }
    }
}

/// A text as YAML reads it back: plain where that is beyond doubt, in JSON's quotes else.
fn quoted(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._/:@=+-%".contains(c))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && !text.ends_with(':')
        && !["null", "Null", "NULL"].contains(&text);
    match plain {
        true => text.to_owned(),
        false => serde_json::Value::String(text.to_owned()).to_string(),
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => out.serialize_str(text),
            Self::List(list) => out.collect_seq(list),
            Self::Map(entries) => {
                let mut map = out.serialize_map(Some(entries.len()))?;
                for (key, part) in entries {
                    map.serialize_entry(key, part)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fill, Part};
    use crate::spec::topology::problem::Problems;
    use crate::spec::topology::tree::{Value, parse};

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "10.0.0.5/24",
            "fd00::",
            "::1/128",
            "a: b",
            "null",
            "- x",
            "#x",
            "x #y",
            "",
            "~",
            "é\"\\",
            "a,b",
            "[x]",
            "10,20-29,native=5",
            "netns:blue",
            "*x",
            "&x",
            "!x",
            "a\nb",
            "02:00:00:00:00:01",
        ] {
            let mut one = Fill::new();
            one.value("key", text);
            one.all("list", [text, text]);
            let mut file = Fill::new();
            file.part(format!("k{text}"), Part::List(vec![one.into()]));
            let written = Part::from(file).to_yaml();
            let mut problems = Problems::default();
            let root = parse(&written, &mut problems).unwrap();
            let Value::Map(entries) = &root.value else {
                panic!("{written}")
            };
            assert_eq!(entries[0].key, format!("k{text}"));
            let Value::List(list) = &entries[0].node.value else {
                panic!("{written}")
            };
            let Value::Map(inner) = &list[0].value else {
                panic!("{written}")
            };
            assert!(
                matches!(&inner[0].node.value, Value::Text(read) if read == text),
                "{written}"
            );
            let Value::List(texts) = &inner[1].node.value else {
                panic!("{written}")
            };
            assert!(
                texts
                    .iter()
                    .all(|one| matches!(&one.value, Value::Text(read) if read == text))
            );
        }
    }
}
