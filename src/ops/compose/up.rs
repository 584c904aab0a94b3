//! Making what a service asks for.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use super::down;
use super::facts::{self, is_its_own};
use crate::error::{Error, Result};
use crate::exec::fault;
use crate::ops::bridge::NewBridge;
use crate::ops::{Context, bridge, network, ovs_bridge, ovs_tunnel, tunnel as tunnels};
use crate::registry::compose::{AddressKey, BridgeClaim, ComposeRecord, NetworkClaim, TunnelClaim};
use crate::registry::record::{State, VERSION};
use crate::registry::{Registry, Taken, pool};
use crate::spec::{
    ComposeName, NetworkName, NetworkSpec, Segment, SegmentBridge, TunnelSpec, VlanProtocol,
};

/// What an `up` came to.
#[derive(Debug)]
pub struct Up {
    /// The record.
    pub record: ComposeRecord,
    /// What was made, a line each.
    pub made: Vec<String>,
    /// The addresses that are set aside, in the order in which they were asked for.
    pub addresses: Vec<(Option<String>, IpAddr)>,
    /// The largest packet that fits through the tunnel.
    pub mtu: Option<u32>,
}

/// Makes what is missing; takes back what it made if it fails. The caller holds the lock.
pub(super) fn up(
    ctx: &Context,
    known: Option<ComposeRecord>,
    (project, service): (&ComposeName, &ComposeName),
    wanted: &Segment,
) -> Result<Up> {
    let known = match known {
        // What a crash or a `down` left of other options goes first.
        Some(old) if old.asked != wanted.asked && (old.leaving || old.state == State::Pending) => {
            remove_rest(ctx, &old)?;
            None
        }
        known => known,
    };
    if let Some(old) = &known {
        refuse_other(old, wanted)?;
    }
    let was_up = known
        .as_ref()
        .is_some_and(|old| old.state == State::Active && !old.leaving);
    let mut record = claims(ctx, known.as_ref(), (project, service), wanted)?;
    if let Some(known) = known.as_ref().filter(|_| was_up) {
        // What it is up with is what it asked for until all of the new is there.
        record.asked.clone_from(&known.asked);
    }
    if known.as_ref() != Some(&record) {
        ctx.registry()?.replace(known.as_ref(), &record)?;
    }
    let mut work = Work {
        ctx,
        stored: record.clone(),
        outcome: Up {
            record,
            made: Vec::new(),
            addresses: Vec::new(),
            mtu: None,
        },
    };
    let done = fault::point("the reservation")
        .and_then(|()| work.make(wanted))
        .and_then(|()| ctx.interrupt.check())
        .and_then(|()| work.commit(wanted))
        // Of a service that was up before all is done then.
        .and_then(|()| match was_up {
            true => Ok(()),
            false => fault::point("the commit"),
        });
    match done {
        Ok(()) => Ok(work.outcome),
        Err(error) => Err(work.roll_back(known.as_ref().filter(|_| was_up), error)),
    }
}

/// Removes what is left of a service that asked for something else.
fn remove_rest(ctx: &Context, old: &ComposeRecord) -> Result<()> {
    let leaving = super::leaving(ctx, old)?;
    let outcome = down::down(&ctx.deaf()?, &leaving)?;
    match outcome.stays.first() {
        None => Ok(()),
        Some(stays) => Err(Error::conflict(format!(
            "what it had with other options is still in use: {stays}"
        ))
        .hint("see `netpipe list`; detach what uses it")),
    }
}

/// Refuses options that differ from those that the service is up with. Addresses may come and
/// go.
fn refuse_other(known: &ComposeRecord, wanted: &Segment) -> Result<()> {
    let fixed = |asked: &[String]| -> Vec<String> {
        let all = asked.iter().filter(|one| !one.starts_with("address="));
        all.cloned().collect()
    };
    let (was, is) = (fixed(&known.asked), fixed(&wanted.asked));
    if was == is {
        return Ok(());
    }
    let gone = was.iter().filter(|one| !is.contains(one));
    let new = is.iter().filter(|one| !was.contains(one));
    let all: Vec<_> = gone
        .map(|one| format!("-{one}"))
        .chain(new.map(|one| format!("+{one}")))
        .collect();
    Err(
        Error::conflict(format!("it is up with other options: {}", all.join(" ")))
            .hint("take it down first: docker compose down"),
    )
}

