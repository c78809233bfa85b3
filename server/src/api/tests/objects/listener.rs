//! Listeners that are made, altered, stopped and removed.

use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items, parameters};
use crate::net::HostLookup;

/// A listener on a port that nobody has at the moment.
fn listener(id: &str) -> (Value, u16) {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    let body = json!({"data": {
        "id": id,
        "type": "listeners",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": port}},
        "relationships": {"services": items(&["Even"])},
    }});
    (body, port)
}

#[tokio::test]
async fn a_listener_is_made_and_removed_again() {
    let api = Api::new();
    let (body, port) = listener("New");
    api.change("POST", "listeners", &body, 204).await;
    assert_eq!(
        api.related("services/Even/listeners").await,
        ["Listener", "New"]
    );
    assert_eq!(
        api.told("listeners/New", "/attributes/parameters/port")
            .await,
        port
    );
    assert_eq!(
        api.told("listeners/New", "/attributes/state").await,
        "Running"
    );
    let within = api.told("services/Even", "/attributes/listeners/1").await;
    assert_eq!(within["id"], "New");
    assert_eq!(within["attributes"]["parameters"]["port"], port);
    // The port is taken now, by name.
    let mut second = body.clone();
    second["data"]["id"] = json!("Second");
    let refused = api.change("POST", "listeners", &second, 400).await;
    assert_eq!(
        refused,
        format!("/data/attributes/parameters/port port: {port} is taken by the listener New")
    );
    api.act("DELETE", "listeners/New", 204).await;
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    api.change("POST", "listeners", &second, 204).await;
    assert_eq!(
        api.written(0),
        [
            "admin@127.0.0.1 create listeners/New",
            "admin@127.0.0.1 delete listeners/New",
            "admin@127.0.0.1 create listeners/Second",
        ]
    );
}

#[tokio::test]
async fn listeners_are_reached_below_their_service() {
    let api = Api::new();
    let (mut body, _) = listener("New");
    body["data"]
        .as_object_mut()
        .unwrap()
        .remove("relationships");
    let below = "services/Even/listeners";
    api.change("POST", below, &body, 204).await;
    assert_eq!(api.told(&format!("{below}/New"), "/id").await, "New");
    api.act("GET", &format!("{below}/none"), 404).await;
    api.act("DELETE", &format!("{below}/none"), 404).await;
    api.act("DELETE", &format!("{below}/New"), 204).await;
    api.act("GET", "listeners/New", 404).await;
    body["data"]["relationships"] = json!({"services": items(&["Odd"])});
    api.change("POST", below, &body, 400).await;
    api.change("POST", "services/none/listeners", &body, 404)
        .await;
}

