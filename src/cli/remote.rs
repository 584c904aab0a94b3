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
    ///
    /// In PEM. A server whose certificate none of them signed is not spoken to.
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_CACERT")]
    #[arg(hide_short_help = true)]
    kv_cacert: Option<PathBuf>,
    /// The certificate to show to the servers
    ///
    /// In PEM, with --kv-key; for servers that ask for one.
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_CERT")]
    #[arg(hide_short_help = true)]
    kv_cert: Option<PathBuf>,
    /// The key of that certificate
    ///
    /// In PEM, not encrypted: keep it readable to root alone.
    #[arg(long, global = true, value_name = "FILE", env = "NETPIPE_KV_KEY")]
    #[arg(hide_short_help = true)]
    kv_key: Option<PathBuf>,
    /// The name in the servers' certificates, if it is not the one in their URLs
    ///
    /// It is then that of every server.
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
    ///
    /// Without it, and without a password in --kv-user, NETPIPE_KV_PASSWORD has it.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "NETPIPE_KV_PASSWORD_FILE"
    )]
    #[arg(hide_short_help = true)]
    kv_password_file: Option<PathBuf>,
    /// What all keys start with, if the store has others too, such as /lab
    ///
    /// Hosts with another prefix share no addresses with this one.
    #[arg(long, global = true, value_name = "PREFIX", env = "NETPIPE_KV_PREFIX")]
    #[arg(hide_short_help = true)]
    kv_prefix: Option<String>,
    /// How long one server may take for an answer [default: 5 seconds]
    ///
    /// Then another one is asked, for three times as long in all.
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::Parser;

    use super::RemoteOptions;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: RemoteOptions,
    }

    fn words(line: &[OsString]) -> Vec<OsString> {
        let name = std::iter::once("netpipe".into());
        let parsed = Line::try_parse_from(name.chain(line.iter().cloned())).unwrap();
        let remote = parsed.options.remote().unwrap().unwrap();
        remote.words().unwrap()
    }

    #[test]
    fn another_process_gets_the_same_store_and_no_password() {
        let line = "--kv https://a:1,b:2379 --kv-cacert /ca --kv-cert /cert --kv-key /key \
                    --kv-server-name c --kv-prefix /lab --kv-timeout 7";
        let line: Vec<OsString> = line.split_whitespace().map(Into::into).collect();
        assert_eq!(words(&line), line);
        let line = ["--kv", "http://a:1", "--kv-user", "root:secret"].map(OsString::from);
        let shown = words(&line);
        let user = shown.iter().position(|word| word == "--kv-user").unwrap();
        assert_eq!(shown[user + 1], "root");
    }
}
