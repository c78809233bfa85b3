//! A dot with a word: how something stands.

use leptos::prelude::*;

use super::badge::Tone;

/// A status. Read out when it changes.
#[component]
pub fn Status(
    /// What it is the status of.
    label: &'static str,
    /// The word.
    #[prop(into)]
    text: Signal<String>,
    /// More about it; changes too often to be read out.
    #[prop(into)]
    detail: Signal<Option<String>>,
    /// Its meaning.
    #[prop(into)]
    tone: Signal<Tone>,
) -> impl IntoView {
    view! {
        <div class=move || format!("status {}", tone.get().class())>
            <span class="status-dot"></span>
            <span role="status">
                <span class="visually-hidden">{label} ": "</span>
                <span class="status-text">{move || text.get()}</span>
            </span>
            <span class="status-detail">{move || detail.get()}</span>
        </div>
    }
}
