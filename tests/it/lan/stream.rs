//! A TCP connection between two namespaces that outlives what is done to them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::support::Namespaces;

/// No transfer of a test takes longer.
const LONGEST: Duration = Duration::from_secs(30);

/// A connection to something that sends back what it gets.
pub struct Echo(TcpStream);

impl Echo {
    /// Connects from one namespace to an address of another.
    #[track_caller]
    pub fn between(from: &Namespaces, to: &Namespaces, address: &str) -> Self {
        let any = if address.contains(':') {
            "[::]:0"
        } else {
            "0.0.0.0:0"
        };
        let listener = to.run(|| TcpListener::bind(any).unwrap());
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut back, _) = listener.accept().unwrap();
            let mut forth = back.try_clone().unwrap();
            let _ = std::io::copy(&mut forth, &mut back);
        });
        let address = format!("{address}:{port}").parse().unwrap();
        let stream = from.run(|| TcpStream::connect_timeout(&address, LONGEST).unwrap());
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        stream.set_write_timeout(Some(LONGEST)).unwrap();
        Self(stream)
    }

    /// Sends so many bytes and claims that they come back.
    #[track_caller]
    pub fn carries(&mut self, bytes: usize) {
        let mut out = self.0.try_clone().unwrap();
        let chunk: Vec<u8> = (0..65_536u32).map(|n| (n % 251) as u8).collect();
        let sent = chunk.clone();
        let writer = thread::spawn(move || {
            let mut left = bytes;
            while left > 0 {
                let part = left.min(sent.len());
                out.write_all(&sent[..part]).unwrap();
                left -= part;
            }
        });
        let mut left = bytes;
        let mut back = vec![0; chunk.len()];
        while left > 0 {
            let part = left.min(back.len());
            self.0.read_exact(&mut back[..part]).unwrap();
            assert_eq!(&back[..part], &chunk[..part]);
            left -= part;
        }
        writer.join().unwrap();
    }
}
