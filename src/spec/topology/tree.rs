//! A YAML document (YAML 1.2.2) as a tree whose nodes know their places. Values are texts:
//! what a text means is for the grammar of its key, so that `010` or `no` are never taken
//! for something else. JSON is YAML too.
//!
//! An alias shares the node of its anchor, and counts as if it were written out, so that a
//! few lines cannot stand for millions. The parser keeps its own stack, and so does this.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};

use super::problem::{Problems, Spot};
use crate::error::Error;
use crate::spec::shown;

/// How deep a document may be: a topology needs seven levels.
const DEEPEST: usize = 16;

/// The most nodes, those behind aliases included.
const MOST_NODES: usize = 1 << 19;

/// A part of the document.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it begins.
    pub spot: Spot,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Value {
    /// Nothing: `key:`, `~` or `null`.
    Empty,
    /// A text, a number or a word.
    Text(String),
    /// A list.
    List(Vec<Rc<Node>>),
    /// A mapping, in the order of the file; no key is there twice.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Where the key is.
    pub spot: Spot,
    /// The key.
    pub key: String,
    /// The value.
    pub node: Rc<Node>,
}

impl Node {
    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Empty => "nothing",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// A node that has been read whole, with what it counts for.
#[derive(Clone)]
struct Whole {
    node: Rc<Node>,
    nodes: usize,
    levels: usize,
}

/// A list or mapping that is being read.
struct Open {
    spot: Spot,
    anchor: usize,
    nodes: usize,
    levels: usize,
    parts: Parts,
}

enum Parts {
    List(Vec<Rc<Node>>),
    Map {
        entries: Vec<Entry>,
        keys: HashSet<String>,
        /// The key whose value comes next.
        key: Option<(Spot, String)>,
        /// The values of `<<`, merged once all own keys are known.
        merged: Vec<(Spot, Rc<Node>)>,
    },
}

/// What stops the reading.
type Stop = (Spot, Error);

/// Reads the one document of a text; none if it could not be read to the end. What is wrong
/// is added to `problems`.
pub(super) fn parse(text: &str, problems: &mut Problems) -> Option<Rc<Node>> {
    let mut builder = Builder {
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        root: None,
        problems,
    };
    // A byte order mark is no part of the document (YAML 1.2.2 section 5.2).
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let took = match event {
            Ok((Event::DocumentStart(_), span)) => {
                documents += 1;
                match documents {
                    1 => Ok(()),
                    _ => Err((
                        spot(span.start),
                        Error::usage("a second document begins here")
                            .hint("a file holds one topology; give each a file of its own"),
                    )),
                }
            }
            Ok((event, span)) => builder.take(event, span),
            Err(error) => Err((
                spot(*error.marker()),
                Error::usage(format!("this is not YAML: {}", error.info()))
                    .hint("see examples/topology.yaml for what a topology looks like"),
            )),
        };
        if let Err((spot, error)) = took {
            builder.problems.add(spot, "", error);
            return None;
        }
    }
    builder.root
}

fn spot(mark: Marker) -> Spot {
    Spot {
        line: mark.line(),
        column: mark.col() + 1,
    }
}

