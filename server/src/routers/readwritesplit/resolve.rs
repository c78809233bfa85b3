//! From what a request needs to the server that gets it.

use std::time::{Duration, Instant};

use super::SplitSession;
use super::fitness::{is_primary, is_replica};
use super::state::Asked;
use super::target::{Answer, Target, Wanted};
use crate::config::PrimaryFailureMode;
use crate::routers::{Ask, Member, Plan, Purpose, Refusal, RouteError};
use crate::sql::{Kinds, Verb};
use crate::wire::command::Command;

/// A request that waits is routed again so often, at least: a server that could not be reached may
/// be reached again without a change of its state.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// Why nobody gets a request.
enum Nobody {
    /// There is no primary.
    Primary(Vec<Refusal>),
    /// There is nobody for a read.
    Reader(Vec<Refusal>),
    /// Something of the session's is gone with a server.
    Gone(RouteError),
    /// A cursor is gone with a server.
    Cursor,
}

/// A request's server, or the one whose answer counts.
struct Found {
    member: usize,
    purpose: Purpose,
}

impl SplitSession {
    /// Where a request goes. Asking again for the same request is fine after
    /// [`Plan::Wait`] and after [`Recovery::Retry`](crate::routers::Recovery::Retry).
    pub fn route(&mut self, ask: &Ask<'_>, members: &[Member]) -> Plan {
        let is_new = matches!(ask.command, Command::ResetConnection | Command::ChangeUser);
        if let Some(error) = self.state.doomed.take().filter(|_| !is_new) {
            return Plan::Close(error);
        }
        if let Some(error) = self.primary_changed(members) {
            return Plan::Close(error);
        }
        let wanted = self.wanted(ask, members);
        if self.breaks_read_only(&wanted, members) {
            return Plan::Refuse(RouteError::ReadOnlyTransaction);
        }
        let found = self.find(&wanted.target, ask, members);
        let (found, hinted) = match (found, &wanted.unhinted) {
            (Err(_), Some(unhinted)) => (self.find(unhinted, ask, members), false),
            (found, unhinted) => (found, unhinted.is_some()),
        };
        match found {
            Ok(found) => self.planned(ask, wanted, &found, hinted, members),
            Err(nobody) => self.nobody(nobody, ask.now),
        }
    }

    /// The session's primary is another one, and it may not change.
    fn primary_changed(&self, members: &[Member]) -> Option<RouteError> {
        let primary = self.primary(members).ok()?;
        let current = self.state.primary.filter(|&current| current != primary)?;
        if self.state.bound_to().is_some() {
            return None;
        }
        let held = self.held_at(current);
        held.or((!self.may_change_primary(primary)).then_some(RouteError::PrimaryLost))
    }

    /// Whether it is a write in a transaction that only reads, and that is run on a replica: one
    /// that is read-only itself would refuse it with another error than the client expects.
    fn breaks_read_only(&self, wanted: &Wanted, members: &[Member]) -> bool {
        let Some(transaction) = self.state.transaction else {
            return false;
        };
        let kinds = wanted.reading.kinds;
        let writes = matches!(
            kinds.verb,
            Verb::Insert | Verb::Replace | Verb::Update | Verb::Delete | Verb::Load
        );
        transaction.reads_only
            && wanted.target == Target::Bound(transaction.member)
            && members.get(transaction.member).is_some_and(is_replica)
            && writes
            && !kinds.kinds.contains(Kinds::MULTI | Kinds::EXPLAIN)
            // Those may be written.
            && self.state.temporary.at().is_none()
    }

    fn find(
        &mut self,
        target: &Target,
        ask: &Ask<'_>,
        members: &[Member],
    ) -> Result<Found, Nobody> {
        let is_open = |member: usize| members.get(member).is_some_and(Member::is_open);
        match target {
            Target::Bound(member) if is_open(*member) => {
                let purpose = purpose_of(*member, members);
                Ok(Found {
                    member: *member,
                    purpose,
                })
            }
            Target::Bound(_) => Err(self.gone()),
            Target::Cursor(member) if is_open(*member) => Ok(Found {
                member: *member,
                purpose: Purpose::Replica,
            }),
            Target::Cursor(_) => Err(Nobody::Cursor),
            Target::Member(member) if is_open(*member) && self.is_usable(*member, members) => {
                let purpose = purpose_of(*member, members);
                Ok(Found {
                    member: *member,
                    purpose,
                })
            }
            Target::Member(_) | Target::Primary => self.find_primary(members),
            Target::Replica => self.find_reader(ask.replication_lag_max_s, members),
            Target::Any => self.find_any(members),
            Target::Hinted(hinted) => self.find_hinted(hinted, members),
            Target::Everyone { answer, .. } => self.find_answer(*answer, members),
        }
    }

