//! A request that filters hold back for a while (`Verdict::Hold`, `Verdict::Wait`).

use std::pin::Pin;
use std::task::Context;
use std::time::Instant;

use tokio::time::sleep_until;

use super::{ClosedBy, Moved, Relay};
use crate::pipeline::{Moment, Request, Waiting};

/// See the module.
pub(super) struct HeldRequest {
    request: Request,
    /// Where in the chain it goes on.
    next: usize,
    waiting: Waiting,
}

impl HeldRequest {
    pub fn new(request: Request, next: usize, until: Instant) -> Self {
        Self::waiting(request, next, Waiting::until(sleep_until(until.into())))
    }

    /// One that waits for something else than a time.
    pub fn waiting(request: Request, next: usize, waiting: Waiting) -> Self {
        Self {
            request,
            next,
            waiting,
        }
    }
}

impl Relay {
    /// Holds a request back.
    pub(super) fn hold(&mut self, cx: &mut Context<'_>, held: HeldRequest) {
        self.held_request = Some(held);
        self.flow.held();
        // What it waits for has to be asked once, to wake the session.
        cx.waker().wake_by_ref();
    }

    /// Lets a held request go on when its time has come; `None` while it has not.
    pub(super) fn poll_held_request(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Result<Option<Moved>, ClosedBy> {
        let Some(held) = &mut self.held_request else {
            return Ok(None);
        };
        if Pin::new(&mut held.waiting).poll(cx).is_pending() {
            return Ok(None);
        }
        let Some(HeldRequest {
            mut request, next, ..
        }) = self.held_request.take()
        else {
            return Ok(None);
        };
        let now = Moment::now();
        let passed = self
            .record
            .chains()
            .borrow_mut()
            .active()
            .on_request(&mut request, next, now);
        let exit = self.perform(cx, passed, request, None)?;
        Ok(Some(exit.map_or(Moved::Bytes, Moved::Exit)))
    }
}
