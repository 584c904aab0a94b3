//! Containers, through the Docker Engine API (Podman's socket answers the same).

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::errors::Error as ApiError;
use bollard::models::EventMessage;
use bollard::query_parameters::{EventsOptionsBuilder, ListContainersOptionsBuilder};
use bollard::{ClientVersion, Docker};
use futures_util::StreamExt;
use tokio::runtime::Runtime;

use super::{endpoint, inspect};
use crate::error::{Context, Error, Result};
use crate::spec::shown;
use crate::sys::signal::Interrupt;

/// The first version asked for: what Debian 12's engine speaks. A newer engine that
/// no longer does says so, and then the version is negotiated.
const FIRST_VERSION: ClientVersion = ClientVersion {
    major_version: 1,
    minor_version: 41,
};

/// How long an engine may take to answer one request.
const DEADLINE: Duration = Duration::from_secs(8);

/// What netpipe needs to know of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The full id.
    pub id: String,
    /// The name without its leading slash.
    pub name: String,
    /// The id of its first process, as long as it runs.
    pub pid: Option<u32>,
}

/// The engine of this host.
#[derive(Debug)]
pub struct Engine {
    socket: PathBuf,
    client: Option<Client>,
}

/// A client of the whole API, made when a question is asked that needs it.
#[derive(Debug)]
struct Client {
    runtime: Runtime,
    docker: Docker,
}

impl Client {
    fn new(socket: &Path) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .or_failed(|| "cannot start the runtime".into())?;
        let docker = Docker::connect_with_unix(
            &socket.to_string_lossy(),
            DEADLINE.as_secs(),
            &FIRST_VERSION,
        )
        .map_err(|_| {
            Error::unreachable(format!(
                "there is no engine socket at `{}`",
                socket.display()
            ))
            .hint("start the engine, or give its socket with --engine unix:///PATH")
        })?;
        Ok(Self { runtime, docker })
    }

    /// Runs a question until its answer, or until a signal arrives: then the error does not
    /// matter, for [`Interrupt::check`] has a better one.
    fn answer<T>(
        &self,
        interrupt: &Interrupt,
        question: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        self.runtime.block_on(async {
            tokio::select! {
                answer = question => answer,
                () = arrival(interrupt) => Err(ApiError::RequestTimeoutError),
            }
        })
    }

    /// Inspects a container, in a version of the API that the engine speaks.
    fn container(&mut self, name: &str, interrupt: &Interrupt) -> Result<Container, ApiError> {
        match self.answer(interrupt, inspect_container(&self.docker, name)) {
            Err(ApiError::DockerResponseServerError {
                status_code: 400,
                message,
            }) if message.contains("API version") || message.contains("client version") => {
                let negotiated = self.docker.clone().negotiate_version();
                self.docker = self.answer(interrupt, negotiated)?;
                self.answer(interrupt, inspect_container(&self.docker, name))
            }
            outcome => outcome,
        }
    }

    /// The containers whose ids start so, as people know them; none if the engine does not
    /// say. All are listed, for Docker's own filter takes no prefix that is ambiguous.
    fn candidates(&self, prefix: &str, interrupt: &Interrupt) -> Vec<String> {
        let options = ListContainersOptionsBuilder::default().all(true).build();
        let listed = self.answer(interrupt, self.docker.list_containers(Some(options)));
        let named = listed.unwrap_or_default().into_iter().filter_map(|found| {
            let id = found.id.filter(|id| id.starts_with(prefix))?;
            let names = found.names.unwrap_or_default();
            let name = names.first().map(|name| name.trim_start_matches('/'));
            let short: String = id.chars().take(12).collect();
            Some(format!("`{}` ({})", shown(name?), shown(&short)))
        });
        let mut all: Vec<_> = named.collect();
        all.sort();
        all
    }
}

