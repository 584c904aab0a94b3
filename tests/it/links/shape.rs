//! What a container sends is limited, as tc tells and as a transfer feels. What needs netem is
//! in `disturb`.

use serde_json::{Value, json};

use crate::support::stream::time_of;
use crate::support::{Container, Host, needs};

/// What tc says of the disciplines of a link, the root first.
pub fn queues(container: &Container, dev: &str) -> Vec<Value> {
    let out = container.sh(&format!("tc -j qdisc show dev {dev}"));
    let all: Vec<Value> = serde_json::from_str(&out).unwrap();
    let is_default = |one: &Value| one["handle"] == "0:" || one["kind"] == "noqueue";
    all.into_iter().filter(|one| !is_default(one)).collect()
}

/// Two containers on a bridge: `blue` has 10.0.0.5, `red` 10.0.0.6.
pub fn scene() -> (Host, Container, Container) {
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0);
    host.netpipe("attach netns:red br0 10.0.0.6/24").status(0);
    (host, blue, red)
}

#[test]
fn a_rate_is_kept() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, red) = scene();
    let before = host.snapshot();
    const SHAPE: &str = "shape netns:blue eth1 --rate 8mbit";
    host.netpipe(format!("{SHAPE} --dry-run")).status(0).stdout(
        "nsenter --net=/run/netns/blue tc qdisc replace dev eth1 root handle 6e71: tbf \
             rate 8mbit burst 10000b limit 60000b\n",
    );
    before.assert_same(&host.snapshot());
    host.netpipe(SHAPE)
        .status(0)
        .stderr("")
        .stdout("shaped: netns:blue eth1: rate 8mbit\n");
    let found = queues(&blue, "eth1");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["kind"], &found[0]["handle"]),
        (&json!("tbf"), &json!("6e71:"))
    );
    let options = &found[0]["options"];
    assert_eq!(options["rate"], 1_000_000, "{options}");
    assert_eq!(options["burst"], 10_000, "{options}");
    assert_eq!(options["lat"], 50_000, "{options}");
    // A megabyte at a megabyte a second, less the burst.
    let time = time_of(blue.place(), red.place(), "10.0.0.6", 1_000_000);
    assert!(time.as_secs_f64() > 0.9, "{time:?}");

    let after = host.snapshot();
    host.netpipe(SHAPE)
        .status(0)
        .stdout("unchanged: netns:blue eth1: rate 8mbit\n");
    host.netpipe("attach netns:blue br0 10.0.0.5/24")
        .status(0)
        .stdout_has("unchanged");
    after.assert_same(&host.snapshot());
    host.netpipe("check").status(0);

    // A new shape is the whole of it.
    host.netpipe("shape netns:blue eth1 --rate 80mbit --burst 64kb --latency 10ms")
        .status(0);
    let options = &queues(&blue, "eth1")[0]["options"];
    assert_eq!(options["rate"], 10_000_000, "{options}");
    assert_eq!(options["lat"], 10_000, "{options}");
    let burst = options["burst"].as_u64().unwrap();
    assert!(burst.abs_diff(65_536) <= 16, "{options}");
    let wide = time_of(blue.place(), red.place(), "10.0.0.6", 1_000_000);
    assert!(wide.as_secs_f64() > 0.085, "{wide:?}");

    host.netpipe("shape netns:blue eth1 --clear --dry-run")
        .status(0)
        .stdout("nsenter --net=/run/netns/blue tc qdisc del dev eth1 root\n");
    host.netpipe("shape netns:blue eth1 --clear")
        .status(0)
        .stdout("cleared: netns:blue eth1\n");
    before.assert_same(&host.snapshot());
    host.netpipe("shape netns:blue eth1 --clear")
        .status(0)
        .stdout("unchanged: netns:blue eth1\n");
}

#[test]
fn a_rate_beyond_32_bits_is_the_kernels_too() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, _red) = scene();
    for (rate, bytes) in [
        ("1kbit", 125_u64),
        ("40gbit", 5_000_000_000),
        ("1tbit", 125_000_000_000),
    ] {
        host.netpipe(format!("shape netns:blue eth1 --rate {rate}"))
            .status(0);
        assert_eq!(queues(&blue, "eth1")[0]["options"]["rate"], bytes);
        host.netpipe("check").status(0);
        host.netpipe(format!("shape netns:blue eth1 --rate {rate}"))
            .status(0)
            .stdout_has("unchanged");
    }
}

