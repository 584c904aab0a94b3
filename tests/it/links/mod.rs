//! The kinds of link: each carries packets, and goes as it came.

mod ipoib;
mod macvlan;
mod mixed;
mod phys;
mod phys_hardware;
mod readme;
mod wire;
mod wireless;
