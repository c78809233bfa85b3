//! Replies on their way to the client.

use std::io;
use std::task::{Context, Poll};

use super::{Activity, ClosedBy, HOLD_MAX, Moved, READ_MAX, Relay};
use crate::sessions::flow::BackendEvent;
use crate::wire::packet::HEADER_LEN;
use crate::wire::reply::OK_HEADER;

impl Relay {
    /// From the server to the client.
    pub(super) fn poll_backend(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Result<Moved, ClosedBy> {
        let is_own = self.routed.is_some() && !self.flow.is_under_way();
        if is_own || !self.backend.is_free() {
            let capabilities = self.flow.capabilities();
            let moved = self
                .backend
                .poll_own(cx, &mut buffer[..READ_MAX], capabilities);
            let moved = moved.map_err(|why| self.backend_lost(why))?;
            return Ok(if moved { Moved::Bytes } else { Moved::Nothing });
        }
        if !self.drain_client(cx)? {
            return Ok(Moved::Nothing);
        }
        if self.reply.is_filtered() {
            return self.poll_backend_filtered(cx, buffer);
        }
        let held = self.held.len();
        buffer[..held].copy_from_slice(&self.held);
        let Some(read) = self.read_backend(cx, &mut buffer[held..held + READ_MAX])? else {
            return Ok(Moved::Nothing);
        };
        self.held.clear();
        self.take_from_backend(cx, &mut buffer[..held + read], held)?;
        Ok(Moved::Bytes)
    }

    /// Reads what there is from the server; `None` when there is nothing.
    pub(super) fn read_backend(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Result<Option<usize>, ClosedBy> {
        match self.backend.link.poll_read(cx, buffer) {
            Poll::Pending => Ok(None),
            Poll::Ready(Ok(0)) => {
                let kind = io::ErrorKind::UnexpectedEof;
                Err(self.backend_lost(io::Error::new(kind, "closed by the server")))
            }
            Poll::Ready(Ok(read)) => Ok(Some(read)),
            Poll::Ready(Err(error)) => Err(self.backend_lost(error)),
        }
    }

    /// Writes what waits for the client. Returns whether all is written.
    pub(super) fn drain_client(&mut self, cx: &mut Context<'_>) -> Result<bool, ClosedBy> {
        if self.client.is_clear() {
            return Ok(true);
        }
        let before = self.client.left();
        let drained = self.client.drain(cx);
        let drained = drained.map_err(|error| ClosedBy::Client(error.to_string()))?;
        self.record.client_is_slow(!drained);
        if self.client.left() < before {
            self.record.client_took_some();
        }
        Ok(drained)
    }

    /// Deals with bytes from the server, of which the first `seen` were looked at before.
    pub(super) fn take_from_backend(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
        seen: usize,
    ) -> Result<(), ClosedBy> {
        let step = self.flow.on_backend(&bytes[seen..]);
        let step = step.map_err(|error| self.no_reply(error))?;
        let used = seen + step.used;
        // Where the last whole packet ends; 0 when no packet has ended here.
        let whole = if step.whole > 0 { seen + step.whole } else { 0 };
        let held_from_here = whole > 0 || !self.in_packet;
        let send = if held_from_here && used - whole <= HOLD_MAX {
            whole
        } else {
            used
        };
        self.in_packet = send == used && whole < used;
        self.held.extend_from_slice(&bytes[send..used]);
        self.reply.received(step.used);
        self.reply
            .keep_answer(bytes.get(seen..used).unwrap_or_default());
        if send > 0 {
            self.tell_prepared(&mut bytes[..send]);
            self.send_reply(cx, &bytes[..send])?;
        }
        if step.event == BackendEvent::Complete {
            self.complete();
        }
        match bytes.get_mut(used..) {
            Some(rest) if !rest.is_empty() => {
                if self.routed.is_some() {
                    return Err(self.backend_lost("closed by the server"));
                }
                // A server that is about to close says so after the reply.
                self.take_from_backend(cx, rest, 0)
            }
            _ => Ok(()),
        }
    }

    /// Puts the client's id of the statement that was prepared into the first packet of the reply.
    pub(super) fn tell_prepared(&mut self, reply: &mut [u8]) {
        let Some(id) = self.reply.prepares.take() else {
            return;
        };
        if let Some([OK_HEADER, a, b, c, d]) = reply.get_mut(HEADER_LEN..HEADER_LEN + 5) {
            [*a, *b, *c, *d] = id.to_le_bytes();
        }
    }

    pub(super) fn send_reply(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Result<(), ClosedBy> {
        self.reply.passed_on = true;
        let sent = self.client.send(cx, bytes);
        sent.map_err(|error| ClosedBy::Client(error.to_string()))?;
        let routed = self.routed.as_ref().map_or(0, |routed| routed.held());
        self.record
            .sent(self.client.held() + self.backend.held() + self.held.capacity() + routed);
        Ok(())
    }

    /// The reply under way is complete.
    pub(super) fn complete(&mut self) {
        let outcome = self.flow.complete();
        self.record.dialect_replied(&outcome.summary);
        self.tell_reply_end(&outcome.summary);
        self.request_complete(&outcome);
        if let Some(open) = outcome.transaction {
            self.record.set_transaction(open);
        }
        if let Some(database) = outcome.database {
            let database = String::from_utf8_lossy(&database).into_owned();
            self.record
                .set_database(Some(database).filter(|name| !name.is_empty()));
            self.tell_change();
        }
        if self.flow.is_idle() {
            self.record.set_activity(Activity::Idle);
        }
        // An idle session owns no buffer.
        self.held = Vec::new();
    }
}
