//! Listeners.

use std::sync::Arc;

use super::{Described, Objects};

/// A listener.
#[derive(Debug, Clone)]
pub struct ListenerView {
    /// What is configured.
    pub object: Described,
    /// The service it leads to.
    pub service: Arc<str>,
    /// Whether clients have to wait.
    pub stopped: bool,
}

impl Objects {
    /// All listeners.
    pub fn listeners(&self) -> Vec<ListenerView> {
        let layout = self.layout();
        let configured = layout.listeners.values();
        configured
            .map(|configured| {
                let name = &configured.object.name;
                let listener = self.running().listener(name);
                ListenerView {
                    object: Described::of(configured),
                    service: Arc::clone(&configured.object.parameters.service),
                    stopped: listener.is_none_or(|listener| listener.is_stopped()),
                }
            })
            .collect()
    }
}
