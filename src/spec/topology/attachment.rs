//! The attachments of a topology file: each key is an option of `netpipe attach`.

use super::problem::{Problems, Spot};
use super::reader::{Fields, Key, fields, ip, join, many, number, one, subnet, value};
use super::tree::{Node, Value};
use crate::error::{Error, Result};
use crate::spec::{
    AddressSpec, Attachment, CardOptions, DhcpOptions, LinkArg, LinkKind, LinkMode, LinkSpec, Mac,
    NetworkName, PeerSpec, PortVlan, RouteSpec, Shape, StaticAddress, Sysctl, Target,
};

/// How long `wait: true` waits, in seconds.
const USUAL_WAIT: u32 = 60;

/// The longest wait, a day.
const LONGEST_WAIT: u32 = 86_400;

/// The keys of an attachment.
pub(super) const KEYS: &[Key] = &[
    one("link"),
    many("address", "addresses"),
    one("reserved"),
    one("ifname"),
    one("host-ifname"),
    one("vlan"),
    one("trunk"),
    one("svlan"),
    one("mode"),
    many("source-mac", "source-macs"),
    one("host-shim"),
    one("vlan-filtering"),
    one("peer-ifname"),
    many("peer-address", "peer-addresses"),
    one("peer-mac"),
    one("take-default-route"),
    one("pkey"),
    one("dhcp-client-id"),
    one("dhcp-hostname"),
    one("dhcp-timeout"),
    one("mac"),
    one("mtu"),
    many("gateway", "gateways"),
    one("default-route"),
    one("metric"),
    many("route", "routes"),
    many("sysctl", "sysctls"),
    one("network"),
    many("subnet", "subnets"),
    one("wait"),
    one("no-register"),
    one("no-announce"),
    one("no-firewall"),
    one("replace"),
    one("shape"),
    one("peer-shape"),
    one("target"),
];

/// The keys of a shape.
const SHAPE: &[Key] = &[
    one("rate"),
    one("burst"),
    one("latency"),
    one("delay"),
    one("jitter"),
    one("loss"),
    one("duplicate"),
    one("corrupt"),
    one("reorder"),
];

/// One attachment of a file.
#[derive(Debug, Clone)]
pub struct AttachmentItem {
    /// Where it is in the file.
    pub spot: Spot,
    /// What it is called in messages, such as `attachments.web[0]`.
    pub path: String,
    /// What it is plugged into.
    pub link: LinkArg,
    /// The rest of the request. Its link is the one of `link` only where that says all.
    pub request: Attachment,
    /// For how many seconds its container is waited for.
    pub wait: Option<u32>,
}

/// Reads the attachments, grouped by target or each with its own.
pub(super) fn read(node: &Node, problems: &mut Problems) -> Vec<AttachmentItem> {
    const PATH: &str = "attachments";
    let mut items = Vec::new();
    match &node.value {
        Value::Empty => {}
        Value::List(list) => {
            for (nth, item) in list.iter().enumerate() {
                items.extend(read_one(item, &format!("{PATH}[{nth}]"), None, problems));
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let path = join(PATH, &entry.key);
                let target = entry.key.parse::<Target>();
                let target = target.map_err(|error| problems.add(entry.spot, PATH, error));
                let Ok(target) = target else { continue };
                match &entry.node.value {
                    Value::List(list) => {
                        for (nth, item) in list.iter().enumerate() {
                            let path = format!("{path}[{nth}]");
                            items.extend(read_one(item, &path, Some(&target), problems));
                        }
                    }
                    Value::Map(_) => {
                        items.extend(read_one(&entry.node, &path, Some(&target), problems));
                    }
                    _ => problems.add(
                        entry.node.spot,
                        &path,
                        Error::usage(format!("this is {}, not a list", entry.node.kind()))
                            .hint("list the target's attachments, each with its keys: - link: …"),
                    ),
                }
            }
        }
        Value::Text(_) => problems.add(
            node.spot,
            PATH,
            Error::usage("this is a text, not attachments")
                .hint("write targets as keys, and below each its attachments: web: - link: …"),
        ),
    }
    items
}

