//! What the gateway has been doing in the last hour: samples that the server keeps, so that a browser
//! that was opened just now sees the hour, too.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;

use super::live::Live;
use super::settings::Settings;
use crate::api::objects::objects;
use crate::api::request::ApiError;

const HOUR_MS: u64 = 3_600_000;

/// The gateway at one moment, and what it did since the moment before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// The server's time, ms since 1970.
    pub at_ms: u64,
    /// Sessions.
    pub sessions: f64,
    /// Statements a second.
    pub statements: f64,
    /// Errors a second.
    pub errors: f64,
    /// Half, 95 and 99 percent of the statements took at most so many ms; nothing without statements.
    pub latency_ms: [Option<f64>; 3],
    /// Bytes a second, read and written.
    pub bytes: [f64; 2],
    /// Memory of the process.
    pub resident: f64,
    /// How busy the workers were, in percent: the mean and the busiest.
    pub workers: [f64; 2],
}

impl Sample {
    fn of(value: &Value) -> Self {
        let number = |key: &str| value[key].as_f64().unwrap_or(0.0);
        let latency = |key: &str| value["latency_us"][key].as_f64().map(|us| us / 1000.0);
        let workers: Vec<f64> = value["workers"].as_array().map_or_else(Vec::new, |list| {
            list.iter().filter_map(Value::as_f64).collect()
        });
        let mean = workers.iter().sum::<f64>() / workers.len().max(1) as f64;
        Self {
            at_ms: value["at_ms"].as_u64().unwrap_or(0),
            sessions: number("sessions"),
            statements: number("statements_per_s"),
            errors: number("errors_per_s"),
            latency_ms: [latency("p50"), latency("p95"), latency("p99")],
            bytes: [number("read_bytes_per_s"), number("written_bytes_per_s")],
            resident: number("resident_bytes"),
            workers: [mean, workers.into_iter().fold(0.0, f64::max)],
        }
    }
}

/// The samples. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct Pulse {
    samples: RwSignal<Vec<Sample>>,
    failure: RwSignal<Option<ApiError>>,
    asking: StoredValue<bool>,
    live: Live,
}

impl Pulse {
    /// Follows the server until the owner of the caller goes.
    pub fn start() -> Self {
        let live: Live = expect_context();
        let settings: Settings = expect_context();
        let pulse = Self {
            samples: RwSignal::new(Vec::new()),
            failure: RwSignal::new(None),
            asking: StoredValue::new(false),
            live,
        };
        pulse.ask();
        Effect::new(move |seconds: Option<u32>| {
            live.clock().track_second();
            let seconds = seconds.map_or(0, |seconds| seconds + 1);
            if seconds < settings.update_s_untracked() {
                return seconds;
            }
            if !document().hidden() && !live.link().is_stale() {
                pulse.ask();
            }
            0
        });
        pulse
    }

    /// All samples, the oldest first.
    pub fn samples(self) -> Signal<Vec<Sample>> {
        self.samples.into()
    }

    /// Why there are none.
    pub fn failure(self) -> Option<ApiError> {
        self.failure.get()
    }

    /// Asks for what is newer than what is known.
    pub fn ask(self) {
        if self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        let last = self
            .samples
            .with_untracked(|samples| samples.last().map(|s| s.at_ms));
        let since = last.map_or_else(String::new, |last| format!("?since={last}"));
        spawn_local(async move {
            let answer = objects(&format!("maxscale/samples{since}")).await;
            // The page may be gone when the answer comes.
            if self
                .asking
                .try_update_value(|asking| *asking = false)
                .is_none()
            {
                return;
            }
            match answer {
                Ok(found) => {
                    let newer = found
                        .first()
                        .and_then(|o| o.at("/samples").as_array().cloned());
                    self.add(newer.unwrap_or_default().iter().map(Sample::of).collect());
                    self.failure.set(None);
                }
                Err(ApiError::Unauthorized) => self.live.access().expire(),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }

    fn add(self, newer: Vec<Sample>) {
        if !newer.is_empty() {
            self.samples.update(|samples| join(samples, newer));
        }
    }
}

/// Adds newer samples and lets go of those older than an hour.
fn join(samples: &mut Vec<Sample>, newer: Vec<Sample>) {
    // A server that was started anew may have a clock that is behind.
    let last_ms = samples.last().map_or(0, |sample| sample.at_ms);
    samples.extend(newer.into_iter().filter(|sample| sample.at_ms > last_ms));
    let now_ms = samples.last().map_or(0, |sample| sample.at_ms);
    samples.retain(|sample| sample.at_ms + HOUR_MS >= now_ms);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sample_is_read_as_the_server_tells_it() {
        let sample = Sample::of(&json!({
            "at_ms": 7, "sessions": 3, "statements_per_s": 1.5, "errors_per_s": 0.0,
            "latency_us": {"p50": 1500, "p95": null, "p99": null},
            "read_bytes_per_s": 10, "written_bytes_per_s": 20, "resident_bytes": 30,
            "workers": [10, 30],
        }));
        assert_eq!(sample.latency_ms, [Some(1.5), None, None]);
        let told = format!("{:?} {:?} {}", sample.workers, sample.bytes, sample.at_ms);
        assert_eq!(told, "[20.0, 30.0] [10.0, 20.0] 7");
    }

    #[test]
    fn an_hour_is_kept() {
        let at = |at_ms| Sample {
            at_ms,
            ..Sample::default()
        };
        let mut samples = vec![at(1_000), at(2_000)];
        join(&mut samples, vec![at(2_000), at(HOUR_MS + 1_500)]);
        let times: Vec<u64> = samples.iter().map(|sample| sample.at_ms).collect();
        assert_eq!(times, [2_000, HOUR_MS + 1_500]);
    }
}
