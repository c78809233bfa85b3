//! `GET /v1/events`: what changes, as it changes.

pub mod reader;

use sluicegate_shared::event::{DELTA, HEARTBEAT, SNAPSHOT};
use web_sys::EventSource;

use super::listeners::{Listeners, text_of};
use reader::EventKind;

const PATH: &str = "/v1/events";

/// What is heard from the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is open.
    Opened,
    /// There is nothing to tell, and the connection is well.
    Heartbeat,
    /// An event: its kind and its text.
    Event(EventKind, String),
    /// It broke and the browser makes it anew, telling the server the last event it has seen.
    Broken,
    /// It ended for good: refused, or the browser gave up. Open another one.
    Closed,
}

/// An open stream. Closed when dropped.
#[derive(Debug)]
pub struct EventStream {
    source: EventSource,
    _listeners: Listeners,
}

impl EventStream {
    /// Opens the stream. `on_heard` must not drop it: that would drop the code that runs.
    pub fn open(on_heard: impl Fn(Heard) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(PATH).ok()?;
        let mut listeners = Listeners::of(&source);
        let heard = on_heard.clone();
        listeners.add("open", move |_| heard(Heard::Opened));
        let heard = on_heard.clone();
        listeners.add(HEARTBEAT, move |_| heard(Heard::Heartbeat));
        for (name, kind) in [(SNAPSHOT, EventKind::Snapshot), (DELTA, EventKind::Delta)] {
            let heard = on_heard.clone();
            listeners.add(name, move |event| {
                if let Some(text) = text_of(&event) {
                    heard(Heard::Event(kind, text));
                }
            });
        }
        let own = source.clone();
        listeners.add("error", move |_| {
            let closed = own.ready_state() == EventSource::CLOSED;
            on_heard(if closed { Heard::Closed } else { Heard::Broken });
        });
        Some(Self {
            source,
            _listeners: listeners,
        })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}
