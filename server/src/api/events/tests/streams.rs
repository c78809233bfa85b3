//! Streams of a running hub, in paused time.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use http_body_util::BodyExt;
use sluicegate_shared::event::HEARTBEAT_EVERY_MS;
use tokio::time::{Instant, sleep, timeout};

use crate::api::events::hub::EventHub;
use crate::api::events::reader;
use crate::api::events::selection::Selection;
use crate::api::life;
use crate::api::query::{self, Query};
use crate::api::tests::fixture::{Api, FixedSource, objects, session};
use crate::auth::admin::{Accounts, Administrators, Identity, Role, TokenLife};
use crate::control::Control;
use crate::control::sessions::{SessionSource, SessionView};
use crate::store::{Author, Change, ObjectKind, Store};

const PATIENCE: Duration = Duration::from_mins(5);

struct Running {
    source: Arc<FixedSource>,
    store: Arc<Store>,
    hub: Arc<EventHub>,
}

fn run(sessions: u64) -> Running {
    let source = FixedSource::new((1..=sessions).map(session).collect());
    let control = Control::new(
        Arc::clone(&source) as Arc<dyn SessionSource>,
        objects(),
        Arc::new(Administrators::new(Accounts::default()).unwrap()),
        Arc::new(Store::in_memory().unwrap()),
    );
    let store = control.store();
    let hub = EventHub::new(control.sessions, control.objects, Arc::clone(&store));
    let task = Arc::clone(&hub);
    tokio::spawn(async move { task.run().await });
    Running { source, store, hub }
}

impl Running {
    fn open(&self, last: Option<&str>) -> Body {
        reader::open(&self.hub, last, None, pending()).unwrap()
    }

    /// A stream with the parameters of a request.
    fn open_with(&self, query: &str, last: Option<&str>) -> Body {
        let (query, _) = Query::parse::<query::None>(query).unwrap();
        let selection = Selection::of(query).unwrap();
        reader::open(&self.hub, last, selection, pending()).unwrap()
    }

    fn looks(&self) -> usize {
        self.source.with(|state| state.looks)
    }
}

/// What comes until `end` has come; all if the stream ends before.
async fn read_until(body: &mut Body, end: &str) -> String {
    let (mut text, start) = (String::new(), Instant::now());
    while !text.contains(end) {
        assert!(start.elapsed() < PATIENCE, "{end} does not come: {text}");
        let Some(frame) = timeout(PATIENCE, body.frame()).await.unwrap() else {
            break;
        };
        text += std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap();
    }
    text
}

/// The id of the last event in a text.
fn last_id(text: &str) -> String {
    let line = text.lines().rfind(|line| line.starts_with("id: ")).unwrap();
    line["id: ".len()..].to_owned()
}

