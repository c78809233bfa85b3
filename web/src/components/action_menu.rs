//! A list of actions that a button opens.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuAction<K> {
    /// What it is called.
    pub label: String,
    /// The keys that do the same.
    pub keys: &'static str,
    /// Whether it can't be done now.
    pub disabled: bool,
    /// What it is, for the one who does it.
    pub key: K,
}

/// The list. It takes the focus when it opens; arrows move, Esc and leaving close it.
#[component]
pub fn ActionMenu<K>(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The actions, asked for when it opens.
    actions: Callback<(), Vec<MenuAction<K>>>,
    /// An action was chosen.
    on_choose: Callback<K>,
    /// It closed by Esc: the focus goes where it was.
    on_escape: Callback<()>,
) -> impl IntoView
where
    K: Clone + Send + Sync + 'static,
{
    let list: NodeRef<html::Div> = NodeRef::new();
    Effect::new(move || {
        if let Some(list) = list.get() {
            focus(&list, |_, _| 0);
        }
    });
    let on_key = move |ev: KeyboardEvent| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        match ev.key().as_str() {
            "ArrowDown" => focus(&list, |at, len| at.map_or(0, |at| (at + 1) % len)),
            "ArrowUp" => focus(&list, |at, len| at.map_or(0, |at| (at + len - 1) % len)),
            "Home" => focus(&list, |_, _| 0),
            "End" => focus(&list, |_, len| len - 1),
            "Escape" => {
                open.set(false);
                on_escape.run(());
            }
            "Tab" => return open.set(false),
            _ => return,
        }
        ev.prevent_default();
        ev.stop_propagation();
    };
    let on_focus_out = move |ev: FocusEvent| {
        let next = ev
            .related_target()
            .and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let inside = list
            .get_untracked()
            .is_some_and(|list| list.contains(next.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let item = move |MenuAction {
                         label,
                         keys,
                         disabled,
                         key,
                     }: MenuAction<K>| {
        let choose = move |_| {
            if !disabled {
                open.set(false);
                on_choose.run(key.clone());
            }
        };
        view! {
            <button
                type="button"
                class="action"
                role="menuitem"
                tabindex="-1"
                aria-disabled=disabled.then_some("true")
                on:click=choose
            >
                <span>{label}</span>
                <kbd class="action-keys">{keys}</kbd>
            </button>
        }
    };
    view! {
        <Show when=move || open.get()>
            <div class="action-menu" role="menu" aria-label=move || label.get() node_ref=list on:keydown=on_key on:focusout=on_focus_out>
                {actions.run(()).into_iter().map(item).collect_view()}
            </div>
        </Show>
    }
}

/// Moves the focus to the action at the place that `to` tells from the present one and the number of
/// actions.
fn focus(list: &web_sys::HtmlElement, to: impl FnOnce(Option<usize>, usize) -> usize) {
    let children = list.children();
    let len = children.length() as usize;
    if len == 0 {
        return;
    }
    let active = document().active_element();
    let at = (0..len).find(|&i| children.item(i as u32) == active && active.is_some());
    let item = children.item(to(at, len) as u32);
    if let Some(item) = item.and_then(|item| item.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that is gone takes no focus.
        let _ = item.focus();
    }
}
