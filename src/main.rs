//! The `netpipe` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    netpipe::cli::main()
}
