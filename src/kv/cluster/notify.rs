//! What systemd is told: sd_notify(3), a datagram to the socket of NOTIFY_SOCKET.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The server serves.
pub(super) fn ready() {
    tell("READY=1");
}

/// The server is about to end.
pub(super) fn stopping() {
    tell("STOPPING=1");
}

/// Nothing depends on it but systemd's view, so a failure is not reported.
fn tell(state: &str) {
    let Some(path) = std::env::var_os("NOTIFY_SOCKET") else {
        return;
    };
    let bytes = path.as_encoded_bytes();
    let address = match bytes.strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(&path),
    };
    if let (Ok(address), Ok(socket)) = (address, UnixDatagram::unbound()) {
        let _ = socket.send_to_addr(state.as_bytes(), &address);
    }
}
