//! Labels with their values.

use leptos::prelude::*;

/// A list of facts: holds [`Fact`]s.
#[component]
pub fn Facts(
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// One fact.
#[component]
pub fn Fact(
    /// What it is.
    #[prop(into)]
    label: String,
    /// The value, if it is a text.
    #[prop(optional, into)]
    value: MaybeProp<String>,
    /// The value, if it is more than a text.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="fact">
            <dt class="fact-label">{label}</dt>
            <dd class="fact-value" title=move || value.get()>
                {move || value.get()} {children.map(|children| children())}
            </dd>
        </div>
    }
}
