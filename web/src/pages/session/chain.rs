//! The chain editor of the session.

use leptos::prelude::*;

use crate::api::chains::ServerChain;
use crate::components::check_box::CheckBox;
use crate::components::panel::Panel;
use crate::messages::chain;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::chain::draft::Draft;
use crate::state::chain::editing::{Editing, Target};
use crate::state::filter_choices;
use crate::state::live::Live;
use crate::state::session_watch::{SessionWatch, Watched};
use crate::widgets::chain_editor::{ChainEditor, ChainStatus, FilterChoice};

/// The editor in its panel.
#[component]
pub(super) fn SessionChain(id: u64, watch: SessionWatch, ended: Memo<bool>) -> impl IntoView {
    let access = expect_context::<Access>();
    let live = expect_context::<Live>();
    let editing = Editing::start(Target::Session(id), access);
    let told = Memo::new(move |_| newest(watch));
    Effect::new(move || {
        if let Some(told) = told.get() {
            editing.seen(told);
        }
    });
    let known = filter_choices::filters();
    let choices = Memo::new(move |_| known.get().into_iter().map(choice).collect::<Vec<_>>());
    let stale = Memo::new(move |_| live.link().is_stale());
    let locked = move || {
        if ended.get() {
            return Some(chain::ENDED_REASON.to_owned());
        }
        read_only(access)
    };
    let unsendable = move || stale.get().then(|| chain::NOT_CONNECTED.to_owned());
    let changed = Memo::new(move |_| editing.draft().with(Draft::is_changed));
    let note = move || match (ended.get(), stale.get()) {
        (true, _) if changed.get() => Some(chain::ENDED.to_owned()),
        (false, true) if changed.get() => Some(chain::OFFLINE.to_owned()),
        _ => None,
    };
    let options = editing.options();
    view! {
        <Panel title=chain::TITLE class="panel-wide panel-chain" head=move || view! { <ChainStatus editing /> }>
            <ChainEditor
                editing
                choices
                locked=Signal::derive(locked)
                unsendable=Signal::derive(unsendable)
                note=Signal::derive(note)
            >
                <CheckBox
                    label=chain::TRANSACTION_END
                    checked=Signal::derive(move || options.with(|o| o.transaction_end))
                    on_change=Callback::new(move |on| options.update(|o| o.transaction_end = on))
                />
            </ChainEditor>
        </Panel>
    }
}

/// A filter as the editor shows it.
pub(in crate::pages) fn choice(known: filter_choices::FilterKnown) -> FilterChoice {
    FilterChoice {
        name: known.name,
        module: known.module,
        description: known.description,
    }
}

/// The chain, from the newer one of event and answer.
fn newest(watch: SessionWatch) -> Option<ServerChain> {
    let watched = watch.watched();
    if matches!(watched, Watched::Ended { .. }) {
        return None;
    }
    let session = watched.session()?;
    let filters = &session.attributes.filters;
    let version = session.meta.as_ref().map(|meta| meta.version.clone());
    let answered = ServerChain {
        active: filters.active.clone(),
        pending: filters.pending.clone(),
        generation: Some(filters.generation),
        version: version.clone(),
    };
    let Some((row, _)) = watch.row() else {
        return Some(answered);
    };
    let is_newer =
        (row.generation, row.pending.is_none()) > (filters.generation, filters.pending.is_none());
    if !is_newer {
        return Some(answered);
    }
    Some(ServerChain {
        active: row.filters,
        pending: row.pending,
        generation: Some(row.generation),
        version,
    })
}