#[test]
fn shapes_are_listed_and_shown() {
    if !needs("tbf") {
        return;
    }
    let (host, _blue, _red) = scene();
    host.netpipe("shape").status(0).stdout_lacks("netns:");
    host.netpipe("shape netns:blue eth1")
        .status(0)
        .stdout("netns:blue eth1: -\n");
    let set = host.netpipe("shape netns:blue eth1 --rate 1.5mbit --latency 0.1s --json");
    let shape = json!({ "rate": "1500kbit", "latency": "100ms" });
    let one = json!({ "host": "h1", "target": "netns:blue", "ifname": "eth1", "shape": shape });
    let with = |field: &str, value: Value| {
        let mut with = one.clone();
        with[field] = value;
        with
    };
    assert_eq!(set.status(0).json(), with("changed", json!(true)));
    assert_eq!(host.netpipe("shape --json").status(0).json(), json!([one]));
    assert_eq!(
        host.netpipe("shape netns:blue --json").status(0).json(),
        json!([one])
    );
    assert_eq!(
        host.netpipe("shape netns:red --json").status(0).json(),
        json!([])
    );
    let shown = host
        .netpipe("shape netns:blue eth1 --json")
        .status(0)
        .json();
    assert_eq!(shown, with("drift", Value::Null));
    let words = "rate 1500kbit, latency 100ms";
    host.netpipe("shape").status(0).stdout_has(words);
    host.netpipe("shape netns:blue eth1")
        .status(0)
        .stdout_has(words);
    host.netpipe("show netns:blue").status(0).stdout_has(words);
    let listed = host.netpipe("list --json").status(0).json();
    assert_eq!(listed[0]["shape"], shape, "{listed}");
    assert_eq!(listed[1].get("shape"), None, "{listed}");
}

#[test]
fn what_somebody_else_did_to_a_shape_is_seen_and_mended() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, _red) = scene();
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    let shaped = queues(&blue, "eth1");
    for (damage, told) in [
        (
            "del dev eth1 root",
            "what `eth1` sends is not shaped any more",
        ),
        (
            "change dev eth1 root handle 6e71: tbf rate 1mbit burst 10kb latency 50ms",
            "what `eth1` sends is shaped otherwise than recorded",
        ),
    ] {
        blue.sh(&format!("tc qdisc {damage}"));
        host.netpipe("check").status(1).stdout_has(told);
        host.netpipe("shape netns:blue eth1")
            .status(0)
            .stdout_has(told);
        host.netpipe("check --repair").status(0);
        assert_eq!(queues(&blue, "eth1"), shaped, "{damage}");
        host.netpipe("check").status(0);
    }
    blue.sh("tc qdisc del dev eth1 root");
    host.netpipe("shape netns:blue eth1 --rate 8mbit")
        .status(0)
        .stdout("shaped: netns:blue eth1: rate 8mbit\n");
    assert_eq!(queues(&blue, "eth1"), shaped);
    // An attach that finds the link as asked for puts it right as well.
    blue.sh("tc qdisc del dev eth1 root");
    host.netpipe("attach netns:blue br0 10.0.0.5/24")
        .status(0)
        .stdout_has("repaired");
    assert_eq!(queues(&blue, "eth1"), shaped);
    // What looks like netpipe's and is not recorded goes.
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    blue.sh("tc qdisc add dev eth1 root handle 6e71: tbf rate 1mbit burst 10kb latency 50ms");
    host.netpipe("check")
        .status(1)
        .stdout_has("what `eth1` sends is shaped, and should not be");
    host.netpipe("check --repair").status(0);
    assert!(queues(&blue, "eth1").is_empty());
}

