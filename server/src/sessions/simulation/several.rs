//! Sessions with several servers: connections are opened, lost and differ at any moment. No reply
//! is lost, doubled or mixed up, and session commands reach every connection in their order.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::AsyncWriteExt;
use tokio::task::yield_now;

use super::{CAPABILITIES, pair, record, run_seeds, seat_at, server_named};
use crate::config::{HistoryParameters, SplitParameters};
use crate::net::{PacketStream, Stream};
use crate::routers::ReadWriteSplit;
use crate::servers::{Server, ServerStates};
use crate::services::ServiceConnections;
use crate::sessions::ClosedBy;
use crate::sessions::backends::Backend;
use crate::sessions::flow::Flow;
use crate::sessions::link::Link;
use crate::sessions::relay::{Exit, Relay, scratch};
use crate::sessions::routed::Routed;
use crate::sql::ClassificationCache;
use crate::wire::command::Command;
use crate::wire::packet::frame;
use crate::wire::reply::{ErrPacket, OkPacket};
use crate::wire::status::StatusFlags;

const MESSAGE_MAX: usize = 1 << 20;

/// What the servers of one run have in common.
struct World {
    random: RefCell<StdRng>,
    servers: Vec<Arc<Server>>,
    /// Connections to replicas that still are to be lost.
    losses: RefCell<u32>,
    /// Answers that still are to differ.
    differences: RefCell<u32>,
}

impl World {
    fn new(seed: u64) -> Rc<Self> {
        let servers: Vec<_> = ["primary", "replica1", "replica2"]
            .map(server_named)
            .into_iter()
            .collect();
        for (index, server) in servers.iter().enumerate() {
            let role = if index == 0 {
                ServerStates::PRIMARY
            } else {
                ServerStates::REPLICA
            };
            server.set_monitored(ServerStates::RUNNING | role);
        }
        let mut random = StdRng::seed_from_u64(seed);
        Rc::new(Self {
            losses: RefCell::new(random.random_range(0..8)),
            differences: RefCell::new(random.random_range(0..3)),
            random: RefCell::new(random),
            servers,
        })
    }

    fn below(&self, limit: u32) -> u32 {
        self.random.borrow_mut().random_range(0..limit)
    }

    /// Whether something that is to happen a few times happens now.
    fn happens(&self, left: &RefCell<u32>, seldom: u32) -> bool {
        let now = *left.borrow() > 0 && self.below(seldom) == 0;
        *left.borrow_mut() -= u32::from(now);
        now
    }

    async fn pause(&self) {
        for _ in 0..self.below(6) {
            yield_now().await;
        }
    }
}

/// One connection's end at a server: it knows what was set on it, and what was prepared.
async fn serve(world: Rc<World>, member: usize, stream: Stream) {
    let mut stream = PacketStream::new(stream);
    let mut variable = 0;
    let mut statements: HashMap<u32, u64> = HashMap::new();
    // Ids differ between connections.
    let mut next = world.below(1000);
    loop {
        stream.restart_sequence();
        let Ok(request) = stream.read(MESSAGE_MAX).await else {
            return;
        };
        world.pause().await;
        let text = String::from_utf8_lossy(&request[1..]).into_owned();
        let number = || text.rsplit(' ').next().unwrap().parse::<u64>().unwrap();
        let mut error = None;
        let mut affected_rows = 0;
        match Command::from_byte(request[0]).unwrap() {
            Command::Query if text.starts_with("SET") => {
                affected_rows = number();
                let differs = member > 0 && world.happens(&world.differences, 10);
                if affected_rows.is_multiple_of(7) || differs {
                    error = Some(affected_rows);
                } else if text.contains('+') {
                    variable += affected_rows;
                } else {
                    variable = affected_rows;
                }
            }
            Command::Query => affected_rows = number(),
            Command::StmtPrepare => {
                next += 1;
                statements.insert(next, number());
            }
            Command::StmtExecute => {
                let id = u32::from_le_bytes(request[1..5].try_into().unwrap());
                affected_rows = statements[&id];
            }
            other => panic!("{other:?}"),
        }
        let mut payload = Vec::new();
        if let Some(number) = error {
            ErrPacket::new(1064, b"42000", number.to_string()).encode(CAPABILITIES, &mut payload);
        } else if request[0] == Command::StmtPrepare as u8 {
            payload.push(0);
            payload.extend_from_slice(&next.to_le_bytes());
            payload.extend_from_slice(&[0; 7]);
        } else {
            let ok = OkPacket {
                affected_rows,
                last_insert_id: variable,
                status: StatusFlags::AUTOCOMMIT,
                ..OkPacket::default()
            };
            ok.encode(CAPABILITIES, &mut payload);
        }
        if !answer(&world, member, &mut stream, &payload).await {
            return;
        }
    }
}