struct Builder<'p> {
    stack: Vec<Open>,
    anchors: HashMap<usize, Whole>,
    nodes: usize,
    root: Option<Rc<Node>>,
    problems: &'p mut Problems,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let at = spot(span.start);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                check_tag(at, tag.as_deref())?;
                let empty = style == ScalarStyle::Plain
                    && ["", "~", "null", "Null", "NULL"].contains(&&*text);
                let value = match empty {
                    true => Value::Empty,
                    false => Value::Text(text.into_owned()),
                };
                let node = Rc::new(Node { spot: at, value });
                let whole = Whole {
                    node,
                    nodes: 1,
                    levels: 1,
                };
                self.count(at, 1)?;
                self.finish(whole, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(at, tag.as_deref())?;
                self.open(at, anchor, Parts::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(at, tag.as_deref())?;
                let parts = Parts::Map {
                    entries: Vec::new(),
                    keys: HashSet::new(),
                    key: None,
                    merged: Vec::new(),
                };
                self.open(at, anchor, parts)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => {
                let Some(whole) = self.anchors.get(&anchor).cloned() else {
                    return Err((
                        at,
                        Error::usage("this alias is inside of what it stands for")
                            .hint("write out what is meant"),
                    ));
                };
                self.count(at, whole.nodes)?;
                self.finish(whole, 0)
            }
            _ => Ok(()),
        }
    }

    /// Counts further nodes against the bounds.
    fn count(&mut self, at: Spot, more: usize) -> Result<(), Stop> {
        self.nodes += more;
        if self.nodes <= MOST_NODES {
            return Ok(());
        }
        Err((
            at,
            Error::usage(format!("the file has more than {MOST_NODES} values"))
                .hint("split it into several; aliases count as if they were written out"),
        ))
    }

    fn open(&mut self, at: Spot, anchor: usize, parts: Parts) -> Result<(), Stop> {
        self.count(at, 1)?;
        if self.stack.len() == DEEPEST {
            return Err(too_deep(at));
        }
        self.refuse_key(at)?;
        self.stack.push(Open {
            spot: at,
            anchor,
            nodes: 1,
            levels: 1,
            parts,
        });
        Ok(())
    }

    /// Refuses a list or mapping where a key has to be.
    fn refuse_key(&self, at: Spot) -> Result<(), Stop> {
        match self.stack.last().map(|open| &open.parts) {
            Some(Parts::Map { key: None, .. }) => Err((
                at,
                Error::usage("a list or mapping cannot be a key")
                    .hint("quote a text that starts with `[` or `{`"),
            )),
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), Stop> {
        let Some(open) = self.stack.pop() else {
            return Ok(());
        };
        let value = match open.parts {
            Parts::List(list) => Value::List(list),
            Parts::Map {
                mut entries,
                mut keys,
                merged,
                ..
            } => {
                for (at, node) in merged {
                    merge(&mut entries, &mut keys, at, &node)?;
                }
                Value::Map(entries)
            }
        };
        let whole = Whole {
            node: Rc::new(Node {
                spot: open.spot,
                value,
            }),
            nodes: open.nodes,
            levels: open.levels,
        };
        self.finish(whole, open.anchor)
    }

    /// Puts a whole node where it belongs.
    fn finish(&mut self, whole: Whole, anchor: usize) -> Result<(), Stop> {
        if anchor != 0 {
            self.anchors.insert(anchor, whole.clone());
        }
        let Whole {
            node,
            nodes,
            levels,
        } = whole;
        let depth = self.stack.len();
        let at = node.spot;
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.nodes += nodes;
        open.levels = open.levels.max(levels + 1);
        if depth + levels > DEEPEST + 1 {
            return Err(too_deep(at));
        }
        match &mut open.parts {
            Parts::List(list) => list.push(node),
            Parts::Map {
                entries,
                keys,
                key,
                merged,
            } => match key.take() {
                None => *key = Some((at, key_text(&node)?)),
                Some((spot, name)) if name == "<<" => merged.push((spot, node)),
                Some((spot, name)) if keys.insert(name.clone()) => entries.push(Entry {
                    spot,
                    key: name,
                    node,
                }),
                Some((spot, name)) => {
                    let error = Error::usage(format!("`{}` is given twice", shown(&name)))
                        .hint("leave one of the two out");
                    self.problems.add(spot, "", error);
                }
            },
        }
        Ok(())
    }
}

fn too_deep(at: Spot) -> Stop {
    (
        at,
        Error::usage(format!("the file is more than {DEEPEST} levels deep"))
            .hint("see examples/topology.yaml for what a topology looks like"),
    )
}

fn key_text(node: &Node) -> Result<String, Stop> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        _ => Err((
            node.spot,
            Error::usage(format!("{} cannot be a key", node.kind())),
        )),
    }
}

/// Adds the keys of `<<`, those that are not given beside it (yaml.org/type/merge.html).
fn merge(
    entries: &mut Vec<Entry>,
    keys: &mut HashSet<String>,
    at: Spot,
    node: &Node,
) -> Result<(), Stop> {
    match &node.value {
        Value::Map(more) => {
            let new = more.iter().filter(|entry| keys.insert(entry.key.clone()));
            entries.extend(new.cloned());
            Ok(())
        }
        Value::List(list) if list.iter().all(|one| matches!(one.value, Value::Map(_))) => list
            .iter()
            .try_for_each(|one| merge(entries, keys, at, one)),
        _ => Err((
            at,
            Error::usage(format!(
                "`<<` merges a mapping, and this is {}",
                node.kind()
            ))
            .hint("write `<<: *NAME`, where `&NAME` is at a mapping"),
        )),
    }
}

/// Refuses a tag that says more than a grammar would.
fn check_tag(at: Spot, tag: Option<&Tag>) -> Result<(), Stop> {
    const PLAIN: [&str; 6] = ["str", "int", "bool", "null", "map", "seq"];
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && PLAIN.contains(&tag.suffix.as_str())) => Err((
            at,
            Error::usage(format!(
                "the tag `{}` means nothing here",
                shown(&tag.to_string())
            ))
            .hint("leave it out; quote a text that starts with `!`"),
        )),
        _ => Ok(()),
    }
}
