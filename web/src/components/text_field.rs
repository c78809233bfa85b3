//! A field with its label.

use leptos::prelude::*;

/// A field of one line.
#[component]
pub fn TextField(
    /// Its label.
    label: &'static str,
    /// Its name in the form.
    name: &'static str,
    /// The kind of input: `text`, `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the focus goes here first.
    #[prop(optional)]
    focused: bool,
    /// What it says.
    value: RwSignal<String>,
) -> impl IntoView {
    let input: NodeRef<leptos::html::Input> = NodeRef::new();
    if focused {
        Effect::new(move || {
            if let Some(input) = input.get() {
                // An element that cannot take the focus leaves it where it was.
                let _ = input.focus();
            }
        });
    }
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                node_ref=input
                class="field-input"
                type=kind
                name=name
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                prop:value=move || value.get()
                on:input:target=move |ev| value.set(ev.target().value())
            />
        </label>
    }
}
