//! From `tracing` to the queue.

use std::time::Instant;

use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::SESSION_TARGET;
use super::entry::LogEntry;
use super::handle::LogHandle;
use super::line;
use super::throttle::{Admission, Throttling};

/// Turns events into lines and queues them.
pub(super) struct LogLayer {
    log: LogHandle,
}

impl LogLayer {
    pub(super) fn new(log: LogHandle) -> Self {
        Self { log }
    }

    fn allows(&self, metadata: &Metadata<'_>) -> bool {
        if metadata.target() == SESSION_TARGET {
            return true;
        }
        let level = *metadata.level();
        // Of other people's crates only what is wrong is worth a line.
        let ours = metadata.target().starts_with("sluicegate");
        self.log.levels().allow(level) && (ours || level <= Level::WARN)
    }
}

impl LogLayer {
    fn log(&self, entry: LogEntry) {
        self.log.queue.push(line::of(&entry));
        self.log.ring.push(entry);
    }
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // Kept until the levels change, so that what is off costs next to nothing.
        if self.allows(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.allows(metadata)
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let metadata = event.metadata();
        if !self.allows(metadata) {
            return;
        }
        let entry = line::entry(event, line::now());
        // Only errors and warnings are held back. Fields, such as a client's port, make no other line.
        let admission = if *metadata.level() <= Level::WARN {
            let throttle = &self.log.throttle;
            throttle.admit(metadata.callsite(), &line::text(event), Instant::now())
        } else {
            Admission::Logged
        };
        match admission {
            Admission::Suppressed => {}
            Admission::Logged => self.log(entry),
            Admission::Again(suppressed) => {
                self.log(entry.remark(format!("{suppressed} like the next line were not logged")));
                self.log(entry);
            }
            Admission::Last => {
                let Throttling {
                    count,
                    window,
                    rest,
                } = self.log.throttle.settings();
                let remark = format!(
                    "the line before came {count} times in {} ms; lines like it are not logged for {} ms",
                    window.as_millis(),
                    rest.as_millis(),
                );
                let remark = entry.remark(remark);
                self.log(entry);
                self.log(remark);
            }
        }
    }
}
