//! What routers tell of themselves, in the words of the REST API.

use std::time::Duration;

use serde_json::{Value, json};

use super::Router;
use super::readwritesplit::{ServerQueries, SplitDiagnostics};

impl Router {
    /// What it tells of itself (`router_diagnostics`); null if it tells nothing.
    pub fn diagnostics(&self) -> Value {
        match self {
            Self::ReadConn(_) => Value::Null,
            Self::Split(split) => of_split(&split.diagnostics()),
        }
    }
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

    #[test]
    fn durations_have_six_digits() {
        let check = |millis, expected| assert_eq!(seconds(Duration::from_millis(millis)), expected);
        check(0, "0.00000s");
        check(8790, "8.79000s");
        check(123_456, "123.456s");
        check(9_999_999_000, "9999999s");
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
