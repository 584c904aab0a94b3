//! Where the container engine listens, found as its own tools find it.

use std::env;
use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::spec::shown;

/// Sockets tried when nothing names one: Docker's, then Podman's.
const USUAL: [&str; 2] = ["/var/run/docker.sock", "/run/podman/podman.sock"];

/// The engine's socket: `given` (`--engine`), else DOCKER_HOST, else the active
/// docker context's, else the first usual one that exists.
///
/// # Errors
/// A usage error for an address that is no unix socket, not found if there is none.
pub fn find(given: Option<&str>) -> Result<PathBuf> {
    if let Some(url) = given {
        return socket_of(url);
    }
    if let Some(url) = env::var("DOCKER_HOST").ok().filter(|url| !url.is_empty()) {
        return socket_of(&url);
    }
    if let Some(url) = context_url()? {
        return socket_of(&url);
    }
    let is_socket =
        |path: &str| fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    USUAL
        .iter()
        .find(|path| is_socket(path))
        .map(PathBuf::from)
        .ok_or_else(|| {
            Error::unreachable(format!(
                "no container engine: there is no socket at {}",
                USUAL.join(" or ")
            ))
            .hint("start Docker or Podman, or give its socket with --engine unix:///PATH")
            .hint("a namespace needs no engine: use `pid:N`, `netns:NAME` or a path as TARGET")
        })
}

/// The path in `unix:///path`. Engines of other hosts are refused: the namespaces of
/// their containers cannot be reached from here.
fn socket_of(url: &str) -> Result<PathBuf> {
    let path = url.strip_prefix("unix://").unwrap_or(url);
    if path.starts_with('/') && path.len() <= 4095 && !path.contains('\0') {
        return Ok(path.into());
    }
    Err(Error::usage(format!(
        "engine `{}` is not a unix socket of this host",
        shown(url)
    ))
    .hint("netpipe enters namespaces, so it runs where the engine runs: unix:///PATH"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientConfig {
    current_context: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextMeta {
    name: String,
    endpoints: std::collections::HashMap<String, ContextEndpoint>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextEndpoint {
    host: Option<String>,
}

/// The engine's address in the active docker context, if one is chosen.
fn context_url() -> Result<Option<String>> {
    let Some(config) = env::var_os("DOCKER_CONFIG")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".docker")))
    else {
        return Ok(None);
    };
    let chosen = env::var("DOCKER_CONTEXT")
        .ok()
        .filter(|name| !name.is_empty())
        .or_else(|| {
            let text = fs::read_to_string(config.join("config.json")).ok()?;
            serde_json::from_str::<ClientConfig>(&text)
                .ok()?
                .current_context
        });
    match chosen.as_deref() {
        None | Some("default") => Ok(None),
        Some(name) => url_of_context(&config, name).map(Some).ok_or_else(|| {
            Error::not_found(format!(
                "docker context `{}` has no docker endpoint",
                shown(name)
            ))
            .hint("see `docker context ls`, or give the socket with --engine")
        }),
    }
}

fn url_of_context(config: &Path, name: &str) -> Option<String> {
    let entries = fs::read_dir(config.join("contexts/meta")).ok()?;
    entries
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path().join("meta.json")).ok())
        .filter_map(|text| serde_json::from_str::<ContextMeta>(&text).ok())
        .find(|meta| meta.name == name)?
        .endpoints
        .remove("docker")?
        .host
}

#[cfg(test)]
mod tests {
    use super::{find, url_of_context};

    #[test]
    fn only_unix_sockets_will_do() {
        assert_eq!(
            find(Some("unix:///x/y.sock")).unwrap().to_str(),
            Some("/x/y.sock")
        );
        for bad in ["tcp://10.0.0.1:2375", "ssh://host", "unix://", "x", ""] {
            assert!(find(Some(bad)).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_context_names_its_socket() {
        let dir = tempfile::tempdir().unwrap();
        let meta = dir.path().join("contexts/meta/0abc");
        std::fs::create_dir_all(&meta).unwrap();
        let text =
            r#"{"Name":"lab","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///lab.sock"}}}"#;
        std::fs::write(meta.join("meta.json"), text).unwrap();
        assert_eq!(
            url_of_context(dir.path(), "lab").as_deref(),
            Some("unix:///lab.sock")
        );
        assert_eq!(url_of_context(dir.path(), "other"), None);
    }
}
