//! Everything netpipe prints: tables and lines for people, JSON for programs. The only
//! writer to stdout.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::object::Rows;
use tabled::settings::{Alignment, Padding, Style};

use crate::error::{Error, Result};

/// Where and how to print.
#[derive(Debug)]
pub struct Output {
    json: bool,
    colour: bool,
    failure: RefCell<Option<io::Error>>,
    status: Cell<u8>,
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

impl Tone {
    const ALL: [Self; 3] = [Self::Good, Self::Warn, Self::Bad];

    fn style(self) -> anstyle::Style {
        use anstyle::AnsiColor::{Green, Red, Yellow};
        match self {
            Self::Good => Green,
            Self::Warn => Yellow,
            Self::Bad => Red,
        }
        .on_default()
    }
}

/// Text that cannot command a terminal. Names of links, kinds, and what an engine says are
/// others' to choose: every control character is escaped, but for line breaks, and for whole
/// words in a colour of [`Output::toned`] where there are `colours`.
fn harmless(text: &str, colours: bool) -> Cow<'_, str> {
    let control = |c: char| c.is_control() && c != '\n';
    if !text.contains(control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(control) {
        let (plain, more) = rest.split_at(at);
        out.push_str(plain);
        let length = match toned_word(more).filter(|_| colours) {
            Some(length) => {
                out.extend(more.get(..length));
                length
            }
            None => {
                let c = more.chars().next().unwrap_or_default();
                out.extend(c.escape_debug());
                c.len_utf8()
            }
        };
        rest = more.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The length of the toned word that a text starts with.
fn toned_word(text: &str) -> Option<usize> {
    Tone::ALL.into_iter().find_map(|tone| {
        let (on, off) = (tone.style().to_string(), format!("{:#}", tone.style()));
        let word = text.strip_prefix(&on)?;
        let end = word.find(char::is_control)?;
        let closed = word.get(end..)?.starts_with(&off);
        closed.then_some(on.len() + end + off.len())
    })
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
            status: Cell::new(0),
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
            self.raw(format!("{}\n", harmless(text, self.colour)).as_bytes());
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

    /// A message to Compose, which reads a JSON object a line.
    pub fn message(&self, kind: &str, text: &str) {
        let [kind, text] = [kind, text].map(|text| serde_json::Value::from(text).to_string());
        let line = format!("{{\"type\":{kind},\"message\":{text}}}\n");
        self.raw(line.as_bytes());
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
            // Before the columns are measured, so that they stay aligned.
            builder.push_record(
                row.iter()
                    .map(|cell| harmless(cell, self.colour).into_owned()),
            );
        }
        let mut table = builder.build();
        table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
        for line in table.to_string().lines() {
            self.line(line.trim_end());
        }
    }

    /// A table in a box for people, its cells to the right; nothing if JSON was asked for.
    pub fn boxed_table(&self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        if self.json {
            return;
        }
        let mut builder = Builder::default();
        builder.push_record(head.iter().copied());
        for row in rows {
            let cells = row.iter().map(|cell| harmless(cell, false).into_owned());
            builder.push_record(cells);
        }
        let mut table = builder.build();
        table
            .with(Style::sharp())
            .modify(Rows::new(1..), Alignment::right())
            .modify(Rows::first(), Alignment::center());
        self.line(&table.to_string());
    }

    /// Bytes that may be anything: as they are to a file or a program, harmless to a terminal.
    pub fn bytes(&self, bytes: &[u8]) {
        match io::stdout().is_terminal() {
            true => self.raw(harmless(&String::from_utf8_lossy(bytes), false).as_bytes()),
            false => self.raw(bytes),
        }
    }

    /// A word in the colour of its meaning.
    pub fn toned(&self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = tone.style();
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
        let _ = writeln!(io::stderr().lock(), "{}", harmless(line, false));
    }

    /// Has the program exit with that status although nothing failed.
    pub fn exit_with(&self, status: u8) {
        self.status.set(status);
    }

    /// The status that success has.
    pub fn status(&self) -> u8 {
        self.status.get()
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

#[cfg(test)]
mod tests {
    use super::{Output, Tone, harmless};

    #[test]
    fn control_characters_are_escaped_and_the_own_colours_are_not() {
        for (text, shown) in [
            ("plain\nmore", "plain\nmore"),
            ("wéb …", "wéb …"),
            ("x\u{1b}[31;5mred", "x\\u{1b}[31;5mred"),
            ("a\r\tb\u{7f}\u{9b}2J", "a\\r\\tb\\u{7f}\\u{9b}2J"),
        ] {
            assert_eq!(harmless(text, false), shown);
            assert_eq!(harmless(text, true), shown);
        }
        let out = Output {
            json: false,
            colour: true,
            failure: None.into(),
            status: 0.into(),
        };
        for tone in Tone::ALL {
            let word = out.toned(tone, "word");
            let text = format!("a {word}\u{7} {word}");
            assert_eq!(harmless(&text, true), format!("a {word}\\u{{7}} {word}"));
            assert!(!harmless(&text, false).contains(char::is_control));
        }
    }
}
