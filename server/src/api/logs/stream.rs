//! `GET /maxscale/logs/stream`: lines as they are logged, over a WebSocket (RFC 6455), each as one
//! text message.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::entry::{fulfils, object};
use super::reading::LogReading;
use crate::api::admission::{Caller, refuse_other_pages};
use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::life;
use crate::api::query::Filter;
use crate::api::sight::Sight;
use crate::api::state::ApiState;
use crate::control::logs::Logs;

/// Lines that are taken from the log at once.
const BATCH: usize = 64;
/// Streams at the same time.
const STREAMS_MAX: usize = 64;
/// How long a client may take nothing of what is sent.
const SEND_WAIT: Duration = Duration::from_secs(30);
/// How often a silent client is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(30);
/// The longest message of a client; nothing that it says matters.
const MESSAGE_MAX: usize = 4 << 10;

/// `GET /maxscale/logs/stream`.
pub(in crate::api) async fn stream(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    call: Call<LogReading>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    // The page of another origin can open a WebSocket, and the browser adds the cookie.
    refuse_other_pages(&headers)?;
    let mut parts = request.into_parts().0;
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &state).await;
    let upgrade = upgrade.map_err(|_| {
        let detail = "this is a WebSocket: the request has to ask for an upgrade to one";
        ApiError::new(StatusCode::UPGRADE_REQUIRED, detail)
            .with_header(header::UPGRADE, HeaderValue::from_static("websocket"))
    })?;
    let place = state
        .log_streams()
        .clone()
        .try_acquire_owned()
        .map_err(|_| {
            let detail = format!("there are {STREAMS_MAX} streams of the log already");
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        })?;
    let life = life::ended(caller.identity.clone(), state.clone());
    let closing = state.events().closing();
    let reader = move |socket: WebSocket| async move {
        let _place = place;
        let mut follower = Follower {
            logs: state.control().logs.clone(),
            state,
            caller,
            reading: call.own,
            filters: call.query.filters,
            socket,
        };
        // What nobody may see any more is not sent either.
        let code = tokio::select! {
            biased;
            () = life => close_code::POLICY,
            () = stopped(closing) => close_code::AWAY,
            ended = follower.follow() => match ended {
                Ok(()) | Err(Ended) => return,
            },
        };
        follower.close(code).await;
    };
    Ok(upgrade.max_message_size(MESSAGE_MAX).on_upgrade(reader))
}

/// How many streams there may be.
pub(in crate::api) const fn streams_max() -> usize {
    STREAMS_MAX
}

struct Follower {
    logs: Logs,
    state: ApiState,
    caller: Caller,
    reading: LogReading,
    filters: Vec<Filter>,
    socket: WebSocket,
}

/// The client is gone.
struct Ended;

impl Follower {
    /// Sends lines until the client is gone. One that is slow misses lines that are not kept as long
    /// as it takes: nothing is queued for it.
    async fn follow(&mut self) -> Result<(), Ended> {
        let mut newest = self.logs.watch();
        let newest_now = *newest.borrow_and_update();
        let mut next = self.reading.cursor.unwrap_or(newest_now + 1);
        loop {
            // It may change while the stream goes on.
            let sight = Sight::of(&self.caller, &self.state);
            let tail = self.logs.tail(next, BATCH, |line| {
                self.reading.wants(line.priority) && fulfils(line, sight, &self.filters)
            });
            for line in &tail.entries {
                self.send(Message::Text(object(line, sight).to_string().into()))
                    .await?;
            }
            next = next.max(tail.next);
            if tail.goes_on {
                continue;
            }
            tokio::select! {
                changed = newest.changed() => changed.map_err(|_| Ended)?,
                heard = self.socket.recv() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                    Some(Ok(_)) => {}
                },
                () = sleep(PING_EVERY) => self.send(Message::Ping(Vec::new().into())).await?,
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Ended> {
        match timeout(SEND_WAIT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended),
        }
    }

    async fn close(&mut self, code: u16) {
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        // A client that is gone needs no goodbye.
        let _ = self.send(Message::Close(Some(frame))).await;
    }
}

async fn stopped(mut closing: watch::Receiver<bool>) {
    // An error means that the server is gone, which is stopping too.
    let _ = closing.wait_for(|closing| *closing).await;
}
