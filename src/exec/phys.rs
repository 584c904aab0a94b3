//! Cards of the host that move into a target, and come home. Wherever a card is, it is
//! known by its mark, never by its name.

use std::os::fd::AsFd;

use super::Executor;
use crate::error::{Context, Error, Result};
use crate::plan::{Card, PhysStep, Side};
use crate::sys::link::{self, Link};
use crate::sys::netlink::{Door, KernelError};
use crate::sys::verbatim::{self, VerbatimRoute};
use crate::sys::wiphy::Radios;
use crate::sys::{netns, sysctl};

impl Executor<'_> {
    pub(super) fn phys(&mut self, step: &PhysStep) -> Result<bool> {
        match step {
            PhysStep::MoveIn(card) => self.move_in(card),
            PhysStep::GoHome(card) => self.go_home(card),
            PhysStep::Unmark(card) => self.unmark(card),
        }
    }

    /// The card by its mark. A target may give the same to a link of its own, but cannot make
    /// one that is of no kind, as hardware is.
    fn marked(&mut self, side: Side, card: &Card) -> Result<Option<Link>> {
        let links = link::list(self.door(side)?).or_failed(|| "cannot list links".into())?;
        let is_it =
            |link: &Link| link.alias.as_deref() == Some(&card.mark) && link.kind == card.home.kind;
        Ok(links.into_iter().find(is_it))
    }

    fn move_in(&mut self, card: &Card) -> Result<bool> {
        let cannot = || format!("cannot move `{}` into the target", card.name);
        let Some(found) = self.marked(Side::Host, card)? else {
            return Err(Error::failed(cannot()).hint(format!(
                "something else took `{}` away while netpipe worked: see what does, and repeat \
                 the command",
                card.name
            )));
        };
        let (netns, door) = self.target()?;
        if link::find(door, card.ifname.as_str())
            .or_failed(cannot)?
            .is_some()
        {
            return Err(Error::conflict(cannot())
                .because(Error::failed(format!("`{}` is there already", card.ifname)))
                .hint("give another name with --ifname"));
        }
        let netns = netns.as_fd().try_clone_to_owned().or_failed(cannot)?;
        match card.home.radio {
            None => link::set_netns(self.host, found.index, netns.as_fd(), &card.ifname)
                .map_err(|error| explain(cannot(), error))?,
            Some(radio) => {
                let radios = Radios::open().or_failed(cannot)?;
                move_radio(radios, radio, netns.as_fd(), &cannot)?;
            }
        }
        self.indices.clear();
        self.named_inside(card).map(|()| true)
    }

    /// Gives the card its name in the target, where the move did not; if that fails, the card
    /// goes home, for the step as a whole has failed.
    fn named_inside(&mut self, card: &Card) -> Result<()> {
        let cannot = || format!("cannot name `{}` in the target", card.ifname);
        let named = match self.marked(Side::Target, card)? {
            None => Err(Error::failed(cannot())
                .hint("something else took it away while netpipe worked: see what does")),
            Some(found) if found.name == card.ifname.as_str() => Ok(()),
            Some(found) => link::set_name(self.door(Side::Target)?, found.index, &card.ifname)
                .or_failed(cannot),
        };
        if named.is_err() {
            self.go_home(card)?;
        }
        named
    }

    fn go_home(&mut self, card: &Card) -> Result<bool> {
        let cannot = || format!("cannot bring `{}` home", card.name);
        self.indices.clear();
        if self.target.is_some()
            && let Some(found) = self.marked(Side::Target, card)?
        {
            self.leave(card, &found)?;
        }
        let Some(mut found) = self.marked(Side::Host, card)? else {
            return Ok(false);
        };
        if found.name != card.name.as_str() {
            if found.up {
                link::set_down_by_index(self.host, found.index).or_failed(cannot)?;
                found.up = false;
            }
            link::set_name(self.host, found.index, &card.name)
                .map_err(|error| taken(card, error))?;
        }
        furnish(self.host, card, &found)?;
        Ok(true)
    }

    /// Moves the card out of the target.
    fn leave(&mut self, card: &Card, found: &Link) -> Result<()> {
        let cannot = || format!("cannot bring `{}` home", card.name);
        let home = netns::here()?;
        if let Some(radio) = card.home.radio {
            let (netns, _) = self.target()?;
            let radios = netns.run(Radios::open)?.or_failed(cannot)?;
            return move_radio(radios, radio, home.as_fd(), &cannot);
        }
        if link::find(self.host, card.name.as_str())
            .or_failed(cannot)?
            .is_some()
        {
            let error = KernelError {
                errno: libc::EEXIST,
                text: None,
            };
            return Err(taken(card, error));
        }
        let (_, door) = self.target()?;
        link::set_netns(door, found.index, home.as_fd(), &card.name)
            .map_err(|error| taken(card, error))
    }

    fn unmark(&mut self, card: &Card) -> Result<bool> {
        let Some(found) = self.marked(Side::Host, card)? else {
            return Ok(false);
        };
        let name = &card.name;
        // One that is not home yet is known by nothing else.
        if found.name != name.as_str() {
            return Ok(false);
        }
        link::set_alias(self.host, name, &card.home.alias)
            .or_failed(|| format!("cannot give `{name}` its alias back"))?;
        Ok(true)
    }
}

