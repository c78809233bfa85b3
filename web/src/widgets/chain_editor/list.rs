//! The chain: an ordered list, with what was removed from it below.

use leptos::prelude::*;

use super::item::ChainItem;
use super::{Parts, chain_of};
use crate::components::button::{Button, ButtonKind};
use crate::components::icon::Glyph;
use crate::messages::chain;
use crate::state::chain::draft::Edit;

/// The list.
#[component]
pub(super) fn ChainList(parts: Parts) -> impl IntoView {
    let draft = parts.editing().draft();
    let is_empty = Memo::new(move |_| draft.with(|draft| draft.chain().is_empty()));
    let removed = Memo::new(move |_| draft.with(|draft| draft.diff().removed));
    let gone = move |(at, name): (usize, String)| {
        let own = name.clone();
        let restore = Callback::new(move |()| {
            let name = own.clone();
            parts.edit(Edit::Insert { name, at });
        });
        view! {
            <li class="chain-removed">
                <del>{name}</del>
                <Button label=chain::RESTORE glyph=Glyph::Undo kind=ButtonKind::Quiet icon_only=true on_press=restore />
            </li>
        }
    };
    let drag = parts.drag();
    view! {
        <section class="chain-chosen" aria-label=chain::CHAIN>
            <h3 class="chain-heading">{chain::CHAIN}</h3>
            <p class="visually-hidden" id="chain-instructions">{chain::INSTRUCTIONS}</p>
            <p class="chain-end">{chain::FROM_CLIENT}</p>
            <ol
                class="chain-list"
                class:is-target=move || drag.target().is_some()
                class:is-last-target=move || drag.target() == Some(draft.with(|d| d.chain().len()))
                node_ref=drag.list()
                aria-label=chain::CHAIN
            >
                <For each=move || chain_of(draft) key=String::clone children=move |name| view! { <ChainItem parts name /> } />
            </ol>
            <Show when=move || is_empty.get()>
                <div class="chain-empty">
                    <p>{chain::EMPTY}</p>
                    <p class="chain-none">{chain::EMPTY_HINT}</p>
                </div>
            </Show>
            <p class="chain-end">{chain::TO_ROUTER}</p>
            <ul class="chain-gone">{move || removed.get().into_iter().map(gone).collect_view()}</ul>
        </section>
    }
}