/// Sends a reply, or a part of it and no more. Returns whether it is all there.
async fn answer(world: &World, member: usize, stream: &mut PacketStream, payload: &[u8]) -> bool {
    let mut framed = Vec::new();
    frame(payload, &mut 1, &mut framed);
    let is_lost = member > 0 && world.happens(&world.losses, 12);
    let len = if is_lost {
        world.below(framed.len() as u32) as usize
    } else {
        framed.len()
    };
    let (first, second) = framed[..len].split_at(world.below(len as u32 + 1) as usize);
    for part in [first, second] {
        if stream.write_raw(part).await.is_err() {
            return false;
        }
        world.pause().await;
    }
    !is_lost
}

async fn relay(world: Rc<World>, mut relay: Relay) -> ClosedBy {
    let buffer = scratch();
    loop {
        match std::future::poll_fn(|cx| relay.poll(cx, &buffer)).await {
            Exit::Close(reason) => return reason.by,
            Exit::Own(_) | Exit::Restart => return ClosedBy::Quit,
            Exit::CheckServers => relay.check_servers().unwrap(),
            Exit::Connect(member) => {
                world.pause().await;
                // The primary can always be reached.
                if member > 0 && world.below(10) == 0 {
                    relay.not_connected(member).unwrap();
                    continue;
                }
                let (inner, outer) = pair();
                tokio::task::spawn_local(serve(Rc::clone(&world), member, outer));
                let seat = seat_at(&world.servers[member]);
                relay.connected(member, Backend::new(Link::new(inner), seat));
            }
        }
    }
}

/// What the client says, and what it has to hear.
async fn client(world: &World, stream: &mut Stream, statements: u64, adds: bool) {
    let mut variable = 0;
    let mut prepared: Vec<(u32, u64)> = Vec::new();
    for number in 1..=statements {
        let text = |verb: &str| format!("\x03{verb} {number}").into_bytes();
        let chosen = prepared.get(world.below(4) as usize).copied();
        let kind = world.below(6 + u32::from(adds));
        let (payload, expected) = match (kind, chosen) {
            (0, _) => (text("INSERT INTO t VALUES"), number),
            (1, _) => (text("SET @a ="), number),
            // The numbers come again, so that commands are equal.
            (6, _) => {
                let number = number % 5 + 1;
                let text = format!("\x03SET @a = @a + {number}");
                (text.into_bytes(), number)
            }
            (2, _) => {
                let mut payload = text("SELECT");
                payload[0] = Command::StmtPrepare as u8;
                (payload, number)
            }
            (3, Some((id, of))) => {
                let mut payload = vec![Command::StmtExecute as u8];
                payload.extend_from_slice(&id.to_le_bytes());
                payload.extend_from_slice(&[0, 1, 0, 0, 0]);
                (payload, of)
            }
            _ => (text("SELECT"), number),
        };
        let mut framed = Vec::new();
        frame(&payload, &mut 0, &mut framed);
        stream.write_all(&framed).await.unwrap();
        let mut packets = PacketStream::resume(&mut *stream, 1);
        let reply = packets.read(MESSAGE_MAX).await.unwrap();
        if kind == 2 {
            assert_eq!(reply[0], 0, "{reply:?}");
            let id = u32::from_le_bytes(reply[1..5].try_into().unwrap());
            prepared.push((id, number));
            continue;
        }
        // One that fails where it should not fails for the session, if the client has its answer.
        if kind == 1 && number.is_multiple_of(7) || matches!(kind, 1 | 6) && reply[0] != 0 {
            let error = ErrPacket::decode(&reply).unwrap();
            assert_eq!(error.message, expected.to_string().as_bytes());
            continue;
        }
        let ok = OkPacket::decode(&reply, CAPABILITIES);
        let ok = ok.unwrap_or_else(|_| panic!("{:?}", ErrPacket::decode(&reply)));
        if kind == 1 {
            variable = number;
        } else if kind == 6 {
            variable += expected;
        }
        assert_eq!((ok.affected_rows, ok.last_insert_id), (expected, variable));
        world.pause().await;
    }
}

async fn simulate(seed: u64) {
    let world = World::new(seed);
    let (mut client_end, client_inner) = pair();
    let history = HistoryParameters {
        enabled: true,
        len_max: u64::from(world.below(3)) * 3,
        prune: true,
    };
    let mut routed = Routed::new(
        ReadWriteSplit::new(&SplitParameters::default()).session(),
        world.servers.clone(),
        ServiceConnections::new(world.servers.len()),
        history,
        Rc::new(RefCell::new(ClassificationCache::new(1 << 16))),
    );
    routed.begin(&[], Instant::now()).unwrap();
    let session = Relay::new(
        Link::new(client_inner),
        Backend::none(),
        Flow::new(CAPABILITIES),
        Rc::new(record()),
        Some(Box::new(routed)),
    );
    let session = tokio::task::spawn_local(relay(Rc::clone(&world), session));
    let statements = u64::from(world.below(60)) + 1;
    // A counter can't be had from a history of which a part is gone.
    let adds = history.len_max == 0;
    client(&world, &mut client_end, statements, adds).await;
    drop(client_end);
    let by = session.await.unwrap();
    assert!(matches!(by, ClosedBy::Client(_)), "{by:?}");
    let left: Vec<_> = world.servers.iter().map(|one| one.load().busy()).collect();
    assert_eq!(left, [0, 0, 0], "statements under way");
}

