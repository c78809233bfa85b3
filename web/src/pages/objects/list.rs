//! The list of all objects of a kind.

use leptos::prelude::*;

use super::kind::Kind;
use super::state::PolledView;
use crate::components::data_table::{DataRow, DataTable};
use crate::components::icon::{Glyph, Icon};
use crate::components::search_box::SearchBox;
use crate::messages::{app, objects as texts};
use crate::pages::BASE;
use crate::state::access::Access;
use crate::state::polled::Polled;

/// The page.
#[component]
pub(super) fn ObjectList(kind: Kind) -> impl IntoView {
    crate::pages::set_title(&texts::all(kind.path()));
    let access = expect_context::<Access>();
    let polled = Polled::follow(kind.path(), move || kind.path().to_owned(), kind.rounds());
    let search = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        let page = polled.page();
        page.objects
            .iter()
            .map(|object| kind.row(object))
            .collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| {
        let words = search.get().to_lowercase();
        let answers = |row: &DataRow| {
            let text = row.cells.iter().map(|cell| cell.text.to_lowercase() + " ");
            let text: String = text.collect();
            words.split_whitespace().all(|word| text.contains(word))
        };
        rows.with(|rows| {
            rows.iter()
                .filter(|row| answers(row))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let counts = move || texts::counts(found.with(Vec::len), rows.with(Vec::len));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let table = move || {
        if found.with(Vec::is_empty) && !is_empty.get() {
            return view! { <p class="list-none">{texts::NO_MATCH}</p> }.into_any();
        }
        view! { <DataTable label=kind.path() columns=kind.columns() rows=found /> }.into_any()
    };
    let may_create = move || !access.is_read_only();
    view! {
        <div class="page page-full">
            <div class="toolbar">
                <h1 class="toolbar-title">{texts::all(kind.path())}</h1>
                <SearchBox label=texts::SEARCH hint=texts::SEARCH_HINT value=search on_change=Callback::new(move |text| search.set(text)) />
                <span class="toolbar-count">{counts}</span>
                <span class="toolbar-space"></span>
                <CreateLink kind may=Signal::derive(may_create) />
            </div>
            <div class="page-table live-data">
                <PolledView
                    polled
                    is_empty
                    empty_glyph=kind.glyph()
                    empty_title=texts::empty_title(kind.path())
                    empty_text=texts::empty_text(kind.one())
                >
                    {table}
                </PolledView>
            </div>
        </div>
    }
}

#[component]
fn CreateLink(kind: Kind, may: Signal<bool>) -> impl IntoView {
    let label = texts::create(kind.one());
    move || {
        let label = label.clone();
        if may.get() {
            let href = format!("{BASE}/create/{}", kind.path());
            view! { <a class="button button-primary" href=href><Icon glyph=Glyph::Plus />{label}</a> }
                .into_any()
        } else {
            view! {
                <span class="button" role="link" aria-disabled="true" title=app::READ_ONLY>{label}</span>
            }
            .into_any()
        }
    }
}
