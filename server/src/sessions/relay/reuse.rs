//! Texts that are prepared again (`reuse_prepared_statements`).

use std::task::Context;

use super::session_command::database;
use super::{ClosedBy, Exit, Relay};
use crate::sessions::flow::Outcome;
use crate::wire::command::Command;

impl Relay {
    /// Prepares the text of the kept request, or gives the answer that it had before.
    pub(super) fn prepare(&mut self, cx: &mut Context<'_>) -> Result<Option<Exit>, ClosedBy> {
        let routed = self.routed.as_mut();
        let known = routed.filter(|routed| routed.prepared.reuses_texts());
        let answer = known.and_then(|routed| routed.prepare_again(database(&self.record)));
        let Some(mut answer) = answer else {
            return self.ask_router(cx);
        };
        // As if a server had sent it.
        self.flow.passed_on(Command::StmtPrepare, true);
        if self.reply.is_filtered() {
            self.packets_from_backend(cx, &answer)?;
        } else {
            self.take_from_backend(cx, &mut answer, 0)?;
        }
        if let Some(routed) = &mut self.routed {
            routed.kept.done();
        }
        Ok(None)
    }

    /// Remembers the answer that the statement of that id was prepared with.
    pub(super) fn remember_answer(&mut self, id: u32) {
        let answer = self.reply.answer.take();
        let Some((routed, answer)) = self.routed.as_mut().zip(answer) else {
            return;
        };
        let freed = routed.prepared.remember(id, answer);
        self.close_handles(freed);
    }

    /// The kept request is answered: forgets the texts that may mean something else now.
    pub(super) fn check_texts(&mut self, outcome: &Outcome) {
        let Some(routed) = &mut self.routed else {
            return;
        };
        if let Some(status) = outcome.summary.status {
            routed.status = status;
        }
        if routed.prepared.reuses_texts() {
            let freed = routed.outdated_texts(outcome.summary.error);
            self.close_handles(freed);
        }
    }

    /// Closes on all connections what nobody needs any more.
    pub(super) fn close_handles(&mut self, freed: impl IntoIterator<Item = u32>) {
        let Some(routed) = &mut self.routed else {
            return;
        };
        for handle in freed {
            self.backend.close_statement(handle);
            for (_, backend) in routed.parked_mut() {
                backend.close_statement(handle);
            }
        }
    }
}
