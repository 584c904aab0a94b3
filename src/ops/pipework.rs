//! What pipework's words mean on this host: which link, and which container.

use std::time::Duration;

use super::{Context, ovs_bridge};
use crate::error::{Context as _, Error, Kind, Result};
use crate::resolve::{cgroup, host};
use crate::spec::pipework::{Found, HostLink, Meaning, Plug};
use crate::spec::{IfName, Target};
use crate::sys::link;

/// How long a container that does not run yet is waited for: the script looks three times,
/// with a second after each.
const PATIENCE: Duration = Duration::from_secs(3);

/// The attachment that a plug is on this host.
///
/// # Errors
/// Not found if there is no such link, a usage error if the words do not fit it.
pub fn meaning(ctx: &Context, plug: Plug) -> Result<Meaning> {
    let doing = format!("cannot plug anything into `{}`", plug.link);
    let inner = || {
        let name = match &plug.link {
            HostLink::Name(name) => name.clone(),
            HostLink::Card(mac) => host::card_with(&mut ctx.host_door()?, *mac)?,
        };
        plug.meaning(name, |name| found(ctx, name))
    };
    inner().map_err(|error: Error| error.while_doing(&doing))
}

/// What the host has of that name.
fn found(ctx: &Context, name: &IfName) -> Result<Found> {
    let link = link::find(&mut ctx.host_door()?, name.as_str())
        .or_failed(|| format!("cannot look up the link `{name}`"))?;
    Ok(match link {
        None => Found::Missing,
        Some(link) if link.is_bridge() => Found::Bridge,
        Some(link) if link.hardware == libc::ARPHRD_INFINIBAND => Found::Infiniband,
        Some(_) if ovs_bridge::has(ctx, name)? => Found::Ovs,
        Some(_) => Found::Card,
    })
}

/// Does something with a container as pipework knows it. It is the engine's to tell about,
/// as the script has it on any kernel with version 2 of control groups; one that the engine
/// does not know, or that has no engine, is looked for as a control group of that name, such
/// as LXC's. One that does not run yet is waited for.
///
/// # Errors
/// As `run`; not found if it is neither.
pub fn with_guest<T>(
    ctx: &Context,
    guest: &Target,
    mut run: impl FnMut(&Target, Option<Duration>) -> Result<T>,
) -> Result<T> {
    let error = match run(guest, None) {
        Err(error)
            if matches!(
                error.kind(),
                Kind::NotFound | Kind::Unreachable | Kind::Failed
            ) =>
        {
            error
        }
        outcome => return outcome,
    };
    let Target::Container(name) = guest else {
        return Err(error);
    };
    // Only where the container itself was the trouble.
    match ctx.place(guest, None) {
        Err(again) if again.kind() == Kind::Failed => run(guest, Some(PATIENCE)),
        Err(again) if matches!(again.kind(), Kind::NotFound | Kind::Unreachable) => {
            match cgroup::find(name) {
                Err(missing) if missing.kind() == Kind::NotFound => {
                    Err(error.hint(format!("there is no control group `{name}` either")))
                }
                _ => run(&Target::Cgroup(name.clone()), None),
            }
        }
        _ => Err(error),
    }
}
