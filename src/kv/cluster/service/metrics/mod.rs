//! What a member counts, in the names of etcd's metrics.

mod calls;
mod counts;
mod process;
mod text;

pub use calls::{Calls, Method};
pub use counts::Counts;
pub use text::Text;
