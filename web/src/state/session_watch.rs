//! One session, watched: its attributes, fetched anew when its row says that it changed.

use leptos::prelude::*;
use sluicegate_shared::event::SessionRow;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::rate::Rate;
use crate::api;
use crate::api::request::ApiError;
use crate::api::sessions::Session;

/// What is known of the session.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Watched {
    /// Nothing yet.
    #[default]
    Loading,
    /// It lives.
    Alive(Box<Session>),
    /// It has ended; what was known last, and why it ended if that is known.
    Ended {
        /// The last attributes.
        last: Option<Box<Session>>,
        /// Why, for a person.
        reason: Option<String>,
    },
    /// There is no such session.
    Missing,
    /// It could not be fetched.
    Failed(ApiError),
}

/// A watch on one session. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct SessionWatch {
    id: u64,
    watched: RwSignal<Watched>,
    fetching: StoredValue<bool>,
    /// The row that the last fetch belongs to.
    seen: StoredValue<Option<SessionRow>>,
    live: Live,
}

impl Watched {
    /// What is known when an answer has come.
    #[must_use]
    pub fn after(self, answer: Result<Session, ApiError>) -> Self {
        let reason = |session: &Session| {
            let reason = session.attributes.close_reason.as_ref();
            reason.map(|reason| reason.detail.clone())
        };
        match (self, answer) {
            (ended @ Self::Ended { last: Some(_), .. }, _) => ended,
            (_, Ok(session)) if session.attributes.close_reason.is_some() => Self::Ended {
                reason: reason(&session),
                last: Some(Box::new(session)),
            },
            (ended @ Self::Ended { .. }, _) => ended,
            (_, Ok(session)) => Self::Alive(Box::new(session)),
            (Self::Alive(last), Err(ApiError::NotFound(_))) => Self::Ended {
                last: Some(last),
                reason: None,
            },
            (_, Err(ApiError::NotFound(_))) => Self::Missing,
            // What was known is still the best that is known; the frame tells the trouble.
            (alive @ Self::Alive(_), Err(ApiError::Unreachable(_))) => alive,
            (_, Err(error)) => Self::Failed(error),
        }
    }

    /// What is known when an event tells the end.
    #[must_use]
    pub fn ended(self, reason: String) -> Self {
        let last = self.into_session();
        Self::Ended {
            last,
            reason: Some(reason),
        }
    }

    /// The attributes, live or last.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Alive(session)
            | Self::Ended {
                last: Some(session),
                ..
            } => Some(session),
            _ => None,
        }
    }

    fn into_session(self) -> Option<Box<Session>> {
        match self {
            Self::Alive(session) => Some(session),
            Self::Ended { last, .. } => last,
            _ => None,
        }
    }
}

impl SessionWatch {
    /// Watches session `id` until the owner of the caller goes.
    pub fn start(id: u64, live: Live) -> Self {
        let watch = Self {
            id,
            watched: RwSignal::new(Watched::Loading),
            fetching: StoredValue::new(false),
            seen: StoredValue::new(None),
            live,
        };
        watch.fetch();
        Effect::new(move || {
            live.clock().track_second();
            if !document().hidden() && !live.link().is_stale() {
                watch.fetch_if_changed();
            }
        });
        Effect::new(move || {
            live.track();
            let reason = live.with_rows(|rows| rows.ending(id).map(|end| end.reason.clone()));
            let Some(reason) = reason else { return };
            if !matches!(
                watch.watched.get_untracked(),
                Watched::Ended {
                    reason: Some(_),
                    ..
                }
            ) {
                watch
                    .watched
                    .update(|watched| *watched = std::mem::take(watched).ended(reason));
            }
        });
        watch
    }

    /// What is known.
    pub fn watched(self) -> Watched {
        self.watched.get()
    }

    /// The row of the session, as the events tell it, and its statements a second.
    pub fn row(self) -> Option<(SessionRow, Rate)> {
        self.live.track();
        self.live.with_rows(|rows| {
            rows.get(self.id)
                .map(|row| (row.session.clone(), row.statement_rate))
        })
    }

    /// Fetches the attributes.
    pub fn fetch(self) {
        if self.fetching.get_value() {
            return;
        }
        self.fetching.set_value(true);
        self.seen.set_value(
            self.live
                .with_rows(|rows| Some(rows.get(self.id)?.session.clone())),
        );
        spawn_local(async move {
            let mut answer = api::sessions::session(self.id).await;
            if let Err(ApiError::NotFound(_)) = answer
                && let Ok(ended) = api::sessions::ended(self.id).await
            {
                answer = Ok(ended);
            }
            if answer == Err(ApiError::Unauthorized) {
                self.live.access().expire();
            }
            // The page may be gone when the answer comes.
            let _ = self.fetching.try_update_value(|fetching| *fetching = false);
            let _ = self
                .watched
                .try_update(|watched| *watched = std::mem::take(watched).after(answer));
        });
    }

    fn fetch_if_changed(self) {
        if !matches!(self.watched.get_untracked(), Watched::Alive(_)) {
            return;
        }
        let changed = self.live.with_rows(|rows| {
            let row = rows.get(self.id).map(|row| &row.session);
            self.seen.with_value(|seen| seen.as_ref() != row)
        });
        if changed {
            self.fetch();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::request::Refusal;

    fn session() -> Session {
        serde_json::from_str(
            r#"{"id":"7","type":"sessions","attributes":{"state":"Session started","user":"ann",
            "remote":"::1","port":1,"connected":"","seconds_alive":1.0,"idle":0.5,"io_activity":1,
            "thread":0,"transaction":false,"statement_count":1,
            "memory":{"connection_buffers":{"total":1},"total":2},"connections":[],
            "client":{"cipher":"","connection_attributes":{}}}}"#,
        )
        .unwrap()
    }

    fn not_found() -> Result<Session, ApiError> {
        Err(ApiError::NotFound("7 is not a session".to_owned()))
    }

    #[test]
    fn a_session_that_is_not_found_later_has_ended() {
        assert_eq!(Watched::Loading.after(not_found()), Watched::Missing);
        let alive = Watched::Loading.after(Ok(session()));
        let last = Some(Box::new(session()));
        assert_eq!(
            alive.after(not_found()),
            Watched::Ended { last, reason: None }
        );
    }

    #[test]
    fn an_ended_session_stays_ended_and_keeps_what_was_known() {
        let ended = Watched::Loading
            .after(Ok(session()))
            .ended("killed".to_owned());
        let late_answer = ended.clone().after(Ok(session()));
        assert_eq!(late_answer, ended);
        assert_eq!(ended.session(), Some(&session()));
        assert_eq!(Watched::Missing.ended("killed".to_owned()).session(), None);
    }

    #[test]
    fn a_broken_connection_does_not_take_away_what_is_known() {
        let alive = Watched::Alive(Box::new(session()));
        let unreachable = || Err(ApiError::Unreachable("no".to_owned()));
        assert_eq!(alive.clone().after(unreachable()), alive);
        assert!(matches!(
            Watched::Loading.after(unreachable()),
            Watched::Failed(_)
        ));
        let refused = Err(ApiError::Refused(500, Refusal::default()));
        assert!(matches!(alive.after(refused), Watched::Failed(_)));
    }
}
