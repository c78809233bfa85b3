//! A set of sessions, and an API over it.

mod objects;
mod writing;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;

pub(crate) use objects::{configured, objects};
pub(crate) use writing::{items, parameters};

use crate::api::connection::Peer;
use crate::api::router::App;
use crate::api::state::{ApiOptions, ApiState, LiveOptions};
use crate::auth::admin::{Account, Administrators, Password, PasswordHash, Role};
use crate::control::Control;
use crate::control::sessions::{
    Activity, ChainView, Changes, ConnectionView, LogSwitches, Pending, SessionSource, SessionView,
    StatementView, Update, UpdateError,
};
use crate::filters::FilterRegistry;
use crate::net::HostLookup;
use crate::store::Store;

/// A hash takes long; one of each password is enough for all tests.
static HASHES: LazyLock<[PasswordHash; 2]> =
    LazyLock::new(|| ["mariadb", "look"].map(|password| Password::new(password).hash().unwrap()));

/// What was asked of the source: id and grace.
type Kill = (u64, Option<Duration>);

/// Sessions that stand still until a test changes them.
#[derive(Default)]
pub(crate) struct FixedSource {
    pub(crate) state: Mutex<FixedState>,
}

#[derive(Default)]
pub(crate) struct FixedState {
    pub(crate) live: Vec<SessionView>,
    pub(crate) ended: Vec<SessionView>,
    pub(crate) kills: Vec<Kill>,
    pub(crate) looks: usize,
    /// Told by the next look and then forgotten.
    pub(crate) news: Changes,
    version: u64,
}

impl FixedSource {
    pub(crate) fn new(live: Vec<SessionView>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(FixedState {
                live,
                version: 1,
                ..FixedState::default()
            }),
        })
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut FixedState) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    /// Puts a session in, or in place of the one with its id.
    pub(crate) fn change(&self, view: SessionView) {
        self.with(|state| {
            state.version += 1;
            state.live.retain(|live| live.id != view.id);
            state.live.push(view.clone());
            state.news.changed.push(view);
        });
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: u64, reason: &str) {
        self.with(|state| {
            state.version += 1;
            state.live.retain(|live| live.id != id);
            state.news.ended.push((id, reason.to_owned()));
        });
    }
}

impl SessionSource for FixedSource {
    fn list(&self) -> Pending<'_, Vec<SessionView>> {
        Box::pin(async { self.with(|state| state.live.clone()) })
    }

    fn ids(&self) -> Pending<'_, Vec<u64>> {
        let mut ids = self.with(|state| state.live.iter().map(|live| live.id).collect::<Vec<_>>());
        ids.sort_unstable();
        Box::pin(async { ids })
    }

    fn some(&self, ids: Arc<[u64]>) -> Pending<'_, Vec<SessionView>> {
        let is_meant = move |live: &&SessionView| ids.contains(&live.id);
        let some = self.with(|state| state.live.iter().filter(is_meant).cloned().collect());
        Box::pin(async { some })
    }

    fn ended(&self) -> Pending<'_, Vec<SessionView>> {
        Box::pin(async { self.with(|state| state.ended.clone()) })
    }

    fn get(&self, id: u64) -> Pending<'_, Option<SessionView>> {
        Box::pin(
            async move { self.with(|state| state.live.iter().find(|live| live.id == id).cloned()) },
        )
    }

    fn kill(&self, id: u64, grace: Option<Duration>) -> Pending<'_, bool> {
        Box::pin(async move {
            self.with(|state| {
                state.kills.push((id, grace));
                state.live.iter().any(|live| live.id == id)
            })
        })
    }

    fn update(&self, id: u64, update: Update) -> Pending<'_, Option<Result<(), UpdateError>>> {
        Box::pin(async move {
            self.with(|state| {
                let live = state.live.iter_mut().find(|live| live.id == id)?;
                Some(updated(live, &update))
            })
        })
    }

    fn changes(&self, since: u64) -> Pending<'_, Changes> {
        Box::pin(async move {
            self.with(|state| {
                state.looks += 1;
                let news = std::mem::take(&mut state.news);
                let upto = state.version;
                if since == 0 {
                    return Changes {
                        upto,
                        changed: state.live.clone(),
                        ..Changes::default()
                    };
                }
                Changes {
                    upto,
                    complete: true,
                    ..news
                }
            })
        })
    }
}

/// Changes a session as a worker does: at once when it is idle.
fn updated(view: &mut SessionView, update: &Update) -> Result<(), UpdateError> {
    if update
        .expected
        .is_some_and(|expected| expected != view.version)
    {
        return Err(UpdateError::Changed);
    }
    if let Some(chain) = &update.chain {
        let names = chain.iter().map(|(name, _)| Arc::clone(name)).collect();
        view.chain.generation += 1;
        if view.state == Activity::Idle {
            view.chain.active = names;
        } else {
            view.chain.pending = Some(names);
            view.chain.apply = update.apply;
        }
    }
    view.log = update.log.apply(view.log);
    view.version += 1;
    Ok(())
}

/// One statement of session 2; none of the others.
fn statements(id: u64) -> Vec<StatementView> {
    let statement = StatementView {
        command: "COM_QUERY",
        text: "SELECT 1".to_owned(),
        received: SystemTime::UNIX_EPOCH,
        completed: Some(SystemTime::UNIX_EPOCH + Duration::from_millis(1250)),
        responses: vec![(Arc::from("server1"), Duration::from_micros(1_250_300))],
    };
    if id == 2 { vec![statement] } else { Vec::new() }
}

