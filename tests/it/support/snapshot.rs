//! Everything that netpipe could have changed, as text that two moments can be compared
//! by. Left out is what changes by itself: counters, indexes, carrier, the kernel's own
//! link-local addresses.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use netpipe::kv::{Kv, LocalKv};
use serde_json::Value;

use super::{Call, Namespaces};

/// One moment: lines by what they are of, such as `blue routes`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Vec<String>>);

impl Snapshot {
    /// Adds a namespace's links, addresses, routes, rules, settings and firewall.
    #[track_caller]
    pub fn add_namespace(&mut self, name: &str, place: &Namespaces) {
        let mut put = |what: &str, lines| self.0.insert(format!("{name} {what}"), lines);
        // In an emulated machine each process takes a fifth of a second.
        let every = [
            "link show",
            "address show",
            "route show table all",
            "rule show",
        ];
        let mut found = Vec::new();
        for family in ["-4", "-6"] {
            let mut tables = ip(place, family, &every);
            put(&format!("addresses {family}"), addresses(&tables[1]));
            put(&format!("routes {family}"), lines(&tables[2], route));
            let rules = lines(&tables[3], |row| Some(row.to_string()));
            put(&format!("rules {family}"), rules);
            found = tables.swap_remove(0);
        }
        put("links", lines(&found, link));
        let is_bridge = |row: &Value| row["linkinfo"]["info_kind"] == "bridge";
        if found.iter().any(is_bridge) {
            put("vlans", lines(&bridge_vlans(place), vlans));
        }
        let queues = |row: &Value| !matches!(row["qdisc"].as_str(), Some("noqueue" | "noop"));
        if found.iter().any(queues) {
            let mut all = text(place, "tc", "qdisc show");
            // The kernel's default has no handle, and comes when a link is first up.
            all.retain(|line| line.split(' ').nth(2) != Some("0:"));
            put("queues", all);
        }
        put("nftables", text(place, "nft", "-s list ruleset"));
        put("settings", place.run(settings));
    }

    /// Adds lines of another sort.
    pub fn add_lines(&mut self, name: &str, lines: Vec<String>) {
        self.0.insert(name.into(), lines);
    }

    /// Adds the keys and values of a store.
    pub fn add_store(&mut self, state_dir: &Path) {
        let lines = match store(state_dir) {
            Ok(pairs) => pairs
                .iter()
                .map(|(key, value)| format!("{key} {}", without_index(&timeless(value))))
                .collect(),
            Err(unreadable) => vec![unreadable],
        };
        self.0.insert("store".into(), lines);
    }

    /// The lines that only one of the two has.
    pub fn difference(&self, now: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let names = self.0.keys().chain(now.0.keys());
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            let none = Vec::new();
            let before = self.0.get(name).unwrap_or(&none);
            let after = now.0.get(name).unwrap_or(&none);
            let lost = before.iter().filter(|line| !after.contains(line));
            found.extend(lost.map(|line| format!("{name}: - {line}")));
            let new = after.iter().filter(|line| !before.contains(line));
            found.extend(new.map(|line| format!("{name}: + {line}")));
        }
        found
    }

    /// The same without the lines that have this piece.
    pub fn without(&self, piece: &str) -> Self {
        let mut kept = self.clone();
        for lines in kept.0.values_mut() {
            lines.retain(|line| !line.contains(piece));
        }
        kept
    }

    /// Claims that nothing is different now.
    #[track_caller]
    pub fn assert_same(&self, now: &Self) {
        let lines = self.difference(now);
        assert!(
            lines.is_empty(),
            "something is different:\n{}",
            lines.join("\n")
        );
    }

    /// Claims that the namespaces are the same now, whatever became of the store.
    #[track_caller]
    pub fn assert_same_kernel(&self, now: &Self) {
        let kernel = |one: &Self| {
            let mut kept = one.clone();
            kept.0.remove("store");
            kept
        };
        kernel(self).assert_same(&kernel(now));
    }
}

#[track_caller]
fn text(place: &Namespaces, program: &str, args: &str) -> Vec<String> {
    let run = Call::new(place, program, args).run().status(0);
    run.out.lines().map(str::to_owned).collect()
}

/// What commands of one `ip` print, a table each.
#[track_caller]
fn ip(place: &Namespaces, family: &str, commands: &[&str]) -> Vec<Vec<Value>> {
    let args = [family, "-j", "-d", "-batch", "-"];
    let run = Call::new(place, "ip", args).input(&commands.join("\n"));
    let out = run.run().status(0).out;
    let tables = serde_json::Deserializer::from_str(&out).into_iter();
    let tables: Vec<Vec<Value>> = tables.map(Result::unwrap).collect();
    assert_eq!(tables.len(), commands.len(), "{out}");
    tables
}

