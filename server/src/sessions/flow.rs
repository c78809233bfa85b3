//! The conversation of one session with one server: follows it and decides; does no I/O.
//!
//! Bytes go through as they are. Of a request only the head of its first packet is looked at, of a
//! reply only what `wire::tracker` needs. One request is under way at a time: what a client sends
//! ahead waits until the reply before it is complete.

mod glance;
mod statements;

use self::glance::{Glance, glance, wants_whole};
use self::statements::OpenStatements;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::{Command, Disposition};
use crate::wire::packet::{HEADER_LEN, MessageFollower, PacketHeader, UploadFollower};
use crate::wire::status::StatusFlags;
use crate::wire::tracker::{PacketRole, ReplySummary, ReplyTracker, Step};

use super::During;

/// The most bytes of a request that are kept for a closer look (`USE`, COM_INIT_DB, KILL): a
/// database name has at most 64 characters of 4 bytes.
const GLANCE_MAX: usize = 512;
/// So many bytes of a request are awaited before it is let through, if it has as many: statements
/// of interest show themselves in them.
const GLANCE_MIN: usize = 32;
/// The most bytes of a request that is collected: a COM_CHANGE_USER is names, a password hash and
/// 64 KiB of attributes.
const COLLECT_MAX: usize = 128 * 1024;

/// What to do with the bytes from the client that were shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ClientStep {
    /// Send the first so many bytes to the server.
    Forward(usize),
    /// A request begins; ask again with the same bytes.
    Begins {
        /// Whether it counts as a statement.
        is_statement: bool,
    },
    /// The first so many bytes were taken in and go nowhere.
    Taken(usize),
    /// Nothing can be done with the bytes yet: show them again with more after them, up to
    /// `Flow::wanted` bytes.
    NeedMore,
    /// The first so many bytes are a packet with a request, to be shown to the chain of filters.
    Request {
        /// Bytes of the packet.
        used: usize,
        /// Its command.
        command: Command,
        /// Whether the request ends here; else it goes on in further packets.
        whole: bool,
    },
    /// A reply is under way: show the bytes again when it is complete.
    Wait,
    /// The first so many bytes end a request that the gateway answers itself.
    Own(usize, OwnRequest),
}

/// A request that does not go through as it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OwnRequest {
    /// COM_QUIT.
    Quit,
    /// COM_CHANGE_USER: the whole payload.
    ChangeUser(Vec<u8>),
    /// A command that the gateway does not serve: its number.
    Refused(u8),
    /// A KILL statement or COM_PROCESS_KILL: the statement, or the command's payload.
    Kill(Vec<u8>),
}

/// What to do with the bytes from the server that were shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BackendStep {
    /// So many of the bytes belong to the reply, and go to the client.
    pub used: usize,
    /// The end of the last whole packet among them.
    pub whole: usize,
    /// What has happened with the last of these bytes.
    pub event: BackendEvent,
}

/// What a part of a reply has brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BackendEvent {
    /// The reply goes on.
    Goes,
    /// The server asks for a file: the client's bytes are wanted.
    Upload,
    /// The reply is complete.
    Complete,
}

/// What a complete reply said about the session.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether a transaction is open now, if the reply told.
    pub transaction: Option<bool>,
    /// The default database from now on, if it changed.
    pub database: Option<Vec<u8>>,
    /// What the server calls the statement that it has prepared; `summary` has the client's id.
    pub prepared_here: Option<u32>,
    /// What the reply said.
    pub summary: ReplySummary,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Flow {
    capabilities: Capabilities,
    phase: Phase,
    request: MessageFollower,
    /// Sequence number of the last packet of the request, or of the client's file.
    client_seq: u8,
    /// A database that the request under way asks for.
    wanted_database: Option<Vec<u8>>,
    statements: OpenStatements,
    /// The client's id for the statement that the request under way prepares, if it is not the
    /// server's.
    prepared_as: Option<u32>,
    /// Whether requests are shown to filters.
    gathers: bool,
    /// Whether commands of the replication protocol are refused.
    refuses_replication: bool,
    /// Bytes that have to be shown at once, when more were asked for.
    wanted: usize,
}

