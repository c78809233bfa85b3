//! A chain that someone edits in the console: the draft, what the server has, and what came of the
//! last attempt to bring the one to the other.

use std::collections::HashMap;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::diff::{Chain, Diff};
use super::draft::{Draft, Edit, Told};
use crate::api::chains::{self, ServerChain};
use crate::api::objects::version_number;
use crate::api::request::{ApiError, Remark};
use crate::state::access::Access;

/// Answers that were under way when a change was made tell what was before it.
const LATE_MS: f64 = 3_000.0;

/// Whose chain it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A live session's.
    Session(u64),
    /// A service's: its future sessions have it.
    Service(String),
}

/// What came of the last attempt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Outcome {
    /// There was none, or it is forgotten.
    #[default]
    None,
    /// It is under way.
    Sending,
    /// The server has taken it.
    Accepted,
    /// Another one has changed the chain meanwhile: this is what the server has.
    Conflict(ServerChain),
    /// It was refused, or did not arrive: why, and what is wrong at which places of the chain.
    Failed(String, Vec<(usize, String)>),
}

/// Drafts of pages that were left with something staged. Taken from the context.
pub type KeptDrafts = StoredValue<HashMap<Target, Draft>>;

/// The editing. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Editing {
    target: StoredValue<Target>,
    draft: RwSignal<Draft>,
    server: RwSignal<Option<ServerChain>>,
    outcome: RwSignal<Outcome>,
    told: RwSignal<Option<Told>>,
    /// The chain before the last change that was accepted.
    before: RwSignal<Option<Chain>>,
    options: RwSignal<Options>,
    remark: RwSignal<Remark>,
    accepted_at: StoredValue<f64>,
    access: Access,
}

/// How a change is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Of a session: not before its transaction has ended.
    pub transaction_end: bool,
    /// Of a service: its live sessions, too.
    pub live_sessions: bool,
}

impl Editing {
    /// Goes on where the page was left, if it was.
    pub fn start(target: Target, access: Access) -> Self {
        let kept = use_context::<KeptDrafts>();
        let left =
            kept.and_then(|kept| kept.try_update_value(|kept| kept.remove(&target)).flatten());
        let editing = Self {
            target: StoredValue::new(target.clone()),
            draft: RwSignal::new(left.unwrap_or_default()),
            server: RwSignal::new(None),
            outcome: RwSignal::new(Outcome::None),
            told: RwSignal::new(None),
            before: RwSignal::new(None),
            options: RwSignal::new(Options::default()),
            remark: RwSignal::new(None),
            accepted_at: StoredValue::new(f64::NEG_INFINITY),
            access,
        };
        on_cleanup(move || {
            let draft = editing.draft.try_get_untracked().filter(Draft::is_changed);
            if let (Some(kept), Some(draft)) = (kept, draft) {
                kept.update_value(|kept| drop(kept.insert(target, draft)));
            }
        });
        editing
    }

    /// What is staged.
    pub fn draft(self) -> Signal<Draft> {
        self.draft.into()
    }

    /// What the server has; nothing before it was asked.
    pub fn server(self) -> Signal<Option<ServerChain>> {
        self.server.into()
    }

    /// What came of the last attempt.
    pub fn outcome(self) -> Signal<Outcome> {
        self.outcome.into()
    }

    /// What the last edit did.
    pub fn told(self) -> Signal<Option<Told>> {
        self.told.into()
    }

    /// How changes are made.
    pub fn options(self) -> RwSignal<Options> {
        self.options
    }

    /// What the server remarks on the last change that it has taken.
    pub fn remark(self) -> RwSignal<Remark> {
        self.remark
    }

    /// Whether the last accepted change can be taken back.
    pub fn can_undo_accepted(self) -> bool {
        self.before.with(Option::is_some)
    }

    /// Whether the server's chain is not the one that the draft started from.
    pub fn is_overtaken(self) -> bool {
        self.draft.with(|draft| {
            self.server
                .with(|server| server.as_ref().is_some_and(|s| s.wanted() != draft.base()))
                && draft.is_changed()
        })
    }

    /// The server has told its chain.
    pub fn seen(self, server: ServerChain) {
        let since_ms = js_sys::Date::now() - self.accepted_at.get_value();
        let is_late = self.server.with_untracked(|known| {
            let Some(known) = known else { return false };
            let versions = (number(&server), number(known));
            progress(&server) < progress(known)
                || (since_ms < LATE_MS && versions.0.is_some() && versions.0 < versions.1)
        });
        if is_late || self.outcome.with_untracked(|o| *o == Outcome::Sending) {
            return;
        }
        self.take(server);
    }

    fn take(self, server: ServerChain) {
        let mut draft = self.draft.get_untracked();
        draft.follow(server.wanted(), server.version.as_deref());
        self.draft
            .maybe_update(|known| std::mem::replace(known, draft.clone()) != draft);
        self.server
            .maybe_update(|known| known.replace(server.clone()) != Some(server));
    }

    /// Edits the draft.
    pub fn edit(self, edit: Edit) {
        let told = self.draft.try_update(|draft| draft.edit(edit)).flatten();
        if told.is_some() {
            self.told.set(told);
            if !matches!(
                self.outcome.get_untracked(),
                Outcome::Sending | Outcome::Conflict(_)
            ) {
                self.outcome.set(Outcome::None);
            }
        }
    }

    /// Sends what is staged.
    pub fn apply(self) {
        let sending = self.outcome.with_untracked(|o| *o == Outcome::Sending);
        if sending || !self.draft.with_untracked(Draft::is_changed) {
            return;
        }
        self.draft.update(|draft| drop(draft.edit(Edit::Drop)));
        self.outcome.set(Outcome::Sending);
        self.deliver(self.draft.get_untracked());
    }