fn read_one(
    node: &Node,
    path: &str,
    target: Option<&Target>,
    problems: &mut Problems,
) -> Option<AttachmentItem> {
    let found = fields(node, path, KEYS, problems)?;
    let before = problems.count();
    let given: Option<Target> = found.one("target", problems);
    let target = match (target, given) {
        (Some(_), Some(_)) => {
            let error = Error::usage("the target is named twice")
                .hint("it is the key above: leave `target` out");
            found.refuse("target", problems, error);
            None
        }
        (None, None) => {
            missing(&found, "target", "say which: target: web", problems);
            None
        }
        (above, own) => above.cloned().or(own),
    };
    let link: Option<LinkArg> = found.one("link", problems);
    if found.node("link").is_none() {
        let hint = "say what it is plugged into: link: br0";
        missing(&found, "link", hint, problems);
    }
    let addresses: Vec<AddressSpec> = found.all("address", problems);
    if found.node("address").is_none() {
        let hint = "give one, a list, `auto`, or `none` for a bare link";
        missing(&found, "address", hint, problems);
    }
    let rest = rest(&found, problems);
    let wait = found.parsed("wait", problems, wait);
    let (target, link) = (target?, link?);
    let mut request = rest.onto(target, &link, addresses);
    if let Err(error) = add_peer(&found, &mut request, &link, problems) {
        found.refuse("link", problems, error);
    }
    if problems.count() > before {
        return None;
    }
    match request.validated() {
        Ok(request) => Some(AttachmentItem {
            spot: found.spot,
            path: found.path,
            link,
            request,
            wait,
        }),
        Err(error) => {
            problems.add(found.spot, &found.path, error);
            None
        }
    }
}

fn missing(found: &Fields<'_>, key: &str, hint: &str, problems: &mut Problems) {
    let error = Error::usage(format!("there is no `{key}`")).hint(hint);
    problems.add(found.spot, &found.path, error);
}

/// What a request is made of beyond target, link and addresses.
struct Rest(Attachment);

impl Rest {
    fn onto(self, target: Target, link: &LinkArg, addresses: Vec<AddressSpec>) -> Attachment {
        let mut request = self.0;
        request.target = target;
        request.addresses = addresses;
        match link {
            LinkArg::Link(link) => request.link = link.clone(),
            LinkArg::Network(name) => {
                request.network.get_or_insert_with(|| name.clone());
            }
            LinkArg::Wire(target) => {
                request.link.kind = Some(LinkKind::Veth);
                request.peer = Some(PeerSpec::new(target.clone()));
            }
            LinkArg::Card(kind, _) => request.link.kind = *kind,
        }
        request
    }
}

fn rest(found: &Fields<'_>, problems: &mut Problems) -> Rest {
    let mut request = stub();
    request.reserved = found.flag("reserved", problems);
    request.ifname = found.one("ifname", problems);
    request.host_ifname = found.one("host-ifname", problems);
    let access = found.one("vlan", problems).map(PortVlan::Access);
    let trunk = found.one("trunk", problems).map(PortVlan::Trunk);
    if access.is_some() && trunk.is_some() {
        let error = Error::usage("`vlan` and `trunk` exclude each other")
            .hint("a trunk says which VLAN is untagged: trunk: 10,20,native=5");
        found.refuse("trunk", problems, error);
    }
    request.vlan = access.or(trunk);
    let mode: Option<LinkMode> = found.one("mode", problems);
    let sources: Vec<Mac> = found.all("source-mac", problems);
    request.card = CardOptions {
        mode: mode.and_then(LinkMode::of_card),
        sources,
        svlan: found.one("svlan", problems),
        host_shim: found.flag("host-shim", problems),
    };
    request.vlan_filtering = found.flag("vlan-filtering", problems);
    request.ipoib.mode = mode.and_then(LinkMode::of_ipoib);
    request.ipoib.pkey = found.one("pkey", problems);
    request.take_default_route = found.flag("take-default-route", problems);
    request.dhcp = DhcpOptions {
        client_id: found.one("dhcp-client-id", problems),
        hostname: found.one("dhcp-hostname", problems),
        timeout: found.one("dhcp-timeout", problems),
    };
    request.mac = found.one("mac", problems);
    request.mtu = found.one("mtu", problems);
    request.gateways = found.all_parsed("gateway", problems, ip);
    request.default_route = found.flag("default-route", problems);
    request.metric = found.parsed("metric", problems, number);
    request.routes = found.all::<RouteSpec>("route", problems);
    request.sysctls = sysctls(found, problems);
    request.network = found.one::<NetworkName>("network", problems);
    request.subnets = found.all_parsed("subnet", problems, subnet);
    request.register = !found.flag("no-register", problems);
    request.announce = !found.flag("no-announce", problems);
    request.firewall = !found.flag("no-firewall", problems);
    request.replace = found.flag("replace", problems);
    request.shape = shape(found, "shape", problems);
    Rest(request)
}

