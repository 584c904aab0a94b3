//! netpipe and etcd answer the same requests alike: raw calls by gRPC and by the JSON gateway, one
//! table of them, and streams. `scripts/etcd` says where etcd's binaries are.

mod call;
mod plain;
mod servers;
mod streams;
mod unary;
