//! One reader: follows the board and writes frames (HTML standard, *Server-sent events*).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use bytes::Bytes;
use http_body::Frame;
use sluicegate_shared::event::{DELTA, GOODBYE, HEARTBEAT, HEARTBEAT_EVERY_MS, SNAPSHOT};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::board::{Board, Delta, Next, snapshot};
use super::hub::{EventHub, Place};
use super::row::milliseconds;
use super::selection::Selection;

/// Chunks that wait for the socket.
const CHUNKS_MAX: usize = 2;
/// The longest chunk. Over TLS a chunk is copied, so that a long one would be held for each reader.
const CHUNK_LEN_MAX: usize = 64 << 10;
/// Among more changes it is chosen away from the threads that serve requests.
const INLINE_MAX: usize = 200;
/// A comment is sent when nothing else was for so long.
const HEARTBEAT_EVERY: Duration = Duration::from_millis(HEARTBEAT_EVERY_MS);
/// How long a client waits before it comes back.
const RETRY_MS: u64 = 1000;
/// How long a stream may take for its last event when the server stops.
const GOODBYE_WAIT: Duration = Duration::from_secs(1);
/// The line and blank line that end an event.
const END: &[u8] = b"\n\n";

/// Opens a stream of what `selection` says that goes on after the event with id `last`, until
/// `life` is over. None when there are too many readers.
pub(super) fn open(
    hub: &Arc<EventHub>,
    last: Option<&str>,
    selection: Option<Selection>,
    life: impl Future<Output = ()> + Send + 'static,
) -> Option<Body> {
    let place = hub.enter()?;
    let position =
        last.and_then(|id| place.with_board(|board| board.position(id, selection.as_ref())));
    let (chunks, body) = mpsc::channel(CHUNKS_MAX);
    let reader = Reader {
        news: place.news(),
        closing: place.closing(),
        place,
        position,
        selection: selection.map(Arc::new),
        chunks,
    };
    tokio::spawn(reader.run(life));
    Some(Body::new(EventBody(body)))
}

struct Reader {
    place: Place,
    position: Option<u64>,
    /// What it wants to be told; `None`: everything.
    selection: Option<Arc<Selection>>,
    news: watch::Receiver<u64>,
    closing: watch::Receiver<bool>,
    chunks: mpsc::Sender<Bytes>,
}

/// The stream has to end.
struct Ended;

impl Reader {
    async fn run(mut self, life: impl Future<Output = ()>) {
        let mut closing = self.closing.clone();
        let out_of_patience = async {
            // The sender lives as long as the place.
            let _ = closing.wait_for(|closing| *closing).await;
            sleep(GOODBYE_WAIT).await;
        };
        tokio::select! {
            biased;
            () = life => {}
            () = out_of_patience => {}
            _ = self.follow() => {}
        }
    }

    /// Ends when the client is gone, or the server stops.
    async fn follow(&mut self) -> Result<(), Ended> {
        self.send(Bytes::from(format!("retry: {RETRY_MS}\n\n")))
            .await?;
        while !*self.closing.borrow() {
            self.news.borrow_and_update();
            let (position, some) = (self.position, self.selection.is_some());
            match self.place.with_board(|board| board.next(position, some)) {
                Next::Wait => self.wait().await?,
                Next::Deltas { upto, deltas } => self.tell_deltas(upto, deltas).await?,
                Next::Snapshot { upto, body } => self.tell(SNAPSHOT, upto, body).await?,
                Next::Rows { upto, rows } => {
                    let selection = self.selection.clone();
                    // There may be thousands.
                    let work = move || snapshot(&rows, selection.as_deref());
                    let body = self.place.choose(work).await.ok_or(Ended)?;
                    self.tell(SNAPSHOT, upto, body).await?;
                }
            }
        }
        self.send(Bytes::from(format!("event: {GOODBYE}\ndata: \n\n")))
            .await
    }

    async fn tell_deltas(&mut self, upto: u64, deltas: Vec<Arc<Delta>>) -> Result<(), Ended> {
        let first = upto - deltas.len() as u64 + 1;
        let changes = deltas.iter().map(|delta| delta.changes());
        let many = changes.sum::<usize>() > INLINE_MAX;
        for (number, delta) in (first..).zip(deltas) {
            match self.told(delta, many).await? {
                Some(body) => self.tell(DELTA, number, body).await?,
                // Nothing in it is for this reader.
                None => self.position = Some(number),
            }
        }
        Ok(())
    }

    /// What this reader is told of a delta. The delta is not held while that is sent.
    async fn told(&self, delta: Arc<Delta>, many: bool) -> Result<Option<Bytes>, Ended> {
        match &self.selection {
            Some(selection) if many => {
                let selection = Arc::clone(selection);
                let work = move || delta.told(Some(&selection));
                self.place.choose(work).await.ok_or(Ended)
            }
            selection => Ok(delta.told(selection.as_deref())),
        }
    }

    async fn wait(&mut self) -> Result<(), Ended> {
        tokio::select! {
            // The senders live as long as the place.
            _ = self.news.changed() => Ok(()),
            _ = self.closing.changed() => Ok(()),
            () = self.chunks.closed() => Err(Ended),
            () = sleep(HEARTBEAT_EVERY) => {
                let now_ms = milliseconds(SystemTime::now());
                let passed = self.passed();
                let beat = format!("event: {HEARTBEAT}\ndata: {{\"now_ms\":{now_ms}}}");
                self.send(Bytes::from(format!(": {now_ms}\n{passed}{beat}\n\n")))
                    .await
            }
        }
    }

    /// What a reader was not told has passed as well: it need not be looked through again.
    fn passed(&self) -> String {
        let (Some(selection), Some(number)) = (&self.selection, self.position) else {
            return String::new();
        };
        let id = |board: &mut Board| board.event_id(number, Some(selection));
        format!("id: {}\n", self.place.with_board(id))
    }

    /// Sends an event. Its time is that of sending: the client computes ages by it.
    async fn tell(&mut self, event: &str, number: u64, mut body: Bytes) -> Result<(), Ended> {
        let selection = self.selection.as_deref();
        let id = self
            .place
            .with_board(|board| board.event_id(number, selection));
        let now_ms = milliseconds(SystemTime::now());
        let start = format!("id: {id}\nevent: {event}\ndata: {{\"now_ms\":{now_ms},");
        self.send(Bytes::from(start)).await?;
        while !body.is_empty() {
            let chunk = body.split_to(body.len().min(CHUNK_LEN_MAX));
            self.send(chunk).await?;
        }
        self.send(Bytes::from_static(END)).await?;
        self.position = Some(number);
        Ok(())
    }

    async fn send(&self, chunk: Bytes) -> Result<(), Ended> {
        self.chunks.send(chunk).await.map_err(|_| Ended)
    }
}

struct EventBody(mpsc::Receiver<Bytes>);

impl http_body::Body for EventBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}