#[test]
fn a_discipline_of_somebody_elses_stays() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, _red) = scene();
    blue.sh("tc qdisc add dev eth1 root handle 7: tbf rate 1mbit burst 10kb latency 50ms");
    let before = host.snapshot();
    for more in ["", " --dry-run"] {
        host.netpipe(format!("shape netns:blue eth1 --rate 8mbit{more}"))
            .status(3)
            .stderr_has("`eth1` has a queueing discipline that is not netpipe's: `tbf 7:`")
            .stderr_has("hint: remove it in the target, if nobody needs it: tc qdisc del");
    }
    host.netpipe("shape netns:blue eth1 --clear")
        .status(0)
        .stdout_has("unchanged");
    host.netpipe("check --repair").status(0);
    before.assert_same(&host.snapshot());
    // One that took the place of netpipe's stays as well.
    blue.sh("tc qdisc del dev eth1 root");
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    blue.sh("tc qdisc replace dev eth1 root handle 7: tbf rate 1mbit burst 10kb latency 50ms");
    host.netpipe("check")
        .status(1)
        .stdout_has("gave way to `tbf 7:`");
    host.netpipe("check --repair").status(1);
    assert_eq!(queues(&blue, "eth1")[0]["handle"], "7:");
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    assert_eq!(queues(&blue, "eth1")[0]["handle"], "7:");
    // Beside an ingress discipline there is room.
    blue.sh("tc qdisc del dev eth1 root && tc qdisc add dev eth1 ingress");
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    assert_eq!(queues(&blue, "eth1")[0]["kind"], "ingress");
}

#[test]
fn a_shape_comes_back_with_its_link() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, _red) = scene();
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    let shaped = queues(&blue, "eth1");
    let address = |container: &Container| container.sh("ip -br address show dev eth1");
    // The link alone, then all of the namespace.
    host.sh("for port in $(ip -br link show master br0 | cut -d@ -f1); do ip link del $port; done");
    host.netpipe("check --repair").status(0);
    assert_eq!(queues(&blue, "eth1"), shaped);
    host.remove(blue);
    let blue = host.container("blue");
    host.netpipe("shape netns:blue eth1 --rate 8mbit")
        .status(1)
        .stderr_has("`eth1` is missing in the target")
        .stderr_has("hint: repair it: netpipe check netns:blue --repair");
    host.netpipe("check --repair").status(0);
    assert!(address(&blue).contains("10.0.0.5/24"));
    assert_eq!(queues(&blue, "eth1"), shaped);
    host.netpipe("detach netns:blue").status(0);
    host.netpipe("shape").status(0).stdout_lacks("netns:");
}

