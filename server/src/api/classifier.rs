//! `/maxscale/query_classifier`: what the gateway makes of statements.

mod words;

use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::conditions::Age;
use super::error::ApiError;
use super::query::{Parameters, positive};
use super::sight::Sight;
use super::state::ApiState;
use crate::sql::mentions::{Mention, mentions};
use crate::sql::{Classification, Dialect, canonicalize, classify};

const PATH: &str = "maxscale/query_classifier";
/// Statements that are told, when the request does not say it.
const TOP: usize = 20;
/// Statements that are told at most.
const TOP_MAX: usize = 10_000;

/// `GET /maxscale/query_classifier`.
pub(super) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let gateway = state.control().objects.gateway();
    let size = gateway.parameters.get("query_classifier_cache_size");
    let attributes = json!({"parameters": {"cache_size": size}});
    let own = json!({"self": call.base.to(PATH)});
    let id = "query_classifier";
    let data = json!({"attributes": attributes, "id": id, "type": id});
    call.answer(json!({"data": data, "links": own}), Age::Live)
}

/// Which statements are wanted.
#[derive(Debug, Default)]
pub(super) struct Reading {
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

/// `GET /maxscale/query_classifier/cache`: the statements that came most often.
pub(super) async fn cache(
    State(state): State<ApiState>,
    sight: Sight,
    call: Call<Reading>,
) -> Result<Response, ApiError> {
    sight.check()?;
    let top = call.own.top.unwrap_or(TOP);
    let mut statements: HashMap<String, (Classification, u64)> = HashMap::new();
    for statement in state.control().vitals.classified(top).await {
        let known = statements.entry(statement.canonical);
        known.or_insert((statement.classification, 0)).1 += statement.hits;
    }
    let mut statements: Vec<_> = statements.into_iter().collect();
    statements.sort_by(|(one, (_, hits)), (other, (_, others))| {
        others.cmp(hits).then_with(|| one.cmp(other))
    });
    statements.truncate(top);
    let data = statements.into_iter().map(|(canonical, (found, hits))| {
        json!({
            "attributes": {"classification": classification(&found), "hits": hits},
            "id": canonical,
            "type": "cache",
        })
    });
    let own = json!({"self": call.base.to(&format!("{PATH}/cache"))});
    let document = json!({"data": data.collect::<Value>(), "links": own});
    Ok(call.answer(document, Age::Live))
}

/// The statement to be classified.
#[derive(Debug, Default)]
pub(super) struct Asked {
    sql: Option<String>,
}

impl Parameters for Asked {
    const NAMES: &'static [&'static str] = &["sql"];

    fn set(&mut self, _: &str, value: &str) -> Result<(), ApiError> {
        self.sql = Some(value.to_owned());
        Ok(())
    }
}

/// `GET /maxscale/query_classifier/classify?sql=`.
pub(super) async fn classify_one(call: Call<Asked>) -> Result<Response, ApiError> {
    let Some(sql) = &call.own.sql else {
        return Err(ApiError::bad_request(
            "sql= is missing: what is to be classified",
        ));
    };
    let (sql, dialect) = (sql.as_bytes(), Dialect::default());
    let mut canonical = Vec::new();
    canonicalize(sql, dialect, &mut canonical);
    let mut attributes = classification(&classify(sql, dialect));
    if let Some(attributes) = attributes.as_object_mut() {
        let canonical = String::from_utf8_lossy(&canonical);
        let (fields, functions) = names(sql, dialect);
        attributes.insert("canonical".to_owned(), canonical.into());
        attributes.insert("fields".to_owned(), fields);
        attributes.insert("functions".to_owned(), functions);
    }
    let own = json!({"self": call.base.to(&format!("{PATH}/classify"))});
    let data = json!({"attributes": attributes, "id": "classify", "type": "classify"});
    Ok(call.answer(json!({"data": data, "links": own}), Age::Live))
}

fn classification(found: &Classification) -> Value {
    let parsed = if found.parsed { "PARSED" } else { "INVALID" };
    json!({
        "operation": words::operation(found.verb),
        "parse_result": format!("Parser::Result::{parsed}"),
        "type_mask": words::type_mask(found.kinds),
    })
}

/// The names that a statement uses: columns (and what looks like them) and functions.
fn names(sql: &[u8], dialect: Dialect) -> (Value, Value) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (mut fields, mut functions) = (Vec::new(), Vec::new());
    for mention in mentions(sql, dialect) {
        let (list, name) = match mention {
            Mention::Function { name, .. } => {
                (&mut functions, json!({"name": text(&name.unquoted())}))
            }
            Mention::Name { name, .. } => (&mut fields, json!({"column": text(&name.unquoted())})),
            Mention::Star => (&mut fields, json!({"column": "*"})),
        };
        if !list.contains(&name) {
            list.push(name);
        }
    }
    (fields.into(), functions.into())
}
