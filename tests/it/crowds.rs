//! Many clients at once.

use std::collections::HashSet;

use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};
use tokio::task::JoinSet;

use crate::fixture::world;

const CLIENTS: usize = 500;

#[tokio::test]
async fn five_hundred_clients_at_once_all_get_their_own_answers() {
    let world = world().await;
    let mut tasks = JoinSet::new();
    for number in 0..CLIENTS {
        let port = world.port();
        let (user, password) = (world.user.clone(), world.password.clone());
        tasks.spawn(async move {
            let login = sluicegate_tests::raw::Login::new(&user, &password);
            let mut client = RawClient::logged_in(port, &login).await.expect("a login");
            for round in 0..5 {
                let sql = format!("SELECT '{number}-{round}'");
                assert_eq!(
                    client.value(&sql).await.expect("a value"),
                    format!("{number}-{round}")
                );
            }
            client
        });
    }
    let clients: Vec<RawClient> = tasks.join_all().await;
    let ids: HashSet<u32> = clients.iter().map(|client| client.connection_id).collect();
    assert_eq!(ids.len(), CLIENTS, "connection ids are distinct");
    if world.shared.gateway.is_some() {
        let path = format!("/v1/sessions?filter=/attributes/user=%22{}%22", world.user);
        let seen = world.api().document(&path).await;
        let seen: HashSet<String> = seen["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|session| session["id"].as_str().expect("a string").to_owned())
            .collect();
        assert_eq!(seen, ids.iter().map(u32::to_string).collect());
        let threads: HashSet<u64> = world.api().document(&path).await["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|session| session["attributes"]["thread"].as_u64().expect("a number"))
            .collect();
        assert_eq!(
            threads,
            HashSet::from([0, 1]),
            "every worker takes its share"
        );
    }
    drop(clients);
    eventually(PATIENCE, "all are gone from the server", async || {
        world.shared.db.without_connections_of(&world.user).await;
        Some(())
    })
    .await;
}
