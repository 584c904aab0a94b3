//! `netpipe man`

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_mangen::Man as Page;

use super::output::Output;
use crate::error::{Context as _, Error, Result};

/// What a page without a parent refers to.
const RELATED: [&str; 4] = ["docker(1)", "bridge(8)", "ip-link(8)", "ip-netns(8)"];

/// Print a manual page, or write all of them
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  netpipe man attach | man -l -
  netpipe man --dir /usr/local/share/man/man1")]
pub struct Man {
    /// The subcommand, in one word or more (`bridge add`) [default: netpipe itself]
    #[arg(num_args = 0.., value_name = "SUBCOMMAND")]
    subcommand: Vec<String>,
    /// Write the pages of all subcommands into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "subcommand")]
    dir: Option<PathBuf>,
}

impl Man {
    /// Prints one page or writes all.
    pub fn run(self, out: &Output) -> Result<()> {
        let mut root = super::command().disable_help_subcommand(true);
        root.build();
        if let Some(dir) = &self.dir {
            fs::create_dir_all(dir).or_failed(|| format!("cannot make `{}`", dir.display()))?;
            return write_all(&root, &[], dir);
        }
        let mut parents = Vec::new();
        let mut command = &root;
        for name in &self.subcommand {
            parents.push(page_name(command));
            command = command.find_subcommand(name).ok_or_else(|| {
                Error::usage(format!(
                    "there is no subcommand `{}`",
                    crate::spec::shown(name)
                ))
                .hint("`netpipe --help` lists them")
            })?;
        }
        out.raw(render(command, &parents)?.as_bytes());
        Ok(())
    }
}

/// The name of a command's page: `netpipe-bridge-add`.
fn page_name(command: &Command) -> &str {
    command.get_display_name().unwrap_or(command.get_name())
}

fn write_all(command: &Command, parents: &[&str], dir: &Path) -> Result<()> {
    let path = dir.join(format!("{}.1", page_name(command)));
    fs::write(&path, render(command, parents)?)
        .or_failed(|| format!("cannot write `{}`", path.display()))?;
    let parents = [parents, &[page_name(command)]].concat();
    command
        .get_subcommands()
        .try_for_each(|sub| write_all(sub, &parents, dir))
}

/// One page. It carries no date, so that the same source gives the same page.
fn render(command: &Command, parents: &[&str]) -> Result<String> {
    let usage = command.clone().render_usage().to_string();
    let mut page = format!(
        ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n\
         .TH {} 1 \"\" \"netpipe {}\" \"netpipe manual\"\n",
        page_name(command).to_uppercase(),
        env!("CARGO_PKG_VERSION")
    );
    let generated = |part: fn(&Page, &mut dyn std::io::Write) -> std::io::Result<()>| {
        let with_headings = command.clone().mut_args(|arg| match arg.is_positional() {
            true => arg.help_heading("Arguments"),
            false => arg,
        });
        let mut text = Vec::new();
        part(&Page::new(with_headings), &mut text).or_failed(|| "cannot render the page".into())?;
        Ok::<_, Error>(body_of(&String::from_utf8_lossy(&text)))
    };
    page.push_str(&generated(Page::render_name_section)?);
    section(&mut page, "SYNOPSIS");
    let usage = usage.trim_start_matches("Usage: ");
    let _ = writeln!(page, ".B {}", escaped(usage));
    section(&mut page, "DESCRIPTION");
    page.push_str(&emphasized(&description(command)));
    page.push_str(&emphasized(&generated(Page::render_options_section)?));
    if command.has_subcommands() {
        let subcommands = generated(Page::render_subcommands_section)?;
        page.push_str(&emphasized(&subcommands));
    }
    let further = command
        .get_after_long_help()
        .or_else(|| command.get_after_help());
    page.push_str(&further.map_or_else(String::new, |text| sections(&text.to_string())));
    section(&mut page, "SEE ALSO");
    page.push_str(&see_also(command, parents));
    Ok(page)
}

