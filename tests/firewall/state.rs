//! What `netpipe doctor` is told.

use netpipe::sys::firewall::{
    Backend, Blocker, Chain, Family, Filter, ForwardState, Policy, Stop, add,
};

use crate::host::{
    Container, docker_chains, needed, on_a_new_host, programs, rule, set_bridge_netfilter, sh,
};

#[test]
fn an_empty_host_has_nothing_to_tell() {
    on_a_new_host(|| {
        set_bridge_netfilter(false);
        let state = ForwardState::read().unwrap();
        let families: Vec<_> = state.families.iter().map(|state| state.family).collect();
        assert_eq!(families, Family::ALL);
        for family in &state.families {
            assert!(!family.bridge_netfilter);
            assert!(family.filters.is_empty() && family.blockers.is_empty());
            assert_eq!(family.unread, None);
        }
        assert!(state.warnings().is_empty());
    });
}

#[test]
fn dockers_chains_are_told_per_backend() {
    on_a_new_host(|| {
        docker_chains(Backend::Nft);
        sh("iptables-legacy -w 10 -P FORWARD ACCEPT");
        let state = ForwardState::read().unwrap();
        let nft = Filter {
            backend: Backend::Nft,
            forward_policy: Some(Policy::Drop),
            docker_user: true,
        };
        let legacy = Filter {
            backend: Backend::Legacy,
            forward_policy: Some(Policy::Accept),
            docker_user: false,
        };
        assert_eq!(state.families[0].filters, [nft.clone(), legacy]);
        assert_eq!(state.families[1].filters, [nft]);
        assert!(state.families.iter().all(|family| family.bridge_netfilter));
        assert!(state.warnings().is_empty(), "{:?}", state.warnings());
    });
}

/// Adds a base chain at the forward hook that drops by policy.
fn dropping_table(family: &str, table: &str) {
    sh(&format!("nft add table {family} {table}"));
    let hook = "{ type filter hook forward priority 0 ; policy drop ; }";
    sh(&format!("nft add chain {family} {table} crossing {hook}"));
}

#[test]
fn a_drop_that_no_rule_of_netpipes_can_override_is_a_warning_and_no_rule() {
    on_a_new_host(|| {
        set_bridge_netfilter(true);
        dropping_table("inet", "mine");
        dropping_table("ip", "other");
        dropping_table("ip6", "filter");
        dropping_table("bridge", "l2");
        sh("nft add table arp a");
        assert!(needed("br0").unwrap().is_empty());
        let state = ForwardState::read().unwrap();
        let blocker = |table_family, table: &str| Blocker {
            backend: Backend::Nft,
            table_family,
            table: table.to_owned(),
            chain: "crossing".to_owned(),
            stop: Stop::Policy,
        };
        let (inet, l2) = (blocker("inet", "mine"), blocker("bridge", "l2"));
        let (v4, v6) = (blocker("ip", "other"), blocker("ip6", "filter"));
        let has = |at: usize, wanted: [&Blocker; 3]| {
            let found = &state.families[at].blockers;
            assert!(
                found.len() == 3 && wanted.iter().all(|b| found.contains(b)),
                "{found:?}"
            );
        };
        has(0, [&inet, &l2, &v4]);
        has(1, [&inet, &l2, &v6]);
        let warnings = state.warnings();
        assert_eq!(warnings.len(), 4, "{warnings:?}");
        assert!(
            warnings
                .iter()
                .any(|warning| warning.detail.contains("table inet mine")),
            "{warnings:?}"
        );

        set_bridge_netfilter(false);
        let warnings = ForwardState::read().unwrap().warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].detail.contains("table bridge l2"));
    });
}

