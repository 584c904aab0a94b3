//! The `netpipe` program.
fn main() {}
