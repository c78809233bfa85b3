//! A session of readwritesplit with servers written as text.
//!
//! Servers: `primary replica replica@5 replica/secondary`, states joined by `+`; behind that the
//! link (`:open` if nothing is said, `:closed`, `:failed`), `@5` for a lag of 5 s, `*3` for three
//! statements under way, `!` for full.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::config::{Rank, SplitParameters, Values, tables};
use crate::pipeline::RouteHint;
use crate::routers::{
    Ask, Candidate, LinkState, Lost, LostDuring, Member, Plan, Purpose, ReadWriteSplit, Recovery,
    Replied, SplitSession,
};
use crate::servers::ServerStates;
use crate::sql::{Dialect, classify};
use crate::wire::command::Command;
use crate::wire::status::StatusFlags;

/// The usual servers.
pub(super) const THREE: &str = "primary replica replica";

pub(super) struct Fixture {
    pub router: ReadWriteSplit,
    pub session: SplitSession,
    pub members: Vec<Member>,
    pub now: Instant,
    /// What servers would say of the session.
    pub autocommit: bool,
    transaction_at: Option<usize>,
    reads_only: bool,
}

impl Fixture {
    /// A session with these parameters (`a=b c=d`) and servers, that has begun.
    pub fn new(parameters: &str, servers: &str) -> Self {
        let router = ReadWriteSplit::new(&split(parameters));
        let mut session = router.session();
        // The first of equals is the first one.
        session.turn = 0;
        let mut members = servers_of(servers);
        let now = Instant::now();
        let begun = session.begin(&members, now);
        let begun = begun.unwrap_or_default();
        for (index, member) in members.iter_mut().enumerate() {
            if member.link == LinkState::Closed && begun.contains(&index) {
                member.link = LinkState::Open;
            }
        }
        Self {
            router,
            session,
            members,
            now,
            autocommit: true,
            transaction_at: None,
            reads_only: false,
        }
    }

    pub fn route(&mut self, ask: &Ask<'_>) -> Plan {
        let plan = self.session.route(ask, &self.members);
        if let Some(index) = target(&plan) {
            self.members[index].link = LinkState::Open;
        }
        plan
    }

    pub fn query(&mut self, sql: &str) -> Plan {
        let now = self.now;
        self.route(&query(sql, now))
    }

    /// Runs a statement and lets its server answer as servers do.
    pub fn run(&mut self, sql: &str) -> Plan {
        let plan = self.query(sql);
        self.answer(sql, &plan);
        plan
    }

    /// The answer to a statement that works.
    pub fn answer(&mut self, sql: &str, plan: &Plan) {
        let Some(member) = target(plan) else {
            return;
        };
        let sql = sql.to_ascii_uppercase();
        let sql = sql.as_str();
        if sql.contains("AUTOCOMMIT=") {
            self.autocommit = sql.ends_with('1');
            if self.autocommit {
                self.transaction_at = None;
            }
        }
        let begins = sql.starts_with("BEGIN") || sql.starts_with("START TRANSACTION");
        let reads = ["SELECT", "INSERT", "UPDATE", "DELETE"];
        let works = reads.iter().any(|verb| sql.starts_with(verb));
        if begins || !self.autocommit && works {
            self.transaction_at = Some(member);
            self.reads_only = sql.ends_with("READ ONLY");
        } else if sql.starts_with("COMMIT") || sql.starts_with("ROLLBACK") {
            self.transaction_at = None;
        }
        self.reply(member, None);
    }

    pub fn status(&self, member: usize) -> StatusFlags {
        let mut status = StatusFlags::empty();
        status.set(StatusFlags::AUTOCOMMIT, self.autocommit);
        let is_open = self.transaction_at == Some(member);
        status.set(StatusFlags::IN_TRANS, is_open);
        let reads_only = is_open && self.reads_only;
        status.set(StatusFlags::IN_TRANS_READONLY, reads_only);
        status
    }

    pub fn reply(&mut self, member: usize, prepared: Option<u32>) {
        self.reply_with(member, prepared, false, false);
    }

    pub fn reply_with(
        &mut self,
        member: usize,
        prepared: Option<u32>,
        insert_id: bool,
        counted: bool,
    ) {
        let status = Some(self.status(member));
        self.session.replied(&Replied {
            member,
            status,
            error: None,
            prepared,
            insert_id,
            counted,
            now: self.now,
        });
    }

    pub fn fail(&mut self, member: usize, number: u16) {
        self.session.replied(&Replied {
            member,
            status: None,
            error: Some(number),
            prepared: None,
            insert_id: false,
            counted: false,
            now: self.now,
        });
    }

    pub fn lose(&mut self, member: usize, during: LostDuring) -> Recovery {
        self.members[member].link = LinkState::Failed;
        if self.transaction_at == Some(member) {
            self.transaction_at = None;
        }
        let lost = Lost { member, during };
        self.session.lost(&lost, &self.members, self.now)
    }

    pub fn prepare(&mut self, id: u32, sql: &str) -> Plan {
        let plan = self.route(&Ask {
            command: Command::StmtPrepare,
            ..query(sql, self.now)
        });
        if let Some(member) = target(&plan) {
            self.reply(member, Some(id));
        }
        plan
    }

    /// A command that names a prepared statement.
    pub fn statement(&mut self, command: Command, id: u32) -> Plan {
        let ask = Ask {
            command,
            text: None,
            kinds: None,
            statement: Some(id),
            ..query("", self.now)
        };
        self.route(&ask)
    }