#[tokio::test]
async fn a_listener_that_can_t_be_made_is_not_there() {
    let api = Api::new();
    let before = api.configured().await;
    let changed = |pointer: &str, value: Value| {
        let (mut body, _) = listener("New");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let all = "/data/attributes/parameters";
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let taken = taken
        .local_addr()
        .map(|address| (taken, address.port()))
        .unwrap();
    for (body, place) in [
        (changed(all, json!({})), format!("{all} ")),
        (
            changed(all, json!({"port": 1, "socket": "/tmp/x"})),
            format!("{all}/socket "),
        ),
        (
            changed(&format!("{all}/port"), json!(taken.1)),
            format!("{all}/port "),
        ),
        (
            changed(&format!("{all}/port"), json!(70_000)),
            format!("{all}/port "),
        ),
        (
            changed(&format!("{all}/port"), json!(8989)),
            format!("{all}/port "),
        ),
        (
            changed(&format!("{all}/address"), json!("nowhere")),
            format!("{all}/address "),
        ),
        (
            changed(&format!("{all}/address"), json!("192.0.2.1")),
            format!("{all}/port "),
        ),
        (
            changed(all, json!({"socket": "/nowhere/at/all.sock"})),
            format!("{all}/socket "),
        ),
        (
            changed(all, json!({"port": 1, "ssl": true})),
            format!("{all}/ssl "),
        ),
        (
            changed(all, json!({"port": 1, "service": "Odd"})),
            format!("{all}/service "),
        ),
        (
            changed(all, json!({"port": 1, "protocol": "other"})),
            format!("{all}/protocol "),
        ),
        (
            changed("/data/relationships/services", items(&[])),
            "/data/relationships/services/data ".to_owned(),
        ),
        (
            changed("/data/relationships/services", items(&["none"])),
            "/data/relationships/services/data/0/id ".to_owned(),
        ),
    ] {
        let refused = api.change("POST", "listeners", &body, 400).await;
        assert!(refused.starts_with(&place), "{body}: {refused}");
    }
    assert_eq!(api.configured().await, before);
}

#[tokio::test]
async fn a_listener_is_altered_as_far_as_it_can_be() {
    let api = Api::new();
    let (body, port) = listener("New");
    api.change("POST", "listeners", &body, 204).await;
    let path = "listeners/New";
    let networks = parameters(&json!({"proxy_protocol_networks": "10.0.0.0/8", "port": port}));
    api.change("PATCH", path, &networks, 204).await;
    let told = "/attributes/parameters/proxy_protocol_networks";
    assert_eq!(api.told(path, told).await, "10.0.0.0/8");
    let before = api.configured().await;
    for (body, place) in [
        (json!({"port": 1}), "/port"),
        (json!({"address": "::"}), "/address"),
        (
            json!({"ssl": true, "ssl_key": "/none", "ssl_cert": "/none"}),
            "/ssl",
        ),
        (
            json!({"MariaDBProtocol": {"allow_replication": false}}),
            "/MariaDBProtocol/allow_replication",
        ),
        (json!({"MariaDBProtocol": 1}), "/MariaDBProtocol"),
    ] {
        let refused = api.change("PATCH", path, &parameters(&body), 400).await;
        let place = format!("/data/attributes/parameters{place} ");
        assert!(refused.starts_with(&place), "{refused}");
    }
    let services = "listeners/New/relationships/services";
    api.change("PATCH", services, &items(&["Even"]), 204).await;
    api.change("PATCH", services, &items(&[]), 400).await;
    assert_eq!(api.configured().await, before);
    for (act, expected) in [("stop", "Stopped"), ("start", "Running")] {
        api.act("PUT", &format!("{path}/{act}"), 204).await;
        assert_eq!(api.told(path, "/attributes/state").await, expected);
    }
    api.act("PUT", "listeners/none/stop", 404).await;
}

#[tokio::test]
async fn the_older_names_of_the_protocol_make_a_listener_too() {
    let api = Api::new();
    let (mut body, _) = listener("New");
    let given = &mut body["data"]["attributes"]["parameters"];
    given["protocol"] = json!("MariaDBClient");
    given["mariadbprotocol"] = json!({"allow_replication": false});
    api.change("POST", "listeners", &body, 204).await;
    let told = api.told("listeners/New", "/attributes/parameters").await;
    assert_eq!(told["protocol"], "MariaDBProtocol");
    assert_eq!(told["MariaDBProtocol"]["allow_replication"], false);
}

#[tokio::test]
async fn a_host_name_is_looked_up_while_others_write() {
    let (release, gate) = sync_channel::<()>(2);
    let (asked, asking) = tokio::sync::mpsc::unbounded_channel();
    let (gate, mut asking) = (Mutex::new(gate), asking);
    let hosts = HostLookup::new(Duration::from_mins(1), move |host| {
        asked.send(host.to_owned()).unwrap();
        gate.lock().unwrap().recv().unwrap();
        Ok(vec!["127.0.0.1".parse().unwrap()])
    });
    let api = Api::with_hosts(hosts);
    let (mut body, port) = listener("New");
    body["data"]["attributes"]["parameters"]["address"] = json!("gateway.example");
    let making = api.change("POST", "listeners", &body, 204);
    let meanwhile = async {
        assert_eq!(asking.recv().await.unwrap(), "gateway.example");
        let other = parameters(&json!({"rank": "secondary"}));
        api.change("PATCH", "servers/server1", &other, 204).await;
        release.send(()).unwrap();
    };
    tokio::join!(making, meanwhile);
    let address = "/attributes/parameters/address";
    assert_eq!(api.told("listeners/New", address).await, "gateway.example");
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap_err();
    // What is brought back is looked up again.
    api.act("DELETE", "listeners/New", 204).await;
    release.send(()).unwrap();
    let undone = api.act("POST", "audit/3/undo", 204).await;
    assert_eq!(undone, "");
    assert_eq!(asking.recv().await.unwrap(), "gateway.example");
    assert_eq!(api.told("listeners/New", address).await, "gateway.example");
}

#[tokio::test]
async fn a_host_name_that_leads_nowhere_is_refused_with_the_reason() {
    let (_silent, silence) = sync_channel::<()>(1);
    let silence = Mutex::new(silence);
    let hosts = HostLookup::new(Duration::from_millis(50), move |host| {
        if host == "slow.example" {
            let _ = silence
                .lock()
                .unwrap()
                .recv_timeout(Duration::from_millis(200));
        }
        Ok(Vec::new())
    });
    let api = Api::with_hosts(hosts);
    let before = api.configured().await;
    let (mut body, _) = listener("New");
    for (host, expected) in [
        ("none.example", "the host name none.example has no address"),
        (
            "slow.example",
            "the host name slow.example can't be looked up: no answer within 50ms",
        ),
        (
            "no host",
            "`no host` is neither an IP address nor a host name (allowed: an IPv4 or IPv6 address, \
             :: for all, a host name)",
        ),
    ] {
        body["data"]["attributes"]["parameters"]["address"] = json!(host);
        let refused = api.change("POST", "listeners", &body, 400).await;
        let pointer = "/data/attributes/parameters/address";
        assert_eq!(refused, format!("{pointer} address: {expected}"));
    }
    assert_eq!(api.configured().await, before);
}
