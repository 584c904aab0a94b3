//! How wide text is, at most, without asking a font; and in which order people expect names.

use std::cmp::Ordering;

/// How text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Bold, for names.
    Name,
    /// Of even width, for interfaces and addresses.
    Code,
    /// For the rest.
    Plain,
    /// The same, smaller.
    Small,
}

impl Face {
    /// Its height in pixels.
    pub fn size(self) -> i32 {
        match self {
            Self::Name | Self::Plain => 12,
            Self::Code => 11,
            Self::Small => 10,
        }
    }

    /// The width of a character, in hundredths of the height: no usual font has wider ones.
    fn of(self, character: char) -> i32 {
        match (self, character) {
            (_, character) if !character.is_ascii() => 110,
            (Self::Code, _) => 62,
            (_, 'W' | 'M' | 'm' | 'w' | '@' | '%') => 100,
            (_, 'i' | 'l' | 'j' | '.' | ',' | ':' | '/' | ' ' | '|') => 42,
            (Self::Name, _) => 74,
            (_, 'A'..='Z') => 74,
            _ => 64,
        }
    }

    /// How wide a text is at most, in pixels.
    pub fn width(self, text: &str) -> i32 {
        let hundredths: i32 = text.chars().map(|character| self.of(character)).sum();
        hundredths * self.size() / 100 + 1
    }

    /// As much of a text as fits, with dots if that is not all.
    pub fn cut(self, text: &str, most: i32) -> String {
        if self.width(text) <= most {
            return text.to_owned();
        }
        let mut kept = String::new();
        for character in text.chars() {
            kept.push(character);
            if self.width(&kept) + self.width("…") > most {
                kept.pop();
                break;
            }
        }
        kept + "…"
    }
}

/// Compares names so that `web2` comes before `web10`.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (digits, rest) = run(left);
        let (digits2, rest2) = run(right);
        let same = match (digits.is_empty(), digits2.is_empty()) {
            (false, false) => {
                let (a, b) = (
                    digits.trim_start_matches('0'),
                    digits2.trim_start_matches('0'),
                );
                a.len().cmp(&b.len()).then(a.cmp(b))
            }
            (true, true) => Ordering::Equal,
            // A digit beside a letter, or the end of one of them.
            _ => left.chars().next().cmp(&right.chars().next()),
        };
        let (mut rest, mut rest2) = (rest.chars(), rest2.chars());
        match (same, rest.next(), rest2.next()) {
            (Ordering::Equal, Some(a), Some(b)) if a == b => {}
            (Ordering::Equal, None, None) => return one.cmp(other),
            (Ordering::Equal, a, b) => return a.cmp(&b),
            (different, ..) => return different,
        }
        (left, right) = (rest.as_str(), rest2.as_str());
    }
}

/// The digits that a text starts with, and the rest.
fn run(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{Face, natural};

    #[test]
    fn numbers_count() {
        let mut names = ["web10", "web2", "web", "web02", "a", "web2b", "10", "9"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(
            names,
            ["9", "10", "a", "web", "web02", "web2", "web2b", "web10"]
        );
    }

    #[test]
    fn what_is_cut_fits() {
        let long = "a-very-long-name-with-many-words-in-it";
        for most in [20, 50, 100, 300, 1000] {
            assert!(Face::Name.width(&Face::Name.cut(long, most)) <= most);
        }
        assert_eq!(Face::Code.cut("eth1", 100), "eth1");
        assert_eq!(Face::Code.cut("eth1", 0), "…");
    }
}
