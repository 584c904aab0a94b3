//! What is wrong with a file, each with the place where it is.

use std::fmt;

use crate::error::Error;

/// A place in a file, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One thing that is wrong.
#[derive(Debug)]
pub struct Problem {
    /// Where it is.
    pub spot: Spot,
    /// Which part of the topology that is, such as `attachments.web[0].mtu`; empty for the
    /// file as a whole.
    pub path: String,
    /// What it is, and what to do.
    pub error: Error,
}

impl Problem {
    /// The same as an error that names file and place.
    pub fn in_file(self, file: &str) -> Error {
        let Self { spot, path, error } = self;
        match path.is_empty() {
            true => error.while_doing(&format!("{file}:{spot}")),
            false => error.while_doing(&format!("{file}:{spot}: {path}")),
        }
    }
}

/// How many are kept: a file that is no topology at all has something wrong in every line.
const MOST: usize = 50;

/// All that is wrong with a file.
#[derive(Debug, Default)]
pub struct Problems {
    all: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    /// Adds one.
    pub fn add(&mut self, spot: Spot, path: &str, error: Error) {
        self.add_with(spot, path, || error);
    }

    /// Adds one that takes a while to word, if it is kept.
    pub fn add_with(&mut self, spot: Spot, path: &str, error: impl FnOnce() -> Error) {
        if self.all.len() == MOST {
            self.left_out += 1;
            return;
        }
        self.all.push(Problem {
            spot,
            path: path.to_owned(),
            error: error(),
        });
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len() + self.left_out
    }

    /// Those that were kept, by their place.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.all.sort_by_key(|problem| problem.spot);
        self.all
    }
}
