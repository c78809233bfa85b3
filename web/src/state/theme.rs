//! Light, dark, or as the system says; remembered.

use leptos::prelude::*;

const STORAGE_KEY: &str = "sluicegate.theme";

/// A choice of theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the storage and in the page's `data-theme`.
    pub fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that name.
    pub fn named(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }

    /// What was chosen before.
    pub fn remembered() -> Self {
        let key = storage().and_then(|storage| storage.get_item(STORAGE_KEY).ok().flatten());
        key.and_then(|key| Self::named(&key)).unwrap_or_default()
    }

    /// Shows the page so, and remembers it. The file `boot.js` does the first half of this
    /// before the first paint.
    pub fn apply(self) {
        if let Some(root) = document().document_element() {
            // Fails only for a name that is no attribute's.
            let _ = root.set_attribute("data-theme", self.key());
        }
        if let Some(storage) = storage() {
            // A full or forbidden storage means that the choice is not remembered.
            let _ = storage.set_item(STORAGE_KEY, self.key());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
