//! Passwords, from the terminal or from stdin.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

use crate::error::{Context as _, Error, Result};

/// Reads the first line of stdin.
///
/// # Errors
/// It cannot be read, or is empty.
pub fn from_stdin() -> Result<String> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(4096)
        .read_line(&mut line)
        .or_failed(|| "cannot read the password from stdin".into())?;
    let password = line.trim_end_matches(['\r', '\n']);
    match password.is_empty() {
        true => Err(Error::usage("empty password")),
        false => Ok(password.to_owned()),
    }
}

/// Asks for a password; what is typed is not shown.
///
/// # Errors
/// stdin is no terminal, or it is empty.
pub fn ask(prompt: &str) -> Result<String> {
    if !io::stdin().is_terminal() {
        return Err(
            Error::usage("there is no terminal to ask for the password at")
                .hint("give it as NAME:PASSWORD, or with the option for it"),
        );
    }
    let hidden = Hidden::new()?;
    let _ = write!(io::stderr(), "{prompt}");
    let password = from_stdin();
    let _ = writeln!(io::stderr());
    drop(hidden);
    password
}

/// Asks for a new password, twice.
///
/// # Errors
/// As [`ask`]; the two differ.
pub fn ask_twice(account: &str) -> Result<String> {
    let first = ask(&format!("Password of {account}: "))?;
    let second = ask(&format!(
        "Type password of {account} again for confirmation: "
    ))?;
    match first == second {
        true => Ok(first),
        false => Err(Error::usage("given passwords are different")),
    }
}

/// A terminal that shows nothing of what is typed, until this is dropped.
struct Hidden(Termios);

impl Hidden {
    fn new() -> Result<Self> {
        let cannot = || "cannot hide what is typed".to_owned();
        let before = tcgetattr(io::stdin()).or_failed(cannot)?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &silent).or_failed(cannot)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0);
    }
}
