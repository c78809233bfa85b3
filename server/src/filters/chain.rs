//! The ordered filters of one session.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Filter, FilterError, FilterSession, OPEN, SessionFacts};
use crate::pipeline::{
    Answer, Moment, Needs, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict, Waiting,
};

mod next;

pub use next::NextChain;

/// A filter in a chain.
pub struct Stage {
    name: Arc<str>,
    filter: Arc<dyn Filter>,
    session: Box<dyn FilterSession>,
    needs: Needs,
}

impl Stage {
    fn open(
        name: &Arc<str>,
        filter: &Arc<dyn Filter>,
        session: &SessionFacts,
    ) -> Result<Self, FilterError> {
        let session = filter.open(session)?;
        OPEN.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            name: Arc::clone(name),
            filter: Arc::clone(filter),
            session,
            needs: filter.needs(),
        })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The filters of one session, in order: the first sees a request first and a reply last.
#[derive(Default)]
pub struct FilterChain {
    stages: Vec<Stage>,
    needs: Needs,
}

/// What came of a request that was shown to a chain.
#[derive(Debug)]
pub enum Passed {
    /// It may go to a server.
    Forward,
    /// The stage of that index has answered it.
    Answered(usize, Answer),
    /// It has to wait until then; afterwards it goes on at the stage of that index.
    Held(std::time::Instant, usize),
    /// It has to wait for this; afterwards it goes on at the stage of that index.
    Waits(Waiting, usize),
    /// The session has to end.
    Close(crate::wire::reply::ErrPacket),
}

impl FilterChain {
    /// Opens each filter for the session. When one can't be opened, those before are closed again.
    ///
    /// # Errors
    /// The name of the filter that can't be opened, and why.
    pub fn open(
        filters: &[(Arc<str>, Arc<dyn Filter>)],
        session: &SessionFacts,
    ) -> Result<Self, (Arc<str>, FilterError)> {
        let mut stages = Vec::with_capacity(filters.len());
        for (name, filter) in filters {
            let stage = Stage::open(name, filter, session);
            stages.push(stage.map_err(|error| (Arc::clone(name), error))?);
        }
        Ok(Self::of(stages))
    }

    fn of(stages: Vec<Stage>) -> Self {
        let needs = stages
            .iter()
            .fold(Needs::empty(), |needs, stage| needs | stage.needs);
        Self { stages, needs }
    }

    /// What it has to see.
    pub fn needs(&self) -> Needs {
        self.needs
    }

    /// The names of its filters, in order.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.stages.iter().map(|stage| &stage.name)
    }

    /// How many filters it has.
    pub fn len(&self) -> usize {
        self.stages.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Shows a request to the filters from index `from` on.
    pub fn on_request(&mut self, request: &mut Request, from: usize, now: Moment) -> Passed {
        for (index, stage) in self.stages.iter_mut().enumerate().skip(from) {
            if !stage.needs.requests() {
                continue;
            }
            match stage.session.on_request(request, now) {
                Verdict::Forward => {}
                Verdict::Answer(answer) => return Passed::Answered(index, answer),
                Verdict::Hold(until) => return Passed::Held(until, index + 1),
                Verdict::Wait(waiting) => return Passed::Waits(waiting, index),
                Verdict::Close(error) => return Passed::Close(error),
            }
        }
        Passed::Forward
    }

    /// Shows a packet of a reply to the filters before index `before`, the last of them first.
    /// Hands what comes out to `emit`.
    pub fn on_packet(
        &mut self,
        packet: ReplyPacket,
        before: usize,
        now: Moment,
        emit: &mut impl FnMut(ReplyPacket),
    ) {
        pass(&mut self.stages[..before], packet, now, emit);
    }

    /// Tells the filters that what they have seen of the reply is void, and that it begins anew.
    pub fn on_reply_again(&mut self) {
        for stage in &mut self.stages {
            stage.session.on_reply_again();
        }
    }

    /// Tells the filters before index `before` that a reply is complete.
    pub fn on_reply_end(&mut self, end: &ReplyEnd, before: usize, now: Moment) {
        for stage in self.stages.iter_mut().take(before).rev() {
            if stage.needs.contains(Needs::REPLY_ENDS) {
                stage.session.on_reply_end(end, now);
            }
        }
    }

    /// Whether one of the filters before index `before` sees packets.
    pub fn packets_before(&self, before: usize) -> bool {
        self.stages
            .iter()
            .take(before)
            .any(|stage| stage.needs.packets())
    }

    /// Tells the filters that user or default database are others now.
    pub fn on_change(&mut self, session: &SessionFacts) {
        for stage in &mut self.stages {
            stage.session.on_change(session);
        }
    }
}

fn pass(
    stages: &mut [Stage],
    mut packet: ReplyPacket,
    now: Moment,
    emit: &mut impl FnMut(ReplyPacket),
) {
    let mut rest = stages;
    while let Some((stage, before)) = rest.split_last_mut() {
        if stage.needs.packets() {
            match stage.session.on_packet(&mut packet, now) {
                PacketVerdict::Forward => {}
                PacketVerdict::Swallow => return,
                PacketVerdict::Replace(packets) => {
                    for packet in packets {
                        pass(before, packet, now, emit);
                    }
                    return;
                }
            }
        }
        rest = before;
    }
    emit(packet);
}
