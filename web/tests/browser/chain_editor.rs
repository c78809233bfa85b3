//! The chain editor: keys, menu, what is staged, what those are told who don't see it.

use leptos::prelude::*;
use sluicegate_web::api::chains::ServerChain;
use sluicegate_web::state::access::Access;
use sluicegate_web::state::chain::editing::{Editing, Target};
use sluicegate_web::state::palette::{Action, Palette};
use sluicegate_web::widgets::chain_editor::{ChainEditor, ChainStatus, FilterChoice};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

struct Editor {
    page: Page,
    editing: Editing,
    palette: Palette,
    locked: RwSignal<Option<String>>,
}

fn server(active: &[&str], pending: Option<&[&str]>, generation: u64) -> ServerChain {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    ServerChain {
        active: names(active),
        pending: pending.map(names),
        generation: Some(generation),
        version: Some(format!("v{generation}")),
    }
}

impl Editor {
    /// The editor of a session whose chain is a, b, c; there is also d.
    async fn show() -> Self {
        let made = StoredValue::new(None);
        let locked = RwSignal::new(None);
        let page = Page::show(move || {
            let palette = Palette::new();
            provide_context(palette);
            let editing = Editing::start(Target::Session(7), Access::unknown());
            editing.seen(server(&["a", "b", "c"], None, 1));
            made.set_value(Some((editing, palette)));
            let choice = |name: &str| FilterChoice {
                name: name.to_owned(),
                module: format!("{name}filter"),
                description: String::new(),
            };
            let choices = ["a", "b", "c", "d"].map(choice).to_vec();
            view! {
                <ChainStatus editing />
                <ChainEditor
                    editing
                    choices=Signal::stored(choices)
                    locked
                    unsendable=Signal::stored(None::<String>)
                    note=Signal::stored(None::<String>)
                >
                    ""
                </ChainEditor>
            }
        })
        .await;
        let (editing, palette) = made.get_value().unwrap();
        Self {
            page,
            editing,
            palette,
            locked,
        }
    }

    fn chain(&self) -> String {
        self.page.texts(".chain-name").join(" ")
    }

    fn summary(&self) -> String {
        self.page.texts(".chain-summary").concat()
    }

    /// What the live region says.
    fn told(&self) -> String {
        self.page.texts(".chain-editor > [role=status]").concat()
    }
}

/// The id of the element that has the focus.
fn focused() -> String {
    document()
        .active_element()
        .map(|element| element.id())
        .unwrap_or_default()
}

#[wasm_bindgen_test]
async fn keys_grab_move_and_drop_and_the_place_is_told() {
    let editor = Editor::show().await;
    let page = &editor.page;
    page.find("#chain-c").focus().unwrap();
    page.key("#chain-c", " ").await;
    assert_eq!(editor.told(), "c, grabbed at 3 of 3");
    page.key("#chain-c", "ArrowUp").await;
    assert_eq!(editor.told(), "c, moved to 2 of 3");
    assert_eq!(focused(), "chain-c");
    page.key("#chain-c", "ArrowUp").await;
    page.key("#chain-c", " ").await;
    assert_eq!(editor.told(), "c, dropped at 1 of 3");
    assert_eq!(
        (editor.chain().as_str(), editor.summary().as_str()),
        ("c a b", "Staged: 1 moved")
    );
    assert_eq!(page.texts(".is-moved .chain-mark"), ["was 3"]);

    // Esc puts back what was grabbed, and not what was dropped before.
    page.key("#chain-c", " ").await;
    page.key("#chain-c", "ArrowDown").await;
    page.key("#chain-c", "Escape").await;
    assert_eq!(editor.chain(), "c a b");
    assert_eq!(editor.told(), "c, back at 1 of 3");
}

#[wasm_bindgen_test]
async fn the_menu_moves_and_removes_and_the_focus_goes_to_the_neighbour() {
    let editor = Editor::show().await;
    let page = &editor.page;
    page.find("#chain-a").click();
    settle().await;
    assert_eq!(
        page.find("#chain-a")
            .get_attribute("aria-expanded")
            .unwrap(),
        "true"
    );
    page.press("Move to bottom").await;
    assert_eq!(editor.chain(), "b c a");
    assert_eq!(focused(), "chain-a");
    page.find("#chain-c").click();
    settle().await;
    page.press("RemoveDel").await;
    assert_eq!(editor.chain(), "b a");
    assert_eq!(focused(), "chain-a");
    assert_eq!(editor.told(), "c, removed");
    assert_eq!(page.texts(".chain-removed del"), ["c"]);
    page.press("Put back").await;
    assert_eq!(editor.chain(), "b a c");
}

#[wasm_bindgen_test]
async fn undo_redo_and_discard_go_through_what_was_staged() {
    let editor = Editor::show().await;
    let page = &editor.page;
    page.find("button[aria-label='Add d']").click();
    settle().await;
    assert_eq!(
        (editor.chain().as_str(), editor.summary().as_str()),
        ("a b c d", "Staged: 1 added")
    );
    page.press("Undo edit").await;
    assert_eq!(
        (editor.chain().as_str(), editor.summary().as_str()),
        ("a b c", "No staged changes")
    );
    page.press("Redo edit").await;
    assert_eq!(editor.chain(), "a b c d");
    page.press("Discard").await;
    assert_eq!(editor.chain(), "a b c");
}

#[wasm_bindgen_test]
async fn the_palette_offers_what_the_menu_does() {
    let editor = Editor::show().await;
    let commands = editor.palette.commands();
    let command = commands
        .iter()
        .find(|c| c.title == "Move to top: c")
        .unwrap();
    let Action::Run(run) = &command.action else {
        panic!("it leads nowhere");
    };
    run();
    settle().await;
    assert_eq!(editor.chain(), "c a b");
    let titles: Vec<String> = editor
        .palette
        .commands()
        .into_iter()
        .map(|c| c.title)
        .collect();
    for title in ["Apply", "Discard", "Add d", "Remove: a"] {
        assert!(
            titles.iter().any(|other| other == title),
            "{title}: {titles:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn what_is_staged_survives_what_the_server_says_and_the_end_of_the_session() {
    let editor = Editor::show().await;
    let page = &editor.page;
    editor
        .editing
        .seen(server(&["a", "b", "c"], Some(&["b"]), 2));
    settle().await;
    assert_eq!(editor.chain(), "b");
    assert_eq!(
        page.texts(".chain-status .badge"),
        ["pending until idle, generation 2"]
    );
    assert_eq!(page.texts(".chain-acting"), ["Until then acts: a → b → c"]);
    editor.editing.seen(server(&["b"], None, 2));
    settle().await;
    assert_eq!(page.texts(".chain-status .badge"), ["active, generation 2"]);
    // An answer that is late does not bring the past back.
    editor
        .editing
        .seen(server(&["a", "b", "c"], Some(&["b"]), 2));
    settle().await;
    assert_eq!(page.texts(".chain-status .badge"), ["active, generation 2"]);

    page.find("button[aria-label='Add d']").click();
    settle().await;
    editor.editing.seen(server(&["c"], None, 3));
    settle().await;
    assert_eq!(
        editor.chain(),
        "b d",
        "another one's change takes nothing away"
    );
    assert!(
        page.texts(".banner")
            .concat()
            .contains("Somebody else has changed this chain")
    );

    editor.locked.set(Some("The session has ended".to_owned()));
    settle().await;
    page.key("#chain-d", "Delete").await;
    page.press("Discard").await;
    assert_eq!(
        editor.chain(),
        "b d",
        "nothing can be edited any more, and nothing is lost"
    );
}
