//! Reservations of addresses without a server: the registry on the embedded store.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Instant;

use netpipe::error::{Error, Result};
use netpipe::kv::LocalKv;
use netpipe::registry::Registry;
use netpipe::spec::NetworkName;
use serde_json::Value;

use super::summary;

/// Reserves so many addresses, one after the other.
pub fn reserve(directory: &Path, count: usize) -> Result<Value> {
    let store = LocalKv::open(directory)?;
    let registry = Registry::new(&store, "bench");
    let network: NetworkName = "bench".parse()?;
    let first = u32::from(Ipv4Addr::new(10, 0, 0, 1));
    let begin = Instant::now();
    let mut micros = Vec::new();
    for number in (first..).take(count) {
        let asked = Instant::now();
        if !registry.set_aside(&network, IpAddr::from(Ipv4Addr::from(number)), None)? {
            return Err(Error::conflict(
                "the address is taken: give a new directory",
            ));
        }
        let spent = asked.elapsed().as_micros();
        micros.push(u32::try_from(spent).unwrap_or(u32::MAX));
    }
    Ok(summary(micros, begin.elapsed()))
}
