//! TLS as the command line asks for it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Tls, TlsFiles};
use crate::error::{Error, Result};
use crate::kv::cluster::certs;

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

/// The flags of one side, as they were given; each of them is etcd's.
#[derive(Debug, Clone, Default)]
pub struct TlsFlags {
    /// `--cert-file`
    pub cert_file: Option<PathBuf>,
    /// `--key-file`
    pub key_file: Option<PathBuf>,
    /// `--trusted-ca-file`
    pub trusted_ca_file: Option<PathBuf>,
    /// `--client-cert-auth`
    pub client_cert_auth: bool,
    /// `--client-crl-file`, `--peer-crl-file`
    pub crl_file: Option<PathBuf>,
    /// `--peer-cert-allowed-cn`
    pub allowed_cn: Vec<String>,
    /// `--peer-cert-allowed-hostname`, `--client-cert-allowed-hostname`
    pub allowed_hostname: Vec<String>,
    /// `--auto-tls`
    pub auto_tls: bool,
    /// `--tls-min-version`: `TLS1.2` or `TLS1.3`
    pub min_version: Option<String>,
}

impl TlsFlags {
    /// The TLS that is asked for; `None` if none is. With `--auto-tls` the certificate is made
    /// for `hosts` and kept in `directory`.
    ///
    /// # Errors
    /// Flags that only make sense together were not given together, or as [`Tls::load`].
    pub fn load(&self, side: Side, directory: &Path, hosts: &[String]) -> Result<Option<Arc<Tls>>> {
        let needs = |flag: &str, other: &str| {
            let (flag, other) = (side.flag(flag), side.flag(other));
            Err(Error::usage(format!("{flag} needs {other}")))
        };
        let files = match (&self.cert_file, &self.key_file) {
            (Some(cert), Some(key)) => self.files(cert, key)?,
            (Some(_), None) => return needs("cert-file", "key-file"),
            (None, Some(_)) => return needs("key-file", "cert-file"),
            (None, None) if self.auto_tls => {
                let (cert, key) = certs::make_own(directory, hosts)?;
                TlsFiles {
                    unchecked: true,
                    ..self.files(&cert, &key)?
                }
            }
            (None, None) if self.client_cert_auth => {
                return needs("client-cert-auth", "cert-file");
            }
            (None, None) if self.trusted_ca_file.is_some() => {
                return needs("trusted-ca-file", "cert-file");
            }
            (None, None) => return Ok(None),
        };
        if self.client_cert_auth && files.trusted_ca.is_none() {
            return needs("client-cert-auth", "trusted-ca-file");
        }
        let names = !files.allowed_cn.is_empty() || !files.allowed_hostname.is_empty();
        if names && files.trusted_ca.is_none() {
            return needs("cert-allowed-…", "trusted-ca-file");
        }
        Tls::load(files).map(Some)
    }

    fn files(&self, cert: &Path, key: &Path) -> Result<TlsFiles> {
        let only_tls13 = match self.min_version.as_deref() {
            None | Some("" | "TLS1.2") => false,
            Some("TLS1.3") => true,
            Some(_) => {
                return Err(Error::usage("--tls-min-version is TLS1.2 or TLS1.3"));
            }
        };
        Ok(TlsFiles {
            cert: cert.to_owned(),
            key: key.to_owned(),
            trusted_ca: self.trusted_ca_file.clone(),
            revoked: self.crl_file.clone(),
            allowed_cn: self.allowed_cn.clone(),
            allowed_hostname: self.allowed_hostname.clone(),
            only_tls13,
            unchecked: false,
        })
    }
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
