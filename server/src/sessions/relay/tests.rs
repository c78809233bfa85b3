use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use std::cell::RefCell;
use std::sync::Arc;

use super::*;
use crate::config::{HistoryParameters, SplitParameters};
use crate::net::Stream;
use crate::routers::ReadWriteSplit;
use crate::servers::{Server, ServerStates};
use crate::services::ServiceConnections;
use crate::sessions::chains::Apply;
use crate::sessions::simulation::{CAPABILITIES, pair, record, seat, seat_at, server_named};
use crate::sql::ClassificationCache;
use crate::wire::packet::frame;

#[tokio::test]
async fn a_request_that_has_come_is_answered_before_a_session_that_may_finish_ends() {
    let (mut client, client_inner) = pair();
    let (mut server, server_inner) = pair();
    let record = Rc::new(record());
    let mut relay = Relay::new(
        Link::new(client_inner),
        Backend::new(Link::new(server_inner), seat("server")),
        Flow::new(CAPABILITIES),
        Rc::clone(&record),
        None,
    );
    let buffer = scratch();
    let mut request = Vec::new();
    frame(b"\x03SELECT 1", &mut 0, &mut request);
    client.write_all(&request).await.unwrap();
    record.drain(ClosedBy::Shutdown, Instant::now() + Duration::from_mins(1));

    let mut poll = async || {
        tokio::task::yield_now().await;
        let mut cx = Context::from_waker(Waker::noop());
        relay.poll(&mut cx, &buffer)
    };
    assert!(poll().await.is_pending());
    let mut seen = vec![0; request.len()];
    server.read_exact(&mut seen).await.unwrap();
    assert_eq!(seen, request);
    assert!(poll().await.is_pending());

    server
        .write_all(b"\x07\0\0\x01\0\0\0\x02\0\0\0")
        .await
        .unwrap();
    let exit = poll().await;
    let Poll::Ready(Exit::Close(reason)) = exit else {
        panic!("{exit:?}");
    };
    assert_eq!(reason.by, ClosedBy::Shutdown);
    client.read_exact(&mut [0; 11]).await.unwrap();
}

const OK: &[u8] = b"\x07\0\0\x01\0\0\0\x02\0\0\0";
const SHUTDOWN: &[u8] = b"\x0d\0\0\0\xff\x1d\x0408S01bye!";

/// A session with a primary and a replica, and both its ends.
struct Split {
    relay: Relay,
    buffer: Scratch,
    client: Stream,
    servers: Vec<Arc<Server>>,
}

impl Split {
    fn new() -> Self {
        let servers: Vec<_> = ["primary", "replica"].map(server_named).into();
        let (client, inner) = pair();
        let mut routed = Routed::new(
            ReadWriteSplit::new(&SplitParameters::default()).session(),
            servers.clone(),
            ServiceConnections::new(servers.len()),
            HistoryParameters {
                enabled: true,
                len_max: 10,
                prune: true,
            },
            Rc::new(RefCell::new(ClassificationCache::new(1 << 16))),
        );
        roles(&servers, 0);
        routed.begin(&[], Instant::now()).unwrap();
        let relay = Relay::new(
            Link::new(inner),
            Backend::none(),
            Flow::new(CAPABILITIES),
            Rc::new(record()),
            Some(Box::new(routed)),
        );
        Self {
            relay,
            buffer: scratch(),
            client,
            servers,
        }
    }

    /// Puts a filter of that module before the session.
    fn filter(&self, module: &str, given: &[(&str, &str)]) {
        put_before(&self.relay.record, module, given);
    }

    async fn sends(&mut self, texts: &[&str]) {
        let mut requests = Vec::new();
        for text in texts {
            frame(format!("\x03{text}").as_bytes(), &mut 0, &mut requests);
        }
        self.client.write_all(&requests).await.unwrap();
    }

    async fn poll(&mut self) -> Poll<Exit> {
        tokio::task::yield_now().await;
        let mut cx = Context::from_waker(Waker::noop());
        self.relay.poll(&mut cx, &self.buffer)
    }

