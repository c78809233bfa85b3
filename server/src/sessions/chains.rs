//! A session's chain of filters, and the one that waits to take its place.

use std::mem;
use std::sync::Arc;

use crate::filters::{FilterChain, FilterError, NamedFilters, NextChain, SessionFacts};
use crate::pipeline::Needs;

/// When a new chain takes the old one's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Apply {
    /// As soon as the session is idle.
    #[default]
    Idle,
    /// As soon as the session is idle and has no open transaction.
    TransactionEnd,
}

/// The names of a session's filters: those that act, and those that wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainView {
    /// Filters that act, in order.
    pub active: Vec<Arc<str>>,
    /// Filters that wait to take their place; `None` when nothing waits.
    pub pending: Option<Vec<Arc<str>>>,
    /// The number of the last change that was accepted; 0 before the first.
    pub generation: u64,
    /// When what waits takes its place.
    pub apply: Apply,
}

/// The chains of one session.
///
/// Each accepted change has the next generation. The last one accepted wins: a chain that waits is
/// closed when a newer one comes, and never comes back. What waits follows on the chain that acts:
/// only together with it are its filters whole.
#[derive(Default)]
pub(super) struct Chains {
    active: FilterChain,
    pending: Option<(NextChain, Apply)>,
    generation: u64,
}

impl Chains {
    /// The chain that the session begins with.
    pub fn new(active: FilterChain) -> Self {
        Self {
            active,
            ..Self::default()
        }
    }

    /// The chain that acts.
    pub fn active(&mut self) -> &mut FilterChain {
        &mut self.active
    }

    /// What the chain that acts has to see.
    pub fn needs(&self) -> Needs {
        self.active.needs()
    }

    /// Whether a chain waits.
    pub fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    /// Opens the filters of a chain that is to take the place of the one that acts.
    ///
    /// # Errors
    /// The index and name of the filter that can't be opened, and why.
    pub fn open(
        &self,
        filters: &NamedFilters,
        session: &SessionFacts,
    ) -> Result<NextChain, (usize, Arc<str>, FilterError)> {
        self.active.next(filters, session)
    }

    /// A change has been accepted: `chain` was opened while the chain acted that acts now.
    pub fn offer(&mut self, chain: NextChain, apply: Apply) {
        self.generation += 1;
        self.pending = Some((chain, apply));
    }

    /// The session is idle: what waits takes its place, unless it waits for the transaction's end.
    /// It is told of the session as it is now.
    pub fn settle(&mut self, in_transaction: bool, session: impl FnOnce() -> SessionFacts) {
        let due = |apply: &Apply| *apply == Apply::Idle || !in_transaction;
        if let Some((chain, _)) = self.pending.take_if(|(_, apply)| due(apply)) {
            self.active = chain.take_over(mem::take(&mut self.active), &session());
        }
    }

