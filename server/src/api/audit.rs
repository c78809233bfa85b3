//! `/audit`: who changed what, when and from where.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::Response;
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::format_description;

use super::call::{self, Call, Writer};
use super::collection::{self, Selection};
use super::conditions::Age;
use super::error::ApiError;
use super::query::Query;
use super::resource::{self, Resource};
use super::state::ApiState;
use crate::store::{AuditRecord, Store, StoreError};

/// Records that are read at once.
const PART: u64 = 1000;

/// One record.
pub(super) struct AuditResource(AuditRecord);

/// `GET /audit`.
pub(super) async fn list(State(state): State<ApiState>, call: Call) -> Result<Response, ApiError> {
    // The audit grows without end: a page of it costs a page.
    if let Some((page, newest_first)) = plain_page(&call.query) {
        let offset = (page.number as u64).saturating_mul(page.size as u64);
        let (records, total) = look(&state, move |store| {
            let records = store.audit(offset, page.size as u64, newest_first)?;
            Ok((records, store.audit_len()?))
        })
        .await?;
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        let resources = records.into_iter().map(AuditResource).collect();
        return collection::answer(Selection::of_page(resources, total), call, Age::Live).await;
    }
    let (call, resources) = look(&state, move |store| {
        let found = found(store, &call.query)?;
        Ok((call, found))
    })
    .await?;
    let (call, selection) = collection::arrange(resources, call).await?;
    collection::answer(selection, call, Age::Live).await
}

/// The records that fulfil the conditions. They are read in parts: whoever changes something waits for
/// one of them at most, and those that are not wanted take no memory.
fn found(store: &Store, query: &Query) -> Result<Vec<AuditResource>, StoreError> {
    let (mut found, mut offset) = (Vec::new(), 0);
    loop {
        let part = store.audit(offset, PART, false)?;
        let read = part.len() as u64;
        offset = part.last().map_or(offset, |last| last.id);
        let records = part.into_iter().map(AuditResource);
        found.extend(records.filter(|record| resource::fulfils(record, &query.filters)));
        if read < PART {
            return Ok(found);
        }
    }
}

/// The page that is asked for, and whether the newest come first, when only the order of the ids is
/// asked for.
fn plain_page(query: &Query) -> Option<(super::query::Page, bool)> {
    let page = query.page.filter(|_| query.filters.is_empty())?;
    match query.sort.as_slice() {
        [] => Some((page, false)),
        [key] if key.name == "id" => Some((page, key.descending)),
        _ => None,
    }
}

/// `GET /audit/:id`.
pub(super) async fn one(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Response, ApiError> {
    let number = record_id(&id)?;
    let record = look(&state, move |store| store.audit_record(number)).await?;
    let record = record.ok_or_else(|| not_a_record(&id))?;
    // A record never changes.
    let age = Age::Since(record.time);
    let document = resource::document(&AuditResource(record), &call.base, &call.query.fields);
    Ok(call.answer(document, age))
}

/// `POST /audit/:id/undo`: undoes the operation that the record is of.
pub(super) async fn undo(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Writer(by): Writer,
    call: Call,
) -> Result<Response, ApiError> {
    let number = record_id(&id)?;
    let undone = state.control().undo(&by, number).await?;
    let mut response = call::done_by(&by);
    if let Ok(location) = HeaderValue::from_str(&call.base.to(&format!("audit/{undone}"))) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn record_id(text: &str) -> Result<u64, ApiError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let id = digits.then(|| text.parse().ok()).flatten();
    id.ok_or_else(|| not_a_record(text))
}

fn not_a_record(id: &str) -> ApiError {
    ApiError::not_a("a record of the audit", id)
}

/// Asks the store, which blocks.
async fn look<T: Send + 'static>(
    state: &ApiState,
    query: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let store = state.control().store();
    let answer = tokio::task::spawn_blocking(move || query(&store)).await;
    answer
        .unwrap_or(Err(StoreError::Stopped))
        .map_err(|error| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
}

impl Resource for AuditResource {
    const KIND: &'static str = "audit";
    const ATTRIBUTES: &'static [&'static str] = &[
        "action",
        "address",
        "after",
        "before",
        "kind",
        "name",
        "operation",
        "outcome",
        "time",
        "undoes",
        "user",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.0.id.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let record = &self.0;
        Some(match name {
            "action" => record.action.as_str().into(),
            "address" => record.address.as_str().into(),
            "after" => record.after.clone().unwrap_or_default(),
            "before" => record.before.clone().unwrap_or_default(),
            "kind" => record.kind.as_str().into(),
            "name" => record.name.as_str().into(),
            "operation" => record.operation.into(),
            "outcome" => record.outcome.as_str().into(),
            "time" => time(record).into(),
            "undoes" => record.undoes.into(),
            "user" => record.user.as_str().into(),
            _ => return None,
        })
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

/// `2026-11-24T09:12:03.512Z`.
fn time(record: &AuditRecord) -> String {
    let form =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    // The form has nothing that a moment could lack.
    OffsetDateTime::from(record.time)
        .format(form)
        .unwrap_or_default()
}