/// A request whose own parts are still to come.
fn stub() -> Attachment {
    let link = LinkSpec {
        kind: None,
        name: crate::spec::IfName::eth(0),
    };
    Attachment::new(Target::Pid(1), link, Vec::new())
}

/// Settings as a list of `KEY=VALUE`, or as a mapping.
fn sysctls(found: &Fields<'_>, problems: &mut Problems) -> Vec<Sysctl> {
    let Some(Node {
        value: Value::Map(entries),
        ..
    }) = found.node("sysctl")
    else {
        return found.all("sysctl", problems);
    };
    let path = found.path_of("sysctl");
    let read = entries.iter().filter_map(|entry| {
        let path = join(&path, &entry.key);
        value(&entry.node, &path, problems, |text| {
            format!("{}={text}", entry.key).parse()
        })
    });
    read.collect()
}

fn wait(text: &str) -> Result<u32> {
    match text {
        "true" => Ok(USUAL_WAIT),
        _ => match number(text) {
            Ok(seconds) if (1..=LONGEST_WAIT).contains(&seconds) => Ok(seconds),
            _ => Err(
                Error::usage(format!("`{}` is no time to wait", crate::spec::shown(text)))
                    .hint("write true, or a number of seconds from 1 to 86400"),
            ),
        },
    }
}

/// The options of a wire's far end.
fn add_peer(
    found: &Fields<'_>,
    request: &mut Attachment,
    link: &LinkArg,
    problems: &mut Problems,
) -> Result<()> {
    const OPTIONS: [&str; 4] = ["peer-ifname", "peer-address", "peer-mac", "peer-shape"];
    let (ifname, mac) = (
        found.one("peer-ifname", problems),
        found.one("peer-mac", problems),
    );
    let addresses: Vec<StaticAddress> = found.all("peer-address", problems);
    let shape = shape(found, "peer-shape", problems);
    match (&mut request.peer, link) {
        (Some(peer), _) => {
            *peer = PeerSpec {
                ifname,
                mac,
                addresses,
                shape,
                ..peer.clone()
            };
            Ok(())
        }
        (None, _) => match OPTIONS.into_iter().find(|key| found.node(key).is_some()) {
            Some(key) => Err(
                Error::usage(format!("`{key}` is for a wire, and this is none"))
                    .hint("name the other target as the link: link: veth:TARGET"),
            ),
            None => Ok(()),
        },
    }
}

fn shape(found: &Fields<'_>, key: &str, problems: &mut Problems) -> Option<Shape> {
    let node = found.node(key)?;
    let path = found.path_of(key);
    let before = problems.count();
    let found = fields(node, &path, SHAPE, problems)?;
    let shape = Shape {
        rate: found.one("rate", problems),
        burst: found.one("burst", problems),
        latency: found.one("latency", problems),
        delay: found.one("delay", problems),
        jitter: found.one("jitter", problems),
        loss: found.one("loss", problems),
        duplicate: found.one("duplicate", problems),
        corrupt: found.one("corrupt", problems),
        reorder: found.one("reorder", problems),
    };
    if problems.count() > before {
        return None;
    }
    let checked = shape.validated();
    checked
        .map_err(|error| problems.add(node.spot, &path, error))
        .ok()
}