/// Whether an engine refused an id prefix that several containers have. Docker answers with
/// 500 and `Multiple IDs found with provided prefix` (pkg/truncindex), Podman with 404 and
/// `more than one result for container ID` (libpod/sqlite_state.go, boltdb_state.go).
fn is_ambiguous(error: &ApiError) -> bool {
    let ApiError::DockerResponseServerError { message, .. } = error else {
        return false;
    };
    let message = message.to_ascii_lowercase();
    message.contains("multiple ids found") || message.contains("more than one result for container")
}

/// The error for an id prefix that several containers have.
fn ambiguous(prefix: &str, candidates: &[String]) -> Error {
    const MOST: usize = 8;
    let prefix = shown(prefix);
    let mut named = candidates[..candidates.len().min(MOST)].join(", ");
    if candidates.len() > MOST {
        named.push_str(", …");
    }
    let of = if named.is_empty() { "" } else { ": " };
    Error::usage(format!(
        "`{prefix}` is the start of several containers' ids{of}{named}"
    ))
    .hint("give more of it, or a name")
}

/// Ends when a signal arrives.
async fn arrival(interrupt: &Interrupt) {
    let stream = interrupt.stream().map(UnixStream::try_clone);
    // The clone shares the original's being non-blocking, as tokio asks for.
    match stream.map(|stream| stream.and_then(tokio::net::UnixStream::from_std)) {
        Some(Ok(stream)) if stream.readable().await.is_ok() => {}
        _ => std::future::pending().await,
    }
}

/// The error for an engine that takes a question and says nothing.
pub(super) fn silent(socket: &Path) -> Error {
    Error::unreachable(format!("the engine at {} did not answer", socket.display()))
        .hint("see whether it runs: `docker version`")
}

impl Engine {
    /// The engine at `url`, or the one found as docker's own tools find it.
    ///
    /// # Errors
    /// If `url` is no unix socket, or there is no engine.
    pub fn connect(url: Option<&str>) -> Result<Self> {
        Ok(Self {
            socket: endpoint::find(url)?,
            client: None,
        })
    }

    /// Its socket, by the one path that leads there without links.
    pub fn address(&self) -> String {
        let real = self.socket.canonicalize();
        real.as_ref().unwrap_or(&self.socket).display().to_string()
    }

    fn client(&mut self) -> Result<&mut Client> {
        match &mut self.client {
            Some(client) => Ok(client),
            none => Ok(none.insert(Client::new(&self.socket)?)),
        }
    }

    /// The container of that name, id or id prefix.
    ///
    /// # Errors
    /// Not found, a usage error for an id prefix that several have, interrupted, or
    /// unreachable if the engine does not answer as it should.
    pub fn container(&mut self, name: &str, interrupt: &Interrupt) -> Result<Container> {
        self.container_while(name, interrupt, &|| ())
    }

    /// The same; the time that the engine takes is used for `meanwhile`.
    ///
    /// # Errors
    /// As [`Engine::container`].
    pub fn container_while(
        &mut self,
        name: &str,
        interrupt: &Interrupt,
        meanwhile: &dyn Fn(),
    ) -> Result<Container> {
        let asked = inspect::container(&self.socket, name, DEADLINE, interrupt, meanwhile)?;
        if let Some(found) = asked {
            return Ok(found);
        }
        let client = self.client()?;
        let answer = match client.container(name, interrupt) {
            Err(error) if is_ambiguous(&error) => {
                Err(ambiguous(name, &client.candidates(name, interrupt)))
            }
            answer => answer.map_err(|error| self.explain(name, error)),
        };
        interrupt.check()?;
        answer
    }

    /// The version of the engine, for `doctor`.
    ///
    /// # Errors
    /// If it does not answer, or a signal arrives.
    pub fn version(&mut self, interrupt: &Interrupt) -> Result<String> {
        let client = self.client()?;
        let answer = client.answer(interrupt, client.docker.version());
        interrupt.check()?;
        let version = answer.map_err(|error| self.explain("", error))?;
        let name = version
            .platform
            .map(|platform| platform.name)
            .unwrap_or_default();
        Ok(format!("{} {}", name, version.version.unwrap_or_default())
            .trim()
            .to_owned())
    }

