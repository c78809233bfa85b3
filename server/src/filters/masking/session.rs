//! One session's statements and resultsets.

use std::mem;

use super::Policy;
use super::check;
use super::plan::{self, Column, Plan};
use super::statements::{Statement, Statements};
use crate::filters::settings::View;
use crate::filters::{FilterSession, SessionFacts};
use crate::pipeline::{Answer, Moment, PacketRole, PacketVerdict, ReplyPacket, Request, Verdict};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::cursor::Cursor;
use crate::wire::reply::ErrPacket;
use crate::wire::request::{LAST_PREPARED_ID, statement_id};

#[derive(Debug)]
enum Phase {
    /// No row belongs here, but those of a fetch.
    Between,
    /// Definitions are coming in: of so many parameters to pass over, then of columns.
    Defining { parameters: usize },
    /// Rows are coming in.
    Rows(Option<Plan>),
    /// The client has got an error: the rest of the reply is dropped, and then the session ends.
    Aborted,
}

pub(super) struct MaskingSession {
    policy: View<Policy>,
    facts: SessionFacts,
    /// The rules that concern the session.
    active: Vec<usize>,
    phase: Phase,
    definitions: Vec<Column>,
    statements: Statements,
    /// The prepared statement that the request under way is about, or that it has made.
    statement: Option<u32>,
    last_prepared: u32,
    /// Whether it has seen a request.
    has_begun: bool,
    /// The text that the request under way prepares.
    text: Option<Box<[u8]>>,
    /// The name that the request under way gives to a statement.
    name: Option<Vec<u8>>,
}

impl MaskingSession {
    pub(super) fn new(policy: View<Policy>, session: &SessionFacts) -> Self {
        let mut it = Self {
            policy,
            facts: session.clone(),
            active: Vec::new(),
            phase: Phase::Between,
            definitions: Vec::new(),
            statements: Statements::default(),
            statement: None,
            last_prepared: LAST_PREPARED_ID,
            has_begun: false,
            text: None,
            name: None,
        };
        it.activate();
        if !session.is_fresh {
            it.statements.doubt();
        }
        it
    }

    fn activate(&mut self) {
        let rules = self.policy.get().rules.rules.iter().enumerate();
        let active = rules.filter(|(_, rule)| rule.concerns(&self.facts));
        self.active = active.map(|(index, _)| index).collect();
    }

    fn follow_statement(&mut self, request: &Request) {
        let id = statement_id(request.payload()).ok().flatten();
        self.statement = id.map(|id| match id {
            LAST_PREPARED_ID => self.last_prepared,
            id => id,
        });
        (self.text, self.name) = (None, None);
        match (request.command(), self.statement) {
            (Command::StmtClose, Some(id)) => self.statements.forget(id),
            (Command::ResetConnection | Command::ChangeUser, _) => self.statements.clear(),
            (Command::StmtPrepare, _) if request.is_whole() => {
                self.text = request.sql().map(Box::from);
            }
            (Command::Query, _) if self.statements.are_doubtful() => {
                self.name = request.sql().and_then(check::prepared_name);
            }
            _ => {}
        }
    }

    fn refusal(&mut self, request: &Request) -> Option<ErrPacket> {
        let Some(sql) = request.sql() else {
            return self.refusal_of_execution(request.command());
        };
        let reason = if request.is_whole() {
            self.examine(sql)
        } else {
            self.policy.get().checks.examine_part()
        };
        reason.map(|reason| self.denied(&reason))
    }

    fn examine(&self, sql: &[u8]) -> Option<String> {
        let policy = self.policy.get();
        let rules = self
            .active
            .iter()
            .filter_map(|&at| policy.rules.rules.get(at));
        policy.checks.examine(sql, rules, self.statements.names())
    }

    /// Executions of statements that were prepared before the rules came.
    fn refusal_of_execution(&mut self, command: Command) -> Option<ErrPacket> {
        use Command::{StmtBulkExecute, StmtExecute, StmtFetch};
        let runs = matches!(command, StmtBulkExecute | StmtExecute | StmtFetch);
        let id = self.statement.filter(|_| runs)?;
        if !self.statements.are_doubtful() {
            return None;
        }
        let known = self.statements.get(id);
        if known.is_some_and(|statement| statement.has_passed) {
            return None;
        }
        let Some(text) = known.and_then(|statement| statement.text.as_deref()) else {
            let message = format!(
                "Unknown prepared statement handler ({id}): it was prepared before its results \
                 were masked, prepare it again"
            );
            let is_refused = self.policy.get().checks.want_understanding();
            return is_refused.then(|| ErrPacket::new(1243, b"HY000", message));
        };
        let reason = self.examine(text);
        if reason.is_none() {
            self.statements.pass(id);
        }
        reason.map(|reason| self.denied(&reason))
    }

    fn denied(&self, reason: &str) -> ErrPacket {
        let SessionFacts { user, remote, .. } = &self.facts;
        let message = format!("Access denied for user '{user}'@'{remote}': {reason}");
        ErrPacket::new(1141, b"HY000", message)
    }

