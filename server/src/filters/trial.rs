//! A filter on trial: in a session without servers, requests and replies given by hand.

mod packets;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub(super) use packets::{
    binary_row, column, eof, head, ok, packet, rows_end, show, text_resultset, text_row,
};

use super::{Branches, Filter, FilterError, FilterModule, FilterSession, SessionFacts, module};
use crate::config::Values;
use crate::pipeline::{Moment, Needs, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict};
use crate::sql::Dialect;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::status::StatusFlags;

/// A filter.
pub(super) struct Trial {
    module: FilterModule,
    pub(super) filter: Arc<dyn Filter>,
}

impl Trial {
    pub(super) fn new(module: FilterModule, given: &[(&str, &str)]) -> Self {
        let filter = refusable(module, given).expect("good parameters");
        Self { module, filter }
    }

    pub(super) fn alter(&self, given: &[(&str, &str)]) -> Result<(), FilterError> {
        let values = Values::given(self.module.spec.parameters, given).expect("good values");
        self.filter.alter(&values)
    }

    /// Puts it into a session of `user` from `remote`.
    pub(super) fn open(&self, user: &str, remote: &str) -> TrialSession {
        let facts = SessionFacts {
            id: 42,
            user: user.to_owned(),
            remote: remote.to_owned(),
            service: "Shop".into(),
            ..bob()
        };
        TrialSession::of(&self.filter, &facts)
    }
}

/// Makes a filter of the module.
pub(super) fn refusable(
    module: FilterModule,
    given: &[(&str, &str)],
) -> Result<Arc<dyn Filter>, FilterError> {
    let values = Values::given(module.spec.parameters, given).expect("good values");
    (module.create)(&values)
}

/// Makes a filter of the module of that name.
pub(crate) fn create(name: &str, given: &[(&str, &str)]) -> Result<Arc<dyn Filter>, FilterError> {
    refusable(*module(name).expect("a module"), given)
}

/// The parameters of a module.
pub(super) fn values(name: &str, given: &[(&str, &str)]) -> Values {
    let module = module(name).expect("a module");
    Values::given(module.spec.parameters, given).expect("good values")
}

/// A session of bob.
pub(super) fn bob() -> SessionFacts {
    SessionFacts {
        id: 1,
        user: "bob".into(),
        remote: "10.0.0.1".into(),
        service: "svc".into(),
        database: Some("shop".into()),
        capabilities: Capabilities::PROTOCOL_41,
        collation: 45,
        is_fresh: true,
        in_transaction: false,
        branches: Branches::default(),
    }
}

/// A filter in a session. It sees what it says it has to see.
pub(super) struct TrialSession {
    session: Box<dyn FilterSession>,
    needs: Needs,
    facts: SessionFacts,
    pub(super) now: Moment,
    /// What is told at the end of replies.
    pub(super) end: ReplyEnd,
    /// How the session's statements are read.
    pub(super) dialect: Dialect,
}

impl TrialSession {
    pub(super) fn of(filter: &Arc<dyn Filter>, facts: &SessionFacts) -> Self {
        Self {
            session: filter.open(facts).expect("it can be opened"),
            needs: filter.needs(),
            facts: facts.clone(),
            now: Moment::now(),
            end: ReplyEnd {
                status: Some(StatusFlags::AUTOCOMMIT),
                ..ReplyEnd::default()
            },
            dialect: Dialect::default(),
        }
    }

    /// Shows a request.
    pub(super) fn show(&mut self, request: &mut Request) -> Verdict {
        request.dialect = self.dialect;
        if self.needs.requests() {
            self.session.on_request(request, self.now)
        } else {
            Verdict::Forward
        }
    }

    /// Shows a request with that behind its command byte.
    pub(super) fn request(&mut self, command: Command, rest: &[u8]) -> (Request, Verdict) {
        let payload = [&[command as u8], rest].concat();
        let mut request = Request::new(command, payload, true);
        let verdict = self.show(&mut request);
        (request, verdict)
    }

    /// What becomes of a request with that behind its command byte.
    pub(super) fn command(&mut self, command: Command, rest: &[u8]) -> Verdict {
        self.request(command, rest).1
    }

    /// What becomes of a statement.
    pub(super) fn query(&mut self, sql: &str) -> Verdict {
        self.command(Command::Query, sql.as_bytes())
    }

    /// What becomes of a statement, and its text afterwards.
    pub(super) fn rewritten(&mut self, sql: &str) -> (Verdict, String) {
        let (request, verdict) = self.request(Command::Query, sql.as_bytes());
        let text = request.sql().unwrap_or_default();
        (verdict, String::from_utf8_lossy(text).into_owned())
    }

    /// What the client gets of a reply.
    pub(super) fn reply(&mut self, packets: Vec<ReplyPacket>) -> Vec<ReplyPacket> {
        let mut out = Vec::new();
        for mut packet in packets {
            match self.session.on_packet(&mut packet, self.now) {
                PacketVerdict::Forward => out.push(packet),
                PacketVerdict::Swallow => {}
                PacketVerdict::Replace(packets) => out.extend(packets),
            }
        }
        self.end(&self.end.clone());
        out
    }

    /// A reply is complete.
    pub(super) fn end(&mut self, end: &ReplyEnd) {
        self.pass(end.duration);
        if self.needs.contains(Needs::REPLY_ENDS) {
            self.session.on_reply_end(end, self.now);
        }
    }

    /// A statement that goes through and its reply.
    pub(super) fn run(&mut self, sql: &str, end: &ReplyEnd) -> Request {
        let (request, _) = self.request(Command::Query, sql.as_bytes());
        self.end(end);
        request
    }

    /// Time goes by.
    pub(super) fn pass(&mut self, time: Duration) {
        self.now.instant += time;
        self.now.wall += time;
    }

    /// The session's chain begins to act; the session has gone on since it was opened.
    pub(super) fn begin(&mut self, change: impl FnOnce(&mut SessionFacts)) {
        change(&mut self.facts);
        self.session.on_begin(&self.facts);
    }

    /// User or default database become others.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut SessionFacts)) {
        change(&mut self.facts);
        self.session.on_change(&self.facts);
    }
}

/// An empty folder of that name.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sluicegate-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What is in the file when all lines are written.
pub(super) fn written(path: impl Into<PathBuf>) -> String {
    assert!(
        super::flush_logs(Duration::from_secs(10)),
        "it is never written"
    );
    std::fs::read_to_string(path.into()).unwrap_or_default()
}

/// Waits until `condition` holds.
pub(super) fn wait_until(condition: impl Fn() -> bool) {
    let until = std::time::Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(std::time::Instant::now() < until, "it never comes to that");
        std::thread::yield_now();
    }
}
