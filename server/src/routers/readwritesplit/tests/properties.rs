//! Whatever happens, nothing is sent to a server that must not get it.

use proptest::prelude::*;

use super::fixture::{Fixture, servers_of};
use crate::pipeline::RouteHint;
use crate::routers::{LinkState, LostDuring, Member, Plan};
use crate::servers::ServerStates;

const STATEMENTS: &[&str] = &[
    "SELECT 1",
    "SELECT @a",
    "SELECT @a := 1",
    "SELECT FOUND_ROWS()",
    "SELECT * FROM tmp",
    "INSERT INTO t VALUES (1)",
    "SET @a = 1",
    "SET @a = UUID()",
    "SET autocommit=0",
    "SET autocommit=1",
    "SET TRANSACTION READ ONLY",
    "SET SESSION TRANSACTION READ ONLY",
    "BEGIN",
    "START TRANSACTION READ ONLY",
    "COMMIT",
    "LOCK TABLES t READ",
    "UNLOCK TABLES",
    "CREATE TEMPORARY TABLE tmp (a INT)",
    "CALL p()",
    "SELECT 1; SELECT 2",
];

const PARAMETERS: &[&str] = &[
    "",
    "lazy_connect=1",
    "master_accept_reads=1 max_slave_connections=1",
    "max_replication_lag=5s master_failure_mode=error_on_write",
    "delayed_retry=1 master_reconnection=0",
    "master_failure_mode=fail_instantly slave_selection_criteria=adaptive_routing",
    "strict_multi_stmt=1 use_sql_variables_in=master slave_connections=0",
];

#[derive(Debug, Clone)]
enum Step {
    Statement(usize),
    Hinted(usize, usize),
    Server(usize, usize),
    Lose(usize, bool, bool),
    Keep,
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..STATEMENTS.len()).prop_map(Step::Statement),
        1 => (0..STATEMENTS.len(), 0..6_usize).prop_map(|(sql, hint)| Step::Hinted(sql, hint)),
        3 => (0..4_usize, 0..STATES.len()).prop_map(|(at, state)| Step::Server(at, state)),
        2 => (0..4_usize, any::<bool>(), any::<bool>())
            .prop_map(|(at, sent, passed_on)| Step::Lose(at, sent, passed_on)),
        1 => Just(Step::Keep),
        1 => Just(Step::Wait),
    ]
}

const STATES: &[&str] = &[
    "primary",
    "replica",
    "replica@9",
    "replica@999",
    "replica*5",
    "replica+draining",
    "replica+maintenance",
    "primary+maintenance",
    "primary+draining",
    "replica/secondary",
    "primary/secondary",
    "replica!",
    "running",
    "down",
    "primary+down",
];

/// Whether anything may be sent to a server of that kind; `bound`: a transaction is open there.
fn is_fit(member: &Member, before: LinkState, bound: bool) -> Result<(), String> {
    let states = member.candidate.states;
    let ok = |fits: bool, what: &str| if fits { Ok(()) } else { Err(what.to_owned()) };
    ok(before != LinkState::Failed, "failed")?;
    if bound {
        return ok(before == LinkState::Open, "bound and not connected");
    }
    ok(states.contains(ServerStates::RUNNING), "down")?;
    ok(!states.contains(ServerStates::MAINTENANCE), "maintenance")?;
    let roles = ServerStates::PRIMARY | ServerStates::REPLICA | ServerStates::RELAY;
    ok(states.intersects(roles), "no role")?;
    if before == LinkState::Closed {
        ok(!states.contains(ServerStates::DRAINING), "draining")?;
        ok(!member.candidate.full, "full")?;
    }
    Ok(())
}

fn run(parameters: &str, steps: &[Step]) -> Result<(), String> {
    let mut fixture = Fixture::new(parameters, "primary replica replica:closed replica*1");
    for step in steps {
        let (sql, hint) = match step {
            Step::Statement(index) => (STATEMENTS[*index], None),
            Step::Hinted(index, hint) => (STATEMENTS[*index], Some(hint_of(*hint))),
            Step::Server(at, state) => {
                let name = fixture.members[*at].name.clone();
                let link = fixture.members[*at].link;
                let mut other = servers_of(STATES[*state]).remove(0);
                (other.name, other.link) = (name, link);
                fixture.members[*at] = other;
                continue;
            }
            Step::Lose(at, sent, passed_on) => {
                let during = LostDuring::Request {
                    sent: *sent,
                    passed_on: *passed_on,
                };
                let recovery = fixture.lose(*at, during);
                if matches!(recovery, crate::routers::Recovery::Close(_)) {
                    return Ok(());
                }
                continue;
            }
            Step::Keep => {
                for index in fixture.session.keep(&fixture.members) {
                    if fixture.members[index].link != LinkState::Open {
                        return Err("keeps what is not open".to_owned());
                    }
                }
                continue;
            }
            Step::Wait => {
                for member in &mut fixture.members {
                    if member.link == LinkState::Failed {
                        member.link = LinkState::Closed;
                    }
                }
                fixture.pass(std::time::Duration::from_secs(4));
                continue;
            }
        };
        let links: Vec<_> = fixture.members.iter().map(|member| member.link).collect();
        let bound = fixture.session.state.bound_to();
        let at_cursor = |index: usize| bound == Some(index);
        let plan = match &hint {
            Some(hint) => fixture.hinted(sql, hint),
            None => fixture.run(sql),
        };
        match plan {
            Plan::One { member, .. } | Plan::All { answer: member, .. } => {
                is_fit(&fixture.members[member], links[member], at_cursor(member))
                    .map_err(|what| format!("{sql} to {member}, which is {what}"))?;
                let open = |member: &&Member| {
                    let replicas = ServerStates::REPLICA | ServerStates::RELAY;
                    let states = member.candidate.states;
                    member.link == LinkState::Open
                        && states.intersects(replicas)
                        && !states.contains(ServerStates::PRIMARY)
                };
                let _ = fixture.members.iter().filter(open).count();
            }
            Plan::Close(_) => return Ok(()),
            Plan::Wait { .. } | Plan::Refuse(_) => {}
        }
    }
    Ok(())
}

fn hint_of(index: usize) -> RouteHint {
    match index {
        0 => RouteHint::Primary,
        1 => RouteHint::Replica,
        2 => RouteHint::Last,
        3 => RouteHint::Server("db2".into()),
        4 => RouteHint::AnyOf(["db1".into(), "db3".into()].into()),
        _ => RouteHint::All,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_plan_names_a_server_that_is_not_fit(
        parameters in 0..PARAMETERS.len(),
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let outcome = run(PARAMETERS[parameters], &steps);
        prop_assert!(outcome.is_ok(), "{outcome:?}");
    }
}
