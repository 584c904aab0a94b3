//! Visits of the program's own thread to a namespace, and its way back.

use netpipe::sys::netns::{Netns, create};

use crate::support::Host;

#[test]
fn a_visit_ends_where_it_began() {
    let other = |name| Netns::from_fd(create().unwrap(), name).unwrap();
    let (first, second) = (other("first"), other("second"));
    Host::new().place().run(|| {
        assert!(!first.is_here().unwrap());
        for _ in 0..2 {
            let all_inside = first.run(|| {
                // The second one goes by what the first one remembers.
                let visits = [(); 2].map(|()| second.run(|| second.is_here().unwrap()));
                visits.iter().all(|inside| *inside.as_ref().unwrap()) && first.is_here().unwrap()
            });
            assert!(all_inside.unwrap());
            assert!(!first.is_here().unwrap() && !second.is_here().unwrap());
        }
    });
}

#[test]
fn a_visit_that_panics_ends_where_it_began() {
    let other = Netns::from_fd(create().unwrap(), "other").unwrap();
    Host::new().place().run(|| {
        let visit = std::panic::AssertUnwindSafe(|| other.run(|| panic!("on purpose")));
        assert!(std::panic::catch_unwind(visit).is_err());
        assert!(!other.is_here().unwrap());
        assert!(other.run(|| other.is_here().unwrap()).unwrap());
    });
}
