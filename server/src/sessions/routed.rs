//! What a session with several servers is made of, besides the connection in use: the router's part
//! in it, the connections that are parked, its history and its prepared statements.

mod kept;
mod members;
mod replay;
mod takeover;
mod texts;

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

pub(super) use kept::{Everyone, Kept, UnderWay, Waiting, Wishes};
use members::Members;
use replay::Replay;
pub(super) use takeover::Telling;

use super::backends::{Backend, Lacks, Step, Unusable};
use super::history::History;
use super::prepared::Prepared;
use super::view::CountedConnection;
use crate::config::HistoryParameters;
use crate::routers::{Ask, LinkState, Lost, LostDuring, Plan, Recovery, RouteError, SplitSession};
use crate::servers::{Place, Server, ServerStates};
use crate::services::ServiceConnections;
use crate::sql::{ClassificationCache, Dialect, Kinds, Verb};
use crate::wire::command::Command;
use crate::wire::packet::HEADER_LEN;
use crate::wire::reply::ErrPacket;
use crate::wire::status::StatusFlags;

/// A worker's memory of statements.
pub(super) type Classifications = Rc<RefCell<ClassificationCache>>;

/// See the module. Lives in the session's relay.
pub(super) struct Routed {
    pub router: SplitSession,
    pub history: History,
    pub prepared: Prepared,
    /// The request that is being routed, or was last.
    pub kept: Kept,
    /// What the request waits for before it goes to a server.
    pub waiting: Waiting,
    /// The request whose reply is to come.
    pub under_way: Option<UnderWay>,
    /// What the last reply said of the session.
    pub status: StatusFlags,
    /// How the statement of the kept request is read.
    dialect: Dialect,
    /// The default database that the history begins with.
    pub base_database: Option<Vec<u8>>,
    /// Parked connections that were found to be of no use.
    pub gone: Vec<Gone>,
    /// The member whose connection is in use; `None` before the first.
    pub current: Option<usize>,
    /// Whether one of the parked connections may have something to say and not wake the session.
    pub unpolled: bool,
    /// The connections that are not in use, by member.
    parked: Vec<Option<Backend>>,
    members: Members,
    classifications: Classifications,
}

/// How far a connection is on its way to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Availability {
    /// It can take a request.
    Ready,
    /// It has something to finish before.
    Finishing,
    /// There is none.
    Closed,
}

impl Routed {
    pub fn new(
        router: SplitSession,
        servers: Vec<Arc<Server>>,
        connections: ServiceConnections,
        history: HistoryParameters,
        classifications: Classifications,
    ) -> Self {
        let mut prepared = Prepared::default();
        if router.reuses_statements() {
            prepared.reuse_texts();
        }
        Self {
            router,
            history: History::new(history),
            prepared,
            kept: Kept::default(),
            waiting: Waiting::Nothing,
            under_way: None,
            status: StatusFlags::AUTOCOMMIT,
            dialect: Dialect::default(),
            base_database: None,
            gone: Vec::new(),
            current: None,
            unpolled: true,
            parked: servers.iter().map(|_| None).collect(),
            members: Members::new(servers, connections),
            classifications,
        }
    }

    /// The server of that index.
    pub fn server(&self, member: usize) -> Option<&Arc<Server>> {
        self.members.server(member)
    }

    /// Whether that server is the primary.
    pub fn is_primary(&self, member: usize) -> bool {
        let server = self.server(member);
        server.is_some_and(|server| server.states().contains(ServerStates::PRIMARY))
    }

    /// The router's list of servers to connect to at the start. `places` are those that the session
    /// has already.
    pub fn begin(&mut self, places: &[Place], now: Instant) -> Result<Vec<usize>, RouteError> {
        self.router.begin(self.members.now_with(places), now)
    }

    /// The session has begun on a connection, or began anew.
    pub fn logged_in(&mut self, backend: &Backend) {
        if let Some(seat) = &backend.seat {
            self.router.logged_in(seat.status);
            self.status = seat.status;
        }
    }

    /// A connection was opened. If it is the first of a session in which nothing was set so far, the
    /// session begins with it.
    pub fn first_connected(&mut self, backend: &Backend) {
        if self.history.total() == 0 && self.open().next().is_none() {
            self.logged_in(backend);
        }
    }

    /// States or parameters of servers have changed.
    pub fn servers_changed(&mut self) {
        self.members.changed();
    }

    /// A connection to that server has been opened; it is parked.
    pub fn opened(&mut self, member: usize, backend: Backend) {
        self.members.set_link(member, LinkState::Open);
        if let Some(place) = self.parked.get_mut(member) {
            *place = Some(backend);
        }
    }

    /// A connection can't be opened, or is gone.
    pub fn closed(&mut self, member: usize, link: LinkState) {
        self.members.set_link(member, link);
        let parked = self.parked.get_mut(member).and_then(Option::take);
        if let Some(mut backend) = parked {
            backend.say_goodbye();
        }
    }

