//! The command palette: everything that can be gone to or done, by typing a part of its name.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::messages::palette as texts;
use crate::state::palette::{Action, Command, Palette, rank};

/// So many are shown.
const SHOWN_MAX: usize = 12;

/// The palette.
#[component]
pub fn CommandPalette(
    /// Its commands and whether it is open.
    palette: Palette,
    /// A command goes somewhere.
    on_go: Callback<String>,
) -> impl IntoView {
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let input: NodeRef<html::Input> = NodeRef::new();
    let search = Search::new(palette, on_go);
    let Search {
        typed, at, found, ..
    } = search;
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match palette.open.get() {
            true if !dialog.open() => {
                search.begin();
                // Fails only for one that is open already.
                drop(dialog.show_modal());
                if let Some(input) = input.get_untracked() {
                    drop(input.focus());
                }
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let on_input = move |text: String| {
        typed.set(text);
        at.set(0);
    };
    view! {
        <dialog class="dialog palette" node_ref=dialog aria-label=texts::TITLE on:close=move |_| palette.open.set(false)>
            <input
                class="palette-input"
                node_ref=input
                type="text"
                role="combobox"
                aria-label=texts::TITLE
                aria-expanded="true"
                aria-controls="palette-list"
                aria-autocomplete="list"
                aria-activedescendant=move || format!("command-{}", at.get())
                placeholder=texts::HINT
                autocomplete="off"
                spellcheck="false"
                prop:value=move || typed.get()
                on:input:target=move |ev| on_input(ev.target().value())
                on:keydown=move |ev| search.press(&ev)
            />
            <ul class="palette-list" id="palette-list" role="listbox" aria-label=texts::TITLE>
                {move || found.get().into_iter().enumerate().map(|(place, command)| view! { <Row search place command /> }).collect_view()}
            </ul>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="chain-none" role="status">{texts::NOTHING}</p>
            </Show>
        </dialog>
    }
}

#[component]
fn Row(search: Search, place: usize, command: Command) -> impl IntoView {
    let Command { title, group, .. } = command.clone();
    let at = search.at;
    view! {
        <li
            class="command-row"
            role="option"
            id=format!("command-{place}")
            aria-selected=move || (at.get() == place).to_string()
            on:pointermove=move |_| at.set(place)
            on:click=move |_| search.run(&command)
        >
            <span class="command-title">{title}</span>
            <span class="command-group">{group}</span>
        </li>
    }
}

/// What is typed and what answers to it. `Copy`.
#[derive(Clone, Copy)]
struct Search {
    palette: Palette,
    on_go: Callback<String>,
    typed: RwSignal<String>,
    all: RwSignal<Vec<Command>>,
    found: Memo<Vec<Command>>,
    at: RwSignal<usize>,
}

impl Search {
    fn new(palette: Palette, on_go: Callback<String>) -> Self {
        let typed = RwSignal::new(String::new());
        let all = RwSignal::new(Vec::<Command>::new());
        Effect::new(move || {
            palette.track();
            if palette.open.get_untracked() {
                all.set(palette.commands());
            }
        });
        // Commands can't be compared: each search counts as another one.
        let found = Memo::new_with_compare(
            move |_| typed.with(|typed| all.with(|all| best(all, typed))),
            |_, _| true,
        );
        let at = RwSignal::new(0);
        Self {
            palette,
            on_go,
            typed,
            all,
            found,
            at,
        }
    }

    fn begin(self) {
        self.typed.set(String::new());
        self.at.set(0);
        self.all.set(self.palette.commands());
    }

    fn run(self, command: &Command) {
        self.palette.open.set(false);
        match command.action.clone() {
            Action::Go(href) => self.on_go.run(href),
            // Not before the dialog has closed: it gives the focus back, which another one may want.
            Action::Run(run) => set_timeout(move || run(), Duration::ZERO),
        }
    }

    fn press(self, ev: &KeyboardEvent) {
        let len = self.found.with_untracked(Vec::len).max(1);
        match ev.key().as_str() {
            "ArrowDown" => self.at.update(|at| *at = (*at + 1) % len),
            "ArrowUp" => self.at.update(|at| *at = (*at + len - 1) % len),
            "Enter" => {
                let at = self.at.get_untracked();
                if let Some(command) = self.found.with_untracked(|found| found.get(at).cloned()) {
                    self.run(&command);
                }
            }
            _ => return,
        }
        ev.prevent_default();
        ev.stop_propagation();
    }
}

/// The commands that answer best to what was typed.
fn best(all: &[Command], typed: &str) -> Vec<Command> {
    let mut found: Vec<(usize, &Command)> = all
        .iter()
        .filter_map(|command| {
            let title = format!("{} {}", command.title, command.group);
            Some((rank(&title, typed)?, command))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    let best = found.into_iter().take(SHOWN_MAX);
    best.map(|(_, command)| command.clone()).collect()
}
