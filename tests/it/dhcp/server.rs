//! DHCP servers for tests: real ones, and one that says whatever a test wants it to.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, UdpSocket};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::{Call, Container, Host, Run};

/// How long a line is waited for.
const PATIENCE: Duration = Duration::from_secs(40);

/// A process whose lines are read as they come. It ends with the value.
pub struct Talker {
    child: Child,
    lines: Receiver<String>,
    seen: RefCell<Vec<String>>,
}

impl Talker {
    pub fn start(call: Call<'_>) -> Self {
        let mut child = call.spawn_piped();
        let (say, lines) = channel();
        read(child.stdout.take().unwrap(), say.clone());
        read(child.stderr.take().unwrap(), say);
        Self {
            child,
            lines,
            seen: RefCell::default(),
        }
    }

    /// Waits for a line that has this piece, among those that nobody has waited for yet.
    #[track_caller]
    pub fn awaits(&self, piece: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    self.seen.borrow_mut().push(line.clone());
                    if line.contains(piece) {
                        return line;
                    }
                }
                Err(_) => panic!("no line with `{piece}`: {:#?}", self.seen.borrow()),
            }
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    /// Waits for its end, and claims its exit status.
    #[track_caller]
    pub fn ends(mut self, status: i32) {
        let ended = self.child.wait().unwrap();
        let rest: Vec<_> = self.lines.iter().collect();
        let seen = self.seen.borrow();
        assert_eq!(ended.code(), Some(status), "{seen:#?} {rest:#?}");
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(from: impl Read + Send + 'static, say: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _ = say.send(line);
        }
    });
}

/// A host with the bridge `br0`, a container `blue`, and a container `srv` on the bridge with
/// the addresses 10.9.0.1 and fd09::1.
pub struct Lan {
    pub host: Host,
    pub blue: Container,
    pub srv: Container,
}

impl Lan {
    pub fn new() -> Self {
        let host = Host::new();
        let (blue, srv) = prepare(&host);
        Self { host, blue, srv }
    }

    pub fn dnsmasq(&self, args: &str) -> Talker {
        dnsmasq(&self.host, &self.srv, args)
    }

    /// A busybox udhcpd with these lines of configuration beside the usual ones.
    pub fn udhcpd(&self, range: (u8, u8), lines: &str) -> Talker {
        let directory = self.host.directory();
        let path = |name: &str| directory.join(name).display().to_string();
        let leases = path("udhcpd.leases");
        if !std::path::Path::new(&leases).exists() {
            std::fs::write(&leases, "").unwrap();
        }
        let config = format!(
            "start 10.9.0.{}\nend 10.9.0.{}\ninterface eth0\nmin_lease 4\n\
             lease_file {leases}\npidfile {}\nopt subnet 255.255.255.0\n\
             opt router 10.9.0.1\n{lines}\n",
            range.0,
            range.1,
            path("udhcpd.pid")
        );
        std::fs::write(path("udhcpd.conf"), config).unwrap();
        let file = path("udhcpd.conf");
        // Without the wait for an answer to ARP, which takes two seconds.
        let words = ["udhcpd", "-f", "-a", "0", file.as_str()];
        let server = Talker::start(Call::new(self.srv.place(), "busybox", words));
        server.awaits("started");
        server
    }

    pub fn netpipe(&self, args: &str) -> Run {
        self.host.netpipe(args)
    }

    /// A netpipe that goes on.
    pub fn start(&self, args: &str) -> Talker {
        Talker::start(self.host.call(args))
    }

    /// The leases of `blue` as JSON.
    pub fn leases(&self) -> serde_json::Value {
        self.netpipe("dhcp list --json").status(0).json()
    }
}

/// Makes the bridge and the two containers.
pub fn prepare(host: &Host) -> (Container, Container) {
    let (blue, srv) = (host.container("blue"), host.container("srv"));
    host.sh("ip link add br0 address 02:00:00:00:00:99 type bridge && \
         echo 0 > /proc/sys/net/ipv6/conf/br0/accept_ra && ip link set br0 up && \
         ip link add s0 type veth peer name eth0 netns srv && ip link set s0 master br0 up");
    srv.sh(
        "ip link set lo up && ip link set eth0 up && ip address add 10.9.0.1/24 dev eth0 && \
         ip -6 address add fd09::1/64 dev eth0 nodad && ip route add 255.255.255.255 dev eth0",
    );
    (blue, srv)
}

/// A dnsmasq that serves no DNS, and forgets its leases with the test.
pub fn dnsmasq(host: &Host, srv: &Container, args: &str) -> Talker {
    let path = |name: &str| host.directory().join(name).display().to_string();
    let words = format!(
        "-d -C /dev/null -p 0 -i eth0 -u root --no-ping --dhcp-authoritative \
         --dhcp-leasefile={} --pid-file={} {args}",
        path("dnsmasq.leases"),
        path("dnsmasq.pid")
    );
    let server = Talker::start(Call::new(srv.place(), "dnsmasq", &words));
    server.awaits("started, version");
    server
}

