//! Users, roles, TLS and certificates: a member of netpipe's beside real etcd.

mod auth;
#[cfg(feature = "etcd")]
mod certs;
mod servers;
mod tls;
