//! Users, roles, TLS and certificates: a member of netpipe's beside real etcd.

mod auth;
mod servers;
mod tls;
