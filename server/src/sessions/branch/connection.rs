//! A branch's connection: sends what is queued, and reads the replies to their ends.

use std::collections::HashMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::queue::Shared;
use crate::backend::BackendConnection;
use crate::filters::{BranchWatch, Copied};
use crate::net::Stream;
use crate::servers::ConnectionPermit;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, frame};
use crate::wire::tracker::{ReplySummary, ReplyTracker, Step};

/// Bytes read at a time.
const READ_MAX: usize = 16 * 1024;

pub(super) struct BranchConnection {
    stream: Stream,
    capabilities: Capabilities,
    /// Ids of prepared statements here, by the numbers that the filter has given them.
    statements: HashMap<u32, u32>,
    permit: Option<ConnectionPermit>,
}

impl BranchConnection {
    pub(super) fn new(connection: BackendConnection, permit: Option<ConnectionPermit>) -> Self {
        Self {
            stream: connection.stream,
            capabilities: connection.capabilities,
            statements: HashMap::new(),
            permit,
        }
    }

    /// Sends one request after the other until no more will come. Why it could not, if so.
    pub(super) async fn serve(
        &mut self,
        requests: mpsc::Receiver<Copied>,
        shared: &Shared,
        watch: &dyn BranchWatch,
    ) -> Result<(), String> {
        let permit = self.permit.take();
        let evicted = async {
            match &permit {
                Some(permit) => permit.evicted().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            served = self.serve_all(requests, shared, watch) => served,
            () = evicted => Err("the server was put into maintenance".to_owned()),
        }
    }

    async fn serve_all(
        &mut self,
        mut requests: mpsc::Receiver<Copied>,
        shared: &Shared,
        watch: &dyn BranchWatch,
    ) -> Result<(), String> {
        while let Some(mut copied) = requests.recv().await {
            shared.taken(&copied);
            if self.translate(&mut copied) {
                self.send(&copied.payload).await?;
                if copied.command.reply_shape().is_some() {
                    let summary = self.follow(copied.command).await?;
                    self.learn(&copied, &summary);
                    watch.answered(summary.error);
                }
            }
            shared.done();
        }
        // A branch that is gone already needs no good-bye.
        let _ = self.send(&[Command::Quit as u8]).await;
        let _ = self.stream.shutdown().await;
        Ok(())
    }

    /// Puts the statement's id of this connection in place of that of the session. False: there is
    /// no such statement here.
    fn translate(&mut self, copied: &mut Copied) -> bool {
        let (Some(number), false) = (copied.statement, copied.command == Command::StmtPrepare)
        else {
            return true;
        };
        let known = if copied.command == Command::StmtClose {
            self.statements.remove(&number)
        } else {
            self.statements.get(&number).copied()
        };
        match (known, copied.payload.get_mut(1..5)) {
            (Some(id), Some(place)) => {
                place.copy_from_slice(&id.to_le_bytes());
                true
            }
            _ => false,
        }
    }

    fn learn(&mut self, copied: &Copied, summary: &ReplySummary) {
        match (copied.command, copied.statement, summary.prepared) {
            (Command::StmtPrepare, Some(number), Some(prepared)) => {
                self.statements.insert(number, prepared.statement_id);
            }
            (Command::ResetConnection, ..) => self.statements.clear(),
            _ => {}
        }
    }

    async fn send(&mut self, payload: &[u8]) -> Result<(), String> {
        let mut framed = Vec::with_capacity(payload.len() + HEADER_LEN);
        frame(payload, &mut 0, &mut framed);
        self.write(&framed).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        let written = self.stream.write_all(bytes).await;
        written.map_err(|error| error.to_string())?;
        let flushed = self.stream.flush().await;
        flushed.map_err(|error| error.to_string())
    }

    /// Reads a reply to its end.
    async fn follow(&mut self, command: Command) -> Result<ReplySummary, String> {
        let mut tracker = ReplyTracker::new(command, self.capabilities);
        let mut buffer = vec![0; READ_MAX];
        loop {
            let read = self.stream.read(&mut buffer).await;
            let read = read.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("it has closed the connection".to_owned());
            }
            let mut rest = buffer.get(..read).unwrap_or_default();
            loop {
                let progress = tracker.feed(rest).map_err(|error| error.to_string())?;
                rest = rest.get(progress.used..).unwrap_or_default();
                match progress.step {
                    Step::Complete => return Ok(tracker.into_summary()),
                    Step::LocalInfile => {
                        // Nothing is in the file.
                        let mut empty = Vec::new();
                        frame(&[], &mut tracker.next_seq(0), &mut empty);
                        self.write(&empty).await?;
                    }
                    Step::Authenticate => {
                        return Err("it asks for a log-in in between".to_owned());
                    }
                    Step::More => {}
                }
                if rest.is_empty() {
                    break;
                }
            }
        }
    }
}