    /// What is to be seen of them.
    pub fn view(&self) -> ChainView {
        let pending = self.pending.as_ref();
        ChainView {
            active: self.active.names().cloned().collect(),
            pending: pending.map(|(chain, _)| chain.names().cloned().collect()),
            generation: self.generation,
            apply: pending.map_or(Apply::Idle, |(_, apply)| *apply),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::filters::{self, Filter, FilterSession};

    /// What filter sessions are told, in order.
    type Told = Arc<Mutex<Vec<String>>>;

    struct Probe(&'static str, Told);

    struct ProbeSession(&'static str, Told);

    impl Filter for Probe {
        fn needs(&self) -> Needs {
            Needs::empty()
        }

        fn open(&self, _session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
            self.1.lock().unwrap().push(format!("{} opens", self.0));
            Ok(Box::new(ProbeSession(self.0, Arc::clone(&self.1))))
        }

        fn alter(&self, _values: &crate::config::Values) -> Result<(), FilterError> {
            Ok(())
        }
    }

    impl FilterSession for ProbeSession {
        fn on_begin(&mut self, session: &SessionFacts) {
            let database = session.database.as_deref().unwrap_or("-");
            let mut told = self.1.lock().unwrap();
            told.push(format!("{} begins in {database}", self.0));
        }
    }

    impl Drop for ProbeSession {
        fn drop(&mut self) {
            if let Ok(mut told) = self.1.lock() {
                told.push(format!("{} ends", self.0));
            }
        }
    }

    fn facts(in_transaction: bool) -> SessionFacts {
        SessionFacts {
            in_transaction,
            ..SessionFacts::default()
        }
    }

    fn named(filters: &[(&str, &Arc<dyn Filter>)]) -> NamedFilters {
        let filters = filters.iter();
        let filters = filters.map(|(name, filter)| (Arc::from(*name), Arc::clone(filter)));
        filters.collect()
    }

    fn beginning(filters: &NamedFilters) -> Chains {
        let chain = FilterChain::open(filters, &facts(false));
        Chains::new(chain.map_err(|(name, _)| name).unwrap())
    }

    fn offer(chains: &mut Chains, filters: &NamedFilters, apply: Apply) {
        let chain = chains.open(filters, &facts(false));
        chains.offer(chain.map_err(|(_, name, _)| name).unwrap(), apply);
    }

    fn chain(names: &[&str]) -> NamedFilters {
        let filters = names.iter();
        let filters = filters.map(|name| (Arc::from(*name), filters::null()));
        filters.collect()
    }

    fn text(chains: &Chains) -> String {
        let view = chains.view();
        let pending = view
            .pending
            .map_or(String::new(), |names| format!(" <- {}", names.join("|")));
        format!("{} {}{pending}", view.generation, view.active.join("|"))
    }

    #[test]
    fn a_newer_change_takes_the_place_of_one_that_waits() {
        let mut chains = beginning(&chain(&["a"]));
        offer(&mut chains, &chain(&["b"]), Apply::Idle);
        assert_eq!(text(&chains), "1 a <- b");
        offer(&mut chains, &chain(&["c", "d"]), Apply::Idle);
        assert_eq!(text(&chains), "2 a <- c|d");
        chains.settle(true, || facts(true));
        assert_eq!(text(&chains), "2 c|d");
        chains.settle(false, || facts(false));
        assert_eq!(text(&chains), "2 c|d");
    }

    #[test]
    fn a_change_may_wait_for_the_end_of_the_transaction() {
        let mut chains = beginning(&chain(&[]));
        offer(&mut chains, &chain(&["b"]), Apply::TransactionEnd);
        chains.settle(true, || facts(true));
        assert_eq!(text(&chains), "1  <- b");
        chains.settle(false, || facts(false));
        assert_eq!(text(&chains), "1 b");
    }

    #[test]
    fn a_chain_that_has_waited_is_told_what_the_session_is_when_it_begins() {
        let told = Told::default();
        let a: Arc<dyn Filter> = Arc::new(Probe("a", Arc::clone(&told)));
        let mut chains = beginning(&chain(&[]));
        offer(&mut chains, &named(&[("a", &a)]), Apply::TransactionEnd);
        chains.settle(true, || facts(true));
        chains.settle(false, || SessionFacts {
            database: Some("other".to_owned()),
            ..SessionFacts::default()
        });
        assert_eq!(*told.lock().unwrap(), ["a opens", "a begins in other"]);
    }

    #[test]
    fn a_filter_that_is_in_both_chains_keeps_its_session() {
        let told = Told::default();
        let probe = |name| -> Arc<dyn Filter> { Arc::new(Probe(name, Arc::clone(&told))) };
        let [a, b, c, other_a] = ["a", "b", "c", "a'"].map(probe);
        let mut chains = beginning(&named(&[("a", &a), ("b", &b)]));
        told.lock().unwrap().clear();
        let mut follow = |filters: &[(&str, &Arc<dyn Filter>)], expected: &[&str]| {
            offer(&mut chains, &named(filters), Apply::Idle);
            chains.settle(false, || facts(false));
            assert_eq!(std::mem::take(&mut *told.lock().unwrap()), expected);
            let names: Vec<_> = filters.iter().map(|(name, _)| Arc::from(*name)).collect();
            assert_eq!(chains.view().active, names);
        };
        follow(&[("b", &b), ("a", &a)], &[]);
        follow(
            &[("c", &c), ("a", &a)],
            &["c opens", "c begins in -", "b ends"],
        );
        follow(
            &[("a", &other_a)],
            &["a' opens", "a' begins in -", "c ends", "a ends"],
        );
        follow(&[], &["a' ends"]);
    }

    #[test]
    fn a_filter_that_waits_twice_is_opened_twice_and_ends_once_for_each() {
        let told = Told::default();
        let a: Arc<dyn Filter> = Arc::new(Probe("a", Arc::clone(&told)));
        let mut chains = beginning(&chain(&[]));
        offer(&mut chains, &named(&[("a", &a)]), Apply::Idle);
        offer(&mut chains, &named(&[("a", &a)]), Apply::Idle);
        chains.settle(false, || facts(false));
        drop(chains);
        let expected = ["a opens", "a opens", "a ends", "a begins in -", "a ends"];
        assert_eq!(*told.lock().unwrap(), expected);
    }
}
