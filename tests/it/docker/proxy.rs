//! A socket between netpipe and the engine, to see what is asked and to act in between.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use super::engine::Engine;
use crate::support::Host;

/// What to do with a piece of a request before it is passed on.
type Watch = dyn Fn(&str) + Send + Sync;

/// Starts a proxy on a socket of the host's directory; gives its address.
pub fn start(host: &Host, engine: &Engine, watch: impl Fn(&str) + Send + Sync + 'static) -> String {
    let path: PathBuf = host.directory().join("proxy.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let behind = engine.url.strip_prefix("unix://").unwrap().to_owned();
    let watch: Arc<Watch> = Arc::new(watch);
    // Threads end with their connections, the listener with the test's process.
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, engine) = (client.unwrap(), UnixStream::connect(&behind).unwrap());
            let (back, forth) = (client.try_clone().unwrap(), engine.try_clone().unwrap());
            let watch = watch.clone();
            thread::spawn(move || pass(&engine, &back, |_| {}));
            thread::spawn(move || pass(&client, &forth, |text| watch(text)));
        }
    });
    format!("unix://{}", path.display())
}

fn pass(mut from: &UnixStream, mut to: &UnixStream, watch: impl Fn(&str)) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length) = from.read(&mut buffer) {
        if length == 0 {
            break;
        }
        watch(&String::from_utf8_lossy(&buffer[..length]));
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
    let _ = from.shutdown(std::net::Shutdown::Both);
}
