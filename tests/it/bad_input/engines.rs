//! Engines that are not there, are something else, or do not behave.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use netpipe::kv::{Kv, LocalKv};
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::{Backlog, listen};
use nix::unistd::Pid;

use super::host;
use crate::support::{Call, Host, Run};

fn attach(host: &Host, change: impl FnOnce(Call<'_>) -> Call<'_>) -> Run {
    let before = host.snapshot();
    let run = change(host.call("attach web br0 10.0.0.5/24")).run();
    before.assert_same(&host.snapshot());
    run.stdout("")
        .stderr_has("error: cannot attach `web` to `br0`: ")
}

#[test]
fn without_an_engine_there_are_no_containers() {
    let host = host();
    attach(&host, |call| call)
        .status(1)
        .stderr_has("no container engine: there is no socket at /var/run/docker.sock")
        .stderr_has("hint: start Docker or Podman")
        .stderr_has("hint: a namespace needs no engine");
}

#[test]
fn a_socket_that_is_not_there() {
    let host = host();
    attach(&host, |call| call.env("NETPIPE_ENGINE", "unix:///no/such"))
        .status(1)
        .stderr_has("/no/such")
        .stderr_has("hint: ");
}

#[test]
fn a_plain_file_is_no_socket() {
    let host = host();
    let file = host.directory().join("file");
    fs::write(&file, "x").unwrap();
    let url = format!("unix://{}", file.display());
    attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
        .status(1)
        .stderr_has(&file.display().to_string())
        .stderr_has("hint: ");
}

#[test]
fn a_context_that_does_not_exist() {
    let host = host();
    attach(&host, |call| call.env("DOCKER_CONTEXT", "lab"))
        .stderr_has("docker context `lab` has no docker endpoint")
        .stderr_has("hint: see `docker context ls`");
}

#[test]
fn an_engine_of_another_host() {
    let host = host();
    attach(&host, |call| call.env("DOCKER_HOST", "tcp://10.0.0.1:2375"))
        .status(2)
        .stderr_has("engine `tcp://10.0.0.1:2375` is not a unix socket of this host");
}

/// A listener that says something of its own to whoever asks, as often as asked.
fn fake(host: &Host, answer: &'static [u8]) -> String {
    let path: PathBuf = host.directory().join("fake.sock");
    let listener = UnixListener::bind(&path).unwrap();
    // Ends with the test's process; it holds nothing but its socket.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok() {
                let _ = stream.write_all(answer);
            }
        }
    });
    format!("unix://{}", path.display())
}

/// An engine that has one answer to everything.
fn says(host: &Host, json: &str) -> String {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    let answer = format!("{head}{}\r\n\r\n{json}", json.len());
    fake(host, answer.leak().as_bytes())
}

#[test]
fn engines_that_answer_nonsense() {
    for answer in [
        &b""[..],
        b"\0\0\0\0 garbage \xff\xfe\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{]}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 16\r\n\r\n{\"message\":\"no\"}",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let host = host();
        let url = fake(&host, answer);
        attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
            .status(1)
            .stderr_has("engine");
    }
}

#[test]
fn an_engine_that_says_a_container_has_no_process() {
    let host = host();
    let url = says(
        &host,
        "{\"Id\":\"a\",\"Name\":\"/web\",\"State\":{\"Running\":true,\"Pid\":0}}",
    );
    attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
        .status(1)
        .stderr_has("container `web` is not running");
}

#[test]
fn an_engine_that_lies_about_the_process_does_not_reach_the_host() {
    let host = host();
    let mut sleeper = Call::new(host.place(), "sleep", "30").spawn();
    let state = format!(
        "{{\"Id\":\"a\",\"Name\":\"/web\",\"State\":{{\"Running\":true,\"Pid\":{}}}}}",
        sleeper.id()
    );
    let url = says(&host, &state);
    attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
        .status(2)
        .stderr_has("is in the host's own network namespace")
        .stderr_has("hint: it runs with the host's network");
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
}

/// An engine that takes every question and never says a word.
fn mute(host: &Host) -> (UnixListener, String) {
    let path = host.directory().join("mute.sock");
    let listener = UnixListener::bind(&path).unwrap();
    (listener, format!("unix://{}", path.display()))
}

#[test]
fn an_engine_that_hangs_is_given_up_in_time() {
    let host = host();
    let (_listener, url) = mute(&host);
    let start = Instant::now();
    attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
        .status(1)
        .stderr_has("did not answer")
        .stderr_has("hint: see whether it runs");
    assert!(start.elapsed() < Duration::from_secs(12));
}

