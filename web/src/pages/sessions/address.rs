//! The view in the address of the page: read from it, written to it.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::state::saved_views::Query;
use crate::state::session_list::column::Column;
use crate::state::session_list::view::View;

/// The address is written this long after the last key in the search box.
const SETTLE_MS: u64 = 250;

type Navigate = Box<dyn Fn(&str)>;

/// The view. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Address {
    view: RwSignal<View>,
    writes: StoredValue<u64>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

impl Address {
    /// Follows the address until the owner of the caller goes.
    pub(super) fn new() -> Self {
        let query = use_query_map();
        let navigate = use_navigate();
        let options = NavigateOptions {
            resolve: false,
            replace: true,
            scroll: false,
            ..Default::default()
        };
        let navigate: Navigate = Box::new(move |to| navigate(to, options.clone()));
        let read = move || query.with(|query| View::from_query(|key| query.get(key)));
        let address = Self {
            view: RwSignal::new(untrack(read)),
            writes: StoredValue::new(0),
            navigate: StoredValue::new_local(navigate),
        };
        Effect::new(move |before: Option<()>| {
            let view = read();
            // The first time it was read above.
            if before.is_some()
                && address.writes.get_value() == 0
                && address.view.get_untracked() != view
            {
                address.view.set(view);
            }
        });
        address
    }

    /// The view.
    pub(super) fn view(self) -> Signal<View> {
        self.view.into()
    }

    /// Something was typed.
    pub(super) fn set_search(self, search: String) {
        self.change(|view| view.search = search);
    }

    /// The head of a column was pressed.
    pub(super) fn sort_by(self, column: Column) {
        self.change(|view| view.sort = view.sort.clicked(column));
    }

    /// A column is to be shown, or hidden.
    pub(super) fn toggle(self, column: Column) {
        self.change(|view| view.toggle(column));
    }

    /// What the address says of the view.
    pub(super) fn query(self) -> Query {
        let query = self.view.with_untracked(View::to_query).into_iter();
        query.map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// Another view is wanted.
    pub(super) fn open(self, query: &Query) {
        let get = |key: &str| {
            let found = query.iter().find(|(other, _)| other == key);
            found.map(|(_, value)| value.clone())
        };
        self.change(|view| *view = View::from_query(get));
    }

    /// Shown at once; said in the address when no further change follows.
    fn change(self, change: impl FnOnce(&mut View)) {
        self.view.update(change);
        self.writes.update_value(|writes| *writes += 1);
        let write = self.writes.get_value();
        set_timeout(
            move || {
                if self.writes.try_get_value() == Some(write) {
                    self.write();
                    self.writes.set_value(0);
                }
            },
            Duration::from_millis(SETTLE_MS),
        );
    }

    fn write(self) {
        let query: Vec<String> = self
            .view
            .get_untracked()
            .to_query()
            .into_iter()
            .map(|(key, value)| format!("{key}={}", escape(&value)))
            .collect();
        let path = window().location().pathname().unwrap_or_default();
        let to = if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        };
        self.navigate.with_value(|navigate| navigate(&to));
    }
}

/// Escapes a value for a query, but leaves what people read: `user:ann` and `id,user`.
fn escape(value: &str) -> String {
    String::from(js_sys::encode_uri_component(value))
        .replace("%3A", ":")
        .replace("%2C", ",")
}
