//! What a member counts, in the names of etcd's metrics.

mod calls;
mod text;

pub use calls::{Calls, Method};
pub use text::Text;
