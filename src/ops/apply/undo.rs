//! Taking back what an apply did to a target before something else of it failed.

use crate::error::{Error, Result};
use crate::ops::attach::{Change, Outcome};
use crate::ops::detach::{self, Whereabouts, Which};
use crate::ops::{Context, attach, recover, shape};
use crate::registry::record::{AttachmentRecord, State};
use crate::resolve::Place;
use crate::spec::{IfName, Shape, Target};

/// How to take something back.
#[derive(Debug)]
pub(super) enum Undo {
    /// Detach what was attached.
    Detach(Target, IfName),
    /// Take added addresses away.
    Shorten(Box<AttachmentRecord>, Box<AttachmentRecord>),
    /// Make what was replaced again.
    PutBack(Box<AttachmentRecord>),
    /// Shape it as it was.
    Reshape(Target, IfName, Option<Shape>),
}

impl Undo {
    /// How to take back what became of a request; none for what mended a thing only.
    pub fn of(outcome: &Outcome, before: Option<&AttachmentRecord>) -> Option<Self> {
        let record = &outcome.record;
        match (outcome.change, before) {
            (Change::Attached, _) => Some(Self::Detach(
                record.owner.target.clone(),
                record.owner.ifname.clone(),
            )),
            (Change::Extended, Some(before)) => Some(Self::Shorten(
                Box::new(before.clone()),
                Box::new(record.clone()),
            )),
            (Change::Replaced, Some(before)) => Some(Self::PutBack(Box::new(before.clone()))),
            _ => None,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// What could not be taken back.
    pub fn run(self, ctx: &Context) -> Result<()> {
        match self {
            Self::Detach(target, ifname) => {
                detach::detach(ctx, &target, &Which::Named(ifname)).map(drop)
            }
            Self::Shorten(before, after) => shorten(ctx, &before, &after),
            Self::PutBack(before) => put_back(ctx, &before),
            Self::Reshape(target, ifname, before) => {
                shape::set(ctx, &target, &ifname, before).map(drop)
            }
        }
    }
}

fn locked(
    ctx: &Context,
    record: &AttachmentRecord,
) -> Result<(Place, Vec<super::super::target_lock::TargetLock>)> {
    let locks = ctx.lock_ends(record)?;
    let place = ctx.place(&record.owner.target, None)?;
    Ok((place, locks))
}

/// Takes away the addresses that one record has and the other has not, as a crash right after
/// they were added would have it done.
fn shorten(ctx: &Context, before: &AttachmentRecord, after: &AttachmentRecord) -> Result<()> {
    let (place, _locks) = locked(ctx, after)?;
    let mut pending = after.clone();
    pending.state = State::Pending;
    let added = after.addresses.iter();
    let added = added.filter(|ip| !before.addresses.contains(ip));
    pending.adding = added.copied().collect();
    let asks = after.leasing.asks.iter();
    let asks = asks.filter(|kind| !before.leasing.asks.contains(kind));
    pending.leasing.adding = asks.copied().collect();
    ctx.registry()?.update(after, &pending)?;
    recover::take_back(ctx, &place, &pending)
}

/// Makes an attachment again that another took the place of.
fn put_back(ctx: &Context, before: &AttachmentRecord) -> Result<()> {
    let (place, _locks) = locked(ctx, before)?;
    let now = ctx.registry()?.attachment(&before.owner)?;
    let Some(now) = now else {
        return Err(Error::failed("its record is gone"));
    };
    detach::take_back(ctx, Whereabouts::Here(&place), &now, before)?;
    attach::put_back(ctx, &place, before)
}