#[test]
fn the_way_out_that_a_warning_names_works() {
    on_a_new_host(|| {
        sh("ip link add br0 type bridge");
        sh("ip link set br0 up");
        let (one, _two) = (Container::new("br0", 1), Container::new("br0", 2));
        docker_chains(Backend::Nft);
        dropping_table("inet", "mine");
        dropping_table("bridge", "l2");
        for family in Family::ALL {
            add(&rule(family, Backend::Nft, Chain::DockerUser, "br0")).unwrap();
            assert!(!one.reaches(family, 2, false));
        }
        for warning in ForwardState::read().unwrap().warnings() {
            sh(&warning.fix.unwrap().replace("BRIDGE", "br0"));
        }
        for family in Family::ALL {
            assert!(one.reaches(family, 2, true), "{family}");
        }
    });
}

/// The warnings' texts and fixes.
fn told() -> Vec<(String, String)> {
    let warnings = ForwardState::read().unwrap().warnings().into_iter();
    warnings.map(|w| (w.detail, w.fix.unwrap())).collect()
}

#[test]
fn a_rule_that_ends_a_chain_is_told_and_its_fix_works() {
    on_a_new_host(|| {
        sh("ip link add br0 type bridge");
        sh("ip link set br0 up");
        set_bridge_netfilter(true);
        let (one, _two) = (Container::new("br0", 1), Container::new("br0", 2));
        sh("nft add table inet mine");
        let hook = "{ type filter hook forward priority 10 ; policy accept ; }";
        sh(&format!("nft add chain inet mine crossing {hook}"));
        sh("nft add rule inet mine crossing iifname lo accept");
        sh("iptables-nft -w 10 -A FORWARD -i eth9 -j DROP");
        assert!(told().is_empty(), "{:?}", told());
        assert!(one.reaches(Family::V4, 2, true));

        sh("nft add rule inet mine crossing counter log reject with icmpx type admin-prohibited");
        for program in ["iptables-nft", "ip6tables-nft"] {
            sh(&format!("{program} -w 10 -A FORWARD -j REJECT"));
        }
        for program in ["iptables-legacy", "ip6tables-legacy"] {
            sh(&format!(
                "{program} -w 10 -A FORWARD -m comment --comment x -j DROP"
            ));
        }
        let warnings = told();
        assert_eq!(warnings.len(), 5, "{warnings:?}");
        let has = |text: &str| {
            warnings
                .iter()
                .filter(|(told, _)| told.contains(text))
                .count()
        };
        assert_eq!(has("ends with a rule that rejects forwarded packets"), 3);
        assert_eq!(has("ends with a rule that drops forwarded packets"), 2);
        assert_eq!(has("the legacy `table ip"), 2);
        for family in Family::ALL {
            assert!(!one.reaches(family, 2, false));
        }
        for (_, fix) in warnings {
            sh(&fix.replace("BRIDGE", "br0"));
        }
        for family in Family::ALL {
            assert!(one.reaches(family, 2, true), "{family}");
        }
    });
}

#[test]
fn what_netpipes_own_rule_comes_before_is_no_warning() {
    on_a_new_host(|| {
        for backend in [Backend::Nft, Backend::Legacy] {
            docker_chains(backend);
            for program in programs(backend) {
                sh(&format!("{program} -w 10 -A FORWARD -j REJECT"));
            }
        }
        assert!(told().is_empty(), "{:?}", told());
    });
}

#[test]
fn firewalld_is_told_in_its_own_words() {
    on_a_new_host(|| {
        set_bridge_netfilter(true);
        sh("nft add table inet firewalld");
        let hook = "{ type filter hook forward priority 10 ; policy accept ; }";
        sh(&format!(
            "nft add chain inet firewalld filter_FORWARD {hook}"
        ));
        sh("nft add rule inet firewalld filter_FORWARD ct state established,related accept");
        sh("nft add rule inet firewalld filter_FORWARD reject with icmpx type admin-prohibited");
        let warnings = told();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let (detail, fix) = &warnings[0];
        assert!(
            detail.contains("`filter_FORWARD` of `table inet firewalld` ends"),
            "{detail}"
        );
        assert!(
            fix.starts_with("firewall-cmd --permanent --zone=trusted"),
            "{fix}"
        );
    });
}