    /// Connects to the server that the session wants; the server's end.
    async fn connects(&mut self) -> (usize, Stream) {
        let exit = self.poll().await;
        let Poll::Ready(Exit::Connect(member)) = exit else {
            panic!("{exit:?}");
        };
        let (inner, outer) = pair();
        let seat = seat_at(&self.servers[member]);
        let backend = Backend::new(Link::new(inner), seat);
        self.relay.connected(member, backend);
        (member, outer)
    }

    async fn pends(&mut self) {
        for _ in 0..3 {
            let exit = self.poll().await;
            assert!(exit.is_pending(), "{exit:?}");
        }
    }

    /// The server gets a request of this text next, and replies OK.
    async fn is_served(&mut self, server: &mut Stream, text: &str) {
        self.pends().await;
        assert_eq!(asked(server).await, text);
        server.write_all(OK).await.unwrap();
        self.pends().await;
    }

    /// How many statements each server got, as is to be seen of the session.
    fn counts(&self) -> Vec<(String, u64)> {
        counts(&self.relay.record)
    }

    /// All that the client has got.
    async fn got(&mut self) -> Vec<u8> {
        let mut got = vec![0; 4096];
        let read = self.client.read(&mut got);
        let read = tokio::time::timeout(Duration::from_millis(50), read).await;
        got.truncate(read.map_or(0, Result::unwrap));
        got
    }
}

/// Puts a filter of that module before a session.
fn put_before(record: &SessionRecord, module: &str, given: &[(&str, &str)]) {
    let filter = crate::filters::trial::create(module, given).unwrap();
    let filters = [(Arc::from(module), filter)].into();
    let chain = record.chains().borrow().open(&filters, &record.facts());
    record.offer_chain(chain.map_err(|(.., error)| error).unwrap(), Apply::Idle);
}

fn counts(record: &SessionRecord) -> Vec<(String, u64)> {
    let view = record.view(Instant::now(), SystemTime::now());
    let connections = view.connections.iter();
    connections
        .map(|connection| (connection.server.to_string(), connection.statements))
        .collect()
}

/// Makes one the primary and the other one its replica.
fn roles(servers: &[Arc<Server>], primary: usize) {
    for (index, server) in servers.iter().enumerate() {
        let role = if index == primary {
            ServerStates::PRIMARY
        } else {
            ServerStates::REPLICA
        };
        server.set_monitored(ServerStates::RUNNING | role);
    }
}

/// The text of the request that a server gets next.
async fn asked(server: &mut Stream) -> String {
    let mut seen = vec![0; 4096];
    let read = server.read(&mut seen).await.unwrap();
    seen.truncate(read);
    String::from_utf8_lossy(seen.get(5..).unwrap_or_default()).into_owned()
}

#[tokio::test]
async fn what_a_client_has_sent_ahead_outlives_a_server_that_is_lost_meanwhile() {
    let mut split = Split::new();
    split.sends(&["SELECT 1"]).await;
    let (_, mut replica) = split.connects().await;
    split.is_served(&mut replica, "SELECT 1").await;
    assert_eq!(split.got().await, OK);

    drop(replica);
    split.sends(&["SELECT 2", "SELECT 3"]).await;
    let (_, mut primary) = split.connects().await;
    for text in ["SELECT 2", "SELECT 3"] {
        split.is_served(&mut primary, text).await;
        assert_eq!(split.got().await, OK);
    }
}

#[tokio::test]
async fn a_server_s_goodbye_behind_a_reply_is_kept_from_the_client_by_filters_too() {
    let mut split = Split::new();
    split.filter("maxrows", &[]);
    split.sends(&["SELECT 1"]).await;
    let (_, mut replica) = split.connects().await;
    split.pends().await;
    replica.write_all(&[OK, SHUTDOWN].concat()).await.unwrap();
    split.pends().await;
    assert_eq!(split.got().await, OK);
    split.sends(&["SELECT 2"]).await;
    let (_, mut other) = split.connects().await;
    split.pends().await;
    assert_eq!(asked(&mut other).await, "SELECT 2");
}

