//! Requests to the REST API that were changed at random: never a crash, never a 500, and what is refused
//! has changed nothing. Every write of the gateway's OpenAPI document is attacked; one that is new is
//! missed here.
//!
//! `API_MUTATIONS_SEED` chooses other mutations, `API_MUTATIONS_ROUNDS` more of them.

mod changes;
mod requests;
mod stage;

use std::collections::{BTreeMap, BTreeSet};

use hyper::body::Bytes;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use sluicegate_tests::api::Answer;

use requests::Good;
use stage::Stage;

/// Mutations of one operation that has a body, and of one that has none.
const ROUNDS: [u64; 2] = [24, 6];

/// Operations that succeed elsewhere: nothing here has certificates, or is a command that writes.
const IMPOSSIBLE: [&str; 2] = [
    "POST /maxscale/tls/reload",
    "POST /maxscale/modules/{id}/{command}",
];

/// A write of the gateway's own document.
struct Operation {
    /// `PATCH /filters/{id}`.
    name: String,
    method: String,
    takes_body: bool,
    statuses: BTreeSet<String>,
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut writes = Vec::new();
    let paths = document["paths"].as_object().expect("paths").iter();
    // Statements change nothing that is configured.
    for (path, methods) in paths.filter(|(path, _)| !path.starts_with("/sql")) {
        for (method, told) in methods.as_object().expect("methods") {
            if method == "get" {
                continue;
            }
            let method = method.to_uppercase();
            let statuses = told["responses"].as_object().expect("responses").keys();
            writes.push(Operation {
                name: format!("{method} {path}"),
                takes_body: told.get("requestBody").is_some(),
                statuses: statuses.cloned().collect(),
                method,
            });
        }
    }
    writes
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The same for every run of one seed, whatever other operations there are.
fn random(seed: u64, operation: &str) -> StdRng {
    let name = operation.bytes().fold(seed, |sum, byte| {
        sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
    });
    StdRng::seed_from_u64(name)
}

#[tokio::test]
async fn whatever_is_sent_to_the_api_is_done_whole_or_refused() {
    let seed = number("API_MUTATIONS_SEED").unwrap_or(1);
    eprintln!("API_MUTATIONS_SEED={seed}");
    let mut stage = Stage::start().await;
    let document = stage.api().document("/v1/openapi.json").await;
    let mut sent = BTreeMap::new();
    for operation in operations(&document) {
        let mut random = random(seed, &operation.name);
        let usual = ROUNDS[usize::from(!operation.takes_body)];
        let rounds = number("API_MUTATIONS_ROUNDS").unwrap_or(usual);
        for round in 0..rounds {
            let good = stage.good(&operation.name);
            // The first one is right, and says so.
            let request = match round {
                0 => good,
                _ => changes::mutated(&mut random, good, operation.takes_body),
            };
            let status = attack(&mut stage, &operation, &request, round).await;
            let is_right = status < 300 || IMPOSSIBLE.contains(&operation.name.as_str());
            assert!(
                round > 0 || is_right,
                "{} is answered {status}",
                operation.name
            );
            *sent.entry(status).or_insert(0) += 1;
        }
    }
    eprintln!("{sent:?}");
    // Neither may be a matter of luck: mutations that are all refused, or all accepted, test little.
    assert!(sent[&204] > 20 && sent[&400] > 100, "{sent:?}");
    let renewed = stage.assert_sound().await;
    eprintln!("made anew {renewed} times");
}

/// Sends one request; answers the status.
async fn attack(stage: &mut Stage, operation: &Operation, request: &Good, round: u64) -> u16 {
    let before = stage.picture().await;
    let body = Bytes::from(request.body.clone());
    let answer = stage
        .api()
        .write(&operation.method, &request.path, body)
        .await;
    let told = format!(
        "{} (round {round}): {} {}\n{}\nanswered {} {}",
        operation.name,
        operation.method,
        request.path,
        String::from_utf8_lossy(&request.body),
        answer.status,
        answer.text
    );
    let status = answer.status.to_string();
    let is_told = operation.statuses.contains(&status);
    assert!(is_told, "the document does not tell of this: {told}");
    assert!(answer.status < 500, "{told}");
    if answer.status < 300 {
        stage.accepted(&before, &told).await;
    } else {
        is_refused(&answer, &told);
        let after = stage.picture().await;
        assert_eq!(
            before, after,
            "it was refused and has changed something: {told}"
        );
    }
    answer.status
}

fn is_refused(answer: &Answer, told: &str) {
    let detail = answer.json()["errors"][0]["detail"].clone();
    let has_reason = detail.as_str().is_some_and(|detail| !detail.is_empty());
    assert!(has_reason, "no reason is given: {told}");
}

#[test]
fn a_seed_chooses_the_same_mutations_again() {
    let again = || random(7, "PATCH /filters/{id}").random::<u64>();
    assert_eq!(again(), again());
    assert_ne!(again(), random(8, "PATCH /filters/{id}").random::<u64>());
}
