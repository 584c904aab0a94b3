//! A server that answers nonsense: an error that says so and nothing changed, or a warning,
//! and always an end.

use super::server::{ACK, Asked, DISCOVER, Lan, NAK, OFFER, REQUEST, Script, gives, good, option};

/// What a server does, the exit status, and a piece of what is said.
type Row = (&'static str, fn(&Asked) -> Vec<Vec<u8>>, i32, &'static str);

fn with(asked: &Asked, ip: [u8; 4], options: &[u8]) -> Vec<Vec<u8>> {
    gives(ip, options.to_vec())(asked)
}

const IP: [u8; 4] = [10, 9, 0, 70];

fn server_and_time() -> Vec<u8> {
    [option(54, &[10, 9, 0, 1]), option(51, &60u32.to_be_bytes())].concat()
}

fn mask(mask: [u8; 4]) -> Vec<u8> {
    [server_and_time(), option(1, &mask)].concat()
}

fn more(options: &[u8]) -> Vec<u8> {
    [good(60), options.to_vec()].concat()
}

fn times(lease: u32, renew: u32, rebind: u32) -> Vec<u8> {
    [
        good(lease),
        option(58, &renew.to_be_bytes()),
        option(59, &rebind.to_be_bytes()),
    ]
    .concat()
}

/// As many routes as a message of this server can hold, again and again.
fn thousands_of_routes() -> Vec<u8> {
    let mut routes = Vec::new();
    for n in 0..140u8 {
        routes.extend([24, 10, 100, n, 10, 9, 0, 1]);
    }
    let each = routes.chunks(248).map(|part| option(121, part));
    more(&each.collect::<Vec<_>>().concat())
}

