//! A list of any length with few elements. Its rows are equally high; how high is measured.
//!
//! The list is one stop of the Tab key: arrows, Home and End select a row. It can follow its end; then
//! scrolling up lets go of it, and scrolling to the end takes hold of it again. Else what is seen stays
//! where it is when rows come or go before it.

use std::sync::Arc;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::resize::on_resize;

/// Rows drawn beyond the edges.
const BEYOND: usize = 8;
/// So many are drawn at most.
const DRAWN_MAX: usize = 140;
/// The height of a row before it was measured.
const ROW_PX: f64 = 24.0;

/// What the list knows of its place.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    scroll_top: f64,
    height: f64,
    row: f64,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            scroll_top: 0.0,
            height: 0.0,
            row: ROW_PX,
        }
    }
}

impl Place {
    /// Which rows of `len` are drawn.
    fn drawn(self, len: usize) -> std::ops::Range<usize> {
        #[expect(clippy::cast_sign_loss, reason = "at least 0")]
        let [top, seen] =
            [self.scroll_top, self.height].map(|px| (px.max(0.0) / self.row) as usize);
        let first = top.saturating_sub(BEYOND).min(len);
        let count = (seen + 2 * BEYOND + 1).min(DRAWN_MAX);
        first..(first + count).min(len)
    }

    fn is_at_end(self, len: usize) -> bool {
        self.scroll_top + self.height > (len as f64 - 0.5) * self.row
    }

    /// Where to scroll to, so that row `at` is wholly seen; nowhere if it is.
    fn reveal(self, at: usize) -> Option<f64> {
        let (above, below) = (at as f64 * self.row, (at + 1) as f64 * self.row);
        if above < self.scroll_top {
            Some(above)
        } else if below > self.scroll_top + self.height {
            Some(below - self.height)
        } else {
            None
        }
    }
}

/// The list.
#[component]
pub fn VirtualList<T: PartialEq + Send + Sync + 'static>(
    /// Its name.
    label: &'static str,
    /// Its class; rows are of the class with `-row`.
    class: &'static str,
    /// Its rows.
    #[prop(into)]
    items: Signal<Vec<Arc<T>>>,
    /// What a row is known by.
    key: fn(&T) -> u64,
    /// What is in a row.
    view: Callback<Arc<T>, AnyView>,
    /// Whether it stays at its end.
    follow: RwSignal<bool>,
    /// The key of the selected row.
    selected: RwSignal<Option<u64>>,
) -> impl IntoView {
    let list: NodeRef<html::Div> = NodeRef::new();
    let place = RwSignal::new(Place::default());
    let len = Memo::new(move |_| items.with(Vec::len));
    let measured = move || measure(list, place);
    watch_size(list, measured);
    keep_in_sight(list, place, items, key, follow);
    let on_scroll = move |_| {
        let before = place.get_untracked().scroll_top;
        measured();
        let now = place.get_untracked();
        // What scrolls by itself only ever goes down.
        if now.is_at_end(len.get_untracked()) {
            follow.set(true);
        } else if now.scroll_top < before {
            follow.set(false);
        }
    };
    let drawn = Memo::new(move |_| place.get().drawn(len.get()));
    let rows = Memo::new(move |_| {
        let drawn = drawn.get();
        items.with(|items| items.get(drawn).unwrap_or_default().to_vec())
    });
    let row_class = format!("{class}-row");
    let row = move |item: Arc<T>| {
        let own = key(&item);
        let is_selected = Memo::new(move |_| selected.get() == Some(own));
        view! {
            <div
                class=row_class.clone()
                role="option"
                id=format!("{class}-{own}")
                aria-selected=move || is_selected.get().to_string()
                on:click=move |_| selected.set((!is_selected.get_untracked()).then_some(own))
            >
                {view.run(item)}
            </div>
        }
    };
    let on_key = move |ev: KeyboardEvent| press(&ev, list, place, items, key, selected);
    let active = move || selected.get().map(|key| format!("{class}-{key}"));
    view! {
        <div
            class=class
            role="listbox"
            tabindex="0"
            aria-label=label
            aria-activedescendant=active
            node_ref=list
            on:scroll=on_scroll
            on:keydown=on_key
        >
            <div role="presentation" class="virtual-space" style:height=move || format!("{}px", len.get() as f64 * place.get().row)>
                <div role="presentation" class="virtual-window" style:transform=move || format!("translateY({}px)", drawn.get().start as f64 * place.get().row)>
                    <For each=move || rows.get() key=move |item| key(item) children=row />
                </div>
            </div>
        </div>
    }
}

