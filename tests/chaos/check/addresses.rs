//! Whether an address has one owner.

use std::collections::HashMap;

use super::log::Log;
use crate::history::{Claim, Pair};

/// Checks that no address went from one owner to another without having been free, that all who
/// were told that they have one had it, and that no two had it at once; gives what is wrong.
pub fn check(claims: &[Claim], prefix: &str, log: &Log) -> Vec<String> {
    let mut faults = Vec::new();
    let mut before: HashMap<&str, &str> = HashMap::new();
    for event in log.events(prefix) {
        let Some(now) = &event.now else {
            before.remove(event.key.as_str());
            continue;
        };
        if let Some(other) = before.insert(&event.key, &now.value) {
            faults.push(format!("taken from {other}: {event:?}"));
        }
    }
    for (i, claim) in claims.iter().enumerate() {
        let note = format!("\"{}\"", claim.note);
        let key = format!("{prefix}{}", claim.address);
        let has = |pair: &&Pair| pair.key == key && pair.value.contains(&note);
        let mut puts = log.events(&key).filter_map(|event| event.now.as_ref());
        let got = puts.any(|pair| has(&pair));
        if got && claim.refused {
            faults.push(format!("was refused and is there: {claim:?}"));
        }
        let Some(from) = claim.from else { continue };
        if !got {
            faults.push(format!("not in the log: {claim:?}"));
        }
        let kept = log.pair(&key, log.last()).filter(has).is_some();
        if kept == claim.freed {
            faults.push(match kept {
                true => format!("was given back and is still there: {claim:?}"),
                false if claim.until.is_none() => format!("was lost: {claim:?}"),
                false => continue,
            });
        }
        let until = claim.until.unwrap_or(u64::MAX);
        let others = claims[..i].iter().filter(|o| o.address == claim.address);
        let at_once = others.filter(|other| {
            let theirs = other
                .from
                .map(|from| (from, other.until.unwrap_or(u64::MAX)));
            theirs.is_some_and(|(begin, end)| from < end && begin < until)
        });
        faults.extend(at_once.map(|other| format!("two owners: {claim:?}\n  and {other:?}")));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::log::{Log, of};
    use crate::check::sample::{changed, gone, made};
    use crate::history::Claim;

    fn claim(note: &str, from: u64, until: Option<u64>) -> Claim {
        Claim {
            address: "1".into(),
            note: note.into(),
            refused: false,
            from: Some(from),
            until,
            freed: until.is_some(),
        }
    }

    fn log() -> Log {
        of(&[
            made("ip/1", "{\"note\":\"a\"}", 2),
            gone("ip/1", 3),
            made("ip/1", "{\"note\":\"b\"}", 4),
        ])
    }

    #[test]
    fn one_after_the_other_passes() {
        let claims = [claim("a", 1, Some(2)), claim("b", 3, None)];
        assert_eq!(check(&claims, "ip/", &log()), [""; 0]);
    }

    #[test]
    fn two_at_once_are_found() {
        let claims = [claim("a", 1, Some(4)), claim("b", 3, None)];
        assert_eq!(check(&claims, "ip/", &log()).len(), 1);
    }

    #[test]
    fn one_that_was_taken_from_another_is_found() {
        let log = of(&[
            made("ip/1", "{\"note\":\"a\"}", 2),
            changed("ip/1", "{\"note\":\"b\"}", 3, 2, 2),
        ]);
        assert_eq!(check(&[], "ip/", &log).len(), 1);
        // And whoever had it has lost it.
        assert_eq!(check(&[claim("a", 1, None)], "ip/", &log).len(), 2);
    }

    #[test]
    fn one_that_is_not_in_the_log_is_found() {
        assert_eq!(check(&[claim("c", 1, Some(2))], "ip/", &log()).len(), 1);
    }

    #[test]
    fn one_that_was_refused_and_is_there_is_found() {
        let mut refused = claim("a", 1, Some(2));
        (refused.refused, refused.from) = (true, None);
        assert_eq!(check(&[refused], "ip/", &log()).len(), 1);
    }

    #[test]
    fn one_that_was_given_back_and_stays_is_found() {
        assert_eq!(check(&[claim("b", 3, Some(4))], "ip/", &log()).len(), 1);
    }
}