    fn deliver(self, draft: Draft) {
        spawn_local(async move {
            let answer = self.send(&draft).await;
            let now = self.ask().await;
            self.answered(answer, now, &draft);
        });
    }

    /// Brings the chain before the last accepted change back.
    pub fn undo_accepted(self) {
        if let Some(before) = self.before.get_untracked() {
            self.edit(Edit::Replace(before));
            self.apply();
        }
    }

    /// After a conflict: makes one's own changes to the other's chain. They are staged, not sent.
    pub fn reapply(self) {
        if let Outcome::Conflict(theirs) = self.outcome.get_untracked() {
            let chain = theirs.wanted().to_vec();
            self.draft
                .update(|draft| draft.rebase(chain, theirs.version.clone()));
            self.outcome.set(Outcome::None);
        }
    }

    /// After a conflict: lets go of one's own changes.
    pub fn yield_to_theirs(self) {
        if let Outcome::Conflict(theirs) = self.outcome.get_untracked() {
            let chain = theirs.wanted().to_vec();
            self.draft.set(Draft::new(chain, theirs.version));
            self.outcome.set(Outcome::None);
        }
    }

    /// What the chain would be if one's own changes were made to `theirs`.
    pub fn together(self, theirs: &ServerChain) -> Diff {
        self.draft.with(|draft| {
            let base = theirs.wanted();
            Diff::between(base, &draft.diff().apply(base))
        })
    }

    async fn send(self, draft: &Draft) -> Result<Remark, ApiError> {
        let options = self.options.get_untracked();
        let (chain, version) = (draft.chain(), draft.version());
        match self.target.get_value() {
            Target::Session(id) => {
                chains::set_of_session(id, chain, options.transaction_end, version).await
            }
            Target::Service(name) => {
                chains::set_of_service(&name, chain, options.live_sessions, version).await
            }
        }
    }

    async fn ask(self) -> Result<ServerChain, ApiError> {
        match self.target.get_value() {
            Target::Session(id) => chains::of_session(id).await,
            Target::Service(name) => chains::of_service(&name).await,
        }
    }

    /// The page may be gone when answers come.
    fn answered(
        self,
        answer: Result<Remark, ApiError>,
        now: Result<ServerChain, ApiError>,
        sent: &Draft,
    ) {
        if let (Err(ApiError::Conflict), Ok(theirs)) = (&answer, &now)
            && theirs.wanted() == sent.base()
            && self.outcome.try_get_untracked().is_some()
        {
            // Something else of it was changed, not the chain. What was staged since was not sent.
            self.take(theirs.clone());
            let mut again = sent.clone();
            again.follow(theirs.wanted(), theirs.version.as_deref());
            return self.deliver(again);
        }
        let outcome = match (answer, &now) {
            (Ok(remark), _) => {
                let _ = self.remark.try_set(remark);
                let _ = self.before.try_set(Some(sent.base().to_vec()));
                let _ = self
                    .accepted_at
                    .try_update_value(|at| *at = js_sys::Date::now());
                Outcome::Accepted
            }
            (Err(ApiError::Conflict), Ok(theirs)) => Outcome::Conflict(theirs.clone()),
            (Err(error), _) => {
                let is_sent = |draft: &Draft| draft.chain() == sent.chain();
                // The places are those of what was sent.
                let stands = self.draft.try_with_untracked(is_sent) == Some(true);
                let places = if stands { places(&error) } else { Vec::new() };
                Outcome::Failed(self.access.refused(&error), places)
            }
        };
        if self.outcome.try_set(outcome.clone()).is_some() {
            return;
        }
        if outcome == Outcome::Accepted {
            let is_so = |now: &&ServerChain| now.wanted() == sent.chain();
            let now = now.as_ref().ok().filter(is_so);
            let version = now.and_then(|now| now.version.as_deref());
            self.draft
                .update(|draft| draft.accepted(sent.chain(), version));
        }
        if let Ok(now) = now {
            self.take(now);
        }
    }
}

/// What is wrong at which places of the chain. The chain of a session stands deep in its document;
/// that of a service is a document of its own.
fn places(error: &ApiError) -> Vec<(usize, String)> {
    let behind = error.behind("/data/").into_iter();
    let place = |(way, detail): (String, String)| {
        let way = way.rsplit_once("/data/").map_or(&*way, |(_, rest)| rest);
        let at = way.split('/').next()?.parse().ok()?;
        Some((at, detail))
    };
    behind.filter_map(place).collect()
}

/// How far a session is with its chain: this only grows.
fn progress(chain: &ServerChain) -> (Option<u64>, bool) {
    (
        chain.generation,
        chain.generation.is_some() && chain.pending.is_none(),
    )
}

fn number(chain: &ServerChain) -> Option<u64> {
    chain.version.as_deref().and_then(version_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::request::Refusal;

    #[test]
    fn a_refusal_is_said_of_the_filter_that_its_pointer_leads_to() {
        let check = |pointer: &str, expected: &[usize]| {
            let place = (pointer.to_owned(), "no".to_owned());
            let refusal = Refusal {
                detail: "no".to_owned(),
                places: vec![place],
            };
            let found = places(&ApiError::Refused(400, refusal)).into_iter();
            assert_eq!(found.map(|(at, _)| at).collect::<Vec<_>>(), expected);
        };
        check("/data/relationships/filters/data/2/id", &[2]);
        check("/data/1/id", &[1]);
        check("/data/attributes/parameters/log_info", &[]);
        check("/data/relationships/filters/data", &[]);
    }
}
