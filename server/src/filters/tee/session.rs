//! tee in a session.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::config::TeeSettings;
use super::counts::Counts;
use super::statements::Statements;
use crate::filters::settings::View;
use crate::filters::{Branch, BranchError, BranchState, Copied, FilterSession, SessionFacts};
use crate::pipeline::{Moment, ReplyEnd, Request, Verdict};
use crate::sql::{self, Dialect, Kinds, Verb};
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;

pub(super) struct TeeSession {
    settings: View<TeeSettings>,
    counts: Arc<Counts>,
    session: SessionFacts,
    branch: State,
    statements: Statements,
}

enum State {
    /// The session has no copies, or the filter is disabled.
    Off,
    Open(Box<dyn Branch>),
    /// It was lost; the session gets no other.
    Lost,
}

/// What becomes of a request.
enum Choice {
    /// It is not copied.
    Skip,
    /// It is copied.
    Plain,
    /// It is copied, and is about the prepared statement of this number.
    About(u32),
}

impl Choice {
    fn about(statement: Option<u32>) -> Self {
        statement.map_or(Self::Skip, Self::About)
    }
}

impl TeeSession {
    pub(super) fn open(
        settings: View<TeeSettings>,
        counts: Arc<Counts>,
        session: SessionFacts,
    ) -> Result<Self, BranchError> {
        let mut new = Self {
            settings,
            counts,
            session,
            branch: State::Off,
            statements: Statements::default(),
        };
        new.reopen()?;
        Ok(new)
    }

    /// Opens a branch in place of the one before. What that one has still to send, it sends.
    fn reopen(&mut self) -> Result<(), BranchError> {
        self.branch = State::Off;
        self.statements.clear();
        let settings = self.settings.get();
        if self.is_enabled() && settings.audience.includes(&self.session) {
            let target = &settings.target;
            let watch = self.counts.watch(self.session.id, target.name().clone());
            let database = self.session.database.as_deref();
            self.branch = State::Lost;
            self.branch = State::Open(self.session.branches.open(target, database, watch)?);
        }
        Ok(())
    }

    /// The same where nobody can be told but the log.
    fn reopen_or_log(&mut self) {
        if let Err(error) = self.reopen() {
            let target = self.settings.get().target.name().clone();
            tracing::warn!(
                session = self.session.id,
                "no branch to '{target}': {error}"
            );
        }
    }

    fn is_enabled(&self) -> bool {
        self.counts.enabled.load(Ordering::Relaxed)
    }

    /// Goes by what was altered since the last request.
    fn refresh(&mut self) {
        let before = Arc::clone(self.settings.get());
        if self.settings.refresh() {
            let now = self.settings.get();
            let included = now.audience.includes(&self.session);
            let is_open = !matches!(self.branch, State::Off);
            if now.target != before.target || included != is_open {
                self.reopen_or_log();
            }
        }
        match (&self.branch, self.is_enabled()) {
            (State::Open(_) | State::Lost, false) => self.branch = State::Off,
            (State::Off, true) if self.settings.get().audience.includes(&self.session) => {
                self.reopen_or_log();
            }
            _ => {}
        }
    }

    /// What becomes of a request.
    fn choose(&mut self, request: &Request) -> Choice {
        let text = request.sql().unwrap_or_default();
        match request.command() {
            Command::Query if self.wants(text, request.dialect) => Choice::Plain,
            Command::StmtPrepare => {
                let wanted = request.is_whole() && self.wants(text, request.dialect);
                Choice::about(self.statements.prepares(wanted))
            }
            Command::StmtExecute
            | Command::StmtBulkExecute
            | Command::StmtSendLongData
            | Command::StmtFetch
            | Command::StmtReset
            | Command::StmtClose => Choice::about(self.statements.of(request)),
            Command::ResetConnection => {
                self.statements.clear();
                Choice::Plain
            }
            Command::InitDb | Command::SetOption => Choice::Plain,
            _ => Choice::Skip,
        }
    }

    /// Whether a text is copied: one that is meant, or one that the branch needs to stay what the
    /// session is.
    fn wants(&self, text: &[u8], dialect: Dialect) -> bool {
        let statements = &self.settings.get().statements;
        statements.admits(text) || (!statements.excludes(text) && changes_session(text, dialect))
    }
}

impl FilterSession for TeeSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        self.refresh();
        let sync = self.settings.get().sync;
        let state = match &self.branch {
            State::Off => return Verdict::Forward,
            State::Open(branch) => branch.state(),
            State::Lost => BranchState::Lost,
        };
        match (state, sync) {
            (BranchState::Lost, true) => {
                let target = self.settings.get().target.name();
                let message =
                    format!("The copies of this session's statements can't reach {target}");
                return Verdict::Close(ErrPacket::new(1105, b"HY000", message));
            }
            (BranchState::Lost, false) => {
                self.branch = State::Lost;
                return Verdict::Forward;
            }
            (BranchState::Working, true) => {
                if let State::Open(branch) = &self.branch {
                    return Verdict::Wait(branch.rest());
                }
            }
            _ => {}
        }
        let statement = match self.choose(request) {
            Choice::Skip => return Verdict::Forward,
            Choice::Plain => None,
            Choice::About(number) => Some(number),
        };
        if !request.is_whole() {
            self.counts.too_long.fetch_add(1, Ordering::Relaxed);
            return Verdict::Forward;
        }
        self.send(Copied {
            command: request.command(),
            payload: request.payload().to_vec(),
            statement,
        });
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, _now: Moment) {
        if let Some(number) = self.statements.prepared(end.statement_id) {
            // The session has no such statement: the branch needs none.
            self.send(Copied {
                command: Command::StmtClose,
                payload: vec![Command::StmtClose as u8, 0, 0, 0, 0],
                statement: Some(number),
            });
        }
    }

    fn on_change(&mut self, session: &SessionFacts) {
        let same_login = self.session.branches.is(&session.branches);
        self.session = session.clone();
        if !same_login {
            self.reopen_or_log();
        }
    }
}

impl TeeSession {
    fn send(&self, copied: Copied) {
        if let State::Open(branch) = &self.branch {
            self.counts.sent.fetch_add(1, Ordering::Relaxed);
            branch.send(copied);
        }
    }
}

/// Whether a text only changes what the session is: its variables, its default database, its
/// transaction, its prepared statements.
fn changes_session(text: &[u8], dialect: Dialect) -> bool {
    let found = sql::classify(text, dialect);
    let changes = Kinds::BEGIN
        | Kinds::COMMIT
        | Kinds::ROLLBACK
        | Kinds::SAVEPOINT
        | Kinds::USE
        | Kinds::PREPARE
        | Kinds::DEALLOCATE;
    let more = Kinds::WRITE | Kinds::GLOBAL_SYSVAR_WRITE | Kinds::SET_STATEMENT | Kinds::COMPOUND;
    found.statements == 1
        && !found.kinds.intersects(more)
        && (found.kinds.intersects(changes) || found.verb == Verb::Set)
}