/// The pending record, which says of each thing whether it is going to be made.
fn claims(
    ctx: &Context,
    known: Option<&ComposeRecord>,
    (project, service): (&ComposeName, &ComposeName),
    wanted: &Segment,
) -> Result<ComposeRecord> {
    let mut record = ComposeRecord {
        version: VERSION,
        host: ctx.host.clone(),
        project: project.clone(),
        service: service.clone(),
        // One that was leaving has to come up as a new one has.
        state: known
            .filter(|known| !known.leaving)
            .map_or(State::Pending, |known| known.state),
        leaving: false,
        boot_id: ctx.boot_id()?.to_owned(),
        host_cookie: ctx.host_cookie,
        asked: wanted.asked.clone(),
        bridge: None,
        network: None,
        tunnel: None,
    };
    if let Some(asked) = &wanted.bridge {
        record.bridge = Some(bridge_claim(ctx, known, asked)?);
    }
    if let Some((name, spec)) = &wanted.network {
        let was_made = known
            .and_then(|known| known.network.as_ref())
            .is_some_and(|claim| claim.made);
        let there = network::find(ctx, name)?;
        record.network = Some(NetworkClaim {
            name: name.clone(),
            spec: spec.clone(),
            made: there.is_none() || was_made,
        });
    }
    if let Some(spec) = &wanted.tunnel {
        let claim = known.and_then(|known| known.tunnel.as_ref());
        let was_made = claim.is_some_and(|claim| claim.made);
        record.tunnel = Some(TunnelClaim {
            name: spec.name.clone(),
            made: was_made || !tunnel_is_there(ctx, spec)?,
            wire: claim.and_then(|claim| claim.wire.clone()),
        });
    }
    Ok(record)
}

fn bridge_claim(
    ctx: &Context,
    known: Option<&ComposeRecord>,
    asked: &SegmentBridge,
) -> Result<BridgeClaim> {
    let name = &asked.link.name;
    let ovs = match asked.link.kind {
        None if facts::is_there(ctx, name)? => facts::is_of_switch(ctx, name)?,
        _ => asked.is_ovs(),
    };
    let mut claim = BridgeClaim {
        name: name.clone(),
        ovs,
        made: false,
        index: 0,
    };
    let Some(found) = facts::bridge(ctx, &claim)? else {
        claim.made = true;
        return Ok(claim);
    };
    claim.index = found.index;
    let was = known.and_then(|known| Some((known, known.bridge.as_ref()?)));
    let own = match was {
        Some((record, claim)) => is_its_own(ctx, record, claim, &found)?,
        None => false,
    };
    // One that would go with its last port is made to stay, as by `bridge add`.
    claim.made = own || (found.ours && !found.stays);
    Ok(claim)
}

fn tunnel_is_there(ctx: &Context, spec: &TunnelSpec) -> Result<bool> {
    if ctx.registry()?.tunnel(&spec.name)?.is_some() {
        return Ok(true);
    }
    let ports = ovs_tunnel::list(ctx)?;
    Ok(ports.iter().any(|port| port.name == spec.name.as_str()))
}

/// An `up` under way.
struct Work<'a> {
    ctx: &'a Context,
    outcome: Up,
    /// The record as it was written.
    stored: ComposeRecord,
}

