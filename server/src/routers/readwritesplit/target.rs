//! What a request needs.

use super::SplitSession;
use super::state::NamedChange;
use super::temporary::TableNumber;
use super::text::{self, Reading, UNKNOWN};
use crate::config::VariablesIn;
use crate::pipeline::RouteHint;
use crate::routers::{Ask, Member};
use crate::sql::{Classification, Kinds, Verb};
use crate::wire::command::Command;

/// What a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// This server, which has something of the session's. If it is not connected any more: the
    /// primary.
    Member(usize),
    /// This server and no other: its transaction is there.
    Bound(usize),
    /// The one where an open cursor is.
    Cursor(usize),
    /// The primary.
    Primary,
    /// A replica that is not more than so many seconds behind; the primary if there is none.
    Replica,
    /// Any server.
    Any,
    /// One of these, which a hint names; if none will do, whatever the request needs without.
    Hinted(Vec<usize>),
    /// All servers; the first answer counts.
    Everyone {
        /// Whether new connections have to be told.
        remember: bool,
        /// Whose answer counts.
        answer: Answer,
    },
}

/// Whose answer to something that all get the client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// That of the server where the session is at home.
    Home,
    /// That of the primary: it may differ.
    Primary,
    /// That of this server.
    Member(usize),
    /// That of the server that a read would go to.
    Replica,
}

/// What a request is and needs.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub target: Target,
    /// What to do if a hint can't be followed.
    pub unhinted: Option<Target>,
    pub reading: Reading,
    /// See [`super::state::Asked::tables`].
    pub tables: Vec<TableNumber>,
}

impl Wanted {
    fn plain(target: Target, kinds: Classification) -> Self {
        Self {
            target,
            unhinted: None,
            reading: Reading::of(kinds),
            tables: Vec::new(),
        }
    }
}

impl SplitSession {
    /// What a request needs.
    pub(super) fn wanted(&self, ask: &Ask<'_>, members: &[Member]) -> Wanted {
        let everyone = |remember| Target::Everyone {
            remember,
            answer: Answer::Home,
        };
        match ask.command {
            Command::Query => self.query(ask, members),
            Command::StmtPrepare => self.prepare(ask, members),
            Command::StmtExecute | Command::StmtBulkExecute | Command::StmtSendLongData => {
                self.execute(ask, members)
            }
            Command::StmtFetch => {
                let statement = self.state.statements.get(ask.statement);
                let at = statement.and_then(|statement| statement.cursor_at.or(statement.at));
                Wanted::plain(at.map_or(self.any(), Target::Cursor), UNKNOWN)
            }
            Command::StmtReset => {
                let statement = self.state.statements.get(ask.statement);
                let at = statement.and_then(|statement| statement.at);
                Wanted::plain(at.map_or(self.any(), Target::Member), UNKNOWN)
            }
            Command::InitDb | Command::SetOption => Wanted::plain(everyone(true), UNKNOWN),
            Command::StmtClose | Command::ResetConnection | Command::ChangeUser => {
                Wanted::plain(everyone(false), UNKNOWN)
            }
            Command::Ping | Command::Statistics | Command::ProcessInfo => {
                Wanted::plain(self.any(), UNKNOWN)
            }
            Command::FieldList if self.state.temporary.is_empty() => {
                Wanted::plain(self.read(), UNKNOWN)
            }
            _ => Wanted::plain(self.write(), UNKNOWN),
        }
    }

    fn query(&self, ask: &Ask<'_>, members: &[Member]) -> Wanted {
        let text = ask.text.unwrap_or_default();
        // Of a text of 16 MiB and more only a part is known, which says nothing of the rest.
        let kinds = ask.kinds.filter(|_| ask.whole).unwrap_or(UNKNOWN);
        let mut reading = text::read(text, kinds, ask.dialect, &self.state);
        let tables = std::mem::take(&mut reading.tables);
        let is_elsewhere = self.is_elsewhere(reading.kinds);
        let target = if is_elsewhere && self.state.temporary.are_in(text, ask.dialect) {
            self.temporary()
        } else {
            self.statement(&reading)
        };
        self.hinted(ask, members, target, reading, tables)
    }

