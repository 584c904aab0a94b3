//! `netpipe completions`

use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::output::Output;
use crate::error::Result;

/// Shells with completions.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum For {
    Bash,
    Zsh,
    Fish,
}

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe completions bash > /usr/share/bash-completion/completions/netpipe
  netpipe completions zsh > /usr/share/zsh/vendor-completions/_netpipe
  netpipe completions fish > /usr/share/fish/vendor_completions.d/netpipe.fish")]
pub struct Completions {
    /// The shell
    shell: For,
}

impl Completions {
    /// Prints the script.
    pub fn run(self, out: &Output) -> Result<()> {
        let shell = match self.shell {
            For::Bash => Shell::Bash,
            For::Zsh => Shell::Zsh,
            For::Fish => Shell::Fish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut super::command(), "netpipe", &mut script);
        out.raw(&script);
        Ok(())
    }
}
