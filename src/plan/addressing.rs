//! Addresses, routes and settings of a link inside the target.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;

use super::step::{DevRoute, Side, Step};
use crate::error::{Error, Result};
use crate::registry::record::IPV6_OF_LOOPBACK;
use crate::resolve::Inside;
use crate::spec::{IfName, LEAST_MTU_OF_IPV6, Mac, RouteSpec, Sysctl, same_value};
use crate::sys::route::Route;

/// What a link inside the target is to have.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The link.
    pub dev: &'a IfName,
    /// Its MAC, for announcements.
    pub mac: Mac,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// Addresses it lacks.
    pub addresses: &'a [IpNetwork],
    /// The families of these, and of those that it will be given.
    pub families: Families,
    /// The default routes it is to carry: a gateway, or none for the link itself.
    pub defaults: &'a [DefaultRoute],
    /// The metric of those.
    pub metric: Option<u32>,
    /// Further routes.
    pub routes: &'a [RouteSpec],
    /// Settings the user asked for.
    pub sysctls: &'a [Sysctl],
    /// Whether neighbours are told.
    pub announce: bool,
}

/// A default route of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultRoute {
    /// Through that router.
    Via(IpAddr),
    /// To every IPv4 address on the link itself.
    OnLinkV4,
    /// To every IPv6 address on the link itself.
    OnLinkV6,
}

impl DefaultRoute {
    fn is_v4(self) -> bool {
        match self {
            Self::Via(ip) => ip.is_ipv4(),
            Self::OnLinkV4 => true,
            Self::OnLinkV6 => false,
        }
    }

    /// The route this stands for, on a link whose index is not known yet.
    pub fn route(self, metric: Option<u32>) -> Result<Route> {
        let everywhere: IpAddr = match self.is_v4() {
            true => Ipv4Addr::UNSPECIFIED.into(),
            false => Ipv6Addr::UNSPECIFIED.into(),
        };
        let destination = IpNetwork::new(everywhere, 0)
            .map_err(|error| Error::failed("cannot make a default route").because(error))?;
        let gateway = match self {
            Self::Via(ip) => Some(ip),
            Self::OnLinkV4 | Self::OnLinkV6 => None,
        };
        Ok(Route::new(destination, gateway, 0, metric))
    }
}

/// The families of addresses that a plan is about: each has settings of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Families {
    /// Whether there is an IPv4 address.
    pub v4: bool,
    /// Whether there is an IPv6 address.
    pub v6: bool,
}

impl Families {
    /// When any address may turn up, as with `auto`.
    pub const BOTH: Self = Self { v4: true, v6: true };

    /// The families of these addresses.
    pub fn of(addresses: impl Iterator<Item = IpNetwork>) -> Self {
        addresses.fold(
            Self {
                v4: false,
                v6: false,
            },
            |seen, address| Self {
                v4: seen.v4 || address.is_ipv4(),
                v6: seen.v6 || address.is_ipv6(),
            },
        )
    }
}

impl std::ops::BitOr for Families {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self {
            v4: self.v4 || other.v4,
            v6: self.v6 || other.v6,
        }
    }
}

/// The settings [`steps`] must know the values of.
pub fn settings(
    dev: &IfName,
    families: Families,
    sysctls: &[Sysctl],
    inside: &Inside,
    link_is_there: bool,
) -> Vec<String> {
    // A link that is not there yet will start with the namespace's defaults.
    let of_link = if link_is_there {
        dev.as_str()
    } else {
        "default"
    };
    let mut keys = Vec::new();
    if link_is_there || !inside.has_ipv6() {
        keys.push(format!("net/ipv6/conf/{of_link}/accept_ra"));
    }
    if families.v6 {
        keys.push(format!("net/ipv6/conf/{of_link}/disable_ipv6"));
        keys.push(IPV6_OF_LOOPBACK.into());
    }
    if families.v4 {
        keys.push(format!("net/ipv4/conf/{of_link}/rp_filter"));
        keys.push("net/ipv4/conf/all/rp_filter".into());
    }
    keys.extend(
        sysctls
            .iter()
            .map(|setting| value_key(&setting.key, dev, link_is_there)),
    );
    keys
}

/// Where the value of `key` stands now: a setting of a link that is to be made has the
/// value of the namespace's default.
fn value_key(key: &str, dev: &IfName, link_is_there: bool) -> String {
    if link_is_there {
        return key.to_owned();
    }
    key.replace(&format!("/conf/{dev}/"), "/conf/default/")
        .replace(&format!("/neigh/{dev}/"), "/neigh/default/")
}