#[tokio::test]
async fn a_reply_that_begins_anew_elsewhere_is_whole_behind_a_filter_that_held_the_first_part() {
    let mut result = Vec::new();
    let mut sequence = 1;
    let column = b"\x03def\0\0\0\x011\0\x0c\x3f\0\x01\0\0\0\x03\x81\0\0\0\0";
    let end = b"\xfe\0\0\x02\0";
    for packet in [b"\x01", column.as_slice(), end, b"\x011", b"\x012", end] {
        frame(packet, &mut sequence, &mut result);
    }
    let mut split = Split::new();
    split.filter("maxrows", &[]);
    split.sends(&["SELECT 1"]).await;
    let (_, mut replica) = split.connects().await;
    split.pends().await;
    let part = &result[..result.len() - 12];
    replica.write_all(part).await.unwrap();
    split.pends().await;
    drop(replica);
    let (_, mut primary) = split.connects().await;
    split.pends().await;
    assert_eq!(asked(&mut primary).await, "SELECT 1");
    primary.write_all(&result).await.unwrap();
    split.pends().await;
    assert_eq!(split.got().await, result);
}

#[tokio::test]
async fn a_write_that_waits_for_its_server_goes_to_the_one_that_becomes_primary_meanwhile() {
    let mut split = Split::new();
    split.sends(&["INSERT INTO t VALUES (1)"]).await;
    let (first, _) = split.connects().await;
    assert_eq!(first, 0);
    roles(&split.servers, 1);
    split.relay.check_servers().unwrap();
    let (second, mut primary) = split.connects().await;
    assert_eq!(second, 1);
    split.pends().await;
    assert_eq!(asked(&mut primary).await, "INSERT INTO t VALUES (1)");
}

#[tokio::test]
async fn statements_are_counted_on_the_connections_that_they_go_to() {
    let mut split = Split::new();
    split.sends(&["SELECT 1"]).await;
    let (_, mut replica) = split.connects().await;
    split.is_served(&mut replica, "SELECT 1").await;
    assert_eq!(split.counts(), [("replica".to_owned(), 1)]);

    split.sends(&["SET @a = 1"]).await;
    split.is_served(&mut replica, "SET @a = 1").await;
    assert_eq!(split.counts(), [("replica".to_owned(), 2)]);

    // The command that a new connection is told was not sent there by the client.
    split.sends(&["INSERT INTO t VALUES (1)"]).await;
    let (_, mut primary) = split.connects().await;
    for text in ["SET @a = 1", "INSERT INTO t VALUES (1)"] {
        split.is_served(&mut primary, text).await;
    }
    let both = |primary, replica| {
        [
            ("primary".to_owned(), primary),
            ("replica".to_owned(), replica),
        ]
    };
    assert_eq!(split.counts(), both(1, 2));

    // A session command goes to all.
    split.sends(&["SET @b = 1"]).await;
    split.pends().await;
    for server in [&mut primary, &mut replica] {
        assert_eq!(asked(server).await, "SET @b = 1");
        server.write_all(OK).await.unwrap();
    }
    split.pends().await;
    assert_eq!(split.counts(), both(2, 3));
}

/// How many statements a session with one server counts there when its client sends this.
async fn counted(filter: Option<&str>, requests: &[&[u8]]) -> u64 {
    let (mut client, client_inner) = pair();
    let (mut server, server_inner) = pair();
    let record = Rc::new(record());
    if let Some(module) = filter {
        put_before(&record, module, &[]);
    }
    let mut relay = Relay::new(
        Link::new(client_inner),
        Backend::new(Link::new(server_inner), seat("server")),
        Flow::new(CAPABILITIES),
        Rc::clone(&record),
        None,
    );
    relay.show_connections();
    let buffer = scratch();
    for payload in requests {
        let mut request = Vec::new();
        frame(payload, &mut 0, &mut request);
        client.write_all(&request).await.unwrap();
        for _ in 0..3 {
            tokio::task::yield_now().await;
            let mut cx = Context::from_waker(Waker::noop());
            let _ = relay.poll(&mut cx, &buffer);
        }
        server.write_all(OK).await.unwrap();
    }
    let counts = counts(&record);
    assert_eq!(counts.len(), 1);
    counts[0].1
}

#[tokio::test]
async fn of_one_server_the_statements_are_counted_and_nothing_else() {
    let requests: [&[u8]; 4] = [b"\x03SELECT 1", b"\x0e", b"\x03DO 2", b"\x03KILL 1"];
    for filter in [None, Some("maxrows")] {
        assert_eq!(counted(filter, &requests).await, 2, "{filter:?}");
    }
}
