//! A part of a page with a heading.

use leptos::prelude::*;

/// A panel.
#[component]
pub fn Panel(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What stands at the right of the heading.
    #[prop(optional, into)]
    aside: MaybeProp<String>,
    /// More than a text at the right of the heading.
    #[prop(optional, into)]
    head: Option<ViewFn>,
    /// More classes, for the place in the page.
    #[prop(optional)]
    class: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class=format!("panel {class}")>
            <header class="panel-head">
                <h2 class="panel-title">{move || title.get()}</h2>
                <span class="panel-aside">{move || aside.get()}{head.map(|head| head.run())}</span>
            </header>
            <div class="panel-body">{children()}</div>
        </section>
    }
}
