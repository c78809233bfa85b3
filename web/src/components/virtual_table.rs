//! A table of any length with a fixed number of row elements.
//!
//! The table is one stop of the Tab key (`aria-activedescendant`): arrows, Page Up and Down, Home and
//! End select a row, Enter opens it, Space marks it, Esc lets go of it. What is selected or marked is
//! a key, not a place.

pub mod head;
pub mod model;
pub mod slot;
pub mod window;

use std::collections::BTreeSet;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::resize::on_resize;
use head::TableHead;
use model::{Hold, RowSource, TableColumn, TablePlace, TableSort};
use slot::{TableSlot, row_id};
use window::{ROW_HEIGHT, Window};

/// The width of the column of marks.
const MARKS_PX: u32 = 34;

/// The table.
#[component]
pub fn VirtualTable(
    /// Its name.
    label: &'static str,
    /// Its columns.
    #[prop(into)]
    columns: Signal<Vec<TableColumn>>,
    /// Where one is in it.
    at: TablePlace,
    /// Where rows come from.
    source: RowSource,
    /// The order.
    #[prop(into)]
    sort: Signal<TableSort>,
    /// A head was pressed.
    on_sort: Callback<&'static str>,
    /// A row was opened: where it leads.
    on_open: Callback<String>,
    /// Why rows must not move; set by the table.
    hold: RwSignal<Hold>,
    /// The keys of rows that are marked for an action on several.
    #[prop(optional)]
    marks: Option<RwSignal<BTreeSet<u64>>>,
) -> impl IntoView {
    let grid: NodeRef<html::Div> = NodeRef::new();
    let window = RwSignal::new(Window::default());
    let selected = at.selected;
    let focused = RwSignal::new(false);
    watch_size(grid, window, at);
    hold_while(focused, selected, hold);

    let slots = Memo::new(move |_| window.get().slots());
    let first = Memo::new(move |_| window.get().first(source.len.get()));
    let (tracks, width) = widths(columns, marks.is_some());
    let on_press = Callback::new(move |key| selected.set(Some(key)));
    let keys = TableKeys {
        grid,
        window,
        selected,
        source,
        on_open,
        marks,
    };
    let row = move |slot| {
        let place = Signal::derive(move || first.get() + slot);
        view! { <TableSlot place source columns selected on_press on_open marks /> }
    };
    view! {
        <div
            class="table"
            role="grid"
            tabindex="0"
            aria-label=label
            aria-rowcount=move || (source.len.get() + 1).to_string()
            aria-colcount=move || columns.with(Vec::len).to_string()
            aria-activedescendant=move || selected.get().map(row_id)
            node_ref=grid
            style:--tracks=move || tracks.get()
            style:--table-width=move || format!("{}px", width.get())
            on:scroll=move |_| {
                measure(grid, window);
                at.scroll_top.set_value(window.get_untracked().scroll_top);
            }
            on:keydown=move |ev| keys.press(&ev)
            on:focus=move |_| focused.set(true)
            on:blur=move |_| focused.set(false)
        >
            <TableHead columns sort on_sort has_marks=marks.is_some() />
            <div
                class="table-body"
                role="rowgroup"
                style:height=move || format!("{}px", source.len.get() as f64 * ROW_HEIGHT)
                on:pointerenter=move |_| hold.update(|hold| hold.pointer = true)
                on:pointerleave=move |_| hold.update(|hold| hold.pointer = false)
            >
                <div
                    class="table-window"
                    role="presentation"
                    style:transform=move || {
                        format!("translateY({}px)", first.get() as f64 * ROW_HEIGHT)
                    }
                >
                    <For each=move || 0..slots.get() key=|slot| *slot children=row />
                </div>
            </div>
        </div>
    }
}

/// Rows don't move while one of them is selected and the table has the focus.
fn hold_while(focused: RwSignal<bool>, selected: RwSignal<Option<u64>>, hold: RwSignal<Hold>) {
    Effect::new(move || {
        let focus = focused.get() && selected.get().is_some();
        if hold.with_untracked(|hold| hold.focus) != focus {
            hold.update(|hold| hold.focus = focus);
        }
    });
}

