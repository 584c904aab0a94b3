//! What servers and routers have a say in.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::Executor;
use super::steps::absent_is_done;
use crate::error::{Context, Error, Result};
use crate::plan::Side;
use crate::plan::dhcp_step::{Client, DhcpStep, Following, Question, from_hex};
use crate::registry::lease::{Lease, LeaseKind, now};
use crate::spec::IfName;
use crate::sys::dhcp::{self, Asking, Given, Held4};
use crate::sys::dhcp6::{self, Asking6, Held6};
use crate::sys::netlink::Door;
use crate::sys::netns::Netns;
use crate::sys::{addr, router, sysctl};

impl Executor<'_> {
    pub(super) fn dhcp(&mut self, step: &DhcpStep) -> Result<bool> {
        match step {
            DhcpStep::Ask(question) => self.ask(question).map(|()| true),
            DhcpStep::Forget(question) => self.forget(question),
            DhcpStep::Release(held) => self.release(&held.0, &held.1),
            DhcpStep::Follow(following) => self.follow(following),
            DhcpStep::Ignore(following) => self.ignore(&following.dev),
            DhcpStep::AddAddress {
                dev,
                ip,
                valid,
                preferred,
            }
            | DhcpStep::KeepAddress {
                dev,
                ip,
                valid,
                preferred,
            } => {
                let replace = matches!(step, DhcpStep::KeepAddress { .. });
                let index = self.index(Side::Target, dev)?;
                let door = self.door(Side::Target)?;
                index
                    .and_then(|index| {
                        addr::add_for(door, index, *ip, (*valid, *preferred), replace)
                    })
                    .or_failed(|| format!("cannot give `{dev}` the address {ip}"))
                    .map(|()| true)
            }
        }
    }

    /// What was given, in the order of the questions.
    pub fn given(&self) -> Vec<Given> {
        self.given.clone()
    }

    /// Takes something for given that a server gave by itself.
    pub fn take(&mut self, given: Given) {
        self.given.push(given);
    }

    /// The door to the host's namespace.
    pub fn host(&mut self) -> &mut Door {
        self.host
    }

    fn link_of(&mut self, side: Side, dev: &IfName) -> Result<u32> {
        self.index(side, dev)?
            .or_failed(|| format!("cannot look up the link `{dev}`"))
    }

    fn ask(&mut self, question: &Question) -> Result<()> {
        let Question {
            kind,
            client,
            before,
            seconds,
        } = question;
        let patience = Duration::from_secs((*seconds).into());
        let interrupt = self.interrupt;
        let given = match kind {
            LeaseKind::Dhcp => {
                let before = before.as_ref().and_then(|lease| match lease.address.ip() {
                    IpAddr::V4(ip) => Some(ip),
                    IpAddr::V6(_) => None,
                });
                let (side, dev) = client.side();
                let link = self.link_of(side, dev)?;
                let asking = asking(client, dev, link);
                let ask = || dhcp::ask(&asking, before, patience, interrupt);
                Given::V4(match side {
                    Side::Host => ask()?,
                    Side::Target => self.target()?.0.run(ask)??,
                })
            }
            LeaseKind::Dhcp6 => {
                let end = Instant::now() + patience;
                let link = self.link_of(Side::Target, &client.dev)?;
                let netns: &Netns = self.target()?.0;
                Given::V6(netns.run(|| {
                    let source = router::await_link_local(link, end, interrupt)?;
                    // What is on the link, and who routes, a DHCPv6 server does not say.
                    router::solicit(link, source);
                    let asking = asking6(client, link, source);
                    let left = end.saturating_duration_since(Instant::now());
                    dhcp6::ask(&asking, left.max(Duration::from_secs(1)), interrupt)
                })??)
            }
            LeaseKind::Slaac => {
                let end = Instant::now() + patience;
                let link = self.link_of(Side::Target, &client.dev)?;
                let netns: &Netns = self.target()?.0;
                let made = netns.run(|| {
                    let source = router::await_link_local(link, end, interrupt)?;
                    router::await_made(link, source, end, interrupt)
                })??;
                if made.is_empty() {
                    return Err(Error::failed(format!(
                        "no router advertised a prefix for addresses on `{}` in {seconds} s",
                        client.dev
                    ))
                    .hint(
                        "see that a router serves that link, or give --dhcp-timeout to wait longer",
                    ));
                }
                Given::Routers(made)
            }
        };
        self.given.push(given);
        Ok(())
    }

    /// Gives back what a question brought, if it brought anything.
    fn forget(&mut self, question: &Question) -> Result<bool> {
        let found = self
            .given
            .iter()
            .find_map(|given| match (given, question.kind) {
                (Given::V4(given), LeaseKind::Dhcp) => Some(Held::V4(Held4 {
                    address: given.address,
                    server: given.server,
                    left: (1, 2, 3),
                })),
                (Given::V6(given), LeaseKind::Dhcp6) => Some(Held::V6(Held6 {
                    address: given.address,
                    server: given.server.clone(),
                    left: (1, 2, 3),
                })),
                _ => None,
            });
        match found {
            Some(held) => self.give_back(&question.client, &held),
            None => Ok(false),
        }
    }

    fn release(&mut self, client: &Client, lease: &Lease) -> Result<bool> {
        match held(lease) {
            Some(held) => self.give_back(client, &held),
            None => Ok(false),
        }
    }

    fn give_back(&mut self, client: &Client, held: &Held) -> Result<bool> {
        let side = Side::Target;
        let index = self.index(side, &client.dev)?;
        let Ok(link) = index else {
            // Nobody can be told by a link that is gone; the server takes it back in time.
            return Ok(false);
        };
        let netns: &Netns = self.target()?.0;
        netns.run(|| match held {
            Held::V4(held) => dhcp::release(&asking(client, &client.dev, link), held),
            Held::V6(held) => {
                let end = Instant::now() + Duration::from_secs(2);
                let deaf = crate::sys::signal::Interrupt::default();
                let source = router::await_link_local(link, end, &deaf)?;
                dhcp6::release(&asking6(client, link, source), held)
            }
        })??;
        Ok(true)
    }

    fn follow(&mut self, following: &Following) -> Result<bool> {
        let dev = &following.dev;
        let settings = following.settings();
        self.target()?.0.run(|| {
            for (key, value) in &settings {
                let key = format!("net/ipv6/conf/{dev}/{key}");
                sysctl::set(&key, value).or_failed(|| format!("cannot set `{key}`"))?;
            }
            Ok(true)
        })?
    }

    /// Deletes what the link has of routers, once it listens to them no more.
    fn ignore(&mut self, dev: &IfName) -> Result<bool> {
        let key = format!("net/ipv6/conf/{dev}/accept_ra");
        let there = self
            .target()?
            .0
            .run(|| sysctl::get(&key).is_some().then(|| sysctl::set(&key, "0")))?;
        let Some(done) = there else { return Ok(false) };
        done.or_failed(|| format!("cannot set `{key}`"))?;
        let Ok(index) = self.index(Side::Target, dev)? else {
            return Ok(false);
        };
        let cannot = || format!("cannot take away what `{dev}` has of routers");
        let door = self.door(Side::Target)?;
        let all = addr::list(door).or_failed(cannot)?;
        let made = all
            .iter()
            .filter(|address| address.link == index && address.temporary && address.ip.is_ipv6());
        for address in made {
            absent_is_done(addr::delete(door, index, address.ip)).or_failed(cannot)?;
        }
        let routes = crate::sys::route::list(door).or_failed(cannot)?;
        // RTPROT_RA in linux/rtnetlink.h.
        let of_routers =
            |route: &&crate::sys::route::Route| route.link == index && route.protocol == 9;
        for route in routes.iter().filter(of_routers) {
            absent_is_done(crate::sys::route::delete(door, route)).or_failed(cannot)?;
        }
        Ok(true)
    }
}

