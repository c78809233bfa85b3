//! Failed requests: a status and an error document.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sluicegate_shared::jsonapi::{ErrorDocument, ErrorObject, ErrorSource};

use super::json;
use crate::control::sessions::SessionError;
use crate::control::{ChangeError, ObjectError, UndoError, UserError};
use crate::store::StoreError;

/// Why a request failed, as it is told to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    detail: String,
    pointer: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// What is wrong, for people.
    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    /// An error with a status and an explanation for a person.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            pointer: None,
            headers: Vec::new(),
        }
    }

    /// 400: the request is wrong.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: `name` is not `one` (`4711 is not a session`).
    pub fn not_a(one: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{name} is not {one}"))
    }

    /// Says where in the request body, as a JSON Pointer.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<SessionError> for ApiError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotASession(_) => Self::new(StatusCode::NOT_FOUND, error.to_string()),
            SessionError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let status = match error {
            StoreError::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.to_string())
    }
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        let status = match error {
            ChangeError::Store(error) => return error.into(),
            ChangeError::NotASession(_) => StatusCode::NOT_FOUND,
            ChangeError::Changed => StatusCode::PRECONDITION_FAILED,
            ChangeError::Chain(_) => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let status = match error {
            UserError::NotFound(_) => StatusCode::NOT_FOUND,
            UserError::Changed => StatusCode::PRECONDITION_FAILED,
            UserError::Hash(_) => StatusCode::SERVICE_UNAVAILABLE,
            UserError::Store(error) => return error.into(),
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

impl From<UndoError> for ApiError {
    fn from(error: UndoError) -> Self {
        let status = match error {
            UndoError::NotARecord(_) => StatusCode::NOT_FOUND,
            // What can't be written now may be undone later.
            UndoError::Store(error)
            | UndoError::Object(ObjectError::Store(error))
            | UndoError::Session(ChangeError::Store(error))
            | UndoError::User(UserError::Store(error)) => return error.into(),
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, error.to_string())
    }
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        let status = match error {
            ObjectError::NotFound(..) => StatusCode::NOT_FOUND,
            ObjectError::Changed => StatusCode::PRECONDITION_FAILED,
            ObjectError::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            ObjectError::Store(error) => return error.into(),
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let source = self.pointer.map(|pointer| ErrorSource { pointer });
        let document = ErrorDocument {
            errors: vec![ErrorObject {
                detail: self.detail,
                source,
            }],
        };
        let mut response = (self.status, json::text(json::value(&document), true)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(json::CONTENT_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use expect_test::expect;

    use super::*;

    #[tokio::test]
    async fn an_error_is_a_document_that_says_where() {
        let error = ApiError::bad_request("not a boolean").at("/data/attributes/parameters/log");
        let response = error.into_response();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        let body = to_bytes(response.into_body(), 1024).await.unwrap();
        expect![[r#"
            {
                "errors": [
                    {
                        "detail": "not a boolean",
                        "source": {
                            "pointer": "/data/attributes/parameters/log"
                        }
                    }
                ]
            }"#]]
        .assert_eq(std::str::from_utf8(&body).unwrap());
    }
}
