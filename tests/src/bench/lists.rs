//! Lists of very many sessions, and what statements notice of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};
use tokio::task::JoinSet;

use crate::api::KeptApi;
use crate::gateway::{Gateway, Setup};
use crate::measure::processor_time;
use crate::raw::{Login, RawClient};

use super::{ACCOUNT, Times, targets};

/// What the gateway needs beside two sockets for each session.
const OTHER_FILES: u64 = 500;
/// Sessions are opened by so many at once.
const OPENERS: usize = 16;
/// Clients whose statements are timed: each sends one, waits for its reply, and rests.
const TIMED_CLIENTS: usize = 8;
const REST: Duration = Duration::from_millis(4);
/// Between two lists, five a second: more than several consoles ask for.
const PAUSE: Duration = Duration::from_millis(200);

/// What is asked for.
const LISTS: [(&str, &str); 4] = [
    ("all sessions", ""),
    ("a page of 50", "?page[size]=50"),
    ("the 50 that are idle longest", "?sort=-idle&page[size]=50"),
    (
        "the few with a database",
        "?filter=/attributes/database=%22sbtest%22",
    ),
];

/// One kind of list, asked for again and again.
#[derive(Debug, Clone)]
pub struct ListSample {
    /// What was asked for; `None`: nothing, for comparison.
    pub list: Option<&'static str>,
    /// How many live sessions there were.
    pub sessions: usize,
    /// From request to the last byte of the answer.
    pub lists: Times,
    /// Processor time of the gateway for one of them; that for the statements meanwhile is taken off.
    pub processor: Duration,
    /// The length of an answer.
    pub bytes: usize,
    /// Statements meanwhile.
    pub statements: Times,
}

/// Opens as many idle sessions as wanted and possible, and times each kind of list.
pub(super) async fn measure(wanted: usize, seconds: u32) -> Vec<ListSample> {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let possible = files.saturating_sub(OTHER_FILES) / 2;
    let count = wanted.min(usize::try_from(possible).unwrap_or(wanted));
    // A thread for each of the server's connections would be the server's affair, not ours.
    let database = targets::database(&[
        "--max-connections=20000",
        "--thread-handling=pool-of-threads",
    ])
    .await;
    let mut setup = Setup::new(&[&database]);
    setup.cnf.section("maxscale").unset("log_info");
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let idle = open(&gateway, count).await;
    let mut samples = vec![phase(&gateway, count, seconds, None).await];
    for list in LISTS {
        let mut sample = phase(&gateway, count, seconds, Some(list)).await;
        let without = samples
            .first()
            .map_or(Duration::ZERO, |none| none.processor);
        let times = u32::try_from(sample.lists.count()).unwrap_or(u32::MAX);
        sample.processor = sample.processor.saturating_sub(without) / times.max(1);
        samples.push(sample);
    }
    drop(idle);
    samples
}

async fn open(gateway: &Gateway, count: usize) -> Vec<RawClient> {
    let mut openers = JoinSet::new();
    for number in 0..OPENERS {
        let port = gateway.port();
        let own = count / OPENERS + usize::from(number < count % OPENERS);
        openers.spawn(async move {
            let login = Login::new(ACCOUNT.0, ACCOUNT.1);
            let mut clients = Vec::with_capacity(own);
            for _ in 0..own {
                let client = RawClient::logged_in(port, &login).await;
                clients.push(client.expect("a login"));
            }
            clients
        });
    }
    openers.join_all().await.into_iter().flatten().collect()
}

/// Lists and statements side by side for some seconds; `processor` is that of the whole.
async fn phase(
    gateway: &Gateway,
    sessions: usize,
    seconds: u32,
    list: Option<(&'static str, &'static str)>,
) -> ListSample {
    let end = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for _ in 0..TIMED_CLIENTS {
        clients.spawn(statements(gateway.port(), Arc::clone(&end)));
    }
    let time = Duration::from_secs(seconds.into());
    let before = processor_time(gateway.pid());
    let (mut lists, mut bytes) = (Vec::new(), 0);
    match list {
        None => tokio::time::sleep(time).await,
        Some((_, query)) => {
            let mut api = gateway.api().keep().await;
            let began = Instant::now();
            while began.elapsed() < time {
                let (length, took) = list_once(&mut api, query).await;
                lists.push(took);
                bytes = length;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    let processor = processor_time(gateway.pid()).saturating_sub(before);
    end.store(true, Ordering::Relaxed);
    let statements = clients.join_all().await.into_iter().flatten().collect();
    ListSample {
        list: list.map(|(name, _)| name),
        sessions,
        lists: Times::new(lists),
        processor,
        bytes,
        statements: Times::new(statements),
    }
}

async fn list_once(api: &mut KeptApi, query: &str) -> (usize, Duration) {
    let began = Instant::now();
    let (status, length) = api.length(&format!("/v1/sessions{query}")).await;
    assert_eq!(status, 200, "{query}");
    (length, began.elapsed())
}

/// Times of statements, until the end.
async fn statements(port: u16, end: Arc<AtomicBool>) -> Vec<Duration> {
    let login = Login::new(ACCOUNT.0, ACCOUNT.1).database(ACCOUNT.2);
    let client = RawClient::logged_in(port, &login).await;
    let mut client = client.expect("a login");
    let mut times = Vec::new();
    while !end.load(Ordering::Relaxed) {
        let began = Instant::now();
        client.value("SELECT 1").await.expect("a value");
        times.push(began.elapsed());
        tokio::time::sleep(REST).await;
    }
    times
}
