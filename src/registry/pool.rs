//! Choosing the next free address of a network.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;

use super::Registry;
use super::record::Owner;
use crate::error::{Error, Result};
use crate::spec::{AddressRange, NetworkName, NetworkSpec, check_host_address};

/// The most candidates looked at in one subnet: a /16 of IPv4.
const MOST: u128 = 1 << 16;

/// One free address of each of the network's subnets, for `auto`. Nothing is reserved
/// yet: the caller does that by compare-and-swap and comes back if it was too late.
/// `used` are addresses known to be taken outside the registry, such as the bridge's;
/// what `own` has may be chosen again.
///
/// # Errors
/// A usage error if the network has no subnet, a conflict if one is full.
pub fn choose(
    registry: &Registry<'_>,
    name: &NetworkName,
    network: &NetworkSpec,
    used: &[IpAddr],
    own: Option<&Owner>,
) -> Result<Vec<IpNetwork>> {
    if network.subnets.is_empty() {
        return Err(
            Error::usage(format!("network `{name}` has no subnet to choose from")).hint(format!(
                "give --subnet, or register one: netpipe network add {name} --subnet 10.0.0.0/24"
            )),
        );
    }
    let mut taken: HashSet<IpAddr> = registry
        .taken(Some(name))?
        .into_iter()
        .filter(|(_, _, held)| own.is_none() || held.owner.as_ref() != own || held.is_set_aside())
        .map(|(_, ip, _)| ip)
        .collect();
    taken.extend(used.iter().chain(&network.gateways));
    let first_free = |subnet: &IpNetwork| {
        candidates(*subnet, &network.ranges)
            .filter(|ip| !taken.contains(ip) && !network.exclude.iter().any(|no| no.contains(*ip)))
            .filter_map(|ip| IpNetwork::new(ip, subnet.prefix()).ok())
            .find(|address| check_host_address(*address).is_ok())
            .ok_or_else(|| {
                Error::conflict(format!(
                    "subnet {subnet} of network `{name}` has no free address"
                ))
                .hint(format!("see `netpipe ip list {name}`, or add a subnet"))
            })
    };
    network.subnets.iter().map(first_free).collect()
}

/// The addresses of a subnet that may be handed out, lowest first.
fn candidates(subnet: IpNetwork, ranges: &[AddressRange]) -> impl Iterator<Item = IpAddr> {
    let mine: Vec<_> = ranges
        .iter()
        .filter(|range| subnet.contains(range.first))
        .copied()
        .collect();
    let whole = AddressRange {
        first: subnet.network(),
        last: subnet.broadcast(),
    };
    let ranges = if mine.is_empty() { vec![whole] } else { mine };
    ranges.into_iter().flat_map(each_of)
}

fn each_of(range: AddressRange) -> Box<dyn Iterator<Item = IpAddr>> {
    match (range.first, range.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => Box::new(
            (first.to_bits()..=last.to_bits()).map(|bits| Ipv4Addr::from_bits(bits).into()),
        ),
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            let last = last.to_bits().min(first.to_bits().saturating_add(MOST));
            Box::new((first.to_bits()..=last).map(|bits| Ipv6Addr::from_bits(bits).into()))
        }
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn ranges_limit_their_own_subnet_only() {
        let ranges = ["10.0.0.9-10.0.0.10".parse().unwrap()];
        let texts = |subnet: &str| -> Vec<String> {
            candidates(subnet.parse().unwrap(), &ranges)
                .take(3)
                .map(|ip| ip.to_string())
                .collect()
        };
        assert_eq!(texts("10.0.0.0/24"), ["10.0.0.9", "10.0.0.10"]);
        assert_eq!(texts("10.0.1.0/24"), ["10.0.1.0", "10.0.1.1", "10.0.1.2"]);
        assert_eq!(texts("fd00::/64"), ["fd00::", "fd00::1", "fd00::2"]);
    }
}
