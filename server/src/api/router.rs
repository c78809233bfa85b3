//! The route table, and what happens to a request before and after its handler.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request};
use axum::http::header::{
    ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
    LOCATION, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post, put};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;
use tower::ServiceExt;

use super::admission::{Caller, admit, check_host, still, writes};
use super::connection::Peer;
use super::error::ApiError;
use super::link::Base;
use super::objects::Configured;
use super::objects::power::Powered;
use super::objects::write::Writable;
use super::prepare::prepare;
use super::state::ApiState;
use super::trail::Entry;
use super::{
    audit, auth, classifier, console, events, json, logs, memory, metrics, objects, openapi,
    samples, sessions, threads,
};

/// The longest body of a request.
const BODY_LEN_MAX: usize = 1 << 20;
/// The longest body of a request that needs no credentials: nothing is done with it.
const OPEN_BODY_LEN_MAX: usize = 4 << 10;
/// How long a client may take to send a body.
const BODY_WAIT: Duration = Duration::from_secs(30);
/// What bodies of `PATCH` are (RFC 5789).
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// The API as a function from requests to responses; cheap to clone.
#[derive(Clone)]
pub(super) struct App {
    state: ApiState,
    router: Router,
}

impl App {
    pub(super) fn new(state: ApiState) -> Self {
        Self {
            router: routes(state.clone()),
            state,
        }
    }

    /// Answers a request. Credentials are checked before the body is read, and both before a handler
    /// is chosen: who is not let in does not learn which paths there are.
    pub(super) async fn handle(self, mut request: Request, peer: Peer) -> Response {
        request.extensions_mut().insert(peer);
        let mut entry = Entry::begin(&self.state, &request, peer);
        let (request, body) = match self.admitted(request, peer).await {
            Ok(admitted) => admitted,
            Err(error) => return finished(error.into_response(), entry),
        };
        if let Some(entry) = &mut entry {
            entry.row.admitted(&request, &body);
        }
        let request = request.map(|()| Body::from(body));
        if writes(request.method()) {
            self.write(request, entry).await
        } else {
            finished(answered(self.router.oneshot(request).await), entry)
        }
    }

    /// Performs a write to its end, also when the client goes away meanwhile: what is written down is
    /// made, and its row tells how it ended.
    async fn write(self, request: Request, entry: Option<Entry>) -> Response {
        let written = tokio::spawn(async move {
            let response = answered(self.router.oneshot(request).await);
            finished(response, entry)
        });
        written.await.unwrap_or_else(|_| {
            let detail = "the change could not be made";
            let error = ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
            finished(error.into_response(), None)
        })
    }

    async fn admitted(
        &self,
        mut request: Request,
        peer: Peer,
    ) -> Result<(axum::http::Request<()>, Bytes), ApiError> {
        prepare(&mut request)?;
        check_host(&self.state.options(), request.method(), peer)?;
        if !is_open(request.method(), request.uri()) {
            let (method, headers) = (request.method(), request.headers());
            let caller = admit(&self.state, method, headers, peer).await?;
            request.extensions_mut().insert(caller);
        }
        let (parts, body) = request.into_parts();
        let caller = parts.extensions.get::<Caller>();
        let limit = match caller {
            Some(_) => BODY_LEN_MAX,
            None => OPEN_BODY_LEN_MAX,
        };
        let body = read(&parts.headers, body, limit).await?;
        if let Some(caller) = caller {
            // The body may have taken long: nobody changes anything who is not let in any more.
            still(&self.state, caller, &parts.headers)?;
        }
        Ok((axum::http::Request::from_parts(parts, ()), body))
    }
}

