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
    // A long name may break behind its underscores, rather than anywhere.
    let (first, rest) = match label.find('_') {
        None => (label, Vec::new()),
        Some(at) => {
            let (first, rest) = label.split_at(at + 1);
            let rest = rest.split_inclusive('_').map(str::to_owned).collect();
            (first.to_owned(), rest)
        }
    };
    let rest = rest
        .into_iter()
        .map(|part| view! { <wbr />{part} })
        .collect_view();
    view! {
        <div class="fact">
            <dt class="fact-label">{first}{rest}</dt>
            <dd class="fact-value" title=move || value.get()>
                {move || value.get()} {children.map(|children| children())}
            </dd>
        </div>
    }
}
