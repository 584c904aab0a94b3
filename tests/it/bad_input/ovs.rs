//! Open vSwitch: sockets that are none or misbehave, and names and VLANs that cannot be.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Bad, bad, host, refuses};
use crate::support::Host;

const HOW: &str = "write unix:/PATH";

/// Names a database with an address that cannot be one.
macro_rules! address {
    ($address:expr, $says:expr) => {
        bad(&["--ovs-db", $address, "bridge", "list"], 2, $says, HOW)
    };
}

/// Attaches to a bridge of Open vSwitch with an option.
macro_rules! with {
    ($option:expr, $value:expr, $says:expr, $hint:expr) => {
        bad(
            &["attach", "netns:blue", "ovs0", "none", $option, $value],
            2,
            $says,
            $hint,
        )
    };
}

const VLAN: &str = "a VLAN is a number from 1 to 4094";

pub const ROWS: &[Bad<'_>] = &[
    address!("tcp:10.0.0.1:6640", "it is not this host's own"),
    address!("tcp:127.0.0.1:0", "it is not this host's own"),
    address!("tcp:localhost", "behind `tcp:` comes an IP address"),
    address!("ssl:127.0.0.1:6640", "netpipe speaks no TLS to it"),
    address!("punix:/run/db.sock", "one that a server listens at"),
    address!("unix:db.sock", "the path is not absolute"),
    address!("http://127.0.0.1", "no such method"),
    address!("", "the path is not absolute"),
    with!("--vlan", "0", "0 stands for a frame that is in none", VLAN),
    with!("--vlan", "4095", "4095 is reserved", VLAN),
    with!("--vlan", "4096", "it is larger than 4094", VLAN),
    with!("--trunk", "10-5", "10-5", ""),
    with!(
        "--trunk",
        "10,native=10",
        "it has no VLAN but the native one",
        "--vlan"
    ),
    with!(
        "--trunk",
        "native=5,10",
        "`native=` comes once",
        "10,20-29,native=5"
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "ovs0",
            "none",
            "--vlan",
            "5",
            "--trunk",
            "6",
        ],
        2,
        "cannot be used with",
        "",
    ),
    bad(
        &["attach", "netns:blue", "ovs:lan9", "none"],
        3,
        "`lan9` is a bridge, not a bridge of Open vSwitch",
        "name one, or a name that is free",
    ),
    bad(
        &["attach", "netns:blue", "ovs:nic0", "none"],
        3,
        "`nic0` is a veth, not a bridge of Open vSwitch",
        "name one, or a name that is free",
    ),
    bad(
        &["attach", "netns:blue", "bridge:theirs", "none"],
        3,
        "`theirs` is a tun, not a bridge",
        "name a bridge",
    ),
    bad(
        &["bridge", "add", "ovs:lan9"],
        3,
        "`lan9` is a bridge, not a bridge of Open vSwitch",
        "",
    ),
    bad(
        &["bridge", "add", "macvlan:x"],
        2,
        "`macvlan` is no kind of bridge",
        "`ovs:NAME`",
    ),
    bad(
        &["bridge", "add", "bridge:x", "--ovs"],
        2,
        "`bridge:` names a Linux bridge, and --ovs another",
        "",
    ),
    bad(
        &["bridge", "add", "br1", "--datapath", "netdev"],
        2,
        "--datapath is for a bridge of Open vSwitch",
        "give --ovs as well",
    ),
    bad(
        &["bridge", "add", "ovs1", "--datapath", "kernel"],
        2,
        "`kernel` is not a type of datapath",
        "`netdev` for the daemon's own",
    ),
    bad(
        &["bridge", "add", "theirs", "--ovs"],
        3,
        "there is an Open vSwitch bridge `theirs`, and it is not netpipe's",
        "attach to it as it is",
    ),
    bad(
        &["bridge", "del", "theirs"],
        3,
        "it is not netpipe's, so it stays",
        "ovs-vsctl del-br theirs",
    ),
    bad(
        &["bridge", "add", "ovs1", "--port", "taken0"],
        3,
        "`taken0` is a port of the Open vSwitch bridge `theirs` already",
        "ovs-vsctl del-port taken0",
    ),
    bad(
        &["bridge", "add", "ovs1", "--port", "none0"],
        4,
        "there is no link `none0` on this host",
        "see `ip link`",
    ),
    bad(
        &["bridge", "add", "ovs1", "--port", "inlan0"],
        3,
        "`inlan0` is a port of another device already",
        "ip link set inlan0 nomaster",
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "theirs",
            "none",
            "--host-ifname",
            "gone0",
        ],
        3,
        "`gone0` is a port of the Open vSwitch bridge `theirs` already",
        "ovs-vsctl del-port gone0",
    ),
];

