//! What is staged, and the buttons that send it or let go of it.

use leptos::prelude::*;

use super::Parts;
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Glyph;
use crate::messages::chain;
use crate::state::chain::draft::{Draft, Edit};
use crate::state::chain::editing::Outcome;

/// The bar below the lists.
#[component]
pub(super) fn StagedBar(parts: Parts, children: Children) -> impl IntoView {
    let editing = parts.editing();
    let draft = editing.draft();
    let outcome = editing.outcome();
    let changed = Memo::new(move |_| draft.with(Draft::is_changed));
    let sending = Memo::new(move |_| outcome.with(|o| *o == Outcome::Sending));
    let summary = move || {
        if changed.get() {
            chain::staged(draft.with(|draft| draft.diff().counts()))
        } else {
            chain::UNCHANGED.to_owned()
        }
    };
    let unless = move |possible: bool, why: &str| {
        let why = (!possible).then(|| why.to_owned());
        parts.locked().get().or(why)
    };
    let why_not =
        move || unless(changed.get(), chain::NOTHING_STAGED).or_else(|| parts.unsendable().get());
    let no_undo = move || unless(draft.with(Draft::can_undo), chain::NOTHING_STAGED);
    let no_redo = move || unless(draft.with(Draft::can_redo), chain::NOTHING_STAGED);
    let no_discard = move || unless(changed.get(), chain::NOTHING_STAGED);
    let failure = move || match outcome.get() {
        Outcome::Failed(detail, _) => Some(chain::failed(&detail)),
        _ => None,
    };
    let can_undo_accepted = Memo::new(move |_| {
        editing.can_undo_accepted() && !changed.get() && parts.locked().get().is_none()
    });
    let press = move |edit: Edit| Callback::new(move |()| parts.edit(edit.clone()));
    view! {
        <p class="form-error chain-failure" role="alert">{failure}</p>
        <div class="chain-staged" class:is-changed=move || changed.get()>
            <span class="chain-summary" role="status">{summary}</span>
            {children()}
            <span class="page-space"></span>
            <Show when=move || can_undo_accepted.get()>
                <Button
                    label=chain::UNDO_APPLIED
                    disabled=Signal::derive(move || parts.unsendable().get())
                    busy=Signal::derive(move || sending.get())
                    on_press=Callback::new(move |()| editing.undo_accepted())
                />
            </Show>
            <span class="chain-buttons">
                <Button label=chain::UNDO glyph=Glyph::Undo kind=ButtonKind::Quiet icon_only=true disabled=Signal::derive(no_undo) on_press=press(Edit::Undo) />
                <Button label=chain::REDO glyph=Glyph::Redo kind=ButtonKind::Quiet icon_only=true disabled=Signal::derive(no_redo) on_press=press(Edit::Redo) />
                <Button label=chain::DISCARD disabled=Signal::derive(no_discard) on_press=press(Edit::Discard) />
                <Button label=chain::APPLY kind=ButtonKind::Primary busy=Signal::derive(move || sending.get()) disabled=Signal::derive(why_not) on_press=Callback::new(move |()| parts.apply()) />
            </span>
        </div>
    }
}
