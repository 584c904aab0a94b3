//! `apply`, `plan` and `export`: a whole topology from one file.

use crate::support::{Host, Run};

const SHOP: &str = "\
version: 1
name: shop
networks:
  lab: {subnet: 10.1.0.0/24, gateway: 10.1.0.1, bridge: br0}
bridges:
  br0: {address: 10.1.0.1/24}
  lan: {mtu: 1400}
attachments:
  netns:blue:
    - {link: \"net:lab\", address: auto, ifname: eth1, default-route: true}
    - {link: lan, address: 10.2.0.5/24, route: \"10.9.0.0/16,via=10.2.0.1\"}
  netns:red:
    - link: br0
      addresses: [10.1.0.20/24, fd00::20/64]
      sysctl: {net.ipv4.ip_forward: 1}
    - link: veth:netns:blue
      address: 10.3.0.1/30
      peer-address: 10.3.0.2/30
    - {link: dummy, address: none}
";

fn host() -> Host {
    let host = Host::new();
    host.container("blue");
    host.container("red");
    host
}

/// The same without the dummy, which a kernel may lack.
fn shop() -> String {
    SHOP.replace("    - {link: dummy, address: none}\n", "")
}

fn run(host: &Host, verb: &str, text: &str, more: &[&str]) -> Run {
    let file = host.directory().join(format!("{verb}.yaml"));
    std::fs::write(&file, text).unwrap();
    let words = [&[verb, "-f", file.to_str().unwrap()], more].concat();
    host.netpipe(words.as_slice())
}

fn apply(host: &Host, text: &str, more: &[&str]) -> Run {
    run(host, "apply", text, more)
}

fn plan(host: &Host, text: &str, more: &[&str]) -> Run {
    run(host, "plan", text, more)
}

#[test]
fn a_file_makes_all_of_it_and_then_nothing() {
    let host = host();
    let before = host.snapshot();
    plan(&host, &shop(), &["--exit-code"])
        .status(5)
        .stdout_has("bridges\n  + br0 with 10.1.0.1/24\n      ip link add br0 ")
        .stdout_has("attachments\n  + netns:blue eth1 in bridge:br0 with auto\n")
        .stdout_has("7 to add, 0 to change, 0 to remove, 0 unchanged\n");
    apply(&host, &shop(), &["--dry-run"])
        .status(0)
        .stdout_has("7 to add");
    before.assert_same(&host.snapshot());
    apply(&host, &shop(), &[])
        .status(0)
        .stdout_has(
            "made: network lab 10.1.0.0/24\nmade: bridge br0 with 10.1.0.1/24\nmade: bridge lan\n",
        )
        .stdout_has("attached: netns:blue eth1 in br0 with 10.1.0.2/24\n")
        .stdout_has("7 added, 0 changed, 0 removed, 0 unchanged\n");
    let made = host.snapshot();
    assert!(host.known("red").comes_to_reach("10.1.0.2"));
    assert!(host.known("red").comes_to_reach("10.3.0.2"));
    apply(&host, &shop(), &[])
        .status(0)
        .stdout("0 added, 0 changed, 0 removed, 7 unchanged\n");
    plan(&host, &shop(), &["--exit-code", "--prune"]).status(0);
    made.assert_same(&host.snapshot());
    host.netpipe("check").status(0);
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    apply(&host, "version: 1\nname: shop\n", &["--prune"])
        .status(0)
        .stdout_has("0 added, 0 changed, 7 removed, 0 unchanged\n");
    before.assert_same_kernel(&host.snapshot());
    assert_eq!(host.store(), []);
}

#[test]
fn programs_are_told_the_same() {
    let host = host();
    let told = plan(&host, &shop(), &["--json"]).status(0).json();
    assert_eq!((&told["add"], &told["unchanged"]), (&7.into(), &0.into()));
    let change = &told["changes"][1];
    assert_eq!(change["action"], "add");
    assert_eq!(change["kind"], "bridge");
    assert_eq!(change["name"], "br0");
    assert!(
        change["commands"][0]
            .as_str()
            .unwrap()
            .starts_with("ip link add br0")
    );
    let told = apply(&host, &shop(), &["--json"]).status(0).json();
    assert_eq!(told["added"], 7);
    let last = &told["changes"][6];
    assert_eq!(last["result"], "done");
    assert_eq!(last["attachment"]["target"], "netns:red");
}

#[test]
fn what_differs_is_changed_and_what_left_stays_without_prune() {
    let host = host();
    apply(&host, &shop(), &[]).status(0);
    let less = "version: 1\nname: shop\nbridges: {br0: {address: [10.1.0.1/24, 10.1.1.1/24]}}\n\
                attachments:\n  netns:red:\n    - {link: br0, address: [10.1.0.20/24, \
                10.1.0.21/24], ifname: eth1, mtu: 1300}\n";
    plan(&host, less, &["--exit-code"])
        .status(5)
        .stdout_has("  ~ br0 with 10.1.0.1/24, 10.1.1.1/24\n      ip address add 10.1.1.1/24")
        .stdout_has("  ~ netns:red eth1 in bridge:br0")
        .stdout_has("      # its MTU is 1500, not 1300\n");
    apply(&host, less, &[])
        .status(0)
        .stdout_has("changed: bridge br0")
        .stdout_has("replaced: netns:red eth1 in br0 with 10.1.0.20/24,10.1.0.21/24\n")
        .stdout_has("0 added, 2 changed, 0 removed, 0 unchanged\n");
    assert_eq!(
        host.netpipe("list --json").json().as_array().unwrap().len(),
        4
    );
    // With it the rest goes, and what the bridge and the attachment had beyond the file.
    let least = "version: 1\nname: shop\nbridges: {br0: {address: 10.1.0.1/24}}\n\
                 attachments:\n  netns:red:\n    - {link: br0, address: 10.1.0.20/24, ifname: \
                 eth1, mtu: 1300}\n";
    plan(&host, least, &["--prune"])
        .status(0)
        .stdout_has("  - lan\n      ip link del lan\n")
        .stdout_has("      # it has the address 10.1.0.21/24\n");
    apply(&host, least, &["--prune"])
        .status(0)
        .stdout_has("removed: bridge lan\nremoved: network lab\n");
    let addresses = host.sh("ip -o -4 address show dev br0");
    assert!(!addresses.contains("10.1.1.1"), "{addresses}");
    let list = host.netpipe("list --json").json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["addresses"], serde_json::json!(["10.1.0.20/24"]));
    assert_eq!(list[0]["network"], "br0");
    plan(&host, least, &["--prune", "--exit-code"]).status(0);
    host.netpipe("check").status(0);
}

#[test]
fn what_others_made_is_left_alone() {
    let host = host();
    host.netpipe("bridge add br9").status(0);
    host.netpipe("network add other --subnet 10.7.0.0/24")
        .status(0);
    host.netpipe("attach netns:blue br9 10.7.0.5/24 -i eth7")
        .status(0);
    let file = "version: 1\nname: shop\nattachments: {netns:blue: {link: br0, address: \
                10.1.0.5/24, ifname: eth1}}\n";
    apply(&host, file, &["--prune"]).status(0);
    let empty = "version: 1\nname: other\n";
    apply(&host, empty, &["--prune"])
        .status(0)
        .stdout_has("0 removed");
    // A difference is a conflict, unless it is asked for.
    let differs = "version: 1\nname: shop\nattachments: {netns:blue: {link: br9, address: \
                   10.7.0.6/24, ifname: eth7, mtu: 1300}}\n";
    let before = host.snapshot();
    for verb in ["plan", "apply"] {
        run(&host, verb, differs, &[])
            .status(1)
            .stderr_has("its MTU is 1500, not 1300")
            .stderr_has("hint: it was not made for a topology of this name")
            .stderr_has("hint: give --replace");
    }
    before.assert_same(&host.snapshot());
    apply(&host, differs, &["--replace"])
        .status(0)
        .stdout_has("replaced: netns:blue eth7");
    apply(&host, "version: 1\nname: shop\n", &["--prune"]).status(0);
    host.sh("ip link show br9");
    // Everything of netpipe's goes only if that is said.
    apply(&host, "version: 1\n", &["--prune=all"])
        .status(0)
        .stdout_has("removed: bridge br9\nremoved: network other\n");
    assert_eq!(host.store(), []);
}

#[test]
fn an_export_changes_nothing_and_makes_the_same_again() {
    let host = host();
    let bare = host.snapshot();
    apply(&host, &shop(), &[]).status(0);
    let by_hand = [
        "attach netns:red bridge:lab9 10.8.0.5/24 --mac U:red --host-ifname red0 --mtu 1280 --no-announce",
        "attach netns:blue br1 10.6.0.77/24 -i x0 --metric 50 --gateway 10.6.0.1 --no-register",
        "bridge add br7 --mac 02:00:00:00:00:07 --stp",
    ];
    for line in by_hand {
        host.netpipe(line).status(0);
    }
    let made = host.snapshot();
    let file = host.netpipe("export").status(0).out;
    for verb in ["plan", "apply"] {
        run(&host, verb, &file, &["--prune=all"])
            .status(0)
            .stdout_has("0 unchanged\n".trim_start_matches('0'));
    }
    plan(&host, &file, &["--prune=all", "--exit-code"]).status(0);
    let json = host.netpipe("export --json").status(0).out;
    plan(&host, &json, &["--prune=all", "--exit-code"]).status(0);
    made.assert_same(&host.snapshot());
    let own = host
        .netpipe("export --name shop")
        .status(0)
        .stdout_has("name: shop\n")
        .out;
    assert!(!own.contains("br7") && !own.contains("lab9"), "{own}");
    // A host that has none of it gets the same.
    apply(&host, "version: 1\n", &["--prune=all"]).status(0);
    bare.assert_same_kernel(&host.snapshot());
    apply(&host, &file, &[]).status(0);
    assert_eq!(host.netpipe("export").status(0).out, file);
    made.assert_same_kernel(&host.snapshot());
}

#[test]
fn each_target_gets_all_or_nothing() {
    let host = host();
    host.container("green");
    host.sh("ip link add held type veth peer name held1");
    let file = "version: 1\nname: shop\nbridges: {br0: }\nattachments:\n\
                \x20 netns:blue:\n    - {link: br0, address: 10.1.0.5/24}\n\
                \x20   - {link: br0, address: 10.2.0.5/24, host-ifname: held}\n\
                \x20 netns:red:\n    - {link: br0, address: 10.1.0.6/24}\n\
                \x20 netns:none:\n    - {link: br0, address: 10.1.0.7/24}\n\
                \x20 netns:green:\n    - {link: br0, address: 10.1.0.8/24}\n";
    let run = apply(&host, file, &[])
        .status(1)
        .stdout_has("attached: netns:red eth1")
        .stdout_has("attached: netns:green eth1")
        .stderr_has("`held` is on the host already")
        .stderr_has("3 of 6 changes were not made");
    assert_eq!(run.out.matches("failed: attachment").count(), 2, "{run:?}");
    assert_eq!(
        run.out.matches("taken back: attachment netns:blue").count(),
        1,
        "{run:?}"
    );
    assert_eq!(
        host.netpipe("list --json").json().as_array().unwrap().len(),
        2
    );
    assert_eq!(host.known("blue").sh("ip -o link").lines().count(), 1);
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.sh("ip link del held");
    host.container("none");
    apply(&host, file, &[])
        .status(0)
        .stdout_has("3 added, 0 changed, 0 removed, 3 unchanged");
    host.netpipe("check").status(0);
}

#[test]
fn what_drifted_is_mended() {
    let host = host();
    apply(&host, &shop(), &[]).status(0);
    let made = host.snapshot();
    host.known("red").sh("ip address del 10.1.0.20/24 dev eth1");
    host.sh("ip link set lan down");
    plan(&host, &shop(), &[])
        .status(0)
        .stdout_has("# address 10.1.0.20/24 is missing")
        .stdout_has("ip link set lan up");
    apply(&host, &shop(), &[])
        .status(0)
        .stdout_has("repaired: netns:red eth1");
    made.assert_same(&host.snapshot());
    // A container that was restarted has nothing of it.
    host.container("red");
    apply(&host, &shop(), &[]).status(0);
    plan(&host, &shop(), &["--exit-code"]).status(0);
    assert!(host.known("blue").comes_to_reach("10.1.0.20"));
}

#[test]
fn links_alike_in_one_target_are_two() {
    let host = host();
    let file = "version: 1\nattachments:\n  netns:blue:\n    - &a {link: br0, address: none}\n    \
                - *a\n    - {<<: *a, mtu: 1300}\n";
    apply(&host, file, &[])
        .status(0)
        .stdout_has("attached: netns:blue eth3 in br0 with -\n3 added");
    apply(&host, file, &[]).status(0).stdout_has("3 unchanged");
    apply(&host, file, &["--prune=all"])
        .status(0)
        .stdout_has("0 removed, 3 unchanged");
}

#[test]
fn standard_input_and_json_are_files_too() {
    let host = host();
    let json = "{\"version\": 1, \"attachments\": [{\"target\": \"netns:blue\", \"link\": \
                \"br0\", \"address\": [\"10.1.0.5/24\"]}]}";
    let apply = |text: &str| host.call("apply -f -").input(text).run();
    apply(json)
        .status(0)
        .stdout_has("attached: netns:blue eth1");
    apply(json).status(0).stdout_has("1 unchanged");
    apply("version: x")
        .status(2)
        .stderr_has("error: standard input:1:10: version");
}

#[test]
fn two_hundred_containers_in_one_file() {
    let host = Host::new();
    let mut file = "version: 1\nname: many\nbridges: {br0: }\nattachments:\n".to_owned();
    for n in 0..200 {
        host.container(&format!("c{n}"));
        file += &format!(
            "  netns:c{n}:\n    - {{link: br0, address: 10.1.{}.{}/16}}\n",
            n / 100,
            1 + n % 100
        );
    }
    let begin = std::time::Instant::now();
    apply(&host, &file, &[]).status(0).stdout_has("201 added");
    let made = begin.elapsed();
    apply(&host, &file, &[])
        .status(0)
        .stdout_has("201 unchanged");
    let unchanged = begin.elapsed() - made;
    eprintln!("200 containers: {made:?}, unchanged {unchanged:?}");
    assert!(made.as_secs() < 30 && unchanged.as_secs() < 10);
    let list = host.netpipe("list --json").json();
    assert_eq!(list.as_array().unwrap().len(), 200);
    assert!(host.known("c0").comes_to_reach("10.1.1.100"));
    let export = host.netpipe("export").status(0).out;
    plan(&host, &export, &["--exit-code", "--prune"]).status(0);
}

#[test]
fn a_signal_takes_back_one_target_and_says_what_stands() {
    let host = host();
    let file = "version: 1\nname: shop\nattachments:\n  netns:blue:\n    - {link: br0, address: \
                auto, subnet: 10.1.0.0/24}\n  netns:red:\n    - {link: br0, address: auto, subnet: \
                10.1.0.0/24}\n    - {link: br1, address: 10.2.0.5/24}\n";
    let path = host.directory().join("t.yaml");
    std::fs::write(&path, file).unwrap();
    let args = ["apply", "-f", path.to_str().unwrap()];
    // The first target alone has about ten points; the last of the second's come behind.
    let run = host.call(args).fault("int:12").run();
    let run = run.status(130).stderr_has("error: interrupted");
    assert!(run.err.contains("changes are done and stand"), "{run:?}");
    let stands = host.netpipe("list --json").json().as_array().unwrap().len();
    assert!(stands == 1, "{stands}: {run:?}");
    host.netpipe("check").status(0);
    host.netpipe("gc").status(0).stdout("nothing to collect\n");
    host.netpipe(args).status(0).stdout_has("1 unchanged");
    host.netpipe("check").status(0);
}
