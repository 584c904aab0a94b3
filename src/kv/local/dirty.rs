//! The pages that a commit has written so far, as its intent lists them.

use std::collections::BTreeMap;

use super::seal::{PAGE, Run, digest, join};

/// Pages by number, with the digest of each.
#[derive(Debug, Default)]
pub(super) struct Dirty(BTreeMap<u32, u64>);

impl Dirty {
    /// Adds what is written from the page `first` on.
    pub(super) fn add(&mut self, first: u32, data: &[u8]) {
        let pages = data.chunks(PAGE as usize).map(|page| digest(0, page));
        self.0.extend((first..).zip(pages));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Joins neighbouring pages.
    pub(super) fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for &page in self.0.keys() {
            match runs.last_mut() {
                Some((first, count)) if *first + *count == page => *count += 1,
                _ => runs.push((page, 1)),
            }
        }
        runs
    }

    /// The digest of all pages.
    pub(super) fn digest(&self) -> u64 {
        self.0.values().fold(0, |sum, page| join(sum, *page))
    }
}
