//! A way to a member that loses what is sent.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What a proxy does with the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Pass both ways.
    Pass,
    /// Lose the answers.
    Mute,
    /// Lose the requests.
    Deaf,
}

/// A TCP proxy; its threads end with the test's process.
pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    mode: Mode,
    connections: Vec<TcpStream>,
}

impl Proxy {
    pub fn to(member: SocketAddr) -> Self {
        let listener = TcpListener::bind((member.ip(), 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            mode: Mode::Pass,
            connections: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(member).unwrap());
                let ends = [client.try_clone().unwrap(), server.try_clone().unwrap()];
                shared.lock().unwrap().connections.extend(ends);
                let ends = (client.try_clone().unwrap(), server.try_clone().unwrap());
                pump(client, server, Mode::Deaf, Arc::clone(&shared));
                pump(ends.1, ends.0, Mode::Mute, Arc::clone(&shared));
            }
        });
        Self { address, state }
    }

    /// What is done with the bytes from now on.
    pub fn mode(&self, mode: Mode) {
        self.state.lock().unwrap().mode = mode;
    }

    /// Ends the connections; new ones pass.
    pub fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.mode = Mode::Pass;
        for end in state.connections.drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

/// Carries bytes one way, but for those that come while the mode is `lost`.
fn pump(mut from: TcpStream, mut to: TcpStream, lost: Mode, state: Arc<Mutex<State>>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 64 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            // Under the lock, so that nothing passes after the mode was set.
            let state = state.lock().unwrap();
            if state.mode != lost && to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
