//! A session's chain of filters, and the one that waits to take its place.

use std::sync::Arc;

use crate::filters::FilterChain;
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
/// closed when a newer one comes, and never comes back.
#[derive(Default)]
pub(super) struct Chains {
    active: FilterChain,
    pending: Option<(FilterChain, Apply)>,
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

    /// A change has been accepted.
    pub fn offer(&mut self, chain: FilterChain, apply: Apply) {
        self.generation += 1;
        self.pending = Some((chain, apply));
    }

    /// The session is idle: what waits takes its place, unless it waits for the transaction's end.
    pub fn settle(&mut self, in_transaction: bool) {
        let due = |apply: &Apply| *apply == Apply::Idle || !in_transaction;
        if let Some((chain, _)) = self.pending.take_if(|(_, apply)| due(apply)) {
            self.active = chain;
        }
    }

    /// What is to be seen of them.
    pub fn view(&self) -> ChainView {
        let names = |chain: &FilterChain| chain.names().cloned().collect();
        ChainView {
            active: names(&self.active),
            pending: self.pending.as_ref().map(|(chain, _)| names(chain)),
            generation: self.generation,
            apply: self
                .pending
                .as_ref()
                .map_or(Apply::Idle, |(_, apply)| *apply),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::{self, Branches, Filter, SessionFacts};
    use crate::wire::capabilities::Capabilities;

    fn chain(names: &[&str]) -> FilterChain {
        let filters: Vec<(Arc<str>, Arc<dyn Filter>)> = names
            .iter()
            .map(|name| (Arc::from(*name), filters::null()))
            .collect();
        let session = SessionFacts {
            id: 1,
            user: "alice".to_owned(),
            remote: "127.0.0.1".to_owned(),
            service: Arc::from("service"),
            database: None,
            capabilities: Capabilities::PROTOCOL_41,
            collation: 45,
            is_fresh: true,
            branches: Branches::default(),
        };
        FilterChain::open(&filters, &session)
            .map_err(|(name, _)| name)
            .unwrap()
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
        let mut chains = Chains::new(chain(&["a"]));
        chains.offer(chain(&["b"]), Apply::Idle);
        assert_eq!(text(&chains), "1 a <- b");
        chains.offer(chain(&["c", "d"]), Apply::Idle);
        assert_eq!(text(&chains), "2 a <- c|d");
        chains.settle(true);
        assert_eq!(text(&chains), "2 c|d");
        chains.settle(false);
        assert_eq!(text(&chains), "2 c|d");
    }

    #[test]
    fn a_change_may_wait_for_the_end_of_the_transaction() {
        let mut chains = Chains::new(chain(&[]));
        chains.offer(chain(&["b"]), Apply::TransactionEnd);
        chains.settle(true);
        assert_eq!(text(&chains), "1  <- b");
        chains.settle(false);
        assert_eq!(text(&chains), "1 b");
    }
}