impl Work<'_> {
    fn make(&mut self, wanted: &Segment) -> Result<()> {
        if let Some(asked) = &wanted.bridge {
            self.bridge(asked)?;
            self.passed()?;
        }
        if let Some((name, spec)) = &wanted.network {
            if network::add(self.ctx, name, spec.clone())? {
                self.outcome.made.push(format!("network {name}"));
            }
            self.passed()?;
        }
        if let Some(spec) = &wanted.tunnel {
            self.tunnel(spec)?;
            self.passed()?;
        }
        Ok(())
    }

    /// Between two things: here a signal is heard.
    fn passed(&self) -> Result<()> {
        fault::point("a part of a service")?;
        self.ctx.interrupt.check()
    }

    fn bridge(&mut self, asked: &SegmentBridge) -> Result<()> {
        let Some(claim) = self.outcome.record.bridge.clone() else {
            return Ok(());
        };
        let found = facts::bridge(self.ctx, &claim)?;
        let others = facts::others(self.ctx, &self.outcome.record)?;
        let of_compose = claim.made
            || others
                .iter()
                .filter_map(|other| other.bridge.as_ref())
                .any(|its| its.made && its.name == claim.name);
        if let Some(found) = found.as_ref().filter(|_| !of_compose) {
            return check_has(found, asked);
        }
        let wanted = NewBridge {
            name: claim.name.clone(),
            addresses: asked.addresses.iter().map(|address| address.ip).collect(),
            // A tunnel may have lowered that of one that is there.
            mtu: asked.mtu.filter(|_| found.is_none()).map(|mtu| mtu.0),
            mac: None,
            stp: asked.stp,
            vlans: asked.vlan_filtering.then_some(VlanProtocol::Dot1q),
            ports: asked.ports.clone(),
        };
        let made = match claim.ovs {
            true => ovs_bridge::add(self.ctx, &wanted, asked.datapath)?,
            false => bridge::add(self.ctx, &wanted)?,
        };
        if made {
            self.outcome.made.push(format!("bridge {}", claim.name));
        }
        let index = facts::bridge(self.ctx, &claim)?.map_or(0, |found| found.index);
        if let Some(claim) = &mut self.outcome.record.bridge {
            claim.index = index;
        }
        Ok(())
    }

    fn tunnel(&mut self, spec: &TunnelSpec) -> Result<()> {
        let bridge = self.outcome.record.bridge.as_ref();
        // One that carries packets is no port, and the kernel's.
        let switched = spec.bridge.is_some() && bridge.is_some_and(|bridge| bridge.ovs);
        let (mtu, made, wire) = if switched {
            let added = ovs_tunnel::add(self.ctx, spec)?;
            (added.mtu, added.made, None)
        } else {
            let added = tunnels::add(self.ctx, spec)?;
            (added.record.mtu, added.made, Some(added.record.wire))
        };
        if made {
            self.outcome.made.push(format!("tunnel {}", spec.name));
        }
        self.outcome.mtu = Some(mtu);
        if let Some(claim) = &mut self.outcome.record.tunnel {
            claim.wire = wire;
        }
        Ok(())
    }

    /// Writes that it is up, and with it, all or none, the addresses that are set aside now and
    /// those that no longer are.
    fn commit(&mut self, wanted: &Segment) -> Result<()> {
        let mut done = self.outcome.record.clone();
        done.state = State::Active;
        done.asked.clone_from(&wanted.asked);
        let registry = self.ctx.registry()?;
        loop {
            self.ctx.interrupt.check()?;
            let chosen = match &wanted.network {
                Some((name, spec)) => Chosen::of(&registry, &done, (name, spec), wanted)?,
                None => Chosen::default(),
            };
            if registry.commit_compose((&self.stored, &done), &chosen.new, &chosen.free)? {
                let new = chosen.new.iter();
                self.outcome
                    .made
                    .extend(new.map(|(ip, _)| format!("address {ip}")));
                self.outcome.addresses = chosen.all;
                self.outcome.record = done;
                return Ok(());
            }
            // Somebody was faster: fixed ones are refused when they are chosen again.
        }
    }

    /// Takes back what was done: all of it, or, of a service that was up before, nothing, for what
    /// it asked for stands. Gives the error that led here.
    fn roll_back(&self, before: Option<&ComposeRecord>, error: Error) -> Error {
        let undo = || {
            let ctx = self.ctx.deaf()?;
            let registry = ctx.registry()?;
            let mut leaving = self.outcome.record.clone();
            if let Some(before) = before {
                return registry.restore(before, Some(before));
            }
            leaving.leaving = true;
            registry.restore(&leaving, Some(&leaving))?;
            down::down(&ctx, &leaving).map(drop)
        };
        match undo() {
            Ok(()) => error,
            Err(second) => error.hint(format!(
                "what was made could not all be removed ({second}): `netpipe gc` does it"
            )),
        }
    }
}

