//! Actions on the marked sessions: a preview of what they hit, and a result for each.

mod dialog;

use std::collections::BTreeSet;

use leptos::prelude::*;

use dialog::BulkDialog;

use crate::components::button::{Button, ButtonKind};
use crate::messages::bulk;
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::live::Live;
use crate::state::palette::{Command, Palette};
use crate::state::session_list::list::{Counts, SessionList};
use crate::widgets::action_button::ActionButton;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Kill,
    Restart,
    Levels,
    Chain,
}

impl Action {
    const ALL: [Self; 4] = [Self::Kill, Self::Restart, Self::Levels, Self::Chain];

    fn label(self) -> &'static str {
        match self {
            Self::Kill => bulk::KILL,
            Self::Restart => bulk::RESTART,
            Self::Levels => bulk::LEVELS,
            Self::Chain => bulk::CHAIN,
        }
    }
}

/// The bar, as long as something is marked.
#[component]
pub(super) fn BulkBar(
    list: SessionList,
    counts: Memo<Counts>,
    marks: RwSignal<BTreeSet<u64>>,
) -> impl IntoView {
    let access = expect_context::<Access>();
    let live = expect_context::<Live>();
    let action = RwSignal::new(None::<Action>);
    let count = Memo::new(move |_| marks.with(BTreeSet::len));
    // What has ended can't be acted on any more.
    Effect::new(move || {
        live.track();
        let gone = marks.with_untracked(|marks| {
            live.with_rows(|rows| {
                let is_gone = |id: &&u64| rows.get(**id).is_none_or(|row| row.ended);
                marks.iter().filter(is_gone).copied().collect::<Vec<_>>()
            })
        });
        if !gone.is_empty() && action.get_untracked().is_none() {
            marks.update(|marks| marks.retain(|id| !gone.contains(id)));
        }
    });
    let mark_all = Callback::new(move |()| {
        let rows = counts.get_untracked().rows;
        marks.set((0..rows).filter_map(|place| list.id_at(place)).collect());
    });
    if let Some(palette) = use_context::<Palette>() {
        // Also when nothing is marked yet, and no bar is shown.
        let mark = move || {
            let _ = mark_all.try_run(());
        };
        palette.offer(move || vec![Command::run(bulk::MARKED, bulk::MARK_ALL, mark)]);
    }
    let disabled = move || read_only(access);
    let button = move |one: Action| {
        let kind = if one == Action::Kill {
            ButtonKind::DangerPlain
        } else {
            ButtonKind::Plain
        };
        let on_press = Callback::new(move |()| action.set(Some(one)));
        view! { <ActionButton group=bulk::MARKED label=one.label() kind disabled=Signal::derive(disabled) on_press /> }
    };
    view! {
        <Show when=move || count.get() != 0>
            <div class="bulk-bar">
                <span class="bulk-count" role="status">{move || bulk::marked(count.get())}</span>
                {Action::ALL.map(button).collect_view()}
                <span class="toolbar-space"></span>
                <Button label=bulk::MARK_ALL kind=ButtonKind::Quiet on_press=mark_all />
                <ActionButton group=bulk::MARKED label=bulk::CLEAR kind=ButtonKind::Quiet on_press=Callback::new(move |()| marks.update(BTreeSet::clear)) />
            </div>
        </Show>
        {move || action.get().map(|one| view! { <BulkDialog action=one marks close=Callback::new(move |()| action.set(None)) /> })}
    }
}
