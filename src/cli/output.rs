//! Everything netpipe prints: tables and lines for people, JSON for programs. The only
//! writer to stdout.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

use crate::error::{Error, Result};

/// Where and how to print.
#[derive(Debug)]
pub struct Output {
    json: bool,
    colour: bool,
    failure: RefCell<Option<io::Error>>,
}

/// How a word is meant, which decides its colour on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be: green.
    Good,
    /// Worth a look: yellow.
    Warn,
    /// Wrong: red.
    Bad,
}

impl Output {
    /// Output for people, or JSON for programs.
    pub fn new(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = !plain && !json && io::stdout().is_terminal();
        Self {
            json,
            colour,
            failure: RefCell::new(None),
        }
    }

    /// Whether JSON was asked for.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Writes text to stdout as it is.
    pub fn raw(&self, bytes: &[u8]) {
        let written = io::stdout().lock().write_all(bytes);
        if let Err(error) = written {
            self.failure.borrow_mut().get_or_insert(error);
        }
    }

    /// A line for people; nothing if JSON was asked for.
    pub fn line(&self, text: &str) {
        if !self.json {
            self.raw(format!("{text}\n").as_bytes());
        }
    }

    /// A value for programs; nothing unless JSON was asked for.
    pub fn json<T: Serialize>(&self, value: &T) {
        if !self.json {
            return;
        }
        match serde_json::to_string_pretty(value) {
            Ok(text) => self.raw(format!("{text}\n").as_bytes()),
            Err(error) => *self.failure.borrow_mut() = Some(error.into()),
        }
    }

    /// The commands of a dry run: a line each, or an array of texts.
    pub fn commands(&self, commands: &[String]) {
        self.json(&commands);
        commands.iter().for_each(|command| self.line(command));
    }

    /// An aligned table for people; nothing if JSON was asked for.
    pub fn table(&self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        if self.json {
            return;
        }
        let mut builder = Builder::default();
        builder.push_record(head.iter().copied());
        for row in rows {
            builder.push_record(row);
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
        for line in table.to_string().lines() {
            self.line(line.trim_end());
        }
    }

    /// A word in the colour of its meaning.
    pub fn toned(&self, tone: Tone, text: &str) -> String {
        use anstyle::AnsiColor::{Green, Red, Yellow};
        if !self.colour {
            return text.to_owned();
        }
        let colour = match tone {
            Tone::Good => Green,
            Tone::Warn => Yellow,
            Tone::Bad => Red,
        };
        let style = colour.on_default();
        format!("{style}{text}{style:#}")
    }

    /// A bar on stderr for work that takes a while, shown only on a terminal.
    pub fn progress(&self, total: usize, what: &'static str) -> ProgressBar {
        if total < 8 || self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
        let bar = ProgressBar::new(total as u64).with_message(what);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }

    /// A warning, on stderr.
    pub fn warn(&self, text: &str) {
        self.stderr(&format!("warning: {text}"));
    }

    /// An error with its hints, on stderr.
    pub fn error(&self, error: &Error) {
        self.stderr(&format!("error: {error}"));
        for hint in error.hints() {
            self.stderr(&format!("hint: {hint}"));
        }
    }

    fn stderr(&self, line: &str) {
        // With stderr gone there is nowhere left to say so; the exit status still tells.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Tells whether everything could be written.
    ///
    /// # Errors
    /// What write(2) said, but for a reader that has seen enough (EPIPE).
    pub fn finish(&self) -> Result<()> {
        match self.failure.borrow_mut().take() {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::failed("cannot write the output").because(error))
            }
            _ => Ok(()),
        }
    }
}
