//! qlafilter in a session.

use std::sync::Arc;
use std::time::Instant;

use super::config::QlaSettings;
use super::entry::{Entry, Line};
use crate::filters::journal::{Journal, LogFile, Target};
use crate::filters::prepared::PreparedTexts;
use crate::filters::settings::View;
use crate::filters::transaction::Transaction;
use crate::filters::{FilterSession, SessionFacts};
use crate::pipeline::{Moment, ReplyEnd, Request, Verdict};
use crate::sql::canonicalize;

pub(super) struct QlaSession {
    settings: View<QlaSettings>,
    journal: Arc<Journal>,
    session: SessionFacts,
    /// Whether the session is one to be logged.
    included: bool,
    own_log: Option<Arc<LogFile>>,
    prepared: PreparedTexts,
    transaction: Transaction,
    /// The request whose reply is awaited.
    awaited: Option<Awaited>,
}

struct Awaited {
    began: Instant,
    entry: Entry,
    is_logged: bool,
}

impl QlaSession {
    pub(super) fn new(
        settings: View<QlaSettings>,
        journal: Arc<Journal>,
        session: SessionFacts,
    ) -> Self {
        let mut new = Self {
            settings,
            journal,
            session,
            included: false,
            own_log: None,
            prepared: PreparedTexts::default(),
            transaction: Transaction::default(),
            awaited: None,
        };
        new.renew();
        new
    }

    /// Makes what depends on settings and session.
    fn renew(&mut self) {
        let settings = self.settings.get();
        self.included = settings.includes(&self.session);
        let before = self.own_log.take();
        self.own_log = settings.session_log(self.session.id, before.as_deref());
        let path = self.own_log.as_ref().map(|log| log.path());
        if let Some(before) = before.filter(|before| Some(before.path()) != path) {
            self.journal.close(&before);
        }
    }

    fn write(&mut self, awaited: &Awaited, end: &ReplyEnd) {
        let entry = &awaited.entry;
        let step = self
            .transaction
            .on_reply_end(end, awaited.began, entry.text.as_deref());
        if !awaited.is_logged {
            return;
        }
        let settings = self.settings.get();
        let line = Line {
            settings,
            session: &self.session,
            entry,
            end,
            transaction: step,
        };
        if let Some(log) = &self.own_log {
            let target = Target::File(Arc::clone(log));
            self.journal
                .push(target, line.compose(settings.fields.without_session()));
        }
        if let Some(log) = &settings.unified {
            let target = Target::File(Arc::clone(log));
            self.journal.push(target, line.compose(settings.fields));
        }
        if settings.stdout {
            self.journal
                .push(Target::Stdout, line.compose(settings.fields));
        }
    }
}

impl FilterSession for QlaSession {
    fn on_request(&mut self, request: &mut Request, now: Moment) -> Verdict {
        if self.settings.refresh() {
            self.renew();
        }
        let dialect = request.dialect;
        let text = self.prepared.text_of(request);
        if !self.included {
            return Verdict::Forward;
        }
        let settings = self.settings.get();
        let is_logged = match text {
            Some(text) => settings.statements.admits(text),
            None => settings.fields.has_command() && !settings.statements.has_include(),
        };
        // Of a statement that is not logged, its beginning says whether it ends a transaction.
        let kept = |text: &[u8]| {
            if !is_logged {
                return text.trim_ascii_start().iter().take(8).copied().collect();
            }
            let mut kept = Vec::new();
            if settings.canonical {
                canonicalize(text, dialect, &mut kept);
            } else {
                kept.extend_from_slice(text);
            }
            kept
        };
        let awaited = Awaited {
            began: now.instant,
            entry: Entry {
                at: now.wall,
                command: request.command(),
                text: text.map(kept),
            },
            is_logged,
        };
        if request.command().reply_shape().is_some() {
            self.awaited = Some(awaited);
        } else {
            self.write(&awaited, &ReplyEnd::default());
        }
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, _now: Moment) {
        self.prepared.on_reply_end(end);
        if let Some(awaited) = self.awaited.take() {
            self.write(&awaited, end);
        }
    }

    fn on_change(&mut self, session: &SessionFacts) {
        let same_user = self.session.user == session.user;
        self.session = session.clone();
        if !same_user {
            self.included = self.settings.get().includes(session);
        }
    }
}

impl Drop for QlaSession {
    fn drop(&mut self) {
        if let Some(log) = &self.own_log {
            self.journal.close(log);
        }
    }
}
