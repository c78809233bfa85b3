//! `GET /v1/maxscale/logs/stream`: lines as they are logged, over a WebSocket.

use serde_json::Value;
use web_sys::WebSocket;

use super::LogLine;
use crate::api::listeners::{Listeners, text_of};

const PATH: &str = "/v1/maxscale/logs/stream";

/// What is heard from the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is open.
    Opened,
    /// A line.
    Line(Box<LogLine>),
    /// It was refused, or ended.
    Closed,
}

/// An open stream. Closed when dropped.
#[derive(Debug)]
pub struct LogStream {
    socket: WebSocket,
    _listeners: Listeners,
}

impl LogStream {
    /// Opens the stream of some priorities (none: of all) from line `cursor` on, or from now on.
    /// `on_heard` must not drop it: that would drop the code that runs.
    pub fn open(
        priorities: &str,
        cursor: Option<u64>,
        on_heard: impl Fn(Heard) + Clone + 'static,
    ) -> Option<Self> {
        let socket = WebSocket::new(&address(priorities, cursor)?).ok()?;
        let mut listeners = Listeners::of(&socket);
        let heard = on_heard.clone();
        listeners.add("open", move |_| heard(Heard::Opened));
        let heard = on_heard.clone();
        listeners.add("message", move |event| {
            let text = text_of(&event).unwrap_or_default();
            // What is no line tells nothing.
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let line = LogLine::of(value["id"].as_str().unwrap_or_default(), &value);
                heard(Heard::Line(Box::new(line)));
            }
        });
        listeners.add("close", move |_| on_heard(Heard::Closed));
        Some(Self {
            socket,
            _listeners: listeners,
        })
    }
}

/// The address, on the host that the page is from.
fn address(priorities: &str, cursor: Option<u64>) -> Option<String> {
    let location = web_sys::window()?.location();
    let scheme = match location.protocol().ok()?.as_str() {
        "https:" => "wss",
        _ => "ws",
    };
    let host = location.host().ok()?;
    let from = cursor.map(|cursor| format!("&page%5Bcursor%5D={cursor}"));
    let from = from.unwrap_or_default();
    Some(format!(
        "{scheme}://{host}{PATH}?priority={priorities}{from}"
    ))
}

impl Drop for LogStream {
    fn drop(&mut self) {
        // Fails only for a code that is none.
        let _ = self.socket.close();
    }
}
