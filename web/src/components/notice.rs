//! What stands where the content would be: nothing there, an error, a wrong address.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// A notice in the middle of the page.
#[component]
pub fn Notice(
    /// What it is about.
    glyph: Glyph,
    /// What is the matter.
    #[prop(into)]
    title: Signal<String>,
    /// What it means.
    #[prop(into)]
    text: Signal<String>,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="notice">
            <span class="notice-icon"><Icon glyph=glyph /></span>
            <h2 class="notice-title">{move || title.get()}</h2>
            <p class="notice-text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="notice-actions">{children()}</div> })}
        </div>
    }
}
