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
    /// It is all there is on the page: its title is the page's.
    #[prop(optional)]
    is_page: bool,
    /// What can be done.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title_view = if is_page {
        view! { <h1 class="notice-title">{move || title.get()}</h1> }.into_any()
    } else {
        view! { <h2 class="notice-title">{move || title.get()}</h2> }.into_any()
    };
    view! {
        <div class="notice">
            <span class="notice-icon"><Icon glyph=glyph /></span>
            {title_view}
            <p class="notice-text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="notice-actions">{children()}</div> })}
        </div>
    }
}
