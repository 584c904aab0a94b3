//! Kernel modules, read-only: which one would be loaded for a kind of link.

use std::fs;

/// The module that the kernel would load to make a link of that kind, if it is there and
/// not loaded yet (`rtnl_newlink` asks for `rtnl-link-KIND`; modules.alias of depmod(8)
/// tells which that is). None where it is loaded or built in, or there is none.
pub fn loadable(kind: &str) -> Option<String> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    let aliases = format!("/lib/modules/{}/modules.alias", release.trim_end());
    let module = provider(&fs::read_to_string(aliases).ok()?, kind)?.to_owned();
    let loaded = fs::read_to_string("/proc/modules").unwrap_or_default();
    (!is_loaded(&loaded, &module)).then_some(module)
}

fn provider<'a>(aliases: &'a str, kind: &str) -> Option<&'a str> {
    aliases.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let alias = words.nth(1)?;
        (alias.strip_prefix("rtnl-link-")? == kind).then(|| words.next())?
    })
}

fn is_loaded(modules: &str, module: &str) -> bool {
    let mut names = modules.lines().map(|line| line.split(' ').next());
    names.any(|name| name == Some(module))
}

#[cfg(test)]
mod tests {
    use super::{is_loaded, provider};

    #[test]
    fn a_kind_is_found_by_its_whole_alias() {
        let aliases = "# Aliases\nalias rtnl-link-gretap ip_gre\nalias rtnl-link-gre ip_gre\n\
                       alias rtnl-link-vlan 8021q\nalias fs-ext4 ext4\n";
        assert_eq!(provider(aliases, "gre"), Some("ip_gre"));
        assert_eq!(provider(aliases, "vlan"), Some("8021q"));
        assert_eq!(provider(aliases, "macvlan"), None);
        assert_eq!(provider(aliases, "ext4"), None);
    }

    #[test]
    fn a_module_is_loaded_by_its_whole_name() {
        let modules = "ip6_gre 1 0 - Live 0x0\nveth 2 0 - Live 0x0\n";
        assert!(is_loaded(modules, "veth"));
        assert!(!is_loaded(modules, "gre"));
        assert!(!is_loaded("", "veth"));
    }
}
