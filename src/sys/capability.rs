//! What this process may do (capabilities(7)).

use crate::error::{Context, Error, Result};

/// A capability that netpipe needs for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Change links, addresses, routes and firewall.
    NetAdmin,
    /// Send frames of one's own making.
    NetRaw,
    /// Look into processes of other users.
    SysPtrace,
    /// Enter and make namespaces.
    SysAdmin,
}

impl Capability {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::NetAdmin,
        Self::SysAdmin,
        Self::SysPtrace,
        Self::NetRaw,
    ];

    /// Its name in linux/capability.h.
    pub fn name(self) -> &'static str {
        match self {
            Self::NetAdmin => "CAP_NET_ADMIN",
            Self::NetRaw => "CAP_NET_RAW",
            Self::SysPtrace => "CAP_SYS_PTRACE",
            Self::SysAdmin => "CAP_SYS_ADMIN",
        }
    }

    fn bit(self) -> u64 {
        match self {
            Self::NetAdmin => 1 << 12,
            Self::NetRaw => 1 << 13,
            Self::SysPtrace => 1 << 19,
            Self::SysAdmin => 1 << 21,
        }
    }
}

/// The capabilities that this process has in effect.
///
/// # Errors
/// If /proc is not mounted.
pub fn effective() -> Result<Vec<Capability>> {
    let path = "/proc/thread-self/status";
    let text = std::fs::read_to_string(path).or_failed(|| format!("cannot read {path}"))?;
    let bits = bits(&text).ok_or_else(|| Error::failed(format!("{path} has no CapEff")))?;
    Ok(Capability::ALL
        .into_iter()
        .filter(|capability| bits & capability.bit() != 0)
        .collect())
}

fn bits(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|l| l.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::bits;

    #[test]
    fn the_effective_set_is_read() {
        let status = "Name:\tcat\nCapPrm:\tffff\nCapEff:\t0000000000003000\n";
        assert_eq!(bits(status), Some(0x3000));
        assert_eq!(bits("CapEff:\tx\n"), None);
        assert_eq!(bits(""), None);
    }
}
