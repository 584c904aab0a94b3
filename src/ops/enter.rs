//! Running a program of the host in a target's namespace.

use std::ffi::OsString;
use std::io::ErrorKind;

use super::Context;
use crate::error::{Error, Result};
use crate::spec::Target;
use crate::sys::{enter, process};

/// Moves this process into the target's network namespace, with mounts of its own. Gives
/// what the user should know.
///
/// # Errors
/// As for [`Context::place`], or if the kernel refuses.
pub fn enter(ctx: &Context, target: &Target) -> Result<Vec<String>> {
    let doing = format!("cannot run a program in `{target}`");
    let inner = || {
        let place = ctx.place(target, None)?;
        let mut warnings = enter::enter(&place.netns)?;
        place.still_there()?;
        if let Target::Netns(name) = &place.target {
            warnings.extend(enter::bind_etc(name));
        }
        Ok(warnings)
    };
    inner().map_err(|error: Error| error.while_doing(&doing))
}

/// Becomes the program, and so has its exit status. Returns only if that fails, with the
/// shell's status for it: 127 if there is no such program, 126 if it cannot be run.
pub fn become_program(command: &[OsString]) -> Error {
    let Some((program, arguments)) = command.split_first() else {
        return Error::usage("no program is given");
    };
    let error = process::replace(program, arguments);
    let name = program.to_string_lossy();
    let name = name.escape_debug();
    match error.kind() {
        ErrorKind::NotFound => Error::not_run(127, format!("there is no program `{name}`"))
            .hint("it is looked for on this host, along PATH, not inside the container"),
        _ => Error::not_run(126, format!("cannot run `{name}`"))
            .because(error)
            .hint("see `ls -l` of it: it must be a program that you may execute"),
    }
}
