//! What this process may do, and how the host treats namespaces and packets.

use std::io::ErrorKind;
use std::path::Path;

use super::{Check, Status};
use crate::spec::NETNS_DIR;
use crate::sys::capability::{self, Capability};
use crate::sys::firewall::{FamilyState, Filter, ForwardState};
use crate::sys::mounts::{self, Mount};
use crate::sys::{netns, sysctl};

/// What a missing capability keeps netpipe from.
fn need(capability: Capability) -> (Status, &'static str) {
    match capability {
        Capability::NetAdmin => (Status::Bad, "no link can be made"),
        Capability::SysAdmin => (Status::Bad, "no namespace can be entered"),
        Capability::SysPtrace => (Status::Warn, "other users' processes cannot be targets"),
        Capability::NetRaw => (Status::Warn, "addresses cannot be announced"),
    }
}

/// A check a capability.
pub fn capabilities() -> Vec<Check> {
    let held = match capability::effective() {
        Ok(held) => held,
        Err(error) => return vec![Check::of_error("capabilities", Status::Bad, &error)],
    };
    let check = |capability: Capability| {
        let name = capability.name();
        if held.contains(&capability) {
            return Check::new(name, Status::Ok, "in effect");
        }
        let (status, lack) = need(capability);
        Check::new(name, status, format!("missing: {lack}")).fix("run as root")
    };
    Capability::ALL.into_iter().map(check).collect()
}

/// Whether namespaces can be told apart, and are seen by all who should see them.
pub fn namespaces() -> Vec<Check> {
    let cookie = match netns::cookie_here() {
        0 => Check::new(
            "namespace identity",
            Status::Warn,
            "kernel has no SO_NETNS_COOKIE: a container that was restarted may not be \
             recognised as a new one",
        )
        .fix("use Linux 5.14 or later"),
        _ => Check::new("namespace identity", Status::Ok, "SO_NETNS_COOKIE works"),
    };
    vec![cookie, named()]
}

fn named() -> Check {
    let name = "named namespaces";
    let point = Path::new(NETNS_DIR);
    let to_come = || {
        let detail = format!("{NETNS_DIR} is made a shared mount by the first `netpipe netns add`");
        Check::new(name, Status::Info, detail)
    };
    let found = mounts::list().and_then(|all| Ok(mounts::at(&all, point)?.cloned()));
    match found {
        Ok(Some(Mount { shared: true, .. })) => {
            Check::new(name, Status::Ok, format!("{NETNS_DIR} is shared"))
        }
        Ok(Some(_)) => Check::new(
            name,
            Status::Warn,
            format!("{NETNS_DIR} is private: names made elsewhere are not seen here"),
        )
        .fix(format!("mount --make-shared {NETNS_DIR}")),
        Ok(None) => to_come(),
        Err(error) if error.kind() == ErrorKind::NotFound => to_come(),
        Err(error) => Check::new(name, Status::Warn, format!("{NETNS_DIR}: {error}")),
    }
}

/// What becomes of frames between two ports of a bridge.
pub fn firewall() -> Vec<Check> {
    let state = match ForwardState::read() {
        Ok(state) => state,
        Err(error) => return vec![Check::of_error("firewall", Status::Warn, &error)],
    };
    let warnings = state.warnings().into_iter();
    let warnings = warnings.map(|warning| {
        let check = Check::new("firewall", Status::Warn, warning.detail);
        match warning.fix {
            Some(fix) => check.fix(fix),
            None => check,
        }
    });
    state.families.iter().map(family).chain(warnings).collect()
}

fn family(state: &FamilyState) -> Check {
    let name = format!("firewall {}", state.family);
    let policies: Vec<_> = state.filters.iter().filter_map(policy).collect();
    let policies = match policies.is_empty() {
        true => "no FORWARD chain".to_owned(),
        false => policies.join(", "),
    };
    let own = state.bridges.join(", ");
    let (status, bridged) = match state.bridge_netfilter {
        false if own.is_empty() => (
            Status::Ok,
            "br_netfilter is off: bridged frames pass".to_owned(),
        ),
        false => (
            Status::Info,
            format!("br_netfilter is on for these bridges only, by their own setting: {own}"),
        ),
        true => (
            Status::Info,
            "br_netfilter is on: netpipe adds a rule where a bridge needs one".to_owned(),
        ),
    };
    Check::new(name, status, format!("{bridged}; {policies}"))
}

fn policy(filter: &Filter) -> Option<String> {
    let policy = filter.forward_policy?;
    Some(format!("FORWARD policy {policy} ({})", filter.backend))
}

/// Kernel settings that decide about traffic.
pub fn settings() -> Vec<Check> {
    let strict = sysctl::get("net/ipv4/conf/all/rp_filter").as_deref() == Some("1");
    let rp_filter = if strict {
        Check::new(
            "rp_filter",
            Status::Warn,
            "strict on all links: packets that come in by another link than they would leave \
             by are dropped",
        )
        .fix("sysctl -w net.ipv4.conf.all.rp_filter=2")
    } else {
        Check::new("rp_filter", Status::Ok, "not strict on all links")
    };
    let value = |key: &str| sysctl::get(key).unwrap_or_else(|| "none".into());
    let forward = Check::new(
        "ip_forward",
        Status::Info,
        format!(
            "IPv4 {}, IPv6 {}: needed only to route between networks",
            value("net/ipv4/ip_forward"),
            value("net/ipv6/conf/all/forwarding")
        ),
    );
    vec![rp_filter, forward]
}
