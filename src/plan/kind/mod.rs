//! One file per link kind: the steps that plug a target into such a link.

pub mod bridge;
