//! What stands above the list: search, counts, what holds the order, pause, columns.

use std::time::Duration;

use leptos::prelude::*;

use super::address::Address;
use crate::api::request::segment;
use crate::components::search_box::SearchBox;
use crate::components::virtual_table::model::Hold;
use crate::messages::{ended, sessions};
use crate::pages::BASE;
use crate::state::palette::{Command, Palette};
use crate::state::saved_views::{NamedView, SavedViews};
use crate::state::session_list::column::Column;
use crate::state::session_list::list::{Counts, SessionList};
use crate::state::session_list::search::{Filters, Search};
use crate::state::session_list::view::View;
use crate::widgets::column_chooser::{ColumnChoice, ColumnChooser};
use crate::widgets::pause_button::PauseButton;
use crate::widgets::view_menu::ViewMenu;

/// How long after the last key the count is read out.
const ANNOUNCE_AFTER: Duration = Duration::from_millis(800);

/// The toolbar.
#[component]
pub(super) fn Toolbar(
    list: SessionList,
    address: Address,
    hold: RwSignal<Hold>,
    counts: Memo<Counts>,
) -> impl IntoView {
    let view = address.view();
    let search = Memo::new(move |_| view.with(|view| view.search.clone()));
    let count_text = move || {
        let Counts { listed, live, .. } = counts.get();
        sessions::counts(listed as u64, live as u64)
    };
    // The count changes all the time; it is read out when a search has been typed.
    let announced = RwSignal::new(None::<String>);
    let told = move || {
        if search.try_get_untracked().is_some() {
            announced.set(Some(untrack(count_text)));
        }
    };
    Effect::new(move |before: Option<()>| {
        search.get();
        if before.is_some() {
            set_timeout(told, ANNOUNCE_AFTER);
        }
    });
    let hint = move || {
        let waiting = counts.get().waiting as u64;
        match (list.paused_ms(), hold.get()) {
            (Some(age_ms), _) => Some(sessions::paused(age_ms)),
            (None, Hold { focus: true, .. }) => Some(sessions::held_by_focus(waiting)),
            (None, Hold { pointer: true, .. }) => Some(sessions::held_by_pointer(waiting)),
            _ => None,
        }
    };
    let paused = Memo::new(move |_| list.is_paused());
    view! {
        <div class="toolbar">
            <SearchBox
                label=sessions::SEARCH
                hint=sessions::SEARCH_HINT
                value=search
                on_change=Callback::new(move |text| address.set_search(text))
            />
            <span class="toolbar-count">{count_text}</span>
            <span class="visually-hidden" role="status">{move || announced.get()}</span>
            <span class="toolbar-hint" class:is-paused=move || paused.get() title=hint>{hint}</span>
            <Buttons list address />
        </div>
    }
}

#[component]
fn Buttons(list: SessionList, address: Address) -> impl IntoView {
    let view = address.view();
    let shown = move || view.with(|view| view.columns.iter().map(|c| c.key()).collect::<Vec<_>>());
    let on_toggle = Callback::new(move |key| {
        if let Some(column) = Column::named(key) {
            address.toggle(column);
        }
    });
    let paused = Memo::new(move |_| list.is_paused());
    offer(address, on_toggle);
    view! {
        <PauseButton paused on_change=Callback::new(move |on| list.set_paused(on)) />
        <a class="button" href=format!("{BASE}/ended")>{ended::TITLE}</a>
        <ViewMenu
            now=Callback::new(move |()| address.query())
            same=Signal::derive(move || view.with(same_from_api))
            on_open=Callback::new(move |query| address.open(&query))
        />
        <ColumnChooser choices=choices() shown=Signal::derive(shown) on_toggle />
    }
}

/// Where the API tells the same, and whether it can't be asked for all of it.
fn same_from_api(view: &View) -> (String, bool) {
    let Filters { filters, is_more } = Search::parse(&view.search).filters();
    let escaped = |value: String| segment(&value);
    let filters = filters
        .into_iter()
        .map(|filter| format!("filter={}", escaped(filter)));
    let key = view.sort.column.api_key();
    let order = if view.sort.descending { "-" } else { "" };
    let sort = key.map(|key| format!("sort={order}{key}"));
    let query: Vec<String> = filters.chain(sort).collect();
    (format!("/v1/sessions?{}", query.join("&")), is_more)
}

/// Views and columns, for the palette.
fn offer(address: Address, on_toggle: Callback<&'static str>) {
    let Some(palette) = use_context::<Palette>() else {
        return;
    };
    palette.offer(move || {
        let view = |(name, query): NamedView| {
            let title = sessions::open_view(&name);
            Command::run(sessions::TITLE, title, move || address.open(&query))
        };
        let shown = address.view().with(|view| view.columns.clone());
        let column = |choice: ColumnChoice| {
            let is_shown = shown.iter().any(|column| column.key() == choice.key);
            let title = sessions::toggle_column(choice.label, is_shown);
            Command::run(sessions::TITLE, title, move || {
                let _ = on_toggle.try_run(choice.key);
            })
        };
        let columns = choices().into_iter().filter(|choice| !choice.fixed);
        let views = SavedViews::named().into_iter().map(view);
        views.chain(columns.map(column)).collect()
    });
}

fn choices() -> Vec<ColumnChoice> {
    let choice = |column: Column| ColumnChoice {
        key: column.key(),
        label: sessions::column(column),
        fixed: column == Column::Id,
    };
    Column::ALL.into_iter().map(choice).collect()
}
