//! A chain that is to take another one's place.

use std::sync::Arc;

use super::{FilterChain, Stage};
use crate::filters::{Filter, FilterError, NamedFilters, SessionFacts};

/// The chain that follows on another one. A filter that is in both keeps its session, with all that
/// it knows: only the others are opened, and closed.
pub struct NextChain {
    stages: Vec<NextStage>,
}

struct NextStage {
    name: Arc<str>,
    filter: Arc<dyn Filter>,
    /// `None`: that of the chain before.
    opened: Option<Stage>,
}

impl FilterChain {
    /// Makes ready what follows on this chain: opens those filters that are not in it. When one
    /// can't be opened, those before are closed again.
    ///
    /// # Errors
    /// The index and name of the filter that can't be opened, and why.
    pub fn next(
        &self,
        filters: &NamedFilters,
        session: &SessionFacts,
    ) -> Result<NextChain, (usize, Arc<str>, FilterError)> {
        let mut stages = Vec::with_capacity(filters.len());
        for (index, (name, filter)) in filters.iter().enumerate() {
            let is_here = self.stages.iter().any(|stage| stage.is_of(filter));
            let opened = (!is_here).then(|| Stage::open(name, filter, session));
            let opened = opened.transpose();
            stages.push(NextStage {
                name: Arc::clone(name),
                filter: Arc::clone(filter),
                opened: opened.map_err(|error| (index, Arc::clone(name), error))?,
            });
        }
        Ok(NextChain { stages })
    }
}

impl NextChain {
    /// The names of its filters, in order.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.stages.iter().map(|stage| &stage.name)
    }

    /// Takes the place of the chain that it follows on: takes over the filters that are in both,
    /// tells the others what the session is now, and closes the rest.
    pub fn take_over(self, mut before: FilterChain, session: &SessionFacts) -> FilterChain {
        let stages = self
            .stages
            .into_iter()
            .filter_map(|next| match next.opened {
                Some(mut stage) => {
                    stage.session.on_begin(session);
                    Some(stage)
                }
                None => before.take(&next.filter),
            });
        FilterChain::of(stages.collect())
    }
}

impl FilterChain {
    fn take(&mut self, filter: &Arc<dyn Filter>) -> Option<Stage> {
        let at = self.stages.iter().position(|stage| stage.is_of(filter))?;
        Some(self.stages.swap_remove(at))
    }
}

impl Stage {
    /// Whether it is that filter, and not another one of its name.
    fn is_of(&self, filter: &Arc<dyn Filter>) -> bool {
        std::ptr::addr_eq(Arc::as_ptr(&self.filter), Arc::as_ptr(filter))
    }
}
