//! What the host has: the link a target is to be plugged into.

use crate::error::{Context, Error, Result};
use crate::spec::{IfName, LinkKind, LinkSpec};
use crate::sys::link::{self, Link, NfCall};
use crate::sys::netlink::Door;

/// A bridge to plug into: the one that is there, or one to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bridge {
    /// It exists.
    Existing(Link),
    /// It is to be made.
    Missing(IfName),
}

impl Bridge {
    /// Which filters it hands its own frames to; one that is made anew, none.
    pub fn nf_call(&self) -> NfCall {
        match self {
            Self::Existing(link) => link.nf_call,
            Self::Missing(_) => NfCall::default(),
        }
    }
}

/// What `spec` means on this host.
///
/// # Errors
/// A conflict when the name belongs to something else, not found when there is
/// nothing of that name and no kind is implied by it.
pub fn bridge(door: &mut Door, spec: &LinkSpec) -> Result<Bridge> {
    let name = &spec.name;
    let found = link::find(door, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    match (found, spec.kind) {
        (Some(link), _) if link.is_bridge() => Ok(Bridge::Existing(link)),
        (Some(link), _) => {
            let kind = link.kind.unwrap_or_else(|| "network interface".into());
            Err(
                Error::conflict(format!("`{name}` is a {kind}, not a bridge"))
                    .hint("name a bridge, or a name starting with `br` to have one made"),
            )
        }
        (None, Some(LinkKind::Bridge)) => Ok(Bridge::Missing(name.clone())),
        (None, None) if name.as_str().starts_with("br") => Ok(Bridge::Missing(name.clone())),
        (None, None) => Err(
            Error::not_found(format!("there is no link `{name}` on this host")).hint(format!(
                "to have a Linux bridge made, write `bridge:{name}`"
            )),
        ),
    }
}