    /// The server is gone that the session is bound to.
    fn gone(&self) -> Nobody {
        Nobody::Gone(if self.state.transaction.is_some() {
            RouteError::TransactionLost
        } else {
            RouteError::SettingsLost
        })
    }

    fn find_primary(&mut self, members: &[Member]) -> Result<Found, Nobody> {
        let member = self.primary(members).map_err(Nobody::Primary)?;
        self.state.primary = Some(member);
        Ok(Found {
            member,
            purpose: Purpose::Primary,
        })
    }

    fn find_reader(&mut self, lag: Option<u64>, members: &[Member]) -> Result<Found, Nobody> {
        let member = self.reader(members, lag).map_err(Nobody::Reader)?;
        Ok(Found {
            member,
            purpose: Purpose::Replica,
        })
    }

    /// The primary if it is connected, else anything that is, else anything.
    fn find_any(&mut self, members: &[Member]) -> Result<Found, Nobody> {
        let any = |member| Found {
            member,
            purpose: Purpose::Any,
        };
        let is_open = |member: &usize| members.get(*member).is_some_and(Member::is_open);
        let usable = |member: &usize| is_open(member) && self.is_usable(*member, members);
        let primary = self.primary(members).ok();
        let open = primary.filter(is_open).or(self.state.last.filter(usable));
        if let Some(member) = open.or_else(|| (0..members.len()).find(usable)) {
            return Ok(any(member));
        }
        if let Some(primary) = primary
            && (self.parameters.master_accept_reads || !self.parameters.lazy_connect)
        {
            return self.find_primary(members).map(|_| any(primary));
        }
        let reader = self.find_reader(None, members)?;
        Ok(any(reader.member))
    }

    fn find_answer(&mut self, answer: Answer, members: &[Member]) -> Result<Found, Nobody> {
        let is_open = |member: usize| members.get(member).is_some_and(Member::is_open);
        let answer = match (answer, self.state.bound_to()) {
            (Answer::Home, Some(member)) => Answer::Member(member),
            (answer, _) => answer,
        };
        let specific = match answer {
            Answer::Member(member) if is_open(member) && self.is_usable(member, members) => {
                Some(Found {
                    member,
                    purpose: Purpose::Any,
                })
            }
            Answer::Member(member) if self.state.bound_to() == Some(member) => {
                return Err(self.gone());
            }
            Answer::Primary => self.find_primary(members).ok(),
            Answer::Replica => self.find_reader(None, members).ok(),
            Answer::Home | Answer::Member(_) => None,
        };
        match specific {
            Some(found) => Ok(found),
            None => self.find_any(members),
        }
    }

    /// The best of the servers that a hint names.
    fn find_hinted(&mut self, hinted: &[usize], members: &[Member]) -> Result<Found, Nobody> {
        let fits = |index: &&usize| self.is_usable(**index, members);
        let best = hinted.iter().filter(fits).min_by_key(|&&index| {
            let member = members.get(index);
            member.map(|member| (member.busy, !member.is_open()))
        });
        let Some(&member) = best else {
            return Err(Nobody::Reader(Vec::new()));
        };
        let purpose = purpose_of(member, members);
        Ok(Found { member, purpose })
    }

    /// Whether a server may be used that is asked for by name.
    fn is_usable(&self, member: usize, members: &[Member]) -> bool {
        let is_bound = self.state.bound_to() == Some(member);
        members.get(member).is_some_and(|member| {
            let has_role = is_primary(member) || is_replica(member);
            is_bound || has_role && self.reachable(member).is_ok()
        })
    }

