//! DHCPv6 (RFC 8415), by the crate mozim: one address that is not temporary.

use std::net::Ipv6Addr;
use std::time::Duration;

use mozim::{
    DhcpV6Client, DhcpV6Config, DhcpV6Duid, DhcpV6IaType, DhcpV6Lease, DhcpV6Mode, DhcpV6State,
};
use tokio::time::{Instant, sleep_until};

use super::dhcp::{Event, PAUSE, failed, runtime, stopped};
use super::signal::Interrupt;
use crate::error::{Error, Result};
use crate::spec::IfName;

/// The option with a server's DUID (RFC 8415 section 21.3).
const SERVER_ID: u16 = 2;

/// Who asks.
#[derive(Debug, Clone)]
pub struct Asking6<'a> {
    /// The link.
    pub dev: &'a IfName,
    /// Its index.
    pub link: u32,
    /// Its link-local address, which must be usable.
    pub source: Ipv6Addr,
    /// What servers know it by: a DUID of type 4, an UUID (RFC 6355).
    pub duid: u128,
    /// The number of the association.
    pub iaid: u32,
}

/// An address that is held, and for how many more seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held6 {
    /// The address.
    pub address: Ipv6Addr,
    /// The server's DUID.
    pub server: Vec<u8>,
    /// Until it is to be renewed, rebound, and over.
    pub left: (u32, u32, u32),
}

/// What a server gave, unjudged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given6 {
    /// The address.
    pub address: Ipv6Addr,
    /// The server's DUID.
    pub server: Vec<u8>,
    /// How many seconds it is valid.
    pub seconds: u32,
    /// How many it is preferred.
    pub preferred: u32,
    /// After how many it is to be renewed.
    pub renew: u32,
    /// After how many it is to be rebound.
    pub rebind: u32,
    /// Name servers.
    pub dns: Vec<Ipv6Addr>,
    /// Search domains.
    pub search: Vec<String>,
}

impl From<&DhcpV6Lease> for Given6 {
    fn from(lease: &DhcpV6Lease) -> Self {
        let server = lease.get_option_raw(SERVER_ID).unwrap_or_default();
        // The library gives the option's code and length along with it.
        let server = server.into_iter().next().unwrap_or_default();
        Self {
            address: lease.address,
            server: server.get(4..).unwrap_or_default().to_vec(),
            seconds: lease.valid_time_sec,
            preferred: lease.preferred_time_sec,
            renew: lease.t1_sec,
            rebind: lease.t2_sec,
            dns: lease.dns_srvs.clone(),
            search: lease.domain_list.clone(),
        }
    }
}

fn config(asking: &Asking6<'_>) -> DhcpV6Config {
    let mode = DhcpV6Mode::NonTemporaryAddresses;
    let mut config = DhcpV6Config::new(asking.dev.as_str(), mode);
    config.set_iface_index(asking.link);
    config.set_link_local_ip(asking.source);
    config.set_duid(duid(asking));
    config.set_iaid(asking.iaid);
    config
}

fn duid(asking: &Asking6<'_>) -> DhcpV6Duid {
    DhcpV6Duid::UUID(mozim::DhcpV6DuidUuid::new(asking.duid))
}

fn lease(asking: &Asking6<'_>, held: &Held6) -> DhcpV6Lease {
    let (renew, rebind, over) = held.left;
    let renew = renew.max(1);
    let rebind = rebind.max(renew);
    let mut lease = DhcpV6Lease::default();
    lease.address = held.address;
    lease.iaid = asking.iaid;
    lease.ia_type = Some(DhcpV6IaType::NonTemporaryAddresses);
    lease.cli_duid = duid(asking);
    lease.srv_duid = DhcpV6Duid::Raw(held.server.clone());
    lease.t1_sec = renew;
    lease.t2_sec = rebind;
    lease.valid_time_sec = over.max(rebind);
    lease.preferred_time_sec = lease.valid_time_sec;
    lease
}

/// Asks for an address.
///
/// # Errors
/// Failed if no server gives one in that time; interrupted.
pub fn ask(asking: &Asking6<'_>, patience: Duration, interrupt: &Interrupt) -> Result<Given6> {
    interrupt.check()?;
    runtime()?.block_on(async {
        tokio::select! {
            biased;
            error = stopped(interrupt) => Err(error),
            () = tokio::time::sleep(patience) => Err(Error::failed(format!(
                "no DHCPv6 server gave `{}` an address in {} s",
                asking.dev,
                patience.as_secs()
            ))
            .hint("see that one serves that link, or give --dhcp-timeout to wait longer")),
            given = asked(asking) => given,
        }
    })
}

async fn asked(asking: &Asking6<'_>) -> Result<Given6> {
    let mut client = DhcpV6Client::init(config(asking), None)
        .await
        .map_err(failed)?;
    loop {
        if let DhcpV6State::Done(lease) = client.run().await.map_err(failed)? {
            return Ok(Given6::from(&*lease));
        }
    }
}

/// Gives an address back. A server confirms that, but nothing hangs on it.
///
/// # Errors
/// If the message cannot be sent.
pub fn release(asking: &Asking6<'_>, held: &Held6) -> Result<()> {
    runtime()?.block_on(async {
        let mut client = DhcpV6Client::init(config(asking), None)
            .await
            .map_err(failed)?;
        let lease = lease(asking, held);
        client.release(&lease).await.map_err(failed)
    })
}

/// An address that is kept.
pub(super) struct Keep6 {
    client: DhcpV6Client,
    /// Whether there is, or may be, an address to be lost.
    holds: bool,
    /// When the client may go on.
    not_before: Instant,
}

impl Keep6 {
    pub(super) async fn start(asking: &Asking6<'_>, held: Option<&Held6>) -> Result<Self> {
        let mut client = DhcpV6Client::init(config(asking), None)
            .await
            .map_err(failed)?;
        if let Some(held) = held {
            client.done(lease(asking, held)).map_err(failed)?;
        }
        Ok(Self {
            client,
            holds: held.is_some(),
            not_before: Instant::now(),
        })
    }

    pub(super) async fn next(&mut self) -> Event {
        loop {
            sleep_until(self.not_before).await;
            match self.client.run().await {
                Ok(DhcpV6State::Done(lease)) => {
                    self.holds = true;
                    return Event::Given6(Given6::from(&*lease));
                }
                Ok(DhcpV6State::Solicit) if std::mem::take(&mut self.holds) => {
                    return Event::Lost6;
                }
                Ok(_) => {}
                // A link that is down, or an address that somebody took off it.
                Err(_) => {
                    self.client.clean_up();
                    self.not_before = Instant::now() + PAUSE;
                    if std::mem::take(&mut self.holds) {
                        return Event::Lost6;
                    }
                }
            }
        }
    }
}
