//! Every command against the real kernel, in namespaces of the test's own.

mod addresses;
mod announce;
mod attach;
mod batch;
mod bridge;
mod check_repair;
mod detach;
mod doctor;
mod dry_run;
mod exec;
mod firewall;
mod gc;
pub mod gc_races;
mod idempotent;
mod iproute;
mod ipv6;
mod netns_verb;
mod network_ip;
mod options;
mod pools;
mod replace;
mod routes;
mod slow;
mod stores;
mod visits;
mod wait;
