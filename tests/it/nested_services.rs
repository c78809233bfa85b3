//! Services that route to other services (`targets`): requests pass the filters and the router of
//! each.

use hyper::Method;
use mysql_async::prelude::Queryable;
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::certificates::Authority;
use sluicegate_tests::clients::{self, Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, Options, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually};

const LOGIN: Login<'static> = Login::new("u", "u").database("d");
const WHERE: &str = "SELECT @@server_id";

/// A primary and a replica. `Outer` (readconnroute) has nothing but the service `Inner`, which
/// splits; each has a filter of its own.
struct Scene {
    topology: Topology,
    gateway: Gateway,
    outer_port: u16,
    setup: Setup,
}

fn listener(setup: &mut Setup, service: &str) -> u16 {
    let port = free_port();
    setup
        .cnf
        .listener(&format!("{service}-Listener"), service, port);
    port
}

fn replacing(setup: &mut Setup, name: &str, what: &str, with: &str) {
    setup
        .cnf
        .section(name)
        .set("type", "filter")
        .set("module", "regexfilter")
        .set("match", what)
        .set("replace", with);
}

async fn scene() -> Scene {
    let topology = Topology::start(1).await;
    topology
        .primary
        .sql(
            "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
             CREATE USER other@'%' IDENTIFIED BY 'o'; GRANT ALL ON *.* TO other@'%';
             CREATE DATABASE d; CREATE TABLE d.t (a INT)",
        )
        .await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    replacing(&mut setup, "First", "one", "two");
    replacing(&mut setup, "Second", "two", "three");
    setup
        .cnf
        .service("Outer", "readconnroute")
        .set("targets", "Inner")
        .set("filters", "First");
    setup
        .cnf
        .service("Inner", "readwritesplit")
        .set("servers", "server1,server2")
        .set("filters", "Second")
        .set("wait_timeout", "1s");
    let outer_port = listener(&mut setup, "Outer");
    Scene {
        gateway: setup.clone().start().await,
        topology,
        outer_port,
        setup,
    }
}

async fn client(port: u16) -> RawClient {
    let client = eventually(PATIENCE, "a client is let in", async || {
        RawClient::logged_in(port, &LOGIN).await.ok()
    });
    client.await
}

async fn run(client: &mut RawClient, sql: &str) {
    client.query(sql).await.expect("a request");
    let reply = client.reply().await.expect("a reply");
    assert!(!matches!(reply, Reply::Err { .. }), "{sql}: {reply:?}");
}

