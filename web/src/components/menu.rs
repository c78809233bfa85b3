//! A button that opens a small panel below itself.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::{Glyph, Icon};

/// A menu. Esc, a press outside or leaving it by Tab closes it.
#[component]
pub fn Menu(
    /// The text of the button.
    label: &'static str,
    /// The icon of the button.
    glyph: Glyph,
    /// Whether it is open; for those who close it themselves.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
    /// What the panel holds.
    children: ChildrenFn,
) -> impl IntoView {
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let root: NodeRef<html::Div> = NodeRef::new();
    let button: NodeRef<html::Button> = NodeRef::new();
    let on_focus_out = move |ev: FocusEvent| {
        let next = ev
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let inside = root
            .get_untracked()
            .is_some_and(|root| root.contains(next.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let on_key = move |ev: KeyboardEvent| {
        if ev.key() == "Escape" && open.get_untracked() {
            open.set(false);
            if let Some(button) = button.get_untracked() {
                // Gone with the page at worst.
                let _ = button.focus();
            }
        }
    };
    view! {
        <div class="menu" node_ref=root on:focusout=on_focus_out on:keydown=on_key>
            <button
                type="button"
                class="button"
                node_ref=button
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon glyph=glyph />
                <span class="menu-label">{label}</span>
            </button>
            // Takes the focus, so that a press on its ground does not close it.
            <Show when=move || open.get()>
                <div class="menu-panel" tabindex="-1">{children()}</div>
            </Show>
        </div>
    }
}
