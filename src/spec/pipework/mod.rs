//! The command line of pipework, the shell script: its words, read once, as what they ask for.

mod address;
mod dhcp;
mod plug;

use std::ffi::OsString;

pub use address::Address;
pub use dhcp::DhcpWords;
pub use plug::{Found, HostLink, Meaning, Plug};

use super::{IfName, Target, shown};
use crate::error::{Error, Result};

/// The forms of a command line, as the script shows them, for help and hints.
pub const FORMS: &str = "\
pipework [--direct-phys] HOSTIF [-i NAME] [-l NAME] [-a FAMILY] GUEST ADDRESS/LENGTH[@GATEWAY] [MAC][@VLAN]
pipework [--direct-phys] HOSTIF [-i NAME] [-l NAME] GUEST dhcp|udhcpc|dhclient|dhcpcd[-f][:OPTIONS] [MAC][@VLAN]
pipework route|rule|tc GUEST ARGUMENTS
pipework --wait [-i NAME]";

/// The interface inside a container, if no other is asked for.
const USUAL: &str = "eth1";

/// What a command line asks for.
#[derive(Debug, Clone)]
pub enum Line {
    /// `--wait`: wait, inside a container, for an interface.
    Wait(IfName),
    /// `route`, `rule`, `tc`: run a program of iproute2 in a container's network.
    Run(Run),
    /// Plug a container into something.
    Plug(Box<Plug>),
}

/// A program to be run in a container's network.
#[derive(Debug, Clone)]
pub struct Run {
    /// The container.
    pub guest: Target,
    /// The program and its arguments.
    pub command: Vec<OsString>,
}

/// A command line that was read, and what of it was left out.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What it asks for.
    pub line: Line,
    /// What the user should know: words without an equivalent.
    pub warnings: Vec<String>,
}

/// The words, first to last, with what was left out of them.
#[derive(Debug)]
struct Words {
    left: std::vec::IntoIter<OsString>,
    warnings: Vec<String>,
}

/// The options between the first word and the container. The script wants them in the order
/// `-i`, `-l`, `-a`; here any order will do.
#[derive(Debug, Default)]
struct Options {
    ifname: Option<IfName>,
    local: Option<IfName>,
    family: Option<Family>,
}

/// The family of `-a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4: `4` or `inet`.
    V4,
    /// IPv6: `6` or `inet6`.
    V6,
}

/// A usage error with the forms as its hint.
fn wrong(message: impl Into<String>) -> Error {
    Error::usage(message).hint(format!("the forms are:\n  {}", FORMS.replace('\n', "\n  ")))
}

/// Reads a command line: the words behind `pipework`.
///
/// # Errors
/// A usage error that names the word.
pub fn parse(words: Vec<OsString>) -> Result<Parsed> {
    let mut words = Words {
        left: words.into_iter(),
        warnings: Vec::new(),
    };
    let line = line(&mut words)?;
    Ok(Parsed {
        line,
        warnings: words.warnings,
    })
}

fn line(words: &mut Words) -> Result<Line> {
    let Some(mut first) = words.text()? else {
        return Err(wrong("pipework was told nothing"));
    };
    if first == "--wait" {
        let options = words.options()?;
        words.refuse_to_hear("behind --wait");
        return Ok(Line::Wait(
            options.ifname.map_or_else(|| USUAL.parse(), Ok)?,
        ));
    }
    let direct = first == "--direct-phys";
    if direct {
        first = words
            .text()?
            .ok_or_else(|| wrong("--direct-phys needs a network card behind it"))?;
    }
    let options = words.options()?;
    let guest = match words.text()? {
        Some(guest) if !guest.is_empty() => guest.parse()?,
        _ => return Err(wrong("no GUEST is given")),
    };
    let program: Option<&[&str]> = match first.as_str() {
        "route" => Some(&["ip", "route"]),
        "rule" => Some(&["ip", "rule"]),
        "tc" => Some(&["tc"]),
        _ => None,
    };
    if let Some(program) = program {
        let mut command: Vec<OsString> = program.iter().map(Into::into).collect();
        command.extend(words.left.by_ref());
        if command.len() == program.len() {
            return Err(wrong(format!("`{first}` needs arguments behind GUEST")));
        }
        return Ok(Line::Run(Run { guest, command }));
    }
    let Some(address) = words.text()?.filter(|word| !word.is_empty()) else {
        return Err(wrong("no ADDRESS is given"));
    };
    let (address, left_out) = Address::read(&address, options.family)?;
    words.warnings.extend(left_out);
    let mac = words.text()?.unwrap_or_default();
    words.refuse_to_hear("behind the MAC and VLAN");
    Ok(Line::Plug(Box::new(Plug::read(
        direct, &first, options, guest, address, &mac,
    )?)))
}

impl Words {
    /// The next word.
    fn text(&mut self) -> Result<Option<String>> {
        let Some(word) = self.left.next() else {
            return Ok(None);
        };
        word.into_string().map(Some).map_err(|word| {
            let word = word.to_string_lossy();
            Error::usage(format!("`{}` is not UTF-8", shown(&word)))
                .hint("names and addresses are written in ASCII")
        })
    }

    /// The options that come next. An empty value is none, as of an unset variable.
    fn options(&mut self) -> Result<Options> {
        let mut options = Options::default();
        while let Some(word) = self.left.as_slice().first() {
            let option = match word.to_str() {
                Some(option @ ("-i" | "-l" | "-a")) => option.to_owned(),
                Some(option) if option.starts_with('-') && option.len() > 1 => {
                    return Err(wrong(format!("there is no option `{}`", shown(option))));
                }
                _ => break,
            };
            self.left.next();
            let value = self
                .text()?
                .ok_or_else(|| wrong(format!("{option} needs a value")))?;
            let given = match option.as_str() {
                _ if value.is_empty() => continue,
                "-i" => options.ifname.replace(value.parse()?).is_some(),
                "-l" => options.local.replace(value.parse()?).is_some(),
                _ => options.family.replace(Family::read(&value)?).is_some(),
            };
            if given {
                return Err(Error::usage(format!("{option} is given twice"))
                    .hint("run pipework once for each interface"));
            }
        }
        Ok(options)
    }

    /// Warns of the words that are left: the script takes no notice of them either.
    fn refuse_to_hear(&mut self, place: &str) {
        for word in self.left.by_ref().filter(|word| !word.is_empty()) {
            let word = word.to_string_lossy();
            self.warnings
                .push(format!("`{}` {place} is ignored", shown(&word)));
        }
    }
}

impl Family {
    fn read(text: &str) -> Result<Self> {
        match text {
            "4" | "inet" => Ok(Self::V4),
            "6" | "inet6" => Ok(Self::V6),
            _ => Err(
                Error::usage(format!("`{}` is not a family of addresses", shown(text)))
                    .hint("-a takes 4 or 6, or inet or inet6"),
            ),
        }
    }

    /// Whether it is IPv4.
    fn is_v4(self) -> bool {
        self == Self::V4
    }
}

#[cfg(test)]
mod tests;
