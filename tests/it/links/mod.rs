//! The kinds of link: each carries packets, and goes as it came.

mod macvlan;
mod mixed;
mod readme;
