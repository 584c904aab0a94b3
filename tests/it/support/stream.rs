//! A transfer over TCP, large enough that a wrong MTU or checksum shows.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::Namespaces;

/// What is sent: 10 MB and some.
const SIZE: usize = 10 * 1024 * 1024 + 7;

/// The longest that the connection may be silent.
const LONGEST: Duration = Duration::from_secs(20);

/// Sends 10 MB from one namespace to an address in another one.
#[track_caller]
pub fn carries(from: &Namespaces, to: &Namespaces, address: &str) {
    time_of(from, to, address, SIZE);
}

/// The time that so many bytes take from one namespace to an address in another one.
#[track_caller]
pub fn time_of(from: &Namespaces, to: &Namespaces, address: &str, length: usize) -> Duration {
    let listener = to.run(|| TcpListener::bind((address, 0))).unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LONGEST)).unwrap();
        let mut sum = 0_u64;
        let mut size = 0;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return Ok((size, sum)),
                Ok(count) => {
                    size += count;
                    sum += buffer[..count]
                        .iter()
                        .map(|byte| u64::from(*byte))
                        .sum::<u64>();
                }
                Err(error) => return Err(format!("{error} after {size} bytes")),
            }
        }
    });
    let data: Vec<u8> = (0..length).map(|at| at.to_le_bytes()[at % 3]).collect();
    let start = Instant::now();
    let sent = from.run(|| {
        let target = SocketAddr::new(address.parse().unwrap(), port);
        let mut stream = TcpStream::connect_timeout(&target, LONGEST)?;
        stream.set_write_timeout(Some(LONGEST))?;
        stream.write_all(&data)
    });
    sent.unwrap_or_else(|error| panic!("cannot send to {address}: {error}"));
    let sum = data.iter().map(|byte| u64::from(*byte)).sum();
    assert_eq!(received.join().unwrap(), Ok((length, sum)), "to {address}");
    start.elapsed()
}
