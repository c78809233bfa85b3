//! The list of all sessions, live.

mod address;
mod bulk;
mod table;
mod toolbar;

use std::collections::BTreeSet;

use leptos::prelude::*;

use address::Address;
use bulk::BulkBar;
use table::SessionTable;
pub(super) use table::client;
use toolbar::Toolbar;

use crate::components::button::Button;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::components::skeleton::SkeletonTable;
use crate::components::virtual_table::model::{Hold, TablePlace};
use crate::messages::{app, sessions};
use crate::state::live::Live;
use crate::state::session_list::list::{Counts, SessionList};

/// The page.
#[component]
pub fn SessionsPage() -> impl IntoView {
    super::set_title(sessions::TITLE);
    let live = expect_context::<Live>();
    let address = Address::new();
    let hold = RwSignal::new(Hold::default());
    let is_held = Memo::new(move |_| hold.get().is_held());
    let list = SessionList::start(live, address.view(), is_held.into());

    let counts = Memo::new(move |_| list.counts());
    let shown = Memo::new(move |_| {
        let searching = address.view().with(|view| !view.search.trim().is_empty());
        Shown::of(
            live.is_loaded(),
            live.link().is_stale(),
            searching,
            counts.get(),
        )
    });
    let marks = RwSignal::new(BTreeSet::new());
    let body = move || match shown.get() {
        Shown::Loading => view! { <SkeletonTable label=app::LOADING rows=12 /> }.into_any(),
        Shown::Failed => view! {
            <Notice glyph=Glyph::Alert title=sessions::FAILED_TITLE text=sessions::FAILED_TEXT>
                <Button label=app::RETRY on_press=Callback::new(move |()| live.reconnect()) />
            </Notice>
        }
        .into_any(),
        Shown::Empty => view! {
            <Notice glyph=Glyph::Empty title=sessions::EMPTY_TITLE text=sessions::EMPTY_TEXT>
                <code class="command">{sessions::EMPTY_COMMAND}</code>
            </Notice>
        }
        .into_any(),
        Shown::NoMatch => {
            let text = Signal::derive(move || sessions::no_match_text(counts.get().live as u64));
            let clear = Callback::new(move |()| address.set_search(String::new()));
            view! {
                <Notice glyph=Glyph::Search title=sessions::NO_MATCH_TITLE text>
                    <Button label=sessions::CLEAR_SEARCH on_press=clear />
                </Notice>
            }
            .into_any()
        }
        Shown::Rows => view! { <SessionTable list address hold counts marks /> }.into_any(),
    };
    view! {
        <div class="page page-full">
            <h1 class="visually-hidden">{sessions::TITLE}</h1>
            <Toolbar list address hold counts />
            <BulkBar list counts marks />
            <div class="page-table live-data">{body}</div>
        </div>
    }
}

/// Where the list was left, for those who come back to it. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct SessionsPlace(pub(crate) TablePlace);

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Loading,
    Failed,
    Empty,
    NoMatch,
    Rows,
}

impl Shown {
    fn of(loaded: bool, stale: bool, searching: bool, counts: Counts) -> Self {
        match (loaded, counts.rows, counts.live) {
            (_, 1.., _) => Self::Rows,
            (true, 0, 0) => Self::Empty,
            (true, 0, 1..) if searching => Self::NoMatch,
            (false, ..) if stale => Self::Failed,
            // Nothing has come, or what has come is about to be arranged.
            _ => Self::Loading,
        }
    }
}
