//! The options that name a store which many hosts share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::grammar;
use crate::error::{Context as _, Error, Result};
use crate::kv::etcd::{Access, Tls, User};
use crate::ops::{PASSWORD, Remote};
use crate::spec::KvUrl;

/// The longest password file that is read, in bytes.
const LONGEST_PASSWORD: u64 = 4096;

/// Options of every subcommand; without `--kv`, records are kept in the state directory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of a shared store")]
pub struct RemoteOptions {
    /// Keep records in the store of these servers: netpipe's own or any etcd v3
    ///
    /// Several members of one cluster are separated by commas; any of them may answer. The state
    /// directory then has locks alone.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        value_delimiter = ',',
        env = "NETPIPE_KV"
    )]
    #[arg(value_parser = grammar::<KvUrl>)]
    kv: Vec<KvUrl>,
    /// The certificates that may have signed the servers' [default: the system's]
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_CACERT")]
    #[arg(hide_short_help = true)]
    kv_cacert: Option<PathBuf>,
    /// The certificate to show to the servers
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_CERT")]
    #[arg(hide_short_help = true)]
    kv_cert: Option<PathBuf>,
    /// The key of that certificate
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_KEY")]
    #[arg(hide_short_help = true)]
    kv_key: Option<PathBuf>,
    /// The name in the servers' certificates, if it is not the one in their URLs
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "NETPIPE_KV_SERVER_NAME"
    )]
    #[arg(hide_short_help = true)]
    kv_server_name: Option<String>,
    /// The user, as NAME or NAME:PASSWORD
    ///
    /// Others can see a password that is given so; NETPIPE_KV_PASSWORD and --kv-password-file
    /// keep it to oneself.
    #[arg(long, global = true, value_name = "NAME", env = "NETPIPE_KV_USER")]
    #[arg(hide_short_help = true, hide_env_values = true)]
    kv_user: Option<String>,
    /// A file with the user's password, its first line
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "NETPIPE_KV_PASSWORD_FILE"
    )]
    #[arg(hide_short_help = true)]
    kv_password_file: Option<PathBuf>,
    /// What all keys start with, if the store has others too, such as /lab
    #[arg(long, global = true, value_name = "PREFIX", env = "NETPIPE_KV_PREFIX")]
    #[arg(hide_short_help = true)]
    kv_prefix: Option<String>,
    /// How long one server may take for an answer [default: 5 seconds]
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        env = "NETPIPE_KV_TIMEOUT"
    )]
    #[arg(hide_short_help = true, value_parser = clap::value_parser!(u64).range(1..=600))]
    kv_timeout: Option<u64>,
}

impl RemoteOptions {
    /// The store that the options name; none for the one in the state directory.
    ///
    /// # Errors
    /// Usage if they do not go together; failed if the password cannot be read.
    pub fn remote(&self) -> Result<Option<Remote>> {
        if self.kv.is_empty() {
            return self.nothing_without();
        }
        let mut access = Access::new(self.kv.iter().cloned());
        access.tls = Tls {
            ca: self.kv_cacert.clone(),
            cert: self.kv_cert.clone(),
            key: self.kv_key.clone(),
            server_name: self.kv_server_name.clone(),
        };
        access.user = self.user()?;
        if let Some(seconds) = self.kv_timeout {
            access.request_timeout = Duration::from_secs(seconds);
            access.dial_timeout = access.dial_timeout.min(access.request_timeout);
        }
        let prefix = self.kv_prefix.clone().unwrap_or_default();
        Ok(Some(Remote { access, prefix }))
    }

    /// Refuses options that would be silently without effect.
    fn nothing_without(&self) -> Result<Option<Remote>> {
        let given = [
            ("--kv-cacert", self.kv_cacert.is_some()),
            ("--kv-cert", self.kv_cert.is_some()),
            ("--kv-key", self.kv_key.is_some()),
            ("--kv-server-name", self.kv_server_name.is_some()),
            ("--kv-user", self.kv_user.is_some()),
            ("--kv-password-file", self.kv_password_file.is_some()),
            ("--kv-prefix", self.kv_prefix.is_some()),
            ("--kv-timeout", self.kv_timeout.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(Error::usage(format!("{name} says how to use --kv"))
                .hint("give --kv URL, or NETPIPE_KV, or leave it out (see also the environment)")),
            None => Ok(None),
        }
    }

    fn user(&self) -> Result<Option<User>> {
        let Some(text) = &self.kv_user else {
            return Ok(None);
        };
        let (name, given) = match text.split_once(':') {
            Some((name, password)) => (name, Some(password.to_owned())),
            None => (text.as_str(), None),
        };
        let from_file = self
            .kv_password_file
            .as_deref()
            .map(password_in)
            .transpose()?;
        let from_environment = || std::env::var(PASSWORD).ok();
        let password = given
            .or(from_file)
            .or_else(from_environment)
            .ok_or_else(|| {
                Error::usage(format!("the password of `{name}` is missing"))
                    .hint("set NETPIPE_KV_PASSWORD, or give --kv-password-file")
            })?;
        let name = name.to_owned();
        Ok(Some(User { name, password }))
    }
}

fn password_in(path: &Path) -> Result<String> {
    use std::io::Read;
    let cannot = || format!("cannot read `{}`", path.display());
    let file = std::fs::File::open(path).or_failed(cannot)?;
    let mut text = String::new();
    file.take(LONGEST_PASSWORD)
        .read_to_string(&mut text)
        .or_failed(cannot)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
