//! Addresses that a link makes itself of what routers advertise (RFC 4862), and asking the
//! routers to advertise (RFC 4861 section 6.3.7).

use std::net::Ipv6Addr;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use ipnetwork::IpNetwork;

use super::addr::{self, Address};
use super::monitor::LinkEvents;
use super::netlink::{Door, KernelResult};
use super::signal::Interrupt;
use super::{netns, route};
use crate::error::{Context, Error, Result};

/// How long an answer is waited for before the question is asked again
/// (RTR_SOLICITATION_INTERVAL in RFC 4861 section 10).
const AGAIN: Duration = Duration::from_secs(4);

/// An address that the link made itself, and how long it is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The address with its prefix length.
    pub ip: IpNetwork,
    /// How many seconds it is valid, and preferred.
    pub left: (u32, u32),
    /// The router that the link's default route leads to.
    pub router: Option<Ipv6Addr>,
}

fn cannot() -> String {
    "cannot read the addresses of the namespace".into()
}

/// Waits until the link of that index has a link-local address that can be used.
///
/// # Errors
/// Failed if it has none in that time; interrupted.
pub fn await_link_local(link: u32, end: Instant, interrupt: &Interrupt) -> Result<Ipv6Addr> {
    let found = |address: &Address| match address.ip.ip() {
        std::net::IpAddr::V6(v6) if address.is_automatic() && !address.tentative => Some(v6),
        _ => None,
    };
    let mut found = wait(link, end, interrupt, None, &found)?.into_iter();
    found.next().ok_or_else(|| {
        Error::failed("the link has no link-local IPv6 address that can be used")
            .hint("see that the kernel has IPv6, and `ip -6 address` in the target")
    })
}

/// Waits until the link has made itself an address that can be used; with `solicit` the
/// routers are asked for it, from that link-local address.
///
/// # Errors
/// Interrupted, or what the kernel said.
pub fn await_made(
    link: u32,
    source: Ipv6Addr,
    end: Instant,
    interrupt: &Interrupt,
) -> Result<Vec<Made>> {
    let found = |address: &Address| {
        let mut made = address.temporary && address.ip.is_ipv6() && !address.link_scope;
        // A DHCPv6 server's is of the whole length (netpipe gives it so).
        made &= address.ip.prefix() < 128 && !address.tentative && !address.duplicate;
        made.then_some((address.ip, address.left))
    };
    let found = wait(link, end, interrupt, Some(source), &found)?;
    let mut door = Door::open().or_failed(cannot)?;
    let routes = route::list(&mut door).or_failed(cannot)?;
    let default = routes
        .iter()
        .find(|route| route.link == link && route.is_default() && route.destination.is_ipv6());
    let router = match default.and_then(|route| route.gateway) {
        Some(std::net::IpAddr::V6(v6)) => Some(v6),
        _ => None,
    };
    let made = found.into_iter();
    Ok(made.map(|(ip, left)| Made { ip, left, router }).collect())
}

/// Waits for addresses of a link; none if the time is over.
fn wait<T>(
    link: u32,
    end: Instant,
    interrupt: &Interrupt,
    solicit: Option<Ipv6Addr>,
    found: &dyn Fn(&Address) -> Option<T>,
) -> Result<Vec<T>> {
    let events = LinkEvents::subscribe_to_addresses().or_failed(cannot)?;
    let mut door = Door::open().or_failed(cannot)?;
    let mut again = Instant::now();
    loop {
        interrupt.check()?;
        let all = addr::list(&mut door).or_failed(cannot)?;
        let of_link = all.iter().filter(|address| address.link == link);
        let found: Vec<T> = of_link.filter_map(found).collect();
        let now = Instant::now();
        if !found.is_empty() || now >= end {
            return Ok(found);
        }
        if let Some(source) = solicit.filter(|_| now >= again) {
            self::solicit(link, source);
            again = now + AGAIN;
        }
        let next = if solicit.is_some() {
            again.min(end)
        } else {
            end
        };
        events.sleep(interrupt, Some(next)).or_failed(cannot)?;
    }
}

/// Asks all routers of a link to advertise. A link that cannot send now hears them later.
pub fn solicit(link: u32, source: Ipv6Addr) {
    let _ = solicit_routers(link, source);
}

/// Asks all routers of a link to advertise. The kernel fills in the checksum.
fn solicit_routers(link: u32, source: Ipv6Addr) -> KernelResult<()> {
    let address = |ip: Ipv6Addr| libc::sockaddr_in6 {
        sin6_family: libc::AF_INET6 as u16,
        sin6_port: 0,
        sin6_flowinfo: 0,
        sin6_addr: libc::in6_addr {
            s6_addr: ip.octets(),
        },
        sin6_scope_id: link,
    };
    let all_routers = address(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2));
    let source = address(source);
    let length = size_of::<libc::sockaddr_in6>() as libc::socklen_t;
    // Type 133, code 0, checksum, reserved (RFC 4861 section 4.1).
    let message = [133u8, 0, 0, 0, 0, 0, 0, 0];
    // The hop limit of 255 proves to receivers that no router forwarded it.
    let hops: libc::c_int = 255;
    let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
    // SAFETY: socket(2) takes no pointers.
    #[allow(unsafe_code)]
    let fd = unsafe { libc::socket(libc::AF_INET6, kind, libc::IPPROTO_ICMPV6) };
    if fd < 0 {
        return Err(nix::errno::Errno::last().into());
    }
    let socket = netns::own(fd);
    // SAFETY: all pointers are to live locals of the lengths given.
    #[allow(unsafe_code)]
    let sent = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::IPPROTO_IPV6,
            libc::IPV6_MULTICAST_HOPS,
            (&raw const hops).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        );
        libc::bind(socket.as_raw_fd(), (&raw const source).cast(), length);
        libc::sendto(
            socket.as_raw_fd(),
            message.as_ptr().cast(),
            message.len(),
            0,
            (&raw const all_routers).cast(),
            length,
        )
    };
    match nix::errno::Errno::result(sent) {
        Ok(_) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}
