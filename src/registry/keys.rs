//! The layout of keys, the one place that knows it.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use crate::spec::{ComposeName, IfName, NetworkName, Target};

use super::record::Owner;

const ROOT: &str = "/netpipe/v1";

/// One part of a key: `/` and `%` are escaped, so that parts cannot run together.
fn part(text: &str) -> String {
    text.replace('%', "%25").replace('/', "%2F")
}

/// What a host writes along with each of its changes to a store that many share.
pub fn mark(host: &str) -> Vec<u8> {
    format!("{ROOT}/marks/{}", part(host)).into_bytes()
}

/// All networks.
pub fn networks() -> Vec<u8> {
    format!("{ROOT}/networks/").into_bytes()
}

/// One network.
pub fn network(name: &NetworkName) -> Vec<u8> {
    format!("{ROOT}/networks/{}", part(name.as_str())).into_bytes()
}

/// All addresses of all networks.
pub fn all_addresses() -> Vec<u8> {
    format!("{ROOT}/addresses/").into_bytes()
}

/// All addresses of one network.
pub fn addresses(network: &NetworkName) -> Vec<u8> {
    format!("{ROOT}/addresses/{}/", part(network.as_str())).into_bytes()
}

/// One address of a network.
pub fn address(network: &NetworkName, ip: IpAddr) -> Vec<u8> {
    format!("{ROOT}/addresses/{}/{ip}", part(network.as_str())).into_bytes()
}

/// What [`part`] was made of.
fn unescaped(part: &str) -> String {
    part.replace("%2F", "/").replace("%25", "%")
}

