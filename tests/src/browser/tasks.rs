//! The tasks of the page's main thread, as the browser traces them.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::Browser;

/// The category of events that has every task of a thread.
const CATEGORY: &str = "disabled-by-default-devtools.timeline";
const TASK: &str = "RunTask";
const MAIN_THREAD: &str = "CrRendererMain";

/// A task of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// How long it took, also while others had the processor.
    pub wall: Duration,
    /// How long it had the processor.
    pub processor: Duration,
}

/// A trace that is being taken.
pub struct Tracing {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Browser {
    /// Begins to note the tasks of pages.
    pub async fn trace(&self) -> Tracing {
        let version = self.devtools_address().await;
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let connected =
            tokio_tungstenite::connect_async_with_config(&version, Some(config), true).await;
        let (socket, _) = connected.expect("the browser's DevTools");
        let mut tracing = Tracing { socket };
        let config = json!({"includedCategories": [CATEGORY], "excludedCategories": ["*"]});
        let parameters = json!({"traceConfig": config, "transferMode": "ReportEvents"});
        tracing.send(1, "Tracing.start", parameters).await;
        tracing.until(|message| message["id"] == 1).await;
        tracing
    }

    /// The address of the browser itself, rather than that of a page.
    async fn devtools_address(&self) -> String {
        let path = "/json/version";
        let answer = crate::api::Api::anonymous(self.debugging_port)
            .get(path)
            .await;
        let address = answer.json()["webSocketDebuggerUrl"].clone();
        address.as_str().expect("an address").to_owned()
    }
}

impl Tracing {
    /// The tasks of the page's main thread since the beginning.
    pub async fn end(mut self) -> Vec<Task> {
        self.send(2, "Tracing.end", json!({})).await;
        let complete = |message: &Value| message["method"] == "Tracing.tracingComplete";
        let messages = self.until(complete).await;
        let collected = messages
            .iter()
            .filter(|message| message["method"] == "Tracing.dataCollected");
        let events = collected.flat_map(|message| {
            let events = message["params"]["value"].as_array();
            events.map(Vec::as_slice).unwrap_or_default()
        });
        tasks(events)
    }

    async fn send(&mut self, id: u32, method: &str, parameters: Value) {
        let text = json!({"id": id, "method": method, "params": parameters}).to_string();
        let sent = self.socket.send(Message::text(text)).await;
        sent.expect("the browser takes commands");
    }

    /// All messages up to the one that is waited for.
    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.socket.next().await.expect("an answer");
            let text = message.expect("a message").into_text().expect("a text");
            let message: Value = serde_json::from_str(&text).expect("JSON");
            let found = wanted(&message);
            messages.push(message);
            if found {
                return messages;
            }
        }
    }
}

/// Tasks of the main thread that is at work most: a browser has other pages in store.
fn tasks<'a>(events: impl Iterator<Item = &'a Value>) -> Vec<Task> {
    let mut threads: HashMap<String, (bool, Vec<Task>)> = HashMap::new();
    for event in events {
        let thread = format!("{} {}", event["pid"], event["tid"]);
        let (is_main, tasks) = threads.entry(thread).or_default();
        let microseconds = |key: &str| Duration::from_micros(event[key].as_u64().unwrap_or(0));
        if event["name"] == "thread_name" && event["args"]["name"] == MAIN_THREAD {
            *is_main = true;
        } else if event["name"] == TASK {
            tasks.push(Task {
                wall: microseconds("dur"),
                processor: microseconds("tdur"),
            });
        }
    }
    let main = threads.into_values().filter(|(is_main, _)| *is_main);
    let busiest =
        main.max_by_key(|(_, tasks)| tasks.iter().map(|task| task.wall).sum::<Duration>());
    busiest.map(|(_, tasks)| tasks).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_those_of_the_main_thread_that_works() {
        let name = |tid: u32, name: &str| json!({"name": "thread_name", "pid": 1, "tid": tid, "args": {"name": name}});
        let task = |tid: u32, us: u32| json!({"name": TASK, "pid": 1, "tid": tid, "dur": us, "tdur": us / 2});
        let events = [
            task(2, 60_000),
            name(2, MAIN_THREAD),
            name(3, MAIN_THREAD),
            name(4, "Compositor"),
            task(3, 10),
            task(4, 90_000),
            task(2, 8),
        ];
        let wall: Vec<u128> = tasks(events.iter())
            .iter()
            .map(|t| t.wall.as_micros())
            .collect();
        assert_eq!(wall, [60_000, 8]);
    }
}
