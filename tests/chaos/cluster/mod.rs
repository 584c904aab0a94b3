//! The cluster under test: its network, its members, and what is done to it.

mod admin;
pub mod member;
pub mod nemesis;
pub mod network;
mod tap;
mod wire;

use std::path::Path;
use std::time::{Duration, Instant};

pub use admin::Admin;
use member::{Member, Server, told};
use network::Network;

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    /// How it is joined.
    pub network: Network,
    /// Its members.
    pub members: Vec<Member>,
}

impl Cluster {
    /// Starts one with that many members, and waits until it takes writes.
    pub async fn start(count: usize, server: &Server, dir: &Path, seed: u64) -> Self {
        let network = Network::new(count, seed);
        let members = (0..count).map(|number| Member::new(number, server, dir));
        let mut cluster = Self {
            network,
            members: members.collect(),
        };
        let entries: Vec<_> = cluster.members.iter().map(Member::entry).collect();
        for number in 0..count {
            cluster.members[number].cluster = (entries.join(","), false);
            cluster.start_member(number);
        }
        cluster.wait_for_all(Duration::from_secs(60)).await.unwrap();
        cluster
    }

    /// Where the members listen for clients.
    pub fn urls(&self) -> Vec<String> {
        self.members.iter().map(Member::client_url).collect()
    }

    /// Starts a member.
    pub fn start_member(&mut self, number: usize) {
        self.members[number].start(&self.network.places[number]);
    }

    /// Waits until every member answers a read of the newest state.
    pub async fn wait_for_all(&mut self, longest: Duration) -> Result<(), String> {
        let begin = Instant::now();
        for member in &mut self.members {
            while !Admin::new(&member.client_url()).answers().await {
                let (name, log) = (member.name.clone(), member.log());
                if begin.elapsed() > longest {
                    let log = log.display();
                    return Err(format!(
                        "member {name} does not answer after {longest:?}: {log}"
                    ));
                }
                if let Some(status) = member.ended() {
                    let (status, log) = (told(status), log.display());
                    return Err(format!("member {name} ended with {status}: {log}"));
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        Ok(())
    }

    /// The member that leads, if one says so that can be reached.
    pub async fn leader(&self) -> Option<usize> {
        for member in &self.members {
            if let Some((own, leader)) = Admin::new(&member.client_url()).leader().await
                && own == leader
            {
                return Some(member.number);
            }
        }
        None
    }
}
