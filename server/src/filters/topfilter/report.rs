//! What is written when a session ends.

use std::io::Write;
use std::time::Duration;

use super::seconds;
use crate::filters::SessionFacts;
use crate::filters::local_time::timestamp;
use crate::pipeline::Moment;

/// A session's slowest statements.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) session: SessionFacts,
    since: Moment,
    /// The slowest first.
    slowest: Vec<(Duration, Vec<u8>)>,
    /// How many statements there were.
    statements: u32,
    /// How long all of them took.
    total: Duration,
}

impl Report {
    pub(super) fn new(session: SessionFacts, since: Moment) -> Self {
        Self {
            session,
            since,
            slowest: Vec::new(),
            statements: 0,
            total: Duration::ZERO,
        }
    }

    /// A statement took so long; `count` are kept.
    pub(super) fn add(&mut self, took: Duration, text: Vec<u8>, count: usize) {
        self.statements = self.statements.saturating_add(1);
        self.total += took;
        let place = self.slowest.partition_point(|(other, _)| *other >= took);
        if place < count {
            self.slowest.insert(place, (took, text));
        }
        self.slowest.truncate(count);
    }

    /// The text; `None` when there was no statement.
    pub(super) fn compose(&self, now: Moment) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        self.write(now, &mut text).ok()?;
        (self.statements > 0).then_some(text)
    }

    fn write(&self, now: Moment, out: &mut Vec<u8>) -> std::io::Result<()> {
        let rule = format!("-----------+{}", "-".repeat(65));
        let title = format!(
            "Top {} longest running queries in session.",
            self.slowest.len()
        );
        writeln!(out, "{title}\n{}\n", "=".repeat(title.len()))?;
        writeln!(out, "Time (sec) | Query\n{rule}")?;
        for (took, text) in &self.slowest {
            write!(out, "{:>10} | ", seconds(*took))?;
            out.extend(text.iter().map(|byte| match byte {
                b'\r' | b'\n' => b' ',
                other => *other,
            }));
            out.push(b'\n');
        }
        let average = self.total.checked_div(self.statements).unwrap_or_default();
        let connected = now.instant.saturating_duration_since(self.since.instant);
        writeln!(out, "{rule}\n")?;
        writeln!(out, "Session started      {}", timestamp(self.since.wall))?;
        writeln!(out, "Connection from      {}", self.session.remote)?;
        writeln!(out, "Username             {}", self.session.user)?;
        writeln!(out, "Statements           {}", self.statements)?;
        writeln!(out, "Total statement time {} s", seconds(self.total))?;
        writeln!(out, "Average              {} s", seconds(average))?;
        writeln!(out, "Connected for        {} s", seconds(connected))
    }
}
