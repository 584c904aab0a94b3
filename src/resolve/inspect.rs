//! The one question that every command on a container asks the engine, without a runtime:
//! a client that can do more takes longer to start than the engine to answer.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::docker::{self, Container};
use crate::error::Result;
use crate::sys::connect::to_listener;
use crate::sys::signal::Interrupt;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    id: String,
    name: String,
    state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    running: bool,
    #[serde(default)]
    restarting: bool,
    pid: i64,
}

/// The most bytes of an answer that are read; a container's own is some 10 KiB.
const LONGEST: u64 = 16 << 20;

/// The container of that name, id or id prefix, if the engine simply says which it is. None
/// means nothing but that [`super::docker`]'s client must be asked, which knows all answers.
/// While the engine thinks about it, `meanwhile` is called.
///
/// # Errors
/// If a signal arrives, and unreachable if the engine says nothing within `patience`: to ask
/// again would only double the wait.
pub(super) fn container(
    socket: &Path,
    name: &str,
    patience: Duration,
    interrupt: &Interrupt,
    meanwhile: &dyn Fn(),
) -> Result<Option<Container>> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if name.is_empty() || !name.bytes().all(plain) {
        return Ok(None);
    }
    let deadline = Instant::now() + patience;
    let asked = to_listener(socket, deadline, interrupt)?.and_then(|stream| ask(stream, name));
    let mut stream = match asked {
        Ok(stream) => stream,
        // Its queue was full all the while.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            return Err(docker::silent(socket));
        }
        Err(_) => return Ok(None),
    };
    meanwhile();
    let mut answer = Vec::with_capacity(16 << 10);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if !interrupt.wait_for(&stream, left)? {
            return Err(docker::silent(socket));
        }
        match (&mut stream).take(LONGEST).read_to_end(&mut answer) {
            Ok(_) => return Ok(parse(&answer)),
            // A proxy in between may keep the connection open all the same.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && is_whole(&answer) => {
                return Ok(parse(&answer));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Ok(None),
        }
        if answer.len() as u64 >= LONGEST {
            return Ok(None);
        }
    }
}

/// Sends the question; the answer is read without blocking.
fn ask(mut stream: UnixStream, name: &str) -> io::Result<UnixStream> {
    // In HTTP/1.0 an answer comes in one piece, and ends with the connection.
    let question = format!("GET /containers/{name}/json HTTP/1.0\r\nHost: docker\r\n\r\n");
    stream.write_all(question.as_bytes())?;
    Ok(stream)
}

/// The head of an answer, and its body as far as it is there.
fn parts(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    Some((head, answer.get(end + 4..)?))
}

/// Whether as much of the body is there as the head tells of.
fn is_whole(answer: &[u8]) -> bool {
    let told = parts(answer).and_then(|(head, body)| {
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let (_, length) = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
        Some(body.len() >= length.trim().parse().ok()?)
    });
    told.unwrap_or(false)
}

fn parse(answer: &[u8]) -> Option<Container> {
    let (head, body) = parts(answer)?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?;
    let chunked = lines.any(|line| line.to_ascii_lowercase().starts_with("transfer-encoding:"));
    if status != "200" || chunked {
        return None;
    }
    let Answer { id, name, state } = serde_json::from_slice(body).ok()?;
    let runs = state.running && !state.restarting;
    let pid = u32::try_from(state.pid).ok().filter(|pid| *pid > 0);
    Some(Container {
        id,
        name: name.trim_start_matches('/').to_owned(),
        pid: pid.filter(|_| runs),
    })
}

#[cfg(test)]
mod tests {
    use super::{is_whole, parse};

    const BODY: &str =
        r#"{"Id":"4f","Created":"x","State":{"Running":true,"Pid":42,"OOM":[]},"Name":"/web"}"#;

    #[test]
    fn a_plain_answer_is_read() {
        let answer = format!("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{BODY}");
        let found = parse(answer.as_bytes()).unwrap();
        assert_eq!((found.name.as_str(), found.pid), ("web", Some(42)));
        let stopped = answer.replace("true", "false");
        assert_eq!(parse(stopped.as_bytes()).unwrap().pid, None);
    }

    #[test]
    fn an_answer_is_whole_when_its_length_is_there() {
        let head = format!("HTTP/1.0 200 OK\r\nContent-length: {}\r\n\r\n", BODY.len());
        assert!(is_whole(format!("{head}{BODY}").as_bytes()));
        assert!(!is_whole(format!("{head}{}", &BODY[1..]).as_bytes()));
        assert!(!is_whole(head.trim_end().as_bytes()));
        assert!(!is_whole(
            format!("HTTP/1.0 200 OK\r\n\r\n{BODY}").as_bytes()
        ));
    }

    #[test]
    fn every_other_answer_is_left_to_the_client() {
        for answer in [
            String::new(),
            format!("HTTP/1.1 404 Not Found\r\n\r\n{BODY}"),
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}"),
            format!("HTTP/1.1 200 OK\r\n\r\n{}", &BODY[..40]),
            format!("HTTP/1.1 200 OK\r\n{BODY}"),
        ] {
            assert!(parse(answer.as_bytes()).is_none(), "{answer}");
        }
    }
}
