//! Requests of a session with several servers: routed, and sent where they go.

use std::borrow::Cow;
use std::future::Future;
use std::task::Context;
use std::time::Instant;

use tokio::time::sleep_until;

use super::session_command::database;
use super::{CloseReason, ClosedBy, Exit, Moved, Relay};
use crate::routers::{Plan, Purpose, Replied};
use crate::sessions::During;
use crate::sessions::backends::Backend;
use crate::sessions::record::SessionRecord;
use crate::sessions::routed::{Availability, Everyone, Routed, UnderWay, Waiting, Wishes};
use crate::wire::command::Command;
use crate::wire::packet::HEADER_LEN;
use crate::wire::reply::ErrPacket;

impl Relay {
    /// Routes a request that nobody wants to see.
    pub(super) fn route_unseen(
        &mut self,
        cx: &mut Context<'_>,
        command: Command,
        packet: Cow<'_, [u8]>,
        whole: bool,
    ) -> Result<Option<Exit>, ClosedBy> {
        self.record
            .request_began(command.is_statement(), Instant::now());
        let text = match command {
            Command::Query | Command::StmtPrepare => packet.get(HEADER_LEN + 1..),
            _ => None,
        };
        let wishes = Wishes {
            dialect: self.record.dialect_of(command, text),
            ..Wishes::default()
        };
        self.route(cx, command, packet, whole, wishes)
    }

    /// Routes a request: `packet` is its first packet, header included.
    pub(super) fn route(
        &mut self,
        cx: &mut Context<'_>,
        command: Command,
        packet: Cow<'_, [u8]>,
        whole: bool,
        wishes: Wishes,
    ) -> Result<Option<Exit>, ClosedBy> {
        self.reply.begins(self.record.needs());
        self.flow.held();
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        routed.keep(command, packet, whole, wishes);
        if let Some(id) = routed.kept.statement {
            // Others don't use what a server is about to remember of it.
            if routed.kept.leaves_something() {
                routed.prepared.set_apart(id);
            }
            // What could not be prepared once is tried again when it is needed.
            if let Some(handle) = routed.prepared.get(id).map(|one| one.handle()) {
                self.backend.statements.forget_failure(handle);
                for (_, backend) in routed.parked_mut() {
                    backend.statements.forget_failure(handle);
                }
            }
        }
        match routed.kept.statement {
            Some(id) if command == Command::StmtClose => {
                self.close_statement(id);
                self.nothing_to_reply(command);
                Ok(None)
            }
            Some(id) if routed.prepared.get(id).is_none() => {
                if command == Command::StmtSendLongData {
                    self.nothing_to_reply(command);
                    return Ok(None);
                }
                Ok(self.refuse(&ErrPacket::unknown_statement(id)))
            }
            // Its text would be needed whole, to prepare it elsewhere.
            _ if command == Command::StmtPrepare && !whole => {
                Ok(self.refuse(&ErrPacket::packet_too_large()))
            }
            _ if command == Command::StmtPrepare => self.prepare(cx),
            _ => self.ask_router(cx),
        }
    }

    /// A request without a reply is done.
    fn nothing_to_reply(&mut self, command: Command) {
        self.flow.passed_on(command, true);
        if let Some(routed) = &mut self.routed {
            routed.kept.done();
        }
    }

    /// Closes a prepared statement, and on all connections what nobody needs of it any more.
    fn close_statement(&mut self, id: u32) {
        let Some(routed) = &mut self.routed else {
            return;
        };
        routed.router.closed_statement(id);
        let freed = routed.prepared.close(id);
        self.close_handles(freed);
    }

    /// Asks the router where the kept request goes, and does that.
    pub(super) fn ask_router(&mut self, cx: &mut Context<'_>) -> Result<Option<Exit>, ClosedBy> {
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        let now = Instant::now();
        let plan = routed.plan(now);
        self.follow(cx, plan, now)
    }

    /// Does what the router has planned for the kept request.
    fn follow(
        &mut self,
        cx: &mut Context<'_>,
        plan: Plan,
        now: Instant,
    ) -> Result<Option<Exit>, ClosedBy> {
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        let member = match plan {
            Plan::One { member, .. } => member,
            Plan::All { answer, .. } => answer,
            Plan::Wait { until } => {
                routed.waiting = Waiting::Until(Box::pin(sleep_until(until.into())));
                // The timer has to be asked once, to wake the session.
                cx.waker().wake_by_ref();
                return Ok(None);
            }
            Plan::Refuse(error) => return Ok(self.refuse(&error.packet())),
            Plan::Close(error) => return Ok(Some(self.closed(ClosedBy::Router(error)))),
        };
        match readiness(routed, &mut self.backend, member, &plan, &self.record) {
            Availability::Closed => {
                routed.waiting = Waiting::For(plan);
                return Ok(Some(Exit::Connect(member)));
            }
            Availability::Finishing => {
                routed.waiting = Waiting::For(plan);
                return Ok(None);
            }
            Availability::Ready => {}
        }
        routed.use_connection(member, &mut self.backend);
        if let Some(error) = routed.not_prepared(&self.backend) {
            return Ok(self.refuse_unprepared(member, &error));
        }
        match plan {
            Plan::All { remember, .. } if routed.kept.command != Command::StmtPrepare => {
                self.send_to_all(cx, member, remember, now)
            }
            Plan::One { purpose, .. } => self.send_kept(cx, (member, purpose, now), None),
            _ => self.send_kept(cx, (member, Purpose::Any, now), None),
        }
    }

