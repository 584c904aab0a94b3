//! Drawings that nobody can make.

use super::{Bad, bad, host, refuses};

const ROWS: &[Bad<'_>] = &[
    bad(
        &["graph", "--format", "png"],
        2,
        "invalid value 'png' for '--format",
        "",
    ),
    bad(&["graph", "--format", ""], 2, "for '--format", ""),
    bad(&["graph", "--format", "SVG"], 2, "invalid value 'SVG'", ""),
    bad(
        &["graph", "--format"],
        2,
        "a value is required for '--format",
        "",
    ),
    bad(
        &["graph", "--format", "dot", "--format", "svg"],
        2,
        "cannot be used multiple times",
        "",
    ),
    bad(
        &["graph", "--format", "dot\u{1b}[31m"],
        2,
        "invalid value",
        "",
    ),
    bad(
        &["graph", "netns:blue"],
        2,
        "unexpected argument 'netns:blue'",
        "",
    ),
    bad(
        &["graph", "--out", "x.svg"],
        2,
        "unexpected argument '--out'",
        "",
    ),
];

#[test]
fn drawings_are_of_a_format() {
    refuses(&host(), ROWS);
}
