//! The windowed table.

use leptos::prelude::*;
use sluicegate_web::components::badge::Tone;
use sluicegate_web::components::virtual_table::VirtualTable;
use sluicegate_web::components::virtual_table::model::{
    Cell, CellKind, Hold, RowSource, TableColumn, TablePlace, TableRow, TableSort,
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::PointerEvent;

use crate::page::{Page, settle};

/// A table of `len` rows with the keys 1000, 1001, ..
struct Table {
    page: Page,
    len: RwSignal<usize>,
    hold: RwSignal<Hold>,
    sorted: RwSignal<Vec<&'static str>>,
    opened: RwSignal<Vec<String>>,
}

fn column(key: &'static str, kind: CellKind) -> TableColumn {
    TableColumn {
        key,
        title: key,
        hint: "",
        width_px: 100,
        share: 1,
        kind,
    }
}

fn row(place: usize) -> TableRow {
    let key = 1000 + place as u64;
    let cell = |text: String| Cell {
        text,
        tone: Tone::Neutral,
    };
    let cells = vec![cell(key.to_string()), cell(format!("name {key}"))];
    TableRow {
        key,
        href: format!("#{key}"),
        leaving: false,
        cells,
    }
}

impl Table {
    async fn show(len: usize) -> Self {
        let len = RwSignal::new(len);
        let hold = RwSignal::new(Hold::default());
        let sorted = RwSignal::new(Vec::new());
        let opened = RwSignal::new(Vec::new());
        let page = Page::show(move || {
            let columns = vec![column("id", CellKind::Link), column("name", CellKind::Text)];
            let source = RowSource {
                len: len.into(),
                row: Callback::new(move |place| (place < len.get()).then(|| row(place))),
                place: Callback::new(move |key: u64| Some(key as usize - 1000)),
                key: Callback::new(move |place| Some(1000 + place as u64)),
            };
            let sort = TableSort {
                key: "id",
                descending: false,
            };
            view! {
                <VirtualTable
                    label="Things"
                    columns=Signal::stored(columns)
                    at=TablePlace::new()
                    source
                    sort=Signal::stored(sort)
                    on_sort=Callback::new(move |key| sorted.update(|keys| keys.push(key)))
                    on_open=Callback::new(move |href| opened.update(|all| all.push(href)))
                    hold
                />
            }
        })
        .await;
        settle().await;
        Self {
            page,
            len,
            hold,
            sorted,
            opened,
        }
    }

    fn ids(&self) -> Vec<String> {
        self.page
            .texts(".table-body .table-row:not(.is-absent) .table-link")
    }

    fn selected(&self) -> Option<String> {
        self.page
            .find(".table")
            .get_attribute("aria-activedescendant")
    }
}

#[wasm_bindgen_test]
async fn ten_thousand_rows_have_a_few_row_elements() {
    let table = Table::show(10_000).await;
    let elements = table.page.all(".table-body .table-row").len();
    assert!(elements < 40, "{elements}");
    let body = table.page.find(".table-body").get_bounding_client_rect();
    assert!((body.height() - 300_000.0).abs() < 1.0, "{}", body.height());
    assert_eq!(
        table
            .page
            .find(".table")
            .get_attribute("aria-rowcount")
            .unwrap(),
        "10001"
    );
}

#[wasm_bindgen_test]
async fn scrolling_shows_other_rows_in_the_same_elements() {
    let table = Table::show(10_000).await;
    let before = table.page.all(".table-body .table-row");
    table.page.find(".table").set_scroll_top(150_000);
    settle().await;
    let ids = table.ids();
    assert!(ids.contains(&"6000".to_owned()), "{ids:?}");
    assert!(!ids.contains(&"1000".to_owned()), "{ids:?}");
    assert!(
        before == table.page.all(".table-body .table-row"),
        "the elements are the same"
    );
    let first = table
        .page
        .find("#row-6000")
        .get_bounding_client_rect()
        .top();
    let head = table
        .page
        .find(".table-head")
        .get_bounding_client_rect()
        .bottom();
    assert!(
        (first - head).abs() < 1.0,
        "row 5000 is the first below the head: {first} {head}"
    );
}

#[wasm_bindgen_test]
async fn a_list_that_gets_short_leaves_no_row_behind() {
    let table = Table::show(10_000).await;
    table.page.find(".table").set_scroll_top(290_000);
    settle().await;
    table.len.set(2);
    settle().await;
    assert_eq!(table.ids(), ["1000", "1001"]);
}

#[wasm_bindgen_test]
async fn keys_select_scroll_and_open() {
    let table = Table::show(10_000).await;
    table.page.key(".table", "ArrowDown").await;
    table.page.key(".table", "ArrowDown").await;
    assert_eq!(table.selected().unwrap(), "row-1001");
    table.page.key(".table", "End").await;
    assert_eq!(table.selected().unwrap(), "row-10999");
    assert!(
        table.page.try_find("#row-10999.is-selected").is_some(),
        "it was scrolled to"
    );
    table.page.key(".table", "Enter").await;
    assert_eq!(table.opened.get_untracked(), ["#10999"]);
    table.page.key(".table", "Escape").await;
    assert_eq!(table.selected(), None);
}

#[wasm_bindgen_test]
async fn rows_are_held_by_the_pointer_and_by_a_selected_row_with_focus() {
    let table = Table::show(10).await;
    let enter = PointerEvent::new("pointerenter").unwrap();
    table.page.send(".table-body", &enter).await;
    assert!(table.hold.get_untracked().pointer);
    let leave = PointerEvent::new("pointerleave").unwrap();
    table.page.send(".table-body", &leave).await;
    assert!(!table.hold.get_untracked().is_held());

    table.page.find(".table").focus().unwrap();
    settle().await;
    assert!(!table.hold.get_untracked().focus, "no row is selected yet");
    table.page.key(".table", "ArrowDown").await;
    assert!(table.hold.get_untracked().focus);
    table.page.find(".table").blur().unwrap();
    settle().await;
    assert!(!table.hold.get_untracked().is_held());
}

#[wasm_bindgen_test]
async fn the_head_tells_the_order_and_asks_for_another() {
    let table = Table::show(10).await;
    let sorts: Vec<_> = table
        .page
        .all("[role=columnheader]")
        .iter()
        .map(|h| h.get_attribute("aria-sort").unwrap())
        .collect();
    assert_eq!(sorts, ["ascending", "none"]);
    table.page.press("name").await;
    assert_eq!(table.sorted.get_untracked(), ["name"]);
    table.page.key(".table-sort.is-sorted", "ArrowRight").await;
    let tab_stops: Vec<_> = table
        .page
        .all(".table-sort")
        .iter()
        .map(|b| b.get_attribute("tabindex").unwrap())
        .collect();
    assert_eq!(
        tab_stops,
        ["-1", "0"],
        "one stop of the Tab key, moved by arrows"
    );
    assert_eq!(table.selected(), None, "keys in the head are the head's");
}
