//! What a container sends is delayed, lost, doubled and spoiled, as ping feels it and tc tells.

use serde_json::Value;

use super::shape::{queues, scene};
use crate::support::stream::time_of;
use crate::support::{Container, Host, needs};

/// What ping says of these pings from `blue` to `red`.
fn ping(blue: &Container, options: &str) -> String {
    blue.try_sh(&format!("ping -n {options} 10.0.0.6")).out
}

/// The least time of a round trip, in milliseconds.
fn least(told: &str) -> f64 {
    let times = told
        .split("rtt min/avg/max/mdev = ")
        .nth(1)
        .unwrap_or_else(|| panic!("{told}"));
    times.split('/').next().unwrap().parse().unwrap()
}

/// How many answers came.
fn received(told: &str) -> u32 {
    let count = told.split(" received").next().unwrap();
    count.rsplit(' ').next().unwrap().parse().unwrap()
}

fn shape(host: &Host, options: &str) {
    host.netpipe(format!("shape netns:blue eth1 {options}"))
        .status(0);
    host.netpipe("check").status(0);
    host.netpipe(format!("shape netns:blue eth1 {options}"))
        .status(0)
        .stdout_has("unchanged");
}

#[test]
fn each_disturbance_is_felt() {
    if !needs("netem") {
        return;
    }
    let (host, blue, _red) = scene();
    let before = host.snapshot();
    assert!(blue.comes_to_reach("10.0.0.6"));
    shape(&host, "--delay 100ms");
    let told = ping(&blue, "-c 3 -i 0.2");
    assert!(least(&told) >= 100.0, "{told}");
    shape(&host, "--duplicate 100%");
    let told = ping(&blue, "-c 2 -i 0.2");
    assert!(told.contains("DUP!"), "{told}");
    shape(&host, "--loss 100%");
    let told = ping(&blue, "-c 3 -i 0.2 -W 1");
    assert_eq!(received(&told), 0, "{told}");
    shape(&host, "--corrupt 100%");
    let told = ping(&blue, "-c 10 -i 0.1 -W 1");
    assert!(received(&told) < 10, "{told}");
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    before.assert_same(&host.snapshot());
}

/// What the netem that tc tells of does.
fn netem(blue: &Container) -> Value {
    let found = queues(blue, "eth1");
    assert_eq!(found[0]["kind"], "netem", "{found:?}");
    assert_eq!(found[0]["handle"], "6e70:", "{found:?}");
    found[0]["options"].clone()
}

#[test]
fn tc_tells_what_was_asked_for() {
    if !needs("netem") {
        return;
    }
    let (host, blue, _red) = scene();
    shape(
        &host,
        "--delay 100ms --jitter 10ms --loss 1% --duplicate 0.5% --corrupt 0.1% --reorder 25%",
    );
    let told = netem(&blue);
    let near = |value: &Value, wanted: f64| {
        assert!((value.as_f64().unwrap() - wanted).abs() < 1e-6, "{told}");
    };
    near(&told["delay"]["delay"], 0.1);
    near(&told["delay"]["jitter"], 0.01);
    near(&told["loss-random"]["loss"], 0.01);
    near(&told["duplicate"]["duplicate"], 0.005);
    near(&told["corrupt"]["corrupt"], 0.001);
    near(&told["reorder"]["reorder"], 0.25);
    assert_eq!(told["gap"], 1, "{told}");
    assert_eq!(told["limit"], 137_500, "{told}");
    // What is not asked for any more goes, although the discipline stays.
    shape(&host, "--delay 50ms");
    let told = netem(&blue);
    near(&told["delay"]["delay"], 0.05);
    for gone in ["loss-random", "duplicate", "corrupt", "reorder"] {
        assert!(told.get(gone).is_none(), "{gone}: {told}");
    }
    // What somebody adds to it is seen and goes.
    blue.sh("tc qdisc change dev eth1 root handle 6e70: netem delay 50ms rate 1mbit loss 1% 25%");
    host.netpipe("check")
        .status(1)
        .stdout_has("is shaped otherwise than recorded");
    host.netpipe("check --repair").status(0);
    host.netpipe("check").status(0);
    assert!(netem(&blue).get("rate").is_none());
}

#[test]
fn a_rate_and_a_delay_come_together_and_part() {
    if !needs("netem") {
        return;
    }
    let (host, blue, red) = scene();
    let before = host.snapshot();
    assert!(blue.comes_to_reach("10.0.0.6"));
    let kinds = || -> Vec<String> {
        let all = queues(&blue, "eth1");
        all.iter()
            .map(|one| {
                let place = one["parent"].as_str().unwrap_or("root");
                format!(
                    "{} {} {place}",
                    one["kind"].as_str().unwrap(),
                    one["handle"].as_str().unwrap()
                )
            })
            .collect()
    };
    let (late, narrow) = ("netem 6e70: root", "tbf 6e71: root");
    let both = [late, "tbf 6e71: 6e70:1"];
    for (options, wanted) in [
        ("--rate 8mbit", vec![narrow]),
        ("--rate 8mbit --delay 100ms", both.to_vec()),
        ("--delay 100ms", vec![late]),
        ("--rate 8mbit --delay 50ms", both.to_vec()),
        ("--rate 4mbit --delay 50ms", both.to_vec()),
        ("--rate 8mbit", vec![narrow]),
        ("--loss 1%", vec![late]),
        ("--rate 8mbit --delay 100ms", both.to_vec()),
    ] {
        shape(&host, options);
        assert_eq!(kinds(), wanted, "{options}");
    }
    let told = ping(&blue, "-c 2 -i 0.2");
    assert!(least(&told) >= 100.0, "{told}");
    let time = time_of(blue.place(), red.place(), "10.0.0.6", 1_000_000);
    assert!(time.as_secs_f64() > 0.9, "{time:?}");
    // Without its child it is mended, and so it is with another one.
    for damage in [
        "tc qdisc del dev eth1 parent 6e70:1",
        "tc qdisc replace dev eth1 parent 6e70:1 handle 7: pfifo",
    ] {
        blue.sh(damage);
        host.netpipe("check").status(1);
        host.netpipe("check --repair").status(0);
        assert_eq!(kinds(), both, "{damage}");
    }
    host.netpipe("shape netns:blue eth1 --clear").status(0);
    before.assert_same(&host.snapshot());
}

#[test]
fn a_kernel_without_netem_is_told_so() {
    if crate::support::has("netem") {
        return;
    }
    let (host, _blue, _red) = scene();
    let before = host.snapshot();
    host.netpipe("shape netns:blue eth1 --delay 100ms")
        .status(1)
        .stderr_has("kernel has no netem support")
        .stderr_has("hint: modprobe sch_netem");
    before.assert_same(&host.snapshot());
    // The shape that was there comes back.
    host.netpipe("shape netns:blue eth1 --rate 8mbit").status(0);
    let before = host.snapshot();
    host.netpipe("shape netns:blue eth1 --rate 4mbit --loss 1%")
        .status(1);
    before.assert_same(&host.snapshot());
}