fn answered(answer: Result<Response, std::convert::Infallible>) -> Response {
    match answer {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn routes(state: ApiState) -> Router {
    let objects = configured::<objects::ServerResource>()
        .merge(configured::<objects::ServiceResource>())
        .merge(configured::<objects::ListenerResource>())
        .merge(configured::<objects::MonitorResource>())
        .merge(configured::<objects::FilterResource>())
        .merge(configured::<objects::ModuleResource>())
        .merge(configured::<objects::UserResource>())
        .merge(configured::<objects::UnixUser>());
    Router::new()
        .merge(objects)
        .merge(changing())
        .route(
            "/maxscale",
            get(objects::maxscale::one).patch(objects::maxscale::alter),
        )
        .route("/maxscale/tls/reload", post(objects::maxscale::reload_tls))
        .route(
            "/maxscale/modules/{id}/{command}",
            get(objects::module::command::read).post(objects::module::command::write),
        )
        .merge(log())
        .merge(vitals())
        .route("/services/{id}/listeners", get(objects::listeners_of))
        .route(
            "/services/{id}/listeners/{listener}",
            get(objects::one_listener_of),
        )
        .route("/users", get(objects::list::<objects::UserResource>))
        .route("/", get(root))
        .route("/auth", get(auth::token).delete(auth::log_out))
        .route("/audit", get(audit::list))
        .route("/audit/{id}", get(audit::one))
        .route("/audit/{id}/undo", post(audit::undo))
        .route("/events", get(events::stream))
        .route("/openapi.json", get(openapi::document))
        .route("/sessions", get(sessions::list))
        .route(
            "/sessions/{id}",
            get(sessions::one)
                .patch(sessions::patch::session)
                .delete(sessions::kill),
        )
        .route(
            "/sessions/{id}/relationships/{name}",
            get(sessions::relationship).patch(sessions::patch::relationship),
        )
        .route("/sessions/restart", post(sessions::restart::all))
        .route("/sessions/{id}/restart", post(sessions::restart::one))
        .route("/console", get(console::to_the_page))
        .route("/console/", get(console::serve))
        .route("/console/{*path}", get(console::serve))
        .fallback(no_such_path)
        .method_not_allowed_fallback(other_method)
        .with_state(state)
}

/// The log.
fn log() -> Router<ApiState> {
    Router::new()
        .route("/maxscale/logs", get(logs::one).patch(logs::alter))
        .route("/maxscale/logs/data", get(logs::data))
        .route("/maxscale/logs/entries", get(logs::entries))
        .route("/maxscale/logs/stream", get(logs::stream))
        .route("/maxscale/logs/flush", post(logs::flush))
}

/// How the gateway is doing.
fn vitals() -> Router<ApiState> {
    Router::new()
        .route("/metrics", get(metrics::all))
        .route("/maxscale/threads", get(threads::list))
        .route("/maxscale/threads/{id}", get(threads::one))
        .route("/maxscale/memory", get(memory::one))
        .route("/maxscale/samples", get(samples::list))
        .route("/maxscale/query_classifier", get(classifier::one))
        .route("/maxscale/query_classifier/cache", get(classifier::cache))
        .route(
            "/maxscale/query_classifier/classify",
            get(classifier::classify_one),
        )
}

/// Writes of configured objects.
fn changing() -> Router<ApiState> {
    use objects::{listener, power, server, user};
    Router::new()
        .merge(writable::<objects::ServerResource>())
        .merge(writable::<objects::ListenerResource>())
        .merge(writable::<objects::MonitorResource>())
        .merge(writable::<objects::ServiceResource>())
        .merge(writable::<objects::FilterResource>())
        .merge(powered::<objects::ServiceResource>())
        .merge(powered::<objects::ListenerResource>())
        .merge(powered::<objects::MonitorResource>())
        .route("/servers/{id}/set", put(server::write::set))
        .route("/servers/{id}/clear", put(server::write::clear))
        .route("/services/{id}/reload", post(power::reload_service))
        .route(
            "/services/{id}/listeners",
            post(listener::write::create_below),
        )
        .route(
            "/services/{id}/listeners/{listener}",
            delete(listener::write::delete_below),
        )
        .route("/users/inet", post(user::write::create))
        .route(
            "/users/inet/{id}",
            patch(user::write::alter).delete(user::write::delete),
        )
}

/// The writes that are alike.
fn writable<R: Writable>() -> Router<ApiState> {
    use objects::write;
    let path = R::PATH;
    let routes = Router::new()
        .route(&format!("/{path}"), post(write::create::<R>))
        .route(
            &format!("/{path}/{{id}}"),
            patch(write::alter::<R>).delete(write::delete::<R>),
        );
    if R::LINKS.is_empty() {
        return routes;
    }
    routes.route(
        &format!("/{path}/{{id}}/relationships/{{name}}"),
        patch(write::relate::<R>),
    )
}

/// What starts and stops.
fn powered<R: Powered>() -> Router<ApiState> {
    use objects::power;
    let path = R::PATH;
    Router::new()
        .route(&format!("/{path}/{{id}}/start"), put(power::start::<R>))
        .route(&format!("/{path}/{{id}}/stop"), put(power::stop::<R>))
}

/// The routes that all configured objects have.
fn configured<R: Configured>() -> Router<ApiState> {
    let path = R::PATH;
    Router::new()
        .route(&format!("/{path}"), get(objects::list::<R>))
        .route(&format!("/{path}/{{id}}"), get(objects::one::<R>))
        .route(
            &format!("/{path}/{{id}}/relationships/{{name}}"),
            get(objects::relationship::<R>),
        )
}

/// What needs no credentials: the page itself, the health check, and logging out.
fn is_open(method: &Method, uri: &Uri) -> bool {
    let path = uri.path();
    let logs_out = || match *method {
        Method::DELETE => true,
        Method::GET => auth::asks_to_log_out(uri.query().unwrap_or_default()),
        _ => false,
    };
    console::owns(path) || path == "/" || (path == "/auth" && logs_out())
}

/// `GET /` and `GET /v1/`: the server runs. A browser at `/` is shown the console.
async fn root(Extension(base): Extension<Base>, headers: HeaderMap) -> Response {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let vary = (VARY, HeaderValue::from_static("accept"));
    if base.is_bare() && accept.is_some_and(|accept| accept.contains("text/html")) {
        let page = (LOCATION, HeaderValue::from_static(console::PAGE));
        return (StatusCode::FOUND, [vary, page]).into_response();
    }
    (StatusCode::OK, [vary]).into_response()
}

async fn no_such_path(base: Option<Extension<Base>>, uri: Uri) -> ApiError {
    let mut detail = format!("there is nothing at {}", written(base.as_ref(), &uri));
    if uri.path() == "/sql" || uri.path().starts_with("/sql/") {
        detail.push_str(": the API runs no statements; a client of a listener does");
    }
    ApiError::new(StatusCode::NOT_FOUND, detail)
}

/// A method that the path does not have; the router adds `Allow`. `OPTIONS` asks for just that.
async fn other_method(base: Option<Extension<Base>>, method: Method, uri: Uri) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::OK.into_response();
    }
    let detail = format!(
        "{method} is not possible at {}",
        written(base.as_ref(), &uri)
    );
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response()
}

