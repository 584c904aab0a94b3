//! A record from what was asked for and what the host has.

use ipnetwork::IpNetwork;

use super::holder;
use crate::error::{Context as _, Error, Result};
use crate::ops::{Context, filtering};
use crate::plan::tunnel::{self as plan, Have};
use crate::registry::record::{State, VERSION};
use crate::registry::tunnel::TunnelRecord;
use crate::resolve::underlay::{self, Underlay};
use crate::spec::{IfName, LEAST_MTU_OF_IPV6, Mac, TunnelKind, TunnelSpec};
use crate::sys::firewall::{self, Subnet};
use crate::sys::link::{self, Link};
use crate::sys::netlink::Door;
use crate::sys::sysctl;

/// The least MTU of a link (`ETH_MIN_MTU` in linux/if_ether.h; RFC 791).
const LEAST_MTU: u32 = 68;

/// The record of a new tunnel, pending, with what there is of it.
#[derive(Debug)]
pub struct Draft {
    /// The record.
    pub record: TunnelRecord,
    /// What there is: its bridge at most.
    pub have: Have,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Drafts a tunnel.
///
/// # Errors
/// As [`underlay::find`]; a conflict if name, key or VNI is taken.
pub fn new(ctx: &Context, door: &mut Door, spec: &TunnelSpec) -> Result<Draft> {
    let cannot = || format!("cannot look up the link `{}`", spec.name);
    if let Some(other) = link::find(door, spec.name.as_str()).or_failed(cannot)? {
        return Err(match holder::is_marked(ctx, other.alias.as_deref())? {
            true => Error::conflict("it is there, and has lost its record")
                .hint("`netpipe gc` removes it"),
            false => underlay::foreign(&other),
        });
    }
    anew(ctx, door, spec)
}

/// The same, as if no link had the name.
///
/// # Errors
/// As [`new`].
pub fn anew(ctx: &Context, door: &mut Door, spec: &TunnelSpec) -> Result<Draft> {
    let bridge = bridge_of(door, spec.bridge.as_ref())?;
    if let (Some(_), Some(bridge)) = (spec.vlan, &bridge) {
        check_vlans(door, bridge)?;
    }
    let below = underlay::find(door, spec)?;
    let wire = spec.wire(below.local);
    holder::refuse(ctx, door, &spec.name, &wire)?;
    let derived = wire.mtu_over(below.mtu).min(65535);
    let mtu = spec.mtu.map_or(derived, |mtu| mtu.0);
    check_mtu(spec, &below, mtu)?;
    if spec.kind == TunnelKind::Vxlan && spec.dev.is_some() && mtu > derived {
        // `vxlan_config_apply` in drivers/net/vxlan/vxlan_core.c lowers it without a word.
        return Err(Error::usage(format!(
            "the MTU can be {derived} at most: a VXLAN tunnel over a link that is named takes \
             no more than that leaves"
        ))
        .hint("leave --mtu out, or --dev"));
    }
    let mut warnings = Vec::new();
    if mtu > derived {
        warnings.push(format!(
            "packets of {mtu} bytes do not pass `{}` in one piece, whose MTU of {} leaves \
             the tunnel {derived}",
            below.link, below.mtu
        ));
    }
    warnings.extend(narrower_than_bridge(door, bridge.as_ref(), mtu)?);
    warnings.extend(not_forwarding(spec));
    warnings.extend(not_let_through(spec));
    let seed = format!("tunnel {} {} {:?}", ctx.host, spec.name, wire.local);
    let mac = spec
        .kind
        .has_frames()
        .then(|| Mac::derived(seed.as_bytes()));
    let record = TunnelRecord {
        version: VERSION,
        host: ctx.host.clone(),
        name: spec.name.clone(),
        state: State::Pending,
        boot_id: ctx.boot_id()?.to_owned(),
        host_cookie: ctx.host_cookie,
        store: ctx.store_id()?,
        wire,
        dev: spec.dev.clone(),
        mac,
        mtu,
        bridge: spec.bridge.clone(),
        vlan: spec.vlan,
        bridge_mtu: plan::lowered(bridge.as_ref(), mtu),
        addresses: spec.addresses.iter().map(|address| address.ip).collect(),
        routes: spec.routes.clone(),
        peers: Vec::new(),
        removing: false,
        topology: ctx.topology().cloned(),
    };
    let have = Have {
        bridge,
        accept_ra: sysctl::get("net/ipv6/conf/default/accept_ra"),
        ..Have::default()
    };
    Ok(Draft {
        record,
        have,
        warnings,
    })
}

/// The bridge of that name; none if it is to be made, or none is asked for. One that is
/// missing is made if its name says that it is a bridge, as when attaching.
fn bridge_of(door: &mut Door, name: Option<&IfName>) -> Result<Option<Link>> {
    let Some(name) = name else {
        return Ok(None);
    };
    let cannot = || format!("cannot look up the link `{name}`");
    match link::find(door, name.as_str()).or_failed(cannot)? {
        Some(link) if link.is_bridge() => Ok(Some(link)),
        Some(link) => {
            let kind = link.kind.unwrap_or_else(|| "network interface".into());
            Err(
                Error::conflict(format!("`{name}` is a {kind}, not a bridge"))
                    .hint("name a bridge, or a name starting with `br` to have one made"),
            )
        }
        None if name.as_str().starts_with("br") => Ok(None),
        None => Err(
            Error::not_found(format!("there is no bridge `{name}` on this host"))
                .hint(format!("make it first: netpipe bridge add {name}")),
        ),
    }
}

/// Checks that a bridge tells VLANs apart, or may be made to.
fn check_vlans(door: &mut Door, bridge: &Link) -> Result<()> {
    let name = &bridge.name;
    if !bridge.vlan_filtering && !plan::is_own_bridge(bridge) {
        return Err(Error::conflict(format!(
            "`{name}` does not tell VLANs apart, and it is not netpipe's"
        ))
        .hint(format!(
            "turn it on yourself: ip link set {name} type bridge vlan_filtering 1"
        )));
    }
    let ports = link::ports(door, bridge.index)
        .or_failed(|| format!("cannot look up the ports of `{name}`"))?;
    // What this would do, for it refuses where a port would be cut off.
    filtering::turn_on(door, &name.parse()?, Some((bridge, &ports)), None, None).map(drop)
}

fn check_mtu(spec: &TunnelSpec, below: &Underlay, mtu: u32) -> Result<()> {
    let ipv6 = spec.addresses.iter().any(|address| address.ip.is_ipv6())
        || spec.routes.iter().any(IpNetwork::is_ipv6);
    let least = if ipv6 { LEAST_MTU_OF_IPV6 } else { LEAST_MTU };
    if mtu >= least {
        return Ok(());
    }
    Err(Error::failed(format!(
        "`{}` has an MTU of {}, which leaves the tunnel {mtu}",
        below.link, below.mtu
    ))
    .hint(format!("the tunnel needs at least {least}")))
}

/// Says of a bridge that it sends frames which do not pass the tunnel.
fn narrower_than_bridge(
    door: &mut Door,
    bridge: Option<&Link>,
    mtu: u32,
) -> Result<Option<String>> {
    let Some(bridge) = bridge else {
        return Ok(None);
    };
    let name = &bridge.name;
    let ports = link::ports(door, bridge.index)
        .or_failed(|| format!("cannot look up the ports of `{name}`"))?;
    let wider: Vec<String> = ports
        .iter()
        .filter(|port| port.mtu > mtu)
        .map(|port| format!("`{}`", port.name))
        .collect();
    let advice = format!(
        "what they send in longer packets is lost in the tunnel: attach them anew, or give \
         them the MTU {mtu}"
    );
    Ok(match (wider.is_empty(), bridge.mtu > mtu) {
        (false, _) => Some(format!(
            "these ports of `{name}` have a larger MTU than the tunnel's {mtu}: {}; {advice}",
            wider.join(", ")
        )),
        (true, true) if !plan::is_own_bridge(bridge) => Some(format!(
            "bridge `{name}` is not netpipe's and may keep its MTU of {}, larger than the \
             tunnel's {mtu}: attach with --mtu {mtu}",
            bridge.mtu
        )),
        _ => None,
    })
}

/// Says of routes into the tunnel that the host does not pass on what others send there.
fn not_forwarding(spec: &TunnelSpec) -> Option<String> {
    let settings = [
        (false, "net/ipv4/ip_forward"),
        (true, "net/ipv6/conf/all/forwarding"),
    ];
    let off: Vec<String> = settings
        .iter()
        .filter(|(ipv6, _)| spec.routes.iter().any(|route| route.is_ipv6() == *ipv6))
        .filter(|(_, key)| sysctl::get(key).is_some_and(|value| value == "0"))
        .map(|(_, key)| format!("sysctl -w {key}=1"))
        .collect();
    (!off.is_empty()).then(|| {
        format!(
            "this host forwards no packets, so containers do not reach the routes: {}",
            off.join("; ")
        )
    })
}

/// Says of routes into the tunnel that the host's firewall may drop what others send there.
fn not_let_through(spec: &TunnelSpec) -> Vec<String> {
    let needs_rules = |route: &&IpNetwork| {
        let subnet = Subnet::new(**route).ok();
        // What cannot be read is no reason not to make the tunnel.
        let rules = subnet.and_then(|subnet| firewall::needed_for_route(subnet).ok());
        rules.is_some_and(|rules| !rules.is_empty())
    };
    let hindered = spec.routes.iter().filter(needs_rules);
    let warnings = hindered.map(|route| {
        format!(
            "this host's firewall may drop what is forwarded to {route}: if so, leave --route \
             out, and let its packets through as well: netpipe direct-route add {route} via \
             ADDRESS-OF-THE-OTHER-END"
        )
    });
    warnings.collect()
}

/// Refuses a request for what is recorded with other properties. What is not asked for is
/// as it was chosen.
///
/// # Errors
/// A conflict that says what differs.
pub fn check_equal(record: &TunnelRecord, spec: &TunnelSpec) -> Result<()> {
    fn shown<T: ToString>(value: Option<T>) -> String {
        value.map_or_else(|| "none".into(), |value| value.to_string())
    }
    let asked = spec.wire(spec.local.or(record.wire.local));
    let have = &record.wire;
    let list = |all: &[IpNetwork]| {
        let mut all: Vec<String> = all.iter().map(ToString::to_string).collect();
        all.sort();
        all.join(",")
    };
    let addresses: Vec<IpNetwork> = spec.addresses.iter().map(|one| one.ip).collect();
    let id = if have.kind.is_gre() { "key" } else { "VNI" };
    let mtu = spec.mtu.map_or(record.mtu, |mtu| mtu.0);
    let dev = spec.dev.as_ref().or(record.dev.as_ref());
    let learning = |on: bool| if on { "on" } else { "off" }.to_owned();
    let rows = [
        ("kind", have.kind.to_string(), asked.kind.to_string()),
        ("local end", shown(have.local), shown(asked.local)),
        ("remote end", shown(have.remote), shown(asked.remote)),
        (id, shown(have.id), shown(asked.id)),
        ("UDP port", shown(have.port), shown(asked.port)),
        ("TTL", have.ttl.to_string(), asked.ttl.to_string()),
        (
            "type of service",
            have.tos.to_string(),
            asked.tos.to_string(),
        ),
        (
            "learning",
            learning(have.learning),
            learning(asked.learning),
        ),
        ("device", shown(record.dev.as_ref()), shown(dev)),
        ("MTU", record.mtu.to_string(), mtu.to_string()),
        (
            "bridge",
            shown(record.bridge.as_ref()),
            shown(spec.bridge.as_ref()),
        ),
        ("VLAN", shown(record.vlan), shown(spec.vlan)),
        ("addresses", list(&record.addresses), list(&addresses)),
        ("routes", list(&record.routes), list(&spec.routes)),
    ];
    let differs: Vec<String> = rows
        .into_iter()
        .filter(|(_, have, asked)| have != asked)
        .map(|(what, have, asked)| format!("its {what} is {have}, not {asked}"))
        .collect();
    match differs.is_empty() {
        true => Ok(()),
        false => Err(
            Error::conflict(format!("it exists, and {}", differs.join("; "))).hint(format!(
                "remove it first: netpipe tunnel del {}",
                record.name
            )),
        ),
    }
}
