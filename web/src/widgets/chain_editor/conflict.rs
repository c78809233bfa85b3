//! Another one was faster: their change beside one's own.

use leptos::prelude::*;

use crate::components::button::{Button, ButtonKind};
use crate::messages::chain;
use crate::state::chain::diff::{Diff, Mark};
use crate::state::chain::editing::{Editing, Outcome};

/// The notice, as long as there is a conflict.
#[component]
pub(super) fn ConflictNotice(editing: Editing) -> impl IntoView {
    let outcome = editing.outcome();
    let theirs = Memo::new(move |_| match outcome.get() {
        Outcome::Conflict(theirs) => Some(theirs),
        _ => None,
    });
    let columns = move || {
        let theirs = theirs.get()?;
        let draft = editing.draft().get();
        let other = Diff::between(draft.base(), theirs.wanted());
        let together = editing.together(&theirs);
        Some(view! {
            <div class="conflict-columns">
                <DiffList title=chain::THEIRS diff=other />
                <DiffList title=chain::MINE diff=draft.diff() />
                <DiffList title=chain::TOGETHER diff=together />
            </div>
        })
    };
    view! {
        <Show when=move || theirs.get().is_some()>
            <div class="conflict" role="alert">
                <h3 class="conflict-title">{chain::CONFLICT_TITLE}</h3>
                <p>{chain::CONFLICT_TEXT}</p>
                {columns}
                <div class="dialog-actions">
                    <Button label=chain::YIELD on_press=Callback::new(move |()| editing.yield_to_theirs()) />
                    <Button label=chain::REAPPLY kind=ButtonKind::Primary on_press=Callback::new(move |()| editing.reapply()) />
                </div>
            </div>
        </Show>
    }
}

/// A chain with its changes marked.
#[component]
fn DiffList(title: &'static str, diff: Diff) -> impl IntoView {
    let is_empty = diff.entries.is_empty();
    let entry = |entry: crate::state::chain::diff::Entry| {
        let (class, text) = match entry.mark {
            Mark::Kept => ("", String::new()),
            Mark::Added => ("is-added", chain::ADDED.to_owned()),
            Mark::Moved { from } => ("is-moved", chain::moved(from)),
        };
        view! { <li class=class>{entry.name} " " <span class="chain-mark">{text}</span></li> }
    };
    let gone = |(_, name): (usize, String)| view! { <li class="is-gone"><del>{name}</del></li> };
    view! {
        <div>
            <h4 class="conflict-heading">{title}</h4>
            <ol class="diff-list">{diff.entries.into_iter().map(entry).collect_view()}</ol>
            <ul class="diff-list">{diff.removed.into_iter().map(gone).collect_view()}</ul>
            {is_empty.then(|| view! { <p class="chain-none">{chain::NONE}</p> })}
        </div>
    }
}
