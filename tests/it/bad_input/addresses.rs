//! Addresses, gateways, routes, pools.

use super::{Bad, bad, host, refuses};

const UNICAST: &str = "pick a unicast address";

/// Attaches with one address.
macro_rules! address {
    ($address:expr, $says:expr, $hint:expr) => {
        bad(&["attach", "netns:blue", "br0", $address], 2, $says, $hint)
    };
}

/// Attaches 10.0.0.5/24 with an option.
macro_rules! with {
    ($option:expr, $value:expr, $says:expr, $hint:expr) => {
        bad(
            &[
                "attach",
                "netns:blue",
                "br0",
                "10.0.0.5/24",
                $option,
                $value,
            ],
            2,
            $says,
            $hint,
        )
    };
}

/// Registers a network with an option.
macro_rules! network {
    ($option:expr, $value:expr, $says:expr) => {
        bad(
            &[
                "network",
                "add",
                "acme",
                "--subnet",
                "10.0.0.0/24",
                $option,
                $value,
            ],
            2,
            $says,
            "",
        )
    };
}

pub const ROWS: &[Bad<'_>] = &[
    address!("10.0.0.5/33", "`/33` is not a prefix length", "1 to 32"),
    address!("10.0.0.5/0", "`/0` is not a prefix length", "1 to 32"),
    address!("10.0.0.5/", "`/` is not a prefix length", "1 to 32"),
    address!("10.0.0.5/x", "`/x` is not a prefix length", "1 to 32"),
    address!("10.0.0.5/+8", "`/+8` is not a prefix length", "1 to 32"),
    address!("fd00::5/129", "`/129` is not a prefix length", "1 to 128"),
    address!(
        "10.0.0.5",
        "`10.0.0.5` has no prefix length",
        "write `10.0.0.5/24` if its subnet is a /24"
    ),
    address!(
        "fd00::5",
        "`fd00::5` has no prefix length",
        "write `fd00::5/64`"
    ),
    address!("", "`` is not an IP address", ""),
    address!("10.0.0/24", "`10.0.0` is not an IP address", "write it as"),
    address!("010.0.0.5/24", "`010.0.0.5` is not an IP address", ""),
    address!("10.0.0.5/24,10.0.0.6/24", "is not a prefix length", ""),
    address!("fe80::1%eth0/64", "`fe80::1%eth0` is not an IP", ""),
    address!("dhcp4", "`dhcp4` is not an IP address", ""),
    address!(
        "10.0.0.0/24",
        "it is the subnet's own address",
        "pick a host address inside 10.0.0.0/24"
    ),
    address!(
        "10.0.0.255/24",
        "it is the subnet's broadcast address",
        "pick a host address inside 10.0.0.0/24"
    ),
    address!("fd00::/64", "it is the subnet's own address", "fd00::/64"),
    address!("224.0.0.1/24", "it is a multicast address", UNICAST),
    address!("ff02::1/64", "it is a multicast address", UNICAST),
    address!("127.0.0.1/8", "it is a loopback address", UNICAST),
    address!("::1/128", "it is a loopback address", UNICAST),
    address!("0.0.0.0/8", "it is the unspecified address", "use `none`"),
    address!("::/64", "it is the unspecified address", "use `none`"),
    address!("255.255.255.255/32", "it is reserved", UNICAST),
    address!("0.0.0.1/24", "it is reserved", UNICAST),
    address!(
        "10.0.0.5/24@10.0.1.1",
        "gateway `10.0.1.1` is outside 10.0.0.0/24",
        "a gateway must be in the subnet of the address"
    ),
    address!(
        "10.0.0.5/24@10.0.0.5",
        "gateway `10.0.0.5` is the address itself",
        "give the address of the router"
    ),
    address!(
        "10.0.0.5/24@fd00::1",
        "is not of the family of",
        "give each family its own gateway"
    ),
    address!("10.0.0.5/24@", "is not an IP address, so not a gateway", ""),
    address!(
        "10.0.0.5/24@x",
        "is not an IP address, so not a gateway",
        ""
    ),
    address!(
        "10.0.0.5/24@10.0.0.255",
        "bad gateway: `10.0.0.255/24` cannot be a host's address",
        ""
    ),
    bad(
        &["attach", "netns:blue", "br0"],
        2,
        "no ADDRESS was given",
        "give one such as 10.0.0.5/24",
    ),
    bad(
        &["attach", "netns:blue", "br0", "none", "10.0.0.5/24"],
        2,
        "`none` goes with no other address",
        "",
    ),
    bad(
        &["attach", "netns:blue", "br0", "10.0.0.5/24", "10.0.0.5/25"],
        2,
        "address `10.0.0.5` is given twice",
        "",
    ),
    bad(
        &["attach", "netns:blue", "br0", "auto", "auto"],
        2,
        "`auto` is given twice",
        "one `auto` gives an address of each of the network's subnets",
    ),
    bad(
        &["attach", "netns:blue", "br0", "auto", "--no-register"],
        2,
        "`auto` needs the registry",
        "give the address itself",
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "10.0.0.5/24@10.0.0.1",
            "--gateway",
            "10.0.0.2",
        ],
        2,
        "two default gateways: `10.0.0.1` and `10.0.0.2`",
        "give at most one for IPv4 and one for IPv6",
    ),
    with!("--gateway", "10.1.0.1", "outside 10.0.0.0/24", "subnet"),
    with!(
        "--gateway",
        "fd00::1",
        "is in no subnet of this link",
        "give"
    ),
    with!(
        "--gateway",
        "x",
        "invalid value 'x' for '--gateway <IP>'",
        ""
    ),
    with!(
        "--subnet",
        "10.0.0.0/24",
        "--subnet is for `auto`, which was not given",
        ""
    ),
    with!(
        "--route",
        "default",
        "give --gateway or --default-route",
        "write a subnet"
    ),
    with!("--route", "10.1.0.1/16", "did you mean 10.1.0.0/16?", ""),
    with!("--route", "10.1.0.0/33", "10.1.0.0/33", ""),
    with!(
        "--route",
        "10.1.0.0/16,via=",
        "is not a gateway of a route",
        ""
    ),
    with!(
        "--route",
        "10.1.0.0/16,via=fd00::1",
        "mixes address families",
        ""
    ),
    with!("--route", "10.1.0.0/16,metric=-1", "is not a metric", ""),
    with!(
        "--route",
        "10.1.0.0/16,dev=x",
        "is not a part of a route",
        ""
    ),
    with!("--route", "224.0.0.0/4", "it is a multicast group", ""),
    with!("--route", "10.1.0.0/16,via=0.0.0.0", "is not a host", ""),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "10.0.0.5/24",
            "--route=10.1.0.0/16",
            "--route=10.1.0.0/16",
        ],
        2,
        "route `10.1.0.0/16` is given twice",
        "",
    ),
    bad(
        &[
            "attach",
            "netns:blue",
            "br0",
            "auto",
            "--subnet",
            "10.0.0.1/24",
        ],
        2,
        "subnet `10.0.0.1/24` has host bits set",
        "did you mean 10.0.0.0/24?",
    ),
    network!("--subnet", "10.0.0.0/25", "overlap"),
    network!("--subnet", "0.0.0.0/0", "is not a subnet for hosts"),
    network!("--subnet", "224.0.0.0/8", "is not a subnet for hosts"),
    network!("--gateway", "10.0.1.1", "is in no subnet of the network"),
    network!("--range", "10.0.0.9-10.0.0.1", "it runs backwards"),
    network!("--range", "10.0.0.9-fd00::1", "it mixes address families"),
    network!("--range", "10.0.0.9-10.0.1.9", "leaves subnet 10.0.0.0/24"),
    network!("--exclude", "x", "bad first address"),
    bad(&["ip", "reserve", "br0", "10.0.0.300"], 2, "10.0.0.300", ""),
    bad(
        &["ip", "release", "br0", "10.0.0.5"],
        4,
        "is not reserved",
        "ip list",
    ),
    bad(
        &["bridge", "add", "br1", "--address", "10.0.0.1/24@10.0.0.2"],
        2,
        "`10.0.0.1/24@10.0.0.2` names a gateway",
        "a bridge's address takes none",
    ),
];

#[test]
fn bad_addresses_are_refused() {
    refuses(&host(), ROWS);
}

#[test]
fn more_addresses_than_anybody_needs_are_refused() {
    let many: Vec<String> = (0..=124)
        .map(|n| format!("10.{}.{}.5/24", n / 256, n % 256))
        .collect();
    let mut args = vec!["attach", "netns:blue", "br0"];
    args.extend(many.iter().map(String::as_str));
    refuses(
        &host(),
        &[bad(
            &args,
            2,
            "125 addresses are more than the 124 that can be reserved at once",
            "then give the others to a second attach",
        )],
    );
}