    /// Puts a connection into use. `in_use` is the place of the one that is in use.
    pub fn use_connection(&mut self, member: usize, in_use: &mut Backend) {
        if self.current == Some(member) {
            return;
        }
        let Some(wanted) = self.parked.get_mut(member).and_then(Option::take) else {
            return;
        };
        let before = std::mem::replace(in_use, wanted);
        let place = self.current.replace(member);
        if let Some(place) = place.and_then(|place| self.parked.get_mut(place))
            && before.link.is_open()
        {
            *place = Some(before);
            self.unpolled = true;
        }
    }

    /// How far the connection to a server is. `in_use` is the one that is in use.
    pub fn availability(&self, member: usize, in_use: &Backend) -> Availability {
        match self.connection(member, in_use) {
            Some(backend) if backend.is_free() => Availability::Ready,
            Some(_) => Availability::Finishing,
            None => Availability::Closed,
        }
    }

    /// The connection to a server.
    pub fn connection<'a>(&'a self, member: usize, in_use: &'a Backend) -> Option<&'a Backend> {
        if self.current == Some(member) {
            return Some(in_use).filter(|in_use| in_use.link.is_open());
        }
        self.parked.get(member)?.as_ref()
    }

    /// The connection to a server, to ask something of it.
    pub fn connection_mut<'a>(
        &'a mut self,
        member: usize,
        in_use: &'a mut Backend,
    ) -> Option<&'a mut Backend> {
        if self.current == Some(member) {
            return Some(in_use).filter(|in_use| in_use.link.is_open());
        }
        self.parked.get_mut(member)?.as_mut()
    }

    /// The members that have a connection, parked or in use.
    pub fn open(&self) -> impl Iterator<Item = usize> + use<> {
        let links = self.members.links();
        (0..links.len()).filter(move |&member| links.get(member) == Some(&LinkState::Open))
    }

    /// The connections that are not in use.
    pub fn parked_mut(&mut self) -> impl Iterator<Item = (usize, &mut Backend)> {
        let parked = self.parked.iter_mut().enumerate();
        parked.filter_map(|(member, place)| Some((member, place.as_mut()?)))
    }

    /// Whether something may go on on connections that are not in use.
    pub fn asks_parked(&self) -> bool {
        let mut parked = self.parked.iter().flatten();
        self.unpolled || !self.gone.is_empty() || parked.any(|backend| !backend.is_quiet())
    }

    /// The places that the connections have at servers.
    pub fn places(&self, in_use: &Backend) -> Vec<Place> {
        let parked = self.parked.iter().flatten();
        let seats = parked.chain([in_use]).filter_map(|one| one.seat.as_ref());
        seats.map(|seat| seat.permit.place().clone()).collect()
    }

    /// What is to be seen of the connections.
    pub fn view(&self, in_use: &Backend) -> Vec<CountedConnection> {
        let seats = (0..self.parked.len()).filter_map(|member| {
            let backend = self.connection(member, in_use)?;
            backend.seat.as_ref()
        });
        seats.map(super::backends::Seat::counted).collect()
    }

    /// Bytes in buffers of parked connections, and of the request that is kept.
    pub fn held(&self) -> usize {
        let parked = self.parked.iter().flatten().map(Backend::held);
        parked.sum::<usize>() + self.kept.capacity()
    }

    /// Takes a request in: its first packet, header included.
    pub fn keep(&mut self, command: Command, packet: Cow<'_, [u8]>, whole: bool, wishes: Wishes) {
        self.dialect = wishes.dialect;
        let payload = packet.get(HEADER_LEN..).unwrap_or_default();
        let statement = self.prepared.named_in(payload);
        let kinds = match command {
            // Of a text of which only a part is known nothing can be said; and that part is long.
            Command::Query | Command::StmtPrepare if !whole => None,
            Command::Query | Command::StmtPrepare => {
                let text = payload.get(1..).unwrap_or_default();
                let mut classifications = self.classifications.borrow_mut();
                Some(classifications.classify(text, self.dialect).classification)
            }
            _ => {
                let statement = statement.and_then(|id| self.prepared.get(id));
                statement.map(|statement| statement.kinds)
            }
        };
        self.kept
            .take(command, packet, whole, statement, kinds, wishes);
    }

    /// Asks the router where the kept request goes.
    pub fn plan(&mut self, now: Instant) -> Plan {
        let kept = &self.kept;
        let payload = kept.payload();
        let text = matches!(kept.command, Command::Query | Command::StmtPrepare)
            .then(|| payload.get(1..).unwrap_or_default());
        let ask = Ask {
            command: kept.command,
            text,
            kinds: kept.kinds,
            statement: kept.statement,
            hint: kept.hint.as_ref(),
            replication_lag_max_s: kept.replication_lag_max_s,
            whole: kept.whole,
            dialect: self.dialect,
            now,
        };
        self.router.route(&ask, self.members.now())
    }

    /// Tells the router of a connection that is gone or could not be opened.
    pub fn lost(&mut self, member: usize, during: LostDuring) -> Recovery {
        let lost = Lost { member, during };
        self.router.lost(&lost, self.members.now(), Instant::now())
    }

    /// The connections that may not stay after states of servers have changed.
    pub fn unwanted(&mut self, in_use: &Backend) -> Vec<usize> {
        let kept = self.router.keep(self.members.now());
        let evicted = |member: &usize| {
            let connection = self.connection(*member, in_use);
            let seat = connection.and_then(|connection| connection.seat.as_ref());
            seat.is_some_and(|seat| seat.permit.is_evicted())
        };
        self.open()
            .filter(|member| !kept.contains(member) || evicted(member))
            .collect()
    }

    /// Roles of servers have changed: a request that waits may be for another one now.
    pub fn reconsider(&mut self) {
        match self.waiting {
            Waiting::Nothing | Waiting::Again => return,
            Waiting::For(_) => self.router.reconsiders(),
            Waiting::Until(_) => {}
        }
        self.waiting = Waiting::Again;
    }

    /// Whether connections may have to go that stayed because of what was under way.
    pub fn is_to_be_checked(&self) -> bool {
        self.members.any_in_maintenance()
    }

    /// Whether the kept request changes the session so that statements prepared later may mean
    /// something else.
    pub fn changes_context(&self) -> bool {
        let context = Kinds::USE | Kinds::SYSVAR_WRITE;
        let harmless = Kinds::AUTOCOMMIT_ON | Kinds::AUTOCOMMIT_OFF;
        match (self.kept.command, self.kept.kinds) {
            (Command::InitDb, _) => true,
            (_, Some(kinds)) => {
                kinds.kinds.intersects(context)
                    && (!kinds.kinds.intersects(harmless) || texts::sets_more(self.kept.payload()))
            }
            _ => false,
        }
    }

    /// Whether what the kept request does, as a session command, depends on those before it: doing it
    /// twice may not be the same as doing it once.
    pub fn reads_session(&self) -> bool {
        let reads = Kinds::USERVAR_READ | Kinds::SYSVAR_READ | Kinds::PREPARE | Kinds::EXECUTE;
        let kinds = self.kept.kinds;
        kinds.is_some_and(|kinds| kinds.kinds.intersects(reads) || !kinds.parsed)
    }

    /// Whether all that the kept request does is to choose the default database.
    pub fn chooses_database(&self) -> bool {
        let kinds = self.kept.kinds;
        self.kept.command == Command::InitDb
            || kinds.is_some_and(|kinds| kinds.verb == Verb::Use && kinds.statements == 1)
    }

    /// Bytes that it holds, besides buffers, history and prepared statements.
    pub fn footprint(&self) -> usize {
        let parked = self.parked.capacity() * size_of::<Option<Backend>>();
        size_of::<Self>() + parked + self.members.footprint()
    }

    /// Why the statement that the kept request is about can't be prepared on the connection in use.
    pub fn not_prepared(&self, in_use: &Backend) -> Option<ErrPacket> {
        let statement = self.prepared.get(self.kept.statement?)?;
        in_use.statements.failure(statement.handle()).cloned()
    }

    /// What makes a new connection what the others are. It may be logged in without the database that
    /// the history begins with.
    pub fn replay(&self, database: Option<&[u8]>, connection: &Backend) -> Vec<Step> {
        let mut replay = Replay::new(self.history.is_pruned());
        let lacks_database = connection.lacks != Lacks::Nothing;
        let missing = self.base_database.as_deref().filter(|_| lacks_database);
        if let Some(missing) = missing {
            replay.begin_in(missing);
        }
        let mut statements = self.prepared.all().peekable();
        for entry in self.history.entries() {
            if entry.changes_context {
                while let Some(statement) = statements.next_if(|one| one.since < entry.position) {
                    replay.prepare(statement);
                }
            }
            replay.command(entry);
        }
        replay.end(database)
    }

    /// The session is as after a log-in.
    pub fn reset(&mut self) {
        self.history.clear();
        self.prepared.clear();
        for backend in self.parked.iter_mut().flatten() {
            backend.statements.clear();
        }
    }

    /// The connection that is open to a server, if the session can do without until there is another.
    pub fn can_spare(&self, server: &Server) -> Option<usize> {
        let mut open = self.open();
        let member = open.find(|&member| {
            let own = self.server(member);
            own.is_some_and(|own| std::ptr::eq(&raw const **own, server))
        })?;
        self.router.can_spare(member).then_some(member)
    }
}

impl Drop for Routed {
    fn drop(&mut self) {
        self.router.ended(Instant::now());
    }
}

/// A connection that is of no use any more, and why.
#[derive(Debug)]
pub(super) struct Gone {
    pub member: usize,
    pub why: Unusable,
}
