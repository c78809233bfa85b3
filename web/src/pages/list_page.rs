//! A page that is a list: its name, its search, how many there are, what can be done, and the rows or
//! what stands in their place.

use leptos::prelude::*;

use super::objects::state::PolledView;
use crate::components::holding::Holding;
use crate::components::icon::Glyph;
use crate::components::remark::Remark;
use crate::components::search_box::SearchBox;
use crate::messages::{app, objects as texts};
use crate::state::polled::Polled;

/// What stands in the place of rows when there are none.
#[derive(Debug, Clone)]
pub(super) struct EmptyTexts {
    /// The sign of it.
    pub(super) glyph: Glyph,
    /// What is the matter.
    pub(super) title: String,
    /// What to do about it.
    pub(super) text: String,
}

/// The page.
#[expect(
    clippy::needless_pass_by_value,
    reason = "views are handed in as a whole"
)]
#[component]
pub(super) fn ListPage(
    /// Its name.
    #[prop(into)]
    title: String,
    /// The data.
    polled: Polled,
    /// Whether there is nothing.
    #[prop(into)]
    is_empty: Signal<bool>,
    /// What is said then.
    empty: EmptyTexts,
    /// What is searched for, on lists that can be searched.
    #[prop(optional)]
    search: Option<RwSignal<String>>,
    /// How many the search has found.
    #[prop(optional, into)]
    found: MaybeProp<usize>,
    /// How many there are, in words.
    #[prop(optional, into)]
    count: MaybeProp<String>,
    /// What keeps rows from moving.
    #[prop(optional)]
    holding: Holding,
    /// Why nothing new is shown, when somebody has stopped the list.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What the server remarks on a change that has led here.
    #[prop(optional)]
    remark: Option<RwSignal<Option<String>>>,
    /// What stands before the name.
    #[prop(optional, into)]
    lead: ViewFn,
    /// What can be done.
    #[prop(optional, into)]
    tools: ViewFn,
    /// The rows.
    children: ChildrenFn,
) -> impl IntoView {
    super::set_title(&title);
    let search_box = search.map(|search| {
        let on_change = Callback::new(move |text| search.set(text));
        view! { <SearchBox label=texts::SEARCH hint=texts::SEARCH_HINT value=search on_change /> }
    });
    let stopped = move || hint.get().is_some();
    let hint = move || {
        let waiting = holding.waiting();
        let held = || (waiting > 0).then(|| texts::waiting(waiting));
        hint.get().or_else(held)
    };
    let none_found = Memo::new(move |_| found.get() == Some(0));
    let children = StoredValue::new(children);
    let rows = move || {
        if none_found.get() {
            view! { <p class="list-none">{texts::NO_MATCH}</p> }.into_any()
        } else {
            children.with_value(|children| children()).into_any()
        }
    };
    let EmptyTexts {
        glyph,
        title: empty_title,
        text: empty_text,
    } = empty;
    view! {
        <div class="page page-full">
            <div class="toolbar">
                {lead.run()}
                <h1 class="toolbar-title">{title}</h1>
                {search_box}
                <span class="toolbar-count">{move || count.get()}</span>
                <span class="toolbar-hint" class:is-paused=stopped title=hint>{hint}</span>
                {tools.run()}
            </div>
            {remark.map(|text| view! { <Remark text close=app::CLOSE_REMARK /> })}
            <div class="page-table live-data">
                <PolledView polled is_empty empty_glyph=glyph empty_title empty_text>
                    {rows}
                </PolledView>
            </div>
        </div>
    }
}