/// Moves a radio, of which a kernel without anything wireless has none.
fn move_radio(
    radios: Option<Radios>,
    radio: u32,
    netns: std::os::fd::BorrowedFd<'_>,
    cannot: &dyn Fn() -> String,
) -> Result<()> {
    let Some(mut radios) = radios else {
        return Err(Error::failed(cannot())
            .hint("kernel has no wireless support any more: modprobe cfg80211"));
    };
    radios
        .set_netns(radio, netns)
        .map_err(|error| explain(cannot(), error))
}

/// Gives a card at home what it had; what it has already is left out. One thing that it does
/// not get keeps it from nothing else. Gives the first failure.
fn furnish(door: &mut Door, card: &Card, found: &Link) -> Result<()> {
    let Card { name, home, .. } = card;
    let mut failed: Vec<Error> = Vec::new();
    let mut note = |what: String, outcome: Result<(), KernelError>| match outcome {
        Ok(()) => {}
        Err(error) if error.is_exists() => {}
        Err(error) => failed.push(Error::failed(what).because(error)),
    };
    if found.mac != Some(home.mac) {
        let done = link::set_mac(door, name, home.mac);
        note(
            format!("cannot set the MAC of `{name}` to {}", home.mac),
            done,
        );
    }
    if found.mtu != home.mtu {
        let done = link::set_mtu(door, name, home.mtu);
        note(
            format!("cannot set the MTU of `{name}` to {}", home.mtu),
            done,
        );
    }
    for setting in &home.settings {
        if sysctl::get(&setting.key).as_ref() != Some(&setting.value) {
            let done = sysctl::set(&setting.key, &setting.value).map_err(KernelError::from);
            note(format!("cannot set `{setting}`"), done);
        }
    }
    if home.up && !found.up {
        let done = link::set_up(door, name);
        note(format!("cannot set `{name}` up"), done);
    }
    for held in &home.addresses {
        let done = verbatim::add_address(door, found.index, held);
        note(
            format!("cannot give `{name}` the address {}", held.ip),
            done,
        );
    }
    // Those that others may lead through come first.
    let (near, far): (Vec<_>, Vec<_>) = home
        .routes
        .iter()
        .partition(|route| route.gateway.is_none());
    let mut added = |wanted: &VerbatimRoute, done| {
        note(format!("cannot add the route `{wanted} dev {name}`"), done);
    };
    for wanted in near.into_iter().chain(far) {
        added(wanted, verbatim::add_route(door, found.index, wanted));
    }
    // Each comes before those that are there.
    for wanted in home.beside.iter().rev() {
        added(wanted, verbatim::add_route_first(door, found.index, wanted));
    }
    let mut failed = failed.into_iter();
    match failed.next() {
        None => Ok(()),
        Some(first) => Err(failed.fold(first, |first, error| first.hint(format!("also: {error}")))),
    }
}

fn taken(card: &Card, error: KernelError) -> Error {
    let Card { name, ifname, .. } = card;
    let exists = error.is_exists();
    let failed = Error::failed(format!("cannot bring `{name}` home")).because(error);
    match exists {
        true => failed.hint(format!(
            "another link of the host is named `{name}` or `{ifname}` by now: rename it, and \
             repeat the command"
        )),
        false => failed,
    }
}

/// Turns a kernel's refusal to move a card into an error with a hint.
fn explain(cannot: String, error: KernelError) -> Error {
    let errno = error.errno;
    let failed = Error::failed(cannot).because(error);
    match errno {
        libc::EPERM => failed.hint("run as root, or with CAP_NET_ADMIN"),
        libc::EINVAL => failed.hint("a link of this kind belongs to its namespace"),
        libc::EOPNOTSUPP => failed.hint("its driver cannot do that"),
        _ => failed,
    }
}
