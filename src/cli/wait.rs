//! `netpipe wait`

use std::time::Duration;

use clap::Args;

use super::grammar;
use super::output::Output;
use crate::error::Result;
use crate::ops::wait;
use crate::spec::IfName;
use crate::sys::signal::Interrupt;

/// Wait, inside a container, until an interface is ready
///
/// For a container's entry point: returns as soon as the interface is there, up and has
/// carrier. Needs no privilege, no engine and no state directory.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  As a container's entry point, with a time limit:
  sh -c 'netpipe wait -i eth1 --timeout 30 && exec my-server'")]
pub struct Wait {
    /// The interface
    #[arg(short = 'i', long, value_name = "NAME", default_value = "eth1")]
    #[arg(value_parser = grammar::<IfName>)]
    ifname: IfName,
    /// Fail after so many seconds; 0: look once [default: wait as long as it takes]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..=31_536_000))]
    timeout: Option<u64>,
}

impl Wait {
    /// Waits; says nothing to people, for the output is the container's.
    pub fn run(self, out: &Output) -> Result<()> {
        let interrupt = Interrupt::install()?;
        let timeout = self.timeout.map(Duration::from_secs);
        wait::wait(&self.ifname, timeout, &interrupt)?;
        out.json(&serde_json::json!({ "ifname": self.ifname, "ready": true }));
        Ok(())
    }
}
