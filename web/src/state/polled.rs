//! Resources that are asked for: again and again while they are shown, when no event tells of them;
//! else when an event tells that one has come or gone, and what events tell of them is laid over.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::event_objects::EventObjects;
use super::live::Live;
use super::settings::Settings;
use crate::api::objects::{Object, Page, page};
use crate::api::request::ApiError;

/// What is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fetched {
    /// Nothing yet.
    #[default]
    Loading,
    /// The resources.
    Ready(Arc<Page>),
    /// They could not be fetched and nothing was known before.
    Failed(ApiError),
}

impl Fetched {
    fn after(&self, answer: Result<Page, ApiError>) -> Self {
        match (self, answer) {
            (Self::Ready(known), Ok(page)) if **known == page => self.clone(),
            (_, Ok(page)) => Self::Ready(Arc::new(page)),
            // The frame tells the trouble; what was known is still the best there is.
            (Self::Ready(_), Err(ApiError::Unreachable(_) | ApiError::Unauthorized)) => {
                self.clone()
            }
            (_, Err(error)) => Self::Failed(error),
        }
    }
}

/// Resources at a path. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Polled {
    fetched: RwSignal<Fetched>,
    /// The same with what events have told since.
    now: Signal<Fetched>,
    path: Signal<String>,
    /// The number of the last question; older answers are of no interest.
    asked: StoredValue<u64>,
    waiting: StoredValue<bool>,
    /// What was told by events before the answer was asked for.
    stamp: StoredValue<u64>,
    live: Live,
}

impl Polled {
    /// Asks for what is at `path` below `/v1/` until the owner of the caller goes: at once, when the
    /// path changes, and every `rounds` update times of the settings; 0 for once.
    pub fn start(path: impl Fn() -> String + Send + Sync + 'static, rounds: u32) -> Self {
        Self::begin(None, path, rounds)
    }

    /// The same of objects of a kind, one or all. When events tell of the kind they are live, and
    /// asked for when one comes, goes or is configured anew; `rounds` is for what is told by no event.
    pub fn follow(
        kind: &'static str,
        path: impl Fn() -> String + Send + Sync + 'static,
        rounds: u32,
    ) -> Self {
        let polled = Self::begin(EventObjects::tell_of(kind).then_some(kind), path, rounds);
        let live = polled.live;
        let outline = Memo::new(move |_| {
            live.track_objects();
            live.with_objects(|objects| objects.outline(kind))
        });
        Effect::new(move |before: Option<()>| {
            outline.track();
            if before.is_some() {
                polled.ask();
            }
        });
        polled
    }

    fn begin(
        kind: Option<&'static str>,
        path: impl Fn() -> String + Send + Sync + 'static,
        rounds: u32,
    ) -> Self {
        let live: Live = expect_context();
        let settings: Settings = expect_context();
        let fetched = RwSignal::new(Fetched::Loading);
        let stamp = StoredValue::new(0);
        let laid_over = move |kind: &'static str| {
            live.track_objects();
            let page = match fetched.get() {
                Fetched::Ready(page) => page,
                other => return other,
            };
            let stamp = stamp.get_value();
            let page = live.with_objects(|objects| objects.laid_over(kind, &page, stamp));
            Fetched::Ready(Arc::new(page))
        };
        let polled = Self {
            fetched,
            now: match kind {
                Some(kind) => Memo::new(move |_| laid_over(kind)).into(),
                None => fetched.into(),
            },
            path: Memo::new(move |_| path()).into(),
            asked: StoredValue::new(0),
            waiting: StoredValue::new(false),
            stamp,
            live,
        };
        Effect::new(move |before: Option<()>| {
            polled.path.track();
            if before.is_some() {
                polled.fetched.set(Fetched::Loading);
            }
            polled.ask();
        });
        if rounds > 0 {
            polled.repeat(rounds, settings);
        }
        polled
    }

    fn repeat(self, rounds: u32, settings: Settings) {
        let live = self.live;
        Effect::new(move |seconds: Option<u32>| {
            live.clock().track_second();
            let seconds = seconds.map_or(0, |seconds| seconds + 1);
            if seconds < rounds * settings.update_s_untracked() {
                return seconds;
            }
            if !document().hidden() && !live.link().is_stale() && !self.waiting.get_value() {
                self.ask();
            }
            0
        });
    }

    /// What is known.
    pub fn fetched(self) -> Fetched {
        self.now.get()
    }

    /// The resources; none before they have come.
    pub fn page(self) -> Arc<Page> {
        self.now.with(|now| match now {
            Fetched::Ready(page) => page.clone(),
            _ => Arc::default(),
        })
    }

    /// The first resource.
    pub fn first(self) -> Option<Object> {
        self.now.with(|now| match now {
            Fetched::Ready(page) => page.objects.first().cloned(),
            _ => None,
        })
    }

    /// The first resource as the last answer told it, without what events told since. Not tracked.
    pub fn answered_untracked(self) -> Option<Object> {
        self.fetched.with_untracked(|fetched| match fetched {
            Fetched::Ready(page) => page.objects.first().cloned(),
            _ => None,
        })
    }

    /// Asks at once, because something was changed.
    pub fn ask(self) {
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        self.waiting.set_value(true);
        let stamp = self.live.with_objects(EventObjects::stamp);
        let path = self.path.get_untracked();
        spawn_local(async move {
            let answer = page(&path).await;
            // The page may be gone, or another question asked, when the answer comes.
            if self.asked.try_get_value() != Some(number) {
                return;
            }
            self.waiting.set_value(false);
            if answer == Err(ApiError::Unauthorized) {
                return self.live.access().expire();
            }
            if answer.is_ok() {
                self.stamp.set_value(stamp);
            }
            let after = self.fetched.with_untracked(|fetched| fetched.after(answer));
            self.fetched
                .maybe_update(|known| std::mem::replace(known, after.clone()) != after);
        });
    }
}
