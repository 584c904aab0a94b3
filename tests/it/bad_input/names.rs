//! Names of interfaces, links, targets, networks.

use super::{Bad, bad, host, refuses};

const NAME: &str = "use 1 to 15 letters, digits, '-', '_' or '.', such as `eth1`";
const KINDS: &str = "the kinds are";

/// Attaches under a name inside the container.
macro_rules! ifname {
    ($name:expr, $says:expr) => {
        bad(
            &["attach", "netns:blue", "br0", "none", "--ifname", $name],
            2,
            $says,
            NAME,
        )
    };
}

/// Attaches to a link.
macro_rules! link {
    ($name:expr, $status:expr, $says:expr, $hint:expr) => {
        bad(
            &["attach", "netns:blue", $name, "none"],
            $status,
            $says,
            $hint,
        )
    };
}

/// Attaches a target.
macro_rules! target {
    ($name:expr, $says:expr, $hint:expr) => {
        bad(&["attach", $name, "br0", "none"], 2, $says, $hint)
    };
}

pub const ROWS: &[Bad<'_>] = &[
    ifname!("a234567890123456", "16 bytes, at most 15"),
    ifname!("", "it is empty"),
    ifname!("a/b", "'/' is not allowed"),
    ifname!("a\nb", "`a\\nb` is not an interface name"),
    ifname!("eth 1", "' ' is not allowed"),
    ifname!("ethé", "'é' is not allowed"),
    ifname!("\u{202e}eth", "is not allowed"),
    ifname!("eth\u{1b}[31m", "`eth\\u{1b}[31m` is not an interface name"),
    ifname!("..", "the kernel reserves it"),
    ifname!("eth%d", "'%' is not allowed"),
    ifname!("eth0:1", "':' is not allowed"),
    ifname!("$(id)", "'$' is not allowed"),
    bad(
        &["attach", "netns:blue", "br0", "none", "--ifname=-x"],
        2,
        "it starts with '-'",
        NAME,
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "none",
            "--host-ifname",
            "a234567890123456",
        ],
        2,
        "16 bytes, at most 15",
        NAME,
    ),
    link!("br34567890123456", 2, "16 bytes, at most 15", NAME),
    link!("", 2, "it is empty", NAME),
    link!("br/0", 2, "'/' is not allowed", NAME),
    link!("brücke", 2, "'ü' is not allowed", NAME),
    link!("bridge:", 2, "it is empty", NAME),
    link!("nonsense:br0", 2, "`nonsense` is not a kind of link", KINDS),
    link!(
        "bridge:nic0",
        3,
        "`nic0` is a veth, not a bridge",
        "name a bridge, or a name starting with `br` to have one made"
    ),
    link!(
        "lo",
        2,
        "`lo` is the loopback interface",
        "name a network card of the host"
    ),
    link!(
        "lan7",
        4,
        "there is no link `lan7` on this host",
        "to have a Linux bridge made, write `bridge:lan7`"
    ),
    link!("net:nobody", 4, "nobody", "netpipe network"),
    target!("", "`` is not a container name", "TARGET is a container's"),
    target!("we b", "`we b` is not a container name", "TARGET is"),
    target!("web\n", "`web\\n` is not a container name", "TARGET is"),
    target!("wéb", "`wéb` is not a container name", "TARGET is"),
    target!("a/b", "`a/b` is not a container name", "TARGET is"),
    target!("$(id)", "is not a container name", "TARGET is"),
    target!("lxc:x", "`lxc` is not a kind of target", "the kinds are"),
    target!("docker:", "`` is not a container name", "TARGET is"),
    target!("pid:0", "`0` is not a process id", "pid:4242"),
    target!("pid:x", "`x` is not a process id", "pid:4242"),
    target!("pid:4194305", "`4194305` is not a process id", "pid:4242"),
    target!(
        "netns:",
        "is not the name of a network namespace",
        "netns list"
    ),
    target!(
        "netns:..",
        "`..` is not the name of a network namespace",
        "netns list"
    ),
    target!("netns:a/b", "`a/b` is not the name", "netns list"),
    target!("/run/netns/-x", "`-x` is not the name", "netns list"),
    bad(
        &["list", "x/y"],
        2,
        "`x/y` is not a container name",
        "TARGET is",
    ),
    bad(
        &["detach", "x y"],
        2,
        "`x y` is not a container name",
        "TARGET",
    ),
    bad(
        &["netns", "add", "a/b"],
        2,
        "`a/b` is not the name of a network namespace",
        "",
    ),
    bad(
        &["bridge", "add", "a234567890123456"],
        2,
        "16 bytes, at most 15",
        NAME,
    ),
    bad(&["bridge", "add", "nic0"], 3, "`nic0` is a veth", ""),
    bad(
        &["bridge", "add", "lan9"],
        3,
        "it is not netpipe's",
        "give another name",
    ),
    bad(
        &["bridge", "del", "lan9"],
        3,
        "it is not netpipe's, so it stays",
        "ip link del lan9",
    ),
    bad(
        &["bridge", "show", "br5"],
        4,
        "there is no bridge `br5`",
        "netpipe bridge list",
    ),
    bad(
        &["network", "add", "a b"],
        2,
        "`a b` is not a network name",
        "use 1 to 63 letters",
    ),
    bad(
        &["network", "add", "réseau"],
        2,
        "is not a network name",
        "use",
    ),
    bad(
        &["network", "add", "a/b"],
        2,
        "is not a network name",
        "use",
    ),
    bad(&["network", "show", "nobody"], 4, "nobody", ""),
    bad(
        &["show", "netns:blue"],
        4,
        "nothing is attached to `netns:blue`",
        "`netpipe list` shows what is",
    ),
    bad(
        &["--host-name", "a b", "list"],
        2,
        "a host name has letters",
        "",
    ),
];

