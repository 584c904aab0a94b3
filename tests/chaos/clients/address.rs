//! A client that sets addresses aside through netpipe's registry, as `netpipe ip reserve` and
//! `netpipe ip release` do.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use netpipe::registry::Registry;
use netpipe::spec::NetworkName;

use super::Stage;
use super::store::Store;
use crate::history::Claim;

/// How many addresses the clients fight about.
const ADDRESSES: u8 = 6;

/// Runs until the end; waits, so on a thread of its own.
pub fn run(stage: &Arc<Stage>, client: usize) {
    let mut rng = stage.rng(client);
    let network: NetworkName = "chaos".parse().unwrap();
    let (mut member, mut number) = (client, 0);
    let mut store = Store::new(&stage.urls[member % stage.urls.len()]);
    let mut claims = Vec::new();
    while !stage.is_over() {
        number += 1;
        let ip = IpAddr::from(Ipv4Addr::new(10, 9, 0, 1 + rng.u8(0..ADDRESSES)));
        let mut claim = Claim {
            address: ip.to_string(),
            note: format!("{client}-{number}"),
            from: None,
            until: None,
            freed: false,
        };
        let taken = Registry::new(&store, "chaos").set_aside(&network, ip, Some(&claim.note));
        let mut lost = taken.is_err();
        if taken.is_ok_and(|taken| taken) {
            claim.from = Some(stage.now());
            wait(&mut rng, 300);
            claim.until = Some(stage.now());
            let freed = Registry::new(&store, "chaos").free_set_aside(&network, ip);
            claim.freed = matches!(freed, Ok(Ok(true)));
            lost = freed.is_err();
        }
        claims.push(claim);
        if lost {
            member += 1;
            store = Store::new(&stage.urls[member % stage.urls.len()]);
        }
        wait(&mut rng, 100);
    }
    stage.history().claims.extend(claims);
}

fn wait(rng: &mut fastrand::Rng, longest: u64) {
    std::thread::sleep(Duration::from_millis(rng.u64(0..=longest)));
}
