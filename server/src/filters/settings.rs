//! Settings of a filter that may be altered while sessions use them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The settings in effect. Sessions look at them through a [`View`].
#[derive(Debug)]
pub(super) struct Settings<T> {
    generation: AtomicU64,
    current: Mutex<Arc<T>>,
}

impl<T> Settings<T> {
    /// Settings to begin with.
    pub(super) fn new(first: T) -> Arc<Self> {
        Arc::new(Self {
            generation: AtomicU64::new(0),
            current: Mutex::new(Arc::new(first)),
        })
    }

    /// Replaces them for all sessions, each from its next statement on.
    pub(super) fn set(&self, next: T) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(next);
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Those in effect now.
    pub(super) fn get(&self) -> Arc<T> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&current)
    }

    /// A session's look at them.
    pub(super) fn view(self: &Arc<Self>) -> View<T> {
        // Read before the settings: at worst the same ones are fetched twice.
        let generation = self.generation.load(Ordering::Acquire);
        View {
            generation,
            current: self.get(),
            settings: Arc::clone(self),
        }
    }
}

/// The settings that a session's statement under way uses.
#[derive(Debug)]
pub(super) struct View<T> {
    settings: Arc<Settings<T>>,
    generation: u64,
    current: Arc<T>,
}

impl<T> View<T> {
    /// Takes the settings in effect now; says whether they are others than before. Costs one load
    /// when they are not.
    pub(super) fn refresh(&mut self) -> bool {
        let generation = self.settings.generation.load(Ordering::Acquire);
        if generation == self.generation {
            return false;
        }
        self.generation = generation;
        self.current = self.settings.get();
        true
    }

    /// Those taken last.
    pub(super) fn get(&self) -> &Arc<T> {
        &self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_keeps_its_settings_until_it_looks_again() {
        let settings = Settings::new(1);
        let mut view = settings.view();
        settings.set(2);
        assert_eq!((**view.get(), *settings.get()), (1, 2));
        assert!(view.refresh());
        assert_eq!(**view.get(), 2);
        assert!(!view.refresh());
    }
}
