//! Containers of a real engine. `scripts/engine` starts one and names it in the
//! environment; without it these tests fail.

mod attach;
mod compose;
mod discovery;
mod engine;
mod kinds;
mod lifecycle;
mod macvlan;
mod pipework;
mod proxy;
mod rename;
mod wait;
