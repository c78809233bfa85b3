//! The head of a table: a button per column that sorts by it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::model::{CellKind, TableColumn, TableSort};
use crate::components::icon::{Glyph, Icon};

/// The head. One stop of the Tab key; left and right move between the columns.
#[component]
pub fn TableHead(
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<TableColumn>>,
    /// The order.
    #[prop(into)]
    sort: Signal<TableSort>,
    /// A head was pressed.
    on_sort: Callback<&'static str>,
    /// Whether there is a column of marks before the others.
    #[prop(optional)]
    has_marks: bool,
) -> impl IntoView {
    let row: NodeRef<html::Div> = NodeRef::new();
    let stop = RwSignal::new(0_usize);
    let go = move |to: usize| {
        let button = row.get_untracked().and_then(|row| {
            let buttons = row.query_selector_all("button").ok()?;
            buttons
                .item(u32::try_from(to).ok()?)?
                .dyn_into::<web_sys::HtmlElement>()
                .ok()
        });
        if let Some(button) = button {
            stop.set(to);
            // Gone with the page at worst.
            let _ = button.focus();
        }
    };
    let on_key = move |ev: KeyboardEvent| {
        let at = stop.get_untracked();
        let last = columns.with_untracked(Vec::len).saturating_sub(1);
        let to = match ev.key().as_str() {
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowRight" => (at + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        ev.prevent_default();
        go(to);
    };
    let heads = move || {
        let columns = columns.get().into_iter().enumerate();
        columns
            .map(|(at, column)| {
                let tab_index = move || if stop.get() == at { "0" } else { "-1" };
                view! { <ColumnHead column sort on_sort tab_index=Signal::derive(tab_index) on_focus=Callback::new(move |()| stop.set(at)) /> }
            })
            .collect_view()
    };
    view! {
        <div class="table-head" role="rowgroup">
            <div class="table-row" role="row" aria-rowindex="1" node_ref=row on:keydown=on_key>
                {has_marks.then(|| view! { <div class="table-column is-mark" role="columnheader"><span class="visually-hidden">"✓"</span></div> })}
                {heads}
            </div>
        </div>
    }
}

#[component]
fn ColumnHead(
    column: TableColumn,
    sort: Signal<TableSort>,
    on_sort: Callback<&'static str>,
    tab_index: Signal<&'static str>,
    on_focus: Callback<()>,
) -> impl IntoView {
    let direction = Memo::new(move |_| {
        let TableSort { key, descending } = sort.get();
        (key == column.key).then_some(descending)
    });
    let aria_sort = move || match direction.get() {
        Some(true) => "descending",
        Some(false) => "ascending",
        None => "none",
    };
    let arrow = move || {
        direction.get().map(|descending| {
            let glyph = if descending {
                Glyph::Descending
            } else {
                Glyph::Ascending
            };
            view! { <Icon glyph /> }
        })
    };
    view! {
        <div
            class="table-column"
            class:is-number=column.kind == CellKind::Number
            class:is-link=column.kind == CellKind::Link
            role="columnheader"
            aria-sort=aria_sort
        >
            <button
                type="button"
                class="table-sort"
                class:is-sorted=move || direction.get().is_some()
                tabindex=move || tab_index.get()
                title=column.hint
                on:focus=move |_| on_focus.run(())
                on:click=move |_| on_sort.run(column.key)
            >
                <span class="table-title">{column.title}</span>
                {arrow}
            </button>
        </div>
    }
}