/// The attachment that a key names, if it names one.
pub fn parse_attachment(key: &[u8]) -> Option<Owner> {
    let rest = std::str::from_utf8(key)
        .ok()?
        .strip_prefix(ROOT)?
        .strip_prefix("/attachments/")?;
    let mut parts = rest.split('/').map(unescaped);
    let owner = Owner {
        host: parts.next()?,
        target: parts.next()?.parse().ok()?,
        ifname: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(owner)
}

/// The network and address that a key names, if it names one.
pub fn parse_address(key: &[u8]) -> Option<(NetworkName, IpAddr)> {
    let rest = std::str::from_utf8(key)
        .ok()?
        .strip_prefix(ROOT)?
        .strip_prefix("/addresses/")?;
    let (network, ip) = rest.split_once('/')?;
    Some((unescaped(network).parse().ok()?, ip.parse().ok()?))
}

/// All attachments of all hosts.
pub fn all_attachments() -> Vec<u8> {
    format!("{ROOT}/attachments/").into_bytes()
}

/// All tunnels of all hosts.
pub fn all_tunnels() -> Vec<u8> {
    format!("{ROOT}/tunnels/").into_bytes()
}

/// The ports of all hosts' bridges that are their own interfaces.
pub fn all_ports() -> Vec<u8> {
    format!("{ROOT}/ports/").into_bytes()
}

/// All attachments of one host.
pub fn attachments(host: &str) -> Vec<u8> {
    format!("{ROOT}/attachments/{}/", part(host)).into_bytes()
}

/// All attachments of one target.
pub fn of_target(host: &str, target: &Target) -> Vec<u8> {
    format!(
        "{ROOT}/attachments/{}/{}/",
        part(host),
        part(&target.to_string())
    )
    .into_bytes()
}

/// One attachment.
pub fn attachment(owner: &Owner) -> Vec<u8> {
    let mut key = of_target(&owner.host, &owner.target);
    key.extend(part(owner.ifname.as_str()).into_bytes());
    key
}

/// The attachments that use one link of a host: an index, so that the last one to go
/// is known without reading all of them.
pub fn users(host: &str, link: &IfName) -> Vec<u8> {
    format!("{ROOT}/users/{}/{}/", part(host), part(link.as_str())).into_bytes()
}

/// The ports of a host's bridges that are its own interfaces.
pub fn ports(host: &str) -> Vec<u8> {
    format!("{ROOT}/ports/{}/", part(host)).into_bytes()
}

/// The ports of one bridge that are the host's own interfaces.
pub fn ports_of(host: &str, bridge: &IfName) -> Vec<u8> {
    let mut key = ports(host);
    key.extend(format!("{}/", part(bridge.as_str())).into_bytes());
    key
}

/// One port that is an interface of the host.
pub fn port(host: &str, bridge: &IfName, nic: &IfName) -> Vec<u8> {
    let mut key = ports_of(host, bridge);
    key.extend(part(nic.as_str()).into_bytes());
    key
}

/// The routes of a host to containers of others.
pub fn direct_routes(host: &str) -> Vec<u8> {
    format!("{ROOT}/routes/{}/", part(host)).into_bytes()
}

/// One route of a host to containers of another.
pub fn direct_route(host: &str, subnet: IpNetwork) -> Vec<u8> {
    let mut key = direct_routes(host);
    key.extend(part(&subnet.to_string()).into_bytes());
    key
}

/// The whole of that index, of all hosts.
pub fn all_users() -> Vec<u8> {
    format!("{ROOT}/users/").into_bytes()
}

/// Whether a key of that index is of a link of that name.
pub fn is_user(key: &[u8], link: &IfName) -> bool {
    let of_link = part(link.as_str());
    let rest = key.strip_prefix(all_users().as_slice()).unwrap_or_default();
    rest.split(|byte| *byte == b'/').nth(1) == Some(of_link.as_bytes())
}

/// The attachment that a key of that index names, if it names one.
pub fn parse_user(key: &[u8]) -> Option<Owner> {
    let rest = std::str::from_utf8(key)
        .ok()?
        .strip_prefix(ROOT)?
        .strip_prefix("/users/")?;
    let mut parts = rest.split('/').map(unescaped);
    let host = parts.next()?;
    parts.next()?;
    let owner = Owner {
        host,
        target: parts.next()?.parse().ok()?,
        ifname: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(owner)
}

/// One entry of that index.
pub fn user(owner: &Owner, link: &IfName) -> Vec<u8> {
    let mut key = users(&owner.host, link);
    let rest = format!(
        "{}/{}",
        part(&owner.target.to_string()),
        part(owner.ifname.as_str())
    );
    key.extend(rest.into_bytes());
    key
}

/// The bridges of a host that topologies made.
pub fn bridges(host: &str) -> Vec<u8> {
    format!("{ROOT}/bridges/{}/", part(host)).into_bytes()
}

/// One of them.
pub fn bridge(host: &str, name: &IfName) -> Vec<u8> {
    format!("{ROOT}/bridges/{}/{}", part(host), part(name.as_str())).into_bytes()
}

/// All tunnels of one host.
pub fn tunnels(host: &str) -> Vec<u8> {
    format!("{ROOT}/tunnels/{}/", part(host)).into_bytes()
}

/// One tunnel.
pub fn tunnel(host: &str, name: &IfName) -> Vec<u8> {
    let mut key = tunnels(host);
    key.extend(part(name.as_str()).into_bytes());
    key
}

/// What this host's projects of Compose have.
pub fn compose(host: &str) -> Vec<u8> {
    format!("{ROOT}/compose/{}/", part(host)).into_bytes()
}

/// What one service of a project has.
pub fn compose_service(host: &str, project: &ComposeName, service: &ComposeName) -> Vec<u8> {
    let mut key = compose(host);
    let (project, service) = (part(project.as_str()), part(service.as_str()));
    key.extend(format!("{project}/{service}").into_bytes());
    key
}

/// The far ends of wires in one target: an index from them to the attachments.
pub fn peers(host: &str, target: &Target) -> Vec<u8> {
    let target = part(&target.to_string());
    format!("{ROOT}/peers/{}/{target}/", part(host)).into_bytes()
}

/// One entry of that index.
pub fn peer(host: &str, target: &Target, ifname: &IfName) -> Vec<u8> {
    let mut key = peers(host, target);
    key.extend(part(ifname.as_str()).into_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::{address, attachment, parse_address, parse_attachment, parse_user, user};
    use crate::registry::record::Owner;

    #[test]
    fn a_path_stays_one_part() {
        let owner = Owner {
            host: "a/b".into(),
            target: "/proc/1/ns/net".parse().unwrap(),
            ifname: "eth1".parse().unwrap(),
        };
        let key = String::from_utf8(attachment(&owner)).unwrap();
        assert_eq!(
            key,
            "/netpipe/v1/attachments/a%2Fb/%2Fproc%2F1%2Fns%2Fnet/eth1"
        );
        assert_eq!(parse_attachment(key.as_bytes()).as_ref(), Some(&owner));
        let user = user(&owner, &"nic0.10".parse().unwrap());
        assert_eq!(parse_user(&user), Some(owner));
        assert_eq!(parse_attachment(format!("{key}/x").as_bytes()), None);
    }

    #[test]
    fn an_address_key_reads_back() {
        let key = address(&"br0".parse().unwrap(), "fd00::5".parse().unwrap());
        let (network, ip) = parse_address(&key).unwrap();
        assert_eq!(
            (network.as_str(), ip.to_string().as_str()),
            ("br0", "fd00::5")
        );
    }
}
