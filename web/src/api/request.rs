//! One request to the API and what can come of it.

use gloo_net::http::{Request, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use sluicegate_shared::jsonapi::ErrorDocument;

/// How long an answer may take.
const TIMEOUT_MS: u32 = 15_000;

/// What the server remarks on a write that it has made: a change that is hidden from the file.
pub type Remark = Option<String>;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// 401: nobody is logged in.
    Unauthorized,
    /// 403: the account may not do this.
    Forbidden(String),
    /// 404: there is no such thing (any more).
    NotFound(String),
    /// 412: it was changed by another one meanwhile.
    Conflict,
    /// Any other refusal, with its status and what the server says.
    Refused(u16, Refusal),
    /// No answer came.
    Unreachable(String),
    /// The answer is not what it should be.
    Unreadable(String),
}

/// What the server says against a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// All of it.
    pub detail: String,
    /// What is said of a place in the body: its JSON Pointer, and what is wrong there.
    pub places: Vec<(String, String)>,
}

/// GETs a document. The path may have a query; its values are escaped here.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
    let request = Request::get(path);
    let request = if query.is_empty() {
        request
    } else {
        request.query(parameters)
    };
    let response = send(request).await?;
    let text = response
        .text()
        .await
        .map_err(|error| ApiError::Unreachable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| ApiError::Unreadable(error.to_string()))
}

/// Sends a request and turns every status but 2xx into an error.
///
/// Parameters belong into `request.query(..)`, not into the path: `gloo_net` appends an empty one to a
/// path that has some.
pub async fn send(request: RequestBuilder) -> Result<Response, ApiError> {
    answer(prepare(request).send().await).await
}

fn prepare(request: RequestBuilder) -> RequestBuilder {
    request
        .header("Accept", "application/json")
        // Tells a server that asks for a password by 401 that no browser dialog is wanted.
        .header("X-Requested-With", "XMLHttpRequest")
        .abort_signal(Some(&web_sys::AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

async fn answer(sent: Result<Response, gloo_net::Error>) -> Result<Response, ApiError> {
    let response = sent.map_err(|error| ApiError::Unreachable(error.to_string()))?;
    if response.ok() {
        return Ok(response);
    }
    let refusal = Refusal::of(&response.text().await.unwrap_or_default());
    Err(ApiError::from_status(response.status(), refusal))
}

/// Writes: sends a body, if there is one. `version` is the one that the change thinks of: another one
/// is refused with 412. Gives what the server remarks on it (`Mxs-Warning`).
pub async fn write(
    request: RequestBuilder,
    version: Option<&str>,
    body: Option<&serde_json::Value>,
) -> Result<Remark, ApiError> {
    let request = match version {
        Some(version) => request.header("If-Match", &format!("\"{version}\"")),
        None => request,
    };
    let Some(body) = body else {
        return send(request).await.map(|answer| remark(&answer));
    };
    let request = prepare(request)
        .header("Content-Type", "application/json")
        .body(body.to_string())
        .map_err(|error| ApiError::Unreachable(error.to_string()))?;
    let answer = answer(request.send().await).await;
    answer.map(|answer| remark(&answer))
}

fn remark(answer: &Response) -> Remark {
    let text = answer.headers().get("Mxs-Warning");
    text.filter(|text| !text.is_empty())
        .map(|text| sentence(&text))
}

/// As a sentence of its own: with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(letters).collect();
    sentence.push('.');
    sentence
}

/// A name or id as one segment of a path.
pub fn segment(name: &str) -> String {
    String::from(js_sys::encode_uri_component(name))
}

impl ApiError {
    fn from_status(status: u16, refusal: Refusal) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 => Self::Forbidden(refusal.detail),
            404 => Self::NotFound(refusal.detail),
            412 => Self::Conflict,
            _ => Self::Refused(status, refusal),
        }
    }

    /// What the server, or the browser, says about it.
    pub fn detail(&self) -> &str {
        match self {
            Self::Unauthorized | Self::Conflict => "",
            Self::Forbidden(detail)
            | Self::NotFound(detail)
            | Self::Unreachable(detail)
            | Self::Unreadable(detail) => detail,
            Self::Refused(_, refusal) => &refusal.detail,
        }
    }

    /// What is said of places behind `pointer` in the body: the way on from there, and what is wrong.
    pub fn behind(&self, pointer: &str) -> Vec<(String, String)> {
        let Self::Refused(_, refusal) = self else {
            return Vec::new();
        };
        let places = refusal.places.iter();
        let found = places.filter_map(|(place, detail)| {
            let rest = place.split_once(pointer)?.1.trim_start_matches('/');
            Some((rest.to_owned(), detail.clone()))
        });
        found.collect()
    }
}

impl Refusal {
    /// What the body of an error says, if it is such a body.
    fn of(body: &str) -> Self {
        let document: ErrorDocument = serde_json::from_str(body).unwrap_or_default();
        let errors = document.errors;
        let details: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        let detail = details.join(" ");
        let place = |error: sluicegate_shared::jsonapi::ErrorObject| {
            Some((error.source?.pointer, error.detail))
        };
        Self {
            detail,
            places: errors.into_iter().filter_map(place).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_details_of_an_error_are_told() {
        let cases = [
            ("", ""),
            ("<html>", ""),
            (r#"{"errors":[]}"#, ""),
            (
                r#"{"errors":[{"detail":"4711 is not a session"}]}"#,
                "4711 is not a session",
            ),
            (
                r#"{"errors":[{"detail":"a."},{"detail":"b.","source":{"pointer":"/x"}}]}"#,
                "a. b.",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(Refusal::of(body).detail, expected, "{body}");
        }
    }

    #[test]
    fn a_remark_is_a_sentence() {
        assert_eq!(sentence("it hides the file"), "It hides the file.");
        assert_eq!(sentence("It hides the file."), "It hides the file.");
    }

    #[test]
    fn a_status_says_what_kind_of_error_it_is() {
        let why = || Refusal {
            detail: "why".to_owned(),
            ..Refusal::default()
        };
        let error = |status| ApiError::from_status(status, why());
        assert_eq!(error(401), ApiError::Unauthorized);
        assert_eq!(error(403), ApiError::Forbidden("why".to_owned()));
        assert_eq!(error(404), ApiError::NotFound("why".to_owned()));
        assert_eq!(error(412), ApiError::Conflict);
        assert_eq!(error(503), ApiError::Refused(503, why()));
        assert_eq!(error(503).detail(), "why");
    }

    #[test]
    fn what_is_said_of_a_place_is_found_there() {
        let body = r#"{"errors":[
            {"detail":"no such filter","source":{"pointer":"/data/relationships/filters/data/1/id"}},
            {"detail":"not so","source":{"pointer":"/data/attributes/parameters/threads"}},
            {"detail":"elsewhere"}]}"#;
        let error = ApiError::from_status(400, Refusal::of(body));
        let behind = |pointer: &str| error.behind(pointer);
        assert_eq!(
            behind("/filters/data/"),
            [("1/id".to_owned(), "no such filter".to_owned())]
        );
        assert_eq!(
            behind("/parameters/"),
            [("threads".to_owned(), "not so".to_owned())]
        );
        assert!(ApiError::Conflict.behind("/").is_empty());
    }
}
