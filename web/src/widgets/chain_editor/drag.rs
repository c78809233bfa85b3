//! Dragging by pointer: mouse, pen and finger. Nothing is changed before the drop.

use std::time::Duration;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::item;
use crate::components::icon::{Glyph, Icon};
use crate::state::chain::draft::Edit;
use crate::state::chain::editing::Editing;

/// So far the pointer moves before a press is a drag, in CSS pixels.
const SLOP_PX: f64 = 4.0;
/// So far beside the list a drop still counts.
const REACH_PX: f64 = 48.0;
/// So near to the edge of the page it scrolls.
const EDGE_PX: f64 = 56.0;
const SCROLL_PX: f64 = 14.0;
const SCROLL_EVERY: Duration = Duration::from_millis(25);
/// What scrolls.
const SCROLLED: &str = "content";

/// A drag. `Copy`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drag {
    editing: Editing,
    locked: Signal<Option<String>>,
    list: NodeRef<html::Ol>,
    pressed: StoredValue<Option<Point>, LocalStorage>,
    now: RwSignal<Option<Dragging>>,
    /// The click that follows a drop is none.
    ended: StoredValue<bool>,
    scrolling: StoredValue<Option<IntervalHandle>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Dragging {
    name: String,
    x: f64,
    y: f64,
    /// Before which item it would be dropped.
    at: Option<usize>,
}

/// Where a filter was pressed, and by which pointer.
#[derive(Debug, Clone)]
struct Point {
    name: String,
    pointer: i32,
    element: Option<web_sys::Element>,
    x: f64,
    y: f64,
}

impl Drag {
    /// Listens until the owner of the caller goes.
    pub(super) fn new(editing: Editing, locked: Signal<Option<String>>) -> Self {
        let drag = Self {
            editing,
            locked,
            list: NodeRef::new(),
            pressed: StoredValue::new_local(None),
            now: RwSignal::new(None),
            ended: StoredValue::new(false),
            scrolling: StoredValue::new(None),
        };
        let moves = window_event_listener(ev::pointermove, move |ev| {
            if drag.is_by(ev.pointer_id()) {
                drag.moved(f64::from(ev.client_x()), f64::from(ev.client_y()));
            }
        });
        let drops = window_event_listener(ev::pointerup, move |ev| {
            if drag.is_by(ev.pointer_id()) {
                drag.dropped();
            }
            // The click that belongs to it comes before any timer.
            set_timeout(
                move || {
                    let _ = drag.ended.try_update_value(|ended| *ended = false);
                },
                Duration::ZERO,
            );
        });
        let cancels = window_event_listener(ev::pointercancel, move |ev| {
            if drag.is_by(ev.pointer_id()) {
                drag.cancel();
            }
        });
        let escapes = window_event_listener(ev::keydown, move |ev| {
            if ev.key() == "Escape" && drag.now.with_untracked(Option::is_some) {
                ev.prevent_default();
                drag.cancel();
            }
        });
        on_cleanup(move || {
            drag.stop_scrolling();
            for handle in [moves, drops, cancels, escapes] {
                handle.remove();
            }
        });
        drag
    }

    /// The element of the chain.
    pub(super) fn list(self) -> NodeRef<html::Ol> {
        self.list
    }

    /// Whether something is being dragged.
    pub(super) fn is_on(self) -> bool {
        self.now.with(Option::is_some)
    }

    /// The filter that is being dragged.
    pub(super) fn name(self) -> Option<String> {
        self.now
            .with(|now| now.as_ref().map(|now| now.name.clone()))
    }

    /// Before which item it would be dropped.
    pub(super) fn target(self) -> Option<usize> {
        self.now.with(|now| now.as_ref().and_then(|now| now.at))
    }

    /// Whether this click belongs to a drop.
    pub(super) fn ended_just_now(self) -> bool {
        self.ended.get_value()
    }

    /// A filter was pressed.
    pub(super) fn press(self, name: &str, ev: &ev::PointerEvent) {
        self.ended.set_value(false);
        let is_free = self.now.with_untracked(Option::is_none);
        if is_free && ev.button() == 0 && self.locked.get_untracked().is_none() {
            let target = ev.current_target();
            self.pressed.set_value(Some(Point {
                name: name.to_owned(),
                pointer: ev.pointer_id(),
                element: target.and_then(|target| target.dyn_into().ok()),
                x: f64::from(ev.client_x()),
                y: f64::from(ev.client_y()),
            }));
        }
    }

