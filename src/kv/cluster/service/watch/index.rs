//! Which watchers a changed key concerns.

use std::collections::{BTreeMap, HashMap};

use crate::kv::prefix_end;

/// The keys that a watcher watches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// One key.
    Key(Vec<u8>),
    /// All keys that start with this.
    Prefix(Vec<u8>),
    /// From the first to before the second; without a second, to the end.
    Range(Vec<u8>, Option<Vec<u8>>),
}

impl Span {
    /// The span of a request for a watch; `None` if it holds no key (etcd: an empty key is the
    /// first there can be, a range end of `\0` is the end of all keys).
    pub fn new(mut key: Vec<u8>, range_end: Vec<u8>) -> Option<Self> {
        if key.is_empty() {
            key = vec![0];
        }
        match range_end.as_slice() {
            [] => Some(Self::Key(key)),
            [0] => Some(Self::Range(key, None)),
            end if key.as_slice() >= end => None,
            end if prefix_end(&key) == end => Some(Self::Prefix(key)),
            _ => Some(Self::Range(key, Some(range_end))),
        }
    }

    /// Whether a key is within.
    pub fn contains(&self, key: &[u8]) -> bool {
        match self {
            Self::Key(only) => only == key,
            Self::Prefix(prefix) => key.starts_with(prefix),
            Self::Range(first, end) => {
                first.as_slice() <= key && end.as_ref().is_none_or(|end| key < end.as_slice())
            }
        }
    }

    /// How many bytes it takes to remember.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Key(key) | Self::Prefix(key) => key.len(),
            Self::Range(first, end) => first.len() + end.as_ref().map_or(0, Vec::len),
        }
    }
}

/// Watchers by span. What it costs to find those of a key does not depend on how many there are
/// of others, unless they are of ranges that are no prefixes.
pub struct Index<Id, Watcher> {
    keys: HashMap<Vec<u8>, HashMap<Id, Watcher>>,
    /// By length, for a key has as many prefixes as there are lengths.
    prefixes: BTreeMap<usize, HashMap<Vec<u8>, HashMap<Id, Watcher>>>,
    ranges: BTreeMap<(Vec<u8>, Option<Vec<u8>>), HashMap<Id, Watcher>>,
}

impl<Id: std::hash::Hash + Eq, Watcher> Index<Id, Watcher> {
    /// Without watchers.
    pub fn new() -> Self {
        Self {
            keys: HashMap::new(),
            prefixes: BTreeMap::new(),
            ranges: BTreeMap::new(),
        }
    }

    /// Adds a watcher.
    pub fn insert(&mut self, span: &Span, id: Id, watcher: Watcher) {
        match span.clone() {
            Span::Key(key) => self.keys.entry(key).or_default(),
            Span::Prefix(prefix) => {
                let same = self.prefixes.entry(prefix.len()).or_default();
                same.entry(prefix).or_default()
            }
            Span::Range(first, end) => self.ranges.entry((first, end)).or_default(),
        }
        .insert(id, watcher);
    }

    /// Removes a watcher.
    pub fn remove(&mut self, span: &Span, id: &Id) {
        match span {
            Span::Key(key) => take(&mut self.keys, key, id),
            Span::Prefix(prefix) => {
                if let Some(same) = self.prefixes.get_mut(&prefix.len()) {
                    take(same, prefix, id);
                    if same.is_empty() {
                        self.prefixes.remove(&prefix.len());
                    }
                }
            }
            Span::Range(first, end) => {
                let place = (first.clone(), end.clone());
                if let Some(watchers) = self.ranges.get_mut(&place) {
                    watchers.remove(id);
                    if watchers.is_empty() {
                        self.ranges.remove(&place);
                    }
                }
            }
        }
    }

    /// Calls `found` with each watcher whose span contains the key.
    pub fn concerned<'a>(&'a self, key: &[u8], mut found: impl FnMut(&Id, &'a Watcher)) {
        let mut each = |watchers: &'a HashMap<Id, Watcher>| {
            watchers.iter().for_each(|(id, watcher)| found(id, watcher));
        };
        if let Some(watchers) = self.keys.get(key) {
            each(watchers);
        }
        for (length, same) in self.prefixes.range(..=key.len()) {
            if let Some(watchers) = key.get(..*length).and_then(|prefix| same.get(prefix)) {
                each(watchers);
            }
        }
        for ((first, end), watchers) in &self.ranges {
            if first.as_slice() > key {
                break;
            }
            if end.as_ref().is_none_or(|end| key < end.as_slice()) {
                each(watchers);
            }
        }
    }
}

fn take<Id: std::hash::Hash + Eq, Watcher>(
    from: &mut HashMap<Vec<u8>, HashMap<Id, Watcher>>,
    place: &[u8],
    id: &Id,
) {
    if let Some(watchers) = from.get_mut(place) {
        watchers.remove(id);
        if watchers.is_empty() {
            from.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(key: &str, end: &str) -> Option<Span> {
        Span::new(key.into(), end.into())
    }

    #[test]
    fn spans_are_those_of_etcd() {
        assert_eq!(span("a", ""), Some(Span::Key("a".into())));
        assert_eq!(span("", ""), Some(Span::Key(vec![0])));
        assert_eq!(span("a", "b"), Some(Span::Prefix("a".into())));
        assert_eq!(
            span("a", "c"),
            Some(Span::Range("a".into(), Some("c".into())))
        );
        assert_eq!(span("a", "\0"), Some(Span::Range("a".into(), None)));
        assert_eq!(span("", "\0"), Some(Span::Range(vec![0], None)));
        assert_eq!(span("b", "b"), None);
        assert_eq!(span("b", "a"), None);
    }

    #[test]
    fn a_key_concerns_those_whose_span_has_it_and_no_other() {
        let spans = [
            ("a", ""),
            ("a", "b"),
            ("ab", "ac"),
            ("", "\0"),
            ("aa", "b"),
            ("b", "d"),
            ("b", ""),
        ];
        let mut index = Index::new();
        for (id, (key, end)) in spans.iter().enumerate() {
            index.insert(&span(key, end).unwrap(), id, ());
        }
        for key in ["a", "aa", "ab", "abc", "b", "c", "d", "\0"] {
            let mut found = Vec::new();
            index.concerned(key.as_bytes(), |id, ()| found.push(*id));
            found.sort_unstable();
            let expected: Vec<_> = (0..spans.len())
                .filter(|id| {
                    span(spans[*id].0, spans[*id].1)
                        .unwrap()
                        .contains(key.as_bytes())
                })
                .collect();
            assert_eq!(found, expected, "{key}");
        }
        for (id, (key, end)) in spans.iter().enumerate() {
            index.remove(&span(key, end).unwrap(), &id);
        }
        assert!(index.keys.is_empty() && index.prefixes.is_empty() && index.ranges.is_empty());
    }
}