/// A session of user `user<id % 3>`, idle for `id` seconds, connected for a hundred.
pub(crate) fn session(id: u64) -> SessionView {
    let now = SystemTime::now();
    SessionView {
        id,
        user: format!("user{}", id % 3),
        remote: "127.0.0.1".to_owned(),
        port: 40_000 + id as u16,
        service: Arc::from(if id.is_multiple_of(2) { "Even" } else { "Odd" }),
        listener: Arc::from("Listener"),
        state: Activity::Idle,
        database: (id != 1).then(|| "test".to_owned()),
        transaction: id == 3,
        connected: now - Duration::from_secs(100),
        active: now - Duration::from_secs(id),
        idle: Duration::from_secs(id),
        statements: id * 10,
        io_activity: id * 20,
        buffered_bytes: 0,
        history_len: 0,
        history_bytes: 0,
        last_statements_bytes: if id == 2 { 128 } else { 0 },
        memory_bytes: 4096,
        thread: 0,
        connections: vec![ConnectionView {
            server: Arc::from("server1"),
            connection_id: 200 + id,
            cipher: String::new(),
            statements: id * 10,
        }],
        client_cipher: String::new(),
        attributes: vec![("program_name".to_owned(), format!("program {id}"))],
        chain: ChainView::default(),
        log: LogSwitches::default(),
        version: 1,
        last_statements: statements(id),
        trace: Vec::new(),
        end: None,
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// A header as text, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The text of the first error.
    pub(crate) fn detail(&self) -> String {
        self.json()["errors"][0]["detail"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The place of the first error in the body of the request.
    pub(crate) fn pointer(&self) -> Value {
        self.json()["errors"][0]["source"]["pointer"].clone()
    }

    /// The ids in `data`.
    pub(crate) fn ids(&self) -> Vec<String> {
        let data = self.json()["data"].clone();
        let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
        data.as_array().unwrap().iter().map(id).collect()
    }
}

/// An API over sessions 1 to 5, with accounts admin/mariadb and eve/look (basic).
pub(crate) struct Api {
    pub(crate) source: Arc<FixedSource>,
    pub(crate) filters: FilterRegistry,
    pub(crate) state: ApiState,
    pub(crate) tls: bool,
    pub(crate) app: App,
}

impl Api {
    pub(crate) fn new() -> Self {
        Self::with(ApiOptions::default())
    }

    pub(crate) fn with(options: ApiOptions) -> Self {
        Self::build(options, HostLookup::of_the_system(), |admin| admin)
    }

    /// The same, with names of hosts that are looked up by `hosts`.
    pub(crate) fn with_hosts(hosts: HostLookup) -> Self {
        Self::build(ApiOptions::default(), hosts, |admin| admin)
    }

    /// The same, with an administrator whose password everybody knows.
    pub(crate) fn with_well_known_password() -> Self {
        Self::build(
            ApiOptions::default(),
            HostLookup::of_the_system(),
            Account::with_well_known_password,
        )
    }

    fn build(options: ApiOptions, hosts: HostLookup, change: fn(Account) -> Account) -> Self {
        let source = FixedSource::new((1..=5).rev().map(session).collect());
        let [admin, eve] = HASHES.clone();
        let accounts = [
            change(Account::new("admin", Role::Admin, admin)),
            Account::new("eve", Role::Basic, eve),
        ];
        let administrators = Administrators::new(accounts.into_iter().collect()).unwrap();
        let administrators = Arc::new(administrators);
        let (objects, filters) = configured(hosts);
        let control = Control::new(
            Arc::clone(&source) as Arc<dyn SessionSource>,
            objects,
            administrators,
            Arc::new(Store::in_memory().unwrap()),
        );
        let state = ApiState::new(control, LiveOptions::new(options));
        Self {
            source,
            filters,
            app: App::new(state.clone()),
            state,
            tls: false,
        }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000));
        let peer = Peer {
            address,
            tls: self.tls,
        };
        let (head, body) = self.app.clone().handle(request, peer).await.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// Sends a request of `admin` with further headers.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        // admin:mariadb
        let mut all = vec![("authorization", "Basic YWRtaW46bWFyaWFkYg==")];
        all.extend(headers);
        self.send(request(method, path, &all, Body::empty())).await
    }

    /// Sends a body, and asserts the status of the answer.
    pub(crate) async fn write(&self, method: &str, path: &str, body: &str, status: u16) -> Answer {
        let headers = [
            ("authorization", "Basic YWRtaW46bWFyaWFkYg=="),
            ("content-type", "application/json"),
        ];
        let request = request(method, path, &headers, Body::from(body.to_owned()));
        let answer = self.send(request).await;
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, status, "{method} {path} {body}: {text}");
        answer
    }

    /// Sends a `PATCH` that wants to find the state of `tag`.
    pub(crate) async fn write_if(&self, tag: &str, path: &str, body: &str) -> Answer {
        let headers = [
            ("authorization", "Basic YWRtaW46bWFyaWFkYg=="),
            ("if-match", tag),
        ];
        let body = Body::from(body.to_owned());
        self.send(request("PATCH", path, &headers, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[]).await
    }
}

/// A request with headers; characters that a request line cannot hold are encoded.
pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Request<Body> {
    let path = path.replace('"', "%22").replace(' ', "%20");
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "127.0.0.1:8989");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}
