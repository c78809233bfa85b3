//! One session's look at the cache.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Stores;
use super::collector::Collector;
use super::settings::{Fixed, Policy, Transactions};
use super::snapshot::Snapshot;
use super::statement::{Kind, Statement, Write};
use super::store::{Found, Result as Stored, Store};
use super::variables::Variables;
use super::writes::Writes;
use crate::filters::settings::View;
use crate::filters::{FilterSession, SessionFacts};
use crate::pipeline::{Answer, Moment, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict};
use crate::sql::{self, Dialect, Kinds};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;

/// What of the capabilities decides how a result is written, or a statement read.
const CAPABILITIES: Capabilities = Capabilities::PROTOCOL_41
    .union(Capabilities::DEPRECATE_EOF)
    .union(Capabilities::SESSION_TRACK)
    .union(Capabilities::EXTENDED_METADATA)
    .union(Capabilities::IGNORE_SPACE)
    .union(Capabilities::NO_SCHEMA);
/// What of the server's status a client may rely on: a result says it, so it belongs to the key.
const STATUS: StatusFlags = StatusFlags::IN_TRANS
    .union(StatusFlags::IN_TRANS_READONLY)
    .union(StatusFlags::AUTOCOMMIT)
    .union(StatusFlags::ANSI_QUOTES)
    .union(StatusFlags::NO_BACKSLASH_ESCAPES);

const LOGS_RULE: u64 = 1;
const LOGS_NO_RULE: u64 = 2;
const LOGS_USE: u64 = 4;
const LOGS_NO_USE: u64 = 8;
const LOGS_DECISIONS: u64 = 16;

pub(super) struct CacheSession {
    fixed: Arc<Fixed>,
    policy: View<Policy>,
    stores: Arc<Stores>,
    store: Arc<Store>,
    facts: SessionFacts,
    /// Which sets of rules let the session have what is stored.
    usable: Vec<bool>,
    variables: Variables,
    /// Stands for all that the session's SET statements have made different.
    environment: u64,
    /// The session may have tables of its own.
    is_apart: bool,
    /// How old what the session sees may be.
    snapshot: Snapshot,
    /// `None`: not known.
    status: Option<StatusFlags>,
    writes: Writes,
    /// What comes before the statement in a key, and behind it the statement under way.
    key: Vec<u8>,
    prefix_len: usize,
    pending: Option<Pending>,
}

/// A result that is to be stored when it is complete.
struct Pending {
    collector: Collector,
    key: Arc<[u8]>,
    tables: Box<[Box<str>]>,
    rule_set: usize,
    epoch: u64,
    status: Option<StatusFlags>,
}

/// A statement of which there is no result to use.
#[derive(Clone, Copy)]
struct Missed {
    /// How fresh a result is that is fetched from now on.
    epoch: u64,
    /// Whether there is one that is too old.
    is_stale: bool,
}

impl CacheSession {
    pub(super) fn new(
        fixed: Arc<Fixed>,
        policy: View<Policy>,
        stores: Arc<Stores>,
        session: &SessionFacts,
    ) -> Self {
        let variables = Variables {
            populate: fixed.is_enabled,
            uses: fixed.is_enabled,
            lifetime: fixed.lifetime,
        };
        let mut it = Self {
            usable: policy.get().rules.usable_by(session),
            store: stores.here(),
            fixed,
            policy,
            stores,
            facts: session.clone(),
            variables,
            environment: environment(session, session.is_fresh),
            is_apart: !session.is_fresh,
            snapshot: Snapshot::new(session.is_fresh),
            status: None,
            writes: Writes::default(),
            key: Vec::new(),
            prefix_len: 0,
            pending: None,
        };
        it.begin(session);
        it
    }

