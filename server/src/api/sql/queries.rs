//! `/sql/:id/queries`: statements are run, and what they return is told.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::caller::{Token, Using};
use super::resource::QueryResource;
use super::unkept;
use super::wish::statements;
use crate::api::body::Body;
use crate::api::call::Call;
use crate::api::collection;
use crate::api::error::ApiError;
use crate::api::json;
use crate::api::query::{Parameters, boolean};
use crate::api::resource::Written;
use crate::api::state::ApiState;
use crate::workbench::{Answer, Looked, WorkbenchError};

/// What is told of statements. It is written at once: results can be long.
#[derive(Serialize)]
struct Document<'a> {
    data: Written<'a, QueryResource>,
    links: Value,
}

/// Longer results are written away from the threads that serve requests.
const INLINE_BYTES_MAX: usize = 256 << 10;

/// Parameters of who runs statements.
#[derive(Default)]
pub(in crate::api) struct Running {
    is_async: bool,
    token: Option<String>,
}

impl Parameters for Running {
    const NAMES: &'static [&'static str] = &["async", "token"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "async" => self.is_async = boolean(name, value)?,
            _ => self.token = Some(value.to_owned()),
        }
        Ok(())
    }
}

/// `POST /sql/:id/queries`.
pub(in crate::api) async fn run(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    using: Using,
    call: Call<Running>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body = Body::parse(&body)?;
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    let (sql, rows_max) = statements(&body.root())?;
    let sql: Arc<str> = sql.into();
    let (number, answer) = if call.own.is_async {
        (connection.queue(Arc::clone(&sql), rows_max)?, None)
    } else {
        let (number, answer) = connection.run(Arc::clone(&sql), rows_max).await?;
        (number, Some(answer))
    };
    let connection = id;
    Ok(tell(connection, number, sql, answer, call).await)
}

/// `GET /sql/:id/queries/:query`.
pub(in crate::api) async fn answer_of(
    State(state): State<ApiState>,
    Path((id, query)): Path<(String, String)>,
    using: Using,
    call: Call<Token>,
) -> Result<Response, ApiError> {
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    let number = number(&id, &query)?;
    let (sql, answer) = match connection.look(number) {
        Looked::Running(sql) => (sql, None),
        Looked::Ended(sql, answer) => (sql, Some(answer)),
        Looked::Lost(why) => return Err(WorkbenchError::Lost(why).into()),
        Looked::Nothing => return Err(nothing(&query)),
    };
    let connection = id;
    Ok(tell(connection, number, sql, answer, call).await)
}

/// `DELETE /sql/:id/queries/:query`.
pub(in crate::api) async fn forget(
    State(state): State<ApiState>,
    Path((id, query)): Path<(String, String)>,
    using: Using,
    call: Call<Token>,
) -> Result<Response, ApiError> {
    let connection = using.connection(&state, &id, call.own.token.as_deref())?;
    if connection.forget(number(&id, &query)?)? {
        Ok(StatusCode::OK.into_response())
    } else {
        Err(nothing(&query))
    }
}

/// The number in `<id>.<number>`.
fn number(id: &str, query: &str) -> Result<u64, ApiError> {
    let number = query
        .strip_prefix(id)
        .and_then(|rest| rest.strip_prefix('.'));
    let number = number.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    number
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| nothing(query))
}

/// As documented this is a wrong request, and not 404.
fn nothing(query: &str) -> ApiError {
    ApiError::bad_request(format!("there are no results of {query}"))
}

/// 201 with what was returned, or 202 while it is not there.
async fn tell<P: Send + 'static>(
    connection: String,
    number: u64,
    sql: Arc<str>,
    answer: Option<Arc<Answer>>,
    call: Call<P>,
) -> Response {
    let told = QueryResource {
        connection,
        number,
        sql,
        answer,
    };
    let bytes = told.answer.as_ref().map_or(0, |answer| answer.bytes());
    let write = move || response(&told, &call);
    if bytes <= INLINE_BYTES_MAX {
        return write();
    }
    collection::behind(write).await.unwrap_or_else(|| {
        let detail = "the results could not be written";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
    })
}

fn response<P>(told: &QueryResource, call: &Call<P>) -> Response {
    let status = match told.answer {
        Some(_) => StatusCode::CREATED,
        None => StatusCode::ACCEPTED,
    };
    let link = told.link(&call.base);
    let data = Written {
        resource: told,
        base: &call.base,
        fields: &call.query.fields,
    };
    let links = json!({"self": link});
    let document = Document { data, links };
    let text = json::text_of(&document, call.query.pretty, 0);
    let mut response = (status, unkept(text)).into_response();
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(LOCATION, link);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_statements_stands_behind_their_connection() {
        let check = |query, expected| assert_eq!(number("ab-1", query).ok(), expected, "{query}");
        check("ab-1.7", Some(7));
        check("ab-1.", None);
        check("ab-1.+7", None);
        check("ab-2.7", None);
        check("7", None);
        check("ab-1.99999999999999999999", None);
    }
}
