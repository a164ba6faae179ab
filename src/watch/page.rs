//! Numbers as Prometheus reads them: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{Display, Write};

use super::{Histogram, get};

/// Everything that is shown: name, kind, what it is.
pub const FAMILIES: &[(&str, &str, &str)] = &[
    ("liaison_ready", "gauge", "Whether a part works: intake, database, delivery."),
    ("liaison_batch_updates", "histogram", "Updates in a batch that was committed."),
    ("liaison_handling_seconds", "histogram", "From a batch's arrival to its commit."),
    ("liaison_outbox_waiting", "gauge", "Messages that wait to be sent."),
    ("liaison_outbox_oldest_seconds", "gauge", "How long the oldest of them has waited."),
    (
        "liaison_sends_total",
        "counter",
        "Tries to send, by result: sent, failed (tried again), dead (given up).",
    ),
    ("liaison_too_many_requests_total", "counter", "Times that a platform asked to wait (429)."),
    (
        "liaison_job_firings_total",
        "counter",
        "Jobs that fired, by plan, job and result: made, skipped (missed by too long).",
    ),
    (
        "liaison_missing_reports",
        "gauge",
        "Figures expected for the current period and not reported.",
    ),
    ("liaison_missing_units", "gauge", "Units with a figure missing for the current period."),
    ("liaison_build_info", "gauge", "Always 1; the label says which version runs."),
];

/// A page of numbers.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    /// The family that stands last.
    family: &'static str,
}

impl Page {
    /// One number. Those of a family stand together.
    ///
    /// # Panics
    /// In debug builds, if the name is not in [`FAMILIES`].
    pub fn value(&mut self, name: &'static str, labels: &[(&str, &str)], value: impl Display) {
        self.begin(name);
        self.line(name, "", labels, &value.to_string());
    }

    pub(super) fn histogram<const N: usize>(&mut self, name: &'static str, of: &Histogram<N>) {
        self.begin(name);
        let mut sum = 0;
        for (end, count) in of.ends.iter().zip(&of.counts) {
            sum += get(count);
            self.line(name, "_bucket", &[("le", &end.to_string())], &sum.to_string());
        }
        let count = get(&of.count).to_string();
        self.line(name, "_bucket", &[("le", "+Inf")], &count);
        let micros = get(&of.micros);
        let whole = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        self.line(name, "_sum", &[], &whole);
        self.line(name, "_count", &[], &count);
    }

    fn begin(&mut self, name: &'static str) {
        if self.family == name {
            return;
        }
        self.family = name;
        let known = FAMILIES.iter().find(|(family, ..)| *family == name);
        debug_assert!(known.is_some(), "{name} is not in the list");
        if let Some((name, kind, help)) = known {
            let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        }
    }

    fn line(&mut self, name: &str, suffix: &str, labels: &[(&str, &str)], value: &str) {
        let escaped =
            |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> =
            labels.iter().map(|(key, text)| format!("{key}=\"{}\"", escaped(text))).collect();
        let labels = match labels.join(",") {
            labels if labels.is_empty() => labels,
            labels => format!("{{{labels}}}"),
        };
        let _ = writeln!(self.text, "{name}{suffix}{labels} {value}");
    }

    /// The page.
    #[must_use]
    pub fn text(self) -> String {
        self.text
    }
}
