//! Resources that no event tells of: asked for again and again while they are shown.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

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
    path: Signal<String>,
    /// The number of the last question; older answers are of no interest.
    asked: StoredValue<u64>,
    waiting: StoredValue<bool>,
    live: Live,
}

impl Polled {
    /// Asks for what is at `path` below `/v1/` until the owner of the caller goes: at once, when the
    /// path changes, and every `rounds` update times of the settings; 0 for once.
    pub fn start(path: impl Fn() -> String + Send + Sync + 'static, rounds: u32) -> Self {
        let live: Live = expect_context();
        let settings: Settings = expect_context();
        let polled = Self {
            fetched: RwSignal::new(Fetched::Loading),
            path: Memo::new(move |_| path()).into(),
            asked: StoredValue::new(0),
            waiting: StoredValue::new(false),
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
            Effect::new(move |seconds: Option<u32>| {
                live.clock().track_second();
                let seconds = seconds.map_or(0, |seconds| seconds + 1);
                if seconds < rounds * settings.update_s_untracked() {
                    return seconds;
                }
                if !document().hidden() && !live.link().is_stale() && !polled.waiting.get_value() {
                    polled.ask();
                }
                0
            });
        }
        polled
    }

    /// What is known.
    pub fn fetched(self) -> Fetched {
        self.fetched.get()
    }

    /// The resources; none before they have come.
    pub fn page(self) -> Arc<Page> {
        self.fetched.with(|fetched| match fetched {
            Fetched::Ready(page) => page.clone(),
            _ => Arc::default(),
        })
    }

    /// The first resource.
    pub fn first(self) -> Option<Object> {
        self.fetched.with(|fetched| match fetched {
            Fetched::Ready(page) => page.objects.first().cloned(),
            _ => None,
        })
    }

    /// Asks at once, because something was changed.
    pub fn ask(self) {
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        self.waiting.set_value(true);
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
            let after = self.fetched.with_untracked(|fetched| fetched.after(answer));
            self.fetched
                .maybe_update(|known| std::mem::replace(known, after.clone()) != after);
        });
    }
}
