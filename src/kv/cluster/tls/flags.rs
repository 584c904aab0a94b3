//! TLS as the command line asks for it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::{Tls, TlsFiles};
use crate::error::{Error, Result};
use crate::kv::cluster::certs;
use crate::kv::cluster::config::TlsFiles as Flags;

/// For whom the TLS is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Clients.
    Client,
    /// The other members.
    Peer,
}

impl Side {
    /// The flag of this side (etcd: those of peers begin with `peer-`).
    fn flag(self, name: &str) -> String {
        match self {
            Self::Client => format!("--{name}"),
            Self::Peer => format!("--peer-{name}"),
        }
    }
}

/// The TLS that a side's flags ask for; `None` if they ask for none. With `--auto-tls` the
/// certificate is made for `hosts` and kept in `directory`.
///
/// # Errors
/// Flags that only make sense together were not given together, or as [`Tls::load`].
pub fn asked_for(
    side: Side,
    flags: &Flags,
    only_tls13: bool,
    directory: &Path,
    hosts: &[String],
) -> Result<Option<Arc<Tls>>> {
    let needs = |flag: &str, other: &str| {
        let (flag, other) = (side.flag(flag), side.flag(other));
        Err(Error::usage(format!("{flag} needs {other}")))
    };
    let ca = flags.ca.is_some();
    if flags.client_auth && !ca && !flags.auto {
        return needs("client-cert-auth", "trusted-ca-file");
    }
    let names = flags.allowed_names.len() + flags.allowed_hosts.len();
    if names > 0 && !ca {
        return needs("cert-allowed-…", "trusted-ca-file");
    }
    let dialling = match (&flags.client_cert, &flags.client_key) {
        (Some(cert), Some(key)) => Some((cert.clone(), key.clone())),
        (None, None) => None,
        (Some(_), None) => return needs("client-cert-file", "client-key-file"),
        (None, Some(_)) => return needs("client-key-file", "client-cert-file"),
    };
    let (cert, key, unchecked) = match (&flags.cert, &flags.key) {
        (Some(cert), Some(key)) => (cert.clone(), key.clone(), false),
        (Some(_), None) => return needs("cert-file", "key-file"),
        (None, Some(_)) => return needs("key-file", "cert-file"),
        (None, None) if flags.auto => {
            let (cert, key) = certs::make_own(directory, hosts)?;
            (cert, key, true)
        }
        (None, None) if flags.client_auth => return needs("client-cert-auth", "cert-file"),
        (None, None) if ca => return needs("trusted-ca-file", "cert-file"),
        (None, None) => return Ok(None),
    };
    Tls::load(TlsFiles {
        cert,
        key,
        dialling,
        trusted_ca: flags.ca.clone(),
        revoked: flags.crl.clone(),
        allowed_cn: flags.allowed_names.clone(),
        allowed_hostname: flags.allowed_hosts.clone(),
        only_tls13,
        unchecked,
    })
    .map(Some)
}

/// Checks a listener against the TLS there is: one whose URL says `https` needs a certificate,
/// and one without TLS must be on a loopback address. Returns the TLS to listen with.
///
/// # Errors
/// There is no certificate, or it is neither on a loopback address nor `insecure`.
pub fn for_listener(
    flag: &str,
    https: bool,
    address: SocketAddr,
    tls: Option<&Arc<Tls>>,
    insecure: bool,
) -> Result<Option<Arc<Tls>>> {
    match (https, tls) {
        (true, Some(tls)) => Ok(Some(Arc::clone(tls))),
        (true, None) => Err(
            Error::usage(format!("{flag} https://{address} needs a certificate"))
                .hint("make one with `netpipe kv certs`, and give its files"),
        ),
        (false, tls) => {
            if tls.is_some() {
                tracing::warn!(
                    "{flag} http://{address} is without TLS: the certificate is not used"
                );
            }
            refuse_plaintext(flag, address, insecure)?;
            Ok(None)
        }
    }
}

/// Refuses to be reached in the clear from elsewhere: without TLS, a listener must be on a
/// loopback address.
///
/// # Errors
/// It is not, and `insecure` is not set.
pub fn refuse_plaintext(flag: &str, address: SocketAddr, insecure: bool) -> Result<()> {
    if insecure || address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{flag} {address} can be reached from other hosts, and would be without TLS"
    ))
    .hint("make certificates with `netpipe kv certs` and use https://")
    .hint("or give --insecure, in a network that nobody else is in"))
}
