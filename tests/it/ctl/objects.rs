//! Objects: made, listed, altered, linked, removed.

use sluicegate_tests::ports::free_port;

use super::{Ctl, gateway};

/// Makes a server, a filter, a service with both, and a listener; the listener's port.
async fn furnish(ctl: &Ctl) -> u16 {
    ctl.done("create server far address=192.0.2.1 port=3307 --services Main")
        .await;
    ctl.done("create filter Note comment inject=hello").await;
    ctl.done("create service Second readconnroute user=u password=p --servers far --filters Note")
        .await;
    let port = free_port();
    ctl.done(&format!(
        "create listener Second Second-Listener port={port} address=127.0.0.1"
    ))
    .await;
    port
}

#[tokio::test]
async fn objects_are_made_and_listed() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let port = furnish(&ctl).await;
    ctl.done("create user reader secret").await;

    let servers = ctl.rows("list servers").await;
    assert!(
        servers
            .iter()
            .any(|row| row.starts_with("far|192.0.2.1|3307|0|")),
        "{servers:?}"
    );
    let services = ctl.rows("list services").await;
    assert!(
        services.contains(&"Second|readconnroute|0|0|far|Note|Started".to_owned()),
        "{services:?}"
    );
    let listeners = ctl.rows("list listeners").await;
    let row = format!("Second-Listener|{port}|127.0.0.1|Running|Second");
    assert!(listeners.contains(&row), "{listeners:?}");
    assert_eq!(ctl.rows("list filters").await, ["Note|Second|comment"]);
    let users = ctl.rows("list users").await;
    assert!(
        users
            .iter()
            .any(|row| row.starts_with("reader|inet|basic|")),
        "{users:?}"
    );
}

#[tokio::test]
async fn objects_are_altered_linked_stopped_and_destroyed() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    furnish(&ctl).await;
    ctl.done("create user reader secret").await;
    ctl.done("alter filter Note inject=other").await;
    let shown = ctl.rows("show filter Note").await;
    assert!(
        shown.contains(&"parameters/inject|other".to_owned()),
        "{shown:?}"
    );
    ctl.done("alter server far port=3308").await;
    ctl.done("alter service Second max_connections=5").await;
    ctl.done("alter service-filters Second").await;
    ctl.done("alter maxscale retain_last_statements=3").await;

    ctl.done("unlink service Second far").await;
    ctl.done("link service Second server1").await;
    let shown = ctl.rows("show service Second").await;
    for row in ["-> servers|server1", "parameters/max_connections|5"] {
        assert!(shown.contains(&row.to_owned()), "{row}: {shown:?}");
    }
    // A service may be used like a server.
    ctl.done("link service Second Main").await;
    let shown = ctl.rows("show service Second").await;
    assert!(shown.contains(&"-> services|Main".to_owned()), "{shown:?}");
    ctl.done("unlink service Second Main").await;
    let again = ctl.refused("unlink service Second far").await;
    assert!(again.contains("far is not linked"), "{again}");
    let nothing = ctl.refused("link service Second nothing").await;
    assert!(nothing.contains("neither a server nor"), "{nothing}");

    ctl.done("stop listener Second-Listener").await;
    let shown = ctl.rows("show listener Second-Listener").await;
    assert!(shown.contains(&"state|Stopped".to_owned()), "{shown:?}");
    ctl.done("start listener Second-Listener").await;
    ctl.done("destroy listener Second-Listener").await;
    ctl.done("destroy service Second --force").await;
    ctl.done("destroy filter Note").await;
    let used = ctl.refused("destroy server far").await;
    assert!(used.starts_with("sluicegate: "), "{used}");
    ctl.done("destroy server far --force").await;
    ctl.done("destroy user reader").await;
    assert_eq!(ctl.rows("list filters").await, [""; 0]);
}

#[tokio::test]
async fn states_of_servers_are_set_and_cleared() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let state = async || {
        let rows = ctl.rows("list servers").await;
        rows[0].split('|').nth(4).unwrap_or_default().to_owned()
    };
    ctl.done("set server server1 maintenance").await;
    assert!(state().await.contains("Maintenance"), "{}", state().await);
    ctl.done("clear server server1 maintenance").await;
    assert!(!state().await.contains("Maintenance"), "{}", state().await);
    ctl.done("enable log-priority info").await;
    let shown = ctl.rows("show maxscale").await;
    assert!(
        shown.contains(&"parameters/log_info|true".to_owned()),
        "{shown:?}"
    );
    ctl.done("rotate logs").await;
    for list in [
        "list threads",
        "list modules",
        "list monitors",
        "list maxscale",
    ] {
        assert!(!ctl.rows(list).await.is_empty(), "{list}");
    }
}