/// What a client sent.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: u8,
    pub ciaddr: Ipv4Addr,
    pub options: Vec<(u8, Vec<u8>)>,
    head: Vec<u8>,
}

pub const DISCOVER: u8 = 1;
pub const OFFER: u8 = 2;
pub const REQUEST: u8 = 3;
pub const ACK: u8 = 5;
pub const NAK: u8 = 6;
pub const RELEASE: u8 = 7;

impl Asked {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut options = Vec::new();
        let mut rest = bytes.get(240..)?;
        while let [code, tail @ ..] = rest {
            if *code == 255 {
                break;
            }
            if *code == 0 {
                rest = tail;
                continue;
            }
            let length = usize::from(*tail.first()?);
            options.push((*code, tail.get(1..=length)?.to_vec()));
            rest = &tail[1 + length..];
        }
        let kind = options.iter().find(|(code, _)| *code == 53)?.1[0];
        let ciaddr: [u8; 4] = bytes[12..16].try_into().unwrap();
        Some(Self {
            kind,
            ciaddr: ciaddr.into(),
            options,
            head: bytes[..240].to_vec(),
        })
    }

    pub fn option(&self, code: u8) -> Option<&[u8]> {
        let mut all = self.options.iter();
        all.find(|(one, _)| *one == code)
            .map(|(_, value)| &value[..])
    }

    /// A reply of that type, with the options after the type as they are.
    pub fn reply(&self, kind: u8, yiaddr: Ipv4Addr, options: &[u8]) -> Vec<u8> {
        let mut bytes = self.head.clone();
        bytes[0] = 2;
        bytes[12..16].fill(0);
        bytes[16..20].copy_from_slice(&yiaddr.octets());
        bytes.extend([53, 1, kind]);
        bytes.extend(options);
        bytes.push(255);
        bytes
    }
}

/// One option.
pub fn option(code: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![code, value.len() as u8];
    bytes.extend(value);
    bytes
}

/// The options of a good lease of so many seconds.
pub fn good(seconds: u32) -> Vec<u8> {
    [
        option(54, &[10, 9, 0, 1]),
        option(51, &seconds.to_be_bytes()),
        option(1, &[255, 255, 255, 0]),
    ]
    .concat()
}

type Answer = dyn FnMut(&Asked) -> Vec<Vec<u8>> + Send;

/// A server that answers as it is told to, with raw bytes. It notes what it was asked.
pub struct Script {
    answer: Arc<Mutex<Box<Answer>>>,
    asked: Receiver<Asked>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Script {
    pub fn start(
        srv: &Container,
        answer: impl FnMut(&Asked) -> Vec<Vec<u8>> + Send + 'static,
    ) -> Self {
        let socket = srv.place().run(|| {
            let socket = UdpSocket::bind("0.0.0.0:67").unwrap();
            socket.set_broadcast(true).unwrap();
            socket
        });
        // It is looked at for the end of the test only.
        let often = Duration::from_millis(50);
        socket.set_read_timeout(Some(often)).unwrap();
        let answer: Arc<Mutex<Box<Answer>>> = Arc::new(Mutex::new(Box::new(answer)));
        let stop = Arc::new(AtomicBool::new(false));
        let (note, asked) = channel();
        let (answers, stopped) = (answer.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let mut bytes = [0; 2048];
            while !stopped.load(Ordering::SeqCst) {
                let Ok((length, from)) = socket.recv_from(&mut bytes) else {
                    continue;
                };
                let Some(asked) = Asked::parse(&bytes[..length]) else {
                    continue;
                };
                let replies = answers.lock().unwrap()(&asked);
                for reply in replies {
                    // One who has the address is answered there (RFC 2131 section 4.1).
                    let bound = !asked.ciaddr.is_unspecified() && reply.get(242) != Some(&NAK);
                    let to = match bound {
                        true => from,
                        false => "255.255.255.255:68".parse().unwrap(),
                    };
                    let _ = socket.send_to(&reply, to);
                }
                let _ = note.send(asked);
            }
        });
        Self {
            answer,
            asked,
            stop,
            thread: Some(thread),
        }
    }

    /// Answers otherwise from now on.
    pub fn now(&self, answer: impl FnMut(&Asked) -> Vec<Vec<u8>> + Send + 'static) {
        *self.answer.lock().unwrap() = Box::new(answer);
    }

    /// Waits until it is asked something of that type.
    #[track_caller]
    pub fn awaits(&self, kind: u8) -> Asked {
        loop {
            let asked = self.asked.recv_timeout(PATIENCE).expect("nothing asked");
            if asked.kind == kind {
                return asked;
            }
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Gives every client that address with these options.
pub fn gives(ip: [u8; 4], options: Vec<u8>) -> impl FnMut(&Asked) -> Vec<Vec<u8>> + Send {
    move |asked| match asked.kind {
        DISCOVER => vec![asked.reply(OFFER, ip.into(), &options)],
        REQUEST => vec![asked.reply(ACK, ip.into(), &options)],
        _ => Vec::new(),
    }
}