    fn on_prepared(&mut self, packet: &ReplyPacket) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(&packet.payload, "answer to COM_STMT_PREPARE");
        cursor.u8()?;
        let id = cursor.u32()?;
        let columns = cursor.u16()?;
        let parameters = usize::from(cursor.u16()?);
        self.last_prepared = id;
        self.statement = Some(id);
        self.definitions.clear();
        let statement = Statement {
            text: self.text.clone(),
            columns: None,
            has_passed: !self.active.is_empty(),
        };
        self.statements.add(id, statement);
        if columns > 0 {
            self.phase = Phase::Defining { parameters };
        }
        Ok(())
    }

    fn on_definition(&mut self, packet: &ReplyPacket) -> Result<(), Malformed> {
        match &mut self.phase {
            Phase::Defining { parameters: 0 } => {
                self.definitions.push(Column::decode(&packet.payload)?);
            }
            Phase::Defining { parameters } => *parameters -= 1,
            _ => {}
        }
        Ok(())
    }

    /// Keeps the definitions that have come in for later executions and fetches.
    ///
    /// Under `DEPRECATE_EOF` nothing ends the definitions of a prepared statement but the next
    /// request.
    fn keep_definitions(&mut self) {
        let definitions = mem::take(&mut self.definitions);
        if let Some(id) = self.statement
            && !definitions.is_empty()
        {
            self.statements.set_columns(id, definitions);
        }
    }

    /// The plan for rows whose definitions, if they have any, have come in.
    fn plan(&self) -> Result<Option<Plan>, Malformed> {
        let policy = self.policy.get();
        let known = self.statement.and_then(|id| self.statements.get(id));
        let known = known.and_then(|statement| statement.columns.as_deref());
        let columns = if self.definitions.is_empty() {
            // A statement prepared before this filter was here: its rows may hold anything.
            known.ok_or(Malformed::new("columns of a prepared statement"))?
        } else {
            self.definitions.as_slice()
        };
        if policy.warns_of_types {
            self.warn_of_types(columns);
        }
        Ok(Plan::of(columns, &policy.rules.rules, &self.active))
    }

    fn warn_of_types(&self, columns: &[Column]) {
        let rules = &self.policy.get().rules.rules;
        for column in columns {
            if let Some(kind) = column.unmaskable()
                && plan::rule_for(column, rules, &self.active).is_some()
            {
                tracing::warn!(
                    session = self.facts.id,
                    object = &*self.facts.service,
                    "masking: a rule means the column {}, but values of type {kind:?} can't be masked",
                    String::from_utf8_lossy(&column.name),
                );
            }
        }
    }

    fn on_row(&mut self, packet: &mut ReplyPacket) -> Result<PacketVerdict, Malformed> {
        if !matches!(self.phase, Phase::Rows(_)) {
            self.phase = Phase::Rows(self.plan()?);
        }
        let Phase::Rows(Some(plan)) = &self.phase else {
            return Ok(PacketVerdict::Forward);
        };
        let policy = self.policy.get();
        if packet.whole {
            plan.mask(&mut packet.payload, packet.role, &policy.rules.rules)?;
        } else if policy.aborts_large {
            let large = "a row with masked columns is too large to be masked";
            return Ok(self.abort(&ErrPacket::new(1153, b"08S01", large)));
        }
        Ok(PacketVerdict::Forward)
    }

    /// Ends the reply with an error, and the session with the next request.
    fn abort(&mut self, error: &ErrPacket) -> PacketVerdict {
        tracing::warn!(
            session = self.facts.id,
            object = &*self.facts.service,
            "masking: {}",
            String::from_utf8_lossy(&error.message)
        );
        self.phase = Phase::Aborted;
        let mut payload = Vec::new();
        error.encode(Capabilities::PROTOCOL_41, &mut payload);
        PacketVerdict::Replace(vec![ReplyPacket {
            role: PacketRole::Err,
            payload,
            whole: true,
        }])
    }

    fn take(&mut self, packet: &mut ReplyPacket) -> Result<PacketVerdict, Malformed> {
        match packet.role {
            PacketRole::Prepared => self.on_prepared(packet)?,
            PacketRole::ColumnCount => {
                self.definitions.clear();
                self.phase = Phase::Defining { parameters: 0 };
            }
            PacketRole::Definition => self.on_definition(packet)?,
            PacketRole::TextRow | PacketRole::BinaryRow => return self.on_row(packet),
            PacketRole::RowsEnd | PacketRole::Ok | PacketRole::Err => {
                let name = self.name.take();
                if packet.role == PacketRole::Ok
                    && let Some(name) = name
                {
                    self.statements.add_name(name);
                }
                self.phase = Phase::Between;
                self.keep_definitions();
            }
            _ => {}
        }
        Ok(PacketVerdict::Forward)
    }
}

impl FilterSession for MaskingSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        self.has_begun = true;
        if matches!(self.phase, Phase::Aborted) {
            return Verdict::Close(ErrPacket::connection_killed());
        }
        if self.policy.refresh() {
            self.activate();
            self.statements.doubt();
        }
        self.phase = Phase::Between;
        self.keep_definitions();
        self.follow_statement(request);
        if self.active.is_empty() {
            return Verdict::Forward;
        }
        match self.refusal(request) {
            Some(error) => Verdict::Answer(Answer::Error(error)),
            None => Verdict::Forward,
        }
    }

    fn on_packet(&mut self, packet: &mut ReplyPacket, _now: Moment) -> PacketVerdict {
        if matches!(self.phase, Phase::Aborted) {
            return PacketVerdict::Swallow;
        }
        let is_row = matches!(packet.role, PacketRole::TextRow | PacketRole::BinaryRow);
        let is_prepared = self.statement.is_some() || packet.role == PacketRole::Prepared;
        if self.active.is_empty() && (is_row || !is_prepared) {
            return PacketVerdict::Forward;
        }
        self.take(packet).unwrap_or_else(|error| {
            let message = format!("the result can't be masked: {error}");
            self.abort(&ErrPacket::new(1835, b"HY000", message))
        })
    }

    fn on_reply_again(&mut self) {
        self.phase = Phase::Between;
        self.definitions.clear();
    }

    fn on_change(&mut self, session: &SessionFacts) {
        self.facts = session.clone();
        self.activate();
        // The chain has waited to take its place, and statements have gone by.
        if !self.has_begun && !session.is_fresh {
            self.statements.doubt();
        }
    }
}
