//! What netpipe says of its own doing: tracing, to stderr.

use tracing_subscriber::EnvFilter;

/// Starts tracing if `-v` was given (once: info, twice: every step) or NETPIPE_LOG is
/// set (a filter as tracing-subscriber's EnvFilter reads it). Else it costs nothing.
pub fn start(verbose: u8) {
    let filter = match (std::env::var("NETPIPE_LOG"), verbose) {
        (Ok(filter), _) => filter,
        (Err(_), 0) => return,
        (Err(_), 1) => "netpipe=info".into(),
        (Err(_), _) => "netpipe=debug".into(),
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .without_time()
        .finish();
    // Fails only if a subscriber is set already, and then that one serves.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
