//! Routes the user asks for inside the target.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnetwork::IpNetwork;

use super::{serde_as_text, shown};
use crate::error::{Error, Result};

/// `DST[,via=GATEWAY][,metric=N]`: one route in the target's main table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteSpec {
    /// The destination; a prefix length of 0 is a default route.
    pub destination: IpNetwork,
    /// The next hop, or none for a destination on the link itself.
    pub via: Option<IpAddr>,
    /// The route's metric; none leaves the kernel's default.
    pub metric: Option<u32>,
}

impl RouteSpec {
    /// Whether this is a default route.
    pub fn is_default(&self) -> bool {
        self.destination.prefix() == 0
    }
}

fn destination(text: &str) -> Result<IpNetwork> {
    let refuse = |why: &str| {
        Error::usage(format!(
            "`{}` is not a route's destination: {why}",
            shown(text)
        ))
        .hint("write a subnet such as 10.1.0.0/16 or fd01::/48")
    };
    let network: IpNetwork = match text {
        "default" => {
            return Err(refuse(
                "give --gateway or --default-route for a default route",
            ));
        }
        _ => text
            .parse()
            .map_err(|_| refuse("it is not an address with a prefix length"))?,
    };
    if network.ip() != network.network() {
        return Err(refuse(&format!(
            "host bits are set; did you mean {}/{}?",
            network.network(),
            network.prefix()
        )));
    }
    if network.ip().is_multicast() {
        return Err(refuse("it is a multicast group"));
    }
    Ok(network)
}

impl FromStr for RouteSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split(',');
        let mut route = Self {
            destination: destination(parts.next().unwrap_or_default())?,
            via: None,
            metric: None,
        };
        for part in parts {
            let bad = |what: &str| {
                Error::usage(format!("`{}` is not {what} of a route", shown(part)))
                    .hint("write DST[,via=GATEWAY][,metric=N]")
            };
            match part.split_once('=') {
                Some(("via", ip)) if route.via.is_none() => {
                    route.via = Some(ip.parse().map_err(|_| bad("a gateway"))?);
                }
                Some(("metric", number)) if route.metric.is_none() => {
                    route.metric = Some(number.parse().map_err(|_| bad("a metric"))?);
                }
                _ => return Err(bad("a part")),
            }
        }
        if route
            .via
            .is_some_and(|via| via.is_ipv4() != route.destination.is_ipv4())
        {
            return Err(
                Error::usage(format!("`{}` mixes address families", shown(text)))
                    .hint("give a gateway of the destination's family"),
            );
        }
        if route
            .via
            .is_some_and(|via| via.is_unspecified() || via.is_multicast())
        {
            return Err(Error::usage(format!(
                "the gateway of `{}` is not a host",
                shown(text)
            )));
        }
        Ok(route)
    }
}

impl fmt::Display for RouteSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.destination)?;
        if let Some(via) = self.via {
            write!(f, ",via={via}")?;
        }
        match self.metric {
            Some(metric) => write!(f, ",metric={metric}"),
            None => Ok(()),
        }
    }
}

serde_as_text!(RouteSpec);

#[cfg(test)]
mod tests {
    use super::RouteSpec;

    #[test]
    fn reads_what_it_writes() {
        for good in [
            "10.1.0.0/16",
            "10.1.0.0/16,via=10.0.0.1,metric=5",
            "fd01::/48,via=fe80::1",
        ] {
            assert_eq!(good.parse::<RouteSpec>().unwrap().to_string(), good);
        }
    }

    #[test]
    fn refuses_nonsense() {
        for bad in [
            "",
            "default",
            "10.1.0.1/16",
            "10.1.0.0/33",
            "10.1.0.0/16,via=",
            "10.1.0.0/16,via=fd00::1",
            "10.1.0.0/16,metric=-1",
            "10.1.0.0/16,via=10.0.0.1,via=10.0.0.2",
            "224.0.0.0/4",
            "10.1.0.0/16,dev=x",
            "10.1.0.0/16,via=0.0.0.0",
        ] {
            assert!(bad.parse::<RouteSpec>().is_err(), "{bad:?} was accepted");
        }
    }
}