#[track_caller]
fn bridge_vlans(place: &Namespaces) -> Vec<Value> {
    let run = Call::new(place, "bridge", "-j -compressvlans vlan").run();
    let out = run.status(0).out;
    match out.trim() {
        "" => Vec::new(),
        out => serde_json::from_str(out).unwrap(),
    }
}

/// The rows of a table, each made a line, sorted.
fn lines(rows: &[Value], line: fn(&Value) -> Option<String>) -> Vec<String> {
    let mut lines: Vec<String> = rows.iter().filter_map(line).collect();
    lines.sort();
    lines
}

/// These fields of a row, as text.
fn pick(row: &Value, fields: &[&str]) -> String {
    let kept = fields.iter().filter_map(|field| {
        let value = row.get(field)?;
        Some(format!("{field}={value}"))
    });
    kept.collect::<Vec<_>>().join(" ")
}

fn link(row: &Value) -> Option<String> {
    let fields = [
        "ifname",
        "ifalias",
        "altnames",
        "address",
        "mtu",
        "master",
        "group",
        "num_tx_queues",
    ];
    // Open vSwitch's own, which come with its first bridge, each time with another MAC.
    if matches!(row["ifname"].as_str(), Some("ovs-netdev" | "ovs-system")) {
        return None;
    }
    let up = row["flags"].as_array()?.iter().any(|flag| flag == "UP");
    let kind = &row["linkinfo"]["info_kind"];
    let vlans = pick(
        &row["linkinfo"]["info_data"],
        &["vlan_filtering", "vlan_protocol"],
    );
    Some(format!(
        "{} kind={kind} up={up} {vlans}",
        pick(row, &fields)
    ))
}

/// The VLANs of a port.
fn vlans(row: &Value) -> Option<String> {
    Some(pick(row, &["ifname", "vlans"]))
}

fn addresses(rows: &[Value]) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        let held = row["addr_info"].as_array().unwrap();
        for address in held.iter().filter(|held| held["scope"] != "link") {
            let fields = ["local", "prefixlen", "broadcast", "scope", "label"];
            lines.push(format!("{} {}", row["ifname"], pick(address, &fields)));
        }
    }
    lines.sort();
    lines
}

/// A route, unless it is one that the kernel keeps for link-local and multicast traffic, or to an
/// IPv6 address of the host's own: that comes some time after the address, which is compared.
fn route(row: &Value) -> Option<String> {
    let to = row["dst"].as_str().unwrap_or_default();
    let own = row["type"] == "local" && row["protocol"] == "kernel" && to.contains(':');
    if own || to.starts_with("fe80:") || to.starts_with("ff00:") {
        return None;
    }
    let fields = [
        "type", "dst", "gateway", "via", "dev", "table", "protocol", "scope", "metric", "prefsrc",
        "pref",
    ];
    Some(pick(row, &fields))
}

/// The settings of the namespace itself, and of each interface.
fn settings() -> Vec<String> {
    let mut lines = Vec::new();
    for family in ["ipv4", "ipv6"] {
        let root = Path::new("/proc/sys/net").join(family);
        lines.extend(files(&root));
        for interface in fs::read_dir(root.join("conf")).unwrap() {
            lines.extend(files(&interface.unwrap().path()));
        }
    }
    lines.sort();
    lines
}

/// The readable files of a directory of settings.
fn files(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().flatten();
    let readable = entries.filter_map(|entry| {
        let path = entry.path();
        let value = fs::read_to_string(&path).ok()?;
        Some(format!("{}={}", path.display(), value.trim_end()))
    });
    readable.collect()
}

/// A record without the moments that leases were obtained at.
fn timeless(value: &str) -> String {
    const FIELD: &str = "\"obtained\":";
    let mut parts = value.split(FIELD);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{all}{FIELD}0{rest}")
    })
}

/// A record without a link's index, which no other link gets again.
fn without_index(value: &str) -> String {
    let Some((before, rest)) = value.split_once("\"index\":") else {
        return value.to_owned();
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}\"index\":…{rest}")
}

/// The keys and values of a store, or why they cannot be read.
pub fn store(state_dir: &Path) -> Result<Vec<(String, String)>, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let pairs = LocalKv::open_read_only(state_dir).prefix(b"");
    let pairs = pairs.map_err(|error| format!("unreadable: {error}"))?;
    Ok(pairs
        .iter()
        .map(|pair| (text(&pair.key), text(&pair.value)))
        .collect())
}
