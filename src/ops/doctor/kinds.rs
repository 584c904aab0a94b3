//! The kinds of link that this kernel has, and the queueing disciplines that shape them.

use super::{Check, Status};
use crate::sys::netlink::KernelError;
use crate::sys::probe::{Discipline, Feature, Scratch};
use crate::sys::{module, netns};

/// A check a kind, each tried in a network namespace made for it and thrown away.
pub fn examine() -> Vec<Check> {
    match netns::create().and_then(Scratch::open) {
        Ok(mut scratch) => {
            let links = Feature::ALL.map(|feature| check(feature, &mut scratch));
            let shaping = Discipline::ALL.map(|one| check_shaping(one, &mut scratch));
            links.into_iter().chain(shaping).collect()
        }
        Err(error) => {
            let failed = Check::of_error("scratch namespace", Status::Bad, &error);
            let links = Feature::ALL.map(label).into_iter();
            let untried = links
                .chain(Discipline::ALL.map(shaping))
                .map(|label| Check::new(label, Status::Info, "not tried"));
            std::iter::once(failed).chain(untried).collect()
        }
    }
}

fn label(feature: Feature) -> String {
    format!("link {}", feature.name())
}

fn shaping(discipline: Discipline) -> String {
    format!("shape {}", discipline.kind())
}

fn check_shaping(discipline: Discipline, scratch: &mut Scratch) -> Check {
    let (module, _) = discipline.module();
    if module::loadable_by_name(module) {
        let detail = format!("not tried: the kernel loads module {module} when it is needed");
        return Check::new(shaping(discipline), Status::Info, detail);
    }
    match scratch.attempt_discipline(discipline) {
        Ok(()) => Check::new(shaping(discipline), Status::Ok, "the kernel has it"),
        Err(error) => no_shaping(discipline, &error),
    }
}

fn no_shaping(discipline: Discipline, error: &KernelError) -> Check {
    let label = shaping(discipline);
    if error.errno != libc::ENOENT {
        let detail = format!("the kernel refuses to use one: {error}");
        return Check::new(label, Status::Warn, detail);
    }
    let (module, option) = discipline.module();
    let without = match discipline {
        Discipline::Tbf => "rates",
        Discipline::Netem => "delay, loss and the like",
    };
    let detail = format!(
        "kernel has no {} support: `netpipe shape` without {without}",
        discipline.kind()
    );
    Check::new(label, Status::Warn, detail).fix(format!(
        "modprobe {module}, or use a kernel built with {option}"
    ))
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
    use super::{no_shaping, refused};
    use crate::ops::doctor::Status;
    use crate::sys::netlink::KernelError;
    use crate::sys::probe::{Discipline, Feature};

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
    fn a_missing_discipline_names_its_module() {
        let check = no_shaping(Discipline::Netem, &error(libc::ENOENT));
        assert!(check.detail.starts_with("kernel has no netem support"));
        assert!(check.fix.unwrap().starts_with("modprobe sch_netem"));
        assert_eq!(no_shaping(Discipline::Tbf, &error(libc::EPERM)).fix, None);
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
