//! pipework's command line: whatever is wrong has the script's exit status, 1.

use super::{Bad, bad, host, refuses};

/// A line of pipework.
macro_rules! line {
    ([$($word:expr),*], $says:expr, $hint:expr) => {
        bad(&["pipework", $($word),*], 1, $says, $hint)
    };
}

const FORMS: &str = "the forms are:";

const ROWS: &[Bad<'_>] = &[
    line!([], "pipework was told nothing", FORMS),
    line!([""], "no GUEST is given", FORMS),
    line!(["br1"], "no GUEST is given", FORMS),
    line!(["br1", "netns:blue"], "no ADDRESS is given", FORMS),
    line!(["br1", "netns:blue", ""], "no ADDRESS is given", FORMS),
    line!(
        ["--direct-phys"],
        "--direct-phys needs a network card",
        FORMS
    ),
    line!(["br1", "-i"], "-i needs a value", FORMS),
    line!(
        ["br1", "-i", "eth1", "-i", "eth2", "netns:blue", "0/0"],
        "-i is given twice",
        "once for each"
    ),
    line!(
        ["br1", "--mtu", "netns:blue", "0/0"],
        "there is no option `--mtu`",
        FORMS
    ),
    line!(
        ["br1", "-i", "an-interface-too-long", "netns:blue", "0/0"],
        "at most 15",
        "letters"
    ),
    line!(
        ["br1", "-i", "a/b", "netns:blue", "0/0"],
        "'/' is not allowed",
        "letters"
    ),
    line!(
        ["br1", "-l", "nic0", "netns:blue", "0/0"],
        "`nic0` is on the host already",
        "with -i"
    ),
    line!(
        ["br1", "-a", "5", "netns:blue", "0/0"],
        "`5` is not a family",
        "4 or 6"
    ),
    line!(
        ["br1", "-a", "6", "netns:blue", "10.0.0.5/24"],
        "is IPv4, and -a 6 is given",
        "leave -a out"
    ),
    line!(
        ["br1", "-a", "inet", "netns:blue", "fd00::5/64"],
        "is IPv6, and -a 4 is given",
        "leave -a out"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5"],
        "`10.0.0.5` should include a netmask",
        "10.0.0.5/24?"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/33"],
        "`/33` is not a prefix length",
        "from 1 to 32"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/255.0.255.0"],
        "is not a prefix length",
        "from 1 to 32"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.0/24"],
        "it is the subnet's own address",
        "pick a host address"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/24@gw"],
        "`gw` is not an IP address",
        "10.0.0.5/24@10.0.0.1"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/24@10.0.0.5"],
        "is the address itself",
        "the router"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/24@fd00::1"],
        "is not of the family",
        "each family"
    ),
    line!(
        ["br1", "netns:blue", "10.0.0.5/24@0.0.0.0"],
        "bad gateway",
        ""
    ),
    line!(
        ["br1", "netns:blue", "dhcpx"],
        "`dhcpx` should include a netmask",
        ""
    ),
    line!(
        ["br1", "netns:blue", "udhcpc:-H a_b"],
        "`a_b` is not a host name",
        "letters, digits"
    ),
    line!(
        ["br1", "netns:blue", "udhcpc:-t five"],
        "-t takes a number, not `five`",
        "udhcpc:-t 5"
    ),
    line!(
        ["br1", "netns:blue", "dhclient:-timeout 0"],
        "`0` is not a time to wait",
        "from 1 to 3600"
    ),
    line!(
        ["br1", "netns:blue", "dhcpcd:-h"],
        "-h of dhcpcd needs a value",
        "dhcpcd:-h VALUE"
    ),
    line!(
        ["br1", "netns:blue", "0/0", "02:00:00:00:00"],
        "six bytes",
        "02:42:ac"
    ),
    line!(
        ["br1", "netns:blue", "0/0", "01:00:5e:00:00:01"],
        "multicast",
        ""
    ),
    line!(
        ["br1", "netns:blue", "0/0", "U:"],
        "`U:` needs a string",
        ""
    ),
    line!(["br1", "netns:blue", "0/0", "@4095"], "`4095`", ""),
    line!(["br1", "netns:blue", "0/0", "@ten"], "`ten`", ""),
    line!(
        ["nope", "netns:blue", "0/0"],
        "there is no link `nope` on this host",
        "is called `br"
    ),
    line!(
        ["a b", "netns:blue", "0/0"],
        "is not an interface name",
        "letters"
    ),
    line!(
        ["mac:02:00:00:00:00:99", "netns:blue", "0/0"],
        "no card of this host has the address",
        "ip link"
    ),
    line!(
        ["mac:eth0", "netns:blue", "0/0"],
        "is not a MAC address",
        "six hex bytes"
    ),
    line!(["br1", "netns:none", "0/0"], "netns:none", ""),
    line!(
        ["br1", "a/b", "0/0"],
        "`a/b` is not a container name",
        "cgroup:NAME"
    ),
    line!(
        ["br1", "cgroup:../..", "0/0"],
        "is not the name of a control group",
        "cgroup:lxc/web"
    ),
    line!(
        ["br1", "cgroup:no-such-group", "0/0"],
        "there is no control group `no-such-group`",
        "cgroup"
    ),
    line!(
        ["br1", "nobody", "0/0"],
        "engine",
        "no control group `nobody` either"
    ),
    line!(["route", "netns:blue"], "`route` needs arguments", FORMS),
    line!(["tc"], "no GUEST is given", FORMS),
    line!(
        ["rule", "netns:none", "show"],
        "cannot run a program in `netns:none`",
        ""
    ),
    line!(["--wait", "-i", "a/b"], "'/' is not allowed", "letters"),
    line!(
        ["\u{1b}[31m", "netns:blue", "0/0"],
        "is not an interface name",
        "letters"
    ),
];

#[test]
fn lines_of_pipework() {
    refuses(&host(), ROWS);
}

#[test]
fn words_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let host = host();
    let words = ["pipework", "br1", "netns:blue"].map(OsStr::new);
    let bytes = OsStr::from_bytes(b"10.0.0.\xff/24");
    host.netpipe(&[&words[..], &[bytes]].concat()[..])
        .status(1)
        .stderr_has("is not UTF-8");
    // The verb's own options are the command line's to refuse.
    host.netpipe("--state-dir").status(2);
}
