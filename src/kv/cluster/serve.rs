//! A server from its start to its end.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};

use super::config::{Config, Url};
use super::node::Ending;
use super::node::local::socket;
use super::service::Services;
use super::tls::{self, Connector, Listener, Side, Tls};
use super::{Node, auth, notify};
use crate::error::{Context as _, Error, Result};

/// Runs a member until it is told to end.
///
/// # Errors
/// It cannot listen, its data cannot be read, or it cannot take part in the cluster.
pub async fn run(mut config: Config) -> Result<()> {
    auth::check_token_kind(&config.auth_token)?;
    let client_tls = tls(&config, Side::Client)?;
    let peer_tls = tls(&config, Side::Peer)?;
    let insecure = config.insecure;
    let clients = listen(
        "--listen-client",
        &mut config.listen_client,
        client_tls,
        insecure,
    )
    .await?;
    let peers = listen(
        "--listen-peer",
        &mut config.listen_peer,
        peer_tls.clone(),
        insecure,
    )
    .await?;
    config.name_ports();
    let mut told = told_to_end()?;
    let starting = async {
        let node = Node::start(&config, Connector::new(peer_tls), peers).await?;
        let ready = node.wait_ready().await;
        Ok::<_, Error>((node, ready))
    };
    let (node, ready) = tokio::select! {
        started = starting => started?,
        () = &mut told => return Ok(()),
    };
    if let Err(ending) = ready {
        return end(&config, &ending);
    }
    let mut serving = tokio::task::JoinSet::new();
    let services = Services::new(node.clone());
    for listener in clients {
        serving.spawn(services.clone().serve(listener));
    }
    if let Some(state_dir) = &config.local {
        serving.spawn(services.serve(local(state_dir)?));
    }
    tell_ready(&config, &node);
    notify::ready();
    let ended = tokio::select! {
        Some(ended) = serving.join_next() => Ended::Listener(ended),
        ending = node.ended() => Ended::Within(ending),
        () = told => Ended::Told,
    };
    notify::stopping();
    node.stop().await;
    match ended {
        Ended::Told => Ok(()),
        Ended::Listener(Ok(ended)) => ended,
        Ended::Listener(Err(cause)) => Err(Error::failed("cannot serve clients").because(cause)),
        Ended::Within(ending) => end(&config, &ending),
    }
}

/// What becomes of a member that ends by itself: one that was removed has done all it could, and
/// is not to be started again.
fn end(config: &Config, ending: &Ending) -> Result<()> {
    match ending {
        Ending::Removed => {
            tell(config, &ending.to_string());
            Ok(())
        }
        Ending::Failed(_) => Err(Error::failed(format!("the member ended: {ending}"))),
    }
}

/// Why a server ended.
enum Ended {
    Told,
    Listener(std::result::Result<Result<()>, tokio::task::JoinError>),
    Within(Ending),
}

/// The TLS of one side, if there is any. A certificate that the member makes for itself is where
/// etcd has it.
fn tls(config: &Config, side: Side) -> Result<Option<Arc<Tls>>> {
    let (flags, name, urls) = match side {
        Side::Client => (&config.client_tls, "client", &config.listen_client),
        Side::Peer => (&config.peer_tls, "peer", &config.listen_peer),
    };
    let directory = config.data_dir.join("fixtures").join(name);
    let hosts: Vec<_> = urls.iter().map(|url| url.host.clone()).collect();
    tls::asked_for(side, flags, config.tls13_only, &directory, &hosts)
}

/// The socket for the netpipe of this host, which root alone can reach.
fn local(state_dir: &Path) -> Result<Listener> {
    let path = socket(state_dir);
    let bind = || {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(listener)
    };
    let bound = bind().or_failed(|| format!("cannot listen on {}", path.display()));
    bound.map(Listener::local)
}

/// Binds to what the URLs name, and notes the ports that the kernel chose.
async fn listen(
    flag: &str,
    urls: &mut [Url],
    tls: Option<Arc<Tls>>,
    insecure: bool,
) -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    for url in urls {
        let failed = || format!("cannot listen on {url}");
        let tcp = TcpListener::bind(url.authority()).await.or_failed(failed)?;
        let address = tcp.local_addr().or_failed(failed)?;
        let tls = tls::for_listener(flag, url.tls, address, tls.as_ref(), insecure)?;
        url.port = address.port();
        listeners.push(Listener::new(tcp, tls));
    }
    Ok(listeners)
}

/// Returns when a signal says to end; the next one after that ends the process at once.
fn told_to_end() -> Result<Pin<Box<dyn Future<Output = ()>>>> {
    let signals = || "cannot handle signals".into();
    let mut terminate = signal(SignalKind::terminate()).or_failed(signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).or_failed(signals)?;
    Ok(Box::pin(async move {
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
    }))
}

/// Says on stderr that clients are served, and where.
fn tell_ready(config: &Config, node: &Node) {
    if config.as_etcd {
        tell(config, "ready to serve client requests");
    }
    for url in &config.listen_client {
        if config.as_etcd {
            let how = if url.tls {
                "serving client traffic securely"
            } else {
                "serving client traffic insecurely; this is strongly discouraged!"
            };
            let more = [("traffic", "grpc+http"), ("address", &url.authority())];
            log(how, &more);
        } else {
            let (name, id, cluster) = (&config.name, node.id(), node.cluster_id());
            tell(
                config,
                &format!("member {name} ({id:x}) of cluster {cluster:x} serves clients at {url}"),
            );
        }
    }
}

/// Says something on stderr, as the one who called expects it.
#[allow(clippy::print_stderr)]
fn tell(config: &Config, text: &str) {
    if config.as_etcd {
        log(text, &[]);
    } else {
        eprintln!("{text}");
    }
}

/// A line of etcd's log (zap's JSON).
#[allow(clippy::print_stderr)]
fn log(message: &str, more: &[(&str, &str)]) {
    let mut line = format!(
        "{{\"level\":\"info\",\"ts\":\"{}\",\"caller\":\"embed/serve.go:103\",\"msg\":{}",
        super::clock::stamp(),
        serde_json::Value::from(message)
    );
    for (name, value) in more {
        line += &format!(",\"{name}\":{}", serde_json::Value::from(*value));
    }
    eprintln!("{line}}}");
}
