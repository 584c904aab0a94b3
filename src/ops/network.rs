//! Networks and the addresses set aside in them.

use std::net::IpAddr;

use super::{Context, ovs_bridge};
use crate::error::{Error, Result};
use crate::registry::record::AddressRecord;
use crate::resolve::host;
use crate::spec::{
    Attachment, IfName, LinkArg, LinkKind, LinkSpec, NetworkName, NetworkSpec, PeerSpec, PortVlan,
    VlanId,
};

/// Registers a network; whether it is new. The same one again is no error.
///
/// # Errors
/// A usage error if its parts do not fit, a conflict if another has the name.
pub fn add(ctx: &Context, name: &NetworkName, spec: NetworkSpec) -> Result<bool> {
    let spec = spec.validated()?;
    let registry = ctx.registry()?;
    if registry.add_network(name, &spec, ctx.topology())? {
        return Ok(true);
    }
    match registry.network(name)? {
        Some(known) if known == spec => Ok(false),
        _ => Err(Error::conflict(format!(
            "network `{name}` is registered already, and differs"
        ))
        .hint(format!(
            "see `netpipe network show {name}`, or forget it with `netpipe network del {name}`"
        ))),
    }
}

/// Forgets a network; whether it was registered.
///
/// # Errors
/// A conflict while addresses of it are taken.
pub fn del(ctx: &Context, name: &NetworkName) -> Result<bool> {
    ctx.registry()?.del_network(name)
}

/// All registered networks.
///
/// # Errors
/// If the store does not answer.
pub fn list(ctx: &Context) -> Result<Vec<(NetworkName, NetworkSpec)>> {
    ctx.registry()?.networks()
}

/// One registered network, or none.
///
/// # Errors
/// If the store does not answer.
pub fn find(ctx: &Context, name: &NetworkName) -> Result<Option<NetworkSpec>> {
    ctx.registry()?.network(name)
}

/// What a LINK argument means.
#[derive(Debug)]
pub struct Meant {
    /// The link.
    pub link: LinkSpec,
    /// The network, if it was given as one.
    pub network: Option<NetworkName>,
    /// The VLAN of that network.
    pub vlan: Option<VlanId>,
    /// The far end, if it is a wire.
    pub peer: Option<PeerSpec>,
}

/// What a LINK argument means on this host.
///
/// # Errors
/// Not found if there is no such network or card, a usage error if the network names no
/// bridge, a conflict if several cards have the address.
pub fn link(ctx: &Context, arg: LinkArg) -> Result<Meant> {
    let only = |link| Meant {
        link,
        peer: None,
        network: None,
        vlan: None,
    };
    let name = match arg {
        LinkArg::Link(link) => return Ok(only(link)),
        LinkArg::Card(kind, mac) => {
            let name = host::card_with(&mut ctx.host_door()?, mac)?;
            return Ok(only(LinkSpec { kind, name }));
        }
        LinkArg::Wire(target) => {
            let link = LinkSpec {
                kind: Some(LinkKind::Veth),
                // Its own name depends on both ends, and these are not known yet.
                name: "wire".parse()?,
            };
            return Ok(Meant {
                link,
                network: None,
                vlan: None,
                peer: Some(PeerSpec::new(target)),
            });
        }
        LinkArg::Network(name) => name,
    };
    let spec = find(ctx, &name)?.ok_or_else(|| {
        Error::not_found(format!("there is no network `{name}`")).hint("see `netpipe network list`")
    })?;
    let bridge = spec.bridge.ok_or_else(|| {
        Error::usage(format!("network `{name}` names no bridge"))
            .hint("name the link itself, with --network for the addresses")
    })?;
    let kind = match ovs_bridge::is_meant(ctx, &bridge)? {
        true => LinkKind::Ovs,
        false => LinkKind::Bridge,
    };
    Ok(Meant {
        link: LinkSpec {
            kind: Some(kind),
            name: bridge,
        },
        network: Some(name),
        vlan: spec.vlan,
        peer: None,
    })
}

/// The VLANs that were given, or that of the network, which leaves no choice.
///
/// # Errors
/// A usage error if they differ.
pub fn vlan_in(given: Option<PortVlan>, network: Option<VlanId>) -> Result<Option<PortVlan>> {
    let Some(own) = network.map(PortVlan::Access) else {
        return Ok(given);
    };
    match given {
        Some(given) if given != own => Err(Error::usage(format!(
            "the network is in VLAN {own}, not in `{given}`"
        ))
        .hint("leave --vlan and --trunk out, or name the bridge itself")),
        _ => Ok(Some(own)),
    }
}

/// The network that the addresses of an attachment belong to if it names none: the one named
/// after its link and VLAN, or the one that is registered for them.
///
/// # Errors
/// A usage error if several networks are registered for them.
pub fn of_request(
    all: &[(NetworkName, NetworkSpec)],
    request: &Attachment,
    link: &IfName,
) -> Result<NetworkName> {
    let vlan = match request.vlan {
        Some(PortVlan::Access(id)) => Some(id),
        _ => None,
    };
    if let (Some(svlan), Some(vlan)) = (request.card.svlan, vlan) {
        return format!("{link}.{svlan}.{vlan}").parse();
    }
    let own = NetworkName::of_link(link, vlan);
    if all.iter().any(|(name, _)| *name == own) {
        return Ok(own);
    }
    let named: Vec<NetworkName> = all
        .iter()
        .filter(|(_, spec)| spec.bridge.as_ref() == Some(link) && spec.vlan == vlan)
        .map(|(name, _)| name.clone())
        .collect();
    match named.as_slice() {
        [] => Ok(own),
        [only] => Ok(only.clone()),
        several => {
            let names: Vec<_> = several.iter().map(NetworkName::as_str).collect();
            Err(Error::usage(format!(
                "several networks are registered for the bridge `{link}`: {}",
                names.join(", ")
            ))
            .hint("name one with --network, or as the link: `net:NAME`"))
        }
    }
}

/// Sets an address aside, so that no attachment gets it.
///
/// # Errors
/// A conflict if it is taken, a usage error if the network has no such subnet.
pub fn reserve(ctx: &Context, name: &NetworkName, ip: IpAddr, note: Option<&str>) -> Result<()> {
    let registry = ctx.registry()?;
    if let Some(spec) = registry.network(name)?
        && !spec.subnets.iter().any(|subnet| subnet.contains(ip))
    {
        return Err(
            Error::usage(format!("{ip} is in no subnet of network `{name}`"))
                .hint(format!("see `netpipe network show {name}`")),
        );
    }
    if registry.set_aside(name, ip, note)? {
        return Ok(());
    }
    // Freed by now, it was set aside a moment ago.
    let held = registry.holder(name, ip)?;
    Err(crate::registry::Taken {
        network: name.clone(),
        ip,
        held: held.unwrap_or_else(|| AddressRecord::set_aside(None)),
    }
    .into())
}

/// Frees an address that was set aside; whether it was. One that is in use is freed with the
/// attachment that uses it.
///
/// # Errors
/// A conflict if an attachment has it, and it was not set aside.
pub fn release(ctx: &Context, name: &NetworkName, ip: IpAddr) -> Result<bool> {
    ctx.registry()?
        .free_set_aside(name, ip)?
        .map_err(Error::from)
}

/// The addresses taken, of one network or of all.
///
/// # Errors
/// If the store does not answer.
pub fn taken(
    ctx: &Context,
    name: Option<&NetworkName>,
) -> Result<Vec<(NetworkName, IpAddr, AddressRecord)>> {
    let mut taken = ctx.registry()?.taken(name)?;
    taken.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
    Ok(taken)
}
