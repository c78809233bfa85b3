//! Session commands: sent to all connections, answered by one, remembered for those to come.

use std::rc::Rc;
use std::task::Context;
use std::time::{Duration, Instant};

use super::{ClosedBy, Exit, Relay};
use crate::routers::{Purpose, Replied};
use crate::sessions::backends::Step;
use crate::sessions::flow::Outcome;
use crate::sessions::history::Remembered;
use crate::sessions::record::SessionRecord;
use crate::sessions::routed::{Everyone, Gone};
use crate::sql::Kinds;
use crate::wire::command::Command;
use crate::wire::reply::ErrPacket;

impl Relay {
    /// Sends the kept request to all connections; the client gets the reply of `answer`, which is
    /// in use.
    pub(super) fn send_to_all(
        &mut self,
        cx: &mut Context<'_>,
        answer: usize,
        remember: bool,
        now: Instant,
    ) -> Result<Option<Exit>, ClosedBy> {
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        if !routed.kept.whole {
            return Ok(self.refuse(&ErrPacket::packet_too_large()));
        }
        let number = routed.history.begin();
        let payload: Rc<[u8]> = routed.kept.payload().into();
        let statement = routed
            .kept
            .statement
            .and_then(|id| routed.prepared.get(id))
            .cloned();
        // Statements are prepared while they still mean what they meant to the client.
        let mut statements = Vec::new();
        if routed.changes_context() {
            statements = routed.prepared.distinct();
        }
        let chosen = (!statements.is_empty()).then(|| database(&self.record));
        let chosen = chosen.flatten();
        let command = routed.kept.command;
        let has_reply = command.reply_shape().is_some();
        let mut gone = Vec::new();
        for (member, backend) in routed.parked_mut() {
            backend.prepare_missing(&statements, chosen.as_deref());
            if !has_reply {
                // Parameters of a statement that is run everywhere.
                if let Some(statement) = &statement {
                    backend.send_unanswered(statement, &payload);
                }
                continue;
            }
            let step = Step::Command {
                number,
                payload: Rc::clone(&payload),
                statement: statement.clone(),
                expected: None,
                chooses: None,
            };
            match backend.ask(step) {
                Ok(()) => backend.count(command),
                Err(why) => gone.push(Gone { member, why }),
            }
        }
        routed.gone.append(&mut gone);
        let everyone = Everyone {
            number,
            remember,
            payload,
        };
        self.send_kept(cx, (answer, Purpose::Any, now), Some(everyone))
    }

    /// The reply to the kept request is complete.
    pub(super) fn request_complete(&mut self, outcome: &Outcome) {
        let Some(routed) = &mut self.routed else {
            return;
        };
        let Some(under_way) = routed.under_way.take() else {
            return;
        };
        let summary = &outcome.summary;
        let now = Instant::now();
        let success = summary.error.is_none();
        let took = now.saturating_duration_since(under_way.began);
        let is_read = under_way.purpose == Purpose::Replica;
        self.backend.ended(Some((took, is_read)));
        let mut prepared = None;
        if under_way.prepares.is_some() {
            prepared = self.statement_prepared(outcome);
        }
        let Some(routed) = &mut self.routed else {
            return;
        };
        routed.router.replied(&Replied {
            member: under_way.member,
            status: summary.status,
            error: summary.error,
            prepared,
            insert_id: summary.insert_id,
            counted: summary.affected || summary.warnings > 0,
            now,
        });
        self.check_texts(outcome);
        self.roll_back_stray();
        if let Some(everyone) = under_way.everyone {
            self.command_answered(everyone, success);
        }
        if let Some(routed) = &mut self.routed {
            routed.kept.done();
            if routed.is_to_be_checked() {
                self.record.servers_changed();
            }
        }
    }