    /// A COM_STMT_PREPARE: what matters is where the statement would be executed.
    fn prepare(&self, ask: &Ask<'_>, members: &[Member]) -> Wanted {
        let text = ask.text.unwrap_or_default();
        let kinds = ask.kinds.filter(|_| ask.whole).unwrap_or(UNKNOWN);
        let tables = text::tables_of(text, kinds, ask.dialect, &self.state);
        let needed = if self.is_elsewhere(kinds) && self.state.temporary.has_any(&tables) {
            self.temporary()
        } else {
            self.statement(&Reading::of(kinds))
        };
        let wanted = self.hinted(ask, members, needed, Reading::of(kinds), tables);
        let answer = match &wanted.target {
            Target::Member(member) | Target::Bound(member) | Target::Cursor(member) => {
                Answer::Member(*member)
            }
            Target::Replica => Answer::Replica,
            Target::Hinted(members) => members
                .first()
                .map_or(Answer::Home, |&member| Answer::Member(member)),
            Target::Primary => Answer::Primary,
            Target::Any | Target::Everyone { .. } => Answer::Home,
        };
        Wanted {
            target: Target::Everyone {
                remember: true,
                answer,
            },
            unhinted: None,
            ..wanted
        }
    }

    fn execute(&self, ask: &Ask<'_>, members: &[Member]) -> Wanted {
        let statement = self.state.statements.get(ask.statement);
        let known = statement.map(|statement| statement.kinds);
        let kinds = known.or(ask.kinds).unwrap_or(UNKNOWN);
        let tables = statement.map_or(&[][..], |statement| &statement.tables);
        let mut reading = Reading::of(kinds);
        reading.uneven = kinds.kinds.contains(Kinds::USERVAR_WRITE);
        let ahead = statement.filter(|statement| statement.parameters_sent);
        let target = if let Some(at) = ahead.and_then(|statement| statement.at) {
            Target::Member(at)
        } else if self.is_elsewhere(kinds) && self.state.temporary.has_any(tables) {
            self.temporary()
        } else {
            self.statement(&reading)
        };
        // Parameters that are sent ahead go to one server; so the execution does, whatever a hint
        // says of it.
        let sends_ahead = ask.command == Command::StmtSendLongData;
        let is_for_everyone =
            matches!(target, Target::Everyone { .. }) || matches!(ask.hint, Some(RouteHint::All));
        let hint = ask
            .hint
            .filter(|_| ahead.is_none() && !(sends_ahead && is_for_everyone));
        let target = match target {
            Target::Everyone { .. } if sends_ahead => self.write(),
            target => target,
        };
        let tables = if text::do_matter(kinds, &self.state) {
            tables.to_vec()
        } else {
            Vec::new()
        };
        self.hinted(&Ask { hint, ..*ask }, members, target, reading, tables)
    }

    /// Where a statement goes, apart from hints and temporary tables.
    fn statement(&self, reading: &Reading) -> Target {
        let state = &self.state;
        let kinds = reading.kinds.kinds;
        if let Some(answer) = self.is_for_everyone(reading) {
            return Target::Everyone {
                remember: true,
                answer,
            };
        }
        if let Some(member) = state.bound_to() {
            return Target::Bound(member);
        }
        if state.needs_primary() {
            return Target::Primary;
        }
        if kinds.contains(Kinds::PREVIOUS_STATEMENT) && !kinds.contains(Kinds::WRITE) {
            return state.last.map_or(Target::Primary, Target::Member);
        }
        if kinds.contains(Kinds::MULTI) {
            return Target::Primary;
        }
        let ends = Kinds::COMMIT | Kinds::ROLLBACK;
        if kinds.is_empty() || kinds.intersects(ends) && !kinds.contains(Kinds::WRITE) {
            return Target::Any;
        }
        if kinds.intersects(Kinds::BEGIN | Kinds::NEXT_TRANSACTION) {
            return self.transaction(kinds);
        }
        if kinds.intersects(Kinds::WRITE | Kinds::PRIMARY_READ)
            || !state.autocommit && !state.reads_only
        {
            return Target::Primary;
        }
        self.variables(kinds).unwrap_or(Target::Replica)
    }

    /// Where a transaction is run that is begun or announced.
    fn transaction(&self, kinds: Kinds) -> Target {
        let says_so = kinds.contains(Kinds::READ_ONLY_TRANSACTION);
        let by_default = self.state.reads_only
            && !kinds.contains(Kinds::READ_WRITE_TRANSACTION)
            && kinds.contains(Kinds::BEGIN);
        if says_so || by_default {
            Target::Replica
        } else {
            Target::Primary
        }
    }

    /// Where a read goes because it uses user variables.
    fn variables(&self, kinds: Kinds) -> Option<Target> {
        if !kinds.intersects(Kinds::USERVAR_READ | Kinds::USERVAR_WRITE) {
            return None;
        }
        if self.parameters.variables_in == VariablesIn::Primary {
            return Some(Target::Primary);
        }
        self.state.variables_at.map(Target::Member)
    }

