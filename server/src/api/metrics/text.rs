//! The text that Prometheus reads.

use std::fmt::{Display, Write as _};

use crate::telemetry::names::{Metric, MetricKind};
use crate::telemetry::{LIMITS_US, Latencies};

/// Samples by metric: the format wants those of one metric together.
#[derive(Debug, Default)]
pub(super) struct Text {
    metrics: Vec<(Metric, String)>,
}

impl Text {
    /// Adds one sample of a metric.
    pub(super) fn sample(&mut self, metric: Metric, labels: &[(&str, &str)], value: impl Display) {
        let lines = self.lines(metric);
        line(lines, metric.name, "", labels, None, &value);
    }

    /// Adds a histogram.
    pub(super) fn histogram(
        &mut self,
        metric: Metric,
        label: [(&str, &str); 1],
        times: &Latencies,
    ) {
        let lines = self.lines(metric);
        let mut below = 0;
        for (limit_us, count) in LIMITS_US.iter().zip(&times.counts) {
            below += count;
            let limit = (*limit_us as f64 / 1e6).to_string();
            line(lines, metric.name, "_bucket", &label, Some(&limit), &below);
        }
        let count = times.count();
        line(lines, metric.name, "_bucket", &label, Some("+Inf"), &count);
        let total = times.total.as_secs_f64();
        line(lines, metric.name, "_sum", &label, None, &total);
        line(lines, metric.name, "_count", &label, None, &count);
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        let mut text = String::new();
        for (metric, lines) in self.metrics {
            let kind = match metric.kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram => "histogram",
            };
            let Metric { name, help, .. } = metric;
            // Writing to a string cannot fail.
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{lines}");
        }
        text
    }

    fn lines(&mut self, metric: Metric) -> &mut String {
        let known = self.metrics.iter().position(|(other, _)| *other == metric);
        let place = known.unwrap_or(self.metrics.len());
        if known.is_none() {
            self.metrics.push((metric, String::new()));
        }
        &mut self.metrics[place].1
    }
}

fn line(
    lines: &mut String,
    name: &str,
    suffix: &str,
    labels: &[(&str, &str)],
    limit: Option<&str>,
    value: &impl Display,
) {
    let limit = limit.map(|limit| ("le", limit));
    let mut written = String::new();
    for (label, text) in labels.iter().copied().chain(limit) {
        let comma = if written.is_empty() { "" } else { "," };
        let _ = write!(written, "{comma}{label}=\"{}\"", escaped(text));
    }
    let _ = if written.is_empty() {
        writeln!(lines, "{name}{suffix} {value}")
    } else {
        writeln!(lines, "{name}{suffix}{{{written}}} {value}")
    };
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::telemetry::{StatementMeter, names};

    #[test]
    fn samples_of_a_metric_stand_together() {
        let mut text = Text::default();
        text.sample(names::SESSIONS, &[("service", "a")], 1);
        text.sample(names::RESIDENT, &[], 4096);
        text.sample(names::SESSIONS, &[("service", "b\"\\")], 2);
        let expected = "# HELP sluicegate_service_sessions Sessions of a service.\n\
            # TYPE sluicegate_service_sessions gauge\n\
            sluicegate_service_sessions{service=\"a\"} 1\n\
            sluicegate_service_sessions{service=\"b\\\"\\\\\"} 2\n\
            # HELP process_resident_memory_bytes Memory of the process.\n\
            # TYPE process_resident_memory_bytes gauge\n\
            process_resident_memory_bytes 4096\n";
        assert_eq!(text.finish(), expected);
    }

    #[test]
    fn a_histogram_adds_up() {
        let meter = StatementMeter::default();
        for micros in [8, 9, 1_000, 200_000_000] {
            meter.answered(Duration::from_micros(micros));
        }
        let mut text = Text::default();
        let times = meter.counts().times;
        text.histogram(names::STATEMENTS, [("service", "a")], &times);
        let text = text.finish();
        let name = names::STATEMENTS.name;
        for line in [
            "_bucket{service=\"a\",le=\"0.00001\"} 2",
            "_bucket{service=\"a\",le=\"0.001\"} 3",
            "_bucket{service=\"a\",le=\"100\"} 3",
            "_bucket{service=\"a\",le=\"+Inf\"} 4",
            "_sum{service=\"a\"} 200.001017",
            "_count{service=\"a\"} 4",
        ] {
            assert!(text.contains(&format!("{name}{line}\n")), "{line}\n{text}");
        }
    }
}
