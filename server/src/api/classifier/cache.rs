//! `/maxscale/query_classifier/cache`: the statements that came most often.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::classification;
use crate::api::call::Call;
use crate::api::collection;
use crate::api::conditions::Age;
use crate::api::error::ApiError;
use crate::api::query::{Parameters, positive};
use crate::api::resource::Resource;
use crate::api::sight::Sight;
use crate::api::state::ApiState;
use crate::sql::Classification;

/// Statements that are told, when the request does not say it.
const TOP: usize = 20;
/// Statements that are told at most.
const TOP_MAX: usize = 10_000;

/// Which statements are wanted.
#[derive(Debug, Default)]
pub(in crate::api) struct Reading {
    top: Option<usize>,
}

impl Parameters for Reading {
    const NAMES: &'static [&'static str] = &["top"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        let top = usize::try_from(positive(name, value)?).unwrap_or(TOP_MAX);
        self.top = Some(top.min(TOP_MAX));
        Ok(())
    }
}

/// One statement in its canonical form.
pub(in crate::api) struct RememberedResource {
    canonical: String,
    classification: Classification,
    hits: u64,
}

/// `GET /maxscale/query_classifier/cache`.
pub(in crate::api) async fn list(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call<Reading>,
) -> Result<Response, ApiError> {
    sight.check()?;
    let remembered = remembered(&state, call.own.top.unwrap_or(TOP)).await;
    let (call, selection) = collection::select(remembered, call).await?;
    collection::answer(selection, call, Age::Live).await
}

/// The statements that came most often, those first. Each worker has a cache of its own.
async fn remembered(state: &ApiState, top: usize) -> Vec<RememberedResource> {
    let mut statements: HashMap<String, (Classification, u64)> = HashMap::new();
    for statement in state.control().vitals.classified(top).await {
        let known = statements.entry(statement.canonical);
        known.or_insert((statement.classification, 0)).1 += statement.hits;
    }
    let statements = statements.into_iter();
    let statements = statements.map(|(canonical, (classification, hits))| RememberedResource {
        canonical,
        classification,
        hits,
    });
    let mut statements: Vec<_> = statements.collect();
    statements.sort_by(|one, other| {
        let by_hits = other.hits.cmp(&one.hits);
        by_hits.then_with(|| one.canonical.cmp(&other.canonical))
    });
    statements.truncate(top);
    statements
}

impl Resource for RememberedResource {
    const KIND: &'static str = "cache";
    const PATH: &'static str = "maxscale/query_classifier/cache";
    const HAS_DOCUMENT: bool = false;
    const ATTRIBUTES: &'static [&'static str] = &["classification", "hits"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.canonical.clone()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "classification" => Some(classification(&self.classification)),
            "hits" => Some(self.hits.into()),
            _ => None,
        }
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}
