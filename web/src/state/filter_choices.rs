//! The filters that can be put into a chain, with what they do.

use leptos::prelude::*;
use sluicegate_shared::event::FILTERS;

use super::polled::Polled;

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterKnown {
    /// Its name.
    pub name: String,
    /// Its module.
    pub module: String,
    /// What its module does, in a line.
    pub description: String,
}

/// All filters, followed until the owner of the caller goes.
pub fn filters() -> Memo<Vec<FilterKnown>> {
    let filters = Polled::follow(FILTERS, || "filters?fields[filters]=module".to_owned(), 0);
    let modules = Polled::start(
        || "maxscale/modules?fields[modules]=description".to_owned(),
        0,
    );
    Memo::new(move |_| {
        let modules = modules.page();
        let known = |filter: &crate::api::objects::Object| {
            let module = filter.text("/module");
            let found = modules.objects.iter().find(|other| other.id() == module);
            FilterKnown {
                name: filter.id().to_owned(),
                module: module.to_owned(),
                description: found.map_or("", |m| m.text("/description")).to_owned(),
            }
        };
        filters.page().objects.iter().map(known).collect()
    })
}
