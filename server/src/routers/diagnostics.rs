//! What routers tell of themselves, in the words of the REST API.

use std::time::Duration;

use serde_json::{Value, json};

use super::Router;
use super::readconnroute::ServerRequests;
use super::readwritesplit::{ServerQueries, SplitDiagnostics};

impl Router {
    /// What it tells of itself (`router_diagnostics`).
    pub fn diagnostics(&self) -> Value {
        match self {
            Self::ReadConn(router) => of_read_conn(&router.counts()),
            Self::Split(split) => of_split(&split.diagnostics()),
        }
    }
}

fn of_read_conn(counted: &[ServerRequests]) -> Value {
    let queries: u64 = counted
        .iter()
        .map(|server| server.read + server.write)
        .sum();
    let servers = counted.iter().map(|server| {
        let per_session = |sum: u64| sum.checked_div(server.sessions).unwrap_or_default();
        let used = &server.used;
        let mut told = json!({
            "avg_queries_per_session": per_session(used.requests),
            "avg_sess_duration": "0ns",
            "id": &*server.name,
            "read": server.read,
            "total": server.read + server.write,
            "write": server.write,
        });
        // As the peer: nothing is known of sessions before one has ended.
        if let (Some(told), true) = (told.as_object_mut(), server.sessions > 0) {
            let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
            let duration = Duration::from_micros(per_session(micros(used.present)));
            let share = used.active.as_secs_f64() / used.present.as_secs_f64().max(1e-6);
            told.insert("avg_sess_duration".to_owned(), seconds(duration).into());
            told.insert("avg_sess_active_pct".to_owned(), (100.0 * share).into());
        }
        told
    });
    let servers: Vec<Value> = servers.collect();
    json!({"queries": queries, "server_query_statistics": servers})
}

fn of_split(counted: &SplitDiagnostics) -> Value {
    let servers: Vec<Value> = counted.servers.iter().map(of_server).collect();
    json!({
        "queries": counted.queries,
        // Transactions are not replayed (yet), so that none can be too large for that either.
        "replayed_transactions": 0,
        "ro_transactions": counted.ro_transactions,
        "route_all": counted.route_all,
        "route_master": counted.route_primary,
        "route_slave": counted.route_replica,
        "rw_transactions": counted.rw_transactions,
        "server_query_statistics": servers,
        "trx_max_size_exceeded": 0,
    })
}

fn of_server(server: &ServerQueries) -> Value {
    json!({
        "avg_selects_per_session": server.selects_per_session,
        "avg_sess_active_pct": server.active_percent,
        "avg_sess_duration": seconds(server.session_duration),
        "id": &*server.name,
        "read": server.read,
        "total": server.total,
        "write": server.write,
    })
}

/// `8.79034s`: six digits that count.
fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs().max(1);
    let digits = usize::try_from(whole.ilog10()).unwrap_or_default();
    format!(
        "{:.*}s",
        5_usize.saturating_sub(digits),
        duration.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::routers::readconnroute::SessionUse;

    #[test]
    fn durations_have_six_digits() {
        let check = |millis, expected| assert_eq!(seconds(Duration::from_millis(millis)), expected);
        check(0, "0.00000s");
        check(8790, "8.79000s");
        check(123_456, "123.456s");
        check(9_999_999_000, "9999999s");
    }

    #[test]
    fn readconnroute_tells_of_its_servers() {
        let counted = |sessions| ServerRequests {
            name: "db1".into(),
            read: 1,
            write: 2,
            sessions,
            used: SessionUse {
                present: Duration::from_secs(8 * sessions),
                active: Duration::from_secs(2 * sessions),
                requests: 3 * sessions,
            },
        };
        let told = of_read_conn(&[counted(0)]);
        expect![[r#"{"queries":3,"server_query_statistics":[{"avg_queries_per_session":0,"avg_sess_duration":"0ns","id":"db1","read":1,"total":3,"write":2}]}"#]]
            .assert_eq(&told.to_string());
        let told = of_read_conn(&[counted(4)]);
        expect![[r#"{"queries":3,"server_query_statistics":[{"avg_queries_per_session":3,"avg_sess_active_pct":25.0,"avg_sess_duration":"8.00000s","id":"db1","read":1,"total":3,"write":2}]}"#]]
            .assert_eq(&told.to_string());
    }

    #[test]
    fn readwritesplit_tells_the_documented_things() {
        let counted = SplitDiagnostics {
            queries: 7,
            route_primary: 3,
            route_replica: 2,
            route_all: 2,
            rw_transactions: 1,
            ro_transactions: 0,
            servers: vec![ServerQueries {
                name: "db1".into(),
                total: 5,
                read: 2,
                write: 3,
                session_duration: Duration::from_secs(2),
                active_percent: 12.5,
                selects_per_session: 2,
            }],
        };
        let told = of_split(&counted);
        expect![[r#"{"queries":7,"replayed_transactions":0,"ro_transactions":0,"route_all":2,"route_master":3,"route_slave":2,"rw_transactions":1,"server_query_statistics":[{"avg_selects_per_session":2,"avg_sess_active_pct":12.5,"avg_sess_duration":"2.00000s","id":"db1","read":2,"total":5,"write":3}],"trx_max_size_exceeded":0}"#]]
            .assert_eq(&told.to_string());
    }
}
