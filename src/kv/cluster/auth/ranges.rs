//! The ranges of keys that a user may read or write: all permissions of all roles, merged.

use std::cmp::Ordering;

/// A point on the line of keys; an end that is open lies behind every key.
///
/// The order is that of etcd's `BytesAffineComparable`: the empty string is the greatest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Point(Vec<u8>);

impl Point {
    fn compare(&self, other: &[u8]) -> Ordering {
        compare(&self.0, other)
    }
}

fn compare(left: &[u8], right: &[u8]) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => left.cmp(right),
    }
}

/// What a request's (or permission's) key and range end stand for: a start, and an end that is
/// empty if it is open.
fn interval(key: &[u8], range_end: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let end = match range_end {
        [] => [key, &[0]].concat(),
        [0] => Vec::new(),
        end => end.to_vec(),
    };
    (key.to_vec(), end)
}

/// Returns whether a permission on a range can be given: a key, and an end that is none, open,
/// or behind the key (etcd: `isValidPermissionRange`).
pub(super) fn is_valid(key: &[u8], range_end: &[u8]) -> bool {
    !key.is_empty() && (range_end.is_empty() || range_end == [0] || key < range_end)
}

/// A set of keys: ranges that neither overlap nor touch, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(Point, Point)>);

impl Ranges {
    /// The union of ranges that are given as key and range end.
    pub(super) fn union<'a>(ranges: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut sorted: Vec<_> = ranges
            .into_iter()
            .map(|(key, end)| interval(key, end))
            .collect();
        sorted.sort_by(|left, right| compare(&left.0, &right.0));
        let mut merged: Vec<(Point, Point)> = Vec::new();
        for (begin, end) in sorted {
            match merged.last_mut() {
                Some((_, last)) if last.compare(&begin).is_ge() => {
                    if last.compare(&end).is_lt() {
                        *last = Point(end);
                    }
                }
                _ => merged.push((Point(begin), Point(end))),
            }
        }
        Self(merged)
    }

    /// Whether every key that a request names is in the set. Of a request that names none,
    /// because its end is not behind its key, the key must be (etcd: `IntervalTree.Contains`).
    pub(super) fn contain(&self, key: &[u8], range_end: &[u8]) -> bool {
        let (begin, end) = interval(key, range_end);
        // Those that begin at or before the request; the last of them reaches the furthest.
        let before = self
            .0
            .partition_point(|(first, _)| first.compare(&begin).is_le());
        let Some((_, last)) = before.checked_sub(1).map(|last| &self.0[last]) else {
            return false;
        };
        last.compare(&begin).is_gt() && last.compare(&end).is_ge()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(ranges: &[(&str, &str)]) -> Ranges {
        Ranges::union(
            ranges
                .iter()
                .map(|(key, end)| (key.as_bytes(), end.as_bytes())),
        )
    }

    #[test]
    fn ranges_that_touch_or_overlap_are_one() {
        let set = ranges(&[("m", "n"), ("a", "c"), ("c", "e"), ("d", "g")]);
        assert_eq!(set, ranges(&[("a", "g"), ("m", "n")]));
        assert!(set.contain(b"a", b"g"));
        assert!(!set.contain(b"a", b"n"));
        assert!(!set.contain(b"a", b"\0"));
        assert!(set.contain(b"m", b""));
        assert!(!set.contain(b"n", b""));
        assert!(!set.contain(b"f", b"m"));
    }

    #[test]
    fn a_key_is_the_range_up_to_the_next_key() {
        let set = ranges(&[("a", ""), ("b", "")]);
        assert!(set.contain(b"a", b"") && set.contain(b"b", b""));
        assert!(set.contain(b"a", b"a\0"));
        assert!(!set.contain(b"a", b"b"));
        assert!(!set.contain(b"a\0", b""));
        assert!(!set.contain(b"aa", b""));
        // Two neighbours are a range.
        assert!(ranges(&[("a", ""), ("a\0", "")]).contain(b"a", b"a\0\0"));
    }

    #[test]
    fn an_open_end_is_behind_every_key() {
        let set = ranges(&[("b", "\0"), ("a", "c")]);
        assert!(set.contain(b"a", b"\0"));
        assert!(set.contain(b"b", b"z"));
        assert!(set.contain(&[255; 9], b"\0"));
        assert!(!set.contain(b"\0", b"\0"));
        assert!(ranges(&[("\0", "\0")]).contain(b"\0", b"\0"));
    }

    #[test]
    fn a_range_of_no_keys_is_where_it_begins() {
        let set = ranges(&[("b", "d"), ("k", "")]);
        assert!(set.contain(b"b", b"a") && set.contain(b"c", b"c") && set.contain(b"k", b"a"));
        assert!(!set.contain(b"d", b"a") && !set.contain(b"a", b"a"));
    }

    #[test]
    fn nothing_is_in_nothing() {
        assert!(!ranges(&[]).contain(b"a", b""));
        assert!(!ranges(&[]).contain(b"a", b"a"));
    }

    #[test]
    fn only_ranges_that_can_hold_a_key_are_valid() {
        assert!(is_valid(b"a", b"") && is_valid(b"a", b"b") && is_valid(b"a", b"\0"));
        assert!(!is_valid(b"", b"") && !is_valid(b"", b"b") && !is_valid(b"", b"\0"));
        assert!(!is_valid(b"b", b"a") && !is_valid(b"a", b"a"));
    }
}
