//! DHCPv4 (RFC 2131), by the crate mozim: asking for an address, giving it back, and keeping
//! it. All of it happens in the calling thread's namespace. What a server gave is handed on
//! as it is; to judge it is not this file's business.

use std::future::pending;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::Duration;

use mozim::{DhcpError, DhcpV4Client, DhcpV4Config, DhcpV4Lease, DhcpV4State};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Runtime;
use tokio::time::{Instant, sleep_until};

use super::dhcp_tap::Tap;
use super::dhcp6::{Given6, Held6, Keep6};
use super::signal::Interrupt;
use crate::error::{Context, Error, Result};
use crate::spec::{DhcpClientId, IfName, Mac};

/// How long a server that knows the address may take to confirm it before any other is
/// asked for.
const CONFIRM: Duration = Duration::from_secs(4);

/// How long a server may take to confirm what it offered before another offer is waited for.
const SELECT: Duration = Duration::from_secs(5);

/// How long a client that was refused, or that could not send, waits before it asks again:
/// as long as udhcpc does, so that nobody has it ask without end.
pub(super) const PAUSE: Duration = Duration::from_secs(3);

/// Who asks.
#[derive(Debug, Clone)]
pub struct Asking<'a> {
    /// The link.
    pub dev: &'a IfName,
    /// Its index.
    pub link: u32,
    /// Its MAC.
    pub mac: Mac,
    /// What the server knows it by.
    pub id: &'a DhcpClientId,
    /// The name it says it has.
    pub hostname: Option<&'a str>,
}

/// An address that is held, and for how many more seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held4 {
    /// The address.
    pub address: Ipv4Addr,
    /// The server.
    pub server: Ipv4Addr,
    /// Until it is to be renewed, rebound, and over.
    pub left: (u32, u32, u32),
}

/// What a server gave, unjudged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given4 {
    /// The address.
    pub address: Ipv4Addr,
    /// The subnet mask.
    pub mask: Ipv4Addr,
    /// The server.
    pub server: Ipv4Addr,
    /// How many seconds it is valid.
    pub seconds: u32,
    /// After how many it is to be renewed.
    pub renew: u32,
    /// After how many it is to be rebound.
    pub rebind: u32,
    /// Routers (option 3).
    pub routers: Vec<Ipv4Addr>,
    /// Classless routes (option 121): destination, prefix length, router.
    pub routes: Option<Vec<(Ipv4Addr, u8, Ipv4Addr)>>,
    /// The MTU (option 26).
    pub mtu: Option<u16>,
    /// Name servers (option 6).
    pub dns: Vec<Ipv4Addr>,
    /// Search domains (option 119).
    pub search: Vec<String>,
    /// The domain (option 15).
    pub domain: Option<String>,
}

impl From<&DhcpV4Lease> for Given4 {
    fn from(lease: &DhcpV4Lease) -> Self {
        let routes = lease.classless_routes.as_ref();
        Self {
            address: lease.yiaddr,
            mask: lease.subnet_mask,
            server: match lease.srv_id.is_unspecified() {
                true => lease.siaddr,
                false => lease.srv_id,
            },
            seconds: lease.lease_time_sec,
            renew: lease.t1_sec,
            rebind: lease.t2_sec,
            routers: lease.gateways.clone().unwrap_or_default(),
            routes: routes.map(|all| {
                let each = all.iter();
                each.map(|one| (one.destination, one.prefix_length, one.router))
                    .collect()
            }),
            mtu: lease.mtu,
            dns: lease.dns_srvs.clone().unwrap_or_default(),
            search: lease.domain_search.clone().unwrap_or_default(),
            domain: lease.domain_name.clone(),
        }
    }
}

impl Held4 {
    /// The library's own form of it. Its times must follow each other.
    fn lease(&self) -> DhcpV4Lease {
        let (renew, rebind, over) = self.left;
        let renew = renew.max(1);
        let rebind = rebind.max(renew + 1);
        let mut lease = DhcpV4Lease::default();
        lease.yiaddr = self.address;
        lease.srv_id = self.server;
        lease.siaddr = self.server;
        lease.t1_sec = renew;
        lease.t2_sec = rebind;
        lease.lease_time_sec = over.max(rebind + 1);
        lease
    }
}

/// What a server or the routers gave, unjudged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A DHCPv4 server.
    V4(Given4),
    /// A DHCPv6 server.
    V6(Given6),
    /// The routers: the addresses that the link made itself.
    Routers(Vec<super::router::Made>),
}

fn config(asking: &Asking<'_>) -> Result<DhcpV4Config> {
    let mut config = DhcpV4Config::new(asking.dev.as_str());
    config.set_iface_index(asking.link);
    config.set_iface_mac_raw(&asking.mac.0).map_err(failed)?;
    config.set_client_id(asking.id.kind(), asking.id.value());
    if let Some(name) = asking.hostname {
        config.set_host_name(name);
    }
    Ok(config)
}

