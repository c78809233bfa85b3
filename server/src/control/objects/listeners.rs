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
}

impl Objects {
    /// All listeners.
    pub fn listeners(&self) -> Vec<ListenerView> {
        let configured = self.0.configuration.listeners.iter();
        configured
            .map(|object| ListenerView {
                object: Described::of(object),
                service: Arc::clone(&object.parameters.service),
            })
            .collect()
    }
}