    /// Sends the kept request on the connection in use, which is the one to `member`.
    pub(super) fn send_kept(
        &mut self,
        cx: &mut Context<'_>,
        (member, purpose, now): (usize, Purpose, Instant),
        everyone: Option<Everyone>,
    ) -> Result<Option<Exit>, ClosedBy> {
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        let (command, whole) = (routed.kept.command, routed.kept.whole);
        if let Some(statement) = routed.kept.statement.and_then(|id| routed.prepared.get(id)) {
            let packet = &mut routed.kept.packet;
            let translated = self
                .backend
                .statements
                .translate(statement, command, packet);
            if translated.is_err() {
                return Ok(self.refuse(&ErrPacket::malformed_packet()));
            }
        }
        let has_reply = command.reply_shape().is_some();
        self.backend.began(command);
        self.backend.was_used(now);
        if has_reply {
            let prepares = (command == Command::StmtPrepare).then(|| routed.prepared.next_id());
            routed.under_way = Some(UnderWay {
                member,
                purpose,
                began: now,
                everyone,
                prepares,
            });
            self.reply.prepares = prepares;
            let is_new = prepares.is_some() && routed.prepared.reuses_texts();
            self.reply.answer = is_new.then(Vec::new);
            self.flow.prepares_as(prepares);
        }
        self.flow.passed_on(command, whole);
        self.log_unanswered(command);
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        let sent = match routed.kept.give_away() {
            Some(packet) => self.backend.link.send_owned(cx, packet),
            None => self.backend.link.send(cx, &routed.kept.packet),
        };
        sent.map_err(|error| self.backend_lost(error))?;
        Ok(None)
    }

    /// Answers the kept request with an error. What is left of it can't be told from requests, so
    /// the session ends when it is not whole.
    pub(super) fn refuse(&mut self, error: &ErrPacket) -> Option<Exit> {
        let whole = self.routed.as_ref().is_none_or(|routed| routed.kept.whole);
        if let Some(logged) = self.logged.take() {
            logged.answered(&self.record);
        }
        self.fail_request(error);
        if let Some(routed) = &mut self.routed {
            routed.kept.done();
        }
        if whole {
            return None;
        }
        let cause = String::from_utf8_lossy(&error.message).into_owned();
        Some(Exit::Close(CloseReason {
            by: ClosedBy::Refused(cause),
            during: During::Request,
        }))
    }

    /// Answers the kept request, which is about a statement that its server can't prepare.
    fn refuse_unprepared(&mut self, member: usize, error: &ErrPacket) -> Option<Exit> {
        let routed = self.routed.as_mut()?;
        routed.router.replied(&Replied {
            member,
            status: None,
            error: Some(error.code),
            prepared: None,
            insert_id: false,
            counted: false,
            now: Instant::now(),
        });
        let command = routed.kept.command;
        if command.reply_shape().is_some() || !routed.kept.whole {
            return self.refuse(error);
        }
        // What is sent ahead is not answered; the execution will be.
        self.nothing_to_reply(command);
        None
    }

    /// Lets the kept request go on when what it waits for has come; `None` while it has not.
    pub(super) fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Result<Option<Moved>, ClosedBy> {
        let Some(routed) = &mut self.routed else {
            return Ok(None);
        };
        let exit = match std::mem::take(&mut routed.waiting) {
            Waiting::Nothing => return Ok(None),
            Waiting::For(plan) => {
                let member = target(&plan);
                let ready = member.map(|member| {
                    readiness(routed, &mut self.backend, member, &plan, &self.record)
                });
                if ready == Some(Availability::Finishing) {
                    routed.waiting = Waiting::For(plan);
                    return Ok(None);
                }
                self.follow(cx, plan, Instant::now())?
            }
            Waiting::Until(mut timer) => {
                if timer.as_mut().poll(cx).is_pending() {
                    routed.waiting = Waiting::Until(timer);
                    return Ok(None);
                }
                self.ask_router(cx)?
            }
            Waiting::Again => self.ask_router(cx)?,
        };
        Ok(Some(exit.map_or(Moved::Bytes, Moved::Exit)))
    }
}

/// The server that a plan needs connected.
pub(super) fn target(plan: &Plan) -> Option<usize> {
    match plan {
        Plan::One { member, .. } => Some(*member),
        Plan::All { answer, .. } => Some(*answer),
        _ => None,
    }
}

/// Whether a plan can be followed. A statement that is not prepared where it has to be is prepared
/// there first, and a default database that was gone is looked for.
fn readiness(
    routed: &mut Routed,
    in_use: &mut Backend,
    member: usize,
    plan: &Plan,
    record: &SessionRecord,
) -> Availability {
    let first = routed.availability(member, in_use);
    if first != Availability::Ready {
        return first;
    }
    if let Some(backend) = routed.connection_mut(member, in_use)
        && backend.looks_for_database(|| database(record))
    {
        return Availability::Finishing;
    }
    let everywhere = matches!(plan, Plan::All { .. });
    if everywhere && routed.changes_context() {
        // Statements are prepared while they still mean what they meant to the client.
        let all = routed.prepared.distinct();
        if let Some(backend) = routed.connection_mut(member, in_use)
            && backend.prepare_missing(&all, database(record).as_deref())
        {
            return Availability::Finishing;
        }
    }
    let statement = routed.kept.statement.and_then(|id| routed.prepared.get(id));
    let Some(statement) = statement.cloned() else {
        return first;
    };
    let mut ready = Availability::Ready;
    let others = everywhere.then(|| routed.open());
    for member in others.into_iter().flatten().chain([member]) {
        if let Some(backend) = routed.connection_mut(member, in_use)
            && !backend.has_prepared(&statement, || database(record))
        {
            ready = Availability::Finishing;
        }
    }
    ready
}
