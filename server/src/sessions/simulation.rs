//! Seeded simulation of sessions: statements, replies, changes of chains, kills and failures in all
//! interleavings that the seed gives, against the invariants of DESIGN, *Live chain replacement*.
//!
//! `SEED=n cargo test -p sluicegate-server --lib simulation` runs one seed again.

mod ledger;
mod peers;
mod several;

use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::net::UnixStream;
use tokio::task::yield_now;

use self::ledger::{Ledger, Watcher};
use self::peers::{Ending, client, server};
use super::backends::{Backend, Seat};
use super::chains::Apply;
use super::flow::Flow;
use super::link::Link;
use super::log_switches::LogSwitches;
use super::record::{Identity, SessionRecord};
use super::relay::{Exit, Relay, scratch};
use super::{ClosedBy, During};
use crate::config::ServerParameters;
use crate::filters::Filter;
use crate::net::{Socket, Stream};
use crate::servers::Server;
use crate::wire::capabilities::Capabilities;
use crate::wire::status::StatusFlags;

const SEEDS: u64 = 150;
pub(super) const CAPABILITIES: Capabilities = Capabilities::PROTOCOL_41;

/// What a simulated session does.
#[derive(Debug, Clone, Copy)]
struct Plan {
    statements: u32,
    changes: u32,
    ending: Ending,
}

pub(super) fn record() -> SessionRecord {
    let identity = Identity {
        id: 1,
        remote: "127.0.0.1".to_owned(),
        port: 1,
        service: Arc::from("service"),
        listener: Arc::from("listener"),
        thread: 0,
        connected: SystemTime::now(),
        connected_at: Instant::now(),
        cipher: String::new(),
        idle_limit: None,
        log: LogSwitches::default(),
        retain_statements: 0,
        trace_lines: 0,
        write_limit: None,
        keep_alive: None,
        keep_alive_always: false,
    };
    SessionRecord::new(identity, Rc::default())
}

/// A place at a server that nobody else uses.
pub(super) fn seat(name: &str) -> Seat {
    seat_at(&server_named(name))
}

pub(super) fn server_named(name: &str) -> Arc<Server> {
    let parameters = ServerParameters {
        address: "127.0.0.1".to_owned(),
        port: 3306,
        ..ServerParameters::default()
    };
    Server::new(name, parameters)
}

pub(super) fn seat_at(server: &Arc<Server>) -> Seat {
    Seat {
        permit: server.open_connection().unwrap(),
        connection_id: 1,
        agreed: CAPABILITIES,
        scramble: [0; 20],
        status: StatusFlags::AUTOCOMMIT,
        cipher: String::new(),
        version: Arc::from("11.4.2-MariaDB"),
        reached: server.parameters(),
        statements: Rc::default(),
    }
}

pub(super) fn pair() -> (Stream, Stream) {
    let (left, right) = UnixStream::pair().unwrap();
    let stream = |socket| Stream::Plain(Socket::Unix(socket));
    (stream(left), stream(right))
}

/// Offers new chains at any moment; returns the names of the last one.
async fn change_chains(
    record: Rc<SessionRecord>,
    ledger: Arc<Mutex<Ledger>>,
    changes: u32,
    mut random: StdRng,
) -> Vec<String> {
    let mut last = Vec::new();
    for generation in 1..=changes {
        for _ in 0..random.random_range(0..40) {
            yield_now().await;
        }
        let stages = random.random_range(0..4);
        let filters: Vec<(Arc<str>, Arc<dyn Filter>)> = (0..stages)
            .map(|stage| {
                let watcher = Watcher::filter(&ledger, generation, stages, random.random());
                (Arc::from(format!("{generation}.{stage}")), watcher)
            })
            .collect();
        last = filters.iter().map(|(name, _)| name.to_string()).collect();
        let chain = record
            .chains()
            .borrow()
            .open(&filters.into(), &record.facts());
        record.offer_chain(chain.map_err(|(.., error)| error).unwrap(), Apply::Idle);
        assert_eq!(
            record.chains().borrow().view().generation,
            u64::from(generation)
        );
    }
    last
}

async fn relay(mut relay: Relay) -> (ClosedBy, During) {
    let buffer = scratch();
    loop {
        match std::future::poll_fn(|cx| relay.poll(cx, &buffer)).await {
            Exit::Close(reason) => return (reason.by, reason.during),
            Exit::Own(_) | Exit::Restart => return (ClosedBy::Quit, relay.flow.during()),
            Exit::CheckServers => {}
            Exit::Connect(_) => unreachable!("there is one server, and it is connected"),
        }
    }
}

async fn simulate(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let plan = Plan {
        statements: random.random_range(1..40),
        changes: random.random_range(0..60),
        ending: Ending::from_number(random.random_range(0..4)),
    };
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let (mut client_end, client_inner) = pair();
    let (server_inner, server_end) = pair();
    let record = Rc::new(record());
    let session = Relay::new(
        Link::new(client_inner),
        Backend::new(Link::new(server_inner), seat("server")),
        Flow::new(CAPABILITIES),
        Rc::clone(&record),
        None,
    );
    let next = |random: &mut StdRng| StdRng::seed_from_u64(random.random());
    let dies_after = (plan.ending == Ending::ServerDies).then_some(plan.statements / 2);
    let server = tokio::task::spawn_local(server(server_end, dies_after, next(&mut random)));
    let changes = tokio::task::spawn_local(change_chains(
        Rc::clone(&record),
        Arc::clone(&ledger),
        plan.changes,
        next(&mut random),
    ));
    let session = tokio::task::spawn_local(relay(session));
    let killed = Rc::clone(&record);
    let kill_after = (plan.ending == Ending::Killed).then_some(plan.statements / 2);
    let kill = move || killed.close(ClosedBy::Admin);
    let random = next(&mut random);
    let answered = client(&mut client_end, plan.statements, kill_after, random, kill).await;
    let last = changes.await.unwrap();
    if plan.ending == Ending::Quits {
        assert_eq!(answered, plan.statements, "every statement has its reply");
        // The session is idle: the last change that was accepted acts.
        while record.chains().borrow().is_pending() {
            yield_now().await;
        }
        let view = record.chains().borrow().view();
        let active: Vec<_> = view.active.iter().map(ToString::to_string).collect();
        assert_eq!(active, last);
    }
    record.close(ClosedBy::Shutdown);
    session.await.unwrap();
    ledger.lock().unwrap().session_ends();
    record.close_chains();
    server.abort();
    ledger.lock().unwrap().check();
}

/// Runs seeds, or the one that `SEED` names.
fn run_seeds<F: Future<Output = ()>>(simulate: impl Fn(u64) -> F) {
    let one = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds = one.map_or(0..SEEDS, |seed| seed..seed + 1);
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build_local(tokio::runtime::LocalOptions::default())
            .unwrap();
        let within = std::time::Duration::from_mins(1);
        let run = async { tokio::time::timeout(within, simulate(seed)).await };
        let result =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(run)));
        assert!(matches!(result, Ok(Ok(()))), "failed with SEED={seed}");
    }
}

#[test]
fn every_statement_passes_exactly_one_chain_and_every_filter_is_closed_once() {
    run_seeds(simulate);
}
