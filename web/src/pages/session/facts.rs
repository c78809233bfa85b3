//! What the page shows of a session: the newest of what events and fetches say.

use leptos::prelude::*;
use sluicegate_shared::event::{SessionRow, SessionState};
use sluicegate_shared::session::{SessionConnection, SessionMemory, SessionQuery};

use crate::api::sessions::Session;
use crate::components::badge::Tone;
use crate::format;
use crate::messages::{session, sessions};
use crate::pages::sessions::client;
use crate::state::live::Live;
use crate::state::rate::Rate;
use crate::state::session_watch::{SessionWatch, Watched};
use crate::state::settings::Settings;
use crate::widgets::session_flow::{Flow, FlowNode};
use crate::widgets::session_overview::Overview;

/// The facts. `Copy`.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionFacts {
    now: Memo<Option<Now>>,
}

/// Everything that is known at one moment.
#[derive(Debug, Clone, PartialEq)]
struct Now {
    session: Session,
    row: Option<(SessionRow, Rate)>,
    ended: bool,
    at_ms: u64,
    /// Since when it lives, in the time zone of the person.
    connected: String,
}

impl SessionFacts {
    /// Follows a watch.
    pub(super) fn new(watch: SessionWatch, live: Live) -> Self {
        let settings = expect_context::<Settings>();
        let now = Memo::new(move |before: Option<&Option<Now>>| {
            let watched = watch.watched();
            let session = watched.session()?.clone();
            let ended = matches!(watched, Watched::Ended { .. });
            if ended && let Some(Some(last)) = before {
                // What ended stays as it was.
                return Some(Now {
                    ended,
                    ..last.clone()
                });
            }
            live.clock().track_second();
            let connected = settings.time_of(&session.attributes.connected);
            Some(Now {
                connected,
                session,
                row: watch.row(),
                ended,
                at_ms: live.now_ms(),
            })
        });
        Self { now }
    }

    pub(super) fn overview(self) -> Memo<Overview> {
        self.part(Now::overview)
    }

    pub(super) fn flow(self) -> Memo<Flow> {
        self.part(Now::flow)
    }

    /// Its connections, without what they count: lists of them stay as they are.
    pub(super) fn connections(self) -> Memo<Vec<SessionConnection>> {
        self.part(|now| now.connections().iter().map(uncounted).collect())
    }

    pub(super) fn connection_count(self) -> Memo<String> {
        self.part(|now| format::count(now.connections().len() as u64))
    }

    pub(super) fn attributes(self) -> Memo<Vec<(String, String)>> {
        self.part(|now| {
            let attributes = &now.session.attributes.client.connection_attributes;
            attributes
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        })
    }

    pub(super) fn statements(self) -> Memo<Vec<SessionQuery>> {
        self.part(|now| now.session.attributes.queries.clone())
    }

    pub(super) fn log(self) -> Memo<Vec<String>> {
        self.part(|now| now.session.attributes.log.clone())
    }

    pub(super) fn client_cipher(self) -> Memo<String> {
        self.part(|now| now.session.attributes.client.cipher.clone())
    }

    /// What is kept to be repeated on another server: statements, prepared ones, replies.
    pub(super) fn history(self) -> Memo<[u64; 3]> {
        self.part(|now| {
            let client = &now.session.attributes.client;
            [
                client.sescmd_history_len,
                client.sescmd_history_stored_metadata,
                client.sescmd_history_stored_responses,
            ]
        })
    }

    pub(super) fn memory(self) -> Memo<SessionMemory> {
        self.part(|now| now.session.attributes.memory.clone())
    }

    fn part<T>(self, part: fn(&Now) -> T) -> Memo<T>
    where
        T: PartialEq + Default + Send + Sync + 'static,
    {
        Memo::new(move |_| {
            self.now
                .with(|now| now.as_ref().map(part).unwrap_or_default())
        })
    }
}

fn uncounted(connection: &SessionConnection) -> SessionConnection {
    SessionConnection {
        statements: 0,
        ..connection.clone()
    }
}

impl Now {
    fn connections(&self) -> &[SessionConnection] {
        match &self.row {
            Some((row, _)) => &row.connections,
            None => &self.session.attributes.connections,
        }
    }

    fn filters(&self) -> &[String] {
        match &self.row {
            Some((row, _)) => &row.filters,
            None => &self.session.attributes.filters.active,
        }
    }

    fn service(&self) -> String {
        let services = self.session.relationships.get("services");
        services
            .and_then(|services| services.data.first())
            .map(|s| s.id.clone())
            .unwrap_or_default()
    }

    fn state(&self) -> (&str, Tone) {
        match &self.row {
            _ if self.ended => (sessions::STATE_ENDED, Tone::Bad),
            Some((
                SessionRow {
                    state: SessionState::Busy,
                    ..
                },
                _,
            )) => (sessions::STATE_BUSY, Tone::Active),
            Some((
                SessionRow {
                    state: SessionState::Closing,
                    ..
                },
                _,
            )) => (sessions::STATE_CLOSING, Tone::Bad),
            Some(_) => (sessions::STATE_IDLE, Tone::Neutral),
            None => (&self.session.attributes.state, Tone::Neutral),
        }
    }

    fn statements(&self) -> u64 {
        match &self.row {
            Some((row, _)) => row.statements,
            None => self.session.attributes.statement_count,
        }
    }

    fn rate(&self) -> f64 {
        self.row
            .as_ref()
            .map_or(0.0, |(_, rate)| rate.per_second(self.at_ms))
    }

    fn overview(&self) -> Overview {
        let attributes = &self.session.attributes;
        let row = self.row.as_ref().map(|(row, _)| row);
        let since = |then_ms: u64| format::age(self.at_ms.saturating_sub(then_ms));
        let seconds = |seconds: f64| {
            #[expect(clippy::cast_sign_loss, reason = "a cast of a negative number gives 0")]
            let ms = (seconds * 1000.0) as u64;
            format::age(ms)
        };
        let (state, tone) = self.state();
        Overview {
            state: state.to_owned(),
            tone,
            user: attributes.user.clone(),
            client: client(&attributes.remote, attributes.port),
            service: self.service(),
            listener: attributes.listener.clone(),
            database: row.map_or_else(|| attributes.database.clone(), |row| row.database.clone()),
            transaction: row.map_or(attributes.transaction, |row| row.transaction),
            connected: self.connected.clone(),
            age: row.map_or_else(
                || seconds(attributes.seconds_alive),
                |row| since(row.connected_ms),
            ),
            idle: row.map_or_else(|| seconds(attributes.idle), |row| since(row.active_ms)),
            thread: attributes.thread,
            statements: format::count(self.statements()),
            rate: format::rate(self.rate()),
            io: format::count(row.map_or(attributes.io_activity, |row| row.io_activity)),
        }
    }

    fn flow(&self) -> Flow {
        let attributes = &self.session.attributes;
        let server = |connection: &SessionConnection| FlowNode {
            name: connection.server.clone(),
            detail: session::connection(connection.connection_id),
            secure: !connection.cipher.is_empty(),
            statements: Some(connection.statements),
        };
        Flow {
            client: FlowNode {
                name: attributes.user.clone(),
                detail: client(&attributes.remote, attributes.port),
                secure: !attributes.client.cipher.is_empty(),
                statements: Some(self.statements()),
            },
            service: FlowNode {
                name: self.service(),
                detail: session::per_second(self.rate()),
                secure: false,
                statements: None,
            },
            filters: self.filters().to_vec(),
            servers: self.connections().iter().map(server).collect(),
            busy: !self.ended && self.rate() > 0.0,
        }
    }
}
