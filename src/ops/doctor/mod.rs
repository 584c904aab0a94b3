//! Looking at everything netpipe depends on, and saying how to mend what is wrong. What
//! can be asked of the kernel is asked, not guessed, and nothing on the host changes.

mod host;
mod kinds;
mod store;
mod switch;

use serde::Serialize;

use super::Context;
use crate::error::{Error, Result};
use crate::resolve::Engine;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Something will not work that not everybody needs.
    Warn,
    /// netpipe cannot work.
    Bad,
    /// Neither good nor bad.
    Info,
}

/// One thing looked at. The field names are stable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub check: String,
    /// How it came out.
    pub status: Status,
    /// What was found.
    pub detail: String,
    /// What to do about it, if anything.
    pub fix: Option<String>,
}

impl Check {
    fn new(check: impl Into<String>, status: Status, detail: impl Into<String>) -> Self {
        Self {
            check: check.into(),
            status,
            detail: detail.into(),
            fix: None,
        }
    }

    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// A check that failed, with the hints of its error as the fix.
    fn of_error(check: impl Into<String>, status: Status, error: &Error) -> Self {
        let mut made = Self::new(check, status, error.to_string());
        if !error.hints().is_empty() {
            made.fix = Some(error.hints().join("; "));
        }
        made
    }
}

/// Looks at everything, in the order in which it should be mended.
pub fn examine(ctx: &Context) -> Vec<Check> {
    let mut all = host::capabilities();
    all.extend(kinds::examine());
    all.extend(host::namespaces());
    all.extend(store::examine(ctx));
    all.push(engine(ctx));
    all.push(switch::examine(ctx));
    all.extend(host::firewall());
    all.extend(host::settings());
    all
}

fn engine(ctx: &Context) -> Check {
    let found: Result<String> = Engine::connect(ctx.engine.as_deref())
        .and_then(|mut engine| engine.version(&ctx.interrupt));
    match found {
        Ok(version) => Check::new("engine", Status::Ok, version),
        // Targets such as netns:NAME and pid:N need none.
        Err(error) => Check::of_error("engine", Status::Warn, &error),
    }
}