#[test]
fn bad_names_are_refused() {
    refuses(&host(), ROWS);
}

#[test]
fn a_long_argument_is_refused_in_few_words() {
    // The kernel's limit of one argument, less a page; eight of them are a megabyte.
    let long = "a".repeat(126 * 1024);
    let address = format!("10.0.0.5/{long}");
    let target = ["attach", &long, "br0", "none"];
    let link = ["attach", "netns:blue", &long, "none"];
    let mut addresses = vec!["attach", "netns:blue", "br0"];
    addresses.extend([address.as_str(); 8]);
    let table = [
        bad(&target, 2, "is not a container name", "TARGET is"),
        bad(&link, 2, "129024 bytes, at most 15", NAME),
        bad(&addresses, 2, "is not a prefix length", ""),
    ];
    refuses(&host(), &table);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let host = host();
    let before = host.snapshot();
    let bytes = OsStr::from_bytes(b"br\xff\xfe");
    for args in [
        [
            OsStr::new("attach"),
            OsStr::new("netns:blue"),
            bytes,
            OsStr::new("none"),
        ],
        [
            OsStr::new("attach"),
            bytes,
            OsStr::new("br0"),
            OsStr::new("none"),
        ],
    ] {
        host.netpipe(args).status(2).stderr_has("error: ");
        before.assert_same(&host.snapshot());
    }
}

#[test]
fn names_that_others_chose_do_not_command_the_terminal() {
    let host = host();
    let blue = host.container("blue");
    blue.sh("ip link add \"$(printf 'x\\033[31mred')\" type bridge");
    blue.sh("ip address add 10.0.0.5/24 dev \"$(printf 'x\\033[31mred')\"");
    let run = host.netpipe("attach netns:blue br0 10.0.0.5/24").status(3);
    assert!(!run.err.contains('\u{1b}'), "{:?}", run.err);
    assert!(run.err.contains("x\\u{1b}[31mred"), "{}", run.err);
    host.sh("ip link add \"$(printf 'b\\033[31mred')\" type bridge");
    host.netpipe("bridge add br0").status(0);
    host.sh(
        "ip link set nic0 down && ip link set nic0 name \"$(printf 'p\\033[2J')\" && \
         ip link set \"$(printf 'p\\033[2J')\" master br0",
    );
    for line in ["bridge list", "bridge show br0"] {
        let run = host.netpipe(line).status(0);
        assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
        assert!(run.out.contains("p\\u{1b}[2J"), "{}", run.out);
    }
}