/// What is going on.
#[derive(Debug)]
enum Phase {
    /// The client's next command is awaited.
    Idle,
    /// Filters hold a request back.
    Held,
    /// A request is going through to the server.
    Request(Command),
    /// A request is collected whole; it is not sent on.
    Collect {
        command: u8,
        collected: Vec<u8>,
        at: usize,
    },
    /// The server's reply is going through to the client.
    Reply(ReplyTracker),
    /// The client's file is going through to the server; the reply goes on afterwards.
    Upload(ReplyTracker, UploadFollower),
    /// The same, but the server has ended its reply already; the client does not know that.
    Rest(UploadFollower),
}

impl Flow {
    /// Begins idle. `capabilities` are those negotiated, the same with both ends.
    pub fn new(capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            phase: Phase::Idle,
            request: MessageFollower::default(),
            client_seq: 0,
            wanted_database: None,
            statements: OpenStatements::default(),
            prepared_as: None,
            gathers: false,
            refuses_replication: false,
            wanted: 0,
        }
    }

    /// Refuses commands of the replication protocol if `refuses`.
    #[must_use]
    pub fn refusing_replication(mut self, refuses: bool) -> Self {
        self.refuses_replication = refuses;
        self
    }

    /// What was negotiated with both ends.
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// The id by which the client is told of the statement that is being prepared.
    pub fn prepares_as(&mut self, id: Option<u32>) {
        self.prepared_as = id;
    }

    /// Whether the server has a request, or a part of one, that it has not answered.
    pub fn is_under_way(&self) -> bool {
        matches!(
            self.phase,
            Phase::Request(_) | Phase::Reply(_) | Phase::Upload(..)
        )
    }

    /// Whether the client goes on sending to the server what is under way.
    pub fn is_sending(&self) -> bool {
        matches!(self.phase, Phase::Request(_) | Phase::Upload(..))
    }

    /// Whether requests are shown to filters from the next one on.
    pub fn set_gathers(&mut self, gathers: bool) {
        self.gathers = gathers;
    }

    /// How many bytes have to be shown at once for a request that is to be shown to filters.
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// Whether nothing is under way, not even between requests: no parameters sent ahead of their
    /// COM_STMT_EXECUTE, no open cursor.
    pub fn is_settled(&self) -> bool {
        self.is_idle() && self.statements.is_empty()
    }

    /// What is going on, for a `CloseReason`.
    pub fn during(&self) -> During {
        match self.phase {
            Phase::Idle => During::Idle,
            Phase::Held | Phase::Request(_) | Phase::Collect { .. } => During::Request,
            Phase::Reply(_) => During::Reply,
            Phase::Upload(..) | Phase::Rest(_) => During::Upload,
        }
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle)
    }

    /// Whether bytes from the client can be dealt with now.
    pub fn wants_client(&self) -> bool {
        !matches!(self.phase, Phase::Reply(_) | Phase::Held)
    }

    /// The sequence number of the packet behind the last whole one of the reply under way, if a
    /// reply is under way or awaited.
    pub fn reply_sequence(&self) -> Option<u8> {
        match &self.phase {
            Phase::Reply(tracker) => Some(tracker.next_seq(self.client_seq)),
            Phase::Upload(tracker, upload) => Some(tracker.next_seq(upload.last_seq())),
            Phase::Request(command) if command.reply_shape().is_some() => Some(1),
            Phase::Collect { .. } | Phase::Held => Some(1),
            Phase::Idle | Phase::Request(_) | Phase::Rest(_) => None,
        }
    }

    /// Looks at bytes from the client. They begin where the bytes before were used up to.
    pub fn on_client(&mut self, bytes: &[u8]) -> ClientStep {
        match &mut self.phase {
            Phase::Idle => self.on_command(bytes),
            Phase::Request(command) => {
                let command = *command;
                let followed = self.request.follow(bytes);
                if followed.complete {
                    self.client_seq = self.request.last_seq();
                    self.phase = if command.reply_shape().is_some() {
                        Phase::Reply(ReplyTracker::new(command, self.capabilities))
                    } else {
                        Phase::Idle
                    };
                }
                ClientStep::Forward(followed.used)
            }
            Phase::Collect { .. } => self.collect(bytes),
            Phase::Reply(_) | Phase::Held => ClientStep::Wait,
            Phase::Upload(_, follower) => {
                let followed = follower.follow(bytes);
                if followed.complete {
                    self.client_seq = follower.last_seq();
                    self.upload_complete();
                }
                ClientStep::Forward(followed.used)
            }
            Phase::Rest(follower) => {
                let followed = follower.follow(bytes);
                if followed.complete {
                    self.phase = Phase::Idle;
                }
                ClientStep::Forward(followed.used)
            }
        }
    }

    fn on_command(&mut self, bytes: &[u8]) -> ClientStep {
        let Some((header, payload)) = PacketHeader::decode(bytes).zip(bytes.get(HEADER_LEN..))
        else {
            return ClientStep::NeedMore;
        };
        let Some(&number) = payload.first() else {
            // An empty packet is no command; the server answers it with an error.
            if header.len == 0 {
                self.phase = Phase::Collect {
                    command: 0xff,
                    collected: Vec::new(),
                    at: 0,
                };
                return ClientStep::Begins {
                    is_statement: false,
                };
            }
            return ClientStep::NeedMore;
        };
        let command = Command::from_byte(number).or(Some(Command::Unassigned));
        let len = header.len as usize;
        let part = payload.get(1..len.min(payload.len())).unwrap_or_default();
        if wants_whole(command, len) && payload.len() < len {
            return ClientStep::NeedMore;
        }
        let glance = glance(command, part, self.capabilities);
        // Of a request that is too long for a closer look the beginning is enough.
        let needed = if glance == Glance::Nothing || len > GLANCE_MAX {
            len.min(GLANCE_MIN)
        } else {
            len
        };
        if payload.len() < needed {
            return ClientStep::NeedMore;
        }
        let is_statement = command.is_some_and(Command::is_statement);
        self.wanted_database = match &glance {
            Glance::Database(name) if len <= GLANCE_MAX => Some(name.clone()),
            _ => None,
        };
        let forwarded = command.filter(|command| {
            command.disposition() == Disposition::Forward
                && glance != Glance::Kill
                && !(self.refuses_replication && command.is_replication())
        });
        if let Some(command) = forwarded {
            if self.gathers && payload.len() < len {
                self.wanted = HEADER_LEN + len;
                return ClientStep::NeedMore;
            }
            self.wanted = 0;
            self.statements.begins(command, payload);
            if self.gathers {
                return ClientStep::Request {
                    used: HEADER_LEN + len,
                    command,
                    whole: !header.is_continued(),
                };
            }
        }
        self.phase = match forwarded {
            Some(command) => Phase::Request(command),
            None => Phase::Collect {
                command: number,
                collected: Vec::new(),
                at: 0,
            },
        };
        ClientStep::Begins { is_statement }
    }

    fn collect(&mut self, bytes: &[u8]) -> ClientStep {
        let followed = self.request.follow(bytes);
        let Phase::Collect {
            command,
            collected,
            at,
        } = &mut self.phase
        else {
            return ClientStep::NeedMore;
        };
        // The first packet's header is left out; longer messages are only counted.
        let skip = HEADER_LEN.saturating_sub(*at).min(followed.used);
        *at += followed.used;
        if collected.len() <= COLLECT_MAX {
            collected.extend_from_slice(bytes.get(skip..followed.used).unwrap_or_default());
        }
        if !followed.complete {
            return ClientStep::Taken(followed.used);
        }
        let command = *command;
        let payload = std::mem::take(collected);
        self.phase = Phase::Idle;
        let own = match Command::from_byte(command) {
            Some(Command::Quit) => OwnRequest::Quit,
            Some(Command::ChangeUser) if payload.len() <= COLLECT_MAX => {
                OwnRequest::ChangeUser(payload)
            }
            Some(Command::Query | Command::ProcessKill | Command::StmtPrepare)
                if payload.len() <= COLLECT_MAX =>
            {
                OwnRequest::Kill(payload)
            }
            _ => OwnRequest::Refused(command),
        };
        ClientStep::Own(followed.used, own)
    }

    fn upload_complete(&mut self) {
        if let Phase::Upload(tracker, _) = std::mem::replace(&mut self.phase, Phase::Idle) {
            self.phase = Phase::Reply(tracker);
        }
    }

    /// Filters hold a request back.
    pub fn held(&mut self) {
        self.phase = Phase::Held;
    }

    /// A request that was shown to filters, or collected, goes to the server. When it is not
    /// `whole`, its further packets follow.
    pub fn passed_on(&mut self, command: Command, whole: bool) {
        self.client_seq = 0;
        self.phase = if !whole {
            Phase::Request(command)
        } else if command.reply_shape().is_some() {
            Phase::Reply(ReplyTracker::new(command, self.capabilities))
        } else {
            Phase::Idle
        };
    }

    /// A request that was shown to filters goes nowhere: they have answered it.
    pub fn answered(&mut self) {
        self.phase = Phase::Idle;
        self.wanted_database = None;
    }

    /// What a packet of the reply under way is, before it is taken in.
    pub fn role(&self, header: PacketHeader, first: Option<u8>) -> Option<PacketRole> {
        match &self.phase {
            Phase::Reply(tracker) | Phase::Upload(tracker, _) => Some(tracker.role(header, first)),
            _ => None,
        }
    }

    /// Another user has logged in, or the connection was reset in another way.
    pub fn was_reset(&mut self) {
        self.statements.clear();
    }

    /// Looks at bytes from the server. Bytes outside of any reply are not the protocol's; a server
    /// that is about to close says so in this way, and they are passed on (`used` is all of them).
    pub fn on_backend(&mut self, bytes: &[u8]) -> Result<BackendStep, Malformed> {
        let (Phase::Reply(tracker) | Phase::Upload(tracker, _)) = &mut self.phase else {
            let len = bytes.len();
            return Ok(BackendStep {
                used: len,
                whole: len,
                event: BackendEvent::Goes,
            });
        };
        let progress = tracker.feed(bytes)?;
        let event = match progress.step {
            Step::More => BackendEvent::Goes,
            Step::LocalInfile => {
                self.begin_upload();
                BackendEvent::Upload
            }
            // Only COM_CHANGE_USER goes on so, which never gets here.
            Step::Authenticate => return Err(Malformed::new("reply")),
            Step::Complete => BackendEvent::Complete,
        };
        Ok(BackendStep {
            used: progress.used,
            whole: progress.whole,
            event,
        })
    }

    fn begin_upload(&mut self) {
        if let Phase::Reply(tracker) = std::mem::replace(&mut self.phase, Phase::Idle) {
            self.phase = Phase::Upload(tracker, UploadFollower::default());
        }
    }

    /// Ends the reply that `on_backend` found complete.
    pub fn complete(&mut self) -> Outcome {
        let tracker = match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Reply(tracker) => tracker,
            Phase::Upload(tracker, follower) => {
                self.phase = Phase::Rest(follower);
                tracker
            }
            _ => return Outcome::default(),
        };
        let wanted = self.wanted_database.take();
        let mut summary = tracker.into_summary();
        let prepared_here = summary.prepared.map(|prepared| prepared.statement_id);
        if let (Some(prepared), Some(id)) = (&mut summary.prepared, self.prepared_as.take()) {
            prepared.statement_id = id;
        }
        self.statements.completed(&summary);
        let database = match &summary.schema {
            Some(schema) => Some(schema.clone()),
            None if summary.error.is_none() => wanted,
            None => None,
        };
        let transaction = summary
            .status
            .map(|status| status.contains(StatusFlags::IN_TRANS));
        Outcome {
            transaction,
            database,
            prepared_here,
            summary,
        }
    }
}

#[cfg(test)]
mod tests;
