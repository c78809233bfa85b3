//! A filter in the chain: its handle takes keys, opens the menu, and is taken hold of by the pointer.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::{Parts, chain_of};
use crate::components::action_menu::{ActionMenu, MenuAction};
use crate::components::icon::{Glyph, Icon};
use crate::messages::chain;
use crate::state::chain::diff::Mark;
use crate::state::chain::draft::{Draft, Edit};
use crate::state::chain::editing::Outcome;

/// The element of the handle of a filter.
fn handle_id(name: &str) -> String {
    format!("chain-{}", name.replace(char::is_whitespace, "_"))
}

/// Whether the focus is on the handle of a filter.
pub(super) fn has_focus(name: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|element| element.id() == handle_id(name))
}

/// Puts the focus on the handle of a filter.
pub(super) fn focus(name: &str) {
    let handle = document().get_element_by_id(&handle_id(name));
    if let Some(handle) = handle.and_then(|el| el.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Gone with the page at worst.
        let _ = handle.focus();
    }
}

/// The same when the item has come to its place. A key that is pressed before must not be lost, so it
/// is done before the next event, and again when all is drawn.
pub(super) fn focus_soon(name: String) {
    let again = name.clone();
    spawn_local(async move {
        leptos::task::tick().await;
        focus(&name);
    });
    // Unless the next key has taken it elsewhere meanwhile: into the menu that it opened.
    request_animation_frame(move || {
        let active = document().active_element();
        if active.is_none_or(|element| element.tag_name() == "BODY") {
            focus(&again);
        }
    });
}

/// The edits of the menu, which the palette offers, too.
pub(super) fn actions(chain: &[String], name: &str) -> Vec<MenuAction<Edit>> {
    let len = chain.len();
    let Some(at) = chain.iter().position(|other| other == name) else {
        return Vec::new();
    };
    let move_to = |label: String, keys: &'static str, to: usize| MenuAction {
        label,
        keys,
        disabled: to == at || to >= len,
        key: Edit::Move {
            name: name.to_owned(),
            to,
        },
    };
    let mut actions = vec![
        move_to(chain::UP.to_owned(), "Alt+↑", at.saturating_sub(1)),
        move_to(chain::DOWN.to_owned(), "Alt+↓", at + 1),
        move_to(chain::TO_TOP.to_owned(), "Alt+Home", 0),
        move_to(chain::TO_BOTTOM.to_owned(), "Alt+End", len - 1),
    ];
    actions.extend((0..len).map(|to| move_to(chain::to_position(to + 1), "", to)));
    actions.push(MenuAction {
        label: chain::REMOVE.to_owned(),
        keys: "Del",
        disabled: false,
        key: Edit::Remove {
            name: name.to_owned(),
        },
    });
    actions
}

/// What an item shows of the draft.
#[derive(Clone, Copy)]
struct Shown {
    parts: Parts,
    name: StoredValue<String>,
    place: Memo<Option<usize>>,
    mark: Memo<Mark>,
    held: Memo<bool>,
    dragged: Memo<bool>,
    /// What the server has against it.
    fault: Memo<Option<String>>,
    open: RwSignal<bool>,
}

impl Shown {
    fn new(parts: Parts, name: String) -> Self {
        let draft = parts.editing().draft();
        let own = StoredValue::new(name);
        let is_own = move |other: &str| own.with_value(|name| name == other);
        Self {
            parts,
            name: own,
            place: Memo::new(move |_| draft.with(|d| d.chain().iter().position(|n| is_own(n)))),
            mark: Memo::new(move |_| {
                let entries = draft.with(Draft::diff).entries;
                let entry = entries.into_iter().find(|entry| is_own(&entry.name));
                entry.map_or(Mark::Kept, |entry| entry.mark)
            }),
            held: Memo::new(move |_| draft.with(|draft| draft.held().is_some_and(is_own))),
            dragged: Memo::new(move |_| parts.drag().name().is_some_and(|name| is_own(&name))),
            fault: Memo::new(move |_| {
                let at = draft.with(|d| d.chain().iter().position(|n| is_own(n)))?;
                let outcome = parts.editing().outcome();
                outcome.with(|outcome| match outcome {
                    Outcome::Failed(_, places) => {
                        let found = places.iter().find(|(place, _)| *place == at);
                        found.map(|(_, detail)| detail.clone())
                    }
                    _ => None,
                })
            }),
            open: RwSignal::new(false),
        }
    }

    /// The place for people, from 1.
    fn position(self) -> usize {
        self.place.get().map_or(0, |at| at + 1)
    }

    fn is_before_drop(self) -> bool {
        self.place.get().is_some() && self.parts.drag().target() == self.place.get()
    }
}

