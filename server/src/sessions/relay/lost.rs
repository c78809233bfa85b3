//! Connections that come and go while a session with several servers lives.

use std::task::Context;

use super::routed::target;
use super::{ClosedBy, Exit, Moved, READ_MAX, Relay};
use crate::routers::{LinkState, LostDuring, Recovery, RouteError};
use crate::servers::Server;
use crate::sessions::backends::{Backend, Seat, Unusable};
use crate::sessions::record::Restart;
use crate::sessions::routed::{Gone, Routed, Waiting};
use crate::sessions::session_log;

impl Relay {
    /// The connection in use is lost: goes on without it, if there are others and the router can do
    /// without.
    ///
    /// # Errors
    /// Why the session ends, if it is not for the router.
    pub(super) fn recover(&mut self, by: ClosedBy) -> Result<Option<Exit>, ClosedBy> {
        let Some(routed) = self.routed.as_mut() else {
            return Err(by);
        };
        let (ClosedBy::Backend { server, cause }, Some(member)) = (&by, routed.current) else {
            return Err(by);
        };
        session_log::info(&self.record, || {
            format!("the connection to server '{server}' was lost: {cause}")
        });
        let during = if routed.under_way.is_some() {
            LostDuring::Request {
                sent: true,
                passed_on: self.reply.passed_on,
            }
        } else {
            self.waits_for(member)
        };
        self.drop_connection(member, during != LostDuring::Idle);
        Ok(self.lost(member, during))
    }

    /// What the loss of a connection that has no request means to the request that waits.
    fn waits_for(&self, member: usize) -> LostDuring {
        let waiting = self.routed.as_ref().map(|routed| &routed.waiting);
        match waiting {
            Some(Waiting::For(plan)) if target(plan) == Some(member) => LostDuring::Request {
                sent: false,
                passed_on: false,
            },
            _ => LostDuring::Idle,
        }
    }

    /// Closes a connection; `failed`: it is not to be opened again soon.
    fn drop_connection(&mut self, member: usize, failed: bool) {
        let Some(routed) = self.routed.as_mut() else {
            return;
        };
        if routed.current == Some(member) {
            self.backend.say_goodbye();
            self.backend = Backend::none();
            routed.current = None;
        }
        let link = if failed {
            LinkState::Failed
        } else {
            LinkState::Closed
        };
        routed.closed(member, link);
        self.show_connections();
    }

    /// Does what the router says of a loss.
    fn lost(&mut self, member: usize, during: LostDuring) -> Option<Exit> {
        let routed = self.routed.as_mut()?;
        let recovery = routed.lost(member, during);
        let waits = !matches!(routed.waiting, Waiting::Nothing);
        match recovery {
            Recovery::Ignore if during == LostDuring::Idle => None,
            Recovery::Ignore | Recovery::Retry => {
                let under_way = routed.under_way.as_ref();
                let command = under_way.and_then(|under_way| under_way.everyone.as_ref());
                let command = command.map(|everyone| everyone.number);
                let again = waits || routed.kept.can_be_sent_again() && !self.flow.is_sending();
                if !again {
                    return self.end_request(RouteError::ReplyLost);
                }
                routed.under_way = None;
                routed.waiting = Waiting::Again;
                self.reply_begins_anew();
                self.held = Vec::new();
                self.in_packet = false;
                self.flow.held();
                command.and_then(|number| self.undo_command(number))
            }
            Recovery::Error(error) => self.end_request(error),
            Recovery::Close(error) => Some(self.closed(ClosedBy::Router(error))),
        }
    }

    /// Ends the request under way with an error; the session too, if the client can't be told.
    fn end_request(&mut self, error: RouteError) -> Option<Exit> {
        if let Some(routed) = self.routed.as_mut() {
            routed.under_way = None;
            routed.waiting = Waiting::Nothing;
            routed.kept.done();
        }
        if self.fail_request(&error.packet()) {
            None
        } else {
            Some(self.closed(ClosedBy::Router(error)))
        }
    }

    /// Whether something may go on on connections that are not in use, of which they don't wake the
    /// session.
    pub(super) fn asks_parked(&self) -> bool {
        let routed = self.routed.as_ref();
        routed.is_some_and(|routed| routed.asks_parked())
    }

