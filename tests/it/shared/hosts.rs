//! Two hosts on one etcd: no address is had twice.

use std::collections::BTreeSet;

use super::{RELEASES, Scene};

#[test]
fn two_hosts_never_get_one_address() {
    const EACH: usize = 6;
    for release in RELEASES {
        let scene = Scene::new(release, 2);
        scene
            .netpipe(1, "network add lab --subnet 10.1.0.0/24 --bridge br0")
            .status(0);
        let name = |number: usize| format!("c{number}");
        for host in [1, 2] {
            for number in 0..EACH {
                scene.site(host).host.container(&name(number));
            }
        }
        // All at once, on both: each host has one attach after the other run beside those of the
        // other host.
        let calls: Vec<_> = (0..EACH)
            .flat_map(|number| [(1, number), (2, number)])
            .map(|(host, number)| {
                let line = format!("attach netns:{} net:lab auto --json", name(number));
                scene.call(host, line).spawn_piped()
            })
            .collect();
        let addresses: Vec<String> = calls
            .into_iter()
            .map(|call| {
                let output = call.wait_with_output().unwrap();
                let err = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{err}");
                let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                report["addresses"][0].as_str().unwrap().to_owned()
            })
            .collect();
        let distinct: BTreeSet<_> = addresses.iter().collect();
        assert_eq!(distinct.len(), 2 * EACH, "{addresses:?}");

        // One that is asked for by name is refused to the second, who is told whose it is.
        scene.site(1).host.container("web");
        scene.site(2).host.container("web");
        scene
            .netpipe(1, "attach netns:web net:lab 10.1.0.77/24")
            .status(0);
        scene
            .netpipe(2, "attach netns:web net:lab 10.1.0.77/24")
            .status(3)
            .stderr_has("of host `h1`");
        // Each keeps house for itself alone.
        scene.netpipe(2, "gc").status(0);
        scene.netpipe(1, "check").status(0);
        scene.netpipe(2, "check").status(0);
        scene.netpipe(1, "detach netns:web").status(0);
        scene
            .netpipe(2, "attach netns:web net:lab 10.1.0.77/24")
            .status(0);
    }
}
