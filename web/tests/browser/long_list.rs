//! A list of any length: few elements, the end that is followed, the place that is kept.

use std::sync::Arc;

use leptos::prelude::*;
use sluicegate_web::components::virtual_list::VirtualList;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

type Items = RwSignal<Vec<Arc<u64>>>;

struct List {
    page: Page,
    items: Items,
    follow: RwSignal<bool>,
    selected: RwSignal<Option<u64>>,
}

fn numbers(range: std::ops::Range<u64>) -> Vec<Arc<u64>> {
    range.map(Arc::new).collect()
}

impl List {
    async fn show(range: std::ops::Range<u64>) -> Self {
        let items: Items = RwSignal::new(numbers(range));
        let follow = RwSignal::new(true);
        let selected = RwSignal::new(None);
        let page = Page::show(move || {
            let view = Callback::new(|item: Arc<u64>| view! { <b>{*item}</b> }.into_any());
            view! {
                <div class="log">
                    <VirtualList label="Numbers" class="log-list" items key=|item: &u64| *item view follow selected />
                </div>
            }
        })
        .await;
        settle().await;
        Self {
            page,
            items,
            follow,
            selected,
        }
    }

    fn rows(&self) -> Vec<String> {
        self.page.texts(".log-list-row")
    }

    fn top(&self) -> i32 {
        self.page.find(".log-list").scroll_top()
    }
}

#[wasm_bindgen_test]
async fn a_long_list_has_few_elements_and_stays_at_its_end() {
    let list = List::show(0..5_000).await;
    assert!(list.rows().len() < 60, "{} rows", list.rows().len());
    assert_eq!(list.rows().last().unwrap(), "4999");
    list.items.set(numbers(0..5_010));
    settle().await;
    settle().await;
    assert_eq!(list.rows().last().unwrap(), "5009");
}

#[wasm_bindgen_test]
async fn who_scrolls_up_is_left_where_he_is_when_rows_come_before_and_behind() {
    let list = List::show(1_000..2_000).await;
    list.page.find(".log-list").set_scroll_top(2_400);
    settle().await;
    assert!(
        !list.follow.get_untracked(),
        "scrolling up lets go of the end"
    );
    list.items.set(numbers(990..2_010));
    settle().await;
    settle().await;
    assert_eq!(list.top(), 2_400 + 10 * 24, "what is seen stays");
    list.page.find(".log-list").set_scroll_top(i32::MAX);
    settle().await;
    assert!(list.follow.get_untracked(), "the end takes hold again");
}

#[wasm_bindgen_test]
async fn rows_are_selected_by_keys_and_come_into_sight() {
    let list = List::show(0..500).await;
    list.page.key(".log-list", "Home").await;
    assert_eq!(list.selected.get_untracked(), Some(0));
    assert_eq!(list.top(), 0);
    list.page.key(".log-list", "ArrowDown").await;
    assert_eq!(list.selected.get_untracked(), Some(1));
    let active = list.page.find(".log-list");
    assert_eq!(
        active.get_attribute("aria-activedescendant").as_deref(),
        Some("log-list-1")
    );
    list.page.key(".log-list", "Escape").await;
    assert_eq!(list.selected.get_untracked(), None);
}