/// A generated part without the preamble that each one repeats.
fn body_of(text: &str) -> String {
    let body = text.find(".SH").and_then(|start| text.get(start..));
    body.unwrap_or_default().to_owned()
}

fn section(page: &mut String, title: &str) {
    let _ = writeln!(page, ".SH \"{}\"", title.to_uppercase());
}

/// What a command does: the paragraphs below the summary, or the summary itself.
fn description(command: &Command) -> String {
    let long = command.get_long_about().map(ToString::to_string);
    let short = command.get_about().map(ToString::to_string);
    let text = long.or(short).unwrap_or_default();
    let below = text
        .split_once("\n\n")
        .map_or(text.as_str(), |(_, rest)| rest);
    let paragraphs: Vec<_> = below.split("\n\n").map(escaped).collect();
    paragraphs.join("\n.PP\n") + "\n"
}

/// The sections of a help's tail: a line that ends with a colon is a heading, what is
/// indented below it stays as it is.
fn sections(text: &str) -> String {
    let mut page = String::new();
    for block in text.split("\n\n") {
        let (title, body) = block.split_once(":\n").unwrap_or(("Notes", block));
        section(&mut page, title);
        page.push_str(".nf\n");
        for line in body.lines() {
            let _ = writeln!(page, "{}", escaped(line.strip_prefix("  ").unwrap_or(line)));
        }
        page.push_str(".fi\n");
    }
    page
}

fn see_also(command: &Command, parents: &[&str]) -> String {
    let children = command.get_subcommands().map(page_name);
    let mut pages: Vec<String> = parents
        .iter()
        .copied()
        .chain(children)
        .map(|name| format!("{name}(1)"))
        .collect();
    if parents.is_empty() {
        pages.extend(RELATED.map(str::to_owned));
    }
    let bold: Vec<_> = pages
        .iter()
        .map(|page| format!(".BR {}", page.replace('(', " (")))
        .collect();
    bold.join(" ,\n") + "\n"
}

/// Text as roff takes it: no escapes, no requests, hyphens that can be copied.
fn escaped(text: &str) -> String {
    let plain = text.replace('\\', "\\e").replace('-', "\\-");
    let lines: Vec<_> = plain
        .lines()
        .map(|line| match line.starts_with(['.', '\'']) {
            true => format!("\\&{line}"),
            false => line.to_owned(),
        })
        .collect();
    lines.join("\n")
}

/// Sets what is between backquotes in bold, line by line.
fn emphasized(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(emphasized_line).collect();
    lines.join("\n") + "\n"
}

fn emphasized_line(line: &str) -> String {
    let parts: Vec<_> = line.split('`').collect();
    if parts.len() % 2 == 0 {
        return line.to_owned();
    }
    let mut out = String::new();
    for (nth, part) in parts.into_iter().enumerate() {
        match nth % 2 {
            0 => out.push_str(part),
            _ => {
                let _ = write!(out, "\\fB{part}\\fR");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{emphasized_line, escaped, sections};

    #[test]
    fn text_cannot_become_a_request() {
        assert_eq!(escaped(".so /etc/passwd"), "\\&.so /etc/passwd");
        assert_eq!(escaped("a\\b --x"), "a\\eb \\-\\-x");
    }

    #[test]
    fn backquotes_become_bold_in_pairs_alone() {
        assert_eq!(emphasized_line("a `b` c"), "a \\fBb\\fR c");
        assert_eq!(emphasized_line("a `b c"), "a `b c");
    }

    #[test]
    fn headings_become_sections() {
        assert_eq!(
            sections("Exit status:\n  0  done\n\nFiles:\n  /x"),
            ".SH \"EXIT STATUS\"\n.nf\n0  done\n.fi\n.SH \"FILES\"\n.nf\n/x\n.fi\n"
        );
    }
}
