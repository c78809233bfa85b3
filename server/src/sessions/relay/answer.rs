//! What the gateway itself says to the client, and how a session comes to its end.

use std::fmt::Display;
use std::io;

use tokio::io::AsyncWriteExt;

use super::{Activity, CloseReason, ClosedBy, Exit, Relay};
use crate::sessions::connect::own_ok;
use crate::sessions::prepared::LASTING;
use crate::sessions::routed::{Waiting, Wishes};
use crate::wire::Malformed;
use crate::wire::command::Command;
use crate::wire::packet::frame;
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;
use crate::wire::tracker::ReplySummary;

impl Relay {
    pub(super) fn closed(&self, by: ClosedBy) -> Exit {
        Exit::Close(CloseReason {
            by,
            during: self.flow.during(),
        })
    }

    /// The connection in use is gone.
    pub(super) fn backend_lost(&self, cause: impl Display) -> ClosedBy {
        ClosedBy::Backend {
            server: self.backend.name.clone(),
            cause: cause.to_string(),
        }
    }

    /// The server sends what nobody can understand.
    pub(super) fn no_reply(&self, error: Malformed) -> ClosedBy {
        self.backend_lost(format_args!("it sent what is no reply: {error}"))
    }

    /// Answers a request that the gateway took for itself, with one packet.
    pub fn answer(&mut self, payload: &[u8]) {
        let mut framed = Vec::new();
        frame(payload, &mut 1, &mut framed);
        self.client.queue(&framed);
    }

    /// The same with an OK packet, which says of the session what is known of it.
    pub fn answer_ok(&mut self) {
        let status = self
            .routed
            .as_ref()
            .map_or(StatusFlags::AUTOCOMMIT, |routed| routed.status);
        let lasting = status & LASTING;
        self.answer(&own_ok(self.flow.capabilities(), lasting));
    }

    /// The same with an error.
    pub fn answer_error(&mut self, error: &ErrPacket) {
        self.queue_error(error, 1);
    }

    fn queue_error(&mut self, error: &ErrPacket, mut sequence: u8) {
        let mut framed = Vec::new();
        error.frame(self.flow.capabilities(), &mut sequence, &mut framed);
        self.client.queue(&framed);
    }

    /// Ends the request under way with an error. False if the client can't be told: no request is
    /// under way, it goes on arriving, or a packet of the reply was passed on in part.
    pub(super) fn fail_request(&mut self, error: &ErrPacket) -> bool {
        let sequence = self.farewell_sequence();
        let Some(sequence) = sequence.filter(|_| !self.flow.is_sending()) else {
            return false;
        };
        self.queue_error(error, sequence);
        self.reply.prepares = None;
        self.held = Vec::new();
        self.flow.answered();
        self.tell_reply_end(&ReplySummary {
            error: Some(error.code),
            error_message: Some(error.message.as_slice().into()),
            ..ReplySummary::default()
        });
        self.record.set_activity(Activity::Idle);
        true
    }

    /// What a client is told when its session ends so, while a request is under way: the packet.
    pub fn farewell(&mut self, reason: &CloseReason) -> Option<Vec<u8>> {
        let mut sequence = self.farewell_sequence()?;
        let error = match &reason.by {
            ClosedBy::Backend { server, cause } => ErrPacket::lost_connection(server, cause),
            ClosedBy::Router(error) => error.packet(),
            ClosedBy::Shutdown => ErrPacket::shutdown(),
            ClosedBy::Kill => ErrPacket::connection_killed(),
            _ => return None,
        };
        let mut framed = Vec::new();
        error.frame(self.flow.capabilities(), &mut sequence, &mut framed);
        Some(framed)
    }

    /// The sequence number of a packet that tells the client why its request fails; `None` when no
    /// request is under way, or when a packet of the reply was passed on in part.
    fn farewell_sequence(&self) -> Option<u8> {
        let sequence = self.flow.reply_sequence().filter(|_| !self.in_packet)?;
        Some(self.reply.shifted(sequence))
    }

    /// Sends a request that the gateway took for itself to the server after all.
    pub fn pass_on(&mut self, command: Command, payload: &[u8]) {
        self.reply.begins(self.record.needs());
        if let Some(routed) = &mut self.routed {
            let mut framed = Vec::new();
            frame(payload, &mut 0, &mut framed);
            routed.keep(command, framed.into(), true, Wishes::default());
            routed.waiting = Waiting::Again;
            self.flow.held();
            return;
        }
        self.backend.queue(payload);
        self.flow.passed_on(command, true);
    }

    /// Tells the servers that the session ends.
    pub async fn quit(&mut self) -> io::Result<()> {
        let parked = self
            .routed
            .iter_mut()
            .flat_map(|routed| routed.parked_mut());
        let parked = parked.map(|(_, backend)| backend);
        for backend in parked.chain(Some(&mut self.backend)) {
            if !backend.link.is_open() {
                continue;
            }
            backend.queue(&[Command::Quit as u8]);
            let stream = backend.link.flushed().await?;
            stream.shutdown().await?;
        }
        Ok(())
    }

    /// A request that the gateway took for itself is done, unless it was passed on.
    pub fn own_request_done(&mut self) {
        if self.flow.is_idle() {
            self.record.set_activity(Activity::Idle);
        }
    }
}