    /// Whether it is this pointer that has pressed: another finger moves nothing.
    fn is_by(self, pointer: i32) -> bool {
        self.pressed
            .with_value(|from| from.as_ref().is_some_and(|from| from.pointer == pointer))
    }

    fn moved(self, x: f64, y: f64) {
        if self.now.with_untracked(Option::is_none) {
            let Some(from) = self.pressed.get_value() else {
                return;
            };
            if (x - from.x).hypot(y - from.y) < SLOP_PX {
                return;
            }
            if let Some(element) = &from.element {
                // So that letting go outside of the window is heard of; fails for a pointer that is gone.
                let _ = element.set_pointer_capture(from.pointer);
            }
            self.editing.edit(Edit::Drop);
            self.start_scrolling();
            self.now.set(Some(Dragging {
                name: from.name,
                x,
                y,
                at: None,
            }));
        }
        let at = self.place(x, y);
        self.now.update(|now| {
            if let Some(now) = now {
                (now.x, now.y, now.at) = (x, y, at);
            }
        });
    }

    fn dropped(self) {
        self.pressed.set_value(None);
        let Some(Dragging { name, at, .. }) = self.now.get_untracked() else {
            return;
        };
        self.stop();
        let Some(at) = at else { return };
        let from = self
            .editing
            .draft()
            .with_untracked(|draft| draft.chain().iter().position(|other| *other == name));
        item::focus_soon(name.clone());
        self.editing.edit(match from {
            None => Edit::Insert { name, at },
            Some(from) => Edit::Move {
                name,
                to: if at > from { at - 1 } else { at },
            },
        });
    }

    fn cancel(self) {
        self.pressed.set_value(None);
        if self.now.with_untracked(Option::is_some) {
            self.stop();
        }
    }

    fn stop(self) {
        self.pressed.set_value(None);
        self.stop_scrolling();
        self.ended.set_value(true);
        self.now.set(None);
    }

    /// Before which item of the chain a point is; nothing when it is far from the chain.
    fn place(self, x: f64, y: f64) -> Option<usize> {
        let list = self.list.get_untracked()?;
        let section = list.parent_element().unwrap_or_else(|| list.clone().into());
        let bounds = section.get_bounding_client_rect();
        let inside = (bounds.left() - REACH_PX..bounds.right() + REACH_PX).contains(&x)
            && (bounds.top() - REACH_PX..bounds.bottom() + REACH_PX).contains(&y);
        if !inside {
            return None;
        }
        let items = list.children();
        let is_below = |at: &u32| {
            items.item(*at).is_some_and(|item| {
                let bounds = item.get_bounding_client_rect();
                y < bounds.top() + bounds.height() / 2.0
            })
        };
        let len = items.length();
        Some((0..len).find(is_below).unwrap_or(len) as usize)
    }

    fn start_scrolling(self) {
        let tick = move || {
            let Some(now) = self.now.get_untracked() else {
                return;
            };
            let Some(page) = document().get_element_by_id(SCROLLED) else {
                return;
            };
            let bounds = page.get_bounding_client_rect();
            let by = if now.y < bounds.top() + EDGE_PX {
                -SCROLL_PX
            } else if now.y > bounds.bottom() - EDGE_PX {
                SCROLL_PX
            } else {
                return;
            };
            page.scroll_by_with_x_and_y(0.0, by);
            self.moved(now.x, now.y);
        };
        self.scrolling
            .set_value(set_interval_with_handle(tick, SCROLL_EVERY).ok());
    }

    fn stop_scrolling(self) {
        let handle = self.scrolling.try_update_value(Option::take).flatten();
        if let Some(handle) = handle {
            handle.clear();
        }
    }
}

/// What hangs on the pointer.
#[component]
pub(super) fn DragGhost(drag: Drag) -> impl IntoView {
    let at = move || {
        drag.now.with(|now| {
            let (x, y) = now.as_ref().map_or((0.0, 0.0), |now| (now.x, now.y));
            format!("translate({}px, {}px)", x + 10.0, y + 8.0)
        })
    };
    view! {
        <Show when=move || drag.is_on()>
            <div class="chain-ghost" aria-hidden="true" style:transform=at>
                <Icon glyph=Glyph::Filter />
                <span>{move || drag.name()}</span>
            </div>
        </Show>
    }
}
