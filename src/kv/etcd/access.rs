//! Where a store that speaks etcd's API is, and who asks.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use super::Connection;
use super::wire::Wire;
use crate::error::{Context as _, Error, Result};
use crate::spec::KvUrl;

/// How long one member has to take a connection (etcdctl's `--dial-timeout`).
pub const DIAL_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a request may take on one member (etcdctl's `--command-timeout`).
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a connection in use is asked for a sign of life; etcd refuses more than one in 5 s
/// (`--grpc-keepalive-min-time`).
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How long that sign may take.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where systems keep the certificates they trust.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The files of TLS, each in PEM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whom to trust; none: those that the system trusts.
    pub ca: Option<PathBuf>,
    /// The certificate that says who asks.
    pub cert: Option<PathBuf>,
    /// The key of [`Tls::cert`].
    pub key: Option<PathBuf>,
    /// The name that the members' certificates have, if it is not in their addresses.
    pub server_name: Option<String>,
}

impl Tls {
    /// Whether anything is given.
    pub fn is_given(&self) -> bool {
        *self != Self::default()
    }
}

/// A user of the store.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password; it is never shown.
    pub password: String,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Where a store is, and who asks: all that is needed to connect.
#[derive(Debug, Clone)]
pub struct Access {
    /// The members; any of them answers.
    pub endpoints: Vec<KvUrl>,
    /// The files of TLS.
    pub tls: Tls,
    /// The user; none where there is no authentication, or where the certificate says it.
    pub user: Option<User>,
    /// How long one member has to take a connection.
    pub dial_timeout: Duration,
    /// How long one request may take on one member.
    pub request_timeout: Duration,
}

impl Access {
    /// The access to these members, without TLS files and user.
    pub fn new(endpoints: impl IntoIterator<Item = KvUrl>) -> Self {
        Self {
            endpoints: endpoints.into_iter().collect(),
            tls: Tls::default(),
            user: None,
            dial_timeout: DIAL_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
        }
    }

    /// The same from `URL[,URL]…`.
    ///
    /// # Errors
    /// Usage if one is no address of a store.
    pub fn parse(text: &str) -> Result<Self> {
        let urls = text.split(',').map(|url| url.trim().parse());
        Ok(Self::new(urls.collect::<Result<Vec<_>>>()?))
    }

    /// Connects to the first member that takes a connection, and says who asks.
    ///
    /// It needs a tokio runtime, in which the connection then lives.
    ///
    /// # Errors
    /// Unreachable, with what each member said, if none takes one; failed if the user or the
    /// files of TLS are not good.
    pub async fn connect(&self) -> Result<Connection> {
        let connection = Connection::new(self.wire()?, self.user.clone());
        connection.wire().dialled().await?;
        connection.authenticate().await?;
        Ok(connection)
    }

    /// The way to the members; nothing is sent yet.
    ///
    /// # Errors
    /// Usage if there are no members; failed if the files of TLS cannot be read.
    pub fn wire(&self) -> Result<Wire> {
        if self.endpoints.is_empty() {
            return Err(Error::usage("no member of the store is given"));
        }
        let secured = self.tls.is_given();
        let encrypts = |url: &KvUrl| url.url(secured).starts_with("https:");
        let tls = match self.endpoints.iter().any(encrypts) {
            true => Some(self.tls_config()?),
            false => None,
        };
        let endpoints = self.endpoints.iter().map(|url| {
            let text = url.url(secured);
            let tls = tls.clone().filter(|_| encrypts(url));
            let endpoint = self.endpoint(&text, tls)?;
            Ok((text, endpoint))
        });
        let endpoints = endpoints.collect::<Result<Vec<_>>>()?;
        Ok(Wire::new(
            endpoints,
            self.dial_timeout,
            self.request_timeout,
        ))
    }

    fn endpoint(&self, url: &str, tls: Option<ClientTlsConfig>) -> Result<Endpoint> {
        let cannot = || format!("cannot use `{url}`");
        let endpoint = Endpoint::from_shared(url.to_owned())
            .or_failed(cannot)?
            .connect_timeout(self.dial_timeout)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
        match tls {
            Some(tls) => endpoint.tls_config(tls).map_err(|cause| {
                Error::failed("cannot use the files of TLS")
                    .because(cause)
                    .hint("they are PEM: see --kv-cacert, --kv-cert and --kv-key")
            }),
            None => Ok(endpoint),
        }
    }

    fn tls_config(&self) -> Result<ClientTlsConfig> {
        let roots = match &self.tls.ca {
            Some(path) => read(path)?,
            None => system_roots()?,
        };
        let mut config = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(roots))
            // etcd 3.4 and proxies in front of one may not name HTTP/2 in the handshake.
            .assume_http2(true)
            .timeout(self.dial_timeout);
        if let Some(name) = &self.tls.server_name {
            config = config.domain_name(name);
        }
        match (&self.tls.cert, &self.tls.key) {
            (Some(cert), Some(key)) => {
                config = config.identity(Identity::from_pem(read(cert)?, read(key)?));
            }
            (None, None) => {}
            _ => {
                return Err(Error::usage("a certificate and its key go together")
                    .hint("give both --kv-cert and --kv-key, or neither"));
            }
        }
        Ok(config)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).or_failed(|| format!("cannot read `{}`", path.display()))
}

fn system_roots() -> Result<Vec<u8>> {
    let given = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let known = SYSTEM_ROOTS.into_iter().map(PathBuf::from);
    let found = given.into_iter().chain(known).find(|path| path.exists());
    match found {
        Some(path) => read(&path),
        None => Err(
            Error::failed("this system has no list of trusted certificates")
                .hint("give the store's own with --kv-cacert"),
        ),
    }
}
