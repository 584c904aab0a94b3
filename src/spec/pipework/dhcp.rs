//! pipework's DHCP clients: their names, and those of their options that netpipe's own client
//! has an equivalent for.

use super::super::{DhcpClientId, DhcpOptions, DhcpTimeout, shown};
use crate::error::{Error, Result};

/// A DHCP client as the command line describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DhcpWords {
    /// What the client is told.
    pub options: DhcpOptions,
    /// Whether it stays and renews the lease: `-f`.
    pub stays: bool,
    /// Whether it asks for an IPv6 address: `-6`.
    pub v6: bool,
}

/// The clients that the script knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    /// busybox's, on the host or, as `dhcp`, in a container.
    Udhcpc,
    /// That of ISC.
    Dhclient,
    /// dhcpcd.
    Dhcpcd,
}

/// What an option means for netpipe's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// What it does anyway, or what matters for a process of its own only.
    Nothing,
    /// Nothing, with a value.
    NothingOf,
    /// It stays.
    Stay,
    /// It asks for an IPv6 address.
    V6,
    /// The host name that it sends.
    Hostname,
    /// The client id.
    ClientId,
    /// How many seconds it waits.
    Timeout,
    /// How often it asks.
    Tries,
    /// How many seconds lie between.
    Pause,
    /// Any option of DHCP, as `hostname:web`.
    Any,
    /// No equivalent.
    Unknown,
    /// No equivalent, with a value.
    UnknownOf,
}

impl Means {
    fn takes_value(self) -> bool {
        !matches!(self, Self::Nothing | Self::Stay | Self::V6 | Self::Unknown)
    }
}

impl Client {
    /// The client of that name, and whether it stays. Without `-f` none does: that of `dhcp`
    /// goes to the background once it has a lease, which ends the container that it is the
    /// first process of (pipework's README.md, *DHCP Options*).
    fn named(name: &str) -> Option<(Self, bool)> {
        Some(match name {
            "dhcp" | "udhcpc" => (Self::Udhcpc, false),
            "udhcpc-f" => (Self::Udhcpc, true),
            "dhclient" => (Self::Dhclient, false),
            "dhclient-f" => (Self::Dhclient, true),
            "dhcpcd" => (Self::Dhcpcd, false),
            "dhcpcd-f" => (Self::Dhcpcd, true),
            _ => return None,
        })
    }

    /// What an option of its means: busybox's networking/udhcp/dhcpc.c, dhclient(8),
    /// dhcpcd(8).
    fn means(self, option: &str) -> Means {
        match (self, option) {
            (Self::Udhcpc, "-f" | "--foreground") => Means::Stay,
            (Self::Udhcpc, "-q" | "-n" | "-b" | "-R" | "-S" | "-v" | "-o") => Means::Nothing,
            (Self::Udhcpc, "--quit" | "--now" | "--background" | "--release") => Means::Nothing,
            (Self::Udhcpc, "--syslog" | "--no-default-options") => Means::Nothing,
            (Self::Udhcpc, "-i" | "--interface" | "-p" | "--pidfile") => Means::NothingOf,
            (Self::Udhcpc, "-H" | "-h" | "--hostname") => Means::Hostname,
            (Self::Udhcpc, "-c" | "--clientid") => Means::ClientId,
            (Self::Udhcpc, "-x") => Means::Any,
            (Self::Udhcpc, "-t" | "--retries") => Means::Tries,
            (Self::Udhcpc, "-T" | "--timeout") => Means::Pause,
            (Self::Udhcpc, "-s" | "-A" | "-r" | "-F" | "-V" | "-O" | "-P") => Means::UnknownOf,
            (Self::Udhcpc, "--script" | "--tryagain" | "--request" | "--fqdn") => Means::UnknownOf,
            (Self::Udhcpc, "--vendorclass" | "--request-option" | "--client-port") => {
                Means::UnknownOf
            }
            (Self::Dhclient, "-d") => Means::Stay,
            (Self::Dhclient, "-1" | "-q" | "-v" | "-w" | "-4") => Means::Nothing,
            (Self::Dhclient, "-pf" | "-lf") => Means::NothingOf,
            (Self::Dhclient, "-6") => Means::V6,
            (Self::Dhclient, "-H") => Means::Hostname,
            (Self::Dhclient, "-C") => Means::ClientId,
            (Self::Dhclient, "-timeout" | "--timeout") => Means::Timeout,
            (Self::Dhclient, "-p" | "-s" | "-g" | "-cf" | "-df" | "-sf" | "-e" | "-D") => {
                Means::UnknownOf
            }
            (Self::Dhclient, "-F" | "-V" | "-R" | "--request-options") => Means::UnknownOf,
            (Self::Dhcpcd, "-B" | "--nobackground") => Means::Stay,
            (Self::Dhcpcd, "-1" | "-q" | "-w" | "-d" | "-L" | "-4" | "-p") => Means::Nothing,
            (Self::Dhcpcd, "--oneshot" | "--quiet" | "--waitip" | "--noipv4ll" | "--ipv4only") => {
                Means::Nothing
            }
            (Self::Dhcpcd, "-6" | "--ipv6only") => Means::V6,
            (Self::Dhcpcd, "-h" | "--hostname") => Means::Hostname,
            (Self::Dhcpcd, "-I" | "--clientid") => Means::ClientId,
            (Self::Dhcpcd, "-t" | "--timeout") => Means::Timeout,
            (
                Self::Dhcpcd,
                "-c" | "-C" | "-e" | "-f" | "-F" | "-i" | "-l" | "-m" | "-o" | "-O" | "-Q" | "-r"
                | "-s" | "-S" | "-u" | "-W" | "-X" | "-y" | "-z" | "-Z",
            ) => Means::UnknownOf,
            _ => Means::Unknown,
        }
    }