    /// Waits on the engine's event stream until the container of that name runs.
    ///
    /// # Errors
    /// When `patience` is over, a signal arrives, or the engine goes away.
    pub fn wait_running(
        &mut self,
        name: &str,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Container> {
        // Negotiates the version if it must; the answer itself does not matter.
        let _ = self.client()?.container(name, interrupt);
        let Client { runtime, docker } = self.client()?;
        let outcome = runtime.block_on(async {
            tokio::select! {
                found = until_running(docker, name) => Some(found),
                () = tokio::time::sleep(patience) => None,
                () = arrival(interrupt) => None,
            }
        });
        interrupt.check()?;
        match outcome {
            Some(found) => found.map_err(|error| self.explain(name, error)),
            None => Err(Error::failed(format!(
                "container `{name}` did not start within {} seconds",
                patience.as_secs()
            ))
            .hint("start it, or wait longer with --wait=SECONDS")),
        }
    }

    fn explain(&self, name: &str, error: ApiError) -> Error {
        let socket = self.socket.display();
        match error {
            ApiError::DockerResponseServerError {
                status_code: 404, ..
            } => Error::not_found(format!("there is no container `{}`", shown(name))).hint(
                format!("the engine at {socket} does not know it; see `docker ps -a`"),
            ),
            ApiError::DockerResponseServerError { message, .. } => Error::unreachable(format!(
                "the engine refused `{}`: {}",
                shown(name),
                shown(&message)
            )),
            ApiError::RequestTimeoutError => silent(&self.socket),
            other => Error::unreachable(format!("cannot talk to the engine at {socket}"))
                .because(other)
                .hint("see whether it runs, and whether you may use its socket"),
        }
    }
}

async fn inspect_container(docker: &Docker, name: &str) -> Result<Container, ApiError> {
    let answer = docker.inspect_container(name, None).await?;
    let state = answer.state.unwrap_or_default();
    let runs = state.running.unwrap_or(false) && !state.restarting.unwrap_or(false);
    let pid = state
        .pid
        .and_then(|pid| u32::try_from(pid).ok())
        .filter(|pid| *pid > 0);
    Ok(Container {
        id: answer.id.unwrap_or_default(),
        name: answer
            .name
            .unwrap_or_default()
            .trim_start_matches('/')
            .to_owned(),
        pid: pid.filter(|_| runs),
    })
}

/// Looks, and then waits for events; no start falls in between.
async fn until_running(docker: &Docker, name: &str) -> Result<Container, ApiError> {
    let filters = HashMap::from([
        ("type", vec!["container"]),
        ("event", vec!["start", "unpause"]),
    ]);
    // From this second on: the engine is asked for events only after the first look, and
    // tells then of a start that fell in between.
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let options = EventsOptionsBuilder::default()
        .filters(&filters)
        .since(&since.to_string())
        .build();
    let mut events = std::pin::pin!(docker.events(Some(options)));
    loop {
        match inspect_container(docker, name).await {
            Ok(container) if container.pid.is_some() => return Ok(container),
            Ok(_)
            | Err(ApiError::DockerResponseServerError {
                status_code: 404, ..
            }) => {}
            Err(error) => return Err(error),
        }
        loop {
            let event = events.next().await.transpose()?;
            if speaks_of(&event.ok_or(ApiError::RequestTimeoutError)?, name) {
                break;
            }
        }
    }
}

/// Whether an event is about the container of that name, id or id prefix. One that does
/// not say whose it is might be.
fn speaks_of(event: &EventMessage, name: &str) -> bool {
    let Some(actor) = &event.actor else {
        return true;
    };
    let id = actor.id.as_deref().unwrap_or_default();
    let named = actor
        .attributes
        .as_ref()
        .and_then(|attributes| attributes.get("name"));
    id.starts_with(name) || named.is_none_or(|named| named.trim_start_matches('/') == name)
}