#[test]
fn bad_names_and_vlans_of_open_vswitch_are_refused() {
    let host = host();
    host.start_ovs();
    host.sh("ip link add taken0 type veth peer name x0 && \
         ip link add inlan0 type veth peer name x1 && ip link set inlan0 master lan9");
    host.vsctl("add-br theirs -- set Bridge theirs datapath_type=netdev -- add-port theirs taken0");
    host.vsctl("--no-wait add-port theirs gone0");
    refuses(&host, ROWS);
}

/// What a socket does that is no database's.
type Act = fn(UnixStream);

fn socket(host: &Host, name: &str, act: Act) -> PathBuf {
    let path = host.directory().join(name);
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || act(stream.unwrap()));
        }
    });
    path
}

fn question(stream: &mut UnixStream) {
    let _ = stream.read(&mut [0; 64 << 10]);
}

fn answers(mut stream: UnixStream, answer: &str) {
    question(&mut stream);
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.read(&mut [0; 1]);
}

fn garbage(stream: UnixStream) {
    answers(stream, "HTTP/1.1 400 Bad Request\r\n\r\n");
}

fn hangs(mut stream: UnixStream) {
    while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
}

fn closes(mut stream: UnixStream) {
    question(&mut stream);
}

fn sends_too_much(mut stream: UnixStream) {
    question(&mut stream);
    let _ = stream.write_all(b"{\"id\":1,\"error\":null,\"result\":\"");
    while stream.write_all(&[b'x'; 64 << 10]).is_ok() {}
}