    /// Moves on what the gateway itself asks on connections that are not in use.
    pub(super) fn poll_parked(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Moved {
        let capabilities = self.flow.capabilities();
        let Some(routed) = self.routed.as_mut() else {
            return Moved::Nothing;
        };
        let mut gone = std::mem::take(&mut routed.gone);
        routed.unpolled = false;
        let mut moved = Moved::Nothing;
        for (member, backend) in routed.parked_mut() {
            match backend.poll_own(cx, &mut buffer[..READ_MAX], capabilities) {
                Ok(false) => {}
                Ok(true) => moved = Moved::Bytes,
                Err(why) => gone.push(Gone { member, why }),
            }
        }
        routed.unpolled = matches!(moved, Moved::Bytes);
        for gone in gone {
            moved = Moved::Bytes;
            if let Some(exit) = self.parked_gone(&gone) {
                return Moved::Exit(exit);
            }
        }
        moved
    }

    /// Closes a connection that is not in use and nothing is wrong with.
    pub(super) fn close_parked(&mut self, member: usize) -> Option<Exit> {
        self.drop_connection(member, false);
        self.lost(member, LostDuring::Idle)
    }

    fn parked_gone(&mut self, gone: &Gone) -> Option<Exit> {
        let member = gone.member;
        let routed = self.routed.as_ref()?;
        routed.connection(member, &self.backend)?;
        let name = routed.server(member).map(|server| server.name().clone());
        session_log::info(&self.record, || {
            let name = name.unwrap_or_default();
            format!("the connection to server '{name}' is closed: {}", gone.why)
        });
        let during = self.waits_for(member);
        let lost = matches!(gone.why, Unusable::Lost(_) | Unusable::Unasked);
        self.drop_connection(member, !lost || during != LostDuring::Idle);
        self.lost(member, during)
    }

    /// Closes the connection to a server that is about to be replaced, which takes the place there that
    /// the new one needs: if the session can do without. Returns whether it was closed.
    pub fn makes_room(&mut self, server: &Server) -> bool {
        let routed = self.routed.as_ref();
        let Some(member) = routed.and_then(|routed| routed.can_spare(server)) else {
            return false;
        };
        self.drop_connection(member, false);
        // The router was asked before: it is no loss.
        self.lost(member, LostDuring::Idle).is_none()
    }

    /// The server that a request waits for is connected.
    pub fn connected(&mut self, member: usize, mut backend: Backend) {
        let database = self.record.database();
        let database = database.as_deref().map(str::as_bytes);
        if let Some(routed) = self.routed.as_mut() {
            backend.replay(routed.replay(database, &backend));
            routed.opened(member, backend);
        }
        self.show_connections();
    }

    /// Whether the session may go on with other connections now.
    pub(super) fn can_restart(&self, how: Restart) -> bool {
        let forgets = how == Restart::Forgetful;
        let routed = self.routed.as_ref();
        routed.is_some_and(|routed| routed.is_portable(forgets))
            && self.flow.is_settled()
            && self.is_quiet()
            && self.backend.is_free()
    }

    /// The session has other connections, which know all that was set: `backend` is in use now, of
    /// those that `routed` has.
    pub fn goes_on_with(&mut self, mut routed: Box<Routed>, backend: Backend) {
        if let Some(mut before) = self.routed.take() {
            routed.take_over(&mut before);
            for (_, parked) in before.parked_mut() {
                parked.say_goodbye();
            }
        }
        self.backend.say_goodbye();
        self.backend = backend;
        self.record.set_routed_bytes(routed.footprint());
        self.routed = Some(routed);
        self.show_connections();
        // States of servers may have changed since the first of them was connected.
        self.record.servers_changed();
    }

    /// The server that a request waits for can't be connected to.
    ///
    /// # Errors
    /// Why the session ends, if it does.
    pub fn not_connected(&mut self, member: usize) -> Result<(), ClosedBy> {
        let during = self.waits_for(member);
        self.drop_connection(member, true);
        match self.lost(member, during) {
            Some(Exit::Close(reason)) => Err(reason.by),
            _ => Ok(()),
        }
    }

    /// States of servers have changed: connections that may not stay are closed, and a request that
    /// waits is routed again.
    ///
    /// # Errors
    /// Why the session ends, if it does.
    pub fn check_servers(&mut self) -> Result<(), ClosedBy> {
        let Some(routed) = self.routed.as_mut() else {
            return Ok(());
        };
        routed.servers_changed();
        for member in routed.unwanted(&self.backend) {
            let busy = self.routed.as_ref().is_some_and(|routed| {
                let under_way = routed.under_way.as_ref();
                under_way.is_some_and(|under_way| under_way.member == member)
            });
            let during = if busy {
                LostDuring::Request {
                    sent: true,
                    passed_on: self.reply.passed_on,
                }
            } else {
                self.waits_for(member)
            };
            self.drop_connection(member, false);
            if let Some(Exit::Close(reason)) = self.lost(member, during) {
                return Err(reason.by);
            }
        }
        if let Some(routed) = self.routed.as_mut() {
            routed.reconsider();
        }
        Ok(())
    }

    /// Tells the record of the connections.
    pub fn show_connections(&self) {
        let connections = match &self.routed {
            Some(routed) => routed.view(&self.backend),
            None => self.backend.seat.iter().map(Seat::counted).collect(),
        };
        self.record.set_connections(connections);
    }
}
