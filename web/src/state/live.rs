//! Live data: one stream of events, one store of rows, changed at most once a frame.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::access::Access;
use super::clock::Clock;
use super::inbox::Inbox;
use super::link::{Link, LinkState};
use super::rows::Rows;
use crate::api;
use crate::api::events::{EventStream, Heard};
use crate::api::request::ApiError;

/// How long events may be applied within one frame, in ms.
const FRAME_BUDGET_MS: f64 = 6.0;
/// The same when they come faster than they are applied: slower frames, but never out of date.
const FRAME_BUDGET_LATE_MS: f64 = 24.0;

/// The store. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    rows: StoredValue<Rows, LocalStorage>,
    inbox: StoredValue<Inbox, LocalStorage>,
    stream: StoredValue<Option<EventStream>, LocalStorage>,
    frame_due: StoredValue<bool>,
    version: RwSignal<u64>,
    loaded: RwSignal<bool>,
    link: RwSignal<Link>,
    fault: RwSignal<Option<String>>,
    clock: Clock,
    access: Access,
}

impl Live {
    /// An empty store that is connected as long as someone is logged in.
    pub fn start(clock: Clock, access: Access) -> Self {
        let live = Self {
            rows: StoredValue::new_local(Rows::default()),
            inbox: StoredValue::new_local(Inbox::default()),
            stream: StoredValue::new_local(None),
            frame_due: StoredValue::new(false),
            version: RwSignal::new(0),
            loaded: RwSignal::new(false),
            link: RwSignal::new(Link::default()),
            fault: RwSignal::new(None),
            clock,
            access,
        };
        let logged_in = Memo::new(move |_| access.is_in());
        Effect::new(move || {
            if logged_in.get() {
                live.connect();
            } else {
                live.close();
            }
        });
        Effect::new(move || {
            clock.track_second();
            let mut link = live.link.get_untracked();
            link.tick(clock.page_ms());
            if link != live.link.get_untracked() {
                live.link.set(link);
            }
        });
        live
    }

    /// How it stands to the server.
    pub fn link(self) -> Link {
        self.link.get()
    }

    /// Whether a snapshot has come since log-in.
    pub fn is_loaded(self) -> bool {
        self.loaded.get()
    }

    /// What was wrong with the last event, if it could not be read.
    pub fn fault(self) -> Option<String> {
        self.fault.get()
    }

    /// Changes whenever rows change.
    pub fn track(self) {
        self.version.track();
    }

    /// Reads the rows, without tracking.
    pub fn with_rows<T>(self, read: impl FnOnce(&Rows) -> T) -> T {
        self.rows.with_value(read)
    }

    /// The server's time that the rows are of: it stands still while no events come, lest a session
    /// look idle that nobody hears of. Not tracked.
    pub fn now_ms(self) -> u64 {
        let link = self.link.get_untracked();
        let behind_ms = match link.state() {
            LinkState::Live => 0,
            _ => link.data_age_ms(self.clock.page_ms()).unwrap_or(0),
        };
        self.clock.server_ms().saturating_sub(behind_ms)
    }

    /// Lets rows of ended sessions go, see [`Rows::expire`].
    pub fn expire(self, held: bool) {
        let now_ms = self.now_ms();
        if self.rows.try_update_value(|rows| rows.expire(now_ms, held)) == Some(true) {
            self.version.update(|n| *n += 1);
        }
    }

    /// Connects anew, at once.
    pub fn reconnect(self) {
        self.stream
            .set_value(EventStream::open(move |heard| self.hear(heard)));
    }

    fn connect(self) {
        self.link.update(Link::connect);
        self.reconnect();
    }

    fn close(self) {
        self.stream.set_value(None);
        self.inbox.update_value(Inbox::clear);
        self.rows.set_value(Rows::default());
        self.loaded.set(false);
        self.link.update(Link::close);
        self.version.update(|n| *n += 1);
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Opened => self.link.update(|link| link.heard(self.clock.page_ms())),
            Heard::Event(kind, text) => {
                self.link.update(|link| link.heard(self.clock.page_ms()));
                self.inbox.update_value(|inbox| inbox.push(kind, text));
                self.schedule();
            }
            Heard::Broken => self.link.update(|link| link.broke(self.clock.page_ms())),
            Heard::Closed => self.come_back(),
        }
    }

    /// The stream ended for good: waits, makes sure that one is still logged in, opens another.
    fn come_back(self) {
        self.link.update(|link| link.broke(self.clock.page_ms()));
        let wait_ms = self.link.get_untracked().wait_ms(js_sys::Math::random());
        set_timeout(
            move || {
                spawn_local(async move {
                    match api::auth::check().await {
                        Err(ApiError::Unauthorized) => self.access.expire(),
                        Err(_) if self.access.is_in_untracked() => self.come_back(),
                        Ok(()) if self.access.is_in_untracked() => self.reconnect(),
                        _ => {}
                    }
                });
            },
            Duration::from_millis(wait_ms.into()),
        );
    }

    /// Applies what came in the next frame; at once when nobody looks and no frame comes.
    fn schedule(self) {
        if document().hidden() {
            self.apply(f64::INFINITY);
            return;
        }
        if !self.frame_due.get_value() {
            self.frame_due.set_value(true);
            request_animation_frame(move || {
                self.frame_due.set_value(false);
                let late = self.inbox.with_value(Inbox::is_late);
                self.apply(if late {
                    FRAME_BUDGET_LATE_MS
                } else {
                    FRAME_BUDGET_MS
                });
                if !self.inbox.with_value(Inbox::is_empty) {
                    self.schedule();
                }
            });
        }
    }

    fn apply(self, budget_ms: f64) {
        let performance = window().performance();
        let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let end = now() + budget_ms;
        let drained = self.inbox.try_update_value(|inbox| {
            self.rows
                .try_update_value(|rows| inbox.drain(rows, || now() < end))
        });
        let Some(Some(drained)) = drained else { return };
        if drained.fault.is_some() {
            self.fault.set(drained.fault);
        }
        if let Some(now_ms) = drained.now_ms {
            self.clock.set_server_ms(now_ms);
            if !self.loaded.get_untracked() {
                self.loaded.set(true);
            }
            self.version.update(|n| *n += 1);
        }
    }
}
