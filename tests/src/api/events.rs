//! Server-sent events, as <https://html.spec.whatwg.org/multipage/server-sent-events.html> says.

use std::collections::VecDeque;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;

use crate::waiting::within;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Its id, to resume by.
    pub id: String,
    /// Its name: `snapshot`, `delta`.
    pub name: String,
    /// Its data.
    pub data: String,
}

impl Event {
    /// The data as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap_or_else(|e| panic!("{e}: {}", self.data))
    }
}

/// An open event stream.
#[derive(Debug)]
pub struct Events {
    body: Incoming,
    received: Vec<u8>,
    ready: VecDeque<Event>,
    growing: Event,
}

impl Events {
    pub(super) fn new(body: Incoming) -> Self {
        Self {
            body,
            received: Vec::new(),
            ready: VecDeque::new(),
            growing: Event::default(),
        }
    }

    /// The next event; panics when none comes in time or the stream ends.
    pub async fn next(&mut self) -> Event {
        within(Duration::from_secs(30), "the next event", async {
            loop {
                if let Some(event) = self.ready.pop_front() {
                    return event;
                }
                let frame = self.body.frame().await.expect("the stream goes on");
                if let Ok(bytes) = frame.expect("the stream is sound").into_data() {
                    self.received.extend_from_slice(&bytes);
                    self.take_lines();
                }
            }
        })
        .await
    }

    /// Events until one satisfies `wanted`; that one.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        within(Duration::from_mins(1), "the awaited event", async {
            loop {
                let event = self.next().await;
                if wanted(&event) {
                    return event;
                }
            }
        })
        .await
    }

    fn take_lines(&mut self) {
        while let Some(end) = self.received.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.received.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if line.is_empty() {
                let event = std::mem::take(&mut self.growing);
                if !event.data.is_empty() && event.name != "heartbeat" {
                    self.ready.push_back(event);
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => value.clone_into(&mut self.growing.id),
                "event" => value.clone_into(&mut self.growing.name),
                "data" if self.growing.data.is_empty() => value.clone_into(&mut self.growing.data),
                "data" => self.growing.data.extend(["\n", value]),
                _ => {}
            }
        }
    }
}