/// The path as the client wrote it; those of the console have no base.
fn written(base: Option<&Extension<Base>>, uri: &Uri) -> String {
    base.map_or_else(|| uri.path().to_owned(), |base| base.written(uri.path()))
}

/// The whole body, which is small.
async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|len| len.to_str().ok()?.parse().ok());
    if announced.is_some_and(|len: u64| len > limit as u64) {
        return Err(too_large(limit));
    }
    match timeout(BODY_WAIT, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(ApiError::bad_request("the body is incomplete")),
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "the body came too slowly",
        )),
    }
}

fn too_large(limit: usize) -> ApiError {
    let detail = format!("the body is longer than {} KiB", limit >> 10);
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

/// The response with the headers that every one has; its row is written.
fn finished(mut response: Response, entry: Option<Entry>) -> Response {
    finish(response.headers_mut());
    if let Some(entry) = entry {
        entry.answered(response.status());
    }
    response
}

/// Headers that every response has.
fn finish(headers: &mut HeaderMap) {
    let locked = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(locked);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let allow = headers.get(ALLOW).and_then(|allow| allow.to_str().ok());
    let patches = allow.is_some_and(|allow| allow.split(',').any(|method| method == "PATCH"));
    if let Some(Ok(allow)) = allow.map(|allow| format!("{allow},OPTIONS").parse()) {
        headers.insert(ALLOW, allow);
    }
    if patches {
        headers.insert(ACCEPT_PATCH, HeaderValue::from_static(json::CONTENT_TYPE));
    }
}
