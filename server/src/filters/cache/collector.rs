//! A result on its way to a client, collected for the store.

use crate::filters::resultset_end;
use crate::pipeline::{PacketRole, ReplyPacket};
use crate::wire::packet::frame;
use crate::wire::status::StatusFlags;

/// Collects one result.
#[derive(Debug)]
pub(super) struct Collector {
    data: Vec<u8>,
    seq: u8,
    rows: u64,
    rows_max: u64,
    size_max: usize,
    state: State,
    status: StatusFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// More is to come.
    Open,
    /// It is a whole resultset and nothing else.
    Complete,
    /// It is not to be stored.
    Unfit,
}

impl Collector {
    pub(super) fn new(rows_max: u64, size_max: usize) -> Self {
        Self {
            data: Vec::new(),
            seq: 1,
            rows: 0,
            rows_max,
            size_max,
            state: State::Open,
            status: StatusFlags::empty(),
        }
    }

    /// Takes a copy of a packet.
    pub(super) fn take(&mut self, packet: &ReplyPacket) {
        use PacketRole::{ColumnCount, Definition, DefinitionsEnd, RowsEnd, TextRow};
        let is_fit = matches!(
            packet.role,
            ColumnCount | Definition | DefinitionsEnd | TextRow | RowsEnd
        );
        // A second resultset finds the first one complete.
        if self.state != State::Open || !is_fit || !packet.whole {
            return self.give_up();
        }
        self.rows += u64::from(packet.role == TextRow);
        frame(&packet.payload, &mut self.seq, &mut self.data);
        if self.rows > self.rows_max || self.data.len() > self.size_max {
            return self.give_up();
        }
        if packet.role == RowsEnd {
            self.end(&packet.payload);
        }
    }

    fn end(&mut self, payload: &[u8]) {
        let unfit = StatusFlags::MORE_RESULTS_EXISTS | StatusFlags::SESSION_STATE_CHANGED;
        match resultset_end::status(payload) {
            Some(status) if !status.intersects(unfit) => {
                self.status = status;
                self.state = State::Complete;
            }
            _ => self.give_up(),
        }
    }

    fn give_up(&mut self) {
        self.state = State::Unfit;
        self.data = Vec::new();
    }

    /// The framed result and the server's status at its end, if it is fit to be stored.
    pub(super) fn finish(self) -> Option<(Vec<u8>, StatusFlags)> {
        (self.state == State::Complete).then_some((self.data, self.status))
    }
}
