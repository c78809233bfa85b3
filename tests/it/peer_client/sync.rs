//! `cluster diff` and `cluster sync`.

use serde_json::json;

use super::{Walk, related};

/// Collections of what can be configured.
const LISTS: [&str; 6] = [
    "servers",
    "services",
    "listeners",
    "monitors",
    "filters",
    "users/inet",
];

#[tokio::test]
async fn cluster_diff_and_sync_write_what_they_have_read() {
    let walk = Walk::begin(|_| {}).await;
    let filter = json!({"id": "Null", "type": "filters", "attributes": {"module": "nullfilter"}});
    walk.done("POST", "filters", json!({ "data": filter }))
        .await;
    walk.done("PATCH", "services/Main", related("filters", &["Null"]))
        .await;
    let versions = async || {
        let mut versions = Vec::new();
        for list in LISTS {
            for one in walk.data(list).await.as_array().expect("a list") {
                versions.push(format!("{} {}", one["id"], one["meta"]["version"]));
            }
        }
        versions.push(walk.told("maxscale", "/meta/version").await.to_string());
        versions
    };
    let before = versions().await;
    for list in LISTS {
        for one in walk.data(list).await.as_array().expect("a list") {
            let path = format!("{list}/{}", one["id"].as_str().expect("an id"));
            walk.done("PATCH", &path, json!({"data": one})).await;
            let whole = walk.api.document(&format!("/v1/{path}")).await;
            walk.done("PATCH", &path, whole).await;
            for (name, links) in one["relationships"].as_object().into_iter().flatten() {
                let own = format!("{path}/relationships/{name}");
                if list == "filters" || (list == "monitors" && name == "services") {
                    continue;
                }
                walk.done("PATCH", &own, links.clone()).await;
            }
        }
    }
    for path in ["maxscale", "maxscale/logs"] {
        let whole = walk.api.document(&format!("/v1/{path}")).await;
        walk.done("PATCH", path, whole).await;
    }
    assert_eq!(versions().await, before, "nothing has changed");
}
