//! A client that sets addresses aside through netpipe's registry, as `netpipe ip reserve` and
//! `netpipe ip release` do.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use netpipe::kv::etcd::{Access, EtcdKv};
use netpipe::registry::Registry;
use netpipe::spec::NetworkName;

use super::Stage;
use crate::history::Claim;

/// How many addresses the clients fight about.
const ADDRESSES: u8 = 6;

/// What each change writes along, so that one whose answer is lost can be looked up.
const MARK: &str = "/netpipe/v1/mark/chaos";

/// Runs until the end; waits, so on a thread of its own.
pub fn run(stage: &Arc<Stage>, client: usize) {
    let mut rng = stage.rng(client);
    let network: NetworkName = "chaos".parse().unwrap();
    let mut number = 0;
    let mut members = stage.urls.clone();
    members.rotate_left(client % stage.urls.len());
    let access = Access::parse(&members.join(",")).unwrap();
    let Some(store) = open(stage, &access) else {
        return;
    };
    let mut claims = Vec::new();
    while !stage.is_over() {
        number += 1;
        let ip = IpAddr::from(Ipv4Addr::new(10, 9, 0, 1 + rng.u8(0..ADDRESSES)));
        let mut claim = Claim {
            address: ip.to_string(),
            note: format!("{client}-{number}"),
            refused: false,
            from: None,
            until: None,
            freed: false,
        };
        let taken = Registry::new(&store, "chaos").set_aside(&network, ip, Some(&claim.note));
        claim.refused = matches!(taken, Ok(false));
        if matches!(taken, Ok(true)) {
            claim.from = Some(stage.now());
            wait(&mut rng, 300);
            claim.until = Some(stage.now());
            let freed = Registry::new(&store, "chaos").free_set_aside(&network, ip);
            claim.freed = matches!(freed, Ok(Ok(true)));
        }
        claims.push(claim);
        wait(&mut rng, 100);
    }
    stage.history().claims.extend(claims);
}

/// Connects, as soon as a member answers.
fn open(stage: &Stage, access: &Access) -> Option<EtcdKv> {
    while !stage.is_over() {
        if let Ok(store) = EtcdKv::open(access) {
            return Some(store.marked(MARK));
        }
    }
    None
}

fn wait(rng: &mut fastrand::Rng, longest: u64) {
    std::thread::sleep(Duration::from_millis(rng.u64(0..=longest)));
}
