//! Two containers on one bridge, real packets.

use netpipe::sys::firewall::{Backend, Family, add_all, remove_all};

use crate::host::{Container, docker_chains, needed, on_a_new_host, set_bridge_netfilter, sh};

/// Dropped before the rule, passed with it, dropped after; in both families.
fn round(backends: &[Backend]) {
    sh("ip link add br0 type bridge");
    sh("ip link set br0 up");
    set_bridge_netfilter(true);
    let (one, _two) = (Container::new("br0", 1), Container::new("br0", 2));
    let check = |expected: bool| {
        for family in Family::ALL {
            assert_eq!(
                one.reaches(family, 2, expected),
                expected,
                "{family} {backends:?}"
            );
        }
    };
    check(true);
    backends.iter().copied().for_each(docker_chains);
    check(false);
    let rules = needed("br0").unwrap();
    assert_eq!(rules.len(), 2 * backends.len());
    add_all(&rules).unwrap();
    check(true);
    remove_all(&rules).unwrap();
    check(false);
}

#[test]
fn docker_on_nf_tables() {
    on_a_new_host(|| round(&[Backend::Nft]));
}

#[test]
fn docker_on_legacy_tables() {
    on_a_new_host(|| round(&[Backend::Legacy]));
}

#[test]
fn both_filters_at_once_need_a_rule_each() {
    on_a_new_host(|| round(&[Backend::Nft, Backend::Legacy]));
}
