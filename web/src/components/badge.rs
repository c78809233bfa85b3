//! A short word with a meaning.

use leptos::prelude::*;

/// What a colour means. Never the only sign: the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// As it should be.
    Good,
    /// At work.
    Active,
    /// Worth a look.
    Warning,
    /// Wrong.
    Bad,
    /// Past.
    Faint,
}

impl Tone {
    /// The class that gives the colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Good => "tone-good",
            Self::Active => "tone-active",
            Self::Warning => "tone-warning",
            Self::Bad => "tone-bad",
            Self::Faint => "tone-faint",
        }
    }
}

/// A badge.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: Signal<String>,
    /// Its meaning.
    #[prop(into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    view! { <span class=move || format!("badge {}", tone.get().class())>{move || text.get()}</span> }
}