#[test]
fn no_reply_is_lost_and_what_a_session_sets_holds_on_every_connection() {
    run_seeds(simulate);
}

/// Answers every request, and notes it; of the requests that it may not answer it closes.
async fn note(notes: Rc<RefCell<Vec<String>>>, name: String, stream: Stream, answers: usize) {
    let mut stream = PacketStream::new(stream);
    for number in 0.. {
        stream.restart_sequence();
        let Ok(request) = stream.read(MESSAGE_MAX).await else {
            return;
        };
        if request.first() == Some(&(Command::Quit as u8)) {
            return;
        }
        let text = String::from_utf8_lossy(&request[1..]).into_owned();
        notes.borrow_mut().push(format!("{name} {text}"));
        if number >= answers {
            // The others have done it by then.
            for _ in 0..20 {
                yield_now().await;
            }
            return;
        }
        let mut payload = Vec::new();
        let ok = OkPacket {
            status: StatusFlags::AUTOCOMMIT,
            ..OkPacket::default()
        };
        ok.encode(CAPABILITIES, &mut payload);
        stream.write(&payload).await.unwrap();
    }
}

async fn lose_the_answer_to(sql: &'static str) -> String {
    let world = World::new(0);
    let (mut client_end, client_inner) = pair();
    let mut routed = Routed::new(
        ReadWriteSplit::new(&SplitParameters::default()).session(),
        world.servers.clone(),
        ServiceConnections::new(world.servers.len()),
        HistoryParameters {
            enabled: true,
            len_max: 50,
            prune: true,
        },
        Rc::new(RefCell::new(ClassificationCache::new(1 << 16))),
    );
    routed.begin(&[], Instant::now()).unwrap();
    let mut relay = Relay::new(
        Link::new(client_inner),
        Backend::none(),
        Flow::new(CAPABILITIES),
        Rc::new(record()),
        Some(Box::new(routed)),
    );
    let notes = Rc::new(RefCell::new(Vec::new()));
    let open = Rc::clone(&notes);
    let mut connections = 0;
    let mut connected = move |relay: &mut Relay, member: usize, answers| {
        let (inner, outer) = pair();
        connections += 1;
        let name = format!("{member}/{connections}");
        tokio::task::spawn_local(note(Rc::clone(&open), name, outer, answers));
        let seat = seat_at(&world.servers[member]);
        relay.connected(member, Backend::new(Link::new(inner), seat));
    };
    connected(&mut relay, 0, 0);
    connected(&mut relay, 1, 9);
    let session = tokio::task::spawn_local(async move {
        let buffer = scratch();
        loop {
            match std::future::poll_fn(|cx| relay.poll(cx, &buffer)).await {
                Exit::Connect(0) => relay.not_connected(0).unwrap(),
                Exit::Connect(member) => connected(&mut relay, member, 9),
                Exit::CheckServers => relay.check_servers().unwrap(),
                Exit::Close(_) | Exit::Own(_) | Exit::Restart => return,
            }
        }
    });
    let mut framed = Vec::new();
    frame(format!("\x03{sql}").as_bytes(), &mut 0, &mut framed);
    client_end.write_all(&framed).await.unwrap();
    let mut packets = PacketStream::resume(&mut client_end, 1);
    let reply = packets.read(MESSAGE_MAX).await.unwrap();
    assert_eq!(reply[0], 0, "{reply:?}");
    drop(client_end);
    session.await.unwrap();
    let mut notes = notes.take();
    notes.sort();
    notes.join(", ")
}

#[tokio::test(flavor = "local")]
async fn a_session_command_that_is_sent_again_runs_once_on_each_connection() {
    let notes = lose_the_answer_to("SET @n = @n + 1").await;
    assert!(
        notes.starts_with("0/1 SET @n = @n + 1, 1/2 SET @n = @n + 1, "),
        "{notes}"
    );
    let (_, again) = notes.rsplit_once(", ").unwrap();
    assert!(!again.starts_with("1/2"), "{notes}");
    // What sets something does so as well the second time.
    let notes = lose_the_answer_to("SET @n = 1").await;
    assert_eq!(notes, "0/1 SET @n = 1, 1/2 SET @n = 1, 1/2 SET @n = 1");
}