    /// A COM_STMT_PREPARE is answered. Returns the client's id of the statement.
    fn statement_prepared(&mut self, outcome: &Outcome) -> Option<u32> {
        let routed = self.routed.as_mut()?;
        let Some((prepared, here)) = outcome.summary.prepared.zip(outcome.prepared_here) else {
            routed.prepared.failed();
            return None;
        };
        let since = routed.history.total();
        let database = database(&self.record);
        let text = routed.kept.payload().get(1..).unwrap_or_default();
        let kinds = routed.kept.kinds?;
        let statement = routed
            .prepared
            .add(text, kinds, prepared.params, since, database);
        self.backend.statements.add(statement.handle(), here);
        if kinds.kinds.contains(Kinds::SESSION_WRITE) {
            // It will be executed everywhere.
            for (_, backend) in routed.parked_mut() {
                backend.replay([Step::Prepare(Rc::clone(&statement))]);
            }
        }
        let id = statement.id;
        self.remember_answer(id);
        Some(id)
    }

    /// A session command is answered: the others should have said the same.
    fn command_answered(&mut self, everyone: Everyone, success: bool) {
        let Everyone {
            number,
            remember,
            payload,
        } = everyone;
        let Some(routed) = &mut self.routed else {
            return;
        };
        if success && routed.kept.command == Command::ResetConnection {
            routed.reset();
            routed.base_database = self.record.database().map(String::into_bytes);
            self.backend.statements.clear();
        } else if success && remember {
            let statement = routed
                .kept
                .statement
                .and_then(|id| routed.prepared.get(id))
                .cloned();
            let command = Remembered {
                position: number,
                payload,
                statement,
                database: database(&self.record),
                changes_context: routed.changes_context(),
                reads_session: routed.reads_session(),
                chooses_database: routed.chooses_database(),
            };
            let prepared = routed.prepared.newest_since();
            routed.history.add(command, prepared);
            if !routed.history.is_complete() {
                routed.router.connect_no_more();
            }
        }
        let mut gone = Vec::new();
        for (member, backend) in routed.parked_mut() {
            if let Err(why) = backend.check(number, success) {
                gone.push(Gone { member, why });
            }
        }
        routed.gone.append(&mut gone);
        self.record.set_history(
            routed.history.len(),
            routed.history.memory() + routed.prepared.memory(),
        );
    }

    /// A session command is to be sent once more, because who was to answer it is lost. Where doing it
    /// twice is not the same as doing it once, connections that did it are closed: when they are
    /// needed they are opened again, and get it from the history.
    pub(super) fn undo_command(&mut self, number: u64) -> Option<Exit> {
        let routed = self.routed.as_mut()?;
        if !routed.reads_session() {
            return None;
        }
        let parked = routed.parked_mut();
        let told = parked.filter(|(_, backend)| backend.was_told(number));
        let told: Vec<usize> = told.map(|(member, _)| member).collect();
        told.into_iter()
            .find_map(|member| self.close_parked(member))
    }

    /// Ends a transaction that a read began where the session's transactions are not, for it would hold
    /// what it has read until the connection ends.
    fn roll_back_stray(&mut self) {
        let Some(routed) = &mut self.routed else {
            return;
        };
        let Some(member) = routed.router.take_stray() else {
            return;
        };
        let asked = routed
            .connection_mut(member, &mut self.backend)
            .map(|backend| backend.ask(Step::Rollback));
        if let Some(Err(why)) = asked {
            routed.gone.push(Gone { member, why });
        }
    }

    /// Pings connections that were not used for so long. The one in use only if the client has
    /// nothing under way, and `always`.
    pub(super) fn keep_alive(&mut self, idle: Duration, always: bool) {
        if always && self.flow.is_idle() && self.backend.link.is_open() {
            self.backend.keep_alive(idle);
        }
        if let Some(routed) = &mut self.routed {
            for (_, backend) in routed.parked_mut() {
                backend.keep_alive(idle);
            }
        }
    }
}

/// The session's default database.
pub(super) fn database(record: &SessionRecord) -> Option<Rc<[u8]>> {
    record.database().map(|name| name.into_bytes().into())
}