    /// Remembers what is asked of whom.
    fn planned(
        &mut self,
        ask: &Ask<'_>,
        wanted: Wanted,
        found: &Found,
        hinted: bool,
        members: &[Member],
    ) -> Plan {
        // A hint that could not be followed was perhaps one for all.
        let is_unhinted = !hinted && wanted.unhinted.is_some();
        let everyone = match wanted.target {
            Target::Everyone { remember, .. } if !is_unhinted => Some(remember),
            _ => None,
        };
        let mut reading = wanted.reading;
        let purpose = found.purpose;
        self.state.waits_since = None;
        let asked = Asked {
            command: ask.command,
            named: Self::take_named(&mut reading),
            kinds: reading.kinds,
            member: found.member,
            purpose,
            everyone: everyone.is_some(),
            hinted,
            statement: ask.statement,
            tables: wanted.tables,
            uneven: reading.uneven,
            answered: ask.command.reply_shape().is_none(),
        };
        self.sent_ahead(&asked);
        self.state.was_sent &= self.state.again;
        if !std::mem::take(&mut self.state.again) {
            self.counters.routed(&asked, members, ask.now);
        }
        self.state.asked = Some(asked);
        match everyone {
            Some(remember) => Plan::All {
                answer: found.member,
                remember,
            },
            None => Plan::One {
                member: found.member,
                purpose,
            },
        }
    }

    /// Where parameters are sent ahead, the execution goes, too.
    fn sent_ahead(&mut self, asked: &Asked) {
        if asked.command == Command::StmtSendLongData
            && let Some(statement) = self.state.statements.get_mut(asked.statement)
        {
            statement.at = Some(asked.member);
            statement.parameters_sent = true;
        }
    }

    /// What happens to a request that nobody gets.
    fn nobody(&mut self, nobody: Nobody, now: Instant) -> Plan {
        let (refused, closed) = match nobody {
            Nobody::Gone(error) => return Plan::Close(error),
            Nobody::Cursor => return Plan::Refuse(RouteError::CursorLost),
            Nobody::Primary(refusals) => (RouteError::ReadOnly, RouteError::NoPrimary(refusals)),
            Nobody::Reader(refusals) if refusals.is_empty() => {
                (RouteError::NoServer, RouteError::NoServer)
            }
            Nobody::Reader(refusals) => {
                let error = RouteError::NoneFits(refusals);
                (error.clone(), error)
            }
        };
        if let Some(retry_for_ms) = self.parameters.retry_for_ms {
            let since = *self.state.waits_since.get_or_insert(now);
            let waited = now.saturating_duration_since(since);
            let rest = Duration::from_millis(retry_for_ms).saturating_sub(waited);
            if !rest.is_zero() {
                return Plan::Wait {
                    until: now + rest.min(ASK_AGAIN),
                };
            }
        }
        self.state.waits_since = None;
        self.state.again = false;
        let (refused, closed) = if std::mem::take(&mut self.state.was_sent) {
            // What the client wants to know is that its statement was under way.
            (RouteError::ReplyLost, RouteError::ReplyLost)
        } else {
            (refused, closed)
        };
        match self.parameters.master_failure_mode {
            PrimaryFailureMode::ErrorOnWrite => Plan::Refuse(refused),
            _ => Plan::Close(closed),
        }
    }
}

/// As what a server that is given gets something.
fn purpose_of(member: usize, members: &[Member]) -> Purpose {
    if members.get(member).is_some_and(is_primary) {
        Purpose::Primary
    } else {
        Purpose::Replica
    }
}

/// Whether a request only reads, so that it may be sent once more to another server.
pub(super) fn only_reads(asked: &Asked) -> bool {
    let kinds = asked.kinds;
    match asked.command {
        Command::Query | Command::StmtExecute => {
            let other = Kinds::WRITE
                | Kinds::PRIMARY_READ
                | Kinds::SESSION_WRITE
                | Kinds::USERVAR_WRITE
                | Kinds::PREVIOUS_STATEMENT;
            kinds.kinds.contains(Kinds::READ) && !kinds.kinds.intersects(other)
        }
        Command::Ping | Command::Statistics | Command::ProcessInfo | Command::FieldList => true,
        _ => false,
    }
}
