//! The list of sessions as a page shows it: live or paused, in order or held.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use super::order::Order;
use super::search::Search;
use super::view::View;
use crate::state::ids::IdMap;
use crate::state::live::Live;
use crate::state::rows::{Row, Rows};

/// The list is put in order at most this often; values change with every frame.
const ARRANGE_EVERY_MS: u64 = 250;

/// The list. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct SessionList {
    live: Live,
    view: Signal<View>,
    held: Signal<bool>,
    paused: RwSignal<bool>,
    kept: StoredValue<Kept, LocalStorage>,
    /// Changes when the order does.
    version: RwSignal<u64>,
}

/// What changes without anyone being told.
#[derive(Debug, Default)]
struct Kept {
    /// What is shown while paused, and the server's time of it.
    frozen: Option<(Rows, u64)>,
    order: Order,
    arranged_ms: u64,
    arrange_due: bool,
    /// Rows that were shown since the last arrangement: one that goes leaves no hole until the next.
    seen: IdMap<Rc<Row>>,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Rows of the list; those of sessions that ended a moment ago among them.
    pub rows: usize,
    /// Live sessions in the list.
    pub listed: usize,
    /// Alive, listed or not.
    pub live: usize,
    /// Held back until the order is released.
    pub waiting: usize,
}

impl SessionList {
    /// A list that follows `live` until the owner of the caller goes.
    pub fn start(live: Live, view: Signal<View>, held: Signal<bool>) -> Self {
        let list = Self {
            live,
            view,
            held,
            paused: RwSignal::new(false),
            kept: StoredValue::new_local(Kept::default()),
            version: RwSignal::new(0),
        };
        // What the person asks for is done at once, also while held or paused.
        let asked = Memo::new(move |_| {
            let View { search, sort, .. } = view.get();
            (search, sort)
        });
        Effect::new(move || {
            // Not `track`: a memo that nobody has read follows nothing.
            asked.get();
            list.arrange(true);
        });
        Effect::new(move || {
            live.track();
            live.clock().track_second();
            if !list.paused.get() {
                list.arrange_soon();
            }
        });
        Effect::new(move || {
            live.set_held(held.get());
            list.arrange_soon();
        });
        on_cleanup(move || live.set_held(false));
        list
    }

    /// Whether the list is paused.
    pub fn is_paused(self) -> bool {
        self.paused.get()
    }

    /// Freezes the list, or lets it go on.
    pub fn set_paused(self, paused: bool) {
        let frozen = paused.then(|| (self.live.with_rows(Rows::clone), self.live.now_ms()));
        self.kept.update_value(|kept| kept.frozen = frozen);
        self.paused.set(paused);
    }

    /// How many rows there are.
    pub fn counts(self) -> Counts {
        self.version.track();
        let live = self.with_rows(|rows, _| rows.live());
        self.kept.with_value(|Kept { order, .. }| Counts {
            rows: order.len(),
            listed: order.live(),
            live,
            waiting: order.waiting(),
        })
    }

    /// The row at a place, and the server's time by which its ages are to be told.
    pub fn row_at(self, place: usize) -> Option<(Rc<Row>, u64)> {
        self.version.track();
        if !self.paused.get() {
            self.live.track();
            self.live.clock().track_second();
        }
        let id = self.kept.with_value(|kept| kept.order.id_at(place))?;
        let (found, now_ms) = self.with_rows(|rows, now_ms| (rows.get(id).cloned(), now_ms));
        let row = self.kept.try_update_value(|kept| match found {
            Some(row) => {
                kept.seen.insert(id, Rc::clone(&row));
                Some(row)
            }
            None => kept.seen.get(&id).cloned(),
        });
        row.flatten().map(|row| (row, now_ms))
    }

    /// How long the list has been paused.
    pub fn paused_ms(self) -> Option<u64> {
        self.live.clock().track_second();
        self.paused.track();
        let frozen_ms = self
            .kept
            .with_value(|kept| kept.frozen.as_ref().map(|(_, at_ms)| *at_ms));
        frozen_ms.map(|at_ms| self.live.now_ms().saturating_sub(at_ms))
    }

    /// The session at a place, without tracking.
    pub fn id_at(self, place: usize) -> Option<u64> {
        self.kept.with_value(|kept| kept.order.id_at(place))
    }

    /// The place of a session, without tracking.
    pub fn place_of(self, id: u64) -> Option<usize> {
        self.kept.with_value(|kept| kept.order.place_of(id))
    }

    fn with_rows<T>(self, read: impl FnOnce(&Rows, u64) -> T) -> T {
        self.kept.with_value(|kept| match &kept.frozen {
            Some((rows, now_ms)) => read(rows, *now_ms),
            None => self.live.with_rows(|rows| read(rows, self.live.now_ms())),
        })
    }

    /// Arranges when the time has come; never in the task that applies events, lest it gets long.
    fn arrange_soon(self) {
        if self.kept.with_value(|kept| kept.arrange_due) {
            return;
        }
        self.kept.update_value(|kept| kept.arrange_due = true);
        let arranged_ms = self.kept.with_value(|kept| kept.arranged_ms);
        let since_ms = self.live.clock().page_ms().saturating_sub(arranged_ms);
        let wait = Duration::from_millis(ARRANGE_EVERY_MS.saturating_sub(since_ms));
        set_timeout(move || self.arrange_late(), wait);
    }

    /// A timer's turn; the page may be gone by then.
    fn arrange_late(self) {
        if self
            .kept
            .try_update_value(|kept| kept.arrange_due = false)
            .is_some()
            && !self.paused.get_untracked()
        {
            self.arrange(false);
        }
    }

    fn arrange(self, asked: bool) {
        let View { search, sort, .. } = self.view.get_untracked();
        let search = Search::parse(&search);
        let held = self.held.get_untracked() && !asked;
        let page_ms = self.live.clock().page_ms();
        let server_ms = self.live.now_ms();
        self.kept.update_value(
            |Kept {
                 frozen,
                 order,
                 arranged_ms,
                 seen,
                 ..
             }| {
                seen.clear();
                let mut arrange = |rows: &Rows, now_ms: u64| {
                    // Nobody holds an empty list: the first rows may come.
                    if held && !order.is_empty() {
                        order.hold(rows, &search, now_ms);
                    } else {
                        order.arrange(rows, &search, sort, now_ms);
                    }
                };
                match frozen {
                    Some((rows, now_ms)) => arrange(rows, *now_ms),
                    None => self.live.with_rows(|rows| arrange(rows, server_ms)),
                }
                *arranged_ms = page_ms;
            },
        );
        self.version.update(|n| *n += 1);
    }
}