    /// Whether all servers have to run a statement, and whose answer counts.
    fn is_for_everyone(&self, reading: &Reading) -> Option<Answer> {
        let kinds = reading.kinds.kinds;
        let is_alone = !kinds.intersects(Kinds::MULTI);
        let is_set =
            kinds.contains(Kinds::SESSION_WRITE) && !kinds.contains(Kinds::NEXT_TRANSACTION);
        let runs_on_all = if is_set {
            let reads = kinds.contains(Kinds::READ) && !is_alone;
            // A SET that is not understood is one of variables of which nothing is known.
            let is_odd = reading.kinds.verb == Verb::Set && !reading.kinds.parsed && is_alone;
            let writes = Kinds::STORED_FUNCTION | Kinds::SEQUENCE | Kinds::GLOBAL_SYSVAR_WRITE;
            !reads && (!kinds.contains(Kinds::WRITE) || is_odd && !kinds.intersects(writes))
        } else {
            let stays = Kinds::WRITE | Kinds::PRIMARY_READ | Kinds::PREVIOUS_STATEMENT;
            kinds.contains(Kinds::READ | Kinds::USERVAR_WRITE)
                && !kinds.intersects(stays)
                && is_alone
                && self.parameters.variables_in == VariablesIn::All
                && self.state.bound_to().is_none()
                && self.state.variables_at.is_none()
                && !self.state.needs_primary()
                && self.state.autocommit
        };
        runs_on_all.then(|| self.whose_answer(reading))
    }

    fn whose_answer(&self, reading: &Reading) -> Answer {
        if let Some(member) = self.state.bound_to() {
            return Answer::Member(member);
        }
        let asks_back = reading.kinds.kinds.contains(Kinds::PREVIOUS_STATEMENT);
        match self.state.last {
            Some(last) if asks_back => Answer::Member(last),
            _ if reading.uneven => Answer::Primary,
            _ => Answer::Home,
        }
    }

    /// Whether a statement goes elsewhere if it names a temporary table.
    fn is_elsewhere(&self, kinds: Classification) -> bool {
        let at = self.state.temporary.at();
        at.is_some() && (kinds.is_plain_read() || at != self.state.primary)
    }

    /// Where the temporary tables are.
    fn temporary(&self) -> Target {
        let at = self
            .state
            .temporary
            .at()
            .map_or(Target::Primary, Target::Member);
        self.state.bound_to().map_or(at, Target::Bound)
    }

    /// Where something goes that is like a write.
    fn write(&self) -> Target {
        self.state.bound_to().map_or(Target::Primary, Target::Bound)
    }

    /// Where something goes that is like a read.
    fn read(&self) -> Target {
        match self.state.bound_to() {
            Some(member) => Target::Bound(member),
            None if self.state.needs_primary() || !self.state.autocommit => Target::Primary,
            None => Target::Replica,
        }
    }

    /// Where something goes that any server can do.
    fn any(&self) -> Target {
        self.state.bound_to().map_or(Target::Any, Target::Bound)
    }

    /// Follows a hint, unless the session is changed: that is for all.
    fn hinted(
        &self,
        ask: &Ask<'_>,
        members: &[Member],
        target: Target,
        reading: Reading,
        tables: Vec<TableNumber>,
    ) -> Wanted {
        let is_for_everyone = matches!(target, Target::Everyone { .. });
        let hint = ask.hint.filter(|_| !is_for_everyone);
        let hinted = hint.and_then(|hint| self.follow(hint, members));
        let (target, unhinted) = match hinted {
            Some(hinted) => (hinted, Some(target)),
            None => (target, None),
        };
        Wanted {
            target,
            unhinted,
            reading,
            tables,
        }
    }

    /// What a hint asks for; nothing if it names no server of the service.
    fn follow(&self, hint: &RouteHint, members: &[Member]) -> Option<Target> {
        let named = |names: &[std::sync::Arc<str>]| {
            let positions = members.iter().enumerate();
            let found = positions.filter(|(_, member)| names.contains(&member.name));
            let found: Vec<usize> = found.map(|(index, _)| index).collect();
            (!found.is_empty()).then_some(Target::Hinted(found))
        };
        match hint {
            RouteHint::Primary => Some(Target::Primary),
            RouteHint::Replica => Some(Target::Replica),
            RouteHint::Server(name) => named(std::slice::from_ref(name)),
            RouteHint::AnyOf(names) => named(names),
            RouteHint::All => Some(Target::Everyone {
                remember: false,
                answer: Answer::Home,
            }),
            RouteHint::Last => self.state.last.map(Target::Member),
        }
    }

    /// What a request does to prepared statements with names; moved out of what is wanted.
    pub(super) fn take_named(reading: &mut Reading) -> NamedChange {
        std::mem::replace(&mut reading.named, NamedChange::None)
    }
}
