//! Rates, sizes, times and percents that are none, and shapes whose parts do not agree.

use super::{Bad, bad, host, refuses};
use crate::support::needs;

const RATE: &str = "write 500kbit, 10mbit or 1gbit in bits";
const SIZE: &str = "write bytes, as 1600, or 32kb or 1mb";
const TIME: &str = "write 1.5s, 100ms or 200us";
const PERCENT: &str = "write 1% or 0.1%";

/// Shapes with options.
macro_rules! with {
    ([$($option:expr),+], $says:expr, $hint:expr) => {
        bad(&["shape", "netns:blue", "eth1", $($option),+], 2, $says, $hint)
    };
}

const ROWS: &[Bad<'_>] = &[
    with!(["--rate", "10"], "`10` is not a rate", RATE),
    with!(["--rate", ""], "`` is not a rate", RATE),
    with!(["--rate", "fast"], "`fast` is not a rate", RATE),
    with!(["--rate=-1mbit"], "`-1mbit` is not a rate", RATE),
    with!(["--rate", "0mbit"], "`0mbit` is not a rate", RATE),
    with!(["--rate", "10 mbit"], "`10 mbit` is not a rate", RATE),
    with!(["--rate", "1e9bit"], "`1e9bit` is not a rate", RATE),
    with!(["--rate", "2tbit"], "`2tbit` is not a rate", RATE),
    with!(["--rate", "1..5mbit"], "`1..5mbit` is not a rate", RATE),
    with!(["--rate", "10mbit\u{1b}[31m"], "is not a rate", RATE),
    with!(
        ["--rate", "99999999999999999999999gbit"],
        "is not a rate",
        RATE
    ),
    with!(["--rate", "50%"], "`50%` is not a rate", RATE),
    with!(
        ["--rate", "1mbit", "--burst", "0"],
        "`0` is not a size",
        SIZE
    ),
    with!(
        ["--rate", "1mbit", "--burst", "4gb"],
        "`4gb` is not a size",
        SIZE
    ),
    with!(
        ["--rate", "1mbit", "--burst", "1x"],
        "`1x` is not a size",
        SIZE
    ),
    with!(
        ["--rate", "1mbit", "--latency", "50"],
        "`50` is not a time",
        TIME
    ),
    with!(["--delay", "100"], "`100` is not a time", TIME),
    with!(["--delay", "1h"], "`1h` is not a time", TIME),
    with!(["--delay", "0ms"], "`0ms` is not a time", TIME),
    with!(["--delay", "3601s"], "`3601s` is not a time", TIME),
    with!(["--delay=-1ms"], "`-1ms` is not a time", TIME),
    with!(["--loss", "1"], "`1` is not a percentage", PERCENT),
    with!(["--loss", "101%"], "`101%` is not a percentage", PERCENT),
    with!(
        ["--loss", "0%"],
        "`0%` is not a percentage",
        "for none leave it out"
    ),
    with!(["--duplicate", "%"], "`%` is not a percentage", PERCENT),
    with!(["--corrupt", "1%%"], "`1%%` is not a percentage", PERCENT),
    with!(["--reorder", "NaN%"], "`NaN%` is not a percentage", PERCENT),
    with!(
        ["--rate", "1mbit", "--rate", "2mbit"],
        "cannot be used multiple times",
        ""
    ),
    with!(["--rate", "1mbit", "--clear"], "cannot be used with", ""),
    with!(
        ["--burst", "32kb"],
        "--burst needs --rate",
        "how much may go at once"
    ),
    with!(
        ["--latency", "50ms"],
        "--latency needs --rate",
        "to send everything later, give --delay"
    ),
    with!(
        ["--jitter", "10ms"],
        "--jitter needs --delay",
        "how much the delay varies"
    ),
    with!(
        ["--loss", "1%", "--reorder", "25%"],
        "--reorder needs --delay",
        "give a delay as well"
    ),
    with!(
        ["--delay", "3s", "--jitter", "3s"],
        "a jitter of 3s is too long",
        "the kernel takes up to 2s"
    ),
    with!(
        ["--dry-run"],
        "there is nothing to do",
        "such as --rate 10mbit"
    ),
    bad(
        &["shape", "--rate", "10mbit"],
        2,
        "which interface of which target is not said",
        "netpipe shape TARGET IFNAME",
    ),
    bad(
        &["shape", "netns:blue", "--clear"],
        2,
        "which interface of which target is not said",
        "name both",
    ),
    bad(
        &["shape", "netns:blue", "../eth1", "--rate", "1mbit"],
        2,
        "`../eth1` is not an interface name",
        "",
    ),
    bad(
        &["shape", "netns:blue", "eth7", "--rate", "1mbit"],
        4,
        "nothing of netpipe's is attached to `netns:blue` as `eth7`",
        "netpipe tc netns:blue qdisc add dev eth7",
    ),
    bad(
        &["shape", "netns:blue", "lo", "--clear"],
        4,
        "nothing of netpipe's is attached to `netns:blue` as `lo`",
        "`netpipe list` shows what is",
    ),
    bad(
        &["shape", "netns:none", "eth1"],
        4,
        "nothing of netpipe's is attached to `netns:none`",
        "",
    ),
];

const OF_A_LINK: &[Bad<'_>] = &[
    with!(
        ["--rate", "1mbit", "--burst", "1500"],
        "a burst of 1500b holds no packet of the link's MTU, 1500",
        "give at least 1522b"
    ),
    with!(
        ["--rate", "1kbit", "--burst", "1mb"],
        "1mb at 1kbit last longer than the kernel can count",
        "give a higher rate or a smaller burst"
    ),
];

#[test]
fn shapes_are_checked() {
    refuses(&host(), ROWS);
}

#[test]
fn shapes_suit_their_link() {
    if !needs("tbf") {
        return;
    }
    let host = host();
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    refuses(&host, OF_A_LINK);
}
