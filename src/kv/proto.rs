//! etcd's interface as Rust (from `proto/`, by `build.rs`): the messages, and the clients and
//! servers of its services.

#![allow(
    missing_docs,
    unused_qualifications,
    rustdoc::all,
    clippy::all,
    clippy::pedantic
)]

/// Keys and events.
pub mod mvccpb {
    tonic::include_proto!("mvccpb");
}

/// Users, roles and permissions.
pub mod authpb {
    tonic::include_proto!("authpb");
}

/// The services of a server.
pub mod etcdserverpb {
    tonic::include_proto!("etcdserverpb");
}

/// Locks.
pub mod v3lockpb {
    tonic::include_proto!("v3lockpb");
}

/// Elections.
pub mod v3electionpb {
    tonic::include_proto!("v3electionpb");
}

/// All of the interface, described by itself: a `google.protobuf.FileDescriptorSet`.
#[cfg(feature = "cluster")]
pub const DESCRIPTION: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/interface.bin"));