/// What keys do: they select a row.
fn press<T: Send + Sync + 'static>(
    ev: &KeyboardEvent,
    list: NodeRef<html::Div>,
    place: RwSignal<Place>,
    items: Signal<Vec<Arc<T>>>,
    key: fn(&T) -> u64,
    selected: RwSignal<Option<u64>>,
) {
    let now = selected.get_untracked();
    let (at, last) = items.with_untracked(|items| {
        let at = now.and_then(|now| items.iter().position(|item| key(item) == now));
        (at, items.len().saturating_sub(1))
    });
    let to = match ev.key().as_str() {
        "ArrowUp" => at.map_or(last, |at| at.saturating_sub(1)),
        "ArrowDown" => at.map_or(last, |at| (at + 1).min(last)),
        "Home" => 0,
        "End" => last,
        "Escape" => return selected.set(None),
        _ => return,
    };
    ev.prevent_default();
    let found = items.with_untracked(|items| items.get(to).map(|item| key(item)));
    if found.is_some() {
        selected.set(found);
        scroll(list, place.get_untracked().reveal(to));
    }
}

/// Stays at the end, or where one is, when rows come and go.
fn keep_in_sight<T: Send + Sync + 'static>(
    list: NodeRef<html::Div>,
    place: RwSignal<Place>,
    items: Signal<Vec<Arc<T>>>,
    key: fn(&T) -> u64,
    follow: RwSignal<bool>,
) {
    Effect::new(move |before: Option<Vec<u64>>| {
        let keys = items.with(|items| items.iter().map(|item| key(item)).collect::<Vec<_>>());
        let now = place.get_untracked();
        let to = if follow.get() {
            Some(keys.len() as f64 * now.row)
        } else {
            before.and_then(|before| moved(&before, &keys, now))
        };
        if to.is_some() {
            // The space has its new height in the next frame.
            request_animation_frame(move || {
                scroll(list, to);
                measure(list, place);
            });
        }
        keys
    });
}

/// Where to scroll to, so that the row at the top of what is seen stays there.
fn moved(before: &[u64], keys: &[u64], place: Place) -> Option<f64> {
    #[expect(clippy::cast_sign_loss, reason = "at least 0")]
    let top = (place.scroll_top.max(0.0) / place.row) as usize;
    let seen = before.get(top)?;
    let at = keys.iter().position(|key| key == seen)?;
    (at != top).then_some(place.scroll_top + (at as f64 - top as f64) * place.row)
}

fn scroll(list: NodeRef<html::Div>, to: Option<f64>) {
    if let (Some(to), Some(Some(list))) = (to, list.try_get_untracked()) {
        list.set_scroll_top(to as i32);
    }
}

fn measure(list: NodeRef<html::Div>, place: RwSignal<Place>) {
    let Some(Some(list)) = list.try_get_untracked() else {
        return;
    };
    let window = list
        .first_element_child()
        .and_then(|el| el.first_element_child());
    let row = window.and_then(|el| el.first_element_child());
    let row = row.map_or(0.0, |row| row.get_bounding_client_rect().height());
    let before = place.get_untracked();
    let now = Place {
        scroll_top: f64::from(list.scroll_top()),
        height: f64::from(list.client_height()),
        row: if row > 0.0 { row } else { before.row },
    };
    if now != before {
        place.set(now);
    }
}

/// Measures when the list has come, and whenever it changes its size.
fn watch_size(list: NodeRef<html::Div>, measured: impl Fn() + Copy + 'static) {
    on_resize(list, measured);
    Effect::new(move || {
        if list.get().is_some() {
            request_animation_frame(measured);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(scroll_top: f64) -> Place {
        Place {
            scroll_top,
            height: 240.0,
            row: 24.0,
        }
    }

    #[test]
    fn what_is_drawn_does_not_grow_with_the_list() {
        assert_eq!(place(0.0).drawn(10_000), 0..27);
        assert_eq!(place(2_400.0).drawn(10_000), 92..119);
        assert_eq!(place(99_999_999.0).drawn(50), 50..50);
        assert_eq!(place(0.0).drawn(3), 0..3);
        let tall = Place {
            height: 1e7,
            ..place(0.0)
        };
        assert_eq!(tall.drawn(10_000).len(), DRAWN_MAX);
    }

    #[test]
    fn the_end_is_where_the_last_row_is_seen() {
        assert!(place(760.0).is_at_end(41));
        assert!(!place(700.0).is_at_end(41));
        assert!(place(0.0).is_at_end(3), "all of it is seen");
    }

    #[test]
    fn a_row_out_of_sight_is_scrolled_to() {
        assert_eq!(place(240.0).reveal(10), None);
        assert_eq!(place(240.0).reveal(9), Some(216.0));
        assert_eq!(place(240.0).reveal(20), Some(264.0));
    }

    #[test]
    fn what_is_seen_stays_when_rows_come_and_go_before_it() {
        let before: Vec<u64> = (10..100).collect();
        let more: Vec<u64> = (5..100).collect();
        let less: Vec<u64> = (12..101).collect();
        let gone: Vec<u64> = (90..101).collect();
        assert_eq!(moved(&before, &more, place(250.0)), Some(370.0));
        assert_eq!(moved(&before, &less, place(250.0)), Some(202.0));
        assert_eq!(moved(&before, &gone, place(250.0)), None);
        assert_eq!(moved(&before, &before, place(250.0)), None);
    }
}
