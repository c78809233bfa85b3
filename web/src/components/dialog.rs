//! A modal dialog: the browser keeps the focus inside and gives it back.

use leptos::html;
use leptos::prelude::*;

/// A dialog. Esc closes it.
#[component]
pub fn Dialog(
    /// What it asks.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The content, buttons included.
    children: Children,
) -> impl IntoView {
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.get() {
            // Fails only for one that is open already.
            true if !dialog.open() => drop(dialog.show_modal()),
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    // The event comes a moment later: by then the element may be that of the next dialog, which is open.
    let closed = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            open.set(false);
        }
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=move || title.get() on:close=closed>
            <h2 class="dialog-title">{move || title.get()}</h2>
            {children()}
        </dialog>
    }
}