/// An address that is to be given back.
enum Held {
    V4(Held4),
    V6(Held6),
}

fn held(lease: &Lease) -> Option<Held> {
    let at = now();
    let left = (
        lease.left_of(lease.renew, at),
        lease.left_of(lease.rebind, at),
        lease.left(at),
    );
    match (lease.address.ip(), lease.server) {
        (IpAddr::V4(address), Some(IpAddr::V4(server))) => Some(Held::V4(Held4 {
            address,
            server,
            left,
        })),
        (IpAddr::V6(address), _) => Some(Held::V6(Held6 {
            address,
            server: lease.server_id.as_deref().and_then(from_hex)?,
            left,
        })),
        _ => None,
    }
}

impl Client {
    /// By which link it asks a DHCPv4 server.
    fn side(&self) -> (Side, &IfName) {
        match &self.by_card {
            Some(card) => (Side::Host, card),
            None => (Side::Target, &self.dev),
        }
    }
}

fn asking<'a>(client: &'a Client, dev: &'a IfName, link: u32) -> Asking<'a> {
    Asking {
        dev,
        link,
        mac: client.mac,
        id: &client.id,
        hostname: client.hostname.as_ref().map(|name| name.as_str()),
    }
}

fn asking6(client: &Client, link: u32, source: std::net::Ipv6Addr) -> Asking6<'_> {
    Asking6 {
        dev: &client.dev,
        link,
        source,
        duid: u128::from_be_bytes(client.duid),
        iaid: client.iaid,
    }
}
