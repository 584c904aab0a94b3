//! A picture as SVG 1.1, with text as text and a title behind everything. It names no file,
//! font or script, so that it looks the same wherever it is shown.

use std::fmt::Write as _;

use super::colour::{BAD, Palette, WEAK};
use super::layout::lay_out;
use super::picture::{Block, Label, Line, Look, Picture};
use super::text::Face;
use crate::ops::graph::model::{Graph, State};

const STYLE: &str = "\
text{font-family:system-ui,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#1f2328}\
.n{font-size:12px;font-weight:600}.p{font-size:12px}.s{font-size:10px}\
.c{font-size:11px;font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}\
.f{fill:#59636e}";

/// Writes it.
pub fn render(graph: &Graph) -> String {
    let palette = Palette::new(graph.networks());
    let picture = lay_out(graph, &palette);
    write(&picture)
}

fn write(picture: &Picture) -> String {
    let (w, h) = (picture.width, picture.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\">\n<title>netpipe</title>\n<style>{STYLE}</style>\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n"
    );
    // Hosts and bridges are behind the lines, all else is before them, and their ends are
    // before everything.
    let is_behind = |block: &&Block| matches!(block.look, Look::Host | Look::Parent);
    let (behind, before): (Vec<&Block>, Vec<&Block>) = picture.blocks.iter().partition(is_behind);
    behind.into_iter().for_each(|one| block(&mut out, one));
    picture.lines.iter().for_each(|one| line(&mut out, one));
    before.into_iter().for_each(|one| block(&mut out, one));
    picture.lines.iter().for_each(|one| ends(&mut out, one));
    out += "</svg>\n";
    out
}

/// The colour and the dashes of a border or line.
fn stroke(colour: &str, state: State) -> String {
    match state {
        State::Missing => format!("stroke=\"{BAD}\" stroke-dasharray=\"5 3\""),
        State::Down => format!("stroke=\"{WEAK}\" stroke-dasharray=\"2 2\""),
        State::Up | State::Recorded => format!("stroke=\"{colour}\""),
    }
}

fn block(out: &mut String, block: &Block) {
    let Block {
        look,
        place,
        colour,
        state,
        ..
    } = block;
    let (radius, fill, opacity, width) = match look {
        Look::Host => (10, "#f6f8fa", "1", "1"),
        Look::Parent => (6, "#ffffff", "1", "1.5"),
        Look::Segment | Look::Key => (4, colour.as_str(), "0.16", "1"),
        Look::Port => (6, "#ffffff", "1", "1.5"),
        Look::Container => (6, "#ffffff", "1", "1.25"),
        Look::Peer => (19, "#ffffff", "1", "1.5"),
    };
    out.push_str("<g>");
    if !block.title.is_empty() {
        let _ = write!(out, "<title>{}</title>", escaped(&block.title));
    }
    let stroke = match look {
        Look::Host => "stroke=\"#d1d9e0\"".to_owned(),
        _ => stroke(colour, *state),
    };
    if place.w > 0 {
        let _ = write!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\" fill=\"{fill}\" \
             fill-opacity=\"{opacity}\" {stroke} stroke-width=\"{width}\"/>",
            place.x, place.y, place.w, place.h
        );
    }
    block.labels.iter().for_each(|one| label(out, one));
    out.push_str("</g>\n");
}

fn label(out: &mut String, label: &Label) {
    let class = match label.face {
        Face::Name => "n",
        Face::Plain => "p",
        Face::Small => "s",
        Face::Code => "c",
    };
    let faint = if label.faint { " f" } else { "" };
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" class=\"{class}{faint}\">{}</text>",
        label.x,
        label.y,
        escaped(&label.text)
    );
}

fn line(out: &mut String, line: &Line) {
    let Line {
        from, to, swing, ..
    } = line;
    let width = if line.thick { "2.5" } else { "1.5" };
    let stroke = stroke(&line.colour, line.state);
    let _ = writeln!(
        out,
        "<path d=\"M{} {}C{} {} {} {} {} {}\" fill=\"none\" {stroke} stroke-width=\"{width}\">\
         <title>{}</title></path>",
        from.0,
        from.1,
        from.0 + swing.0,
        from.1,
        to.0 + swing.1,
        to.1,
        to.0,
        to.1,
        escaped(&line.title),
    );
}

/// The dots at both ends of a line.
fn ends(out: &mut String, line: &Line) {
    let radius = if line.thick { 3.5 } else { 2.5 };
    for (x, y) in [line.from, line.to] {
        let colour = match line.state {
            State::Missing => BAD,
            State::Down => WEAK,
            State::Up | State::Recorded => line.colour.as_str(),
        };
        let _ = writeln!(
            out,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>"
        );
    }
}

/// A text as XML has it. What XML has no way to write (XML 1.0, section 2.2) is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() => {}
            character => out.push(character),
        }
    }
    out
}
