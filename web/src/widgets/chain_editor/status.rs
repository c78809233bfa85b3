//! What the server has: pending or active, and which generation.

use leptos::prelude::*;

use crate::components::badge::{Badge, Tone};
use crate::messages::chain;
use crate::state::chain::editing::Editing;

/// The status, for the head of the editor's panel. Read out when it changes.
#[component]
pub fn ChainStatus(
    /// The editing.
    editing: Editing,
) -> impl IntoView {
    let server = editing.server();
    let pending = Memo::new(move |_| {
        server.with(|server| {
            server
                .as_ref()
                .is_some_and(|server| server.pending.is_some())
        })
    });
    let text = move || {
        let generation = server.with(|server| server.as_ref().and_then(|s| s.generation));
        generation.map_or_else(String::new, |generation| {
            chain::status(pending.get(), generation)
        })
    };
    let tone = move || {
        if pending.get() {
            Tone::Warning
        } else {
            Tone::Good
        }
    };
    let acting = move || {
        pending.get().then(|| {
            server.with(|server| server.as_ref().map(|server| chain::acting(&server.active)))
        })
    };
    view! {
        <span class="chain-status">
            <span class="chain-acting">{acting}</span>
            <span role="status"><Badge text=Signal::derive(text) tone=Signal::derive(tone) /></span>
        </span>
    }
}
