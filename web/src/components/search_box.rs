//! A box to type a search in.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A search box.
#[component]
pub fn SearchBox(
    /// Its name.
    label: &'static str,
    /// What can be typed in.
    hint: &'static str,
    /// What it says.
    #[prop(into)]
    value: Signal<String>,
    /// Something was typed.
    on_change: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="search-box">
            <span class="visually-hidden">{label}</span>
            <Icon glyph=Glyph::Search />
            <input
                type="search"
                class="search-input"
                placeholder=hint
                autocomplete="off"
                spellcheck="false"
                prop:value=move || value.get()
                on:input:target=move |ev| on_change.run(ev.target().value())
            />
        </label>
    }
}
