//! `netpipe batch`

use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Parser};

use super::attach::{self, Attach, Report};
use super::output::Output;
use super::{Cli, Command};
use crate::error::{Context as _, Error, Result};
use crate::ops::{Context, batch};

/// The most bytes a file may have.
const LONGEST: u64 = 64 << 20;

/// Attach many containers at once
///
/// Each line of the file is an attach command: `attach web br0 10.0.0.5/24`. Blank lines
/// and those that start with # are skipped. All lines are read before anything is done.
/// Each attachment is all or nothing by itself; the rest go on when one fails.
#[derive(Debug, Args)]
pub struct Batch {
    /// The file; - reads standard input
    file: PathBuf,
}

impl Batch {
    /// Attaches every line and says what was done.
    pub fn run(self, ctx: &Context, out: &Output) -> Result<()> {
        let lines = parse(&self.read()?)?;
        let mut requests = Vec::with_capacity(lines.len());
        for (number, attach) in &lines {
            let request = attach.clone().request(ctx);
            requests.push(request.map_err(|error| error.while_doing(&format!("line {number}")))?);
        }
        let bar = out.progress(requests.len(), "attaching");
        let outcomes = batch::attach_all(ctx, &requests, |done| bar.set_position(done as u64));
        bar.finish_and_clear();
        let mut errors = Vec::new();
        let mut done = Vec::new();
        for ((number, _), outcome) in lines.iter().zip(outcomes) {
            match outcome {
                Ok(outcome) => done.push(outcome),
                Err(error) => errors.push((*number, error)),
            }
        }
        out.json(&done.iter().map(Report::from).collect::<Vec<_>>());
        done.iter().for_each(|outcome| attach::line(outcome, out));
        batch::failures(errors, lines.len())
    }

    fn read(&self) -> Result<String> {
        let name = self.file.display();
        let cannot = || format!("cannot read `{name}`");
        let mut text = String::new();
        let mut input: Box<dyn Read> = match self.file.as_os_str().as_encoded_bytes() {
            b"-" => Box::new(std::io::stdin().lock()),
            _ => Box::new(std::fs::File::open(&self.file).or_failed(cannot)?),
        };
        let read = input
            .by_ref()
            .take(LONGEST + 1)
            .read_to_string(&mut text)
            .or_failed(cannot)?;
        if read as u64 > LONGEST {
            return Err(Error::usage(format!(
                "`{name}` is longer than {LONGEST} bytes"
            )));
        }
        Ok(text)
    }
}

/// The attach commands of a file with the numbers of their lines.
fn parse(text: &str) -> Result<Vec<(usize, Attach)>> {
    let lines = text
        .lines()
        .enumerate()
        .map(|(nth, line)| (nth + 1, line.trim()));
    let commands = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    commands
        .map(|(number, line)| Ok((number, command(number, line)?)))
        .collect()
}

fn command(number: usize, line: &str) -> Result<Attach> {
    let refuse = |why: &str| {
        Error::usage(format!("line {number}: {why}"))
            .hint("each line is an attach command such as: attach web br0 10.0.0.5/24")
    };
    let words = shlex::split(line).ok_or_else(|| refuse("a quote is not closed"))?;
    let cli = Cli::try_parse_from(std::iter::once("netpipe".to_owned()).chain(words))
        .map_err(|error| refuse(error.to_string().trim_start_matches("error: ").trim()))?;
    match cli.command {
        Command::Attach(attach) if !attach.is_special() => Ok(*attach),
        Command::Attach(_) => Err(refuse("--wait and --dry-run are not for a batch")),
        _ => Err(refuse("it is not an attach command")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_commands_and_skips_the_rest() {
        let text =
            "# two\nattach web br0 10.0.0.5/24\n\n  attach 'db' br0 auto --subnet 10.0.0.0/24\n";
        let numbers: Vec<_> = parse(text)
            .unwrap()
            .iter()
            .map(|(number, _)| *number)
            .collect();
        assert_eq!(numbers, [2, 4]);
    }

    #[test]
    fn names_the_line_that_is_wrong() {
        for bad in [
            "\ndetach web",
            "\nattach web",
            "\nattach 'web br0",
            "\nattach web br0 none --dry-run",
            "\nnonsense",
        ] {
            let error = parse(bad).unwrap_err().to_string();
            assert!(error.starts_with("line 2: "), "{error}");
        }
    }
}