/// An error of the library.
pub(super) fn failed(error: DhcpError) -> Error {
    Error::failed("the DHCP client failed").because(error)
}

/// What the clients run on.
pub(super) fn runtime() -> Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_io().enable_time().build();
    runtime.or_failed(|| "cannot start the DHCP client".into())
}

/// Has the runtime watch a descriptor for something to read.
pub(super) fn readable<T: AsFd + AsRawFd>(fd: T) -> std::io::Result<AsyncFd<T>> {
    // SAFETY: what is an AsFd is open for as long as it lives, and stays the same file.
    #[allow(unsafe_code)]
    let watched = unsafe { AsyncFd::register_with_interest(fd, Interest::READABLE) };
    watched.map_err(std::io::Error::from)
}

/// Sleeps until a stopping signal arrives.
pub(super) async fn stopped(interrupt: &Interrupt) -> Error {
    let Some(stream) = interrupt.stream() else {
        return pending().await;
    };
    let Ok(watched) = readable(stream.as_fd()) else {
        return pending().await;
    };
    loop {
        if let Err(error) = interrupt.check() {
            return error;
        }
        let Ok(mut ready) = watched.readable().await else {
            return pending().await;
        };
        // Of a signal that was cleared, there is still a byte.
        if interrupt.check().is_ok() {
            ready.clear_ready();
        }
    }
}

/// Asks for an address, for the one that it had `before` first.
///
/// # Errors
/// Failed if no server gives one in that time; interrupted.
pub fn ask(
    asking: &Asking<'_>,
    before: Option<Ipv4Addr>,
    patience: Duration,
    interrupt: &Interrupt,
) -> Result<Given4> {
    interrupt.check()?;
    runtime()?.block_on(async {
        tokio::select! {
            biased;
            error = stopped(interrupt) => Err(error),
            given = asked(asking, before, patience) => given,
        }
    })
}

async fn asked(
    asking: &Asking<'_>,
    before: Option<Ipv4Addr>,
    patience: Duration,
) -> Result<Given4> {
    let end = Instant::now() + patience;
    let cannot = || format!("cannot watch `{}`", asking.dev);
    let mut tap = Tap::open(asking.link).or_failed(cannot)?;
    let known = before.map(|address| Held4 {
        address,
        server: Ipv4Addr::UNSPECIFIED,
        left: (1, 2, 3),
    });
    let known = known.as_ref().map(Held4::lease);
    let mut phase = known.is_some().then(|| Instant::now() + CONFIRM);
    let mut client = DhcpV4Client::init(config(asking)?, known).await;
    let mut refusals = 0;
    loop {
        let mut running = client.map_err(failed)?;
        let state = tokio::select! {
            biased;
            () = sleep_until(end) => return Err(silence(asking, &tap, patience)),
            _ = tap.refusal() => {
                refusals += 1;
                None
            }
            () = sleep_until(phase.unwrap_or(end)) => None,
            state = running.run() => Some(state.map_err(failed)?),
        };
        match state {
            Some(DhcpV4State::Done(lease)) => return Ok(Given4::from(&*lease)),
            Some(DhcpV4State::Selecting) => {
                phase = Some(Instant::now() + SELECT);
                client = Ok(running);
            }
            Some(_) => {
                phase = None;
                client = Ok(running);
            }
            // Refused, or forgotten: any address will do.
            None => {
                phase = None;
                if refusals > 1 {
                    sleep_until(end.min(Instant::now() + PAUSE)).await;
                }
                client = DhcpV4Client::init(config(asking)?, None).await;
            }
        }
    }
}

/// Why nothing was given.
fn silence(asking: &Asking<'_>, tap: &Tap, patience: Duration) -> Error {
    let (dev, seconds) = (asking.dev, patience.as_secs());
    match &tap.seen.last {
        Some(flaw) => Error::failed(format!(
            "no DHCP server gave `{dev}` a usable address in {seconds} s: {flaw}"
        ))
        .hint("see the server's configuration, and who else answers on that link"),
        None => Error::failed(format!("no DHCP server answered on `{dev}` in {seconds} s"))
            .hint("see that one serves that link, or give --dhcp-timeout to wait longer"),
    }
}

/// Gives an address back: one message, that nobody confirms (RFC 2131 section 4.4.6).
///
/// # Errors
/// If it cannot be sent.
pub fn release(asking: &Asking<'_>, held: &Held4) -> Result<()> {
    let lease = held.lease();
    runtime()?.block_on(async {
        let mut config = config(asking)?;
        // So it is sent as a frame, whatever addresses there are: a datagram would wait for
        // an answer to ARP, and a namespace that never had an address lets one be bound to any
        // (`inet_addr_type` in net/ipv4/fib_frontend.c).
        config.is_proxy = true;
        let mut client = DhcpV4Client::init(config, Some(lease.clone()))
            .await
            .map_err(failed)?;
        client.release(&lease).await.map_err(failed)
    })
}