/// The steps that configure a link: settings, addresses, up, routes, announcement. The
/// default routes it replaces are deleted first; they are what a later detach restores.
///
/// # Errors
/// A conflict if a default route cannot be replaced so that it could be restored, or a
/// setting that the kernel does not have.
pub fn steps(wanted: &Wanted<'_>, inside: &Inside) -> Result<Vec<Step>> {
    let link_is_there = inside.link(wanted.dev).is_some();
    let mut steps = own_settings(wanted, inside, link_is_there);
    for setting in wanted.sysctls {
        let key = value_key(&setting.key, wanted.dev, link_is_there);
        let before = inside.sysctls.get(&key).ok_or_else(|| {
            Error::not_found(format!("the kernel has no setting `{}`", setting.key))
                .hint("see /proc/sys/net for those it has")
        })?;
        if !same_value(before, &setting.value) {
            let before = before.clone();
            steps.push(Step::SetSysctl {
                side: Side::Target,
                setting: setting.clone(),
                before,
            });
        }
    }
    let dev = || wanted.dev.clone();
    steps.extend(wanted.addresses.iter().map(|ip| Step::AddAddress {
        side: Side::Target,
        dev: dev(),
        ip: *ip,
    }));
    if !inside.link(wanted.dev).is_some_and(|link| link.up) {
        steps.push(Step::SetUp {
            side: Side::Target,
            name: dev(),
        });
    }
    // What is on the link itself comes first: a gateway may be.
    let (on_link, beyond): (Vec<_>, Vec<_>) =
        wanted.routes.iter().partition(|spec| spec.via.is_none());
    let add = |spec: &RouteSpec| {
        let route = Route::new(spec.destination, spec.via, 0, spec.metric);
        Step::AddRoute(DevRoute { dev: dev(), route })
    };
    steps.extend(on_link.into_iter().map(add));
    for default in wanted.defaults {
        let route = default.route(wanted.metric)?;
        steps.extend(
            replaced(&route, wanted, inside)?
                .into_iter()
                .map(Step::DelRoute),
        );
        steps.push(Step::AddRoute(DevRoute { dev: dev(), route }));
    }
    steps.extend(beyond.into_iter().map(add));
    let addresses: Vec<IpAddr> = wanted.addresses.iter().map(|ip| ip.ip()).collect();
    if wanted.announce && !addresses.is_empty() {
        steps.push(Step::Announce {
            dev: dev(),
            port: None,
            mac: wanted.mac,
            addresses,
        });
    }
    Ok(steps)
}

/// What the kernel must be told before a link can carry its addresses.
fn own_settings(wanted: &Wanted<'_>, inside: &Inside, link_is_there: bool) -> Vec<Step> {
    let mut steps: Vec<Step> = deaf(wanted, inside, link_is_there).into_iter().collect();
    let dev = wanted.dev;
    let mut want = |key: String, value: &str, bad: &dyn Fn(&str) -> bool| {
        let now = inside.sysctls.get(&value_key(&key, dev, link_is_there));
        if let Some(before) = now.filter(|now| bad(now)) {
            let before = before.clone();
            steps.push(Step::SetSysctl {
                side: Side::Target,
                setting: Sysctl::new(key, value),
                before,
            });
        }
    };
    if wanted.families.v6 {
        want(format!("net/ipv6/conf/{dev}/disable_ipv6"), "0", &|now| {
            now != "0"
        });
        want(IPV6_OF_LOOPBACK.into(), "0", &|now| now != "0");
    }
    if wanted.families.v4 {
        // The kernel takes the larger of `all` and the link's own: strict (1) drops what
        // arrives on a link that is not the way back, loose (2) does not.
        let all_strict = inside
            .sysctls
            .get("net/ipv4/conf/all/rp_filter")
            .is_some_and(|all| all == "1");
        want(format!("net/ipv4/conf/{dev}/rp_filter"), "2", &|now| {
            now == "1" || (all_strict && now == "0")
        });
    }
    steps
}

/// The step after which the link follows no router, whatever addresses it has: the kernel
/// makes itself one of any prefix that somebody on the bridge advertises, and a default route
/// through them. None if it follows none, or the user has a say in that.
fn deaf(wanted: &Wanted<'_>, inside: &Inside, link_is_there: bool) -> Option<Step> {
    let key = format!("net/ipv6/conf/{}/accept_ra", wanted.dev);
    let has_ipv6 = link_is_there || wanted.mtu >= LEAST_MTU_OF_IPV6;
    if !has_ipv6 || wanted.sysctls.iter().any(|asked| asked.key == key) {
        return None;
    }
    let before = match link_is_there || !inside.has_ipv6() {
        true => {
            let now = value_key(&key, wanted.dev, link_is_there);
            inside.sysctls.get(&now).filter(|now| *now != "0")?.clone()
        }
        // The default, which a new link starts with, is 1 in every namespace that nobody has
        // changed it in; to make sure would cost more than to write a 0 over a 0. It need not
        // be put back, for the link goes with the undo.
        false => "0".into(),
    };
    Some(Step::SetSysctl {
        side: Side::Target,
        setting: Sysctl::new(key, "0"),
        before,
    })
}

/// The default routes that would win over `route`, or have its very metric.
fn replaced(route: &Route, wanted: &Wanted<'_>, inside: &Inside) -> Result<Vec<DevRoute>> {
    let given = wanted.metric.is_some();
    let rivals = inside.routes.iter().filter(|other| {
        other.is_default()
            && other.destination.is_ipv4() == route.destination.is_ipv4()
            && if given {
                other.metric == route.metric
            } else {
                other.metric <= route.metric
            }
    });
    rivals
        .map(|rival| {
            let dev = inside
                .name_of(rival.link)
                .and_then(|name| name.parse().ok());
            match dev {
                Some(dev) if !rival.multipath => Ok(DevRoute {
                    dev,
                    route: rival.clone(),
                }),
                _ => Err(Error::conflict(format!(
                    "the default route `{rival}` has several next hops or a next-hop object, and could not be restored"
                ))
                .hint("give --metric to add a default route beside it")),
            }
        })
        .collect()
}
