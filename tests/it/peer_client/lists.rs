//! `list` and `show`.

use serde_json::{Value, json};
use sluicegate_tests::raw::RawClient;

use super::{LOGIN, Walk};

/// Every list, something in it, and the attributes that tables show of it. `*`: the first one.
const LISTS: [(&str, &str, &str); 9] = [
    (
        "servers",
        "server1",
        "parameters/address parameters/port statistics/connections state gtid_current_pos \
         version_string last_event triggered_at node_id master_id replication_lag",
    ),
    (
        "services",
        "Main",
        "router connections total_connections state started parameters users router_diagnostics \
         statistics listeners source",
    ),
    (
        "listeners",
        "Main-Listener",
        "parameters/port parameters/address parameters/service state source",
    ),
    (
        "monitors",
        "Monitor",
        "state module parameters/monitor_interval monitor_diagnostics source",
    ),
    (
        "sessions",
        "*",
        "user remote connected idle state connections queries log io_activity memory thread \
         client parameters/log_info seconds_alive",
    ),
    (
        "filters",
        "Null",
        "module parameters filter_diagnostics source",
    ),
    (
        "maxscale/modules",
        "readwritesplit",
        "module_type version api maturity description parameters commands",
    ),
    (
        "maxscale/threads",
        "0",
        "stats/current_descriptors stats/total_descriptors stats/load/last_second \
         stats/load/last_minute stats/load/last_hour stats/state",
    ),
    (
        "users/inet",
        "admin",
        "account created last_login last_update name",
    ),
];

/// What is read besides.
const OTHERS: [&str; 11] = [
    "maxscale",
    "maxscale/logs",
    "maxscale/logs/data?page[size]=5",
    "maxscale/logs/entries?priority=notice,warning",
    "maxscale/modules?load=all",
    "maxscale/modules?fields[modules]=commands,module_type",
    "maxscale/query_classifier/cache",
    "maxscale/query_classifier/classify?sql=SELECT+1",
    "services/Main/listeners",
    "sessions?rdns=true",
    "users",
];

#[tokio::test]
async fn list_and_show_find_what_their_tables_tell() {
    let walk = Walk::begin(|_| {}).await;
    let client = RawClient::logged_in(walk.gateway.port(), &LOGIN).await;
    let _client = client.expect("a login");
    walk.done(
        "POST",
        "filters",
        json!({"data": {"id": "Null", "type": "filters", "attributes": {"module": "nullfilter"}}}),
    )
    .await;
    let session = walk.told("sessions", "/0/id").await;
    let first = session.as_str().expect("an id");
    for (list, id, columns) in LISTS {
        let id = if id == "*" { first } else { id };
        let (own, one) = (format!("{list}/{id}"), walk.data(list).await);
        let mut all = one.as_array().expect("a list").iter();
        let listed = all.find(|one| one["id"] == id).expect("it is listed");
        let shown = walk.data(&own).await;
        for resource in [listed, &shown] {
            assert_eq!(resource["id"], id);
            assert!(resource["type"].is_string(), "{own}");
            let link = resource["links"]["self"].as_str().expect("a link");
            assert!(link.ends_with(&format!("/v1/{own}/")), "{link}");
            for column in columns.split_whitespace() {
                let place = format!("/attributes/{column}");
                assert!(resource.pointer(&place).is_some(), "{own}: {column}");
            }
        }
    }
    for path in OTHERS {
        walk.data(path).await;
    }
    let users = walk.told("services/Main", "/attributes/users").await;
    assert!(users.as_array().expect("a list").len() > 1, "{users}");
    assert_eq!(walk.ask("GET", "", &Value::Null).await.status, 200);
}