    /// Whether its short options may stand together, as `-fq`, and their values right behind
    /// them, as `-t5` (getopt(3)). dhclient compares whole words.
    fn bundles(self) -> bool {
        self != Self::Dhclient
    }
}

/// How often udhcpc asks, and how many seconds lie between.
const USUAL_TRIES: u32 = 3;

impl DhcpWords {
    /// Reads the word, if it names a client; with warnings of what has no equivalent.
    ///
    /// # Errors
    /// A usage error for a value that netpipe's client cannot take.
    pub(super) fn read(word: &str) -> Result<Option<(Self, Vec<String>)>> {
        let (name, options) = word.split_once(':').unwrap_or((word, ""));
        let Some((client, stays)) = Client::named(name) else {
            return Ok(None);
        };
        let mut reader = Reader {
            client,
            name,
            words: Self {
                stays,
                ..Self::default()
            },
            tries: (None, None),
            warnings: Vec::new(),
        };
        reader.all(options)?;
        Ok(Some((reader.words, reader.warnings)))
    }
}

struct Reader<'a> {
    client: Client,
    name: &'a str,
    words: DhcpWords,
    tries: (Option<u32>, Option<u32>),
    warnings: Vec<String>,
}

impl Reader<'_> {
    fn all(&mut self, options: &str) -> Result<()> {
        let mut left = options.split_ascii_whitespace();
        while let Some(word) = left.next() {
            match word.strip_prefix('-') {
                Some(letters) if self.client.bundles() && !letters.starts_with('-') => {
                    self.bundle(letters, &mut left)?;
                }
                Some(_) => {
                    let (option, value) = match word.split_once('=') {
                        Some((option, value)) => (option, Some(value)),
                        None => (word, None),
                    };
                    let means = self.client.means(option);
                    let value = match value {
                        None if means.takes_value() => left.next(),
                        value => value,
                    };
                    self.one(option, means, value)?;
                }
                None => self.leave_out(word),
            }
        }
        self.wait()
    }

    /// Short options that stand together: the first that takes a value has the rest as it, or
    /// else the next word.
    fn bundle<'t>(
        &mut self,
        letters: &'t str,
        left: &mut impl Iterator<Item = &'t str>,
    ) -> Result<()> {
        for (at, letter) in letters.char_indices() {
            let option = format!("-{letter}");
            let means = self.client.means(&option);
            if means.takes_value() {
                let behind = letters.get(at + letter.len_utf8()..).unwrap_or_default();
                let value = Some(behind).filter(|text| !text.is_empty());
                return self.one(&option, means, value.or_else(|| left.next()));
            }
            self.one(&option, means, None)?;
        }
        Ok(())
    }

    fn leave_out(&mut self, what: &str) {
        self.warnings.push(format!(
            "{} has `{}`, which netpipe's DHCP client has no equivalent for: it is ignored",
            self.name,
            shown(what)
        ));
    }

    fn one(&mut self, option: &str, means: Means, value: Option<&str>) -> Result<()> {
        let name = self.name;
        let needed = || {
            value.ok_or_else(|| {
                Error::usage(format!("{} of {name} needs a value", shown(option)))
                    .hint(format!("as in {name}:{} VALUE", shown(option)))
            })
        };
        match means {
            Means::Nothing => {}
            Means::NothingOf => {
                needed()?;
            }
            Means::Stay => self.words.stays = true,
            Means::V6 => self.words.v6 = true,
            Means::Hostname => self.words.options.hostname = Some(needed()?.parse()?),
            Means::ClientId => self.words.options.client_id = Some(needed()?.parse()?),
            Means::Timeout => self.words.options.timeout = Some(needed()?.parse()?),
            Means::Tries => self.tries.0 = Some(number(option, needed()?)?),
            Means::Pause => self.tries.1 = Some(number(option, needed()?)?),
            Means::Any => self.any(needed()?)?,
            Means::Unknown => self.leave_out(option),
            Means::UnknownOf => self.leave_out(&format!("{option} {}", needed()?)),
        }
        Ok(())
    }

    /// `-x OPTION:VALUE` of udhcpc: by name or number, decimal or hex; that of a client id is
    /// hex digits.
    fn any(&mut self, text: &str) -> Result<()> {
        let (option, value) = text.split_once(':').unwrap_or((text, ""));
        match option {
            "hostname" | "12" | "0x0c" | "0xc" => {
                self.words.options.hostname = Some(value.parse()?);
            }
            "61" | "0x3d" => self.words.options.client_id = Some(octets(value)?),
            _ => self.leave_out(&format!("-x {text}")),
        }
        Ok(())
    }

    /// So many tries with such a pause are one time to wait.
    fn wait(&mut self) -> Result<()> {
        if self.tries == (None, None) {
            return Ok(());
        }
        let of = |given: Option<u32>| given.unwrap_or(USUAL_TRIES).max(1);
        let seconds = of(self.tries.0).saturating_mul(of(self.tries.1));
        self.words.options.timeout = Some(DhcpTimeout(seconds.min(3600)));
        Ok(())
    }
}

fn number(option: &str, text: &str) -> Result<u32> {
    let bad = || {
        Error::usage(format!("{option} takes a number, not `{}`", shown(text)))
            .hint(format!("as in udhcpc:{option} 5"))
    };
    match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().map_err(|_| bad()),
        false => Err(bad()),
    }
}

/// A client id in hex digits, with colons or without.
fn octets(text: &str) -> Result<DhcpClientId> {
    if text.contains(':') || !text.is_ascii() {
        return text.parse();
    }
    let bytes = text.as_bytes().chunks(2);
    let pairs: Vec<_> = bytes.map(|pair| String::from_utf8_lossy(pair)).collect();
    pairs.join(":").parse()
}