    /// What has been done in the session so far was not seen.
    fn begin(&mut self, session: &SessionFacts) {
        self.facts = session.clone();
        self.usable = self.policy.get().rules.usable_by(session);
        self.environment = environment(session, session.is_fresh);
        self.is_apart = !session.is_fresh;
        self.snapshot = Snapshot::new(session.is_fresh);
        // Servers begin so; if this one does not, its first reply says so.
        self.status = session.is_fresh.then_some(StatusFlags::AUTOCOMMIT);
        if session.in_transaction {
            // Whatever it has written, it shows when it commits.
            self.writes.note(&Write::unclear());
        }
        self.set_prefix();
    }

    fn set_prefix(&mut self) {
        let status = self.status.unwrap_or_default().bits();
        self.key.clear();
        self.key.extend_from_slice(&self.environment.to_le_bytes());
        self.key.extend_from_slice(&status.to_le_bytes());
        let database = self.facts.database.as_deref().unwrap_or_default();
        self.key.extend_from_slice(database.as_bytes());
        self.key.push(0);
        if self.fixed.isolates_users {
            self.key.extend_from_slice(self.facts.user.as_bytes());
            self.key.push(b'@');
            self.key.extend_from_slice(self.facts.remote.as_bytes());
        }
        self.key.push(0);
        self.prefix_len = self.key.len();
    }

    fn log(&self, bit: u64, what: &str) {
        if self.policy.get().debug & bit != 0 {
            let object = &*self.facts.service;
            tracing::info!(session = self.facts.id, object, "cache: {what}");
        }
    }

    /// Whether the state of the transaction lets the cache be used.
    fn is_usable_now(&self) -> bool {
        let Some(status) = self.status else {
            return false;
        };
        if !status.contains(StatusFlags::IN_TRANS) {
            return !self.writes.any();
        }
        let is_read_only = status.contains(StatusFlags::IN_TRANS_READONLY);
        match self.fixed.transactions {
            Transactions::Never => false,
            Transactions::ReadOnly => is_read_only,
            Transactions::All => is_read_only || !self.writes.any(),
        }
    }

    fn on_query(&mut self, sql: &[u8], dialect: Dialect, now: Moment) -> Verdict {
        let mut missed = None;
        if may_be_select(sql) && self.is_usable_now() {
            self.key.truncate(self.prefix_len);
            self.key.extend_from_slice(sql);
            match self.look_up(now) {
                Ok(data) => return Verdict::Answer(Answer::Framed(data)),
                Err(nothing) => missed = Some(nothing),
            }
        }
        let statement = Statement::read(sql, dialect);
        let hides_database =
            statement.selects_database() && !is_plain_use(sql) && !self.is_told_database();
        let moves_tables = self.is_apart && statement.defines_tables();
        if statement.changes_session() || hides_database || moves_tables {
            self.set_apart();
        }
        match statement.kind {
            Kind::Select => {
                if let Some(missed) = missed {
                    self.collect(sql, dialect, &statement, missed);
                }
            }
            Kind::Set => return self.on_set(sql, &statement),
            Kind::Write => {
                let write = statement.write();
                self.writes.note(&write.unwrap_or_else(Write::unclear));
            }
            Kind::TemporaryTable | Kind::Other => {}
        }
        Verdict::Forward
    }

    /// The result under the key, or what a new one is stored with.
    fn look_up(&self, now: Moment) -> Result<Arc<[u8]>, Missed> {
        let missed = |epoch, is_stale| Missed { epoch, is_stale };
        if !self.variables.uses {
            return Err(missed(self.store.epoch(), false));
        }
        let found = self
            .store
            .find(&self.key, self.variables.lifetime, now.instant);
        match found {
            Found::Hit(data, set) if self.usable.get(set).copied().unwrap_or(false) => {
                self.log(LOGS_USE, "a result is used");
                Ok(data)
            }
            Found::Hit(..) => {
                self.log(LOGS_NO_USE, "a result is there that this user does not get");
                Err(missed(self.store.epoch(), false))
            }
            Found::Miss(epoch) => {
                self.log(LOGS_NO_USE, "there is no result to use");
                Err(missed(epoch, false))
            }
            Found::Stale(epoch) => {
                self.log(LOGS_NO_USE, "the result is too old");
                Err(missed(epoch, true))
            }
        }
    }

