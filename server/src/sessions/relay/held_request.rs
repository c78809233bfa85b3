//! A request that filters hold back for a while (`Verdict::Hold`).

use std::pin::Pin;
use std::task::Context;
use std::time::Instant;

use tokio::time::{Sleep, sleep_until};

use super::{ClosedBy, Moved, Relay};
use crate::pipeline::{Moment, Request};

/// See the module.
pub(super) struct HeldRequest {
    request: Request,
    /// Where in the chain it goes on.
    next: usize,
    timer: Pin<Box<Sleep>>,
}

impl HeldRequest {
    pub fn new(request: Request, next: usize, until: Instant) -> Self {
        Self {
            request,
            next,
            timer: Box::pin(sleep_until(until.into())),
        }
    }
}

impl Relay {
    /// Lets a held request go on when its time has come; `None` while it has not.
    pub(super) fn poll_held_request(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Result<Option<Moved>, ClosedBy> {
        let Some(held) = &mut self.held_request else {
            return Ok(None);
        };
        if std::future::Future::poll(held.timer.as_mut(), cx).is_pending() {
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
