//! From `tracing` to the queue.

use std::sync::Arc;

use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::SESSION_TARGET;
use super::levels::SharedLevels;
use super::line;
use super::writer::Queue;

/// Turns events into lines and queues them.
pub(super) struct LogLayer {
    levels: Arc<SharedLevels>,
    queue: Queue,
}

impl LogLayer {
    pub(super) fn new(levels: Arc<SharedLevels>, queue: Queue) -> Self {
        Self { levels, queue }
    }

    fn allows(&self, metadata: &Metadata<'_>) -> bool {
        if metadata.target() == SESSION_TARGET {
            return true;
        }
        let level = *metadata.level();
        // Of other people's crates only what is wrong is worth a line.
        let ours = metadata.target().starts_with("sluicegate");
        self.levels.get().allow(level) && (ours || level <= Level::WARN)
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
            self.queue.push(line::of(event, line::now()));
        }
    }
}