    /// The result of a SELECT is to be stored, if it may.
    fn collect(&mut self, sql: &[u8], dialect: Dialect, statement: &Statement<'_>, missed: Missed) {
        let policy = self.policy.get();
        // One that is too old is replaced, whatever the session says of new ones.
        let populates = self.variables.populate || missed.is_stale;
        let kinds = if policy.verifies || self.fixed.invalidates {
            sql::classify(sql, dialect).kinds
        } else {
            Kinds::empty()
        };
        let is_repeatable = !policy.verifies || statement.is_repeatable(kinds);
        if !populates || !statement.is_clear || !is_repeatable {
            self.log(LOGS_DECISIONS, "the result will not be stored");
            return;
        }
        let database = self.facts.database.as_deref();
        let Some(rule_set) = policy.rules.set_for(sql, statement, database) else {
            self.log(LOGS_NO_RULE, "no rule says to store the result");
            return;
        };
        self.log(LOGS_RULE, "a rule says to store the result");
        let tables = if self.fixed.invalidates {
            let Some(tables) = statement.all_tables(kinds) else {
                self.log(LOGS_DECISIONS, "not all tables of the result are known");
                return;
            };
            let tables = tables.into_iter();
            tables.map(|name| name.table.into_boxed_str()).collect()
        } else {
            Box::default()
        };
        self.pending = Some(Pending {
            collector: Collector::new(self.fixed.result_rows_max, self.fixed.result_size_max),
            key: self.key.as_slice().into(),
            tables,
            rule_set,
            epoch: self.snapshot.epoch(missed.epoch),
            status: self.status,
        });
    }

    fn on_set(&mut self, sql: &[u8], statement: &Statement<'_>) -> Verdict {
        match self.variables.follow(statement) {
            Ok(assigned) => {
                if assigned.changes_session && !statement.sets_what_is_not_seen() {
                    let mut hasher = DefaultHasher::new();
                    (self.environment, sql).hash(&mut hasher);
                    self.environment = hasher.finish();
                    self.set_prefix();
                } else if assigned.changes_session {
                    self.set_apart();
                }
                Verdict::Forward
            }
            Err(message) => Verdict::Answer(Answer::Error(ErrPacket::new(1231, b"42000", message))),
        }
    }

    /// From now on the same statement may have another result than others get, and than this
    /// session got before.
    fn set_apart(&mut self) {
        self.environment = environment(&self.facts, false);
        self.is_apart = true;
        self.set_prefix();
    }

    /// Whether the server says which database is the default one.
    fn is_told_database(&self) -> bool {
        let capabilities = self.facts.capabilities;
        capabilities.contains(Capabilities::SESSION_TRACK)
    }

    fn on_prepare(&mut self, sql: &[u8], dialect: Dialect) {
        let statement = Statement::read(sql, dialect);
        let changes_session = statement.changes_session()
            || statement.kind == Kind::Set
            || (self.is_apart && statement.defines_tables())
            || (statement.selects_database() && !self.is_told_database());
        if changes_session {
            // Its execution may be under way before the reply tells its id.
            self.set_apart();
        }
        self.writes.prepare(&statement, changes_session);
    }

    /// The session is as new.
    fn reset(&mut self) {
        self.environment = environment(&self.facts, true);
        self.is_apart = false;
        self.set_prefix();
    }

    fn set_status(&mut self, status: Option<StatusFlags>) {
        let status = status.map(|status| status & STATUS);
        if status != self.status {
            self.status = status;
            self.set_prefix();
        }
    }
}

