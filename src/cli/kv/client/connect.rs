//! How a server is reached: etcdctl's options, its variables, and what they default to.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::password;
use super::print::Form;
use super::value::duration;
use crate::cli::Global;
use crate::error::Result;
use crate::kv::etcd::{Access, User};
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
    /// How long to wait for a connection [default: 2s]
    #[arg(long, global = true, value_name = "TIME", value_parser = duration)]
    #[arg(env = "ETCDCTL_DIAL_TIMEOUT")]
    pub dial_timeout: Option<Duration>,
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
    /// Where the server is, and who asks; none if no server is named and this host has a store of
    /// its own.
    ///
    /// # Errors
    /// Usage: an endpoint is no address, or the options of `--kv` do not go together; a password
    /// that was asked for was not given.
    pub fn access(&self, global: &Global) -> Result<Option<Access>> {
        let mut access = match self.named()? {
            Some(access) => access,
            None => match global.remote.remote()? {
                Some(shared) => shared.access,
                None if global.state_dir.join(FILE_NAME).exists() => return Ok(None),
                None => Access::parse(DEFAULT_ENDPOINT)?,
            },
        };
        let files = [
            (&self.cacert, &mut access.tls.ca),
            (&self.cert, &mut access.tls.cert),
            (&self.key, &mut access.tls.key),
        ];
        for (given, file) in files {
            if given.is_some() {
                file.clone_from(given);
            }
        }
        if let Some(user) = self.account()? {
            access.user = Some(user);
        }
        if let Some(patience) = self.dial_timeout {
            access.dial_timeout = patience;
        }
        if let Some(patience) = self.command_timeout {
            access.request_timeout = patience;
        }
        Ok(Some(access))
    }

    fn named(&self) -> Result<Option<Access>> {
        let endpoints = self.endpoints.iter().map(|url| url.trim().parse());
        let endpoints = endpoints.collect::<Result<Vec<_>>>()?;
        Ok((!endpoints.is_empty()).then(|| Access::new(endpoints)))
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
}
