//! What is netpipe's and what is not: adding once, removing exactly that.

use std::slice::from_ref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use netpipe::sys::firewall::{
    Backend, Chain, Family, add, add_all, owned, present, remove, remove_all,
};

use crate::host::{
    docker_chains, inside, needed, on_a_new_host, programs, rule, saved_rules, sh, this_namespace,
};

#[test]
fn removing_leaves_the_rules_as_they_were() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        sh("nft add table inet mine");
        sh("iptables-nft -I DOCKER-USER -i br0 -o eth0 -j DROP");
        let before = saved_rules();
        let rules: Vec<_> = ["br0", "br1"]
            .iter()
            .flat_map(|b| needed(b).unwrap())
            .collect();
        assert_eq!(rules.len(), 4);
        add_all(&[rules.clone(), rules.clone()].concat()).unwrap();
        assert_ne!(saved_rules(), before);
        assert_eq!(owned(Some("br1")).unwrap().len(), 2);
        assert_eq!(owned(None).unwrap().len(), 4);
        remove_all(&rules).unwrap();
        assert_eq!(saved_rules(), before);
    });
}

#[test]
fn adding_twice_makes_one_rule() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let ours = rule(Family::V4, Backend::Nft, Chain::DockerUser, "br0");
        add(&ours).unwrap();
        let once = saved_rules();
        add(&ours).unwrap();
        assert_eq!(saved_rules(), once);
    });
}

#[test]
fn eight_that_add_at_one_time_make_one_rule() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let ours = rule(Family::V4, Backend::Nft, Chain::DockerUser, "br0");
        let (host, busy) = (this_namespace(), AtomicBool::new(true));
        thread::scope(|scope| {
            // Somebody else changes the rules all the while.
            let other = scope.spawn(|| {
                inside(&host, || {
                    while busy.load(Ordering::Relaxed) {
                        sh("iptables-nft -A DOCKER-FORWARD -i eth7 -j DROP");
                    }
                });
            });
            for _ in 0..20 {
                thread::scope(|adders| {
                    for _ in 0..8 {
                        adders.spawn(|| inside(&host, || add(&ours).unwrap()));
                    }
                });
                let chain = sh("iptables-nft -S DOCKER-USER");
                assert_eq!(chain.matches("netpipe:br0").count(), 1, "{chain}");
                remove(&ours).unwrap();
                assert!(!present(&ours).unwrap());
            }
            busy.store(false, Ordering::Relaxed);
            other.join().unwrap();
        });
    });
}

#[test]
fn rules_that_only_look_like_netpipes_stay() {
    on_a_new_host(|| {
        for backend in [Backend::Nft, Backend::Legacy] {
            docker_chains(backend);
            let [program, _] = programs(backend);
            let ours = rule(Family::V4, backend, Chain::DockerUser, "br0");
            for foreign in [
                "-i br0 -o br0 -j ACCEPT",
                "-i br0 -o br0 -m comment --comment mine -j ACCEPT",
                "-i br0 -o br0 -m comment --comment netpipe:br -j ACCEPT",
                "-i br0 -o br0 -m comment --comment netpipe:br01 -j ACCEPT",
                "-i br0 -o br1 -m comment --comment netpipe:br0 -j ACCEPT",
                "-i br+ -o br+ -m comment --comment netpipe:br0 -j ACCEPT",
                "-i br0 ! -o br0 -m comment --comment netpipe:br0 -j ACCEPT",
                "-i br0 -o br0 -m comment --comment netpipe:br0 -j DROP",
                "-i br0 -o br0 -m comment --comment netpipe:br0",
                "-i br0 -o br0 -p tcp -m comment --comment netpipe:br0 -j ACCEPT",
                "-i br0 -o br0 -s 10.0.0.1 -m comment --comment netpipe:br0 -j ACCEPT",
                "-i br0 -m comment --comment netpipe:br0 -j ACCEPT",
            ] {
                sh(&format!("{program} -w 10 -I DOCKER-USER {foreign}"));
            }
            sh(&format!(
                "{program} -w 10 -I FORWARD -i br0 -o br0 -j ACCEPT"
            ));
            let before = sh(&format!("{program} -w 10 -S"));
            assert!(owned(None).unwrap().is_empty());
            remove(&ours).unwrap();
            assert!(needed("br0").unwrap().contains(&ours));
            add(&ours).unwrap();
            assert_eq!(owned(None).unwrap(), from_ref(&ours));
            remove(&ours).unwrap();
            assert_eq!(sh(&format!("{program} -w 10 -S")), before);
        }
    });
}

#[test]
fn removing_what_is_not_there_is_no_error() {
    on_a_new_host(|| {
        let everywhere = |check: &dyn Fn(&netpipe::sys::firewall::BridgeRule)| {
            for backend in [Backend::Nft, Backend::Legacy] {
                for (family, chain) in Family::ALL.into_iter().zip(Chain::ALL) {
                    check(&rule(family, backend, chain, "br0"));
                }
            }
        };
        everywhere(&|rule| {
            remove(rule).unwrap();
            assert!(!present(rule).unwrap());
        });
        sh("iptables-nft -P FORWARD DROP");
        everywhere(&|rule| remove(rule).unwrap());
        docker_chains(Backend::Legacy);
        everywhere(&|rule| remove(rule).unwrap());
    });
}

#[test]
fn adding_to_a_chain_that_is_gone_says_so() {
    on_a_new_host(|| {
        let ours = rule(Family::V4, Backend::Nft, Chain::DockerUser, "br0");
        let error = add(&ours).unwrap_err();
        assert!(
            error.to_string().contains("iptables -I DOCKER-USER -i br0"),
            "{error}"
        );
        assert!(error.to_string().contains("ENOENT"), "{error}");
        assert!(error.hints()[0].contains("gone"), "{:?}", error.hints());
    });
}
