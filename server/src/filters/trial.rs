//! A filter on trial: requests and replies given by hand.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Branches, Filter, FilterChain, FilterError, FilterModule, Passed, SessionFacts};
use crate::config::Values;
use crate::pipeline::{Moment, ReplyEnd, Request};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;

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
            database: Some("shop".to_owned()),
            capabilities: Capabilities::PROTOCOL_41,
            collation: 45,
            is_fresh: true,
            branches: Branches::default(),
        };
        let filters = [(Arc::from("Filter"), Arc::clone(&self.filter))];
        let chain = FilterChain::open(&filters, &facts).map_err(|(_, error)| error);
        TrialSession {
            chain: chain.expect("it can be opened"),
            facts,
            now: Moment::now(),
        }
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

/// A filter in a session.
pub(super) struct TrialSession {
    pub(super) chain: FilterChain,
    facts: SessionFacts,
    pub(super) now: Moment,
}

impl TrialSession {
    /// Shows a request with that behind its command byte.
    pub(super) fn request(&mut self, command: Command, rest: &[u8]) -> (Request, Passed) {
        let payload = [&[command as u8], rest].concat();
        let mut request = Request::new(command, payload, true);
        let passed = self.chain.on_request(&mut request, 0, self.now);
        (request, passed)
    }

    /// Time goes by.
    pub(super) fn pass(&mut self, time: Duration) {
        self.now.instant += time;
        self.now.wall += time;
    }

    /// A reply is complete.
    pub(super) fn end(&mut self, end: &ReplyEnd) {
        self.pass(end.duration);
        self.chain.on_reply_end(end, 1, self.now);
    }

    /// User or default database become others.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut SessionFacts)) {
        change(&mut self.facts);
        self.chain.on_change(&self.facts);
    }

    /// A statement and its reply.
    pub(super) fn query(&mut self, sql: &str, end: &ReplyEnd) -> Request {
        let (request, _) = self.request(Command::Query, sql.as_bytes());
        self.end(end);
        request
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
