//! How values are read and written, as etcdctl does: hexadecimal ids, quoted bytes, times, sizes.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

/// Reads a lease's id, in hexadecimal.
///
/// # Errors
/// What is wrong with it.
pub fn lease_id(text: &str) -> Result<i64, String> {
    i64::from_str_radix(text, 16).map_err(|_| "a lease's id is a hexadecimal number".into())
}

/// Reads a member's id, in hexadecimal.
///
/// # Errors
/// What is wrong with it.
pub fn member_id(text: &str) -> Result<u64, String> {
    u64::from_str_radix(text, 16).map_err(|_| "a member's id is a hexadecimal number".into())
}

/// The bytes of an argument.
pub fn bytes(argument: OsString) -> Vec<u8> {
    argument.into_vec()
}

/// Reads a time in Go's notation, such as `1m30s` or `500ms`; a bare number is in seconds.
///
/// # Errors
/// What is wrong with it.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a time is a number with a unit, such as 5s, 500ms or 1m30s".to_owned();
    if let Ok(seconds) = text.parse::<u32>() {
        return Ok(Duration::from_secs(seconds.into()));
    }
    let mut rest = text;
    let mut whole = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(wrong)?;
        let (number, more) = rest.split_at(digits);
        let unit_end = more
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(more.len());
        let (unit, more) = more.split_at(unit_end);
        let unit = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(wrong()),
        };
        whole += number.parse::<f64>().map_err(|_| wrong())? * unit;
        rest = more;
    }
    match text.is_empty() {
        true => Err(wrong()),
        false => Duration::try_from_secs_f64(whole).map_err(|_| wrong()),
    }
}

/// A time as Go writes it, such as `3.407645ms` or `1m2.5s`.
pub fn took(time: Duration) -> String {
    let nanos = time.as_nanos();
    let decimal = |unit: u128| {
        let fraction = format!("{:0>1$}", nanos % unit, unit.ilog10() as usize);
        match fraction.trim_end_matches('0') {
            "" => format!("{}", nanos / unit),
            fraction => format!("{}.{fraction}", nanos / unit),
        }
    };
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(1_000_000)),
        _ => {
            let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
            let whole = decimal(1_000_000_000);
            let fraction = whole.split_once('.').map_or("", |(_, fraction)| fraction);
            let point = if fraction.is_empty() { "" } else { "." };
            let seconds = format!("{seconds}{point}{fraction}s");
            match (minutes / 60, minutes % 60) {
                (0, 0) => seconds,
                (0, minutes) => format!("{minutes}m{seconds}"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}"),
            }
        }
    }
}

/// A size as etcdctl writes it, such as `20 kB`.
pub fn size(bytes: i64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 10 {
        return format!("{bytes} B");
    }
    #[allow(clippy::cast_precision_loss)]
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    // Rounded to one digit after the point before that is left out, as etcdctl's library does.
    let value = (value * 10.0 + 0.5).floor() / 10.0;
    let digits = usize::from(value < 10.0);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// Bytes as Go's `%q` writes them: quoted, what cannot be shown escaped.
pub fn quoted(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| quote(c, &mut out));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.push('"');
    out
}

fn quote(c: char, out: &mut String) {
    let short = match c {
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{b}' => 'v',
        '"' | '\\' => c,
        '\'' => return out.push(c),
        // Shown as it is unless Rust would escape it too.
        _ if c.escape_debug().len() == 1 => return out.push(c),
        '\0'..' ' | '\u{7f}' => return out.push_str(&format!("\\x{:02x}", c as u32)),
        '\u{80}'..='\u{ffff}' => return out.push_str(&format!("\\u{:04x}", c as u32)),
        _ => return out.push_str(&format!("\\U{:08x}", c as u32)),
    };
    out.extend(['\\', short]);
}

/// Bytes in hexadecimal as `--hex` writes them: `\x66\x6f`.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, quoted, size, took};

    #[test]
    fn times_are_read_and_written_as_go_does() {
        for (text, nanos) in [
            ("5s", 5_000_000_000),
            ("1m30s", 90_000_000_000),
            ("1.5s", 1_500_000_000),
            ("3.407645ms", 3_407_645),
            ("23.1µs", 23_100),
            ("100ns", 100),
            ("1h0m2.5s", 3_602_500_000_000),
            ("0s", 0),
        ] {
            let time = Duration::from_nanos(nanos);
            assert_eq!(duration(text), Ok(time));
            assert_eq!(took(time), text);
        }
        assert_eq!(duration("7"), Ok(Duration::from_secs(7)));
        for wrong in [
            "",
            "s",
            "5x",
            "1m2",
            "-1s",
            "1..2s",
            "99999999999999999999h",
        ] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_etcdctls() {
        for (bytes, text) in [
            (0, "0 B"),
            (9, "9 B"),
            (82, "82 B"),
            (20_480, "20 kB"),
            (1_500, "1.5 kB"),
            (24_576, "25 kB"),
            (2_147_483_648, "2.1 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn bytes_are_quoted_as_go_does() {
        assert_eq!(
            quoted(b"a\"\\\n\x00\x7f\xff'\xc3\xa9\xe2\x80\x8b"),
            r#""a\"\\\n\x00\x7f\xff'é\u200b""#
        );
    }
}