#[tokio::test(start_paused = true)]
async fn sessions_are_looked_at_only_while_somebody_reads() {
    let running = run(3);
    sleep(Duration::from_mins(2)).await;
    assert_eq!(running.looks(), 0);
    let mut body = running.open(None);
    let begin = read_until(&mut body, "\n\n").await;
    assert!(begin.starts_with("retry: 1000\n\n"), "{begin}");
    drop(body);
    sleep(Duration::from_secs(1)).await;
    let before = running.looks();
    sleep(Duration::from_mins(1)).await;
    assert_eq!(running.looks(), before);
    let _body = running.open(None);
    sleep(Duration::from_secs(10)).await;
    assert!(
        (38..=42).contains(&(running.looks() - before)),
        "{}",
        running.looks() - before
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_begins_with_all_sessions_and_goes_on_with_changes() {
    let running = run(3);
    let mut body = running.open(None);
    let begin = read_until(&mut body, "event: snapshot\n").await
        + &read_until(&mut body, "\"generation\":0}]}").await;
    assert!(begin.contains("\"user\":\"user1\""), "{begin}");
    running.source.change(session(9));
    let delta = read_until(&mut body, "\n\n").await + &read_until(&mut body, "\"ended\":[]}").await;
    assert!(
        delta.contains("event: delta") && delta.contains("\"id\":9"),
        "{delta}"
    );
    running.source.end(9, "killed by an administrator");
    let delta = read_until(&mut body, "\"ended\":[{").await;
    assert!(
        delta.contains("{\"id\":9,\"reason\":\"killed by an administrator\"}"),
        "{delta}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let running = run(3);
    let mut body = running.open(None);
    let id = last_id(&read_until(&mut body, "event: snapshot").await);
    drop(body);
    running.source.change(session(9));
    sleep(Duration::from_secs(30)).await;
    let mut again = running.open(Some(&id));
    let missed = read_until(&mut again, "\"id\":9").await;
    assert!(
        missed.contains("event: delta") && !missed.contains("snapshot"),
        "{missed}"
    );
    let mut stranger = running.open(Some("123-4"));
    let all = read_until(&mut stranger, "event: ").await;
    assert!(all.contains("event: snapshot"), "{all}");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_does_not_read_gets_a_new_snapshot_later() {
    let running = run(1);
    let mut slow = running.open(None);
    let mut quick = running.open(None);
    read_until(&mut slow, "event: snapshot").await;
    for number in 0..2000 {
        let mut busy = session(1);
        busy.statements = number;
        running.source.change(busy);
        read_until(&mut quick, &format!("\"statements\":{number},")).await;
    }
    let late = read_until(&mut slow, "\"statements\":1999,").await;
    assert!(late.contains("event: snapshot"), "{late}");
    assert!(late.len() < 4000, "{}", late.len());
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_says_that_it_lives() {
    let running = run(0);
    let mut body = running.open(None);
    read_until(&mut body, "\"sessions\":[]}").await;
    let start = Instant::now();
    for beat in 1..=3 {
        read_until(&mut body, "event: heartbeat\ndata: {\"now_ms\":").await;
        let after = start.elapsed().as_secs();
        assert_eq!(after, beat * HEARTBEAT_EVERY_MS / 1000);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_token() {
    let running = run(0);
    let identity = Identity {
        user: "somebody".into(),
        role: Role::Basic,
        token: Some(TokenLife {
            expires: SystemTime::now() + Duration::from_secs(100),
            rules: 0,
        }),
        well_known: false,
        revision: None,
    };
    let life = life::ended(identity, Api::new().state);
    let mut body = reader::open(&running.hub, None, None, life).unwrap();
    let start = Instant::now();
    read_until(&mut body, "never").await;
    assert!(
        (98..=101).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn streams_end_with_a_goodbye_even_for_who_does_not_read() {
    let running = run(2000);
    let mut reading = running.open(None);
    read_until(&mut reading, "\"generation\":0}]}").await;
    let stuck = running.open(None);
    sleep(Duration::from_secs(1)).await;
    running.hub.close();
    let end = read_until(&mut reading, "never").await;
    assert!(end.ends_with("event: goodbye\ndata: \n\n"), "{end}");
    sleep(Duration::from_secs(2)).await;
    // Its task is gone, and with it the rest of the snapshot.
    let left = stuck.collect().await.unwrap().to_bytes();
    assert!(left.len() < 200_000, "{}", left.len());
}

#[tokio::test(start_paused = true)]
async fn the_number_of_readers_is_bounded() {
    let running = run(0);
    let mut bodies: Vec<Body> = (0..128).map(|_| running.open(None)).collect();
    assert!(reader::open(&running.hub, None, None, pending()).is_none());
    bodies.pop();
    sleep(Duration::from_secs(1)).await;
    assert!(reader::open(&running.hub, None, None, pending()).is_some());
}

/// A session of `user`.
fn of(user: &str, id: u64) -> SessionView {
    SessionView {
        user: user.to_owned(),
        ..session(id)
    }
}

#[tokio::test(start_paused = true)]
async fn a_filter_leaves_out_what_does_not_fulfil_it() {
    let running = run(3);
    let query = "filter=/type=\"sessions\"&filter=/attributes/user=\"ann\"";
    let mut body = running.open_with(query, None);
    let begin = read_until(&mut body, "\"sessions\":[]}").await;
    assert!(!begin.contains("server1"), "{begin}");
    running.source.change(of("bob", 8));
    running.source.change(of("ann", 9));
    let delta = read_until(&mut body, "\"ended\":[]}").await;
    assert!(delta.contains("\"id\":9"), "{delta}");
    assert!(!delta.contains("bob"), "{delta}");
    // One that fulfils it no more is gone for this reader, and so is one that ends.
    running.source.change(of("carl", 9));
    let left = read_until(&mut body, "any more\"}]").await;
    let gone = "\"changed\":[],\"ended\":[{\"id\":9,";
    assert!(left.contains(gone), "{left}");
    running.source.change(of("ann", 10));
    running.source.end(8, "quit");
    read_until(&mut body, "\"id\":10").await;
    running.source.end(10, "killed");
    let end = read_until(&mut body, "\"killed\"}]").await;
    assert!(!end.contains("\"id\":8"), "{end}");
}

#[tokio::test(start_paused = true)]
async fn a_filtered_stream_is_resumed_by_its_own_ids_only() {
    let running = run(3);
    let query = "filter=/attributes/user=\"ann\"&fields[sessions]=user";
    let mut body = running.open_with(query, None);
    read_until(&mut body, "\"sessions\":[]}").await;
    running.source.change(of("ann", 9));
    let text = read_until(&mut body, "{\"id\":9,\"user\":\"ann\"}").await;
    let id = last_id(&text);
    drop(body);
    running.source.change(of("carl", 9));
    running.source.change(of("ann", 10));
    running.source.change(of("bob", 11));
    sleep(Duration::from_secs(5)).await;
    let mut again = running.open_with(query, Some(&id));
    let missed = read_until(&mut again, "any more").await;
    assert!(missed.contains("\"id\":10"), "{missed}");
    assert!(missed.contains("{\"id\":9,\"reason\""), "{missed}");
    assert!(!missed.contains("snapshot") && !missed.contains("bob"));
    for (query, id) in [
        ("", id.as_str()),
        ("fields[sessions]=user", &id),
        (query, "1-1"),
    ] {
        let mut other = running.open_with(query, Some(id));
        let begin = read_until(&mut other, "event: ").await + &read_until(&mut other, "\n").await;
        assert!(begin.contains("event: snapshot"), "{query} {id}: {begin}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_told_is_not_looked_through_again() {
    let running = run(1);
    let query = "filter=/attributes/user=\"ann\"";
    let mut body = running.open_with(query, None);
    let first = last_id(&read_until(&mut body, "event: snapshot").await);
    running.source.change(of("bob", 9));
    let quiet = read_until(&mut body, "\nid: ").await;
    let id = last_id(&quiet);
    assert_ne!(id, first);
    assert!(!quiet.contains("bob"), "{quiet}");
    let mut again = running.open_with(query, Some(&id));
    running.source.change(of("ann", 10));
    let next = read_until(&mut again, "\"id\":10").await;
    assert!(next.contains("event: delta") && !next.contains("bob"));
}

#[tokio::test(start_paused = true)]
async fn changes_by_administrators_are_told() {
    let running = run(0);
    let author = Author::new("admin", "127.0.0.1".to_owned());
    let document = serde_json::json!({"parameters": {}});
    let create = |name: &str| {
        let change = Change {
            author: &author,
            action: "create",
            kind: ObjectKind::Filter,
            name,
            before: None,
            after: Some(&document),
        };
        running.store.commit(&[change]).unwrap();
    };
    create("First");
    let mut body = running.open(None);
    let begin = read_until(&mut body, "\"sessions\":[]}").await;
    assert!(begin.contains("\"name\":\"First\""), "{begin}");
    create("Second");
    let delta = read_until(&mut body, "\"Second\"").await;
    assert!(delta.contains("event: delta") && !delta.contains("First"));
    let mut others = running.open_with("filter=/type=\"sessions\"", None);
    let begin = read_until(&mut others, "\"sessions\":[]}").await;
    assert!(begin.contains("\"audit\":[]"), "{begin}");
}

/// Writes an operation on a filter of that name and on so many sessions.
fn operation(running: &Running, name: &str, sessions: usize) {
    let author = Author::new("admin", "127.0.0.1".to_owned());
    let document = serde_json::json!({"parameters": {}});
    let ids: Vec<String> = (1..=sessions).map(|id| id.to_string()).collect();
    let of = |kind, name| Change {
        author: &author,
        action: "relate",
        kind,
        name,
        before: None,
        after: Some(&document),
    };
    let sessions = ids.iter().map(|id| of(ObjectKind::Session, id.as_str()));
    let all: Vec<Change<'_>> = [of(ObjectKind::Filter, name)]
        .into_iter()
        .chain(sessions)
        .collect();
    running.store.commit(&all).unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_first_record_of_a_long_operation_is_told() {
    let running = run(0);
    let mut body = running.open(None);
    read_until(&mut body, "\"sessions\":[]}").await;
    operation(&running, "Long", 60);
    let delta = read_until(&mut body, "\"name\":\"60\"").await;
    assert!(delta.contains("\"name\":\"Long\""), "{delta}");
    assert!(!delta.contains("event: snapshot"), "{delta}");
    // Of one that is too long readers begin anew.
    operation(&running, "Endless", 1000);
    let anew = read_until(&mut body, "\"name\":\"1000\"").await;
    assert!(anew.contains("event: snapshot"), "{anew}");
    operation(&running, "Short", 0);
    let delta = read_until(&mut body, "\"Short\"").await;
    assert!(delta.contains("event: delta") && !delta.contains("snapshot"));
}

#[tokio::test(start_paused = true)]
async fn large_deltas_are_told_in_order_to_who_wants_some() {
    let running = run(0);
    let query = "filter=/attributes/user=\"ann\"&fields[sessions]=statements";
    let mut body = running.open_with(query, None);
    let begin = read_until(&mut body, "\"sessions\":[]}").await;
    let mut last = last_id(&begin);
    for round in 1..=3 {
        for id in 1..=400 {
            let user = if id == 7 { "ann" } else { "bob" };
            running.source.change(SessionView {
                statements: round,
                ..of(user, id)
            });
        }
        let told = format!("{{\"id\":7,\"statements\":{round}}}");
        let delta = read_until(&mut body, &told).await;
        assert!(!delta.contains("\"id\":8"), "{delta}");
        assert_ne!(last_id(&delta), last);
        last = last_id(&delta);
    }
    // What was missed comes as it would have come.
    running.source.change(of("ann", 9));
    let mut again = running.open_with(query, Some(&last));
    let missed = read_until(&mut again, "\"id\":9").await;
    assert!(!missed.contains("snapshot"), "{missed}");
}
