//! The accounts of a service's servers, kept in memory and read anew when they may be out of date.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{mpsc, oneshot, watch};

use crate::auth::accounts::{AccountRows, Accounts, AccountsError, AccountsFile};
use crate::backend::{BackendError, Endpoint, QueryConnection, Retries, fetch_account_rows};
use crate::config::{RetryParameters, Secret};
use crate::servers::{Server, ServerStates};

/// Clients that wait for accounts to be read, at most; more are refused at once.
const WAITING_MAX: usize = 1024;
/// How soon a reading that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// A server's variables by name.
pub type ServerVariables = BTreeMap<String, String>;

/// What was read last, and when.
type Current = Arc<RwLock<Option<(Arc<Accounts>, SystemTime)>>>;

/// The accounts as sessions see them.
#[derive(Clone)]
pub struct AccountCache {
    current: Current,
    variables: Arc<RwLock<Arc<ServerVariables>>>,
    settings: watch::Sender<ReaderSettings>,
    requests: mpsc::Sender<Request>,
}

/// Somebody who waits for accounts to be read.
struct Request {
    /// Whether they are to be read although they were a moment ago.
    in_any_case: bool,
    reply: oneshot::Sender<bool>,
}

impl AccountCache {
    /// The variables of the server that they were read from.
    pub fn variables(&self) -> Arc<ServerVariables> {
        let variables = self.variables.read();
        Arc::clone(&variables.unwrap_or_else(PoisonError::into_inner))
    }

    /// The accounts as last read; `None` before they could be read.
    pub fn current(&self) -> Option<Arc<Accounts>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|(accounts, _)| Arc::clone(accounts))
    }

    /// When they were read.
    pub fn read_at(&self) -> Option<SystemTime> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().map(|(_, read_at)| *read_at)
    }

    /// Reads them in another way from now on, beginning at once.
    pub fn alter(&self, settings: ReaderSettings) {
        self.settings.send_replace(settings);
    }

    /// How they are read.
    pub fn settings(&self) -> ReaderSettings {
        self.settings.borrow().clone()
    }

    /// Asks for them to be read anew. Returns whether that was done.
    pub async fn refresh(&self) -> bool {
        self.ask(false).await
    }

    /// [`AccountCache::refresh`] even if they were read a moment ago.
    pub async fn reload(&self) -> bool {
        self.ask(true).await
    }

    async fn ask(&self, in_any_case: bool) -> bool {
        let (reply, answer) = oneshot::channel();
        let request = Request { in_any_case, reply };
        self.requests.try_send(request).is_ok() && answer.await.unwrap_or(false)
    }
}

/// How a service's accounts are read.
#[derive(Clone)]
pub struct ReaderSettings {
    /// The service's name.
    pub service: Arc<str>,
    /// Servers to read from, and how to reach them: the first that works is used.
    pub servers: Vec<(Arc<Server>, Endpoint)>,
    /// The user that reads.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// How long each step may take.
    pub timeout: Duration,
    /// Unknown users cause a reading no more often than that; `None`: they cause none.
    pub refresh_at_most_every: Option<Duration>,
    /// What becomes of a reading that is interrupted.
    pub retries: RetryParameters,
    /// Whether all servers are read from.
    pub from_all: bool,
    /// A file with further accounts.
    pub file: Option<PathBuf>,
    /// Whether that file alone counts.
    pub file_only: bool,
    /// Accounts are read this often in any case.
    pub refresh_every: Option<Duration>,
}

