//! The text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::{Display, Write as _};

/// Metrics, as text.
#[derive(Default)]
pub struct Text(String);

impl Text {
    /// Begins a metric that only grows.
    pub fn counter(&mut self, name: &str, help: &str) {
        self.begin(name, help, "counter");
    }

    /// Begins a metric of another kind.
    pub fn begin(&mut self, name: &str, help: &str, kind: &str) {
        // Nothing fails that is written to a string.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// Writes a value with labels.
    pub fn labelled(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{{{labels}}} {value}");
    }

    /// Writes a whole metric of one value with labels.
    pub fn labelled_gauge(&mut self, name: &str, help: &str, labels: &str, value: impl Display) {
        self.begin(name, help, "gauge");
        self.labelled(name, labels, value);
    }

    /// Writes a whole metric of one value.
    pub fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.begin(name, help, "gauge");
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// Writes a whole metric of one value that only grows.
    pub fn count(&mut self, name: &str, help: &str, value: impl Display) {
        self.counter(name, help);
        let _ = writeln!(self.0, "{name} {value}");
    }

    /// All that was written.
    pub fn finish(self) -> String {
        self.0
    }
}
