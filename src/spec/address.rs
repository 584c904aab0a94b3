//! Addresses as the user gives them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// The next hop of a default route.
pub type Gateway = IpAddr;

/// An address with its prefix length, and the default gateway given with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaticAddress {
    /// The host's address and the length of its subnet's prefix.
    pub ip: IpNetwork,
    /// The gateway behind `@`.
    pub gateway: Option<Gateway>,
}

/// One ADDRESS of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSpec {
    /// `10.0.0.5/24` or `fd00::5/64@fd00::1`.
    Static(StaticAddress),
    /// `auto`: the next free address of each of the network's subnets.
    Auto,
    /// `dhcp`: what a DHCPv4 server gives (RFC 2131).
    Dhcp,
    /// `dhcp6`: what a DHCPv6 server gives (RFC 8415).
    Dhcp6,
    /// `slaac`: IPv6 addresses of the prefixes that a router advertises (RFC 4862).
    Slaac,
    /// `none` (pipework's `0/0`): a link without addresses.
    None,
}

impl FromStr for StaticAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (address, gateway) = match text.split_once('@') {
            Some((address, gateway)) => (address, Some(gateway)),
            None => (text, None),
        };
        let ip = host_address(address)?;
        let gateway = gateway.map(|text| parse_ip(text, "gateway")).transpose()?;
        if let Some(gateway) = gateway {
            check_gateway(ip, gateway)?;
        }
        Ok(Self { ip, gateway })
    }
}

/// An address literal without a prefix; `role` names it in the error.
fn parse_ip(text: &str, role: &str) -> Result<IpAddr> {
    text.parse().map_err(|_| {
        Error::usage(format!(
            "`{}` is not an IP address, so not a {role}",
            shown(text)
        ))
        .hint("write it as 10.0.0.1 or fd00::1")
    })
}

/// The address a host may have, with its prefix length.
fn host_address(text: &str) -> Result<IpNetwork> {
    let Some((ip, length)) = text.split_once('/') else {
        let ip = parse_ip(text, "host address")?;
        let usual = if ip.is_ipv4() { 24 } else { 64 };
        return Err(Error::usage(format!("`{ip}` has no prefix length"))
            .hint(format!("write `{ip}/{usual}` if its subnet is a /{usual}")));
    };
    let ip = parse_ip(ip, "host address")?;
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    let bad_length = || {
        Error::usage(format!("`/{}` is not a prefix length", shown(length))).hint(format!(
            "for this family it is a number from 1 to {longest}"
        ))
    };
    if length.is_empty() || length.len() > 3 || !length.bytes().all(|b| b.is_ascii_digit()) {
        return Err(bad_length());
    }
    let length: u8 = length.parse().map_err(|_| bad_length())?;
    if length == 0 || length > longest {
        return Err(bad_length());
    }
    let network = IpNetwork::new(ip, length).map_err(|_| bad_length())?;
    check_host_address(network)?;
    Ok(network)
}

/// Refuses addresses that no host can have: multicast, broadcast, loopback, the
/// unspecified one, and a subnet's own (RFC 1122 section 3.2.1.3, RFC 4291 2.6.1).
///
/// # Errors
/// A usage error that names the reason.
pub fn check_host_address(address: IpNetwork) -> Result<()> {
    let ip = address.ip();
    let refuse = |why: &str, hint: String| {
        Err(Error::usage(format!("`{address}` cannot be a host's address: {why}")).hint(hint))
    };
    let pick = || {
        format!(
            "pick a host address inside {}/{}",
            address.network(),
            address.prefix()
        )
    };
    if ip.is_unspecified() {
        return refuse(
            "it is the unspecified address",
            "use `none` for a link without one".into(),
        );
    }
    if ip.is_multicast() {
        return refuse("it is a multicast address", "pick a unicast address".into());
    }
    if ip.is_loopback() {
        return refuse("it is a loopback address", "pick a unicast address".into());
    }
    if matches!(ip, IpAddr::V4(v4) if v4.is_broadcast() || v4.octets()[0] == 0) {
        return refuse("it is reserved", "pick a unicast address".into());
    }
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    // A /31 (RFC 3021), /127 (RFC 6164) or host prefix has no address to spare.
    if address.prefix() >= longest - 1 {
        return Ok(());
    }
    if ip == address.network() {
        return refuse("it is the subnet's own address", pick());
    }
    if ip.is_ipv4() && ip == address.broadcast() {
        return refuse("it is the subnet's broadcast address", pick());
    }
    Ok(())
}

