//! tpmfilter in a session.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::TransactionLog;
use crate::filters::journal::Target;
use crate::filters::prepared::PreparedTexts;
use crate::filters::transaction::{Step, Transaction};
use crate::filters::{FilterSession, SessionFacts};
use crate::pipeline::{Moment, ReplyEnd, Request, Verdict};

/// How many bytes of a transaction's statements are kept. Those beyond are left out of its line.
const BYTES_MAX: usize = 1024 * 1024;

pub(super) struct TpmSession {
    log: Arc<TransactionLog>,
    session: SessionFacts,
    prepared: PreparedTexts,
    transaction: Transaction,
    /// Statements of the open transaction, and how long they took.
    statements: Vec<(Vec<u8>, Duration)>,
    bytes: usize,
    /// The statement whose reply is awaited, and when it came.
    awaited: Option<(Vec<u8>, Instant)>,
}

impl TpmSession {
    pub(super) fn new(log: Arc<TransactionLog>, session: SessionFacts) -> Self {
        Self {
            log,
            session,
            prepared: PreparedTexts::default(),
            transaction: Transaction::default(),
            statements: Vec::new(),
            bytes: 0,
            awaited: None,
        }
    }

    fn add(&mut self, text: Vec<u8>, took: Duration) {
        if !text.is_empty() && self.bytes + text.len() <= BYTES_MAX {
            // Each costs something even when it is short.
            self.bytes += text.len() + size_of::<(Vec<u8>, Duration)>();
            self.statements.push((text, took));
        }
    }

    /// The line of the transaction that is committed.
    fn line(&self, server: &str, lasted: Duration, now: Moment) -> Vec<u8> {
        let settings = &self.log.settings;
        let time = now.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = |took: &Duration| format!("{:.3}", took.as_secs_f64() * 1000.0);
        let times: Vec<_> = self
            .statements
            .iter()
            .map(|(_, took)| millis(took))
            .collect();
        let texts: Vec<_> = self
            .statements
            .iter()
            .map(|(text, _)| text.as_slice())
            .collect();
        let mut line = [
            time.as_secs().to_string(),
            server.to_owned(),
            self.session.user.clone(),
            lasted.as_millis().to_string(),
            times.join(&settings.query_delimiter),
            String::new(),
        ]
        .join(&settings.delimiter)
        .into_bytes();
        line.extend_from_slice(&texts.join(settings.query_delimiter.as_bytes()));
        for byte in &mut line {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        line.push(b'\n');
        line
    }

    fn forget(&mut self) {
        self.statements.clear();
        self.bytes = 0;
    }
}

impl FilterSession for TpmSession {
    fn on_request(&mut self, request: &mut Request, now: Moment) -> Verdict {
        let text = self.prepared.text_of(request);
        let wanted = self.log.enabled.load(Ordering::Relaxed)
            && self.log.settings.audience.includes(&self.session);
        let kept = text
            .filter(|_| wanted)
            .map(|text| text.get(..BYTES_MAX).unwrap_or(text));
        self.awaited = Some((kept.unwrap_or_default().to_vec(), now.instant));
        Verdict::Forward
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, now: Moment) {
        self.prepared.on_reply_end(end);
        let Some((text, began)) = self.awaited.take() else {
            return;
        };
        let step = self.transaction.on_reply_end(end, began, Some(&text));
        match step {
            Some(Step::Begin) if is_begin(&text) => self.forget(),
            Some(Step::Begin) => {
                self.forget();
                self.add(text, end.duration);
            }
            Some(Step::Commit(lasted)) => {
                if !self.statements.is_empty() {
                    let server = end.server.as_deref().unwrap_or_default();
                    let line = self.line(server, lasted, now);
                    let target = Target::File(Arc::clone(&self.log.file));
                    self.log.journal.push(target, line);
                }
                self.forget();
            }
            Some(Step::Rollback(_)) => self.forget(),
            None if self.transaction.is_open() && end.statement_id.is_none() => {
                self.add(text, end.duration);
            }
            None => {}
        }
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.session = session.clone();
    }
}

/// Whether the statement does nothing but begin a transaction.
fn is_begin(text: &[u8]) -> bool {
    let word = text.trim_ascii_start().get(..5);
    word.is_some_and(|word| {
        word.eq_ignore_ascii_case(b"BEGIN") || word.eq_ignore_ascii_case(b"START")
    })
}