    /// The same with a hint.
    pub fn hinted_statement(&mut self, command: Command, id: u32, hint: &RouteHint) -> Plan {
        let ask = Ask {
            command,
            text: None,
            kinds: None,
            statement: Some(id),
            hint: Some(hint),
            ..query("", self.now)
        };
        self.route(&ask)
    }

    /// Executes and answers.
    pub fn execute(&mut self, id: u32) -> Plan {
        let plan = self.statement(Command::StmtExecute, id);
        if let Some(member) = target(&plan) {
            self.reply(member, None);
        }
        plan
    }

    pub fn command(&mut self, command: Command) -> Plan {
        let ask = Ask {
            command,
            text: None,
            kinds: None,
            ..query("", self.now)
        };
        let plan = self.route(&ask);
        if let Some(member) = target(&plan) {
            self.reply(member, None);
        }
        plan
    }

    pub fn hinted(&mut self, sql: &str, hint: &RouteHint) -> Plan {
        let plan = self.route(&Ask {
            hint: Some(hint),
            ..query(sql, self.now)
        });
        self.answer(sql, &plan);
        plan
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    pub fn set(&mut self, servers: &str) {
        self.members = servers_of(servers);
    }
}

pub(super) fn split(parameters: &str) -> SplitParameters {
    let given = parameters.split_whitespace();
    let given: Vec<(&str, &str)> = given.filter_map(|word| word.split_once('=')).collect();
    SplitParameters::of(&Values::given(tables::READWRITESPLIT, &given).unwrap())
}

pub(super) fn query(sql: &str, now: Instant) -> Ask<'_> {
    let dialect = Dialect::default();
    Ask {
        command: Command::Query,
        text: Some(sql.as_bytes()),
        kinds: Some(classify(sql.as_bytes(), dialect)),
        statement: None,
        hint: None,
        replication_lag_max_s: None,
        whole: true,
        dialect,
        now,
    }
}

fn target(plan: &Plan) -> Option<usize> {
    match plan {
        Plan::One { member, .. } | Plan::All { answer: member, .. } => Some(*member),
        _ => None,
    }
}

/// `1`, `all/0`, `all once/0`, `wait`, `refuse: ..`, `close: ..`.
pub(super) fn shown(plan: &Plan) -> String {
    let mut out = String::new();
    match plan {
        Plan::One { member, purpose } => {
            write!(out, "{member}").unwrap();
            if *purpose == Purpose::Any {
                out.push('?');
            }
        }
        Plan::All { answer, remember } => {
            let once = if *remember { "" } else { " once" };
            write!(out, "all{once}/{answer}").unwrap();
        }
        Plan::Wait { .. } => out.push_str("wait"),
        Plan::Refuse(error) => write!(out, "refuse: {error}").unwrap(),
        Plan::Close(error) => write!(out, "close: {error}").unwrap(),
    }
    out
}

pub(super) fn shown_recovery(recovery: &Recovery) -> String {
    match recovery {
        Recovery::Ignore => "ignore".to_owned(),
        Recovery::Retry => "retry".to_owned(),
        Recovery::Error(error) => format!("error: {error}"),
        Recovery::Close(error) => format!("close: {error}"),
    }
}

pub(super) fn servers_of(text: &str) -> Vec<Member> {
    let words = text.split_whitespace().enumerate();
    words
        .map(|(index, word)| member(&format!("db{index}"), word))
        .collect()
}

fn number(text: &str, mark: char) -> (String, Option<u64>) {
    let Some((before, rest)) = text.split_once(mark) else {
        return (text.to_owned(), None);
    };
    let len = rest.chars().take_while(char::is_ascii_digit).count();
    let (digits, after) = rest.split_at(len);
    (format!("{before}{after}"), Some(digits.parse().unwrap()))
}

fn member(name: &str, text: &str) -> Member {
    let (text, full) = text
        .strip_suffix('!')
        .map_or((text, false), |rest| (rest, true));
    let (text, busy) = number(text, '*');
    let (text, lag) = number(&text, '@');
    let (text, connections) = number(&text, '#');
    let (text, millis) = number(&text, '~');
    let (text, link) = text.split_once(':').unwrap_or((&text, "open"));
    let (states, rank) = text
        .strip_suffix("/secondary")
        .map_or((text, Rank::Primary), |rest| (rest, Rank::Secondary));
    let connections = connections.unwrap_or_default();
    Member {
        name: name.into(),
        candidate: Candidate {
            states: states_of(states),
            rank,
            connections,
            replication_lag_s: lag,
            full,
        },
        link: match link {
            "open" => LinkState::Open,
            "closed" => LinkState::Closed,
            "failed" => LinkState::Failed,
            other => panic!("{other}"),
        },
        service_connections: connections,
        response_time: millis.map(Duration::from_millis),
        busy: busy.unwrap_or_default(),
    }
}

fn states_of(text: &str) -> ServerStates {
    let mut states = ServerStates::RUNNING;
    for state in text.split('+') {
        match state {
            "running" => {}
            "down" => states -= ServerStates::RUNNING,
            "primary" => states |= ServerStates::PRIMARY,
            "replica" => states |= ServerStates::REPLICA,
            "relay" => states |= ServerStates::RELAY,
            "maintenance" => states |= ServerStates::MAINTENANCE,
            "draining" => states |= ServerStates::DRAINING,
            other => panic!("{other}"),
        }
    }
    states
}
