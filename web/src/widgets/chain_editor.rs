//! The editor of a chain of filters: what there is at the left, the chain at the right, what is staged
//! below. Drag, menu, keys and palette all end in [`Editing::edit`].

mod available;
mod commands;
mod conflict;
mod drag;
mod item;
mod list;
mod staged;
mod status;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use available::AvailableFilters;
use conflict::ConflictNotice;
use drag::{Drag, DragGhost};
use list::ChainList;
use staged::StagedBar;
pub use status::ChainStatus;

use crate::components::badge::Tone;
use crate::components::banner::Banner;
use crate::components::remark::Remark;
use crate::messages::{app, chain};
use crate::state::chain::draft::{Done, Draft, Edit, Told};
use crate::state::chain::editing::{Editing, Outcome};

/// A filter that can be put in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FilterChoice {
    /// Its name.
    pub name: String,
    /// Its module.
    pub module: String,
    /// What it does, in a line.
    pub description: String,
}

/// What the parts of the editor share.
#[derive(Clone, Copy)]
struct Parts(StoredValue<Shared>);

#[derive(Clone, Copy)]
struct Shared {
    editing: Editing,
    drag: Drag,
    choices: Signal<Vec<FilterChoice>>,
    /// Why nothing can be edited.
    locked: Signal<Option<String>>,
    /// Why nothing can be sent.
    unsendable: Signal<Option<String>>,
}

impl Parts {
    fn editing(self) -> Editing {
        self.0.get_value().editing
    }

    fn drag(self) -> Drag {
        self.0.get_value().drag
    }

    fn choices(self) -> Signal<Vec<FilterChoice>> {
        self.0.get_value().choices
    }

    fn locked(self) -> Signal<Option<String>> {
        self.0.get_value().locked
    }

    fn unsendable(self) -> Signal<Option<String>> {
        self.0.get_value().unsendable
    }

    fn edit(self, edit: Edit) {
        if self.locked().get_untracked().is_none() {
            self.editing().edit(edit);
        }
    }

    fn apply(self) {
        let why_not = untrack(|| self.locked().get().or(self.unsendable().get()));
        if why_not.is_none() {
            self.editing().apply();
        }
    }

    fn module_of(self, name: &str) -> String {
        self.choices().with(|choices| {
            let choice = choices.iter().find(|choice| choice.name == name);
            choice
                .map(|choice| choice.module.clone())
                .unwrap_or_default()
        })
    }
}

/// The editor.
#[component]
pub fn ChainEditor(
    /// The editing.
    editing: Editing,
    /// The filters that there are.
    #[prop(into)]
    choices: Signal<Vec<FilterChoice>>,
    /// Why nothing can be edited.
    #[prop(into)]
    locked: Signal<Option<String>>,
    /// Why nothing can be sent at the moment.
    #[prop(into)]
    unsendable: Signal<Option<String>>,
    /// What concerns this chain and its editor: the session's end, the connection's loss.
    #[prop(into)]
    note: Signal<Option<String>>,
    /// How the change is to be made, in the words of the page.
    children: Children,
) -> impl IntoView {
    let drag = Drag::new(editing, locked);
    let parts = Parts(StoredValue::new(Shared {
        editing,
        drag,
        choices,
        locked,
        unsendable,
    }));
    commands::offer(parts);
    keep_focus(editing);
    apply_by_keys(parts);
    let on_key = move |ev: KeyboardEvent| keys(parts, &ev);
    let note = Memo::new(move |_| {
        let overtaken = || editing.is_overtaken().then(|| chain::OVERTAKEN.to_owned());
        let conflict = editing
            .outcome()
            .with(|o| matches!(o, Outcome::Conflict(_)));
        note.get().or_else(|| (!conflict).then(overtaken).flatten())
    });
    let told = move || editing.told().get().as_ref().map(chain::told);
    view! {
        <div class="chain-editor" class:is-dragging=move || drag.is_on() on:keydown=on_key>
            <Show when=move || note.get().is_some()>
                <Banner text=Signal::derive(move || note.get().unwrap_or_default()) tone=Tone::Warning />
            </Show>
            <ConflictNotice editing />
            <Remark text=editing.remark() close=app::CLOSE_REMARK />
            <div class="chain-columns">
                <AvailableFilters parts />
                <ChainList parts />
            </div>
            <StagedBar parts>{children()}</StagedBar>
            <p class="visually-hidden" role="status">{told}</p>
            <DragGhost drag />
        </div>
    }
}

/// Keys that work everywhere in the editor.
fn keys(parts: Parts, ev: &KeyboardEvent) {
    if !(ev.ctrl_key() || ev.meta_key()) {
        return;
    }
    match ev.key().as_str() {
        "z" if is_typing(ev) => return,
        "z" => step(parts, Edit::Undo),
        "Z" | "y" => step(parts, Edit::Redo),
        _ => return,
    }
    ev.prevent_default();
}

/// Undoes or redoes. An item that is moved in the document loses the focus: it gets it back, and its
/// neighbour when it is gone.
fn step(parts: Parts, edit: Edit) {
    let draft = parts.editing().draft();
    let before = untrack(|| chain_of(draft));
    let focused = before.iter().position(|name| item::has_focus(name));
    parts.edit(edit);
    let Some(at) = focused else { return };
    let after = untrack(|| chain_of(draft));
    let stays = before.get(at).filter(|name| after.contains(name));
    if let Some(name) = stays.or(after.get(at)).or(after.last()) {
        item::focus_soon(name.clone());
    }
}

/// Ctrl+Enter applies wherever the focus is, but for dialogs.
fn apply_by_keys(parts: Parts) {
    let listener = window_event_listener(leptos::ev::keydown, move |ev| {
        let chord = (ev.ctrl_key() || ev.meta_key()) && ev.key() == "Enter";
        let has_dialog = || matches!(document().query_selector("dialog[open]"), Ok(Some(_)));
        if chord && !has_dialog() {
            ev.prevent_default();
            parts.apply();
        }
    });
    on_cleanup(move || listener.remove());
}

fn is_typing(ev: &KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = ev.target();
    target.is_some_and(|target| target.dyn_into::<web_sys::HtmlInputElement>().is_ok())
}

/// The focus stays with an item that is moved, and goes to its neighbour when it is removed.
fn keep_focus(editing: Editing) {
    Effect::new(move |places: Option<Vec<String>>| {
        let told = editing.told().get();
        let chain = editing
            .draft()
            .with_untracked(|draft| draft.chain().to_vec());
        let name = match told {
            Some(Told::At(Done::Inserted, ..)) | None => None,
            Some(Told::At(_, name, ..)) => Some(name),
            Some(Told::Removed(gone)) => {
                let before = places.unwrap_or_default();
                let at = before.iter().position(|name| *name == gone).unwrap_or(0);
                chain.get(at).or(chain.last()).cloned()
            }
            Some(_) => None,
        };
        if let Some(name) = name {
            item::focus_soon(name);
        }
        chain
    });
}

/// The chain that is staged, tracked.
fn chain_of(draft: Signal<Draft>) -> Vec<String> {
    draft.with(|draft| draft.chain().to_vec())
}