fn trickles(mut stream: UnixStream) {
    question(&mut stream);
    let _ = stream.write_all(b"{");
    while stream.write_all(b" ").is_ok() {
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn chatters(mut stream: UnixStream) {
    question(&mut stream);
    let update = br#"{"method":"update","id":null,"params":[null,{}]}"#;
    while stream.write_all(update).is_ok() {}
}

fn nests(mut stream: UnixStream) {
    question(&mut stream);
    let _ = stream.write_all(b"{\"result\":");
    while stream.write_all(&[b'['; 4096]).is_ok() {}
}

fn another_database(stream: UnixStream) {
    answers(
        stream,
        r#"{"id":1,"result":null,"error":{"error":"unknown database","details":"no"}}"#,
    );
}

fn no_list(stream: UnixStream) {
    answers(stream, r#"{"id":1,"result":{},"error":null}"#);
}

fn too_few(stream: UnixStream) {
    answers(stream, r#"{"id":1,"result":[{}],"error":null}"#);
}

fn older(stream: UnixStream) {
    answers(
        stream,
        r#"{"id":1,"result":[{"error":"unknown column","details":"datapath_types\u0007"}],"error":null}"#,
    );
}

const ELSEWHERE: &str = "give its socket with --ovs-db unix:/PATH";
const HANGS: &str = "see if ovsdb-server hangs";
const SOON: Duration = Duration::from_secs(3);
const LATE: Duration = Duration::from_secs(9);

/// Name, what it does, a piece of the message, one of the hint, and how long it may take.
type Row = (&'static str, Act, &'static str, &'static str, Duration);

const SOCKETS: &[Row] = &[
    (
        "garbage",
        garbage,
        "answers what is not OVSDB",
        ELSEWHERE,
        SOON,
    ),
    ("hangs", hangs, "does not answer", HANGS, LATE),
    (
        "closes",
        closes,
        "closed the connection",
        "see the log of ovsdb-server",
        SOON,
    ),
    (
        "too-much",
        sends_too_much,
        "sends a message of more than 16 MiB",
        ELSEWHERE,
        SOON,
    ),
    ("trickles", trickles, "does not answer", HANGS, LATE),
    ("chatters", chatters, "does not answer", HANGS, LATE),
    ("nests", nests, "answers what is not OVSDB", ELSEWHERE, SOON),
    (
        "another",
        another_database,
        "refuses: unknown database",
        "it may be the server of another database",
        SOON,
    ),
    (
        "no-list",
        no_list,
        "answers what is not OVSDB",
        ELSEWHERE,
        SOON,
    ),
    (
        "too-few",
        too_few,
        "answers what is not OVSDB",
        ELSEWHERE,
        SOON,
    ),
    (
        "older",
        older,
        "unknown column: datapath_types\\u{7}",
        "it may be older than Open vSwitch 2.4",
        SOON,
    ),
];

#[test]
fn sockets_that_are_no_databases_are_told_from_each_other() {
    let host = host();
    for (name, act, says, hint, longest) in SOCKETS {
        let path = socket(&host, name, *act);
        fails(&host, &path, (says, hint), *longest);
    }
}

/// Claims that an attach by that database fails for this reason, in time, changing nothing.
fn fails(host: &Host, path: &Path, (says, hint): (&str, &str), longest: Duration) {
    let before = host.snapshot();
    let start = Instant::now();
    let db = format!("unix:{}", path.display());
    let line = [
        "--ovs-db",
        &db,
        "attach",
        "netns:blue",
        "ovs0",
        "10.0.0.5/24",
    ];
    host.netpipe(line)
        .status(1)
        .stderr_has(says)
        .stderr_has(hint);
    let took = start.elapsed();
    assert!(took < longest, "{}: {took:?}", path.display());
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn what_is_no_socket_is_told_of() {
    let host = host();
    let soon = SOON;
    let start = "start Open vSwitch";
    let missing = host.directory().join("missing");
    fails(&host, &missing, ("No such file or directory", start), soon);
    let below = missing.join("db.sock");
    fails(
        &host,
        &below,
        ("cannot reach the OVSDB server", start),
        soon,
    );
    let file = host.directory().join("file");
    std::fs::write(&file, "").unwrap();
    let nobody = "nobody listens there";
    fails(&host, &file, ("Connection refused", nobody), soon);
    let dead = host.directory().join("dead");
    drop(UnixListener::bind(&dead).unwrap());
    fails(&host, &dead, ("Connection refused", nobody), soon);
    // Without any sign of a switch, its name is not taken for anything else.
    host.netpipe("attach netns:blue ovs0 10.0.0.5/24")
        .status(1)
        .stderr_has("cannot reach the OVSDB server at `unix:/var/run/openvswitch/db.sock`");
    // And what needs none does not miss it.
    host.netpipe("bridge list").status(0).stderr("");
    host.netpipe("gc").status(0).stderr("");
}

#[test]
fn a_socket_of_somebody_elses_needs_their_permission() {
    let host = host();
    let path = socket(&host, "private", hangs);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::set_permissions(host.directory(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let db = format!("unix:{}", path.display());
    let list = host.call(["--ovs-db", &db, "bridge", "show", "ovs0"]);
    list.user(65534)
        .run()
        .status(1)
        .stderr_has("Permission denied")
        .stderr_has("hint: run as root, whose socket it is");
}

#[test]
fn a_switch_that_hangs_hides_no_bridge_of_the_kernels() {
    let host = host();
    let path = socket(&host, "hangs", hangs);
    let db = format!("unix:{}", path.display());
    let run = host.netpipe(["--ovs-db", &db, "bridge", "list"]).status(0);
    assert!(run.out.contains("lan9"), "{}", run.out);
    run.stderr_has("without those of Open vSwitch: the OVSDB server at");
    host.netpipe(["--ovs-db", &db, "bridge", "show", "lan9"])
        .status(0);
    host.netpipe([
        "--ovs-db",
        &db,
        "attach",
        "netns:blue",
        "br0",
        "10.0.0.5/24",
    ])
    .status(0);
}

#[test]
fn a_check_says_of_a_switch_that_cannot_be_asked() {
    let host = host();
    host.netpipe("check").status(0);
    let path = socket(&host, "garbage", garbage);
    let db = format!("unix:{}", path.display());
    let check = |more: &[&str]| {
        let mut words = vec!["--ovs-db", db.as_str(), "check"];
        words.extend(more);
        host.netpipe(words.as_slice())
    };
    check(&[])
        .status(1)
        .stdout_has("Open vSwitch: drift\n  its tunnels cannot be looked at: the OVSDB server at")
        .stderr_has("differ from the records");
    check(&["--repair"])
        .status(1)
        .stdout_has("Open vSwitch: not repaired");
    let rows = check(&["--json"]).status(1).json();
    assert_eq!(rows[0]["switch"], db);
    assert!(!rows[0]["drift"][0].is_null(), "{rows}");
}

#[test]
fn a_signal_ends_the_wait_for_a_switch() {
    let host = host();
    let before = host.snapshot();
    let path = socket(&host, "hangs", hangs);
    let db = format!("unix:{}", path.display());
    let call = host.call([
        "--ovs-db",
        &db,
        "attach",
        "netns:blue",
        "ovs0",
        "10.0.0.5/24",
    ]);
    let start = Instant::now();
    let child = call.spawn();
    std::thread::sleep(Duration::from_millis(300));
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let mut child = child;
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(3));
    before.assert_same_kernel(&host.snapshot());
}
