//! Rows that stay where they are while someone points at them or has the focus in them.

use leptos::ev::FocusEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// What holds the rows of a table. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    pointer: RwSignal<bool>,
    focus: RwSignal<bool>,
    waiting: RwSignal<usize>,
}

impl Holding {
    /// Nothing holds them yet.
    pub fn new() -> Self {
        Self {
            pointer: RwSignal::new(false),
            focus: RwSignal::new(false),
            waiting: RwSignal::new(0),
        }
    }

    /// Whether the rows have to stay.
    pub fn is_held(self) -> bool {
        self.pointer.get() || self.focus.get()
    }

    /// The pointer came to the rows, or left them.
    pub fn point(self, is_on: bool) {
        self.pointer.set(is_on);
    }

    /// The focus came into the rows.
    pub fn focus(self) {
        self.focus.set(true);
    }

    /// The focus left an element of the rows: to another one, or out of them.
    pub fn blur(self, ev: &FocusEvent) {
        let node = |target: Option<web_sys::EventTarget>| {
            target.and_then(|target| target.dyn_into::<web_sys::Node>().ok())
        };
        let next = node(ev.related_target());
        let rows = node(ev.current_target());
        self.focus
            .set(rows.is_some_and(|rows| next.is_some() && rows.contains(next.as_ref())));
    }

    /// Nobody is there any more: the rows are gone from the page.
    pub fn release(self) {
        // The page may have gone with them.
        let _ = self.pointer.try_set(false);
        let _ = self.focus.try_set(false);
        let _ = self.waiting.try_set(0);
    }

    /// So many rows wait until they may come.
    pub fn set_waiting(self, count: usize) {
        self.waiting
            .maybe_update(|waiting| std::mem::replace(waiting, count) != count);
    }

    /// How many rows wait.
    pub fn waiting(self) -> usize {
        self.waiting.get()
    }
}

impl Default for Holding {
    fn default() -> Self {
        Self::new()
    }
}

/// The keys of rows that are held: those that are there keep their places, also when their rows are
/// gone; new ones come behind them if that is their place, or wait. Tells how many do.
pub fn hold(before: &[String], now: Vec<String>) -> (Vec<String>, usize) {
    let known = |key: &String| before.contains(key);
    let behind = now.iter().rposition(known).map_or(0, |last| last + 1);
    let waiting = now.iter().take(behind).filter(|key| !known(key)).count();
    let new = now.into_iter().skip(behind);
    (before.iter().cloned().chain(new).collect(), waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_rows_keep_their_places_and_new_ones_come_behind_them_or_wait() {
        let check = |before: &str, now: &str, expected: &str, waiting: usize| {
            let keys = |text: &str| text.split_whitespace().map(str::to_owned).collect();
            let before: Vec<String> = keys(before);
            let (held, waits) = hold(&before, keys(now));
            assert_eq!((held.join(" "), waits), (expected.to_owned(), waiting));
        };
        check("a b c", "c b a", "a b c", 0);
        check("a b", "a b c d", "a b c d", 0);
        check("b a", "d c b a", "b a", 2);
        check("a b c", "a x c y", "a b c y", 1);
        check("a b", "", "a b", 0);
        check("a", "x y", "a x y", 0);
    }
}
