//! A choice of one out of a few, below each other.

use leptos::prelude::*;

/// The group.
#[component]
pub fn RadioGroup(
    /// Its name.
    label: &'static str,
    /// Its name among the page's inputs.
    name: &'static str,
    /// Keys and labels.
    choices: Vec<(String, String)>,
    /// The key that is on.
    #[prop(into)]
    value: Signal<String>,
    /// Another one was chosen.
    on_change: Callback<String>,
) -> impl IntoView {
    let choice = move |(key, label): (String, String)| {
        let own = StoredValue::new(key);
        view! {
            <label class="check">
                <input
                    type="radio"
                    class="check-box"
                    name=name
                    prop:checked=move || value.get() == own.get_value()
                    on:change=move |_| on_change.run(own.get_value())
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choices">
            <legend class="field-label">{label}</legend>
            {choices.into_iter().map(choice).collect_view()}
        </fieldset>
    }
}
