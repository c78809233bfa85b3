//! `/maxscale/query_classifier`: what the gateway makes of statements.

mod cache;
mod words;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::call::Call;
use super::conditions::Age;
use super::error::ApiError;
use super::query::Parameters;
use super::resource;
use super::state::ApiState;
use crate::sql::mentions::{Mention, mentions};
use crate::sql::{Classification, Dialect, canonicalize, classify};

pub(super) use cache::{RememberedResource, list as cache};

const PATH: &str = "maxscale/query_classifier";

/// `GET /maxscale/query_classifier`.
pub(super) async fn one(State(state): State<ApiState>, call: Call) -> Response {
    let gateway = state.control().objects.gateway();
    let size = gateway.parameters.get("query_classifier_cache_size");
    let attributes = json!({"parameters": {"cache_size": size}});
    let own = json!({"self": call.base.to(PATH)});
    let id = "query_classifier";
    let data = resource::single(id, id, attributes, &call.query.fields);
    call.answer(json!({"data": data, "links": own}), Age::Live)
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
    let data = resource::single("classify", "classify", attributes, &call.query.fields);
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
