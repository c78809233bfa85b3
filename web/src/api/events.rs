//! `GET /v1/events`: what changes, as it changes.

pub mod reader;

use sluicegate_shared::event::{DELTA, HEARTBEAT, SNAPSHOT};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event as DomEvent, EventSource, MessageEvent};

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
    listeners: Vec<(&'static str, Listener)>,
}

type Listener = Closure<dyn Fn(DomEvent)>;

impl EventStream {
    /// Opens the stream. `on_heard` must not drop it: that would drop the code that runs.
    pub fn open(on_heard: impl Fn(Heard) + Clone + 'static) -> Option<Self> {
        let source = EventSource::new(PATH).ok()?;
        let mut stream = Self {
            source,
            listeners: Vec::new(),
        };
        let heard = on_heard.clone();
        stream.listen("open", move |_| heard(Heard::Opened));
        let heard = on_heard.clone();
        stream.listen(HEARTBEAT, move |_| heard(Heard::Heartbeat));
        for (name, kind) in [(SNAPSHOT, EventKind::Snapshot), (DELTA, EventKind::Delta)] {
            let heard = on_heard.clone();
            stream.listen(name, move |event| {
                let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
                if let Some(text) = data.and_then(|data| data.as_string()) {
                    heard(Heard::Event(kind, text));
                }
            });
        }
        let source = stream.source.clone();
        stream.listen("error", move |_| {
            let closed = source.ready_state() == EventSource::CLOSED;
            on_heard(if closed { Heard::Closed } else { Heard::Broken });
        });
        Some(stream)
    }

    fn listen(&mut self, name: &'static str, run: impl Fn(DomEvent) + 'static) {
        let listener: Listener = Closure::new(run);
        let function = listener.as_ref().unchecked_ref();
        // Fails only for a name that is no string.
        let _ = self.source.add_event_listener_with_callback(name, function);
        self.listeners.push((name, listener));
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
        for (name, listener) in &self.listeners {
            let function = listener.as_ref().unchecked_ref();
            let _ = self
                .source
                .remove_event_listener_with_callback(name, function);
        }
    }
}
