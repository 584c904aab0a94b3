//! The connection to a server: bytes that go and come, never longer than until a deadline.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::split::{Broken, LONGEST, Splitter};
use crate::error::{Error, Result};
use crate::spec::OvsdbRemote;
use crate::sys::connect::to_listener;
use crate::sys::signal::Interrupt;

/// A connected socket of either kind that does not block.
#[derive(Debug)]
enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.read(buffer),
            Self::Tcp(stream) => stream.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Unix(stream) => stream.write(bytes),
            Self::Tcp(stream) => stream.write(bytes),
        }
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Unix(stream) => stream.as_fd(),
            Self::Tcp(stream) => stream.as_fd(),
        }
    }
}

/// A connection, and what has arrived on it.
#[derive(Debug)]
pub struct Wire {
    socket: Socket,
    splitter: Splitter,
    remote: OvsdbRemote,
    pub(super) interrupt: Interrupt,
}

impl Wire {
    /// Connects.
    ///
    /// # Errors
    /// Unreachable if nobody listens there by then, or if a signal arrives.
    pub fn connect(remote: &OvsdbRemote, deadline: Instant, interrupt: &Interrupt) -> Result<Self> {
        let socket = match remote {
            OvsdbRemote::Unix(path) => to_listener(path, deadline, interrupt)?.map(Socket::Unix),
            OvsdbRemote::Tcp(address) => {
                // The loopback interface answers at once, one way or the other.
                let left = deadline.saturating_duration_since(Instant::now());
                let left = left.max(Duration::from_millis(1));
                TcpStream::connect_timeout(address, left).and_then(|stream| {
                    stream.set_nonblocking(true)?;
                    stream.set_nodelay(true)?;
                    Ok(Socket::Tcp(stream))
                })
            }
        };
        let socket = socket.map_err(|error| not_connected(remote, error))?;
        Ok(Self {
            socket,
            splitter: Splitter::default(),
            remote: remote.clone(),
            interrupt: interrupt.clone(),
        })
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// Unreachable if the server closed the connection or takes nothing until the deadline.
    pub fn send(&mut self, bytes: &[u8], deadline: Instant) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.socket.write(rest) {
                Ok(0) => return Err(self.closed()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if !self.interrupt.wait_for_room(&self.socket, left)? {
                        return Err(self.silent());
                    }
                }
                Err(_) => return Err(self.closed()),
            }
        }
        Ok(())
    }

    /// The next message.
    ///
    /// # Errors
    /// Unreachable if there is none by then, or if what comes is no message.
    pub fn receive(&mut self, deadline: Instant) -> Result<serde_json::Value> {
        let mut buffer = [0; 16 << 10];
        loop {
            match self.splitter.next() {
                Ok(Some(message)) => {
                    return serde_json::from_slice(&message).map_err(|_| self.garbage());
                }
                Ok(None) => {}
                Err(Broken::NotJson) => return Err(self.garbage()),
                Err(Broken::TooLong) => return Err(self.too_long()),
            }
            // A peer that never stops sending does not stop the clock either.
            self.interrupt.check()?;
            if Instant::now() >= deadline {
                return Err(self.silent());
            }
            match self.socket.read(&mut buffer) {
                Ok(0) => return Err(self.closed()),
                Ok(size) => self.splitter.push(&buffer[..size]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    self.interrupt.wait_for(&self.socket, left)?;
                }
                Err(_) => return Err(self.closed()),
            }
        }
    }

    fn lost(&self, why: &str) -> Error {
        Error::unreachable(format!("the OVSDB server at `{}` {why}", self.remote))
    }

    fn closed(&self) -> Error {
        self.lost("closed the connection")
            .hint("see the log of ovsdb-server, and whether it is one")
    }

    fn silent(&self) -> Error {
        self.lost("does not answer")
            .hint("see if ovsdb-server hangs")
    }

    pub(super) fn garbage(&self) -> Error {
        self.lost("answers what is not OVSDB")
            .hint("what listens there is no ovsdb-server: give its socket with --ovs-db unix:/PATH")
    }

    fn too_long(&self) -> Error {
        let bound = LONGEST >> 20;
        self.lost(&format!("sends a message of more than {bound} MiB"))
            .hint("what listens there is no ovsdb-server: give its socket with --ovs-db unix:/PATH")
    }
}

/// Says why a server cannot be reached, and what to do about it.
fn not_connected(remote: &OvsdbRemote, error: io::Error) -> Error {
    let kind = error.kind();
    let what = Error::unreachable(format!("cannot reach the OVSDB server at `{remote}`"));
    let what = what.because(error);
    match kind {
        ErrorKind::NotFound | ErrorKind::NotADirectory => what
            .hint("start Open vSwitch (ovs-ctl start, or the package openvswitch-switch), or give its socket with --ovs-db unix:/PATH"),
        ErrorKind::PermissionDenied => what.hint("run as root, whose socket it is"),
        ErrorKind::WouldBlock => what.hint("see if ovsdb-server hangs: its queue is full"),
        _ => what.hint("nobody listens there: start ovsdb-server, or give its socket with --ovs-db unix:/PATH"),
    }
}
