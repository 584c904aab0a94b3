//! Addresses and routes of an interface word for word as the kernel tells them, so that
//! they can move to another one and come back as they were.

mod address;
mod route;

pub use address::{VerbatimAddress, add_address, addresses, delete_address};
pub use route::{VerbatimRoute, add_route, add_route_first, delete_route, routes};

use netlink_packet_core::DefaultNla;

/// An attribute that netpipe hands on without reading it: its kind, and its value in
/// hexadecimal.
pub type Kept = (u16, String);

pub(super) fn to_hex(value: &[u8]) -> String {
    value.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// None of what is no hexadecimal: a record may be anybody's.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| {
        let digits = pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
        let text = std::str::from_utf8(pair).ok().filter(|_| digits)?;
        u8::from_str_radix(text, 16).ok()
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

/// The attributes to send; those of other kinds than `known` are left out.
pub(super) fn handed_on<'a>(
    kept: &'a [Kept],
    known: &'a [u16],
) -> impl Iterator<Item = DefaultNla> + 'a {
    let known = kept.iter().filter(|(kind, _)| known.contains(kind));
    known.filter_map(|(kind, value)| Some(DefaultNla::new(*kind, from_hex(value)?)))
}

fn number(value: &[u8]) -> Option<u32> {
    Some(u32::from_ne_bytes(value.try_into().ok()?))
}

fn ip(value: &[u8]) -> Option<std::net::IpAddr> {
    let v4 = || <[u8; 4]>::try_from(value).ok().map(Into::into);
    let v6 = || <[u8; 16]>::try_from(value).ok().map(Into::into);
    v4().or_else(v6)
}

fn octets(ip: std::net::IpAddr) -> Vec<u8> {
    match ip {
        std::net::IpAddr::V4(v4) => v4.octets().to_vec(),
        std::net::IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}
