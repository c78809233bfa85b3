//! SIGKILL at any instant: what was acknowledged is there after the next start, what was not is there
//! whole or not at all, and the audit says the same.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, within};

/// How often each of three gateways is killed.
const ROUNDS: u64 = 70;
/// Clients that write at the same time, each a filter of its own.
const WRITERS: usize = 4;

/// What a filter's writer knows of it.
#[derive(Debug, Clone, Default)]
struct Known {
    /// The number in its parameter; `None`: there is no such filter.
    state: Option<u64>,
    /// Changes that were made.
    changes: u64,
    /// What it becomes by a change of which nobody knows whether it was made.
    in_doubt: Option<Doubt>,
}

/// A change without an answer.
#[derive(Debug, Clone, PartialEq)]
struct Doubt {
    /// What the state is then.
    state: Option<u64>,
}

/// The next state: made, altered a few times, removed.
fn next(state: Option<u64>, at: u64) -> Option<u64> {
    match state {
        Some(_) if at.is_multiple_of(5) => None,
        _ => Some(at),
    }
}

fn document(name: &str, value: u64) -> Value {
    json!({"data": {"id": name, "type": "filters", "attributes": {
        "module": "comment", "parameters": {"inject": value.to_string()}}}})
}

/// Writes until the gateway is gone.
async fn write(api: Api, name: String, mut known: Known) -> Known {
    loop {
        let wanted = next(known.state, known.changes + 1);
        let path = format!("/v1/filters/{name}");
        let answer = match (known.state, wanted) {
            (None, Some(value)) => {
                api.attempt("POST", "/v1/filters", &document(&name, value))
                    .await
            }
            (_, None) => api.attempt("DELETE", &path, &Value::Null).await,
            (Some(_), Some(value)) => {
                let mut body = document(&name, value);
                body["data"]["attributes"]
                    .as_object_mut()
                    .expect("an object")
                    .remove("module");
                api.attempt("PATCH", &path, &body).await
            }
        };
        let Ok(answer) = answer else {
            known.in_doubt = Some(Doubt { state: wanted });
            return known;
        };
        assert_eq!(answer.status, 204, "{name} -> {wanted:?}: {}", answer.text);
        known.state = wanted;
        known.changes += 1;
    }
}

/// What a filter is now.
async fn state(api: &Api, name: &str) -> Option<u64> {
    let answer = api.get(&format!("/v1/filters/{name}")).await;
    if answer.status == 404 {
        return None;
    }
    number(&answer.json()["data"]["attributes"]["parameters"]["inject"])
}

fn number(text: &Value) -> Option<u64> {
    text.as_str().and_then(|text| text.parse().ok())
}

/// Compares what is there with what is known, and settles what was in doubt.
async fn settle(api: &Api, name: &str, known: &mut Known) {
    let found = state(api, name).await;
    let path = format!("/v1/audit?filter=/attributes/name=\"{name}\"").replace('"', "%22");
    let records = api.document(&path).await;
    let records = records["data"].as_array().expect("a list").clone();
    let last = records
        .last()
        .map(|record| record["attributes"]["after"].clone());
    let audited = last.and_then(|after| number(&after["parameters"]["inject"]));
    assert_eq!(
        audited, found,
        "{name}: the audit says something else than the filter: {known:?}"
    );
    let in_doubt = known.in_doubt.take();
    if records.len() as u64 == known.changes {
        assert_eq!(found, known.state, "{name}: what was acknowledged is lost");
    } else {
        assert_eq!(
            records.len() as u64,
            known.changes + 1,
            "{name}: changes nobody asked for"
        );
        assert_eq!(
            Some(Doubt { state: found }),
            in_doubt,
            "{name}: half a change"
        );
        *known = Known {
            state: found,
            changes: known.changes + 1,
            in_doubt: None,
        };
    }
}

async fn verified(setup: &Setup) {
    let mut command = tokio::process::Command::new(program());
    command
        .arg("--config")
        .arg(setup.write())
        .args(["audit", "verify"])
        .kill_on_drop(true);
    let output = within(PATIENCE, "the audit is verified", command.output()).await;
    let output = output.expect("the program can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

async fn killed_again_and_again(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let ports = (free_port(), free_port());
    let setup = Setup::in_folder(scratch::folder("killed"), &[free_port()], ports);
    let names: Vec<String> = (0..WRITERS)
        .map(|writer| format!("Filter{writer}"))
        .collect();
    let mut known = vec![Known::default(); WRITERS];
    for round in 0..ROUNDS {
        let mut gateway = setup.clone().start_unready();
        let api = gateway.answers().await;
        for (name, known) in names.iter().zip(&mut known) {
            settle(&api, name, known).await;
        }
        let writers: Vec<_> = names
            .iter()
            .zip(&known)
            .map(|(name, known)| tokio::spawn(write(api.clone(), name.clone(), known.clone())))
            .collect();
        tokio::time::sleep(Duration::from_millis(random.random_range(1..150))).await;
        gateway.kill().await;
        for (writer, known) in writers.into_iter().zip(&mut known) {
            *known = writer.await.expect("the writer ends with the gateway");
        }
        if round % 10 == 0 {
            verified(&setup).await;
        }
    }
    verified(&setup).await;
    let changes: u64 = known.iter().map(|known| known.changes).sum();
    assert!(
        changes > ROUNDS,
        "seed {seed}: hardly anything was written: {changes} changes in {ROUNDS} kills"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_change_is_lost_and_none_is_half_made_whenever_it_is_killed() {
    let seed: u64 = rand::rng().random_range(0..1_000_000);
    eprintln!("seeds from {seed}");
    tokio::join!(
        killed_again_and_again(seed),
        killed_again_and_again(seed + 1),
        killed_again_and_again(seed + 2),
    );
}
