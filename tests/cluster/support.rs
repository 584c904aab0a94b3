//! Members as processes, and what a client asks of them.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use netpipe::kv::proto::etcdserverpb as pb;
use pb::cluster_client::ClusterClient;
use pb::kv_client::KvClient;
use pb::maintenance_client::MaintenanceClient;
use tempfile::TempDir;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

/// How long anything may take, on a machine that has much else to do.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Members that know of each other, each with an address of its own: nothing else listens there,
/// so a port that the kernel chose stays free until the member takes it.
pub struct Cluster {
    directory: TempDir,
    pub members: Vec<Member>,
    token: String,
    /// Flags of every member.
    pub flags: Vec<String>,
}

pub struct Member {
    pub name: String,
    pub data: PathBuf,
    pub peer: String,
    pub client: String,
    log: PathBuf,
    child: Option<Child>,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An address that no other test has, and a port on it.
fn address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (pid, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let ip = format!(
        "127.{}.{}.{}",
        64 + (pid >> 8 & 63),
        pid & 255,
        1 + next % 250
    );
    let listener = TcpListener::bind((ip.as_str(), 0)).unwrap();
    listener.local_addr().unwrap().to_string()
}

impl Cluster {
    /// So many members that are not started yet.
    pub fn new(count: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut cluster = Self {
            directory,
            members: Vec::new(),
            token: format!("test-{}", std::process::id()),
            flags: ["--heartbeat-interval=50", "--election-timeout=500"]
                .map(Into::into)
                .into(),
        };
        for number in 0..count {
            cluster.prepare(&format!("m{number}"));
        }
        cluster
    }

    /// So many members that serve.
    pub async fn started(count: usize) -> Self {
        let mut cluster = Self::new(count);
        cluster.start_all();
        cluster.ready().await;
        cluster
    }