/// What happened to what is kept.
#[derive(Debug)]
pub enum Event {
    /// A DHCPv4 server renewed it, or gave another.
    Given4(Given4),
    /// A DHCPv6 server did.
    Given6(Given6),
    /// The DHCPv4 address must not be used any more: refused, or over. Another is asked for.
    Lost4,
    /// The same of the DHCPv6 address.
    Lost6,
    /// One of the watched descriptors is ready.
    Woken,
}

/// Keeps addresses for as long as servers renew them.
pub struct Keeper {
    runtime: Runtime,
    v4: Option<Keep4>,
    v6: Option<Keep6>,
}

/// A DHCPv4 address that is kept.
struct Keep4 {
    client: DhcpV4Client,
    tap: Tap,
    config: DhcpV4Config,
    /// Whether there is, or may be, an address to be lost.
    holds: bool,
    /// When the client may go on.
    not_before: Instant,
}

impl Keeper {
    /// Starts to keep what is held; what is not is asked for.
    ///
    /// # Errors
    /// If the link cannot be watched.
    pub fn start(
        v4: Option<(Asking<'_>, Option<Held4>)>,
        v6: Option<(super::dhcp6::Asking6<'_>, Option<Held6>)>,
    ) -> Result<Self> {
        let runtime = runtime()?;
        let (v4, v6) = runtime.block_on(async {
            let v4 = match v4 {
                Some((asking, held)) => {
                    let cannot = || format!("cannot watch `{}`", asking.dev);
                    let tap = Tap::open(asking.link).or_failed(cannot)?;
                    let config = config(&asking)?;
                    let mut client = DhcpV4Client::init(config.clone(), None)
                        .await
                        .map_err(failed)?;
                    if let Some(held) = held {
                        client.done(held.lease()).map_err(failed)?;
                    }
                    Some(Keep4 {
                        client,
                        tap,
                        config,
                        holds: held.is_some(),
                        not_before: Instant::now(),
                    })
                }
                None => None,
            };
            let v6 = match v6 {
                Some((asking, held)) => Some(Keep6::start(&asking, held.as_ref()).await?),
                None => None,
            };
            Ok::<_, Error>((v4, v6))
        })?;
        Ok(Self { runtime, v4, v6 })
    }

    /// Waits for what happens next.
    ///
    /// # Errors
    /// Interrupted, or if a client fails.
    pub fn next(&mut self, watched: &[BorrowedFd<'_>], interrupt: &Interrupt) -> Result<Event> {
        interrupt.check()?;
        let Self { runtime, v4, v6 } = self;
        runtime.block_on(async {
            tokio::select! {
                biased;
                error = stopped(interrupt) => Err(error),
                () = any_ready(watched) => Ok(Event::Woken),
                event = next4(v4) => event,
                event = next6(v6) => event,
            }
        })
    }
}

async fn any_ready(watched: &[BorrowedFd<'_>]) {
    let each = watched.iter().map(|fd| {
        Box::pin(async move {
            match readable(*fd) {
                Ok(fd) => drop(fd.readable().await),
                Err(_) => pending().await,
            }
        })
    });
    let each: Vec<_> = each.collect();
    match each.is_empty() {
        true => pending().await,
        false => drop(futures_util::future::select_all(each).await),
    }
}

async fn next4(kept: &mut Option<Keep4>) -> Result<Event> {
    match kept {
        Some(kept) => kept.next().await,
        None => pending().await,
    }
}

impl Keep4 {
    async fn next(&mut self) -> Result<Event> {
        loop {
            sleep_until(self.not_before).await;
            let state = tokio::select! {
                biased;
                _ = self.tap.refusal() => None,
                state = self.client.run() => state.ok(),
            };
            match state {
                Some(DhcpV4State::Done(lease)) => {
                    self.holds = true;
                    return Ok(Event::Given4(Given4::from(&*lease)));
                }
                Some(DhcpV4State::InitReboot) if std::mem::take(&mut self.holds) => {
                    return Ok(Event::Lost4);
                }
                Some(_) => {}
                // Refused; or a link that is down, or an address that somebody took off it.
                None => {
                    let client = DhcpV4Client::init(self.config.clone(), None).await;
                    self.client = client.map_err(failed)?;
                    if std::mem::take(&mut self.holds) {
                        return Ok(Event::Lost4);
                    }
                    self.not_before = Instant::now() + PAUSE;
                }
            }
        }
    }
}

async fn next6(kept: &mut Option<Keep6>) -> Result<Event> {
    match kept {
        Some(kept) => Ok(kept.next().await),
        None => pending().await,
    }
}
