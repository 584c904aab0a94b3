//! etcd's configuration file (`server/embed/config.go`): YAML, whose keys are the flags, but for
//! those of TLS, which are in two groups.

use saphyr_parser::{Event, Parser};

use super::Given;
use super::flags;
use crate::error::{Error, Result};
use crate::spec::shown;

/// The largest file that is read.
pub const LONGEST: u64 = 1 << 20;

/// The keys of durations, which etcd's file has in nanoseconds.
const DURATIONS: [&str; 7] = [
    "grpc-keepalive-min-time",
    "grpc-keepalive-interval",
    "grpc-keepalive-timeout",
    "watch-progress-notify-interval",
    "warning-apply-duration",
    "warning-unary-request-duration",
    "corrupt-check-time",
];

/// Reads the flags of a file.
///
/// # Errors
/// It is no YAML, or a key is no flag.
pub fn parse(text: &str) -> Result<Given> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event
            .map_err(|cause| Error::usage("the configuration file is no YAML").because(cause))?;
        reader
            .take(&event)
            .map_err(|error| error.while_doing(&format!("line {}", span.start.line())))?;
    }
    Ok(reader.given)
}

#[derive(Default)]
struct Reader {
    given: Given,
    /// The groups that are open: the empty one is the file's own.
    groups: Vec<String>,
    key: Option<String>,
    /// The parts of a list that is open.
    list: Option<Vec<String>>,
}

impl Reader {
    fn take(&mut self, event: &Event<'_>) -> Result<()> {
        match event {
            Event::MappingStart(..) => {
                let group = self.key.take().unwrap_or_default();
                if self.groups.len() > 1 || self.list.is_some() {
                    return Err(Error::usage(format!("`{}` has no parts", shown(&group))));
                }
                self.groups.push(group);
            }
            Event::MappingEnd => drop(self.groups.pop()),
            Event::SequenceStart(..) => self.list = Some(Vec::new()),
            Event::SequenceEnd => {
                let list = self.list.take().unwrap_or_default();
                self.set(&list.join(","))?;
            }
            Event::Scalar(value, ..) => match (&mut self.list, &self.key) {
                (Some(list), _) => list.push(value.to_string()),
                (None, Some(_)) => self.set(value)?,
                (None, None) => self.key = Some(value.to_string()),
            },
            Event::Alias(_) => return Err(Error::usage("aliases are not read")),
            _ => {}
        }
        Ok(())
    }

    fn set(&mut self, value: &str) -> Result<()> {
        let key = self.key.take().unwrap_or_default();
        let group = self.groups.last().map_or("", String::as_str);
        let name = match (group, key.as_str()) {
            ("client-transport-security", "allowed-hostname") => {
                "client-cert-allowed-hostname".into()
            }
            ("peer-transport-security", "allowed-cn" | "allowed-hostname") => {
                format!("peer-cert-{key}")
            }
            ("peer-transport-security", _) => format!("peer-{key}"),
            ("" | "client-transport-security", _) => key.clone(),
            _ => return Err(unknown(group)),
        };
        let flag = flags::find(&name).ok_or_else(|| unknown(&key))?;
        let value = match value {
            "~" | "null" => "",
            value if DURATIONS.contains(&flag.name) && value.parse::<u64>().is_ok() => {
                &format!("{value}ns")
            }
            value => value,
        };
        self.given.insert(flag.name, value.to_owned());
        Ok(())
    }
}

fn unknown(key: &str) -> Error {
    Error::usage(format!(
        "`{}` is no key of etcd's configuration file",
        shown(key)
    ))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_file_says_what_flags_say() {
        let given = parse(
            "# a comment\nname: 'a'\nsnapshot-count: 5000\nlisten-client-urls: http://127.0.0.1:1\n\
             corrupt-check-time: 1000000000\ncipher-suites: [x, y]\nwal-dir:\n\
             client-transport-security:\n  cert-file: c.pem\n  client-cert-auth: true\n\
             peer-transport-security:\n  cert-file: p.pem\n  allowed-cn: [one, two]\nlog-level: debug\n",
        )
        .unwrap();
        for (name, value) in [
            ("name", "a"),
            ("snapshot-count", "5000"),
            ("listen-client-urls", "http://127.0.0.1:1"),
            ("corrupt-check-time", "1000000000ns"),
            ("cipher-suites", "x,y"),
            ("cert-file", "c.pem"),
            ("client-cert-auth", "true"),
            ("peer-cert-file", "p.pem"),
            ("peer-cert-allowed-cn", "one,two"),
            ("log-level", "debug"),
        ] {
            assert_eq!(given.get(name).map(String::as_str), Some(value), "{name}");
        }
        for text in [
            "nme: a",
            "name: {a: {b: c}}",
            "name: *a",
            "name: [",
            "x-security:\n  a: b",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
