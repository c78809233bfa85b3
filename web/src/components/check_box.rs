//! A box to tick.

use leptos::prelude::*;

/// A box with its label.
#[component]
pub fn CheckBox(
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Whether it must stay as it is.
    #[prop(optional, into)]
    fixed: MaybeProp<bool>,
    /// It was ticked, or the tick taken away.
    on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="check-box"
                disabled=move || fixed.get().unwrap_or(false)
                prop:checked=move || checked.get()
                on:change:target=move |ev| on_change.run(ev.target().checked())
            />
            <span>{move || label.get()}</span>
        </label>
    }
}