/// Refuses a gateway that `address` could not reach on its own link.
///
/// # Errors
/// A usage error that names the subnet.
pub fn check_gateway(address: IpNetwork, gateway: Gateway) -> Result<()> {
    if address.is_ipv4() != gateway.is_ipv4() {
        return Err(Error::usage(format!(
            "gateway `{gateway}` is not of the family of `{address}`"
        ))
        .hint("give each family its own gateway"));
    }
    if gateway == address.ip() {
        return Err(
            Error::usage(format!("gateway `{gateway}` is the address itself"))
                .hint("give the address of the router"),
        );
    }
    // An IPv6 router is reached by its link-local address from any subnet (RFC 4861).
    let link_local = matches!(gateway, IpAddr::V6(v6) if v6.is_unicast_link_local());
    if !link_local && !address.contains(gateway) {
        let (network, length) = (address.network(), address.prefix());
        return Err(
            Error::usage(format!("gateway `{gateway}` is outside {network}/{length}"))
                .hint("a gateway must be in the subnet of the address"),
        );
    }
    if link_local {
        return Ok(());
    }
    let as_host = IpNetwork::new(gateway, address.prefix())
        .map_err(|_| Error::usage(format!("gateway `{gateway}` is not usable")))?;
    check_host_address(as_host).map_err(|error| error.while_doing("bad gateway"))
}

impl fmt::Display for StaticAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.gateway {
            Some(gateway) => write!(f, "{}@{gateway}", self.ip),
            None => write!(f, "{}", self.ip),
        }
    }
}

serde_as_text!(StaticAddress);

impl FromStr for AddressSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "dhcp" => Ok(Self::Dhcp),
            "dhcp6" => Ok(Self::Dhcp6),
            "slaac" => Ok(Self::Slaac),
            "none" | "0/0" => Ok(Self::None),
            _ => text.parse().map(Self::Static),
        }
    }
}

impl fmt::Display for AddressSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Static(address) => address.fmt(f),
            Self::Auto => f.write_str("auto"),
            Self::Dhcp => f.write_str("dhcp"),
            Self::Dhcp6 => f.write_str("dhcp6"),
            Self::Slaac => f.write_str("slaac"),
            Self::None => f.write_str("none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AddressSpec;

    #[test]
    fn reads_addresses_of_both_families() {
        for good in [
            "10.0.0.5/24",
            "10.0.0.5/24@10.0.0.1",
            "fd00::5/64",
            "fd00::5/64@fd00::1",
            "fd00::5/64@fe80::1",
            "10.0.0.0/31",
            "10.0.0.1/32",
            "fd00::/127",
            "auto",
            "dhcp",
            "dhcp6",
            "slaac",
            "none",
        ] {
            assert_eq!(good.parse::<AddressSpec>().unwrap().to_string(), good);
        }
        assert_eq!("0/0".parse::<AddressSpec>().unwrap(), AddressSpec::None);
    }

    #[test]
    fn refuses_addresses_no_host_can_have() {
        for bad in [
            "",
            "10.0.0.5",
            "10.0.0.5/",
            "10.0.0.5/33",
            "10.0.0.5/0",
            "10.0.0.5/+8",
            "10.0.0.5/024x",
            "10.0.0/24",
            "10.0.0.0/24",
            "10.0.0.255/24",
            "224.0.0.1/24",
            "255.255.255.255/32",
            "127.0.0.1/8",
            "0.0.0.0/8",
            "0.0.0.1/24",
            "fd00::/64",
            "ff02::1/64",
            "::1/128",
            "::/64",
            "fd00::5/129",
            "10.0.0.5/24@10.0.1.1",
            "10.0.0.5/24@10.0.0.5",
            "10.0.0.5/24@fd00::1",
            "10.0.0.5/24@",
            "10.0.0.5/24@10.0.0.255",
            "10.0.0.5/24@x",
            "dhcp4",
            "DHCP",
            "dhcp/24",
            "slaac@fe80::1",
        ] {
            assert!(bad.parse::<AddressSpec>().is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_missing_prefix_length_is_answered_with_the_fix() {
        let error = "10.0.0.5".parse::<AddressSpec>().unwrap_err();
        assert!(error.hints()[0].contains("10.0.0.5/24"));
    }
}
