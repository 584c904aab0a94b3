//! Reading the tree: keys are known ones, values pass their grammars, and whatever does not
//! is noted with its place. Reading goes on, so that all of a file's mistakes are told at once.

use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

use super::problem::{Problems, Spot};
use super::tree::{Entry, Node, Value};
use crate::error::{Error, Result};
use crate::spec::shown;

/// A key that a mapping may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Its name, the option's.
    pub name: &'static str,
    /// Another spelling of one that may have several values.
    pub plural: Option<&'static str>,
}

/// A key with one value.
pub(super) const fn one(name: &'static str) -> Key {
    Key { name, plural: None }
}

/// A key that may have several.
pub(super) const fn many(name: &'static str, plural: &'static str) -> Key {
    Key {
        name,
        plural: Some(plural),
    }
}

/// How alike two words must be for one to be taken for the other, 0 to 1.
const ALIKE: f64 = 0.75;

/// The longest word that may be a known one misspelt.
const LONGEST: usize = 64;

/// The known word that is nearest to this one, if one is near.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase().replace('_', "-");
    let scored = known.map(|other| (strsim::jaro_winkler(&word, other), other));
    scored
        .filter(|(score, _)| *score >= ALIKE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, other)| other)
}

/// A mapping with the keys it may have.
pub(super) struct Fields<'n> {
    /// Where it is.
    pub spot: Spot,
    /// What it is called in messages.
    pub path: String,
    found: Vec<(&'static str, &'n Entry)>,
}

/// Reads a mapping; what of it is no known key is a problem.
pub(super) fn fields<'n>(
    node: &'n Node,
    path: &str,
    known: &[Key],
    problems: &mut Problems,
) -> Option<Fields<'n>> {
    let entries: &[Entry] = match &node.value {
        Value::Map(entries) => entries,
        Value::Empty => &[],
        _ => {
            let words: Vec<_> = known.iter().take(3).map(|key| key.name).collect();
            let error = Error::usage(format!("this is {}, not a mapping", node.kind())).hint(
                format!("write keys with values: {}: …", words.join(": …, ")),
            );
            problems.add(node.spot, path, error);
            return None;
        }
    };
    let mut found: Vec<(&'static str, &Entry)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let key = known
            .iter()
            .find(|key| key.name == entry.key || key.plural == Some(entry.key.as_str()));
        match key {
            Some(key) if found.iter().any(|(name, _)| *name == key.name) => {
                let plural = key.plural.unwrap_or(key.name);
                let error = Error::usage(format!("both `{}` and `{plural}` are given", key.name))
                    .hint("they mean the same: give one, with a list");
                problems.add(entry.spot, path, error);
            }
            Some(key) => found.push((key.name, entry)),
            None => problems.add_with(entry.spot, path, || unknown(&entry.key, known)),
        }
    }
    Some(Fields {
        spot: node.spot,
        path: path.to_owned(),
        found,
    })
}

fn unknown(key: &str, known: &[Key]) -> Error {
    let names = known
        .iter()
        .flat_map(|key| [Some(key.name), key.plural])
        .flatten();
    let error = Error::usage(format!("`{}` is no key here", shown(key)));
    match nearest(key, names.clone()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => {
            let names: Vec<_> = known.iter().map(|key| key.name).collect();
            error.hint(format!("the keys are: {}", names.join(", ")))
        }
    }
}

impl<'n> Fields<'n> {
    /// The path of one of its keys.
    pub fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The value of a key, if it is given.
    pub fn node(&self, key: &str) -> Option<&'n Node> {
        let (_, entry) = self.found.iter().find(|(name, _)| *name == key)?;
        Some(&entry.node)
    }

    /// Where a key is, or else the mapping.
    pub fn spot_of(&self, key: &str) -> Spot {
        let found = self.found.iter().find(|(name, _)| *name == key);
        found.map_or(self.spot, |(_, entry)| entry.node.spot)
    }

    /// The one value of a key by a grammar.
    pub fn parsed<T>(
        &self,
        key: &str,
        problems: &mut Problems,
        grammar: impl Fn(&str) -> Result<T>,
    ) -> Option<T> {
        let node = self.node(key)?;
        value(node, &self.path_of(key), problems, grammar)
    }

    /// The one value of a key by the grammar of its type.
    pub fn one<T: FromStr<Err = Error>>(&self, key: &str, problems: &mut Problems) -> Option<T> {
        self.parsed(key, problems, str::parse)
    }

    /// All values of a key, one or a list, by a grammar.
    pub fn all_parsed<T>(
        &self,
        key: &str,
        problems: &mut Problems,
        grammar: impl Fn(&str) -> Result<T>,
    ) -> Vec<T> {
        let Some(node) = self.node(key) else {
            return Vec::new();
        };
        let path = self.path_of(key);
        match &node.value {
            Value::List(list) => {
                let read = list.iter().enumerate().filter_map(|(nth, item)| {
                    value(item, &format!("{path}[{nth}]"), problems, &grammar)
                });
                read.collect()
            }
            _ => value(node, &path, problems, grammar).into_iter().collect(),
        }
    }

    /// The same by the grammar of their type.
    pub fn all<T: FromStr<Err = Error>>(&self, key: &str, problems: &mut Problems) -> Vec<T> {
        self.all_parsed(key, problems, str::parse)
    }

    /// Whether a switch is on.
    pub fn flag(&self, key: &str, problems: &mut Problems) -> bool {
        let read = self.parsed(key, problems, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(
                Error::usage(format!("`{}` is neither true nor false", shown(text)))
                    .hint("write true, or leave it out"),
            ),
        });
        read.unwrap_or_default()
    }

    /// Notes a problem of one of its keys.
    pub fn refuse(&self, key: &str, problems: &mut Problems, error: Error) {
        problems.add(self.spot_of(key), &self.path_of(key), error);
    }
}

/// The path of a part.
pub(super) fn join(path: &str, key: &str) -> String {
    match path.is_empty() {
        true => shown(key),
        false => format!("{path}.{}", shown(key)),
    }
}

/// A value that has to be a text, by a grammar.
pub(super) fn value<T>(
    node: &Node,
    path: &str,
    problems: &mut Problems,
    grammar: impl Fn(&str) -> Result<T>,
) -> Option<T> {
    let read = match &node.value {
        Value::Text(text) => grammar(text),
        Value::Empty => {
            Err(Error::usage("there is no value").hint("give one, or leave the key out"))
        }
        _ => Err(
            Error::usage(format!("this is {}, not one value", node.kind()))
                .hint("quote a text that starts with `[` or `{`"),
        ),
    };
    read.map_err(|error| problems.add(node.spot, path, error))
        .ok()
}

/// An address without a prefix length.
pub(super) fn ip(text: &str) -> Result<IpAddr> {
    text.parse().map_err(|_| {
        Error::usage(format!("`{}` is not an IP address", shown(text)))
            .hint("write it as 10.0.0.1 or fd00::1")
    })
}

/// A subnet.
pub(super) fn subnet(text: &str) -> Result<IpNetwork> {
    let bad = || {
        Error::usage(format!("`{}` is not a subnet", shown(text)))
            .hint("write it as 10.0.0.0/24 or fd00::/64")
    };
    match text.contains('/') {
        true => text.parse().map_err(|_| bad()),
        false => Err(bad()),
    }
}

/// A number.
pub(super) fn number(text: &str) -> Result<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let read = digits.then(|| text.parse().ok()).flatten();
    read.ok_or_else(|| {
        Error::usage(format!("`{}` is not a number", shown(text)))
            .hint("write digits, up to 4294967295")
    })
}
