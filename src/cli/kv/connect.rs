//! How a server is reached: etcdctl's options, its variables, and what they default to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::password;
use super::print::Form;
use super::value::duration;
use crate::error::Result;
use crate::kv::etcd::{Access, Tls, User};
use crate::kv::local::FILE_NAME;

/// Where the server is when nothing says so, as for etcdctl.
const DEFAULT_ENDPOINT: &str = "127.0.0.1:2379";

/// Options of every verb.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection and output options")]
pub struct Connect {
    /// The servers, with commas between them; any of them may answer
    #[arg(long, global = true, value_name = "URL", value_delimiter = ',')]
    #[arg(env = "ETCDCTL_ENDPOINTS")]
    pub endpoints: Vec<String>,
    /// The certificates of who may have signed the servers' certificates
    #[arg(long, global = true, value_name = "FILE", env = "ETCDCTL_CACERT")]
    pub cacert: Option<PathBuf>,
    /// The certificate to show to the servers
    #[arg(long, global = true, value_name = "FILE", env = "ETCDCTL_CERT")]
    pub cert: Option<PathBuf>,
    /// The key of that certificate
    #[arg(id = "client_key", long = "key", global = true, value_name = "FILE")]
    #[arg(env = "ETCDCTL_KEY")]
    pub key: Option<PathBuf>,
    /// The user, as NAME or NAME:PASSWORD; a password that is not given is asked for
    #[arg(id = "login", long = "user", global = true, value_name = "NAME")]
    #[arg(env = "ETCDCTL_USER", hide_env_values = true)]
    pub user: Option<String>,
    /// The user's password
    #[arg(long, global = true, value_name = "PASSWORD", requires = "login")]
    #[arg(env = "ETCDCTL_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
    /// How long to wait for a connection
    #[arg(long, global = true, value_name = "TIME", value_parser = duration, default_value = "2s")]
    #[arg(env = "ETCDCTL_DIAL_TIMEOUT")]
    pub dial_timeout: Duration,
    /// How long to wait for an answer [default: 5s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration)]
    #[arg(env = "ETCDCTL_COMMAND_TIMEOUT")]
    pub command_timeout: Option<Duration>,
    /// In which form to print, as etcdctl does
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORM",
        default_value = "simple"
    )]
    #[arg(env = "ETCDCTL_WRITE_OUT")]
    pub write_out: Form,
    /// Print keys, values and ids in hexadecimal
    #[arg(long, global = true, env = "ETCDCTL_HEX")]
    pub hex: bool,
}

impl Connect {
    /// Where the server is, and who asks.
    ///
    /// # Errors
    /// An endpoint is no address; a password that was asked for was not given.
    pub fn access(&self) -> Result<Access> {
        let endpoints = self.endpoints.iter().map(|url| url.trim().parse());
        let mut access = match self.endpoints.is_empty() {
            true => Access::parse(DEFAULT_ENDPOINT)?,
            false => Access::new(endpoints.collect::<Result<Vec<_>>>()?),
        };
        access.tls = Tls {
            ca: self.cacert.clone(),
            cert: self.cert.clone(),
            key: self.key.clone(),
            server_name: None,
        };
        access.user = self.account()?;
        access.dial_timeout = self.dial_timeout;
        if let Some(patience) = self.command_timeout {
            access.request_timeout = patience;
        }
        Ok(access)
    }

    fn account(&self) -> Result<Option<User>> {
        let Some(user) = &self.user else {
            return Ok(None);
        };
        let (name, password) = match (&self.password, user.split_once(':')) {
            (Some(password), _) => (user.as_str(), password.clone()),
            (None, Some((name, password))) => (name, password.to_owned()),
            (None, None) => (user.as_str(), password::ask("Password: ")?),
        };
        let name = name.to_owned();
        Ok(Some(User { name, password }))
    }

    /// Whether no server is named and this host has a store of its own.
    pub fn is_local(&self, state_dir: &Path) -> bool {
        self.endpoints.is_empty() && state_dir.join(FILE_NAME).exists()
    }
}
