//! Plain HTTP: health, metrics and the version (etcd: `server/etcdserver/api/etcdhttp`).

use serde::Serialize;
use tonic::codegen::http::request::Parts;
use tonic::codegen::http::{Method, StatusCode, header};

use super::front::Answer;
use super::gateway::{json, text};
use super::{CLUSTER_VERSION, Services, VERSION};
use crate::kv::cluster::machine::AlarmKind;

/// Answers what is no call.
pub async fn answer(services: &Services, request: &Parts) -> Answer {
    let path = request.uri.path();
    let query = Query::of(request);
    let check = path.split('/').nth(2);
    match path {
        "/health" | "/version" | "/metrics" | "/livez" | "/readyz"
            if request.method != Method::GET =>
        {
            let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n");
            let get = header::HeaderValue::from_static("GET");
            answer.headers_mut().insert(header::ALLOW, get);
            answer
        }
        "/health" => health(services, &query).await,
        "/version" => version(services),
        "/metrics" => text(StatusCode::OK, services.metrics()),
        "/livez" => checks(services, &["serializable_read"], &query).await,
        "/readyz" => checks(services, &READY, &query).await,
        _ if path.starts_with("/livez/") && check == Some("serializable_read") => {
            checks(services, &["serializable_read"], &query).await
        }
        _ if path.starts_with("/readyz/") && check.is_some_and(|name| READY.contains(&name)) => {
            checks(services, &[check.unwrap_or_default()], &query).await
        }
        _ => text(StatusCode::NOT_FOUND, "404 page not found\n"),
    }
}

/// What a member that is ready has.
const READY: [&str; 4] = [
    "data_corruption",
    "serializable_read",
    "linearizable_read",
    "non_learner",
];

/// What a request's query asks for.
struct Query<'a> {
    excluded: Vec<&'a str>,
    serializable: bool,
    verbose: bool,
}

impl<'a> Query<'a> {
    fn of(request: &'a Parts) -> Self {
        let fields: Vec<(&str, &str)> = request
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .map(|field| field.split_once('=').unwrap_or((field, "")))
            .collect();
        let values = |name: &'static str| {
            let of = fields.iter().filter(move |(field, _)| *field == name);
            of.map(|(_, value)| *value)
        };
        Self {
            excluded: values("exclude").collect(),
            serializable: values("serializable").next() == Some("true"),
            verbose: values("verbose").next().is_some(),
        }
    }
}

/// The answer of `/health`.
#[derive(Serialize)]
struct Health {
    health: &'static str,
    reason: String,
}

async fn health(services: &Services, query: &Query<'_>) -> Answer {
    let Err(reason) = healthy(services, query).await else {
        services.counts.healthy(true);
        let health = Health {
            health: "true",
            reason: String::new(),
        };
        return text(StatusCode::OK, serialized(&health));
    };
    services.counts.healthy(false);
    let health = Health {
        health: "false",
        reason,
    };
    let body = serialized(&health) + "\n";
    text(StatusCode::SERVICE_UNAVAILABLE, body)
}

async fn healthy(services: &Services, query: &Query<'_>) -> Result<(), String> {
    for alarm in services.node.machine().alarms() {
        let name = alarm_name(alarm.kind);
        if !query.excluded.contains(&name) {
            return Err(format!("ALARM {name}"));
        }
    }
    if !query.serializable && services.node.leader().is_none() {
        return Err("RAFT NO LEADER".into());
    }
    read(services, query.serializable)
        .await
        .map_err(|error| format!("RANGE ERROR:{error}"))
}

/// Whether the state can be read.
async fn read(services: &Services, serializable: bool) -> Result<(), String> {
    let machine = services.at_least(serializable).await;
    let machine = machine.map_err(|error| error.text().to_owned())?;
    let read = machine.read(|reader| Ok(reader.revision()));
    read.map(drop).map_err(|error| error.to_string())
}

/// The name of an alarm.
pub fn alarm_name(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::NoSpace => "NOSPACE",
        AlarmKind::Corrupt => "CORRUPT",
    }
}

/// Runs the checks that are not excluded.
async fn checks(services: &Services, names: &[&str], query: &Query<'_>) -> Answer {
    let mut reason = String::new();
    let mut failed = false;
    for name in names.iter().filter(|name| !query.excluded.contains(name)) {
        match check(services, name).await {
            Ok(()) => reason.push_str(&format!("[+]{name} ok\n")),
            Err(error) => {
                failed = true;
                reason.push_str(&format!("[-]{name} failed: {error}\n"));
            }
        }
    }
    if failed {
        return text(StatusCode::SERVICE_UNAVAILABLE, reason + "\n");
    }
    if !query.verbose {
        reason.clear();
    }
    text(StatusCode::OK, reason + "ok\n")
}

async fn check(services: &Services, name: &str) -> Result<(), String> {
    match name {
        "data_corruption" => {
            let alarms = services.node.machine().alarms();
            let corrupt = alarms.iter().any(|alarm| alarm.kind == AlarmKind::Corrupt);
            if corrupt {
                Err("alarm activated: CORRUPT".into())
            } else {
                Ok(())
            }
        }
        "non_learner" if services.is_learner() => Err("not supported for learner".into()),
        "non_learner" => Ok(()),
        "linearizable_read" => read(services, false).await,
        _ => read(services, true).await,
    }
}

/// The answer of `/version`.
#[derive(Serialize)]
struct Versions {
    etcdserver: &'static str,
    etcdcluster: &'static str,
}

fn version(services: &Services) -> Answer {
    let decided = services.node.leader().is_some();
    let versions = Versions {
        etcdserver: VERSION,
        etcdcluster: if decided {
            CLUSTER_VERSION
        } else {
            "not_decided"
        },
    };
    json(StatusCode::OK, serialized(&versions))
}

fn serialized(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
