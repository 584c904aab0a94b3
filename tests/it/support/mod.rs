//! What tests are written with: a private host, containers on it, the real binary run in
//! it, and snapshots that prove what changed and what did not.
//!
//! ```ignore
//! let host = Host::new();
//! let blue = host.container("blue");
//! host.netpipe("attach netns:blue br0 10.0.0.5/24").status(0).stderr("");
//! blue.sh("ping -c 1 10.0.0.1");
//! ```

mod call;
mod host;
mod modules;
mod namespaces;
mod run;
pub mod scene;
mod skip;
mod snapshot;
pub mod stream;

pub use call::{Args, Call};
pub use host::{Container, Host};
pub use namespaces::Namespaces;
pub use run::Run;
pub use skip::needs;
pub use snapshot::Snapshot;
