//! Live data: one stream of events, one store of rows, changed at most once a frame.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::access::Access;
use super::clock::Clock;
use super::event_objects::EventObjects;
use super::inbox::{Inbox, Told};
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
    kept: StoredValue<Kept, LocalStorage>,
    version: RwSignal<u64>,
    objects_version: RwSignal<u64>,
    audit: RwSignal<u64>,
    loaded: RwSignal<bool>,
    link: RwSignal<Link>,
    fault: RwSignal<Option<String>>,
    clock: Clock,
    access: Access,
}

/// What changes without anyone being told.
#[derive(Debug, Default)]
struct Kept {
    told: Told,
    inbox: Inbox,
    stream: Option<EventStream>,
    frame_due: bool,
    held: bool,
}

impl Live {
    /// An empty store that is connected as long as someone is logged in.
    pub fn start(clock: Clock, access: Access) -> Self {
        let live = Self {
            kept: StoredValue::new_local(Kept::default()),
            version: RwSignal::new(0),
            objects_version: RwSignal::new(0),
            audit: RwSignal::new(0),
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
            if live.link.get_untracked().is_silent(clock.page_ms()) {
                // The browser does not notice, and would wait for minutes.
                live.hear(Heard::Broken);
                live.reconnect();
            }
            let mut link = live.link.get_untracked();
            link.tick(clock.page_ms());
            if link != live.link.get_untracked() {
                live.link.set(link);
            }
            live.expire();
        });
        live
    }

    /// The clock that the events set.
    pub fn clock(self) -> Clock {
        self.clock
    }

    /// Whose access it is.
    pub fn access(self) -> Access {
        self.access
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
        self.kept.with_value(|kept| read(&kept.told.rows))
    }

    /// Changes whenever servers, services or filters change.
    pub fn track_objects(self) {
        self.objects_version.track();
    }

    /// Reads what events tell of servers, services and filters, without tracking.
    pub fn with_objects<T>(self, read: impl FnOnce(&EventObjects) -> T) -> T {
        self.kept.with_value(|kept| read(&kept.told.objects))
    }

    /// The number of the last record of the audit that events have told of.
    pub fn audit(self) -> u64 {
        self.audit.get()
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

    /// Keeps the rows of ended sessions, because someone's pointer is on them.
    pub fn set_held(self, held: bool) {
        self.kept.update_value(|kept| kept.held = held);
    }

    /// Lets rows of ended sessions go, see [`Rows::expire`].
    fn expire(self) {
        let now_ms = self.now_ms();
        if self
            .kept
            .try_update_value(|kept| kept.told.rows.expire(now_ms, kept.held))
            == Some(true)
        {
            self.version.update(|n| *n += 1);
        }
    }

    /// Connects anew, at once.
    pub fn reconnect(self) {
        let stream = EventStream::open(move |heard| self.hear(heard));
        self.kept.update_value(|kept| kept.stream = stream);
    }

    fn connect(self) {
        self.link.update(Link::connect);
        self.reconnect();
    }

    fn close(self) {
        self.kept.set_value(Kept::default());
        self.loaded.set(false);
        self.link.update(Link::close);
        self.version.update(|n| *n += 1);
        self.objects_version.update(|n| *n += 1);
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Opened | Heard::Heartbeat => {
                self.link.update(|link| link.heard(self.clock.page_ms()));
            }
            Heard::Event(kind, text) => {
                self.link.update(|link| link.heard(self.clock.page_ms()));
                self.kept.update_value(|kept| kept.inbox.push(kind, text));
                self.schedule();
            }
            Heard::Broken => self.link.update(|link| link.broke(self.clock.page_ms())),
            Heard::Closed => self.come_back(),
        }
    }

    /// The stream ended for good: waits, makes sure that one is still logged in, opens another.
    fn come_back(self) {
        self.link.update(|link| link.broke(self.clock.page_ms()));
        let spread = js_sys::Math::random();
        let wait_ms = self.link.try_update(|link| link.wait_ms(spread));
        let wait_ms = wait_ms.unwrap_or_default();
        set_timeout(
            move || {
                spawn_local(async move {
                    let answer = api::auth::check().await;
                    // Logged out, or connected by hand, meanwhile.
                    let is_live = self.link.get_untracked().state() == LinkState::Live;
                    if is_live || !self.access.is_in_untracked() {
                        return;
                    }
                    match answer {
                        Ok(()) => self.reconnect(),
                        Err(ApiError::Unauthorized) => self.access.expire(),
                        Err(_) => self.come_back(),
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
        if !self.kept.with_value(|kept| kept.frame_due) {
            self.kept.update_value(|kept| kept.frame_due = true);
            request_animation_frame(move || {
                self.kept.update_value(|kept| kept.frame_due = false);
                let late = self.kept.with_value(|kept| kept.inbox.is_late());
                self.apply(if late {
                    FRAME_BUDGET_LATE_MS
                } else {
                    FRAME_BUDGET_MS
                });
                if !self.kept.with_value(|kept| kept.inbox.is_empty()) {
                    self.schedule();
                }
            });
        }
    }

    fn apply(self, budget_ms: f64) {
        let performance = window().performance();
        let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
        let end = now() + budget_ms;
        let drain = |kept: &mut Kept| kept.inbox.drain(&mut kept.told, || now() < end);
        let Some(drained) = self.kept.try_update_value(drain) else {
            return;
        };
        if drained.fault.is_some() {
            self.fault.set(drained.fault);
        }
        if drained.objects {
            self.objects_version.update(|n| *n += 1);
        }
        if let Some(last) = drained.audit
            && last != self.audit.get_untracked()
        {
            self.audit.set(last);
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
