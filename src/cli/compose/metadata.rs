//! What Compose may ask a provider before anything else: which options it takes
//! (docs/extension.md of Compose). It is read off the definition of the command line.

use clap::{Arg, ArgAction, Args};
use serde::Serialize;

use super::Options;

#[derive(Serialize)]
struct Metadata {
    description: &'static str,
    up: Verb,
    down: Verb,
    stop: Verb,
}

#[derive(Serialize)]
struct Verb {
    parameters: Vec<Parameter>,
}

/// One option. Compose drops what is not declared here without a word.
#[derive(Serialize)]
struct Parameter {
    name: String,
    description: String,
    required: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

impl From<&Arg> for Parameter {
    fn from(arg: &Arg) -> Self {
        let value = arg.get_value_names().and_then(|names| names.first());
        let defaults = arg.get_default_values().first();
        Self {
            name: arg.get_long().unwrap_or_default().to_owned(),
            description: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            required: arg.is_required_set(),
            kind: match value.map(|name| name.as_str()) {
                // What may be a list is text, whatever is in it.
                _ if matches!(arg.get_action(), ArgAction::Append) => "string",
                Some("N") => "integer",
                Some("BOOL") => "boolean",
                _ => "string",
            },
            default: defaults.map(|value| value.to_string_lossy().into_owned()),
        }
    }
}

/// The answer, as one JSON object.
pub fn text() -> String {
    let definition = Options::augment_args(clap::Command::new("up"));
    let parameters = definition.get_arguments().map(Parameter::from).collect();
    let none = || Verb {
        parameters: Vec::new(),
    };
    let metadata = Metadata {
        description: "Bridges, networks, tunnels and reserved addresses by netpipe",
        up: Verb { parameters },
        // What was made is recorded.
        down: none(),
        stop: none(),
    };
    serde_json::to_string(&metadata).unwrap_or_default()
}
