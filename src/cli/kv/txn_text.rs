//! The grammar of a transaction's lines: etcdctl's (`etcdctl/ctlv3/command/txn_command.go`).

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use clap::{Parser, Subcommand};

use super::del::Del;
use super::get::Get;
use super::put::Put;
use crate::error::{Error, Result};
use crate::kv::proto::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use crate::kv::proto::etcdserverpb::request_op::Request;
use crate::kv::proto::etcdserverpb::{Compare, RequestOp};
use crate::spec::shown;

/// What a line that is no condition can say.
#[derive(Debug, Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    operation: Operation,
}

#[derive(Debug, Subcommand)]
enum Operation {
    Get(Get),
    Put(Put),
    Del(Del),
}

/// Reads a line such as `put key "a value" --prev-kv`.
///
/// # Errors
/// Usage: it is not one of the three, or not as they are.
pub fn operation(line: &str) -> Result<RequestOp> {
    let wrong = |why: String| {
        let hint = "a line is `put KEY VALUE`, `get KEY` or `del KEY`, with their options";
        Error::usage(format!("cannot read `{}`: {why}", shown(line))).hint(hint)
    };
    let words = words(line).ok_or_else(|| wrong("a quoted word is malformed".into()))?;
    let parsed = Line::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        wrong(first.trim_start_matches("error: ").to_owned())
    })?;
    let request = match parsed.operation {
        Operation::Get(get) => Request::RequestRange(get.request()?),
        Operation::Put(put) => {
            Request::RequestPut(put.request(|| Err(wrong("it has no value".into())))?)
        }
        Operation::Del(del) => Request::RequestDeleteRange(del.request()),
    };
    Ok(RequestOp {
        request: Some(request),
    })
}

/// Splits a line into words. A word in double quotes has Go's escapes, one in single quotes is
/// as it stands; other words end with a blank. None if an escape is wrong.
pub fn words(line: &str) -> Option<Vec<OsString>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '"' => unquoted(rest)?,
            '\'' => {
                let (word, after) = rest.get(1..)?.split_once('\'')?;
                (word.as_bytes().to_vec(), after)
            }
            _ => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (word.as_bytes().to_vec(), after)
            }
        };
        words.push(OsString::from_vec(word));
        rest = after.trim_start();
    }
    Some(words)
}

/// Reads a condition such as `mod("key") > "3"`.
///
/// # Errors
/// Usage: it is not as conditions are.
pub fn compare(line: &str) -> Result<Compare> {
    let wrong = || {
        Error::usage(format!("cannot read the condition `{}`", shown(line)))
            .hint("conditions look like mod(\"key\") > \"3\" and value(\"key\") = \"text\"")
    };
    let (target, rest) = line.split_once('(').ok_or_else(wrong)?;
    let (key, rest) = unquoted(rest.trim_start()).ok_or_else(wrong)?;
    let rest = rest.strip_prefix(')').ok_or_else(wrong)?.trim_start();
    let end = rest.find([' ', '\t', '"', '`']).ok_or_else(wrong)?;
    let (sign, rest) = rest.split_at(end);
    let (value, rest) = unquoted(rest.trim_start()).ok_or_else(wrong)?;
    if !rest.trim().is_empty() {
        return Err(wrong());
    }
    let result = match sign {
        "=" => CompareResult::Equal,
        "!=" => CompareResult::NotEqual,
        "<" => CompareResult::Less,
        ">" => CompareResult::Greater,
        _ => return Err(wrong()),
    };
    let number = |radix| {
        let text = std::str::from_utf8(&value).ok();
        text.and_then(|text| i64::from_str_radix(text, radix).ok())
            .ok_or_else(wrong)
    };
    let (target, union) = match target.trim() {
        "ver" | "version" => (CompareTarget::Version, TargetUnion::Version(number(10)?)),
        "c" | "create" => (
            CompareTarget::Create,
            TargetUnion::CreateRevision(number(10)?),
        ),
        "m" | "mod" => (CompareTarget::Mod, TargetUnion::ModRevision(number(10)?)),
        "lease" => (CompareTarget::Lease, TargetUnion::Lease(number(16)?)),
        "val" | "value" => (CompareTarget::Value, TargetUnion::Value(value)),
        _ => return Err(wrong()),
    };
    Ok(Compare {
        result: result.into(),
        target: target.into(),
        key,
        range_end: Vec::new(),
        target_union: Some(union),
    })
}