const ROWS: &[Row] = &[
    (
        "no address",
        |a| with(a, [0; 4], &good(60)),
        1,
        "it is the unspecified address",
    ),
    (
        "multicast",
        |a| with(a, [224, 0, 0, 5], &good(60)),
        1,
        "it is a multicast address",
    ),
    (
        "broadcast",
        |a| with(a, [255; 4], &good(60)),
        1,
        "what no host can use",
    ),
    (
        "loopback",
        |a| with(a, [127, 0, 0, 2], &good(60)),
        1,
        "it is a loopback address",
    ),
    (
        "network",
        |a| with(a, [10, 9, 0, 0], &good(60)),
        1,
        "it is the subnet's own address",
    ),
    (
        "subnet's broadcast",
        |a| with(a, [10, 9, 0, 255], &good(60)),
        1,
        "broadcast address",
    ),
    (
        "no mask",
        |a| with(a, IP, &server_and_time()),
        1,
        "without a subnet mask",
    ),
    (
        "mask /0",
        |a| with(a, IP, &mask([0; 4])),
        1,
        "without a subnet mask",
    ),
    (
        "mask with a hole",
        |a| with(a, IP, &mask([255, 0, 255, 0])),
        1,
        "mask 255.0.255.0",
    ),
    (
        "no lease time",
        |a| {
            with(
                a,
                IP,
                &[option(54, &[10, 9, 0, 1]), option(1, &[255; 4])].concat(),
            )
        },
        1,
        "10.9.0.70 without a lease time",
    ),
    (
        "a second",
        |a| with(a, IP, &good(1)),
        1,
        "too short to renew",
    ),
    (
        "T1 after T2",
        |a| with(a, IP, &times(60, 50, 20)),
        1,
        "renewed after 50 s",
    ),
    (
        "T2 after the end",
        |a| with(a, IP, &times(60, 20, 90)),
        1,
        "rebound after 90 s",
    ),
    (
        "a lease time of three octets",
        |a| {
            with(
                a,
                IP,
                &[option(54, &[10, 9, 0, 1]), option(51, &[0, 0, 60])].concat(),
            )
        },
        1,
        "usable address",
    ),
    (
        "never confirmed",
        |a| match a.kind {
            DISCOVER => vec![a.reply(OFFER, IP.into(), &good(60))],
            _ => Vec::new(),
        },
        1,
        "did not confirm it",
    ),
    (
        "refused again and again",
        |a| match a.kind {
            DISCOVER => vec![a.reply(OFFER, IP.into(), &good(60))],
            REQUEST => vec![a.reply(NAK, [0; 4].into(), &option(54, &[10, 9, 0, 1]))],
            _ => Vec::new(),
        },
        1,
        "no DHCP server gave `eth1` a usable address in 2 s",
    ),
    (
        "another transaction",
        |a| {
            let mut replies = with(a, IP, &good(60));
            replies.iter_mut().for_each(|reply| reply[4] ^= 0xff);
            replies
        },
        1,
        "no DHCP server answered",
    ),
    (
        "no magic",
        |a| {
            let mut replies = with(a, IP, &good(60));
            replies.iter_mut().for_each(|reply| reply[236] = 0);
            replies
        },
        1,
        "no DHCP server answered",
    ),
    (
        "garbage",
        |_| vec![vec![0xff; 300], vec![1], vec![0; 1400]],
        1,
        "no DHCP server answered",
    ),
    (
        "cut off",
        |a| {
            let mut replies = with(a, IP, &good(60));
            replies.iter_mut().for_each(|reply| reply.truncate(239));
            replies
        },
        1,
        "no DHCP server answered",
    ),
    (
        "an ACK before it was asked",
        |a| vec![a.reply(ACK, IP.into(), &good(60))],
        1,
        "in 2 s",
    ),
    (
        "router elsewhere",
        |a| with(a, IP, &more(&option(3, &[192, 0, 2, 1]))),
        0,
        "192.0.2.1",
    ),
    (
        "MTU 0",
        |a| with(a, IP, &more(&option(26, &[0, 0]))),
        0,
        "too small for IPv4",
    ),
    (
        "MTU 60",
        |a| with(a, IP, &more(&option(26, &[0, 60]))),
        0,
        "too small for IPv4",
    ),
    (
        "MTU 65535",
        |a| with(a, IP, &more(&option(26, &[255; 2]))),
        0,
        "larger than the link's",
    ),
    (
        "140 routes",
        |a| with(a, IP, &thousands_of_routes()),
        0,
        "are left out",
    ),
    (
        "routes to nowhere",
        |a| {
            let routes = [
                8, 127, 10, 9, 0, 1, 4, 224, 10, 9, 0, 1, 24, 10, 66, 0, 192, 0, 2, 1,
            ];
            with(a, IP, &more(&option(121, &routes)))
        },
        0,
        "3 of its 3 routes are left out",
    ),
    (
        "name servers that are none",
        |a| with(a, IP, &more(&option(6, &[0, 0, 0, 0, 224, 0, 0, 1]))),
        0,
        "2 of its name servers are left out",
    ),
    (
        "a domain with an escape",
        |a| with(a, IP, &more(&option(15, b"\x1b[31mred"))),
        0,
        "the domain `\\u{1b}[31mred` is left out",
    ),
];

#[test]
fn nonsense_is_refused_or_left_out() {
    let lan = Lan::new();
    let before = lan.host.snapshot();
    let server = Script::start(&lan.srv, |_| Vec::new());
    let mut wrong = String::new();
    for (name, answer, status, says) in ROWS {
        server.now(*answer);
        let run = lan.netpipe("attach netns:blue br0 dhcp --dhcp-timeout 2");
        let clean = !run.err.contains(|c: char| c.is_control() && c != '\n');
        let right = run.code() == Some(*status) && run.err.contains(says) && clean;
        let mut changed = Vec::new();
        match status {
            0 => {
                let shown = lan.blue.sh("ip route | wc -l");
                assert!(
                    shown.trim().parse::<usize>().unwrap() < 100,
                    "{name}: {shown}"
                );
                lan.netpipe("detach netns:blue").status(0);
            }
            _ => changed = before.difference(&lan.host.snapshot()),
        }
        if !right || !changed.is_empty() {
            wrong += &format!("\n{name}: {:?}, not {status} `{says}`\n", run.code());
            wrong += &format!("{}{}{}", run.out, run.err, changed.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