#[test]
fn each_end_of_a_wire_has_its_own() {
    if !needs("tbf") {
        return;
    }
    let host = Host::new();
    let (blue, red) = (host.container("blue"), host.container("red"));
    host.netpipe("attach netns:blue veth:netns:red 10.0.0.1/30 --peer-address 10.0.0.2/30")
        .status(0);
    let before = host.snapshot();
    host.netpipe("shape netns:red eth1 --rate 8mbit --dry-run")
        .status(0)
        .stdout_has("nsenter --net=/run/netns/red tc qdisc replace dev eth1 root");
    before.assert_same(&host.snapshot());
    host.netpipe("shape netns:red eth1 --rate 8mbit")
        .status(0)
        .stdout("shaped: netns:red eth1: rate 8mbit\n");
    assert!(queues(&blue, "eth1").is_empty());
    assert_eq!(queues(&red, "eth1")[0]["options"]["rate"], 1_000_000);
    host.netpipe("shape netns:blue eth1 --rate 16mbit")
        .status(0);
    assert_eq!(queues(&blue, "eth1")[0]["options"]["rate"], 2_000_000);
    let time = time_of(red.place(), blue.place(), "10.0.0.1", 500_000);
    assert!(time.as_secs_f64() > 0.4, "{time:?}");
    let all = host.netpipe("shape --json").status(0).json();
    assert_eq!(all[0]["target"], "netns:blue");
    assert_eq!(all[1]["shape"]["rate"], "8mbit");
    host.netpipe("show netns:blue")
        .status(0)
        .stdout_has("far shape   rate 8mbit");
    red.sh("tc qdisc del dev eth1 root");
    host.netpipe("check")
        .status(1)
        .stdout_has("at the far end, what `eth1` sends is not shaped any more");
    host.netpipe("check --repair").status(0);
    assert_eq!(queues(&red, "eth1")[0]["options"]["rate"], 1_000_000);
    // Made anew, both have it.
    blue.sh("ip link del eth1");
    host.netpipe("check --repair").status(0);
    assert_eq!(queues(&red, "eth1")[0]["options"]["rate"], 1_000_000);
    assert_eq!(queues(&blue, "eth1")[0]["options"]["rate"], 2_000_000);
    host.netpipe("shape netns:red eth1 --clear").status(0);
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_card_that_goes_home_loses_it() {
    if !needs("tbf") {
        return;
    }
    let host = Host::new();
    let blue = host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
    let before = host.snapshot();
    host.netpipe("attach netns:blue phys:nic0 10.0.0.5/24")
        .status(0);
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    assert_eq!(queues(&blue, "eth1").len(), 1);
    host.netpipe("detach netns:blue").status(0);
    assert!(!host.sh("tc qdisc show dev nic0").contains("tbf"));
    before.assert_same(&host.snapshot());
}

#[test]
fn a_link_on_a_card_is_shaped_as_well() {
    if !needs("macvlan") || !needs("tbf") {
        return;
    }
    let host = Host::new();
    let blue = host.container("blue");
    host.sh("ip link add nic0 type veth peer name nic1 && ip link set nic0 up");
    host.netpipe("attach netns:blue nic0 10.0.0.5/24").status(0);
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    assert_eq!(queues(&blue, "eth1")[0]["options"]["rate"], 1_000_000);
    blue.sh("ip link set eth1 down");
    host.netpipe("check --repair").status(0);
    assert_eq!(queues(&blue, "eth1").len(), 1);
}

#[test]
fn what_takes_its_place_keeps_the_shape() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, red) = scene();
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    const AGAIN: &str = "attach netns:blue br0 10.0.0.7/24 -i eth1 --mtu 1400 --replace";
    host.netpipe(format!("{AGAIN} --dry-run"))
        .status(0)
        .stdout_has("tbf rate 8mbit");
    host.netpipe(AGAIN).status(0).stdout_has("replaced");
    assert_eq!(queues(&blue, "eth1")[0]["options"]["rate"], 1_000_000);
    host.netpipe("shape netns:blue eth1")
        .status(0)
        .stdout("netns:blue eth1: rate 8mbit\n");
    // Both ends of a wire.
    const WIRE: &str = "attach netns:blue veth:netns:red 10.3.0.1/30 -i w0 --peer-ifname w1";
    host.netpipe(WIRE).status(0);
    host.netpipe("shape netns:red w1 --rate 16mbit").status(0);
    let again = format!("{WIRE} --mtu 1400 --replace");
    host.netpipe(format!("{again} --dry-run"))
        .status(0)
        .stdout_has("tc qdisc replace dev w1 root handle 6e71: tbf rate 16mbit");
    host.netpipe(again).status(0).stdout_has("replaced");
    assert_eq!(queues(&red, "w1")[0]["options"]["rate"], 2_000_000);
    assert!(queues(&blue, "w0").is_empty());
    host.netpipe("check").status(0);
}

#[test]
fn a_file_without_a_shape_clears_only_its_own_and_if_it_prunes() {
    if !needs("tbf") {
        return;
    }
    let (host, blue, _red) = scene();
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    let file = |more: &str| {
        format!(
            "version: 1\nname: shop\nattachments:\n  netns:blue:\n    - {{link: br0, address: \
             10.0.0.5/24, ifname: eth1{more}}}\n"
        )
    };
    let path = host.directory().join("shape.yaml");
    let path = path.to_str().unwrap();
    let apply = |text: &str, more: &[&str]| {
        std::fs::write(path, text).unwrap();
        host.netpipe([&["apply", "-f", path], more].concat().as_slice())
    };
    let rate = || {
        queues(&blue, "eth1")
            .first()
            .map(|one| one["options"]["rate"].clone())
    };
    // Made by hand: an address and a shape more are nothing to this file.
    host.netpipe("attach netns:blue br0 10.0.0.9/24 -i eth1")
        .status(0);
    apply(&file(""), &["--prune"])
        .status(0)
        .stdout_has("0 added, 0 changed, 0 removed, 1 unchanged");
    assert_eq!(rate(), Some(json!(1_000_000)));
    // Made anew for the file it keeps the shape, ...
    apply(&file(", mtu: 1400"), &["--replace"])
        .status(0)
        .stdout_has("replaced");
    assert_eq!(rate(), Some(json!(1_000_000)));
    apply(&file(", mtu: 1300"), &[])
        .status(0)
        .stdout_has("replaced");
    assert_eq!(rate(), Some(json!(1_000_000)));
    // ... and as the file's own has none if that prunes.
    apply(&file(", mtu: 1300"), &["--prune"])
        .status(0)
        .stdout_has("1 changed");
    assert_eq!(rate(), None);
    host.netpipe("check").status(0);
}
