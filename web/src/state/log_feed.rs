//! The log, followed: by a stream where there is one, by asking again and again where there is none.

pub mod lines;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::settings::Settings;
use crate::api::logs::stream::{Heard, LogStream};
use crate::api::logs::{self, LogLine, LogPage};
use crate::api::request::ApiError;
use lines::{LINES_MAX, LogLines};

/// How long to wait before a stream is tried again.
const RETRY_MS: f64 = 10_000.0;

/// How lines come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// The stream is being opened.
    #[default]
    Opening,
    /// As they are logged.
    Stream,
    /// There is no stream: they are asked for.
    Asking,
}

/// What is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FeedState {
    /// Nothing yet.
    #[default]
    Loading,
    /// Lines, perhaps none.
    Ready,
    /// They could not be fetched, and nothing was known before.
    Failed(ApiError),
}

/// The feed. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct LogFeed {
    lines: RwSignal<LogLines>,
    state: RwSignal<FeedState>,
    way: RwSignal<Way>,
    priorities: Signal<String>,
    /// Where the lines before the oldest known one begin.
    before: RwSignal<Option<u64>>,
    kept: StoredValue<Kept, LocalStorage>,
    live: Live,
}

/// What changes without anyone being told.
#[derive(Debug, Default)]
struct Kept {
    stream: Option<LogStream>,
    /// Lines that came since the last frame.
    came: Vec<LogLine>,
    frame_due: bool,
    /// The number of the last beginning: what belongs to an older one is of no interest.
    run: u64,
    asking: bool,
    lost_at_ms: f64,
}

impl LogFeed {
    /// Follows the lines of `priorities` (none: all) until the owner of the caller goes.
    pub fn start(priorities: Signal<String>) -> Self {
        let live: Live = expect_context();
        let settings: Settings = expect_context();
        let feed = Self {
            lines: RwSignal::new(LogLines::default()),
            state: RwSignal::new(FeedState::Loading),
            way: RwSignal::new(Way::Opening),
            priorities,
            before: RwSignal::new(None),
            kept: StoredValue::new_local(Kept::default()),
            live,
        };
        Effect::new(move || {
            priorities.track();
            feed.begin();
        });
        Effect::new(move |seconds: Option<u32>| {
            live.clock().track_second();
            let seconds = seconds.map_or(0, |seconds| seconds + 1);
            if seconds < settings.update_s_untracked() {
                return seconds;
            }
            let asks = feed.way.get_untracked() == Way::Asking && !document().hidden();
            if asks && !live.link().is_stale() {
                feed.ask();
            }
            0
        });
        feed
    }

    /// The lines.
    pub fn lines(self) -> Signal<LogLines> {
        self.lines.into()
    }

    /// What is known.
    pub fn state(self) -> FeedState {
        self.state.get()
    }

    /// How lines come.
    pub fn way(self) -> Way {
        self.way.get()
    }

    /// Whether there are older lines than those that are known.
    pub fn has_older(self) -> bool {
        self.before.get().is_some() && self.lines.with(LogLines::len) < LINES_MAX
    }

    /// Forgets everything and begins anew.
    pub fn begin(self) {
        self.kept.update_value(|kept| {
            *kept = Kept {
                run: kept.run + 1,
                ..Kept::default()
            };
        });
        self.lines.set(LogLines::default());
        self.before.set(None);
        self.state.set(FeedState::Loading);
        self.way.set(Way::Opening);
        self.ask();
    }

    /// Asks for the newest lines, then opens a stream from there on if there is none.
    pub fn ask(self) {
        if self.kept.with_value(|kept| kept.asking) {
            return;
        }
        self.kept.update_value(|kept| kept.asking = true);
        let run = self.run();
        let priorities = self.priorities.get_untracked();
        spawn_local(async move {
            let answer = logs::lines(&priorities, None).await;
            // Left, or begun anew, meanwhile.
            if self.run() != run || run.is_none() {
                return;
            }
            self.kept.update_value(|kept| kept.asking = false);
            match answer {
                Ok(page) => self.answered(page),
                Err(ApiError::Unauthorized) => self.live.access().expire(),
                // What is known is still the best there is; the frame tells the trouble.
                Err(_) if self.state.get_untracked() == FeedState::Ready => {}
                Err(error) => self.state.set(FeedState::Failed(error)),
            }
        });
    }

    /// Asks for older lines.
    pub fn ask_older(self) {
        let Some(before) = self.before.get_untracked() else {
            return;
        };
        self.before.set(None);
        let run = self.run();
        let priorities = self.priorities.get_untracked();
        spawn_local(async move {
            let answer = logs::lines(&priorities, Some(before)).await;
            if self.run() != run || run.is_none() {
                return;
            }
            match answer {
                Ok(page) => {
                    self.before.set(page.before);
                    self.lines.update(|lines| {
                        lines.add_older(page.lines);
                    });
                }
                Err(_) => self.before.set(Some(before)),
            }
        });
    }

    /// The number of the beginning; none when the page is gone.
    fn run(self) -> Option<u64> {
        self.kept.try_with_value(|kept| kept.run)
    }

    fn answered(self, page: LogPage) {
        if self.state.get_untracked() != FeedState::Ready {
            self.before.set(page.before);
            self.state.set(FeedState::Ready);
        }
        self.lines.update(|lines| lines.renew(page.lines));
        let lost_at_ms = self.kept.with_value(|kept| kept.lost_at_ms);
        if self.way.get_untracked() != Way::Stream && js_sys::Date::now() > lost_at_ms + RETRY_MS {
            self.open();
        }
    }

    fn open(self) {
        let next = self.lines.with_untracked(LogLines::last).map(|id| id + 1);
        let priorities = self.priorities.get_untracked();
        let run = self.run();
        let stream = LogStream::open(&priorities, next, move |heard| {
            if self.run() == run && run.is_some() {
                self.hear(heard);
            }
        });
        if stream.is_none() {
            self.lost();
        }
        self.kept.update_value(|kept| kept.stream = stream);
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Opened => self.way.set(Way::Stream),
            Heard::Line(line) => {
                self.kept.update_value(|kept| {
                    kept.came.push(*line);
                    // Frames stand still while nobody looks.
                    let over = kept.came.len().saturating_sub(LINES_MAX);
                    kept.came.drain(..over);
                });
                self.schedule();
            }
            Heard::Closed => self.lost(),
        }
    }

    fn lost(self) {
        self.way.set(Way::Asking);
        self.kept
            .update_value(|kept| kept.lost_at_ms = js_sys::Date::now());
    }

    /// Shows what came in the next frame, all at once.
    fn schedule(self) {
        if self.kept.with_value(|kept| kept.frame_due) {
            return;
        }
        self.kept.update_value(|kept| kept.frame_due = true);
        request_animation_frame(move || {
            let came = self.kept.try_update_value(|kept| {
                kept.frame_due = false;
                std::mem::take(&mut kept.came)
            });
            if let Some(came) = came.filter(|came| !came.is_empty()) {
                self.lines.update(|lines| lines.push(came));
            }
        });
    }
}
