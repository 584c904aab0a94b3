//! The ADDRESS of pipework: an address with its gateway, `0/0`, or a DHCP client.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::super::{RouteSpec, StaticAddress, check_host_address, shown};
use super::Family;
use super::dhcp::DhcpWords;
use crate::error::{Error, Result};

/// What a container gets as its address.
#[derive(Debug, Clone)]
pub enum Address {
    /// An address, or none for `0/0`; and the default gateway behind `@`.
    Static {
        /// The address with the length of its prefix.
        ip: Option<IpNetwork>,
        /// The default gateway, in whatever subnet.
        gateway: Option<IpAddr>,
    },
    /// What a DHCP server gives.
    Dhcp(DhcpWords),
}

impl Address {
    /// Reads the word, with warnings of what has no equivalent.
    ///
    /// # Errors
    /// A usage error that says what is wrong with it.
    pub(super) fn read(word: &str, family: Option<Family>) -> Result<(Self, Vec<String>)> {
        if let Some((dhcp, mut warnings)) = DhcpWords::read(word)? {
            if family.is_some() {
                warnings.push("-a is for an address, and is ignored for a DHCP client".into());
            }
            return Ok((Self::Dhcp(dhcp), warnings));
        }
        let mut parts = word.split('@');
        let ip = address(parts.next().unwrap_or_default())?;
        // The script takes what stands between the first two `@`.
        let gateway = match parts.next().filter(|text| !text.is_empty()) {
            Some(text) => Some(gateway(text, ip)?),
            None => None,
        };
        let is_v4 = ip.map(|ip| ip.is_ipv4()).or(gateway.map(|ip| ip.is_ipv4()));
        if let (Some(family), Some(is_v4)) = (family, is_v4)
            && family.is_v4() != is_v4
        {
            let (is, asked) = match is_v4 {
                true => ("IPv4", "6"),
                false => ("IPv6", "4"),
            };
            return Err(Error::usage(format!(
                "`{}` is {is}, and -a {asked} is given",
                shown(word)
            ))
            .hint("leave -a out: the address says which family it is of"));
        }
        Ok((Self::Static { ip, gateway }, Vec::new()))
    }
}

/// The address in front of `@`. `ip address` takes 0/0 too, and the kernel then adds none.
fn address(text: &str) -> Result<Option<IpNetwork>> {
    if matches!(text, "0/0" | "0.0.0.0/0" | "::/0") {
        return Ok(None);
    }
    let Some((ip, length)) = text.split_once('/') else {
        let text = shown(text);
        return Err(
            Error::usage(format!("the address `{text}` should include a netmask"))
                .hint(format!("maybe you meant {text}/24?")),
        );
    };
    let text = match netmask(length) {
        Some(length) => format!("{ip}/{length}"),
        None => text.to_owned(),
    };
    text.parse::<StaticAddress>()
        .map(|address| Some(address.ip))
}

/// The length of the prefix that a mask such as 255.255.255.0 stands for, as `ip` takes it.
fn netmask(text: &str) -> Option<u32> {
    let mask: std::net::Ipv4Addr = text.parse().ok()?;
    let bits = u32::from(mask);
    let length = bits.leading_ones();
    (bits.count_ones() == length && length > 0).then_some(length)
}

fn gateway(text: &str, address: Option<IpNetwork>) -> Result<IpAddr> {
    let gateway: IpAddr = text.parse().map_err(|_| {
        Error::usage(format!(
            "`{}` is not an IP address, so not a gateway",
            shown(text)
        ))
        .hint("write it behind the address, as in 10.0.0.5/24@10.0.0.1")
    })?;
    check_host_address(IpNetwork::from(gateway))
        .map_err(|error| error.while_doing("bad gateway"))?;
    match address {
        Some(ip) if ip.is_ipv4() != gateway.is_ipv4() => Err(Error::usage(format!(
            "the gateway `{gateway}` is not of the family of `{ip}`"
        ))
        .hint("run pipework once for each family")),
        Some(ip) if ip.ip() == gateway => Err(Error::usage(format!(
            "the gateway `{gateway}` is the address itself"
        ))
        .hint("give the address of the router")),
        _ => Ok(gateway),
    }
}

/// The route that makes a gateway reachable which is in no subnet of its link: the script
/// adds it if `ip route get` finds no way there.
pub(super) fn to_gateway(ip: Option<IpNetwork>, gateway: IpAddr) -> Option<RouteSpec> {
    let link_local = matches!(gateway, IpAddr::V6(v6) if v6.is_unicast_link_local());
    let near = ip.is_some_and(|ip| ip.contains(gateway));
    (!near && !link_local).then_some(RouteSpec {
        destination: IpNetwork::from(gateway),
        via: None,
        metric: None,
    })
}
