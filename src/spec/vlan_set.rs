//! Sets of VLANs, written as `10,20-29`.

use std::fmt;
use std::str::FromStr;

use super::{VlanId, serde_as_text, shown};
use crate::error::{Error, Result};

/// A set of VLANs. Written, it is a list of numbers and ascending ranges; read, none of
/// them may be named twice.
#[derive(Clone, PartialEq, Eq)]
pub struct VlanSet(Box<[u64; 64]>);

impl Default for VlanSet {
    fn default() -> Self {
        Self(Box::new([0; 64]))
    }
}

impl VlanSet {
    fn place(id: VlanId) -> (usize, u64) {
        let number = id.get();
        (usize::from(number / 64), 1 << (number % 64))
    }

    /// Whether a VLAN is in it.
    pub fn contains(&self, id: VlanId) -> bool {
        let (word, bit) = Self::place(id);
        self.0[word] & bit != 0
    }

    /// Puts a VLAN in; whether it was not there.
    pub fn insert(&mut self, id: VlanId) -> bool {
        let (word, bit) = Self::place(id);
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    /// Takes a VLAN out.
    pub fn remove(&mut self, id: VlanId) {
        let (word, bit) = Self::place(id);
        self.0[word] &= !bit;
    }

    /// Puts all of another set in.
    pub fn insert_all(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0.iter()) {
            *word |= more;
        }
    }

    /// Takes all of another set out.
    pub fn remove_all(&mut self, other: &Self) {
        for (word, less) in self.0.iter_mut().zip(other.0.iter()) {
            *word &= !less;
        }
    }

    /// This set without another one's VLANs.
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.remove_all(other);
        rest
    }

    /// This set and another one's VLANs.
    pub fn and(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.insert_all(other);
        all
    }

    /// Whether every VLAN of it is in another set.
    pub fn is_within(&self, other: &Self) -> bool {
        self.without(other).is_empty()
    }

    /// Whether it has no VLAN.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Its VLANs in ascending order.
    pub fn ids(&self) -> impl Iterator<Item = VlanId> {
        (1..=VlanId::LAST)
            .filter_map(VlanId::new)
            .filter(|id| self.contains(*id))
    }

    /// Its VLANs as ranges, first and last, that are apart from each other.
    pub fn ranges(&self) -> Vec<(VlanId, VlanId)> {
        let mut ranges: Vec<(VlanId, VlanId)> = Vec::new();
        for id in self.ids() {
            match ranges.last_mut() {
                Some((_, last)) if last.get() + 1 == id.get() => *last = id,
                _ => ranges.push((id, id)),
            }
        }
        ranges
    }
}

impl FromIterator<VlanId> for VlanSet {
    fn from_iter<T: IntoIterator<Item = VlanId>>(ids: T) -> Self {
        let mut set = Self::default();
        for id in ids {
            set.insert(id);
        }
        set
    }
}

impl FromStr for VlanSet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |why: String| {
            Error::usage(format!("`{}` is not a list of VLANs: {why}", shown(text)))
                .hint("write numbers and ascending ranges, each VLAN once, as in 10,20-29")
        };
        if text.is_empty() {
            return Err(refuse("it is empty".into()));
        }
        let mut set = Self::default();
        for part in text.split(',') {
            let (first, last) = match part.split_once('-').filter(|(first, _)| !first.is_empty()) {
                Some((first, last)) => (first.parse::<VlanId>()?, last.parse::<VlanId>()?),
                None => {
                    let id = part.parse::<VlanId>()?;
                    (id, id)
                }
            };
            if first > last {
                return Err(refuse(format!("`{first}-{last}` is not ascending")));
            }
            // As no VLAN may come twice, there are no more turns than VLANs.
            for id in (first.get()..=last.get()).filter_map(VlanId::new) {
                if !set.insert(id) {
                    return Err(refuse(format!("{id} is in it twice")));
                }
            }
        }
        Ok(set)
    }
}

impl fmt::Display for VlanSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (first, last)) in self.ranges().into_iter().enumerate() {
            let comma = if nth == 0 { "" } else { "," };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for VlanSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VlanSet({self})")
    }
}

serde_as_text!(VlanSet);

#[cfg(test)]
mod tests {
    use super::VlanSet;

    #[test]
    fn a_list_is_read_and_written() {
        for (text, same) in [
            ("1", "1"),
            ("10,20-29", "10,20-29"),
            ("29,20-28", "20-29"),
            ("5-5", "5"),
            ("63-65,4094", "63-65,4094"),
        ] {
            assert_eq!(text.parse::<VlanSet>().unwrap().to_string(), same);
        }
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_reason() {
        for (bad, reason) in [
            ("", "it is empty"),
            ("10-5", "`10-5` is not ascending"),
            ("10,10", "10 is in it twice"),
            ("10-20,15", "15 is in it twice"),
            ("10,", "`` is not a VLAN"),
            (",10", "`` is not a VLAN"),
            ("10-", "`` is not a VLAN"),
            ("-10", "`-10` is not a VLAN"),
            ("1-2-3", "`2-3` is not a VLAN"),
            ("0-4095", "`0` is not a VLAN"),
            ("1-4095", "`4095` is not a VLAN"),
            ("10;20", "`10;20` is not a VLAN"),
            ("native=5", "`native=5` is not a VLAN"),
        ] {
            let error = bad.parse::<VlanSet>().unwrap_err().to_string();
            assert!(error.contains(reason), "{bad}: {error}");
        }
    }

    #[test]
    fn sets_are_added_and_subtracted() {
        let set = |text: &str| text.parse::<VlanSet>().unwrap();
        assert_eq!(set("1-10").without(&set("3-4")), set("1-2,5-10"));
        assert_eq!(set("1-2").and(&set("3")), set("1-3"));
        assert!(set("2").is_within(&set("1-3")) && !set("4").is_within(&set("1-3")));
        assert_eq!(set("1-2").ids().count(), 2);
    }
}
