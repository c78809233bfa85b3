//! What is done when the browser tells of something: streams are heard by it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, MessageEvent};

type Listener = Closure<dyn Fn(Event)>;

/// Listeners to the events of one thing. They are taken away when this is dropped.
#[derive(Debug)]
pub struct Listeners {
    target: EventTarget,
    all: Vec<(&'static str, Listener)>,
}

impl Listeners {
    /// None yet.
    pub fn of(target: &EventTarget) -> Self {
        Self {
            target: target.clone(),
            all: Vec::new(),
        }
    }

    /// Runs this at each event of that name. It must not drop the listeners: that would drop the code
    /// that runs.
    pub fn add(&mut self, name: &'static str, run: impl Fn(Event) + 'static) {
        let listener: Listener = Closure::new(run);
        let function = listener.as_ref().unchecked_ref();
        // Fails only for a name that is no string.
        let _ = self.target.add_event_listener_with_callback(name, function);
        self.all.push((name, listener));
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        for (name, listener) in &self.all {
            let function = listener.as_ref().unchecked_ref();
            let _ = self
                .target
                .remove_event_listener_with_callback(name, function);
        }
    }
}

/// The text of a message that a stream has brought.
pub fn text_of(event: &Event) -> Option<String> {
    event.dyn_ref::<MessageEvent>()?.data().as_string()
}
