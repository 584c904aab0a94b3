//! TLS of the listeners and between members: rustls, from files that are read again when they
//! change, so that a certificate is renewed without a restart.
//!
//! [`asked_for`] makes sense of the flags; [`Tls`] is a set of files and what was made of them.
//! [`for_listener`] decides what a listener uses, and [`Listener`] accepts clients or members, in
//! the clear or with TLS; [`Connector`] opens connections to members.

mod connector;
mod files;
mod flags;
mod listener;
mod names;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::rustls;
use tokio_rustls::rustls::pki_types::CertificateDer;

pub use connector::{Connector, Opened};
use files::{Made, Stamp};
pub use flags::{Side, asked_for, for_listener, refuse_plaintext};
pub use listener::{Connection, Listener, PeerInfo};
pub(super) use names::common_name;

use crate::error::{Error, Result};

/// The files of one side, clients or members, as etcd's flags name them.
#[derive(Debug, Clone, Default)]
pub struct TlsFiles {
    /// The certificate, with those between it and the CA behind it (`--cert-file`).
    pub cert: PathBuf,
    /// Its private key (`--key-file`).
    pub key: PathBuf,
    /// The certificate and the key to dial with, if others (`--peer-client-cert-file`).
    pub dialling: Option<(PathBuf, PathBuf)>,
    /// The CAs that the others' certificates must come from (`--trusted-ca-file`); with it, each
    /// must present one.
    pub trusted_ca: Option<PathBuf>,
    /// Revoked certificates (`--client-crl-file`).
    pub revoked: Option<PathBuf>,
    /// The common names that the others' certificates may have; any, if there are none
    /// (`--peer-cert-allowed-cn`).
    pub allowed_cn: Vec<String>,
    /// The names or addresses of which the others' certificates must be for one; any, if there
    /// are none (`--peer-cert-allowed-hostname`).
    pub allowed_hostname: Vec<String>,
    /// Whether TLS 1.2 is refused (`--tls-min-version`).
    pub only_tls13: bool,
    /// Whether the certificate is one that a member made for itself (`--peer-auto-tls`): as
    /// nobody can check it, whoever dials takes any.
    pub unchecked: bool,
}

/// The TLS of one side. What is asked of it is as the files are now.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    made: Made,
    /// Of the files that were looked at last, whatever came of it.
    stamp: Stamp,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A file is missing or makes no sense, or the key is not the certificate's.
    pub fn load(files: TlsFiles) -> Result<Arc<Self>> {
        let stamp = Stamp::of(&files);
        let made = Made::read(&files)?;
        let current = Mutex::new(Current { made, stamp });
        Ok(Arc::new(Self { files, current }))
    }

    /// What to accept connections with.
    pub fn server(&self) -> Arc<rustls::ServerConfig> {
        self.made(|made| Arc::clone(&made.server))
    }

    /// What to dial members with.
    ///
    /// # Errors
    /// There are no CAs to check them against.
    pub fn client(&self) -> Result<Arc<rustls::ClientConfig>> {
        self.made(|made| made.client.clone()).ok_or_else(|| {
            Error::usage("there is no CA to check the other members against")
                .hint("give --peer-trusted-ca-file")
        })
    }

    /// Whether the other side may be who it is, by its certificate that the handshake checked.
    ///
    /// # Errors
    /// Why not.
    pub fn allows(&self, chain: Option<&[CertificateDer<'_>]>) -> Result<()> {
        names::allowed(&self.files, chain)
    }

    /// Reads the files again if they changed. If the new ones are broken, as while they are
    /// being written, the former ones stay in use.
    fn made<T>(&self, work: impl FnOnce(&Made) -> T) -> T {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(&self.files);
        if stamp != current.stamp {
            current.stamp = stamp;
            let cert = self.files.cert.display();
            match Made::read(&self.files) {
                Ok(made) => {
                    current.made = made;
                    tracing::info!("the certificate {cert} was read again");
                }
                Err(error) => {
                    tracing::warn!("the certificate {cert} stays as it was: {error}");
                }
            }
        }
        work(&current.made)
    }
}
