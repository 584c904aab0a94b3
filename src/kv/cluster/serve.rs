//! A server from its start to its end.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::config::{Config, Url};
use super::service::Services;
use super::tls::Listener;
use super::{Node, notify};
use crate::error::{Context as _, Error, Result};

/// Runs a member until it is told to end.
///
/// # Errors
/// It cannot listen, its data cannot be read, or it cannot take part in the cluster.
#[allow(clippy::print_stderr)]
pub async fn run(mut config: Config) -> Result<()> {
    let mut clients = Vec::new();
    for url in &config.listen_client {
        clients.push(listen(url, &config).await?);
    }
    name_ports(&mut config, &clients)?;
    let node = Node::start(&config).await?;
    node.wait_ready().await?;
    let mut serving = tokio::task::JoinSet::new();
    let services = Services::new(node.clone());
    for listener in clients {
        serving.spawn(services.clone().serve(Listener::new(listener, None)));
    }
    tell_ready(&config, &node);
    notify::ready();
    let ended = tokio::select! {
        ended = serving.join_next() => ended,
        () = told_to_end()? => None,
    };
    notify::stopping();
    node.stop().await;
    match ended {
        Some(Ok(ended)) => ended,
        Some(Err(cause)) => Err(Error::failed("cannot serve clients").because(cause)),
        None => Ok(()),
    }
}

/// Binds to what a URL names.
async fn listen(url: &Url, config: &Config) -> Result<TcpListener> {
    if !url.tls && !url.is_loopback() && !config.insecure {
        return Err(Error::usage(format!("refusing to listen on {url} without TLS"))
            .hint("give certificates (netpipe kv certs makes them), or --insecure to let whoever reaches the port read and write all"));
    }
    TcpListener::bind(url.authority())
        .await
        .or_failed(|| format!("cannot listen on {url}"))
}

/// Says which ports the kernel chose where it was to choose.
fn name_ports(config: &mut Config, listeners: &[TcpListener]) -> Result<()> {
    for (at, listener) in listeners.iter().enumerate() {
        let port = listener
            .local_addr()
            .or_failed(|| "cannot tell the port".into())?
            .port();
        for urls in [&mut config.listen_client, &mut config.advertise_client] {
            if let Some(url) = urls.get_mut(at).filter(|url| url.port == 0) {
                url.port = port;
            }
        }
    }
    Ok(())
}

/// Returns when a signal says to end; the next one after that ends the process at once.
fn told_to_end() -> Result<impl Future<Output = ()>> {
    let signals = || "cannot handle signals".into();
    let mut terminate = signal(SignalKind::terminate()).or_failed(signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).or_failed(signals)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tokio::spawn(async move {
            let status = tokio::select! {
                _ = terminate.recv() => 143,
                _ = interrupt.recv() => 130,
            };
            std::process::exit(status);
        });
        tokio::time::sleep(Duration::ZERO).await;
    })
}

/// Says on stderr that clients are served, and where.
#[allow(clippy::print_stderr)]
fn tell_ready(config: &Config, node: &Node) {
    for url in &config.listen_client {
        if config.as_etcd {
            let lines = [
                serde_json::json!({"level": "info", "ts": super::clock::stamp(), "caller": "embed/serve.go:103",
                    "msg": "ready to serve client requests"}),
                serde_json::json!({"level": "info", "ts": super::clock::stamp(), "caller": "embed/serve.go:187",
                    "msg": if url.tls { "serving client traffic securely" }
                        else { "serving client traffic insecurely; this is strongly discouraged!" },
                    "traffic": "grpc+http", "address": url.authority()}),
            ];
            for line in lines {
                eprintln!("{line}");
            }
        } else {
            eprintln!(
                "member {} ({:x}) of cluster {:x} serves clients at {url}",
                config.name,
                node.id(),
                node.cluster_id()
            );
        }
    }
}