/// The tracks of the CSS grid and the width of them all.
fn widths(columns: Signal<Vec<TableColumn>>, has_marks: bool) -> (Memo<String>, Memo<u32>) {
    let marks_px = if has_marks { MARKS_PX } else { 0 };
    let tracks = Memo::new(move |_| {
        let marks = has_marks.then(|| format!("{marks_px}px "));
        let columns = columns.with(|c| c.iter().map(track).collect::<Vec<_>>().join(" "));
        marks.unwrap_or_default() + &columns
    });
    let width = Memo::new(move |_| {
        marks_px + columns.with(|c| c.iter().map(|c| u32::from(c.width_px)).sum::<u32>())
    });
    (tracks, width)
}

/// A column as a track of a CSS grid. The minimum of a track is not its content's, so that all rows
/// have the same tracks.
fn track(column: &TableColumn) -> String {
    let TableColumn {
        width_px, share, ..
    } = column;
    if *share == 0 {
        format!("{width_px}px")
    } else {
        format!("minmax({width_px}px, {share}fr)")
    }
}

/// Keeps `window` true while the element changes its size.
fn watch_size(grid: NodeRef<html::Div>, window: RwSignal<Window>, at: TablePlace) {
    on_resize(grid, move || measure(grid, window));
    Effect::new(move || {
        if let Some(element) = grid.get() {
            element.set_scroll_top(at.scroll_top.get_value() as i32);
            measure(grid, window);
        }
    });
}

fn measure(grid: NodeRef<html::Div>, window: RwSignal<Window>) {
    let Some(Some(element)) = grid.try_get_untracked() else {
        return;
    };
    let now = Window {
        scroll_top: f64::from(element.scroll_top()),
        height: f64::from(element.client_height()),
    };
    if window
        .try_get_untracked()
        .is_some_and(|before| before != now)
    {
        window.set(now);
    }
}

/// What keys do.
#[derive(Clone, Copy)]
struct TableKeys {
    grid: NodeRef<html::Div>,
    window: RwSignal<Window>,
    selected: RwSignal<Option<u64>>,
    source: RowSource,
    on_open: Callback<String>,
    marks: Option<RwSignal<BTreeSet<u64>>>,
}

impl TableKeys {
    fn press(self, ev: &KeyboardEvent) {
        // Keys in the head are the head's.
        if ev.target() != ev.current_target() || ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
            return;
        }
        let last = self.source.len.get_untracked().saturating_sub(1);
        let page = self.window.get_untracked().visible().max(1);
        let at = self
            .selected
            .get_untracked()
            .and_then(|key| self.source.place.run(key));
        let top = self.window.get_untracked().top();
        let to = match ev.key().as_str() {
            "ArrowDown" => at.map_or(top, |at| at + 1),
            "ArrowUp" => at.map_or(top, |at| at.saturating_sub(1)),
            "PageDown" => at.map_or(top, |at| at + page),
            "PageUp" => at.map_or(top, |at| at.saturating_sub(page)),
            "Home" => 0,
            "End" => last,
            "Enter" => return self.open(at),
            "Escape" => return self.selected.set(None),
            " " => {
                ev.prevent_default();
                return self.mark();
            }
            _ => return,
        };
        ev.prevent_default();
        self.select(to.min(last));
    }

    /// Marks the selected row, or takes its mark away.
    fn mark(self) {
        if let (Some(marks), Some(key)) = (self.marks, self.selected.get_untracked()) {
            marks.update(|marks| {
                if !marks.remove(&key) {
                    marks.insert(key);
                }
            });
        }
    }

    fn open(self, at: Option<usize>) {
        let row = at.and_then(|at| untrack(|| self.source.row.run(at)));
        if let Some(row) = row {
            self.on_open.run(row.href);
        }
    }

    fn select(self, place: usize) {
        let Some(key) = self.source.key.run(place) else {
            return;
        };
        self.selected.set(Some(key));
        let scroll_to = self.window.get_untracked().reveal(place);
        if let (Some(top), Some(grid)) = (scroll_to, self.grid.get_untracked()) {
            grid.set_scroll_top(top as i32);
            measure(self.grid, self.window);
        }
    }
}
