//! The list of all objects of a kind.

use leptos::prelude::*;

use super::kind::Kind;
use crate::components::data_table::{DataRow, DataTable};
use crate::components::holding::Holding;
use crate::components::icon::{Glyph, Icon};
use crate::messages::{app, objects as texts};
use crate::pages::BASE;
use crate::pages::list_page::{EmptyTexts, ListPage};
use crate::state::access::Access;
use crate::state::polled::Polled;
use crate::state::remarks::RemarkOnTheWay;

/// The page.
#[component]
pub(super) fn ObjectList(kind: Kind) -> impl IntoView {
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
        let words = search.get();
        let answers = |row: &&DataRow| row.answers(&words);
        rows.with(|rows| rows.iter().filter(answers).cloned().collect::<Vec<_>>())
    });
    let counts = move || Some(texts::counts(found.with(Vec::len), rows.with(Vec::len)));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let holding = Holding::new();
    let empty = EmptyTexts {
        glyph: kind.glyph(),
        title: texts::empty_title(kind.path()),
        text: texts::empty_text(kind.one()),
    };
    let on_the_way = expect_context::<RemarkOnTheWay>();
    let remark = RwSignal::new(on_the_way.take(&format!("{BASE}/{}", kind.path())));
    let may_create = Signal::derive(move || !access.is_read_only());
    view! {
        <ListPage
            title=texts::all(kind.path())
            polled
            is_empty
            empty
            search
            found=Signal::derive(move || found.with(Vec::len))
            count=Signal::derive(counts)
            holding
            remark
            tools=move || view! { <CreateLink kind may=may_create /> }
        >
            <DataTable label=kind.path() columns=kind.columns() rows=found search holding />
        </ListPage>
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
