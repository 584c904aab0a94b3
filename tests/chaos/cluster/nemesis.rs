//! What goes wrong, one thing after the other or two at once, as the seed says.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::Cluster;
use super::member::told;
use super::network::Network;
use super::wire::Quality;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// SIGKILL to some, and a new start.
    Kill,
    /// SIGKILL to all at once.
    KillAll,
    /// SIGTERM, and a new start.
    Stop,
    /// SIGSTOP for a while.
    Pause,
    /// One is cut off.
    Isolate,
    /// One hears nothing.
    Deaf,
    /// One is not heard.
    Mute,
    /// One link between two is cut.
    Bridge,
    /// Frames are late and come in another order.
    Delay,
    /// Frames are lost, and some come twice.
    Drop,
    /// No room on a disk.
    FullDisk,
    /// Clocks that are wrong.
    Clock,
    /// One is removed, and a new one added in its place.
    Replace,
    /// The history is compacted, and files are tidied.
    Compact,
    /// The lead is given to another.
    MoveLeader,
    /// All lose their disks and begin anew: what was answered is lost, and the run has to tell
    /// so.
    Forget,
}

/// All kinds, by name.
pub const KINDS: [(&str, Kind); 16] = [
    ("kill", Kind::Kill),
    ("kill-all", Kind::KillAll),
    ("stop", Kind::Stop),
    ("pause", Kind::Pause),
    ("isolate", Kind::Isolate),
    ("deaf", Kind::Deaf),
    ("mute", Kind::Mute),
    ("bridge", Kind::Bridge),
    ("delay", Kind::Delay),
    ("drop", Kind::Drop),
    ("full-disk", Kind::FullDisk),
    ("clock", Kind::Clock),
    ("replace", Kind::Replace),
    ("compact", Kind::Compact),
    ("move-leader", Kind::MoveLeader),
    ("forget", Kind::Forget),
];

