//! The program as a whole on etcd: what it does elsewhere it does here.

use super::{RELEASES, Scene};

#[test]
fn everything_is_recorded_in_etcd_and_undone() {
    for release in RELEASES {
        let scene = Scene::new(release, 1);
        let host = &scene.site(1).host;
        host.container("web");
        let before = host.snapshot();
        scene
            .netpipe(1, "attach netns:web br0 10.0.0.5/24")
            .status(0)
            .stderr("");
        assert!(
            !host.state_dir().join("kv.redb").exists(),
            "there is a store beside it"
        );
        let keys = scene.keys();
        assert!(
            keys.contains(&"/netpipe/v1/addresses/br0/10.0.0.5".to_owned()),
            "{keys:?}"
        );
        // Again: nothing to do; another: a conflict, told as elsewhere.
        scene
            .netpipe(1, "attach netns:web br0 10.0.0.5/24")
            .status(0);
        host.container("app");
        scene
            .netpipe(1, "attach netns:app br0 10.0.0.5/24")
            .status(3)
            .stderr_has("belongs to `eth1` on `netns:web` of host `h1`");
        scene.netpipe(1, "list").status(0).stdout_has("10.0.0.5/24");
        scene.netpipe(1, "check").status(0);
        host.sh("ip netns exec web ip link del eth1");
        scene.netpipe(1, "check --repair").status(0);
        host.sh("ip netns exec web ip link show eth1");
        scene
            .netpipe(1, "network add lab --subnet 10.1.0.0/29 --bridge br1")
            .status(0);
        scene.netpipe(1, "ip reserve lab 10.1.0.1").status(0);
        let auto = scene
            .netpipe(1, "attach netns:app net:lab auto --json")
            .status(0);
        assert_eq!(auto.json()["addresses"][0], "10.1.0.2/29");
        scene.netpipe(1, "gc").status(0);
        scene.netpipe(1, "doctor").stdout_has(&scene.url());

        scene.netpipe(1, "detach netns:app").status(0);
        scene.netpipe(1, "ip release lab 10.1.0.1").status(0);
        scene.netpipe(1, "network del lab").status(0);
        scene.netpipe(1, "detach netns:web").status(0);
        assert_eq!(scene.keys(), [""; 0], "left in etcd");
        host.remove(host.known("app"));
        before.assert_same_kernel(&host.snapshot());
    }
}

/// A crash half way is settled from what etcd has.
#[test]
fn what_a_crash_left_is_settled() {
    let scene = Scene::new(RELEASES[1], 1);
    let host = &scene.site(1).host;
    host.container("web");
    let before = host.snapshot();
    let line = "attach netns:web br0 10.0.0.5/24";
    for point in 1..=3 {
        scene
            .call(1, line)
            .fault(&format!("kill:{point}"))
            .run()
            .killed();
        scene.call(1, "gc").run().status(0);
        scene.netpipe(1, line).status(0);
        scene.netpipe(1, "detach netns:web").status(0);
        assert_eq!(scene.keys(), [""; 0]);
    }
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_store_that_does_not_answer_changes_nothing() {
    let mut scene = Scene::new(RELEASES[1], 1);
    scene.etcd.kill().unwrap();
    scene.etcd.wait().unwrap();
    let host = &scene.site(1).host;
    host.container("web");
    let before = host.snapshot();
    scene
        .netpipe(1, "attach netns:web br0 10.0.0.5/24")
        .status(1)
        .stderr_has("the store at http://192.0.2.2:2379 does not answer: ")
        .stderr_has("Connection refused")
        .stderr_has("hint: start it, or name members that run with --kv");
    scene.netpipe(1, "list").status(1);
    let other = format!("{},192.0.2.2:1", scene.url());
    scene
        .call(1, "list")
        .env("NETPIPE_KV", other)
        .run()
        .status(1)
        .stderr_has("no member of the store answers (http://192.0.2.2:2379, http://192.0.2.2:1)");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn users_and_prefixes() {
    let scene = Scene::new(RELEASES[0], 1);
    for line in [
        "user add root:top",
        "role add root",
        "user grant-role root root",
        "user add lab:secret",
        "role add lab",
        "role grant-permission lab readwrite /lab/ --prefix",
        "user grant-role lab lab",
        "auth enable",
    ] {
        scene.try_etcdctl(line);
    }
    let host = &scene.site(1).host;
    host.container("web");
    let line = "attach netns:web br0 10.0.0.5/24";
    scene
        .netpipe(1, line)
        .status(1)
        .stderr_has("give --kv-user");
    let with = |options: &str, password: &str| {
        let call = scene.call(1, format!("{line} {options}"));
        call.env("NETPIPE_KV_PASSWORD", password).run()
    };
    with("--kv-user lab", "wrong")
        .status(1)
        .stderr_has("authentication failed");
    with("--kv-user lab", "secret")
        .status(1)
        .stderr_has("permission denied");
    with("--kv-user lab --kv-prefix /lab", "secret").status(0);
    let root = "--user root:top get / --prefix --keys-only";
    let keys = scene.etcdctl(root);
    assert!(
        keys.lines()
            .all(|key| key.is_empty() || key.starts_with("/lab/netpipe/")),
        "{keys}"
    );
    let file = host.directory().join("password");
    std::fs::write(&file, "secret\n").unwrap();
    let file = file.display();
    scene
        .netpipe(
            1,
            format!("detach netns:web --kv-user lab --kv-prefix /lab --kv-password-file {file}"),
        )
        .status(0);
    scene
        .netpipe(1, "list --kv-user lab")
        .status(2)
        .stderr_has("NETPIPE_KV_PASSWORD");
}

/// What goes together, and what no store is asked for.
#[test]
fn options_that_do_not_fit_are_refused() {
    let host = crate::support::Host::new();
    for (line, text) in [
        (
            "list --kv http://a:1,,http://b:1",
            "is no address of a store",
        ),
        ("list --kv ftp://a:1", "asked by http or https"),
        ("list --kv http://root:secret@a:1", "--kv-user"),
        ("list --kv-user root", "--kv-user says how to use --kv"),
        (
            "list --kv http://a:1 --kv-user root",
            "the password of `root` is missing",
        ),
        ("list --kv http://a:1 --kv-timeout 0", "0 is not in"),
        (
            "list --kv https://a:1 --kv-cacert /dev/null --kv-cert /x",
            "go together",
        ),
    ] {
        host.netpipe(line).status(2).stderr_has(text);
    }
    host.netpipe("list --kv https://127.0.0.1:1 --kv-cacert /none")
        .status(1)
        .stderr_has("cannot read `/none`");
}
