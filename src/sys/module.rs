//! Kernel modules, read-only: which one would be loaded for a kind of link.

use std::fs;

/// The module that the kernel would load to make a link of that kind, if it is there and
/// not loaded yet (`rtnl_newlink` asks for `rtnl-link-KIND`; modules.alias of depmod(8)
/// tells which that is). None where it is loaded or built in, or there is none.
pub fn loadable(kind: &str) -> Option<String> {
    let module = provider(&index("alias")?, kind)?.to_owned();
    (!is_loaded(&loaded(), &module)).then_some(module)
}

/// The same by the module's own name, which is how the kernel asks for a queueing discipline
/// (`sch_KIND`, and since 6.8 by the alias `net-sch-KIND`, which that has).
pub fn loadable_by_name(module: &str) -> bool {
    index("dep").is_some_and(|all| is_there(&all, module)) && !is_loaded(&loaded(), module)
}

/// One of the lists that depmod(8) made for this kernel.
fn index(list: &str) -> Option<String> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").ok()?;
    let path = format!("/lib/modules/{}/modules.{list}", release.trim_end());
    fs::read_to_string(path).ok()
}

fn loaded() -> String {
    fs::read_to_string("/proc/modules").unwrap_or_default()
}

/// Whether a line of modules.dep is about that module: `kernel/net/sched/sch_tbf.ko.xz: …`.
fn is_there(all: &str, module: &str) -> bool {
    let paths = all.lines().filter_map(|line| line.split(':').next());
    let mut files = paths.filter_map(|path| path.rsplit('/').next());
    files.any(|file| file.split('.').next() == Some(module))
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
    use super::{is_loaded, is_there, provider};

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
    fn a_module_is_there_by_its_files_whole_name() {
        let all = "kernel/net/sched/sch_netem.ko.xz: kernel/lib/sch_red.ko.xz\n\
                   kernel/net/sched/sch_tbf.ko:\n";
        assert!(is_there(all, "sch_netem") && is_there(all, "sch_tbf"));
        assert!(!is_there(all, "sch_red") && !is_there(all, "netem") && !is_there("", "sch_tbf"));
    }

    #[test]
    fn a_module_is_loaded_by_its_whole_name() {
        let modules = "ip6_gre 1 0 - Live 0x0\nveth 2 0 - Live 0x0\n";
        assert!(is_loaded(modules, "veth"));
        assert!(!is_loaded(modules, "gre"));
        assert!(!is_loaded("", "veth"));
    }
}
