//! Clients under a checksum load while the chains of their sessions are replaced all the time.
//!
//! `STORM_SECONDS` says for how long (10), `STORM_RATE` how many changes a second there have to be
//! (none); `make storm` has a minute of 1,000 before a release build.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::measure;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::scratch;
use tokio::task::JoinSet;

use crate::fixture::{World, world};

const CLIENTS: u64 = 64;
const EDITORS: u64 = 16;
const CHAINS: &[&[&str]] = &[
    &[],
    &["First"],
    &["Rows"],
    &["First", "Rows", "Second"],
    &["Log"],
    &["Third", "Log", "Rows"],
    &["Second", "First"],
];

/// A client that checks every row of every result until it is told to stop. It is given back, so that
/// its session lives as long as an editor may still be changing it.
async fn load(mut client: RawClient, number: u64, stop: Arc<AtomicBool>) -> (u64, RawClient) {
    let mut round = 0;
    while !stop.load(Ordering::Relaxed) {
        let rows = 1 + (round * 7 + number) % 200;
        let sql = format!(
            "SELECT CONCAT('{number}-{round}-', COUNT(*), '-', SUM(CRC32(CONCAT(seq, '{number}')))) \
             FROM seq_1_to_{rows}"
        );
        let sum: u64 = (1..=rows)
            .map(|row| u64::from(crc32(&format!("{row}{number}"))))
            .sum();
        let value = client.value(&sql).await.expect("a value");
        assert_eq!(value, format!("{number}-{round}-{rows}-{sum}"));
        round += 1;
    }
    (round, client)
}

/// CRC-32 as the server has it.
fn crc32(text: &str) -> u32 {
    let step = |crc: u32, byte: u8| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    };
    !text.bytes().fold(!0, step)
}

/// Replaces the chains of the sessions in turn until it is told to stop.
async fn edit(
    api: Api,
    ids: Arc<Vec<u32>>,
    first: usize,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
) {
    let mut api = api.keep().await;
    let mut turn = first;
    while !stop.load(Ordering::Relaxed) {
        let path = format!(
            "/v1/sessions/{}/relationships/filters",
            ids[turn % ids.len()]
        );
        let chain = CHAINS[(turn / 3) % CHAINS.len()];
        let items: Vec<_> = chain
            .iter()
            .map(|id| json!({"id": id, "type": "filters"}))
            .collect();
        let answer = api.patch(&path, &json!({"data": items})).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        done.fetch_add(1, Ordering::Relaxed);
        turn += 5;
    }
}

/// A gateway of its own: the memory of the shared one is that of all tests.
async fn gateway(world: &World) -> Gateway {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    for (name, module) in [
        ("First", "nullfilter"),
        ("Second", "nullfilter"),
        ("Third", "topfilter"),
        ("Rows", "maxrows"),
        ("Log", "qlafilter"),
    ] {
        let filter = setup.cnf.section(name).set("type", "filter");
        filter.set("module", module);
    }
    let base = scratch::folder("storm").join("log").display().to_string();
    setup.cnf.section("maxscale").set("log_info", false);
    setup
        .cnf
        .section("Log")
        .set("filebase", &base)
        .set("log_type", "unified");
    setup.cnf.section("Third").set("filebase", &base);
    setup.start().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_is_lost_or_wrong_while_chains_are_replaced() {
    let world = world().await;
    let gateway = gateway(&world).await;
    let seconds = std::env::var("STORM_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok());
    let duration = Duration::from_secs(seconds.unwrap_or(10));
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        let client = RawClient::logged_in(gateway.port(), &world.login()).await;
        clients.push(client.expect("a login"));
    }
    let ids = Arc::new(
        clients
            .iter()
            .map(|client| client.connection_id)
            .collect::<Vec<_>>(),
    );
    let mut loads = JoinSet::new();
    for (client, number) in clients.into_iter().zip(0..) {
        loads.spawn(load(client, number, Arc::clone(&stop)));
    }
    let edits = Arc::new(AtomicU64::new(0));
    let mut editors = JoinSet::new();
    for editor in 0..EDITORS {
        let (stop, edits) = (Arc::clone(&stop), Arc::clone(&edits));
        editors.spawn(edit(
            gateway.api(),
            Arc::clone(&ids),
            editor as usize,
            stop,
            edits,
        ));
    }
    tokio::time::sleep(duration / 2).await;
    let halfway = measure::resident_kib(gateway.pid());
    tokio::time::sleep(duration / 2).await;
    let end = measure::resident_kib(gateway.pid());
    let began = Instant::now();
    stop.store(true, Ordering::Relaxed);
    editors.join_all().await;
    let loads = loads.join_all().await;
    let statements: u64 = loads.iter().map(|(rounds, _)| rounds).sum();
    let edits = edits.load(Ordering::Relaxed);
    println!("{statements} statements, {edits} changes in {duration:?}, {halfway} and {end} KiB");
    assert!(began.elapsed() < Duration::from_secs(30), "nothing hangs");
    assert!(statements > CLIENTS && edits > CLIENTS);
    let rate = std::env::var("STORM_RATE")
        .ok()
        .and_then(|text| text.parse().ok());
    let wanted = rate.unwrap_or(0) * duration.as_secs();
    assert!(edits >= wanted, "{edits} changes, {wanted} are wanted");
    assert!(
        end < halfway + 8 * 1024,
        "memory grows: {halfway} KiB, then {end} KiB"
    );
}
