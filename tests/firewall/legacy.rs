//! The legacy tables, through `iptables-legacy`.

use std::fs;
use std::slice::from_ref;

use netpipe::sys::firewall::{Backend, Chain, Family, ForwardState, add, owned, present, remove};

use crate::host::{docker_chains, needed, on_a_new_host, rule, set_bridge_netfilter, sh};

fn saved() -> String {
    sh("iptables-legacy -w 10 -S") + &sh("ip6tables-legacy -w 10 -S")
}

#[test]
fn adds_once_at_the_head_and_removes_exactly_that() {
    on_a_new_host(|| {
        docker_chains(Backend::Legacy);
        let before = saved();
        let wanted = Family::ALL.map(|f| rule(f, Backend::Legacy, Chain::DockerUser, "br0"));
        assert_eq!(needed("br0").unwrap(), wanted);
        for rule in wanted.iter().chain(&wanted) {
            add(rule).unwrap();
            assert!(present(rule).unwrap());
        }
        assert!(needed("br0").unwrap().is_empty());
        assert_eq!(owned(None).unwrap(), wanted);
        for program in ["iptables-legacy", "ip6tables-legacy"] {
            let chain = sh(&format!("{program} -w 10 -S DOCKER-USER"));
            let lines: Vec<_> = chain.lines().collect();
            let ours =
                "-A DOCKER-USER -i br0 -o br0 -m comment --comment \"netpipe:br0\" -j ACCEPT";
            assert_eq!(lines, ["-N DOCKER-USER", ours, "-A DOCKER-USER -j RETURN"]);
        }
        wanted.iter().for_each(|rule| remove(rule).unwrap());
        assert_eq!(saved(), before);
    });
}

#[test]
fn names_that_the_listing_quotes() {
    on_a_new_host(|| {
        docker_chains(Backend::Legacy);
        let before = saved();
        for name in ["a23456789012345", "br-é", "a\"b", "x'y\\z", "a+b"] {
            let ours = rule(Family::V4, Backend::Legacy, Chain::DockerUser, name);
            add(&ours).unwrap();
            add(&ours).unwrap();
            assert_eq!(owned(Some(name)).unwrap(), from_ref(&ours));
            remove(&ours).unwrap();
            assert_eq!(saved(), before);
        }
    });
}

#[test]
fn a_policy_of_drop_without_docker_user_is_answered_in_forward() {
    on_a_new_host(|| {
        set_bridge_netfilter(true);
        sh("ip6tables-legacy -w 10 -A FORWARD -i eth7 -j DROP");
        assert!(needed("br0").unwrap().is_empty());
        sh("ip6tables-legacy -w 10 -P FORWARD DROP");
        let wanted = rule(Family::V6, Backend::Legacy, Chain::Forward, "br0");
        assert_eq!(needed("br0").unwrap(), from_ref(&wanted));
        add(&wanted).unwrap();
        let chain = sh("ip6tables-legacy -w 10 -S FORWARD");
        assert!(
            chain.lines().nth(1).unwrap().contains("netpipe:br0"),
            "{chain}"
        );
    });
}

#[test]
fn looking_does_not_create_the_tables() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let names = || {
            ["ip_tables_names", "ip6_tables_names"]
                .map(|name| fs::read_to_string(format!("/proc/thread-self/net/{name}")).unwrap())
                .concat()
        };
        assert_eq!(names(), "");
        needed("br0").unwrap();
        owned(None).unwrap();
        ForwardState::read().unwrap();
        remove(&rule(Family::V4, Backend::Legacy, Chain::Forward, "br0")).unwrap();
        assert_eq!(names(), "");
    });
}

#[test]
fn a_refusal_carries_the_programs_words() {
    on_a_new_host(|| {
        docker_chains(Backend::Legacy);
        sh("iptables-legacy -w 10 -D FORWARD -j DOCKER-USER");
        sh("iptables-legacy -w 10 -F DOCKER-USER");
        sh("iptables-legacy -w 10 -X DOCKER-USER");
        let ours = rule(Family::V4, Backend::Legacy, Chain::DockerUser, "br0");
        let error = add(&ours).unwrap_err().to_string();
        assert!(error.contains("-I DOCKER-USER -i br0"), "{error}");
        assert!(error.contains("No chain"), "{error}");
    });
}