impl FilterSession for CacheSession {
    fn on_request(&mut self, request: &mut Request, now: Moment) -> Verdict {
        if self.policy.refresh() {
            self.usable = self.policy.get().rules.usable_by(&self.facts);
        }
        self.pending = None;
        if self.fixed.invalidates {
            self.snapshot.request(|| self.store.epoch());
        }
        match (request.command(), request.sql()) {
            (Command::Query, Some(sql)) if request.is_whole() => {
                return self.on_query(sql, request.dialect, now);
            }
            (Command::StmtPrepare, Some(sql)) if request.is_whole() => {
                self.on_prepare(sql, request.dialect);
            }
            (_, Some(_)) => {
                self.writes.note(&Write::unclear());
                self.set_apart();
            }
            (command, None) => {
                if self.writes.follow(request) {
                    self.set_apart();
                }
                if command == Command::ResetConnection {
                    self.reset();
                }
            }
        }
        Verdict::Forward
    }

    fn on_packet(&mut self, packet: &mut ReplyPacket, _now: Moment) -> PacketVerdict {
        if let Some(pending) = &mut self.pending {
            pending.collector.take(packet);
        }
        PacketVerdict::Forward
    }

    fn on_reply_again(&mut self) {
        if let Some(pending) = &mut self.pending {
            let Fixed {
                result_rows_max,
                result_size_max,
                ..
            } = *self.fixed;
            pending.collector = Collector::new(result_rows_max, result_size_max);
        }
    }

    fn on_reply_end(&mut self, end: &ReplyEnd, now: Moment) {
        self.writes.end_prepare(end.statement_id);
        self.snapshot
            .reply(end.status.filter(|_| end.error.is_none()));
        if end.error.is_some() {
            // It may have ended the transaction, which it does not say.
            self.set_status(None);
        } else if end.status.is_some() {
            self.set_status(end.status);
        }
        if self
            .status
            .is_some_and(|status| !status.contains(StatusFlags::IN_TRANS))
        {
            self.writes.publish(&self.fixed, &self.stores);
        }
        let Some(pending) = self.pending.take() else {
            return;
        };
        let Some((data, status)) = pending.collector.finish() else {
            return;
        };
        // One that has begun a transaction says so, and must not be given to those who are in none.
        if Some(status & STATUS) == pending.status {
            let result = Stored {
                key: pending.key,
                data: data.into(),
                tables: pending.tables,
                rule_set: pending.rule_set,
            };
            self.store.put(result, pending.epoch, now.instant);
        }
    }

    fn on_begin(&mut self, session: &SessionFacts) {
        self.begin(session);
    }

    fn on_change(&mut self, session: &SessionFacts) {
        let is_other_user = session.user != self.facts.user;
        self.facts = session.clone();
        if is_other_user || session.is_fresh {
            // COM_CHANGE_USER has made the session as new, or it still is.
            self.usable = self.policy.get().rules.usable_by(session);
            self.environment = environment(session, true);
            self.is_apart = false;
        }
        self.set_prefix();
    }
}

impl Drop for CacheSession {
    fn drop(&mut self) {
        // What was under way may have been done all the same.
        self.writes.publish(&self.fixed, &self.stores);
    }
}

/// What makes results of the same statement differ between sessions, in one number. A session that
/// was not seen from its beginning, or whose tables or settings are not known, gets a number that
/// nobody had before: what it stored itself may not hold any more either.
fn environment(session: &SessionFacts, is_fresh: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    let capabilities = (session.capabilities & CAPABILITIES).bits();
    (capabilities, session.collation).hash(&mut hasher);
    if !is_fresh {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether it is a USE that is seen without help of the server: in it nothing comes before the word.
fn is_plain_use(sql: &[u8]) -> bool {
    match sql.trim_ascii_start().split_at_checked(3) {
        Some((word, [b' ' | b'\t' | b'\r' | b'\n' | b'`', ..])) => {
            word.eq_ignore_ascii_case(b"use")
        }
        _ => false,
    }
}

/// A quick look: whether the text may be a SELECT.
fn may_be_select(sql: &[u8]) -> bool {
    let first = sql.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| b"sSwW(/-#".contains(byte))
}
