//! What is made of the files.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, UnixTime,
};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    self, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};

use super::TlsFiles;
use crate::error::{Error, Result};

/// The largest file that is read.
const MAX_FILE: u64 = 1 << 20;

/// What is spoken over TLS: HTTP/2 (gRPC), and HTTP/1.1 for those who speak JSON.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// What tells files from changed ones: length, time of the last change, and inode of each.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp(Vec<Option<(u64, i64, i64, u64)>>);

impl Stamp {
    /// Of the files as they are now.
    pub(super) fn of(files: &TlsFiles) -> Self {
        let paths = [Some(&files.cert), Some(&files.key)];
        let paths = paths.into_iter().flatten();
        let dialling = files.dialling.iter().flat_map(|(cert, key)| [cert, key]);
        let more = files
            .trusted_ca
            .iter()
            .chain(&files.revoked)
            .chain(dialling);
        let stamp = |path: &std::path::PathBuf| {
            let meta = fs::metadata(path).ok()?;
            Some((meta.len(), meta.mtime(), meta.mtime_nsec(), meta.ino()))
        };
        Self(paths.chain(more).map(stamp).collect())
    }
}

/// What TLS works with.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) server: Arc<ServerConfig>,
    /// None if there is nothing to check others against.
    pub(super) client: Option<Arc<ClientConfig>>,
}

/// The certificate with its key, and what others are checked with.
struct Parts {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// To dial with, if others.
    dialling: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    roots: Option<Arc<RootCertStore>>,
    revoked: Vec<CertificateRevocationListDer<'static>>,
}

impl Made {
    /// Reads all files.
    ///
    /// # Errors
    /// Which of them is missing or makes no sense.
    pub(super) fn read(files: &TlsFiles) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let parts = Parts::read(files)?;
        let server = server(files, &parts, &provider)?;
        let client = if files.unchecked {
            Some(client(
                files,
                &parts,
                &provider,
                Arc::new(Unchecked(Arc::clone(&provider))),
            )?)
        } else if let Some(roots) = &parts.roots {
            let verifier = WebPkiServerVerifier::builder_with_provider(
                Arc::clone(roots),
                Arc::clone(&provider),
            )
            .with_crls(parts.revoked.clone())
            .only_check_end_entity_revocation()
            .allow_unknown_revocation_status()
            .build()
            .map_err(|cause| unusable(roots_of(files), cause))?;
            Some(client(files, &parts, &provider, verifier)?)
        } else {
            None
        };
        Ok(Self {
            server: Arc::new(server),
            client: client.map(Arc::new),
        })
    }
}

impl Parts {
    fn read(files: &TlsFiles) -> Result<Self> {
        let chain = certificates(&files.cert)?;
        let key = private_key(&files.key)?;
        let dialling = match &files.dialling {
            Some((cert, key)) => Some((certificates(cert)?, private_key(key)?)),
            None => None,
        };
        let roots = files.trusted_ca.as_deref().map(roots).transpose()?;
        let revoked = files.revoked.as_deref().map(revoked).transpose()?;
        Ok(Self {
            chain,
            key,
            dialling,
            roots: roots.map(Arc::new),
            revoked: revoked.unwrap_or_default(),
        })
    }
}

fn server(files: &TlsFiles, parts: &Parts, provider: &Arc<CryptoProvider>) -> Result<ServerConfig> {
    let verifier: Arc<dyn ClientCertVerifier> = match &parts.roots {
        None => WebPkiClientVerifier::no_client_auth(),
        Some(roots) => {
            let roots = Arc::clone(roots);
            WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(provider))
                .with_crls(parts.revoked.clone())
                .only_check_end_entity_revocation()
                .allow_unknown_revocation_status()
                .build()
                .map_err(|cause| unusable(roots_of(files), cause))?
        }
    };
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(versions(files))
        .map_err(|cause| unusable(&files.cert, cause))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(parts.chain.clone(), parts.key.clone_key())
        .map_err(|cause| unusable(&files.cert, cause))?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    Ok(config)
}

fn client(
    files: &TlsFiles,
    parts: &Parts,
    provider: &Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig> {
    let (chain, key) = match &parts.dialling {
        Some((chain, key)) => (chain, key),
        None => (&parts.chain, &parts.key),
    };
    let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(versions(files))
        .map_err(|cause| unusable(&files.cert, cause))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(chain.clone(), key.clone_key())
        .map_err(|cause| unusable(&files.cert, cause))?;
    config.alpn_protocols = vec![PROTOCOLS[0].to_vec()];
    Ok(config)
}

fn versions(files: &TlsFiles) -> &'static [&'static SupportedProtocolVersion] {
    static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    if files.only_tls13 { &BOTH[..1] } else { &BOTH }
}

fn contents(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes))
        .map_err(|cause| Error::failed(format!("cannot read {}", path.display())).because(cause))?;
    Ok(bytes)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = contents(path)?;
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|cause| unusable(path, cause))?;
    if found.is_empty() {
        return Err(Error::failed(format!(
            "there is no certificate in {}",
            path.display()
        )));
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(&contents(path)?).map_err(|cause| unusable(path, cause))
}

fn roots(path: &Path) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots
            .add(certificate)
            .map_err(|cause| unusable(path, cause))?;
    }
    Ok(roots)
}

/// Reads a list of revoked certificates, as text or not.
fn revoked(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>> {
    let bytes = contents(path)?;
    let found: std::result::Result<Vec<_>, _> =
        CertificateRevocationListDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|cause| unusable(path, cause))?;
    Ok(if found.is_empty() {
        vec![bytes.into()]
    } else {
        found
    })
}

fn roots_of(files: &TlsFiles) -> &Path {
    files.trusted_ca.as_deref().unwrap_or(&files.cert)
}

fn unusable(path: &Path, cause: impl Into<anyhow::Error>) -> Error {
    Error::failed(format!("cannot use {}", path.display())).because(cause)
}

/// Takes any certificate; who has the key must still prove it.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