/// Why accounts could not be read from a server.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("{0}")]
    Backend(#[from] BackendError),
    #[error("{0}")]
    Rows(#[from] AccountsError),
    #[error("user_accounts_file: {0}")]
    File(String),
}

/// Reads accounts in the background.
pub struct AccountReader {
    settings: watch::Receiver<ReaderSettings>,
    current: Current,
    variables: Arc<RwLock<Arc<ServerVariables>>>,
    requests: mpsc::Receiver<Request>,
    last_read: Option<Instant>,
    /// When an unknown user last caused a reading.
    last_asked: Option<Instant>,
}

impl AccountReader {
    /// The reader, and what it fills.
    pub fn new(settings: ReaderSettings) -> (Self, AccountCache) {
        let (sender, requests) = mpsc::channel(WAITING_MAX);
        let (altering, settings) = watch::channel(settings);
        let current = Current::default();
        let variables = Arc::new(RwLock::default());
        let cache = AccountCache {
            current: Arc::clone(&current),
            variables: Arc::clone(&variables),
            settings: altering,
            requests: sender,
        };
        (
            Self {
                settings,
                current,
                variables,
                requests,
                last_read: None,
                last_asked: None,
            },
            cache,
        )
    }

    /// Reads once; to be done before listeners open, when a server can be reached.
    pub async fn read_first(&mut self) {
        self.read().await;
    }

    /// Reads when asked, and as often as is set, until `stop`.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let pause = match self.last_read {
                None => RETRY_AFTER,
                Some(_) => self
                    .settings
                    .borrow()
                    .refresh_every
                    .unwrap_or(Duration::MAX),
            };
            tokio::select! {
                _ = stop.changed() => return,
                altered = self.settings.changed() => match altered {
                    Ok(()) => {
                        self.read().await;
                    }
                    // Nobody has the accounts any more.
                    Err(_) => return,
                },
                request = self.requests.recv() => {
                    let Some(request) = request else { return };
                    self.answer(request).await;
                }
                () = pause_for(pause) => {
                    self.read().await;
                }
            }
        }
    }

    /// One reading serves all who are waiting for one.
    async fn answer(&mut self, first: Request) {
        let mut waiting = vec![first];
        while let Ok(request) = self.requests.try_recv() {
            waiting.push(request);
        }
        let in_any_case = waiting.iter().any(|request| request.in_any_case);
        let pause = self.settings.borrow().refresh_at_most_every;
        let recent = |pause| self.last_asked.is_some_and(|at| at.elapsed() < pause);
        let refused = pause.is_none_or(recent);
        let done = (in_any_case || !refused) && self.read().await;
        if done {
            self.last_asked = Some(Instant::now());
        }
        while let Ok(request) = self.requests.try_recv() {
            waiting.push(request);
        }
        for request in waiting {
            // A client that has gone has nobody to tell.
            let _ = request.reply.send(done);
        }
    }

    async fn read(&mut self) -> bool {
        let settings = self.settings.borrow_and_update().clone();
        let service = &settings.service;
        if settings.file_only {
            let read = with_file(&settings, Vec::new());
            let read = read.map(|accounts| (accounts, ServerVariables::new()));
            return self.keep(service, "the file", read);
        }
        let mut servers: Vec<_> = settings.servers.iter().collect();
        // The primary first, then those that follow it.
        servers.sort_by_key(|(server, _)| {
            let states = server.states();
            let is = |state| !states.contains(state);
            (is(ServerStates::PRIMARY), is(ServerStates::REPLICA))
        });
        servers.retain(|(server, _)| server.states().is_usable());
        if settings.from_all {
            return self.read_all(&settings, &servers).await;
        }
        for (server, endpoint) in servers {
            let read = read_from(&settings, endpoint).await;
            let read =
                read.and_then(|(rows, known)| Ok((with_file(&settings, vec![rows])?, known)));
            if self.keep(service, server.name(), read) {
                return true;
            }
        }
        false
    }

    /// Reads from all servers: what one has counts, and of equal accounts those of the first. Those
    /// that can't be read from are left out.
    async fn read_all(
        &mut self,
        settings: &ReaderSettings,
        servers: &[&(Arc<Server>, Endpoint)],
    ) -> bool {
        let service = &settings.service;
        let mut all = Vec::new();
        let mut first = None;
        let mut names = Vec::new();
        for (server, endpoint) in servers {
            match read_from(settings, endpoint).await {
                Ok((rows, variables)) => {
                    names.push(server.name().as_ref());
                    all.push(rows);
                    first.get_or_insert(variables);
                }
                Err(error) => complain(service, &error),
            }
        }
        let Some(variables) = first else {
            return false;
        };
        let read = with_file(settings, all).map(|accounts| (accounts, variables));
        self.keep(service, &names.join("', '"), read)
    }

    /// Takes accounts that were read. Says whether they were.
    fn keep(&mut self, service: &str, from: &str, read: Result<Read, ReadError>) -> bool {
        let (accounts, variables) = match read {
            Ok(read) => read,
            Err(error) => {
                complain(service, &error);
                return false;
            }
        };
        let count = accounts.len();
        tracing::debug!(
            object = service,
            "service '{service}': {count} accounts read from '{from}'"
        );
        *self.current.write().unwrap_or_else(PoisonError::into_inner) =
            Some((Arc::new(accounts), SystemTime::now()));
        let mut known = self
            .variables
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(variables);
        drop(known);
        self.last_read = Some(Instant::now());
        true
    }
}

/// What is read of a server.
type Read = (Accounts, ServerVariables);

fn complain(service: &str, error: &ReadError) {
    tracing::error!(
        object = service,
        "service '{service}': accounts can't be read: {error}"
    );
}

/// Reads from a server; again if that is interrupted.
async fn read_from(
    settings: &ReaderSettings,
    endpoint: &Endpoint,
) -> Result<(AccountRows, ServerVariables), ReadError> {
    let mut retries = Retries::new(settings.retries, Instant::now());
    loop {
        match try_read_from(settings, endpoint).await {
            Err(error) if error.is_interruption() && retries.take(Instant::now()) => {
                tracing::debug!("{error}; trying again");
            }
            read => return Ok(read?),
        }
    }
}

async fn try_read_from(
    settings: &ReaderSettings,
    endpoint: &Endpoint,
) -> Result<(AccountRows, ServerVariables), BackendError> {
    let mut connection = QueryConnection::connect(
        endpoint,
        &settings.user,
        &settings.password,
        settings.timeout,
    )
    .await?;
    let rows = fetch_account_rows(&mut connection).await?;
    let variables = connection.query("SHOW VARIABLES").await?;
    connection.quit().await;
    let text =
        |cell: Option<Vec<u8>>| String::from_utf8_lossy(&cell.unwrap_or_default()).into_owned();
    let variables = variables.rows.into_iter().filter_map(|row| {
        let mut cells = row.into_iter();
        Some((text(cells.next()?), text(cells.next()?)))
    });
    Ok((rows, variables.collect()))
}

/// The accounts of these rows and of the file, if there is one.
fn with_file(settings: &ReaderSettings, mut rows: Vec<AccountRows>) -> Result<Accounts, ReadError> {
    if let Some(path) = &settings.file {
        let fault = |what: String| ReadError::File(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let file = AccountsFile::parse(&text).map_err(|error| fault(error.to_string()))?;
        rows.push(AccountRows::of_file(&file));
    }
    Ok(Accounts::from_servers(&rows)?)
}

async fn pause_for(pause: Duration) {
    if pause == Duration::MAX {
        std::future::pending::<()>().await;
    } else {
        tokio::time::sleep(pause).await;
    }
}