/// The item.
#[component]
pub(super) fn ChainItem(parts: Parts, name: String) -> impl IntoView {
    let remove_label = chain::command(chain::REMOVE, &name);
    let menu_label = chain::menu(&name);
    let shown = Shown::new(parts, name);
    let Shown {
        name: own,
        mark,
        fault,
        open,
        ..
    } = shown;
    let menu = Callback::new(move |()| {
        let chain = untrack(|| chain_of(parts.editing().draft()));
        actions(&chain, &own.get_value())
    });
    let remove = move |ev: MouseEvent| {
        ev.stop_propagation();
        let name = own.get_value();
        parts.edit(Edit::Remove { name });
    };
    view! {
        <li
            class="chain-item"
            class:is-added=move || mark.get() == Mark::Added
            class:is-moved=move || matches!(mark.get(), Mark::Moved { .. })
            class:is-held=move || shown.held.get()
            class:is-dragged=move || shown.dragged.get()
            class:is-before=move || shown.is_before_drop()
            class:is-faulty=move || fault.with(Option::is_some)
            on:pointerdown=move |ev| parts.drag().press(&own.get_value(), &ev)
        >
            <Handle shown />
            <span class="chain-place">{move || shown.position()}</span>
            <span class="chain-name">{own.get_value()}</span>
            <span class="chain-module">{move || parts.module_of(&own.get_value())}</span>
            <span class="chain-mark">{move || mark_text(mark.get())}</span>
            <button
                type="button"
                class="icon-button"
                aria-label=remove_label
                aria-disabled=move || parts.locked().get().map(|_| "true")
                on:click=remove
            >
                <Icon glyph=Glyph::Close />
            </button>
            <ActionMenu
                label=menu_label
                open
                actions=menu
                on_choose=Callback::new(move |edit| parts.edit(edit))
                on_escape=Callback::new(move |()| focus(&own.get_value()))
            />
            <p class="chain-fault" role="alert">{move || fault.get()}</p>
        </li>
    }
}

/// Takes keys and the pointer, and opens the menu.
#[component]
fn Handle(shown: Shown) -> impl IntoView {
    let Shown {
        parts, name, open, ..
    } = shown;
    let draft = parts.editing().draft();
    let len = Memo::new(move |_| draft.with(|draft| draft.chain().len()));
    let label = move || chain::handle(&name.get_value(), shown.position(), len.get());
    let on_click = move |_| {
        if !parts.drag().ended_just_now() && parts.locked().get_untracked().is_none() {
            open.update(|open| *open = !*open);
        }
    };
    // A button is pressed when Space is let go.
    let on_key_up = |ev: KeyboardEvent| {
        if ev.key() == " " {
            ev.prevent_default();
        }
    };
    view! {
        <button
            type="button"
            class="icon-button chain-handle"
            id=handle_id(&name.get_value())
            aria-label=label
            aria-describedby="chain-instructions"
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-disabled=move || parts.locked().get().map(|_| "true")
            on:click=on_click
            on:keydown=move |ev| keys(parts, &name.get_value(), &ev)
            on:keyup=on_key_up
        >
            <Icon glyph=Glyph::Grip />
        </button>
    }
}

fn mark_text(mark: Mark) -> String {
    match mark {
        Mark::Kept => String::new(),
        Mark::Added => chain::ADDED.to_owned(),
        Mark::Moved { from } => chain::moved(from),
    }
}

/// Keys on the handle.
fn keys(parts: Parts, name: &str, ev: &KeyboardEvent) {
    let draft = parts.editing().draft();
    let is_held = draft.with_untracked(|draft| draft.held() == Some(name));
    let chain = untrack(|| chain_of(draft));
    let moves = is_held || ev.alt_key();
    let own = || name.to_owned();
    match ev.key().as_str() {
        " " if is_held => parts.edit(Edit::Drop),
        " " => parts.edit(Edit::Grab { name: own() }),
        "ArrowUp" if moves => parts.edit(Edit::Shift {
            name: own(),
            by: -1,
        }),
        "ArrowDown" if moves => parts.edit(Edit::Shift { name: own(), by: 1 }),
        "Home" if moves => parts.edit(Edit::Move { name: own(), to: 0 }),
        "End" if moves => parts.edit(Edit::Move {
            name: own(),
            to: usize::MAX,
        }),
        "ArrowUp" | "ArrowDown" => {
            let at = chain.iter().position(|other| other == name).unwrap_or(0);
            let by = if ev.key() == "ArrowUp" { -1 } else { 1 };
            if let Some(next) = at.checked_add_signed(by).and_then(|at| chain.get(at)) {
                focus(next);
            }
        }
        "Escape" if is_held => parts.edit(Edit::Cancel),
        "Delete" | "Backspace" => parts.edit(Edit::Remove { name: own() }),
        // The focus leaves: what is in the hand stays where it is.
        "Tab" if is_held => return parts.edit(Edit::Drop),
        _ => return,
    }
    ev.prevent_default();
    ev.stop_propagation();
}
