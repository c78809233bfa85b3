//! One row element. It is made once and shows whatever row is at its place.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::model::{Cell, CellKind, RowSource, TableColumn, TableRow};

/// A row element.
#[component]
pub fn TableSlot(
    /// The place of the row that it shows.
    #[prop(into)]
    place: Signal<usize>,
    /// Where rows come from.
    source: RowSource,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<TableColumn>>,
    /// The key of the selected row.
    #[prop(into)]
    selected: Signal<Option<u64>>,
    /// It was pressed.
    on_press: Callback<u64>,
    /// It was pressed twice.
    on_open: Callback<String>,
    /// The keys of marked rows.
    marks: Option<RwSignal<BTreeSet<u64>>>,
) -> impl IntoView {
    let row = Memo::new(move |_| source.row.run(place.get()));
    let key = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.key)));
    let leaving = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.leaving)));
    let is_selected = Memo::new(move |_| key.get().is_some() && key.get() == selected.get());
    let cells = move || {
        let columns = columns.get().into_iter().enumerate();
        columns
            .map(|(at, column)| view! { <TableCell row at kind=column.kind /> })
            .collect_view()
    };
    let press = move |_| {
        if let Some(key) = key.get_untracked() {
            on_press.run(key);
        }
    };
    let open = move |_| {
        if let Some(row) = row.get_untracked() {
            on_open.run(row.href);
        }
    };
    view! {
        <div
            class="table-row"
            class:is-absent=move || key.get().is_none()
            class:is-leaving=move || leaving.get()
            class:is-selected=move || is_selected.get()
            role="row"
            id=move || key.get().map(row_id)
            aria-rowindex=move || (place.get() + 2).to_string()
            aria-selected=move || is_selected.get().then_some("true")
            on:pointerdown=press
            on:dblclick=open
        >
            {marks.map(|marks| view! { <MarkCell key marks /> })}
            {cells}
        </div>
    }
}

/// The box that marks a row.
#[component]
fn MarkCell(key: Memo<Option<u64>>, marks: RwSignal<BTreeSet<u64>>) -> impl IntoView {
    let marked = move || {
        key.get()
            .is_some_and(|key| marks.with(|marks| marks.contains(&key)))
    };
    let change = move |on: bool| {
        if let Some(key) = key.get_untracked() {
            marks.update(|marks| {
                if on {
                    marks.insert(key);
                } else {
                    marks.remove(&key);
                }
            });
        }
    };
    view! {
        <div class="table-cell is-mark" role="gridcell">
            <input
                type="checkbox"
                class="check-box"
                tabindex="-1"
                aria-label=move || key.get().map(|key| key.to_string())
                prop:checked=marked
                on:change:target=move |ev| change(ev.target().checked())
            />
        </div>
    }
}

/// The id of the element of the row with that key.
pub fn row_id(key: u64) -> String {
    format!("row-{key}")
}

#[component]
fn TableCell(row: Memo<Option<TableRow>>, at: usize, kind: CellKind) -> impl IntoView {
    let cell = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .and_then(|row| row.cells.get(at))
                .cloned()
                .unwrap_or_default()
        })
    });
    let text = move || cell.with(|cell| cell.text.clone());
    let tone = move || cell.with(|Cell { tone, .. }| tone.class());
    match kind {
        CellKind::Text => view! {
            <div class=move || format!("table-cell {}", tone()) role="gridcell" title=text>{text}</div>
        }
        .into_any(),
        CellKind::Number => view! {
            <div class=move || format!("table-cell is-number {}", tone()) role="gridcell">{text}</div>
        }
        .into_any(),
        CellKind::Link => {
            let href = move || row.with(|row| row.as_ref().map(|row| row.href.clone()));
            view! {
                <div class="table-cell is-link" role="gridcell">
                    <a class="table-link" tabindex="-1" href=href>{text}</a>
                </div>
            }
            .into_any()
        }
        CellKind::Badge => view! {
            <div class="table-cell is-badge" role="gridcell">
                <span class=move || format!("badge {}", tone())>{text}</span>
            </div>
        }
        .into_any(),
    }
}