/// Reads a string as Go quotes it, in double quotes or backquotes; with what follows it.
fn unquoted(text: &str) -> Option<(Vec<u8>, &str)> {
    if let Some(raw) = text.strip_prefix('`') {
        let (word, after) = raw.split_once('`')?;
        return Some((word.as_bytes().to_vec(), after));
    }
    let mut rest = text.strip_prefix('"')?;
    let mut word = Vec::new();
    loop {
        let end = rest.find(['"', '\\'])?;
        let (plain, more) = rest.split_at(end);
        word.extend_from_slice(plain.as_bytes());
        rest = match more.strip_prefix('\\') {
            None => return Some((word, more.get(1..)?)),
            Some(escape) => unescaped(escape, &mut word)?,
        };
    }
}

/// Adds what an escape stands for, and returns what follows it.
fn unescaped<'a>(escape: &'a str, word: &mut Vec<u8>) -> Option<&'a str> {
    let kind = escape.chars().next()?;
    let rest = escape.get(kind.len_utf8()..)?;
    let coded = |text: &'a str, length: usize, radix| {
        let (digits, rest) = text.split_at_checked(length)?;
        let good = digits.chars().all(|c| c.is_digit(radix));
        let number = u32::from_str_radix(digits, radix).ok()?;
        good.then_some((number, rest))
    };
    let simple = match kind {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => b'\n',
        'r' => b'\r',
        't' => b'\t',
        'v' => 11,
        '\\' | '"' | '\'' => u8::try_from(kind).ok()?,
        'x' | '0'..='7' => {
            let (number, rest) = match kind {
                'x' => coded(rest, 2, 16)?,
                _ => coded(escape, 3, 8)?,
            };
            word.push(u8::try_from(number).ok()?);
            return Some(rest);
        }
        'u' | 'U' => {
            let (number, rest) = coded(rest, if kind == 'u' { 4 } else { 8 }, 16)?;
            let c = char::from_u32(number)?;
            word.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(rest);
        }
        _ => return None,
    };
    word.push(simple);
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::{TargetUnion, compare, operation, words};
    use crate::kv::proto::etcdserverpb::request_op::Request;

    #[test]
    fn conditions_are_etcdctls() {
        let found = compare(r#"mod("a\x00\"b") > "12""#).unwrap();
        assert_eq!(found.key, b"a\0\"b");
        assert_eq!((found.result, found.target), (1, 2));
        assert_eq!(found.target_union, Some(TargetUnion::ModRevision(12)));
        let found = compare("val(`k`)!= \"é\\u00e9\\101\"").unwrap();
        assert_eq!(
            found.target_union,
            Some(TargetUnion::Value("ééA".as_bytes().to_vec()))
        );
        let lease = compare(r#"lease("k") = "ff""#).unwrap();
        assert_eq!(lease.target_union, Some(TargetUnion::Lease(255)));
        for wrong in [
            "",
            "mod",
            r#"mod("k")"#,
            r#"mod("k") = 3"#,
            r#"mod("k") == "3""#,
            r#"mod("k") = "x""#,
            r#"mod(k) = "3""#,
            r#"size("k") = "3""#,
            r#"mod("k") = "3" and"#,
            r#"mod("k\q") = "3""#,
            r#"mod("k\xé") = "3""#,
        ] {
            assert!(compare(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn operations_are_those_of_the_command_line() {
        let Some(Request::RequestPut(put)) = operation(r#"put 'a key' "a\nvalue" --prev-kv"#)
            .unwrap()
            .request
        else {
            panic!("no put");
        };
        assert_eq!(put.key, b"a key");
        assert_eq!(put.value, b"a\nvalue");
        assert!(put.prev_kv);
        let Some(Request::RequestDeleteRange(del)) = operation("del a --prefix").unwrap().request
        else {
            panic!("no del");
        };
        assert_eq!(del.range_end, b"b");
        for wrong in [
            "put",
            "put k",
            "steal k",
            "get",
            "put \"k v",
            "get k --sideways",
        ] {
            assert!(operation(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_end_with_blanks_and_quotes() {
        let found = words(r#"watch  a"b "c d"'e f'"#).unwrap();
        assert_eq!(found, ["watch", "a\"b", "c d", "e f"]);
    }
}
