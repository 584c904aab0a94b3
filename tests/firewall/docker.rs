//! Docker's chains in nf_tables: what netpipe adds there, and how others see it.

use std::slice::from_ref;

use netpipe::sys::firewall::{Backend, Chain, Family, add, owned, present, remove};

use crate::host::{
    docker_chains, needed, on_a_new_host, rule, saved_rules, set_bridge_netfilter, sh,
};

const LISTED: &str = "-A DOCKER-USER -i br0 -o br0 -m comment --comment \"netpipe:br0\" -j ACCEPT";

#[test]
fn the_rule_goes_to_the_head_of_docker_user_in_both_families() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let wanted = Family::ALL.map(|f| rule(f, Backend::Nft, Chain::DockerUser, "br0"));
        assert_eq!(needed("br0").unwrap(), wanted);
        for rule in &wanted {
            assert!(!present(rule).unwrap());
            add(rule).unwrap();
            assert!(present(rule).unwrap());
        }
        assert!(needed("br0").unwrap().is_empty());
        assert_eq!(needed("br1").unwrap().len(), 2);
        for program in ["iptables-nft", "ip6tables-nft"] {
            let chain = sh(&format!("{program} -S DOCKER-USER"));
            let lines: Vec<_> = chain.lines().collect();
            assert_eq!(
                lines,
                ["-N DOCKER-USER", LISTED, "-A DOCKER-USER -j RETURN"]
            );
        }
    });
}

#[test]
fn iptables_and_nft_go_on_working_on_the_table() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let ours = rule(Family::V4, Backend::Nft, Chain::DockerUser, "br0");
        add(&ours).unwrap();
        let listing = sh("iptables-nft -nvL");
        assert!(listing.contains("ACCEPT"), "{listing}");
        assert!(listing.contains("/* netpipe:br0 */"), "{listing}");
        assert!(!listing.contains("incompatible"), "{listing}");
        let nft = sh("nft list chain ip filter DOCKER-USER");
        let line = "iifname \"br0\" oifname \"br0\" counter packets 0 bytes 0 accept \
                    comment \"netpipe:br0\"";
        assert!(nft.contains(line), "{nft}");
        assert!(sh("iptables-nft-save").contains(LISTED));
        // The command that netpipe shows, the other way round, takes the rule out again.
        sh(&ours.to_string().replace("iptables -I", "iptables-nft -D"));
        assert!(!present(&ours).unwrap());
        // And the shown command makes the same rule.
        sh(&ours.to_string().replace("iptables ", "iptables-nft "));
        assert!(sh("iptables-nft -S").contains(LISTED));
    });
}

#[test]
fn a_saved_and_restored_table_keeps_the_mark() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let before = saved_rules();
        let ours = rule(Family::V4, Backend::Nft, Chain::DockerUser, "br0");
        add(&ours).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().display();
        sh(&format!("iptables-nft-save -f {path}"));
        sh(&format!("iptables-nft-restore {path}"));
        assert_eq!(owned(None).unwrap(), from_ref(&ours));
        // `--noflush` doubles the rule; all copies are netpipe's.
        sh(&format!("iptables-nft-restore --noflush {path}"));
        remove(&ours).unwrap();
        assert!(owned(None).unwrap().is_empty());
        assert!(!saved_rules().contains("br0"));
        assert!(before.contains("DOCKER-USER"));
    });
}

#[test]
fn a_policy_of_drop_without_docker_user_is_answered_in_forward() {
    on_a_new_host(|| {
        set_bridge_netfilter(true);
        sh("iptables-nft -A FORWARD -i eth7 -j DROP");
        assert!(needed("br0").unwrap().is_empty());
        sh("iptables-nft -P FORWARD DROP");
        let wanted = rule(Family::V4, Backend::Nft, Chain::Forward, "br0");
        assert_eq!(needed("br0").unwrap(), from_ref(&wanted));
        add(&wanted).unwrap();
        let chain = sh("iptables-nft -S FORWARD");
        let second = chain.lines().nth(1).unwrap();
        assert_eq!(second, LISTED.replace("DOCKER-USER", "FORWARD"));
        // Docker that starts later does not make netpipe add a second rule.
        sh("iptables-nft -N DOCKER-USER");
        assert!(needed("br0").unwrap().is_empty());
    });
}

#[test]
fn without_br_netfilter_or_chains_nothing_is_needed() {
    on_a_new_host(|| {
        assert!(needed("br0").unwrap().is_empty());
        docker_chains(Backend::Nft);
        set_bridge_netfilter(false);
        assert!(needed("br0").unwrap().is_empty());
        // A name that no rule could hold matters only where a rule is needed.
        assert!(needed("br+").unwrap().is_empty());
        std::fs::write("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "1").unwrap();
        let wanted = rule(Family::V6, Backend::Nft, Chain::DockerUser, "br0");
        assert_eq!(needed("br0").unwrap(), [wanted]);
        assert!(needed("br+").unwrap_err().to_string().contains("wildcard"));
    });
}

#[test]
fn names_at_the_edge_of_what_the_kernel_takes() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        let before = saved_rules();
        for name in ["b", "a23456789012345", "br-é", "a\"b", "x'y\\z"] {
            let ours = rule(Family::V6, Backend::Nft, Chain::DockerUser, name);
            add(&ours).unwrap();
            assert_eq!(owned(Some(name)).unwrap(), from_ref(&ours));
            assert!(!sh("ip6tables-nft -S").contains("incompatible"));
            remove(&ours).unwrap();
        }
        assert_eq!(saved_rules(), before);
    });
}
