//! `netpipe kv serve`, which is `etcd` too if it is called so.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};

use super::super::Global;
use super::super::output::Output;
use crate::error::{Context as _, Result};
use crate::kv::cluster::config::flags::{FLAGS, Flag, Kind, find};
use crate::kv::cluster::config::{Config, Given, Style};
use crate::kv::cluster::serve;

/// The name under which the program is an etcd.
const ETCD: &str = "etcd";

/// What tells the subcommand that the program was called so.
const AS_ETCD: &str = "as-etcd";

/// `netpipe kv serve`: the flags are a table, so they are no fields.
#[derive(Debug)]
pub struct Serve {
    given: Given,
    as_etcd: bool,
}

impl Serve {
    pub(super) fn run(self, global: &Global, out: &Output) -> Result<()> {
        let style = if self.as_etcd {
            Style::Etcd
        } else {
            Style::Own {
                host: global.host()?,
                state_dir: global.state_dir.clone(),
            }
        };
        let mut given = variables(out);
        given.extend(self.given);
        let config = Config::new(&given, &style)?;
        config.notes.iter().for_each(|note| out.warn(note));
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .or_failed(|| "cannot start the server".into())?
            .block_on(serve::run(config))
    }
}

/// What the environment says; a word about variables that nobody knows (etcd:
/// `flags.SetFlagsFromEnv`).
fn variables(out: &Output) -> Given {
    let mut given = Given::new();
    for (name, value) in std::env::vars_os() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
            continue;
        };
        let Some(rest) = name.strip_prefix("ETCD_") else {
            continue;
        };
        match find(&rest.to_lowercase().replace('_', "-")).filter(|f| f.variable() == *name) {
            Some(flag) => drop(given.insert(flag.name, value.into())),
            // etcd's packages set these for etcdctl and themselves.
            None if rest == "UNSUPPORTED_ARCH" => {}
            None => out.warn(&format!("unrecognized environment variable {name}")),
        }
    }
    given
}

/// The flag's definition for clap.
fn argument(flag: &Flag) -> Arg {
    let mut argument = Arg::new(flag.name).long(flag.shown());
    if flag.own.is_some() {
        argument = argument.visible_alias(flag.name);
    }
    match flag.kind {
        Kind::Value(word) => argument = argument.value_name(word).action(ArgAction::Append),
        Kind::Switch => {
            argument = argument
                .value_name("BOOL")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .hide_possible_values(true)
                .action(ArgAction::Append);
        }
    }
    if flag.help.is_empty() {
        argument.hide(true)
    } else {
        argument.help(flag.help)
    }
}

impl Args for Serve {
    fn augment_args(command: clap::Command) -> clap::Command {
        let command = command
            .about("Run a member of a store that etcd's clients cannot tell from etcd")
            .long_about(
                "Run a member of a store that etcd's clients cannot tell from etcd\n\n\
                 One member is a server, three are a cluster that survives the loss of any one. \
                 Flags and variables (ETCD_NAME for --name) are etcd's, those of etcd that are not \
                 listed here too; called as `etcd` it has etcd's defaults as well.",
            )
            .after_long_help(
                "\
Examples:
  netpipe kv serve
  netpipe kv serve --name a --listen-client https://10.0.0.1:2379 \\
    --listen-peer https://10.0.0.1:2380 --initial-cluster \\
    a=https://10.0.0.1:2380,b=https://10.0.0.2:2380,c=https://10.0.0.3:2380 \\
    --cert-file server.crt --key-file server.key --trusted-ca-file ca.crt \\
    --peer-cert-file peer.crt --peer-key-file peer.key --peer-trusted-ca-file ca.crt

Signals:
  SIGTERM, SIGINT  end: a leader hands over first; the second one ends at once",
            )
            .display_name("etcd Version:")
            .version(concat!(
                "3.5.30\nnetpipe Version: ",
                env!("CARGO_PKG_VERSION")
            ))
            .arg(
                Arg::new(AS_ETCD)
                    .long(AS_ETCD)
                    .action(ArgAction::SetTrue)
                    .hide(true),
            );
        FLAGS
            .iter()
            .fold(command, |command, flag| command.arg(argument(flag)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Serve {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let mut given = Given::new();
        for flag in FLAGS {
            let said = matches.value_source(flag.name) == Some(ValueSource::CommandLine);
            // The last one counts, as Go has it.
            let last = matches
                .get_many::<String>(flag.name)
                .and_then(Iterator::last);
            if let (true, Some(value)) = (said, last) {
                given.insert(flag.name, value.clone());
            }
        }
        Ok(Self {
            given,
            as_etcd: matches.get_flag(AS_ETCD),
        })
    }

    fn update_from_arg_matches(
        &mut self,
        matches: &ArgMatches,
    ) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The command line as this subcommand reads it, if it is one of a server. A program that is
/// called `etcd` is one, and takes a flag with one hyphen too, as Go does; `experimental-`, which
/// etcd 3.6 took off many flags, is taken off here.
pub fn heard(words: Vec<OsString>) -> Vec<OsString> {
    let program = words.first().map(Path::new).and_then(Path::file_name);
    let as_etcd = program == Some(ETCD.as_ref());
    let word = |nth: usize| words.get(nth).and_then(|word| word.to_str());
    if !as_etcd && (word(1), word(2)) != (Some("kv"), Some("serve")) {
        return words;
    }
    let mut out: Vec<OsString> = Vec::with_capacity(words.len() + 3);
    for (at, word) in words.into_iter().enumerate() {
        out.push(plain(&word, as_etcd).unwrap_or(word));
        if at == 0 && as_etcd {
            out.extend(["kv", "serve", "--as-etcd"].map(OsString::from));
        }
    }
    out
}

/// The flag as it is defined here, if it is written otherwise.
fn plain(word: &OsStr, as_etcd: bool) -> Option<OsString> {
    let text = word.to_str()?.strip_prefix('-')?;
    let double = text.strip_prefix('-');
    let flag = double.or_else(|| as_etcd.then_some(text))?;
    let name = flag.split('=').next().unwrap_or_default();
    let known = find(name)?;
    let rest = flag.strip_prefix(name)?;
    let name = match name.strip_prefix("experimental-") {
        Some(_) => known.name,
        None => name,
    };
    Some(format!("--{name}{rest}").into())
}
