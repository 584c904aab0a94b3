//! The kinds of link that this kernel has.

use super::{Check, Status};
use crate::sys::netlink::KernelError;
use crate::sys::probe::{Feature, Scratch};
use crate::sys::{module, netns};

/// A check a kind, each tried in a network namespace made for it and thrown away.
pub fn examine() -> Vec<Check> {
    match netns::create().and_then(Scratch::open) {
        Ok(mut scratch) => Feature::ALL
            .into_iter()
            .map(|feature| check(feature, &mut scratch))
            .collect(),
        Err(error) => {
            let failed = Check::of_error("scratch namespace", Status::Bad, &error);
            let untried = Feature::ALL
                .into_iter()
                .map(|feature| Check::new(label(feature), Status::Info, "not tried"));
            std::iter::once(failed).chain(untried).collect()
        }
    }
}

fn label(feature: Feature) -> String {
    format!("link {}", feature.name())
}

fn check(feature: Feature, scratch: &mut Scratch) -> Check {
    // Trying it would load the module, and some make links of their own on the host then
    // (ip_gre: gre0, gretap0, erspan0).
    if let Some(module) = module::loadable(feature.kind()) {
        let detail = format!("not tried: the kernel loads module {module} when it is needed");
        return Check::new(label(feature), Status::Info, detail);
    }
    match scratch.attempt(feature) {
        Ok(()) => Check::new(label(feature), Status::Ok, "the kernel has it"),
        Err(error) => refused(feature, &error),
    }
}

fn refused(feature: Feature, error: &KernelError) -> Check {
    let status = match feature {
        Feature::Veth | Feature::Bridge => Status::Bad,
        _ => Status::Warn,
    };
    if error.errno != libc::EOPNOTSUPP {
        let detail = format!("the kernel refuses to make one: {error}");
        return Check::new(label(feature), status, detail);
    }
    let (module, option) = feature.module();
    let detail = format!("kernel has no {} support", feature.name());
    let fix = match feature {
        // The module is there; it was built without.
        Feature::VlanFiltering => format!("use a kernel built with {option}"),
        _ => format!("modprobe {module}, or use a kernel built with {option}"),
    };
    Check::new(label(feature), status, detail).fix(fix)
}

#[cfg(test)]
mod tests {
    use super::refused;
    use crate::ops::doctor::Status;
    use crate::sys::netlink::KernelError;
    use crate::sys::probe::Feature;

    fn error(errno: i32) -> KernelError {
        KernelError { errno, text: None }
    }

    #[test]
    fn a_missing_kind_names_its_module() {
        let check = refused(Feature::Vlan, &error(libc::EOPNOTSUPP));
        assert_eq!(check.detail, "kernel has no 802.1Q support");
        assert!(check.fix.unwrap().starts_with("modprobe 8021q"));
        assert_eq!(check.status, Status::Warn);
    }

    #[test]
    fn without_veth_or_bridge_nothing_works() {
        for feature in Feature::ALL {
            let bad = refused(feature, &error(libc::EOPNOTSUPP)).status == Status::Bad;
            assert_eq!(bad, ["veth", "bridge"].contains(&feature.name()));
        }
    }

    #[test]
    fn another_refusal_is_not_a_missing_module() {
        let check = refused(Feature::Gre, &error(libc::EPERM));
        assert!(
            check.detail.contains("Operation not permitted"),
            "{check:?}"
        );
        assert_eq!(check.fix, None);
    }
}
