//! The CA.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PublicKeyData as _,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, anchor_from_trusted_cert};

use super::files::Directory;
use super::{Made, Purpose, common_name};
use crate::error::{Error, Result};
use crate::kv::cluster::auth::draw_prefix;
use crate::kv::cluster::tls;

/// How many days a CA is good for, and a certificate at the most.
pub(super) const DAYS: u32 = 3650;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How far before now a certificate begins, as the clocks of hosts differ.
const EARLIER: Duration = Duration::from_secs(60 * 60);

const FILE: &str = "ca";

/// Makes a certificate good from now on, for so many days; returns the last, as `2027-11-23`.
pub(super) fn set_validity(params: &mut CertificateParams, days: u32) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + now.saturating_sub(EARLIER);
    params.not_after = epoch + now + DAY * days;
    params.not_after.date().to_string()
}

/// A CA with its key.
pub(super) struct Authority {
    cert: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    /// Where its certificate is, for messages.
    path: String,
}

impl Authority {
    /// Opens the CA of the directory, or makes one if there is none.
    pub(super) fn open_or_make(directory: &Directory) -> Result<(Self, Made)> {
        let (cert, key) = (directory.cert(FILE), directory.key(FILE));
        let there = [&cert, &key].map(|path| path.symlink_metadata().is_ok());
        match there {
            [true, true] => Self::open(directory),
            [false, false] => Self::make(directory),
            [true, false] => Err(Error::conflict(format!(
                "there is a CA, {}, but not its key, {}",
                cert.display(),
                key.display()
            ))
            .hint("make certificates where the CA was made, and copy them")),
            [false, true] => Err(Error::conflict(format!(
                "there is the key of a CA, {}, but not the CA, {}",
                key.display(),
                cert.display()
            ))),
        }
    }

    fn make(directory: &Directory) -> Result<(Self, Made)> {
        let failed = |cause: rcgen::Error| Error::failed("cannot make a CA").because(cause);
        // Two CAs can be told apart.
        let name = format!("netpipe CA {}", draw_prefix()?);
        let key = KeyPair::generate().map_err(failed)?;
        let mut params = params(&name);
        let until = set_validity(&mut params, DAYS);
        let cert = params.self_signed(&key).map_err(failed)?;
        directory.write_key(FILE, &key.serialize_pem())?;
        directory.write_cert(FILE, &cert.pem())?;
        let made = made(directory, &name, Some(until));
        let authority = Self {
            cert: cert.der().clone(),
            issuer: Issuer::new(params, key),
            path: made.cert.display().to_string(),
        };
        Ok((authority, made))
    }

    fn open(directory: &Directory) -> Result<(Self, Made)> {
        let (path, key) = (directory.cert(FILE), directory.key(FILE));
        let unusable = |path: &std::path::Path, cause: anyhow::Error| {
            Error::failed(format!("cannot use {}", path.display())).because(cause)
        };
        let cert = CertificateDer::from_pem_slice(Directory::read(&path)?.as_bytes())
            .map_err(|cause| unusable(&path, cause.into()))?;
        let pair = KeyPair::from_pem(&Directory::read(&key)?)
            .map_err(|cause| unusable(&key, cause.into()))?;
        let subject = EndEntityCert::try_from(&cert).map_err(|e| unusable(&path, e.into()))?;
        if subject.subject_public_key_info().as_ref() != pair.subject_public_key_info() {
            return Err(Error::failed(format!(
                "{} is not the key of {}",
                key.display(),
                path.display()
            )));
        }
        let name = tls::common_name(&cert).unwrap_or_default();
        let made = made(directory, &name, None);
        let authority = Self {
            cert,
            issuer: Issuer::new(params(&name), pair),
            path: made.cert.display().to_string(),
        };
        Ok((authority, made))
    }

    /// Signs a certificate for a key.
    pub(super) fn sign(&self, params: &CertificateParams, key: &KeyPair) -> Result<Certificate> {
        let failed = || Error::failed(format!("the CA {} cannot make a certificate", self.path));
        let signed = params
            .signed_by(key, &self.issuer)
            .map_err(|cause| failed().because(cause))?;
        // It was signed with what this CA is said to be; a CA made elsewhere may be more.
        self.check(signed.der()).map_err(|cause| {
            failed()
                .because(cause)
                .hint("only CAs that `netpipe kv certs` made can be used here")
        })?;
        Ok(signed)
    }

    fn check(&self, certificate: &CertificateDer<'_>) -> std::result::Result<(), webpki::Error> {
        let anchor = anchor_from_trusted_cert(&self.cert)?;
        let algorithms = ring::default_provider().signature_verification_algorithms;
        EndEntityCert::try_from(certificate)?
            .verify_for_usage(
                algorithms.all,
                &[anchor],
                &[],
                UnixTime::now(),
                webpki::KeyUsage::client_auth(),
                None,
                None,
            )
            .map(drop)
    }
}

fn made(directory: &Directory, name: &str, until: Option<String>) -> Made {
    Made {
        purpose: Purpose::Ca,
        name: name.to_owned(),
        cert: directory.cert(FILE),
        key: directory.key(FILE),
        hosts: Vec::new(),
        until,
    }
}

/// What every CA of netpipe's is, but for its times: what it signs tells by this who signed it.
fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}
