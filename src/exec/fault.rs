//! Faults on demand, to prove that an operation is all or nothing: NETPIPE_FAULT is
//! `fail:N`, `kill:N` or `int:N` and makes the Nth point of this process fail, kill
//! the process, or send it SIGINT. Unset, which is always but in tests, a point costs
//! one load.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::{Signal, raise};

use crate::error::{Error, Result};

#[derive(Clone, Copy)]
enum Kind {
    Fail,
    Kill,
    Interrupt,
}

static ARMED: OnceLock<Option<(Kind, u32)>> = OnceLock::new();
static PASSED: AtomicU32 = AtomicU32::new(0);

fn armed() -> Option<(Kind, u32)> {
    let text = std::env::var("NETPIPE_FAULT").ok()?;
    let (kind, nth) = text.split_once(':')?;
    let kind = match kind {
        "fail" => Kind::Fail,
        "kill" => Kind::Kill,
        "int" => Kind::Interrupt,
        _ => return None,
    };
    Some((kind, nth.parse().ok()?))
}

/// Whether an error is one of these faults and not the kernel's word.
pub fn is_injected(error: &Error) -> bool {
    error.to_string().starts_with(INJECTED)
}

/// What the message of an injected fault starts with.
const INJECTED: &str = "fault injected";

/// A place where an operation may break, after the effect named.
///
/// # Errors
/// If the armed fault is `fail` and this is its point.
pub fn point(after: &str) -> Result<()> {
    let Some((kind, nth)) = *ARMED.get_or_init(armed) else {
        return Ok(());
    };
    if PASSED.fetch_add(1, Ordering::Relaxed) + 1 != nth {
        return Ok(());
    }
    let sent = match kind {
        Kind::Fail => return Err(Error::failed(format!("{INJECTED} after {after}"))),
        Kind::Kill => raise(Signal::SIGKILL),
        Kind::Interrupt => raise(Signal::SIGINT),
    };
    sent.map_err(|errno| Error::failed("cannot inject a fault").because(errno))
}
