//! Groups, bridges, routes, peers, and what is taken.

use crate::bad_input::{Bad, bad};

pub const ROWS: &[Bad<'_>] = &[
    add!(
        ["gre", "t0", "--group", "239.1.1.1"],
        2,
        "a gre tunnel has no multicast group",
        ""
    ),
    add!(
        ["vxlan", "t0", "--group", "239.1.1.1", "--vni", "1"],
        2,
        "--group needs --dev",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--group",
            "192.0.2.2",
            "--vni",
            "1",
            "--dev",
            "up0"
        ],
        2,
        "`192.0.2.2` is not a multicast group",
        ""
    ),
    add!(
        [
            "vxlan",
            "t0",
            "--group",
            "239.1.1.1",
            "--remote",
            "192.0.2.2",
            "--vni",
            "1",
            "--dev",
            "up0"
        ],
        2,
        "--group and --remote exclude each other",
        "peer add"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--no-learning"],
        2,
        "a gretap tunnel does not learn",
        ""
    ),
    add!(
        ["gre", "t0", "--remote", "192.0.2.2", "--bridge", "br0"],
        2,
        "a gre tunnel carries IP packets",
        "gretap"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--vlan", "10"],
        2,
        "--vlan needs --bridge",
        ""
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "br0",
            "--vlan",
            "4095"
        ],
        2,
        "`4095` is not a VLAN",
        ""
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "t0"],
        2,
        "have the same name",
        ""
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "none0"],
        4,
        "there is no bridge `none0` on this host",
        "netpipe bridge add none0"
    ),
    add!(
        ["gretap", "t0", "--remote", "192.0.2.2", "--bridge", "nic0"],
        3,
        "`nic0` is a veth, not a bridge",
        ""
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "lan9",
            "--vlan",
            "10"
        ],
        3,
        "`lan9` does not tell VLANs apart, and it is not netpipe's",
        "vlan_filtering 1"
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--bridge",
            "br0",
            "--address",
            "10.0.0.1/24"
        ],
        2,
        "a bridge's port has no addresses of its own",
        "bridge add"
    ),
    add!(
        [
            "gretap",
            "t0",
            "--remote",
            "192.0.2.2",
            "--route",
            "10.2.0.0/24"
        ],
        2,
        "--route needs a gre tunnel",
        ""
    ),
    add!(
        [
            "gre",
            "t0",
            "--remote",
            "192.0.2.2",
            "--route",
            "10.2.0.1/24"
        ],
        2,
        "`10.2.0.1/24` has host bits set",
        "did you mean 10.2.0.0/24?"
    ),
    add!(
        [
            "gre",
            "t0",
            "--remote",
            "192.0.2.2",
            "--address",
            "10.2.0.1/24@10.2.0.2"
        ],
        2,
        "names a gateway",
        "--route"
    ),
    add!(
        ["vxlan", "nic0", "--remote", "192.0.2.2", "--vni", "1"],
        3,
        "there is a link `nic0`, a veth, and it is not this tunnel",
        "give another name"
    ),
    add!(
        ["vxlan", "t0", "--remote", "192.0.2.2", "--vni", "77"],
        3,
        "VNI 77 on UDP port 4789 is taken by the link `mine`, which is not netpipe's",
        "ip link del mine"
    ),
    bad(
        &["tunnel", "del", "mine"],
        3,
        "it is not netpipe's, so it stays",
        "ip link del mine",
    ),
    bad(
        &["tunnel", "show", "none0"],
        4,
        "there is no tunnel `none0`",
        "netpipe tunnel list",
    ),
    bad(
        &["tunnel", "peer", "add", "none0", "192.0.3.2"],
        4,
        "there is no tunnel `none0` of netpipe's",
        "netpipe tunnel list",
    ),
    bad(
        &["tunnel", "peer", "add", "mine", "192.0.3.2"],
        4,
        "there is no tunnel `mine` of netpipe's",
        "",
    ),
    bad(
        &["tunnel", "peer", "list", "none0"],
        4,
        "there is no tunnel `none0`",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "fd00:3::2"],
        2,
        "of another address family",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "239.1.1.1"],
        2,
        "the peer `239.1.1.1` is a multicast group",
        "",
    ),
    bad(
        &["tunnel", "peer", "add", "vx9", "192.0.1.2"],
        2,
        "it is an address of this host",
        "",
    ),
    bad(
        &["tunnel", "peer", "del", "vx9", "192.0.2.2"],
        3,
        "the tunnel was made with it",
        "",
    ),
];