    /// One more member, which is not started; returns which one.
    pub fn prepare(&mut self, name: &str) -> usize {
        let directory = self.directory.path();
        self.members.push(Member {
            name: name.into(),
            data: directory.join(format!("{name}-{}", self.members.len())),
            peer: format!("http://{}", address()),
            client: format!("http://{}", address()),
            log: directory.join(format!("{name}-{}.log", self.members.len())),
            child: None,
        });
        self.members.len() - 1
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// `NAME=URL,…` of all members that there are now.
    pub fn initial(&self) -> String {
        let named = self
            .members
            .iter()
            .map(|m| format!("{}={}", m.name, m.peer));
        named.collect::<Vec<_>>().join(",")
    }

    pub fn start_all(&mut self) {
        for number in 0..self.members.len() {
            self.start(number, &[]);
        }
    }

    /// Starts a member with more flags.
    pub fn start(&mut self, number: usize, more: &[&str]) {
        let initial = self.initial();
        let flags = self.flags.clone();
        let token = self.token.clone();
        let member = &mut self.members[number];
        member.start(|command| {
            command
                .args([
                    "--initial-cluster-token",
                    &token,
                    "--initial-cluster",
                    &initial,
                ])
                .args(&flags)
                .args(more);
        });
    }

    /// Waits until all that were started serve.
    pub async fn ready(&mut self) {
        for member in self.members.iter_mut().filter(|m| m.child.is_some()) {
            member.ready().await;
        }
    }

    /// The member that leads, of those that run.
    pub async fn leader(&self) -> usize {
        let end = Instant::now() + PATIENCE;
        loop {
            for (number, member) in self.members.iter().enumerate() {
                if member.child.is_none() {
                    continue;
                }
                if let Ok(status) = member.status().await
                    && status.leader == status.header.unwrap().member_id
                {
                    return number;
                }
            }
            assert!(Instant::now() < end, "nobody leads: {}", self.logs());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn logs(&self) -> String {
        let logs = self
            .members
            .iter()
            .map(|m| format!("{}: {}", m.name, m.log()));
        logs.collect()
    }
}

impl Member {
    pub fn start(&mut self, more: impl FnOnce(&mut Command)) {
        let log = fs::File::create(&self.log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpipe"));
        command
            .args(["kv", "serve", "--name", &self.name, "--data-dir"])
            .arg(&self.data)
            .args(["--listen-peer", &self.peer, "--listen-client", &self.client])
            .env("NETPIPE_LOG", "netpipe=info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        more(&mut command);
        self.child = Some(command.spawn().unwrap());
    }

    /// Starts it as the server of a host with that state directory, as a cluster of one.
    pub fn start_on_host(&mut self, state: &std::path::Path) {
        let log = fs::File::create(&self.log).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpipe"));
        command
            .args(["kv", "serve", "--name", &self.name, "--state-dir"])
            .arg(state)
            .args(["--listen-peer", &self.peer, "--listen-client", &self.client])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        self.child = Some(command.spawn().unwrap());
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn pid(&self) -> i32 {
        self.child.as_ref().unwrap().id().try_into().unwrap()
    }

    pub fn signal(&self, signal: nix::sys::signal::Signal) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(self.pid()), signal).unwrap();
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to end, and waits.
    pub fn stop(&mut self) {
        self.signal(nix::sys::signal::Signal::SIGTERM);
        assert!(self.wait().success(), "{}", self.log());
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "it does not end: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub async fn ready(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !self.log().contains("serves clients") {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "{} ended: {}", self.name, self.log());
            assert!(Instant::now() < end, "it does not serve: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(self.client.clone()).unwrap();
        endpoint.timeout(Duration::from_secs(20)).connect_lazy()
    }

    pub fn members(&self) -> ClusterClient<Channel> {
        ClusterClient::new(self.channel())
    }

    pub fn maintenance(&self) -> MaintenanceClient<Channel> {
        MaintenanceClient::new(self.channel())
    }

    pub fn kv(&self) -> KvClient<Channel> {
        KvClient::new(self.channel())
    }

    pub async fn status(&self) -> Result<pb::StatusResponse, Status> {
        let asked = self
            .maintenance()
            .status(pb::StatusRequest::default())
            .await;
        asked.map(tonic::Response::into_inner)
    }

    pub async fn id(&self) -> u64 {
        self.status().await.unwrap().header.unwrap().member_id
    }

    pub async fn put(&self, key: &str, value: &str) -> Result<(), Status> {
        let request = pb::PutRequest {
            key: key.into(),
            value: value.into(),
            ..Default::default()
        };
        self.kv().put(request).await.map(drop)
    }

    /// The value of a key, after all that was acknowledged.
    pub async fn get(&self, key: &str) -> Result<Option<String>, Status> {
        let request = pb::RangeRequest {
            key: key.into(),
            ..Default::default()
        };
        let response = self.kv().range(request).await?.into_inner();
        let value = response.kvs.into_iter().next();
        Ok(value.map(|kv| String::from_utf8(kv.value).unwrap()))
    }

    /// How many keys there are.
    pub async fn count(&self) -> Result<i64, Status> {
        let request = pb::RangeRequest {
            key: vec![0],
            range_end: vec![0],
            count_only: true,
            ..Default::default()
        };
        Ok(self.kv().range(request).await?.into_inner().count)
    }

    pub async fn add(&self, peer: &str, learner: bool) -> Result<u64, Status> {
        let request = pb::MemberAddRequest {
            peer_ur_ls: vec![peer.into()],
            is_learner: learner,
        };
        let added = self.members().member_add(request).await?.into_inner();
        Ok(added.member.unwrap().id)
    }

    pub async fn remove(&self, id: u64) -> Result<(), Status> {
        let request = pb::MemberRemoveRequest { id };
        self.members().member_remove(request).await.map(drop)
    }

    pub async fn promote(&self, id: u64) -> Result<(), Status> {
        let request = pb::MemberPromoteRequest { id };
        self.members().member_promote(request).await.map(drop)
    }

    pub async fn list(&self) -> Result<Vec<pb::Member>, Status> {
        let request = pb::MemberListRequest { linearizable: true };
        let listed = self.members().member_list(request).await?;
        Ok(listed.into_inner().members)
    }
}

/// Asks until it is answered as wanted.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl Fn() -> F) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
