//! From `tracing` to the queue.

use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::SESSION_TARGET;
use super::handle::LogHandle;
use super::line;

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
        if self.allows(event.metadata()) {
            let entry = line::entry(event, line::now());
            self.log.queue.push(line::of(&entry));
            self.log.ring.push(entry);
        }
    }
}
