//! Every command against the real kernel, in namespaces of the test's own.

mod addresses;
mod announce;
mod attach;
mod bridge;
mod check_repair;
mod detach;
mod dry_run;
mod firewall;
mod gc;
mod idempotent;
mod ipv6;
mod network_ip;
mod options;
mod pools;
mod replace;
mod routes;