#[tokio::test]
async fn requests_pass_the_filters_and_the_routers_of_both_services() {
    let scene = scene().await;
    let mut client = client(scene.outer_port).await;
    assert_eq!(
        client.value("SELECT 'one'").await.expect("a value"),
        "three"
    );
    assert_eq!(
        client.value("SELECT 'two'").await.expect("a value"),
        "three"
    );
    // The inner router splits: reads go to the replica, writes and transactions to the primary.
    assert_eq!(client.value(WHERE).await.expect("a value"), "2");
    run(&mut client, "INSERT INTO t VALUES (1)").await;
    run(&mut client, "BEGIN").await;
    assert_eq!(client.value(WHERE).await.expect("a value"), "1");
    run(&mut client, "COMMIT").await;
    let count = scene.topology.primary.sql("SELECT COUNT(*) FROM d.t").await;
    assert_eq!(count.trim(), "1");
    // A session of the outer service, and within it one of the inner one.
    let sessions = scene.gateway.api().document("/v1/sessions").await;
    let sessions = sessions["data"].as_array().expect("a list").iter();
    let told: Vec<String> = sessions
        .map(|one| {
            let service = one["relationships"]["services"]["data"][0]["id"].clone();
            let connections = one["attributes"]["connections"].as_array().cloned();
            let servers = connections
                .into_iter()
                .flatten()
                .map(|one| one["server"].clone());
            format!("{} {}", service, servers.collect::<Value>())
        })
        .collect();
    assert!(
        told.contains(&"\"Outer\" [\"Inner\"]".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"\"Inner\" [\"server1\",\"server2\"]".to_owned()),
        "{told:?}"
    );
    // With the client both end; the inner one's time limit is not counted while it lives.
    tokio::time::sleep(std::time::Duration::from_millis(1600)).await;
    assert_eq!(client.value(WHERE).await.expect("it goes on"), "2");
    drop(client);
    eventually(PATIENCE, "both end", async || {
        let sessions = scene.gateway.api().document("/v1/sessions").await;
        sessions["data"]
            .as_array()
            .is_some_and(Vec::is_empty)
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn statements_are_prepared_users_changed_and_sessions_reset_through_both() {
    let scene = scene().await;
    let endpoint = Endpoint::Tcp(scene.outer_port);
    client(scene.outer_port).await;
    let mut conn = clients::connect(clients::options(&endpoint, "u", "u", "d")).await;
    for number in 0..20_u32 {
        let sum: Option<u32> = conn
            .exec_first("SELECT ? + 1", (number,))
            .await
            .expect("an execution");
        assert_eq!(sum, Some(number + 1));
    }
    conn.query_drop("SET @kept = 7").await.expect("a statement");
    let options = mysql_async::ChangeUserOpts::new()
        .with_user(Some("other".to_owned()))
        .with_pass(Some("o".to_owned()));
    conn.change_user(options).await.expect("another user");
    let (user, kept): (String, Option<u32>) = conn
        .query_first("SELECT CURRENT_USER(), @kept")
        .await
        .expect("a result")
        .expect("a row");
    assert_eq!((user.as_str(), kept), ("other@%", None));
    conn.reset().await.expect("a reset");
    let many: Vec<u32> = conn
        .query("SELECT seq FROM seq_1_to_20000")
        .await
        .expect("rows");
    assert_eq!(many.len(), 20_000);
    conn.disconnect().await.expect("a good end");
}

#[tokio::test]
async fn a_service_is_to_others_what_its_servers_are_and_the_better_rank_comes_first() {
    let topology = Topology::start(1).await;
    let accounts =
        "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%'; CREATE DATABASE d";
    topology.primary.sql(accounts).await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    for (name, server, rank) in [
        ("Near", "server1", "primary"),
        ("Far", "server2", "secondary"),
    ] {
        setup
            .cnf
            .service(name, "readconnroute")
            .set("router_options", "running")
            .set("servers", server)
            .set("rank", rank);
    }
    setup
        .cnf
        .service("Ranked", "readconnroute")
        .set("targets", "Far,Near");
    let port = listener(&mut setup, "Ranked");
    // Writes to the one, reads to the other.
    setup
        .cnf
        .service("Split", "readwritesplit")
        .set("targets", "Far,Near");
    let split_port = listener(&mut setup, "Split");
    setup.keep_routers();
    let gateway = setup.start().await;
    let api = gateway.api();
    let put = async |path: &str| {
        let answer = api.send(Method::PUT, path, &[]).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text);
    };
    let mut there = client(port).await;
    assert_eq!(there.value(WHERE).await.expect("a value"), "1");
    put("/v1/servers/server1/set?state=drain").await;
    let mut next = eventually(PATIENCE, "the other rank serves", async || {
        let mut next = RawClient::logged_in(port, &LOGIN).await.ok()?;
        (next.value(WHERE).await.ok()? == "2").then_some(next)
    })
    .await;
    assert_eq!(there.value(WHERE).await.expect("it goes on"), "1");
    put("/v1/servers/server1/clear?state=drain").await;
    put("/v1/servers/server2/set?state=maintenance").await;
    assert_eq!(next.value(WHERE).await.expect("it goes on"), "2");
    put("/v1/servers/server2/set?state=maintenance&force=yes").await;
    eventually(PATIENCE, "what is by force ends the session", async || {
        next.value(WHERE).await.is_err().then_some(())
    })
    .await;
    put("/v1/servers/server2/clear?state=maintenance").await;
    let rank = json!({"data": {"attributes": {"parameters": {"rank": "primary"}}}});
    assert_eq!(api.patch("/v1/services/Far", &rank).await.status, 204);
    eventually(
        PATIENCE,
        "reads go to one, writes to the other",
        async || {
            let mut split = RawClient::logged_in(split_port, &LOGIN).await.ok()?;
            let read = split.value(WHERE).await.ok()?;
            run(&mut split, "BEGIN").await;
            let write = split.value(WHERE).await.ok()?;
            (read == "2" && write == "1").then_some(())
        },
    )
    .await;
}

fn items(names: &[&str]) -> Value {
    let items = names
        .iter()
        .map(|name| json!({"id": name, "type": "services"}));
    json!({"data": items.collect::<Vec<_>>()})
}

async fn patched(api: &Api, path: &str, body: &Value, status: u16) -> String {
    let answer = api.patch(path, body).await;
    assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
    answer.text
}

async fn services_of(api: &Api, name: &str) -> Vec<String> {
    let document = api.document(&format!("/v1/services/{name}")).await;
    let by_resource = document["data"]["relationships"]["services"]["data"].clone();
    let path = format!("/v1/services/{name}/relationships/services");
    let alone = api.document(&path).await["data"].clone();
    let ids = |data: &Value| -> Vec<String> {
        let items = data.as_array().cloned().unwrap_or_default();
        let ids = items
            .iter()
            .map(|one| one["id"].as_str().unwrap_or_default());
        ids.map(str::to_owned).collect()
    };
    assert_eq!(ids(&by_resource), ids(&alone));
    ids(&alone)
}

#[tokio::test]
async fn services_become_targets_at_run_time_but_none_leads_back_to_itself() {
    let scene = scene().await;
    let api = scene.gateway.api();
    assert_eq!(services_of(&api, "Outer").await, ["Inner"]);
    let body = json!({"data": {"id": "Outermost", "type": "services",
        "attributes": {"router": "readconnroute", "parameters": {
            "user": SERVICE_ACCOUNT.0, "password": SERVICE_ACCOUNT.1}},
        "relationships": {"services": items(&["Outer"])}}});
    let made = api.post("/v1/services", &body).await;
    assert_eq!(made.status, 204, "{}", made.text);
    assert_eq!(services_of(&api, "Outermost").await, ["Outer"]);
    for (service, target) in [
        ("Inner", "Outermost"),
        ("Inner", "Outer"),
        ("Outer", "Outer"),
    ] {
        let path = format!("/v1/services/{service}/relationships/services");
        let answer = patched(&api, &path, &items(&[target]), 400).await;
        assert!(answer.contains("would route to itself"), "{answer}");
        let body = json!({"data": {"relationships": {"services": items(&[target])}}});
        patched(&api, &format!("/v1/services/{service}"), &body, 400).await;
    }
    let path = "/v1/services/Outermost/relationships/services";
    patched(&api, path, &items(&["Nobody"]), 400).await;

    // A client three services deep.
    let port = free_port();
    let body = json!({"data": {"id": "Deep", "type": "listeners",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": port}},
        "relationships": {"services": items(&["Outermost"])}}});
    assert_eq!(api.post("/v1/listeners", &body).await.status, 204);
    let mut deep = client(port).await;
    assert_eq!(deep.value("SELECT 'one'").await.expect("a value"), "three");

    // What is used is not destroyed, but by force.
    let refused = api.delete("/v1/services/Inner").await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(
        refused.text.contains("is used by the service Outer"),
        "{}",
        refused.text
    );
    let forced = api.delete("/v1/services/Inner?force=yes").await;
    assert_eq!(forced.status, 204, "{}", forced.text);
    assert_eq!(services_of(&api, "Outer").await, Vec::<String>::new());
    assert_eq!(
        deep.value("SELECT 'one'").await.expect("it goes on"),
        "three"
    );
    // Others come in its place.
    let body = json!({"data": {"relationships": {
        "servers": {"data": [{"id": "server2", "type": "servers"}]}}}});
    patched(&api, "/v1/services/Outer", &body, 204).await;
    let mut next = eventually(PATIENCE, "new ones have the server", async || {
        let mut next = RawClient::logged_in(port, &LOGIN).await.ok()?;
        (next.value(WHERE).await.ok()? == "2").then_some(next)
    })
    .await;
    assert_eq!(next.value("SELECT 'one'").await.expect("a value"), "two");
}

#[tokio::test]
async fn targets_are_kept_and_circles_in_a_file_are_refused() {
    let Scene {
        mut gateway,
        mut setup,
        topology: _topology,
        outer_port,
    } = scene().await;
    let api = gateway.api();
    let body = json!({"data": {"relationships": {
        "servers": {"data": [{"id": "server1", "type": "servers"}]},
        "services": items(&["Inner"])}}});
    patched(&api, "/v1/services/Outer", &body, 204).await;
    assert!(gateway.stop().await.success());
    let mut gateway = setup.clone().start().await;
    let api = gateway.api();
    assert_eq!(services_of(&api, "Outer").await, ["Inner"]);
    let outer = api.document("/v1/services/Outer").await;
    let servers = &outer["data"]["relationships"]["servers"]["data"];
    assert_eq!(servers[0]["id"], "server1");
    client(outer_port).await;
    assert!(gateway.stop().await.success());

    let circle = setup.cnf.section("Inner").unset("servers");
    circle.set("targets", "server1,Outer");
    let mut refused = setup.start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    assert!(log.contains("`Inner` would route to itself"), "{log}");
}

/// An account that has to come by TLS is let in through both services when it does, and only then.
#[tokio::test]
async fn what_an_account_demands_of_the_connection_is_asked_of_the_clients_own() {
    let authority = Authority::new();
    let own = authority.issue("gateway");
    let options = Options {
        tls: Some(authority.issue("server")),
        ..Options::default()
    };
    let db = MariaDb::start_with("nested-tls", options).await;
    db.sql("CREATE USER strict@'%' IDENTIFIED BY 's' REQUIRE SSL")
        .await;
    let mut setup = Setup::new(&[&db]);
    setup
        .cnf
        .section("server1")
        .set("ssl", true)
        .set("ssl_ca", own.ca.display());
    setup
        .cnf
        .service("Inner", "readconnroute")
        .set("router_options", "running")
        .set("servers", "server1");
    setup
        .cnf
        .service("Outer", "readconnroute")
        .set("router_options", "running")
        .set("targets", "Inner");
    let (plain, private) = (listener(&mut setup, "Outer"), free_port());
    setup
        .cnf
        .listener("Private-Listener", "Outer", private)
        .set("ssl", true)
        .set("ssl_key", own.key.display())
        .set("ssl_cert", own.cert.display());
    let gateway = setup.start().await;
    let cli = |port| Cli::new(&Endpoint::Tcp(port)).user("strict", "s");
    let ca = format!("--ssl-ca={}", own.ca.display());
    let told = eventually(PATIENCE, "it is let in", async || {
        let output = cli(private).argument(&ca).run("SELECT 'in'").await;
        output.ok.then_some(output)
    })
    .await;
    assert!(told.stdout.contains("in"), "{told:?}");
    let refused = cli(plain).argument("--skip-ssl").run("SELECT 'in'").await;
    assert!(refused.stderr.contains("ERROR 1045"), "{refused:?}");
    drop(gateway);
}

#[tokio::test]
async fn kills_reach_the_servers_behind_both_services() {
    let scene = scene().await;
    let mut victim = client(scene.outer_port).await;
    let mut killer = client(scene.outer_port).await;
    let id = victim.connection_id;
    victim.query("SELECT SLEEP(30)").await.expect("a request");
    let busy = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(30)'";
    eventually(PATIENCE, "the statement runs", async || {
        let (first, second) = (&scene.topology.primary, &scene.topology.replicas[0]);
        let counts = [first.sql(busy).await, second.sql(busy).await];
        counts.iter().any(|count| count.trim() == "1").then_some(())
    })
    .await;
    let stranger = Login::new("weak", "w");
    scene
        .topology
        .primary
        .sql("CREATE USER weak@'%' IDENTIFIED BY 'w'")
        .await;
    scene.topology.in_sync().await;
    let mut stranger = eventually(PATIENCE, "another is let in", async || {
        RawClient::logged_in(scene.outer_port, &stranger).await.ok()
    })
    .await;
    stranger
        .query(&format!("KILL {id}"))
        .await
        .expect("a request");
    let refused = stranger.reply().await.expect("a reply");
    assert_eq!(
        refused.error().map(|error| error.0),
        Some(1095),
        "{refused:?}"
    );
    run(&mut killer, &format!("KILL QUERY {id}")).await;
    let ended = victim.rows().await.expect("its statement ends");
    assert_eq!(
        ended.err().and_then(|reply| Some(reply.error()?.0)),
        Some(1317)
    );
    assert_eq!(victim.value("SELECT 5").await.expect("it goes on"), "5");
    run(&mut killer, &format!("KILL {id}")).await;
    assert!(victim.value("SELECT 5").await.is_err(), "it has ended");
}
