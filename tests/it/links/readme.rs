//! What README.md shows of each kind of link, where the kernel has it.

use crate::docs::{features_of_readme, readme_shows_kind};
use crate::support::needs;

/// A test a feature; the last one sees that no feature lacks its test.
macro_rules! features {
    ($($test:ident: $feature:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            if needs($feature) {
                readme_shows_kind($feature);
            }
        })*

        #[test]
        fn every_feature_has_its_test() {
            let known = [$($feature),*].map(str::to_owned);
            assert_eq!(features_of_readme(), known.into());
        }
    };
}

features! {
    bridge: "bridge",
    gre: "gre",
    macvlan: "macvlan",
    netem: "netem",
    ovs: "ovs",
    vlan_filtering: "vlan_filtering",
    vxlan: "vxlan",
    veth: "veth",
}
