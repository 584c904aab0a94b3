//! Topology files that are wrong: each mistake is told with its place, what it is and what to
//! do, and nothing is changed.

use crate::support::{Host, Run};

/// A file, a piece of its message, and a piece of a hint.
type Row = (&'static str, &'static str, &'static str);

const WEB: &str = "version: 1\nattachments:\n  netns:blue:\n    - ";

const ROWS: &[Row] = &[
    ("", ":1:1: the file is empty", "version: 1"),
    ("# only a comment\n", "the file is empty", "version: 1"),
    ("---\n~\n", ":2:1: the file is empty", "version: 1"),
    (
        "- a\n- b\n",
        ":1:1: this is a list, not a mapping",
        "version: …",
    ),
    ("just words\n", "this is a text, not a mapping", ""),
    ("name: shop\n", "there is no `version`", "version: 1"),
    (
        "version: 2\n",
        ":1:10: version: version `2` is not known",
        "version 1",
    ),
    (
        "version: [1]\n",
        "version: this is a list, not one value",
        "quote",
    ),
    (
        "version: 1\nname: a b\n",
        ":2:7: name: `a b` is not the name of a topology",
        "63",
    ),
    (
        "version: 1\nbridgse: {}\n",
        ":2:1: `bridgse` is no key here",
        "did you mean `bridges`?",
    ),
    (
        "version: 1\nxyzzy: {}\n",
        "`xyzzy` is no key here",
        "the keys are: version, name",
    ),
    (
        "version: 1\nversion: 1\n",
        ":2:1: `version` is given twice",
        "leave one",
    ),
    (
        "version: 1\n---\nversion: 1\n",
        "a second document begins here",
        "a file of its own",
    ),
    ("version: !!binary 1\n", "the tag", "leave it out"),
    (
        "version: !mine 1\n",
        ":1:10: the tag `!mine` means nothing here",
        "starts with `!`",
    ),
    (
        "version: 1\nbridges: {br0: [}\n",
        "this is not YAML",
        "examples/topology.yaml",
    ),
    ("version: 1\n\tbridges: {}\n", "this is not YAML", ""),
    ("version: *one\n", "this is not YAML", ""),
    (
        "version: 1\nbridges: &b {br0: *b}\n",
        "this alias is inside of what it stands for",
        "write out",
    ),
    (
        "version: 1\nbridges: {[a]: {}}\n",
        "a list or mapping cannot be a key",
        "quote",
    ),
    (
        "version: 1\nbridges:\n  br0: {<<: 1}\n",
        "`<<` merges a mapping, and this is a text",
        "<<: *NAME",
    ),
    (
        "version: 1\nbridges: [br0]\n",
        "bridges: this is a list, not a mapping",
        "each name as a key",
    ),
    (
        "version: 1\nbridges: {a/b: {}}\n",
        ":2:11: bridges.a/b: `a/b` is not an interface name",
        "1 to 15",
    ),
    (
        "version: 1\nbridges: {br0: {address: 10.0.0.1}}\n",
        ":2:26: bridges.br0.address: `10.0.0.1` has no prefix length",
        "10.0.0.1/24",
    ),
    (
        "version: 1\nbridges: {br0: {address: 10.0.0.1/24@10.0.0.2}}\n",
        "names a gateway",
        "takes none",
    ),
    (
        "version: 1\nbridges: {br0: {mtu: 12}}\n",
        "bridges.br0.mtu: `12` is not an MTU",
        "68 to 65535",
    ),
    (
        "version: 1\nbridges: {br0: {stp: yes}}\n",
        "bridges.br0.stp: `yes` is neither true nor false",
        "write true",
    ),
    (
        "version: 1\nbridges: {br0: {vlan_filtering: true}}\n",
        "`vlan_filtering` is no key here",
        "did you mean `vlan-filtering`?",
    ),
    (
        "version: 1\nbridges: {br0: {vlan-protocol: 802.1ad}}\n",
        "is for a bridge that tells VLANs apart",
        "vlan-filtering: true",
    ),
    (
        "version: 1\nbridges: {br0: {datapath: netdev}}\n",
        "`datapath` is for a bridge of Open vSwitch",
        "ovs: true",
    ),
    (
        "version: 1\nbridges: {macvlan:br0: {}}\n",
        "`macvlan` is no kind of bridge",
        "ovs:NAME",
    ),
    (
        "version: 1\nbridges: {br0: {port: br1}, br1: {port: br0}}\n",
        "bridges.br0: `br0` would be on top of itself, by way of br1",
        "cannot carry",
    ),
    (
        "version: 1\nbridges: {br0: {port: nic0}, br1: {port: [nic0]}}\n",
        "`nic0` is a port of `br0` already",
        "one bridge",
    ),
    (
        "version: 1\nbridges: {br0: {port: [{take-address: true}]}}\n",
        "bridges.br0.port[0]: there is no `name`",
        "name: eth0",
    ),
    (
        "version: 1\nbridges: {br0: {port: [{name: nic0, confirm: 5}]}}\n",
        "`confirm` needs `take-address`",
        "take-address: true",
    ),
    (
        "version: 1\nnetworks: {lab: {}}\n",
        "networks.lab: there is no `subnet`",
        "10.1.0.0/24",
    ),
    (
        "version: 1\nnetworks: {lab: {subnet: 10.0.0.1/24}}\n",
        "networks.lab: subnet `10.0.0.1/24` has host bits set",
        "10.0.0.0/24",
    ),
    (
        "version: 1\nnetworks: {lab: {subnet: x}}\n",
        "networks.lab.subnet: `x` is not a subnet",
        "fd00::/64",
    ),
    (
        "version: 1\nnetworks: {lab: {subnet: 10.0.0.0/24, subnets: [10.1.0.0/24]}}\n",
        "both `subnet` and `subnets` are given",
        "give one",
    ),
    (
        "version: 1\nnetworks: {lab: {subnet: 10.0.0.0/24, vlan: 10}}\n",
        "a VLAN is one of a bridge",
        "--bridge",
    ),
    (
        "version: 1\nnetworks: {lab: {subnet: 10.0.0.0/24, gateway: 10.0.0.0/24}}\n",
        "networks.lab.gateway: `10.0.0.0/24` is not an IP address",
        "10.0.0.1",
    ),
    (
        "version: 1\nnetworks: {a: {bridge: br0, subnet: 10.0.0.0/24}, b: {bridge: br0, subnet: 10.0.0.0/24}}\n",
        "network `a` has the same subnet on the same bridge",
        "VLANs",
    ),
    (
        "version: 1\ntunnels: {t1: {remote: 192.0.2.2}}\n",
        "tunnels.t1: there is no `kind`",
        "vxlan",
    ),
    (
        "version: 1\ntunnels: {t1: {kind: gretap, remote: 192.0.2.2, vni: 7}}\n",
        "tunnels.t1: a gretap tunnel has no VNI",
        "--key",
    ),
    (
        "version: 1\ntunnels: {t1: {kind: gre, remote: 192.0.2.2, key: -1}}\n",
        "tunnels.t1.key: `-1` is not a key",
        "",
    ),
    (
        "version: 1\ntunnels: {t1: {kind: vxlan, vni: 1, group: 239.1.1.1, dev: t1}}\n",
        "`t1` would be on top of itself",
        "cannot carry",
    ),
    (
        "version: 1\ntunnels: {t1: {kind: gretap, remote: 192.0.2.2, dev: t2}, t2: {kind: gretap, remote: 192.0.2.3, dev: t1}}\n",
        "by way of t2",
        "cannot carry",
    ),
    (
        "version: 1\ntunnels: {t1: {kind: gretap, remote: 192.0.2.2, peer: 192.0.2.3}}\n",
        "a gretap tunnel has no peers",
        "vxlan",
    ),
    (
        "version: 1\nbridges: {t1: {}}\ntunnels: {t1: {kind: gretap, remote: 192.0.2.2}}\n",
        "`t1` is the name of bridges.t1 already",
        "its own name",
    ),
    (
        "version: 1\nattachments: web\n",
        "attachments: this is a text, not attachments",
        "- link",
    ),
    (
        "version: 1\nattachments: {web: br0}\n",
        "attachments.web: this is a text, not a list",
        "- link",
    ),
    (
        "version: 1\nattachments: {-web: []}\n",
        "`-web` is not a container name",
        "TARGET",
    ),
    (
        "version: 1\nattachments:\n  - {link: br0, address: none}\n",
        "attachments[0]: there is no `target`",
        "target: web",
    ),
    (
        "version: 1\nattachments: {netns:blue: {target: web, link: br0, address: none}}\n",
        "the target is named twice",
        "leave `target` out",
    ),
    (
        "version: 1\nattachments: {netns:blue: {address: none}}\n",
        "attachments.netns:blue: there is no `link`",
        "link: br0",
    ),
    (
        "version: 1\nattachments: {netns:blue: {link: br0}}\n",
        "there is no `address`",
        "`none`",
    ),
    (
        "version: 1\nattachments: {netns:blue: {link: br0, address: }}\n",
        "there is no value",
        "leave the key out",
    ),
    (
        "version: 1\nattachments: {netns:blue: {link: br0, address: []}}\n",
        "no ADDRESS was given",
        "10.0.0.5/24",
    ),
];

/// Those of a single attachment, behind [`WEB`].
const OF_ONE: &[Row] = &[
    (
        "{link: br0, address: [10.0.0.5/24, 10.0.0.6/33]}",
        ":4:42: attachments.netns:blue[0].address[1]: `/33` is not a prefix length",
        "1 to 32",
    ),
    (
        "{link: br0, addresses: [10.0.0.5/24, 10.0.0.5/24]}",
        "attachments.netns:blue[0]: address `10.0.0.5` is given twice",
        "",
    ),
    (
        "{link: br0, adress: none, address: none}",
        "`adress` is no key here",
        "did you mean `address`?",
    ),
    (
        "{link: br0, address: none, metric: many}",
        "`many` is not a number",
        "digits",
    ),
    (
        "{link: br0, address: none, ifname: [a, b]}",
        "ifname: this is a list, not one value",
        "",
    ),
    (
        "{link: br0, address: {a: b}}",
        "address: this is a mapping, not one value",
        "",
    ),
    (
        "{link: br0, address: none, vlan: 10, trunk: 20}",
        "`vlan` and `trunk` exclude each other",
        "native",
    ),
    (
        "{link: br0, address: none, vlan: 4095}",
        "vlan: `4095` is not a VLAN",
        "",
    ),
    (
        "{link: br0, address: none, wait: soon}",
        "wait: `soon` is no time to wait",
        "86400",
    ),
    (
        "{link: br0, address: none, peer-address: 10.0.0.1/24}",
        "`peer-address` is for a wire",
        "veth:TARGET",
    ),
    (
        "{link: veth:netns:blue, address: none}",
        "both ends of the wire would be in `netns:blue`",
        "another target",
    ),
    (
        "{link: br0, address: none, sysctl: {net.ipv4.ip_forward: [1]}}",
        "this is a list, not one value",
        "",
    ),
    (
        "{link: br0, address: none, sysctl: kernel.panic=1}",
        "sysctl",
        "net",
    ),
    (
        "{link: br0, address: none, shape: {}}",
        "shape: a shape needs at least one of its parts",
        "rate",
    ),
    (
        "{link: br0, address: none, shape: {rate: fast}}",
        "shape.rate: ",
        "",
    ),
    (
        "{link: br0, address: none, shape: {jiter: 1ms, delay: 2ms}}",
        "`jiter` is no key here",
        "did you mean `jitter`?",
    ),
    (
        "{link: br0, address: none, shape: {burst: 1mb}}",
        "shape: --burst needs --rate",
        "give that as well",
    ),
    (
        "{link: br0, address: none, replace: 1}",
        "`1` is neither true nor false",
        "",
    ),
    (
        "{link: br0, address: none, ifname: eth1}\n    - {link: br1, address: none, ifname: eth1}",
        ":5:7: attachments.netns:blue[1]: `eth1` of `netns:blue` is the interface of attachments.netns:blue[0]",
        "its own ifname",
    ),
    (
        "{link: br0, address: 10.0.0.5/24}\n  netns:red:\n    - {link: br0, address: 10.0.0.5/16}",
        "10.0.0.5 of network `br0` is the address of attachments.netns:blue[0]",
        "auto",
    ),
    (
        "{link: veth:netns:red, address: none}\n  netns:red:\n    - {link: veth:netns:blue, address: none}",
        "this is the wire of attachments.netns:blue[0] again",
        "one of its ends",
    ),
    (
        "{link: veth:netns:red, address: none, peer-ifname: w0}\n  netns:red:\n    - {link: br0, address: none, ifname: w0}",
        "`w0` of `netns:red` is the interface of",
        "its own ifname",
    ),
    (
        "{link: br0, address: none, host-ifname: h0}\n    - {link: br0, address: none, host-ifname: h0}",
        "`h0` is the host's end of",
        "or none",
    ),
    (
        "{link: br0, address: none}\n  netns:blue: []",
        ":5:3: `netns:blue` is given twice",
        "",
    ),
];

fn plan(host: &Host, text: impl AsRef<[u8]>) -> Run {
    let file = host.directory().join("t.yaml");
    std::fs::write(&file, text).unwrap();
    host.netpipe(["apply", "-f", file.to_str().unwrap()])
}

/// What is not as it should be of a refusal.
fn wrong(run: &Run, (text, says, hint): &Row, status: i32) -> Option<String> {
    let mut hints = run.err.lines().filter(|line| line.starts_with("hint: "));
    let hinted = hint.is_empty() || hints.any(|line| line.contains(hint));
    let clean = run.err.len() < 2000 && !run.err.contains(|c: char| c.is_control() && c != '\n');
    let fits = run.code() == Some(status)
        && run.out.is_empty()
        && run.err.starts_with("error: ")
        && run.err.contains(says)
        && hinted
        && clean;
    (!fits).then(|| format!("\n{text:.200}\n{says} / {hint}\n{run:?}"))
}

fn host() -> Host {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host
}

#[test]
fn mistakes_in_topology_files() {
    let host = host();
    let before = host.snapshot();
    let mut all: Vec<String> = Vec::new();
    for row in ROWS {
        all.extend(wrong(&plan(&host, row.0), row, 2));
    }
    for row in OF_ONE {
        let text = format!("{WEB}{}\n", row.0);
        all.extend(wrong(&plan(&host, &text), row, 2));
    }
    before.assert_same(&host.snapshot());
    assert!(all.is_empty(), "{}", all.concat());
    assert!(ROWS.len() + OF_ONE.len() >= 60);
}

#[test]
fn files_that_are_no_text_or_too_much_of_it() {
    let host = host();
    let before = host.snapshot();
    let bomb = {
        let mut text = "version: 1\nname: &a0 x\nbridges: \n".to_owned();
        text += "  a: &a1 [*a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0, *a0]\n";
        for n in 2..10 {
            let m = n - 1;
            text += &format!(
                "  b{n}: &a{n} [*a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}, *a{m}]\n"
            );
        }
        text
    };
    let long = format!("version: 1\nname: {}\n", "x".repeat(10 << 20));
    let wide = format!(
        "version: 1\nbridges: {{br0: {{port: [{}]}}}}\n",
        "a,".repeat(1 << 20)
    );
    let deep = format!("version: 1\nbridges: {}\n", "[".repeat(100_000));
    let deep_block: String = (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let rows: &[(&[u8], &str, &str)] = &[
        (
            b"version: 1\nname: \xff\xfe\n",
            "t.yaml:2: this is not UTF-8 text",
            "UTF-8",
        ),
        (b"\xff\xfev\0e\0r\0", "t.yaml:1: this is not UTF-8 text", ""),
        (b"version: 1\nname: \0\n", "", ""),
        (long.as_bytes(), "is longer than 8 MiB", "several"),
        (
            wide.as_bytes(),
            "the file has more than 524288 values",
            "split",
        ),
        (bomb.as_bytes(), "values", "aliases count"),
        (deep.as_bytes(), "", ""),
        (deep_block.as_bytes(), "levels deep", ""),
    ];
    for (text, says, hint) in rows {
        let begin = std::time::Instant::now();
        let run = plan(&host, text);
        let spent = begin.elapsed();
        assert!(spent.as_secs() < 20, "{says}: {spent:?}");
        let hinted = hint.is_empty() || run.err.contains(hint);
        assert!(
            run.code() == Some(2) && run.err.contains(says) && hinted && run.err.len() < 2000,
            "{says}: {:.2000}",
            run.err
        );
    }
    before.assert_same(&host.snapshot());
}

#[test]
fn all_mistakes_are_told_at_once() {
    let host = host();
    let before = host.snapshot();
    let run = plan(
        &host,
        "version: 1\nbridges:\n  br0: {mtu: x}\n  br1: {stpp: true}\nattachments:\n  \
         netns:blue:\n    - {link: br0, address: 10.0.0.5}\n    - {link: br0, address: none, \
         vlan: 0}\n",
    );
    let run = run
        .status(2)
        .stderr_has(":3:14: bridges.br0.mtu: `x` is not an MTU")
        .stderr_has(":4:9: bridges.br1: `stpp` is no key here")
        .stderr_has(":7:28: attachments.netns:blue[0].address: `10.0.0.5` has no prefix length")
        .stderr_has("attachments.netns:blue[1].vlan: ")
        .stderr_has("t.yaml` has 4 mistakes, and nothing was changed\n");
    assert_eq!(run.err.matches("error: ").count(), 5);
    before.assert_same(&host.snapshot());
}

#[test]
fn what_cannot_be_told_from_the_file_alone() {
    let host = host();
    let before = host.snapshot();
    host.netpipe("apply -f none.yaml")
        .status(4)
        .stderr_has("cannot read `none.yaml`");
    host.netpipe("apply -f /")
        .status(1)
        .stderr_has("cannot read `/`");
    host.netpipe("apply").status(2).stderr_has("--file");
    host.netpipe("apply -f x --prune=some")
        .status(2)
        .stderr_has("own, all");
    host.netpipe("export --name a/b")
        .status(2)
        .stderr_has("not the name of a topology");
    host.netpipe("export --name none")
        .status(4)
        .stderr_has("nothing was made for the topology `none`");
    let file = host.directory().join("t.yaml");
    std::fs::write(&file, "version: 1\n").unwrap();
    host.netpipe(["apply", "-f", file.to_str().unwrap(), "--prune"])
        .status(2)
        .stderr_has("--prune needs to know what the file made")
        .stderr_has("give the file a name");
    before.assert_same(&host.snapshot());
    // Those that the target or the link is there for.
    for (one, says) in [
        (
            "{link: net:none, address: auto}",
            "there is no network `none`",
        ),
        ("{link: lan, address: none}", "there is no link `lan`"),
        ("{link: br0, address: auto}", "network `br0` has no subnet"),
    ] {
        plan(&host, format!("{WEB}{one}\n"))
            .status(1)
            .stderr_has(says);
        before.assert_same_kernel(&host.snapshot());
    }
    plan(
        &host,
        "version: 1\nattachments: {netns:none: {link: br0, address: none}}\n",
    )
    .status(1)
    .stderr_has("netns:none")
    .stderr_has("1 of 1 changes were not made");
    before.assert_same_kernel(&host.snapshot());
}
