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
        let checked = Signal::derive(move || value.get() == own.get_value());
        let on_choose = Callback::new(move |()| on_change.run(own.get_value()));
        view! { <Radio label name checked on_choose /> }
    };
    view! {
        <fieldset class="choices">
            <legend class="field-label">{label}</legend>
            {choices.into_iter().map(choice).collect_view()}
        </fieldset>
    }
}

/// One of the choices.
#[component]
pub fn Radio(
    /// What it is.
    label: String,
    /// The name of the group among the page's inputs.
    name: &'static str,
    /// Whether it is on.
    #[prop(into)]
    checked: Signal<bool>,
    /// It was chosen.
    on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="radio"
                class="check-box"
                name=name
                prop:checked=move || checked.get()
                on:change=move |_| on_choose.run(())
            />
            <span>{label}</span>
        </label>
    }
}