/// Makes trouble.
#[derive(Debug)]
pub struct Nemesis {
    rng: fastrand::Rng,
    kinds: Vec<(&'static str, Kind)>,
    deck: Vec<(&'static str, Kind)>,
    begin: Instant,
    /// How often each kind of fault was made.
    pub made: BTreeMap<&'static str, u32>,
    /// What the servers did that no fault explains.
    pub faults: Vec<String>,
}

impl Nemesis {
    /// One that makes these kinds of faults, named as in [`KINDS`]; without a name all that a
    /// cluster has to bear.
    pub fn new(seed: u64, only: &[&str]) -> Self {
        let kinds = KINDS.into_iter();
        let kinds = kinds.filter(|(name, kind)| match only.is_empty() {
            true => *kind != Kind::Forget,
            false => only.contains(name),
        });
        Self {
            rng: fastrand::Rng::with_seed(seed),
            kinds: kinds.collect(),
            deck: Vec::new(),
            begin: Instant::now(),
            made: BTreeMap::new(),
            faults: Vec::new(),
        }
    }

    /// Makes faults for a time, and mends all.
    pub async fn run(&mut self, cluster: &mut Cluster, time: Duration) {
        self.begin = Instant::now();
        while self.begin.elapsed() < time && !self.kinds.is_empty() {
            if self.deck.is_empty() {
                // Each kind in its turn, so that a short run meets all of them.
                self.deck = self.kinds.clone();
                self.rng.shuffle(&mut self.deck);
            }
            let Some((name, kind)) = self.deck.pop() else {
                break;
            };
            *self.made.entry(name).or_default() += 1;
            self.one(cluster, name, kind).await;
            self.mend(cluster, kind).await;
            self.sleep(200, 1200).await;
        }
        if self.kinds.is_empty() {
            tokio::time::sleep(time).await;
        }
    }

    async fn sleep(&mut self, least: u64, most: u64) {
        tokio::time::sleep(Duration::from_millis(self.rng.u64(least..=most))).await;
    }

    fn say(&self, what: &str) {
        eprintln!("{:7.2} s  {what}", self.begin.elapsed().as_secs_f64());
    }

    /// A member; often the leader.
    async fn victim(&mut self, cluster: &Cluster) -> usize {
        let any = self.rng.usize(0..cluster.members.len());
        if self.rng.bool() {
            return any;
        }
        let leader = tokio::time::timeout(Duration::from_secs(1), cluster.leader());
        leader.await.ok().flatten().unwrap_or(any)
    }

    async fn one(&mut self, cluster: &mut Cluster, name: &str, kind: Kind) {
        let count = cluster.members.len();
        let victim = self.victim(cluster).await;
        let other = (victim + self.rng.usize(1..count)) % count;
        // With five members two may fail.
        let may = [Kind::Kill, Kind::Pause, Kind::FullDisk];
        let may = may.contains(&kind) || [Kind::Isolate, Kind::Deaf, Kind::Mute].contains(&kind);
        let both = may && count > 3 && self.rng.bool();
        let victims = if both {
            vec![victim, other]
        } else {
            vec![victim]
        };
        let names = victims.iter().map(|i| cluster.members[*i].name.as_str());
        self.say(&format!("{name}: {}", names.collect::<Vec<_>>().join(", ")));
        let network = &cluster.network;
        match kind {
            Kind::Kill => victims.iter().for_each(|i| cluster.members[*i].kill()),
            Kind::KillAll => cluster.members.iter_mut().for_each(|m| m.kill()),
            Kind::Stop => {
                let status = cluster.members[victim].stop().await;
                let status = status.map_or("killed after 20 s".into(), told);
                if status != "status 0" && status != "signal 15" {
                    self.fault(cluster, victim, &status);
                }
            }
            Kind::Pause => victims.iter().for_each(|i| cluster.members[*i].pause(true)),
            Kind::Isolate => cut(network, count, &victims, true, true),
            Kind::Deaf => cut(network, count, &victims, true, false),
            Kind::Mute => cut(network, count, &victims, false, true),
            Kind::Bridge => network.change(|faults| {
                faults.cut = vec![(victim + 1, other + 1), (other + 1, victim + 1)];
            }),
            Kind::Delay => self.delay(network, count, victim),
            Kind::Drop => self.lose(network, count),
            Kind::FullDisk => victims
                .iter()
                .for_each(|i| cluster.members[*i].fill_disk(true)),
            Kind::Clock => self.clock(cluster, victim),
            Kind::Forget => {
                self.sleep(3000, 3000).await;
                cluster.members.iter_mut().for_each(|member| {
                    member.kill();
                    member.forget();
                });
            }
            Kind::Replace => return self.replace(cluster, victim).await,
            Kind::Compact => return self.compact(cluster, victim).await,
            Kind::MoveLeader => return self.move_leader(cluster, other).await,
        }
        if matches!(kind, Kind::Delay | Kind::Drop | Kind::Bridge) && self.rng.bool() {
            self.sleep(300, 1500).await;
            self.say(&format!("and kill: {}", cluster.members[other].name));
            cluster.members[other].kill();
        }
        self.sleep(500, 3500).await;
    }

    fn delay(&mut self, network: &Network, count: usize, victim: usize) {
        let all = self.rng.bool();
        let delay = Duration::from_millis(self.rng.u64(20..150));
        let quality = Quality {
            delay,
            jitter: delay / 2,
            ..Quality::default()
        };
        network.change(|faults| {
            let of = |host| match all || host == victim + 1 {
                true => quality,
                false => Quality::default(),
            };
            faults.quality = (0..=count).map(of).collect();
        });
    }

    fn lose(&mut self, network: &Network, count: usize) {
        let (loss, twice) = (self.rng.u8(3..25), self.rng.u8(0..20));
        let quality = Quality {
            loss,
            twice,
            ..Quality::default()
        };
        network.change(|faults| faults.quality = vec![quality; count + 1]);
    }

    /// Gives a member other clocks: the steady one for the next process, the wall clock at once.
    fn clock(&mut self, cluster: &mut Cluster, victim: usize) {
        let member = &mut cluster.members[victim];
        member.set_wall_clock(self.rng.i64(-7200..7200));
        if !member.has_wall_clock() || self.rng.bool() {
            member.kill();
            member.steady_clock = self.rng.u32(0..100_000);
        }
    }

    /// Ends what was begun, and starts what has ended.
    async fn mend(&mut self, cluster: &mut Cluster, kind: Kind) {
        cluster.network.mend();
        for number in 0..cluster.members.len() {
            let member = &mut cluster.members[number];
            member.pause(false);
            member.fill_disk(false);
            if let Some(status) = member.ended() {
                // A server without room may give up, and one that was removed has to.
                if !matches!(kind, Kind::FullDisk | Kind::Replace) {
                    self.fault(cluster, number, &told(status));
                }
                cluster.members[number].kill();
            }
            if !cluster.members[number].runs() {
                cluster.start_member(number);
            }
        }
        if kind == Kind::FullDisk {
            // What a server was told by its full disk it may tell only later.
            let url = cluster.members[self.rng.usize(0..cluster.members.len())].client_url();
            let _ = super::Admin::new(&url).disarm().await;
        }
    }

    fn fault(&mut self, cluster: &Cluster, number: usize, status: &str) {
        let member = &cluster.members[number];
        let (name, log) = (&member.name, member.log());
        let fault = format!("member {name} ended by itself, {status}: {}", log.display());
        self.say(&fault);
        self.faults.push(fault);
    }

    async fn compact(&mut self, cluster: &Cluster, victim: usize) {
        let admin = super::Admin::new(&cluster.members[victim].client_url());
        if let Some(revision) = admin.revision().await {
            let to = revision - self.rng.i64(0..100).min(revision - 1);
            let compacted = admin.compact(to).await;
            self.say(&format!("compacted to {to}: {compacted:?}"));
        }
        let tidied = admin.defragment().await;
        self.say(&format!("defragmented: {tidied:?}"));
    }

    async fn move_leader(&mut self, cluster: &Cluster, to: usize) {
        let Some(leader) = cluster.leader().await else {
            return;
        };
        let target = super::Admin::new(&cluster.members[to].client_url());
        if let Some((id, _)) = target.leader().await {
            let admin = super::Admin::new(&cluster.members[leader].client_url());
            let moved = admin.move_leader(id).await;
            self.say(&format!(
                "the lead to {}: {moved:?}",
                cluster.members[to].name
            ));
        }
    }

    /// Removes a member, wipes its disk, and adds it again under another name.
    async fn replace(&mut self, cluster: &mut Cluster, victim: usize) {
        let peer_url = cluster.members[victim].peer_url();
        let asked = cluster.members[(victim + 1) % cluster.members.len()].client_url();
        let admin = super::Admin::new(&asked);
        // A member that has just come does not count as healthy for five seconds.
        let mut tries = 0..40;
        let removed = loop {
            let members = admin.members().await.unwrap_or_default();
            let mut members = members.iter();
            match members.find(|member| member.peer_ur_ls.contains(&peer_url)) {
                Some(member) if admin.remove(member.id).await.is_ok() => break true,
                None if members.len() > 0 => break true,
                _ if tries.next().is_none() => break false,
                _ => tokio::time::sleep(Duration::from_millis(250)).await,
            }
        };
        if !removed {
            return self.say("not removed: the cluster would not have it");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.members[victim].kill();
        cluster.members[victim].wipe();
        let begin = Instant::now();
        let mut started = false;
        while begin.elapsed() < Duration::from_secs(60) {
            let members = admin.members().await.unwrap_or_default();
            let own = members.iter().find(|m| m.peer_ur_ls.contains(&peer_url));
            match own {
                None if members.is_empty() => (),
                None => drop(admin.add_learner(&peer_url).await),
                Some(_) if !started => {
                    let known = members.iter().filter(|member| !member.name.is_empty());
                    let entry = |m: &netpipe::kv::proto::etcdserverpb::Member| {
                        format!("{}={}", m.name, m.peer_ur_ls[0])
                    };
                    let mut entries: Vec<_> = known.map(entry).collect();
                    entries.push(cluster.members[victim].entry());
                    cluster.members[victim].cluster = (entries.join(","), true);
                    cluster.start_member(victim);
                    started = true;
                }
                Some(own) if !own.is_learner => {
                    let name = &cluster.members[victim].name;
                    return self.say(&format!("{name} is a member"));
                }
                Some(own) => drop(admin.promote(own.id).await),
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let name = cluster.members[victim].name.clone();
        self.faults
            .push(format!("member {name} did not become one within a minute"));
    }
}

/// Cuts hosts off from the other members: what they would hear, what they say. The two of a pair
/// still hear each other.
fn cut(network: &Network, count: usize, victims: &[usize], hear: bool, say: bool) {
    network.change(|faults| {
        let others = (0..count).filter(|i| !victims.contains(i));
        for other in others {
            for victim in victims {
                if hear {
                    faults.cut.push((other + 1, victim + 1));
                }
                if say {
                    faults.cut.push((victim + 1, other + 1));
                }
            }
        }
    });
}