#[test]
fn a_signal_ends_the_wait_for_an_engine_that_hangs() {
    let host = host();
    let (listener, url) = mute(&host);
    for line in [
        "attach web br0 none",
        "attach web br0 none --wait",
        "doctor",
    ] {
        let call = host.call(line).env("NETPIPE_ENGINE", &url);
        let child = call.spawn_piped();
        // The question is on its way, and nobody will answer.
        let (_connection, _) = listener.accept().unwrap();
        let pid = Pid::from_raw(child.id().cast_signed());
        kill(pid, Signal::SIGINT).unwrap();
        let run = Run::wait(child, line, Duration::from_secs(5));
        if line != "doctor" {
            run.status(130);
        }
    }
}

/// An engine with a full queue: one has connected, and no other gets in until it is taken.
fn full(host: &Host) -> (UnixListener, UnixStream, String) {
    let (listener, url) = mute(host);
    listen(&listener, Backlog::new(0).unwrap()).unwrap();
    let path = url.strip_prefix("unix://").unwrap();
    let first = UnixStream::connect(path).unwrap();
    (listener, first, url)
}

/// Waits until the process handles SIGINT (bit 1 of SigCgt in proc_pid_status(5)).
fn handles_signals(child: &Child) {
    let path = format!("/proc/{}/status", child.id());
    let start = Instant::now();
    loop {
        let status = fs::read_to_string(&path).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let caught = u64::from_str_radix(caught.unwrap().trim(), 16).unwrap();
        if caught & 0b10 != 0 {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{status}");
        thread::yield_now();
    }
}

#[test]
fn an_engine_that_takes_no_connection_is_given_up_in_time() {
    let host = host();
    let (_listener, _first, url) = full(&host);
    let start = Instant::now();
    attach(&host, |call| call.env("NETPIPE_ENGINE", &url))
        .status(1)
        .stderr_has("did not answer")
        .stderr_has("hint: see whether it runs");
    assert!(start.elapsed() < Duration::from_secs(12));
    let start = Instant::now();
    host.call("doctor").env("NETPIPE_ENGINE", &url).run();
    assert!(start.elapsed() < Duration::from_secs(12));
}

#[test]
fn a_signal_ends_the_wait_for_an_engine_that_takes_no_connection() {
    let host = host();
    let (_listener, _first, url) = full(&host);
    for (line, signal, status) in [
        ("attach web br0 none", Signal::SIGINT, 130),
        ("attach web br0 none --wait", Signal::SIGTERM, 143),
    ] {
        let call = host.call(line).env("NETPIPE_ENGINE", &url);
        let child = call.spawn_piped();
        handles_signals(&child);
        kill(Pid::from_raw(child.id().cast_signed()), signal).unwrap();
        Run::wait(child, line, Duration::from_secs(5)).status(status);
    }
}

#[test]
fn an_engine_that_is_busy_for_a_while_is_waited_for() {
    let host = host();
    let (listener, _first, url) = full(&host);
    let call = host.call("attach web br0 none").env("NETPIPE_ENGINE", &url);
    let child = call.spawn_piped();
    handles_signals(&child);
    let (_first, _) = listener.accept().unwrap();
    let (mut asked, _) = listener.accept().unwrap();
    assert!(asked.read(&mut [0; 4096]).unwrap() > 0);
    let json = "{\"Id\":\"a\",\"Name\":\"/web\",\"State\":{\"Running\":false,\"Pid\":0}}";
    write!(asked, "HTTP/1.0 200 OK\r\n\r\n{json}").unwrap();
    drop(asked);
    Run::wait(child, "attach", Duration::from_secs(10))
        .status(1)
        .stderr_has("container `web` is not running");
}

#[test]
fn gc_asks_an_engine_that_hangs_only_once() {
    let host = host();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    {
        let store = LocalKv::open(&host.state_dir()).unwrap();
        let (key, value) = host
            .store()
            .into_iter()
            .find(|(key, _)| key.contains("/attachments/"))
            .unwrap();
        for name in ["one", "two", "three"] {
            let key = key.replace("netns:blue", name);
            let value = value.replace("netns:blue", name);
            store.put(key.as_bytes(), value.as_bytes()).unwrap();
        }
    }
    let (_listener, url) = mute(&host);
    let start = Instant::now();
    let run = host.call("gc").env("NETPIPE_ENGINE", &url).run().status(1);
    assert_eq!(run.err.matches("did not answer").count(), 1, "{}", run.err);
    assert!(start.elapsed() < Duration::from_secs(12));
}