/// Which addresses a service gets.
#[derive(Default)]
struct Chosen {
    /// All, in the order in which they were asked for.
    all: Vec<(Option<String>, IpAddr)>,
    /// Those of them that it has not got yet, each with its note.
    new: Vec<(AddressKey, String)>,
    /// Those that it has and no longer wants.
    free: Vec<AddressKey>,
}

impl Chosen {
    fn of(
        registry: &Registry<'_>,
        record: &ComposeRecord,
        (name, spec): (&NetworkName, &NetworkSpec),
        wanted: &Segment,
    ) -> Result<Self> {
        let mut held = registry.set_aside_for(record, name)?;
        let mut chosen = Self::default();
        // What the bridge itself has, and what is written out, is not for `auto`.
        let on_bridge = wanted.bridge.iter().flat_map(|bridge| &bridge.addresses);
        let fixed: Vec<IpAddr> = wanted.addresses.iter().filter_map(|one| one.ip).collect();
        let mut used: Vec<IpAddr> = on_bridge
            .map(|address| address.ip.ip())
            .chain(fixed.iter().copied())
            .collect();
        for one in &wanted.addresses {
            let fits = |(ip, label): &(IpAddr, Option<String>)| {
                let same = one.ip.map_or(!fixed.contains(ip), |wanted| wanted == *ip);
                *label == one.label && same
            };
            let ip = match held.iter().position(fits) {
                Some(at) => held.swap_remove(at).0,
                None => {
                    let ip = match one.ip {
                        Some(ip) => free_or_refused(registry, record, name, ip)?,
                        None => next_free(registry, name, spec, &used)?,
                    };
                    let note = record.note(one.label.as_deref());
                    chosen.new.push((AddressKey::new(name, ip), note));
                    ip
                }
            };
            used.push(ip);
            chosen.all.push((one.label.clone(), ip));
        }
        // One that only has another label now is written anew.
        held.retain(|(ip, _)| !chosen.new.iter().any(|(key, _)| key.ip == *ip));
        chosen.free = held
            .into_iter()
            .map(|(ip, _)| AddressKey::new(name, ip))
            .collect();
        Ok(chosen)
    }
}

fn next_free(
    registry: &Registry<'_>,
    name: &NetworkName,
    spec: &NetworkSpec,
    used: &[IpAddr],
) -> Result<IpAddr> {
    let free = pool::choose(registry, name, spec, used, None)?;
    let none = || Error::conflict(format!("network `{name}` has no free address"));
    free.first().map(IpNetwork::ip).ok_or_else(none)
}

/// The same address, if nobody else has it.
fn free_or_refused(
    registry: &Registry<'_>,
    record: &ComposeRecord,
    network: &NetworkName,
    ip: IpAddr,
) -> Result<IpAddr> {
    match registry.holder(network, ip)? {
        Some(held) if record.label_in(&held).is_none() => Err(Taken {
            network: network.clone(),
            ip,
            held,
        }
        .into()),
        _ => Ok(ip),
    }
}

/// Refuses a bridge of somebody else's that lacks what is asked for: what would be added to
/// it nobody could take away again.
fn check_has(found: &facts::Bridge, asked: &SegmentBridge) -> Result<()> {
    let name = &asked.link.name;
    let mut addresses = asked.addresses.iter().map(|address| address.ip);
    if let Some(ip) = addresses.find(|ip| !found.addresses.contains(ip)) {
        return Err(Error::conflict(format!(
            "the bridge `{name}` was there before and has no address {ip}"
        ))
        .hint(format!(
            "add it with `ip address add {ip} dev {name}`, or name another bridge"
        )));
    }
    let mut ports = asked.ports.iter();
    if let Some(port) = ports.find(|port| !found.ports.iter().any(|has| has == port.as_str())) {
        return Err(Error::conflict(format!(
            "the bridge `{name}` was there before and has no port `{port}`"
        ))
        .hint(format!(
            "add it with `netpipe bridge port add {name} {port}`, or name another bridge"
        )));
    }
    Ok(())
}
