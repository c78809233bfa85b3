//! A MySQL server behind the gateway. These run where `.ci/setup.sh compat` has put one (`make
//! compat` does), and say so where it has not.

mod dialogue;
mod pool;
mod sessions;

use std::path::Path;
use std::process::Stdio;

use mysql_async::prelude::Queryable;
use mysql_async::{ChangeUserOpts, Conn, Row};
use serde_json::Value;
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::{self, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mysql::{MySql, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};
use tokio::sync::OnceCell;

/// A server, and a gateway with a listener for each way to it.
struct Stage {
    db: MySql,
    gateway: Gateway,
    split_port: u16,
    /// readwritesplit with `reuse_prepared_statements`.
    reuse_port: u16,
    /// TLS to the client and to the server.
    tls_port: u16,
    tls: Certificate,
}

/// What the accounts have: the tests leave them as they are.
const ACCOUNTS: &str = "
    CREATE DATABASE shop; CREATE DATABASE closed;
    CREATE TABLE shop.items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), data LONGBLOB);
    SET NAMES utf8mb4; INSERT INTO shop.items (name) VALUES ('Grüße 🦀'), (NULL), ('third');
    CREATE USER alice@'%' IDENTIFIED BY 'alice-secret'; GRANT ALL ON shop.* TO alice@'%';
    CREATE USER bob@'%' IDENTIFIED BY 'bob-secret'; GRANT ALL ON shop.* TO bob@'%';
    CREATE USER forgotten@'%' IDENTIFIED BY 'forgotten-secret';
    CREATE USER old@'%' IDENTIFIED WITH sha256_password BY 'old-secret'; GRANT ALL ON shop.* TO old@'%';
    CREATE USER oldnopass@'%' IDENTIFIED WITH sha256_password;
    CREATE USER nopass@'%'; CREATE USER locked@'%' IDENTIFIED BY 'locked-secret' ACCOUNT LOCK;
    CREATE USER expired@'%' IDENTIFIED BY 'expired-secret' PASSWORD EXPIRE;
    CREATE USER encrypted@'%' IDENTIFIED BY 'encrypted-secret' REQUIRE SSL;
    CREATE ROLE reader, idle; GRANT SELECT ON shop.* TO reader; GRANT SELECT ON closed.* TO idle;
    CREATE USER member@'%' IDENTIFIED BY 'member-secret' DEFAULT ROLE reader;
    GRANT idle TO member@'%'";

static STAGE: OnceCell<Option<Stage>> = OnceCell::const_new();
static FORGETFUL: OnceCell<Option<Stage>> = OnceCell::const_new();

/// What the tests share; `None` where there is no MySQL.
async fn stage() -> Option<&'static Stage> {
    STAGE.get_or_init(start).await.as_ref()
}

/// Another one, for tests that let the server forget passwords (`FLUSH PRIVILEGES`).
async fn forgetful() -> Option<&'static Stage> {
    FORGETFUL.get_or_init(start).await.as_ref()
}

async fn start() -> Option<Stage> {
    let db = MySql::start("mysql", &["--server-id=1"]).await?;
    db.sql(ACCOUNTS).await;
    // The command would end it at its first semicolon.
    let procedure = "CREATE PROCEDURE shop.two(a INT) BEGIN SELECT a; SELECT a * 2; END";
    db.sql(&format!("DELIMITER //\n{procedure} //")).await;
    let tls = Authority::new().issue("gateway");
    let mut setup = setup(&[db.port()]);
    let (split_port, reuse_port, tls_port) = (free_port(), free_port(), free_port());
    let cnf = &mut setup.cnf;
    let certificate = db.certificate();
    let server = cnf.section("secure").set("type", "server");
    let server = server.set("address", "127.0.0.1").set("port", db.port());
    server.set("ssl", true).set("ssl_ca", certificate.display());
    cnf.section("Monitor").set("servers", "server1,secure");
    for (name, router, server, port) in [
        ("Split", "readwritesplit", "server1", split_port),
        ("Reuse", "readwritesplit", "server1", reuse_port),
        ("Secure", "readconnroute", "secure", tls_port),
    ] {
        cnf.service(name, router).set("servers", server);
        cnf.listener(&format!("{name}-Listener"), name, port);
    }
    let reuse = cnf.section("Reuse");
    reuse.set("reuse_prepared_statements", true);
    for (name, from) in [("One", "one"), ("Two", "two")] {
        let filter = cnf.section(name).set("type", "filter");
        let filter = filter.set("module", "regexfilter").set("match", from);
        filter.set("replace", "more");
    }
    let listener = cnf.section("Secure-Listener").set("ssl", true);
    let listener = listener.set("ssl_key", tls.key.display());
    listener.set("ssl_cert", tls.cert.display());
    let gateway = setup.start().await;
    Some(Stage {
        db,
        gateway,
        split_port,
        reuse_port,
        tls_port,
        tls,
    })
}

fn setup(servers: &[u16]) -> Setup {
    let ports = (free_port(), free_port());
    let mut setup = Setup::in_folder(scratch::folder("gateway"), servers, ports);
    let gateway = setup.cnf.section("maxscale").set("log_info", true);
    gateway.set("users_refresh_time", "10ms");
    setup
}

impl Stage {
    /// The server, and both routers in front of it.
    fn places(&self) -> [(&'static str, u16); 3] {
        [
            ("direct", self.db.port()),
            ("readconnroute", self.gateway.port()),
            ("readwritesplit", self.split_port),
        ]
    }

    async fn connection(&self, port: u16) -> Conn {
        let endpoint = Endpoint::Tcp(port);
        // The server knows the password afterwards: this driver can't encrypt it.
        mysql(port, &["-ualice", "-palice-secret"], "DO 1").await;
        clients::connect(clients::options(&endpoint, "alice", "alice-secret", "shop")).await
    }
}

/// Runs MySQL's own command; what it prints, and how it ended.
async fn mysql(port: u16, arguments: &[&str], sql: &str) -> String {
    let command = program("mysql").expect("it is beside the server");
    let output = tokio::process::Command::new(command)
        .args(["--no-defaults", "--batch", "--host=127.0.0.1"])
        .arg(format!("--port={port}"))
        .args(arguments)
        .args(["-e", sql])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("the command can be started");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors: Vec<_> = errors
        .lines()
        .filter(|l| !l.contains("[Warning]"))
        .collect();
    let text = String::from_utf8_lossy(&output.stdout);
    format!("{text}{}", errors.join("\n"))
}

const KEY: &str = "--get-server-public-key";
const WHO: &str = "SELECT CURRENT_USER(), DATABASE()";

/// Arguments of the command, what it runs, and a part of what it prints.
const CASES: &[(&[&str], &str, &str)] = &[
    (&["-ualice", "-palice-secret", KEY], WHO, "alice@%"),
    (&["-ualice", "-palice-secret"], WHO, "alice@%"),
    (&["-ualice", "-palice-secret", "-Dshop"], WHO, "shop"),
    (&["-ualice", "-palice-secret", "-Dnowhere"], WHO, "ERROR 10"),
    (
        &["-ualice", "-palice-secret", "-Dclosed"],
        WHO,
        "ERROR 1044",
    ),
    (&["-ualice", "-pwrong", KEY], WHO, "(using password: YES)"),
    (&["-ualice", KEY], WHO, "(using password: NO)"),
    (&["-unobody", "-px", KEY], WHO, "ERROR 1045"),
    (&["-unopass"], WHO, "nopass@%"),
    (&["-uold", "-pold-secret", KEY], WHO, "old@%"),
    (&["-uold", "-pold-secret", KEY, "-Dshop"], WHO, "shop"),
    (&["-uold", "-pwrong", KEY], WHO, "(using password: YES)"),
    (&["-uold", KEY], WHO, "(using password: NO)"),
    (&["-uoldnopass", KEY], WHO, "oldnopass@%"),
    (&["-uoldnopass", "-pwrong", KEY], WHO, "ERROR 1045"),
    (&["-ulocked", "-plocked-secret", KEY], WHO, "ERROR 3118"),
    (
        &["-uexpired", "-pexpired-secret", KEY],
        WHO,
        "--connect-expired-password option",
    ),
    (
        &[
            "-uexpired",
            "-pexpired-secret",
            KEY,
            "--connect-expired-password",
        ],
        WHO,
        "ERROR 1820",
    ),
    (
        &[
            "-uencrypted",
            "-pencrypted-secret",
            KEY,
            "--ssl-mode=DISABLED",
        ],
        WHO,
        "ERROR 1045",
    ),
    (
        &["-umember", "-pmember-secret", KEY, "-Dshop"],
        "SELECT CURRENT_ROLE()",
        "`reader`@`%`",
    ),
    (
        &["-umember", "-pmember-secret", KEY, "-Dclosed"],
        WHO,
        "ERROR 1044",
    ),
    (
        &["-ualice", "-palice-secret", "-Dshop"],
        "SELECT id, name FROM items WHERE id < 4; CALL two(21); SELEKT",
        "ERROR 1064",
    ),
    (
        &["-ualice", "-palice-secret", "-Dshop"],
        "SET @a = 5; PREPARE p FROM 'SELECT ? + @a'; SET @b = 1; EXECUTE p USING @b; \
         START TRANSACTION; DELETE FROM items; SELECT COUNT(*) FROM items; ROLLBACK; \
         START TRANSACTION READ ONLY; DELETE FROM items",
        "ERROR 1792",
    ),
];

#[tokio::test]
async fn the_command_of_mysql_sees_through_the_gateway_what_it_sees_without() {
    let Some(stage) = stage().await else { return };
    let file = scratch::folder("infile").join("rows.txt");
    std::fs::write(&file, "10\tten\n11\televen\n").expect("the file can be written");
    let load = load_statement(&file);
    let local: &[&str] = &["-ualice", "-palice-secret", "-Dshop", "--local-infile=1"];
    let load = (local, load.as_str(), "ten");
    for (arguments, sql, expected) in CASES.iter().chain([&load]) {
        let mut direct = None;
        for (name, port) in stage.places() {
            let printed = mysql(port, arguments, sql).await;
            assert!(
                printed.contains(expected),
                "{name}: {arguments:?}: {printed}"
            );
            let direct = direct.get_or_insert_with(|| printed.clone());
            assert_eq!(&printed, direct, "{name}: {arguments:?} {sql}");
        }
    }
}

fn load_statement(file: &Path) -> String {
    format!(
        "CREATE TEMPORARY TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50)); \
         LOAD DATA LOCAL INFILE '{}' INTO TABLE loaded; SELECT * FROM loaded; SHOW WARNINGS",
        file.display()
    )
}

#[tokio::test]
async fn a_server_that_has_forgotten_a_password_is_shown_it_again() {
    let Some(stage) = forgetful().await else {
        return;
    };
    let known = ["-uforgotten", "-pforgotten-secret"];
    for (name, port) in stage.places().into_iter().skip(1) {
        stage.db.sql("FLUSH PRIVILEGES").await;
        let first = mysql(port, &[known[0], known[1], KEY], WHO).await;
        assert!(first.contains("forgotten@%"), "{name}: {first}");
        stage.db.sql("FLUSH PRIVILEGES").await;
        // The gateway is not asked for its key: it knows the password, which the server does not.
        let second = mysql(port, &known, WHO).await;
        assert!(second.contains("forgotten@%"), "{name}: {second}");
    }
}

#[tokio::test]
async fn over_tls_passwords_go_as_they_are_on_both_sides() {
    let Some(stage) = forgetful().await else {
        return;
    };
    stage.db.sql("FLUSH PRIVILEGES").await;
    let ca = format!("--ssl-ca={}", stage.tls.ca.display());
    let tls = ["--ssl-mode=VERIFY_CA", &ca];
    let who = ["-uencrypted", "-pencrypted-secret"];
    let sql = "SHOW STATUS LIKE 'Ssl_version'";
    let arguments = [who.as_slice(), &tls].concat();
    let printed = mysql(stage.tls_port, &arguments, sql).await;
    assert!(printed.contains("TLSv1."), "{printed}");
    let old = ["-uold", "-pold-secret"];
    let printed = mysql(stage.tls_port, &[old.as_slice(), &tls].concat(), WHO).await;
    assert!(printed.contains("old@%"), "{printed}");
    let plain = [who.as_slice(), &["--ssl-mode=DISABLED", KEY]].concat();
    let refused = mysql(stage.tls_port, &plain, sql).await;
    assert!(refused.contains("Access without SSL denied"), "{refused}");
}

#[tokio::test]
async fn drivers_prepare_and_change_users_as_without_the_gateway() {
    let Some(stage) = stage().await else { return };
    for (name, port) in stage.places() {
        mysql(port, &["-ubob", "-pbob-secret", KEY], "DO 1").await;
        let mut c = stage.connection(port).await;
        c.query_drop("CREATE TEMPORARY TABLE t (id INT, data LONGBLOB, at DATETIME(6), doc JSON)")
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let data = vec![7_u8; 300_000];
        let insert = "INSERT INTO t VALUES (?, ?, '2024-02-29 23:59:59.5', '{\"a\": 1}')";
        for id in 1..=3 {
            c.exec_drop(insert, (id, &data)).await.expect("an insert");
        }
        let select = "SELECT id, LENGTH(data), at, doc FROM t WHERE id > ? ORDER BY id";
        let rows: Vec<Row> = c.exec(select, (1,)).await.expect("rows");
        assert_eq!(rows.len(), 2, "{name}");
        let got: Option<Vec<u8>> = c
            .exec_first("SELECT data FROM t WHERE id = ?", (1,))
            .await
            .expect("a row");
        assert_eq!(got, Some(data), "{name}");
        let mut results = c.query_iter("CALL two(21)").await.expect("results");
        let first: Vec<i32> = results.collect().await.expect("rows");
        let second: Vec<i32> = results.collect().await.expect("rows");
        assert_eq!((first, second), (vec![21], vec![42]), "{name}");
        results.drop_result().await.expect("the end");
        let as_bob = ChangeUserOpts::new()
            .with_user(Some("bob".to_owned()))
            .with_pass(Some("bob-secret".to_owned()))
            .with_db_name(Some("shop".to_owned()));
        c.change_user(as_bob)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let who: Option<(String, String)> = c.query_first(WHO).await.expect("a row");
        assert_eq!(who, Some(("bob@%".into(), "shop".into())), "{name}");
        let gone = c.query_drop("SELECT * FROM t").await;
        assert!(gone.is_err(), "{name}: the temporary table is gone");
        c.reset().await.expect("a reset");
        c.disconnect().await.expect("a clean end");
    }
}

#[tokio::test]
async fn a_kill_ends_the_session_whose_id_it_names() {
    let Some(stage) = stage().await else { return };
    for (name, port) in stage.places() {
        let mut killer = stage.connection(port).await;
        let mut victim = stage.connection(port).await;
        victim.query_drop("DO 1").await.expect("it is there");
        let kill = format!("KILL {}", victim.id());
        killer
            .query_drop(kill)
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let what = format!("{name}: the session has ended");
        eventually(PATIENCE, &what, async || {
            victim.query_drop("DO 1").await.is_err().then_some(())
        })
        .await;
        killer.disconnect().await.expect("a clean end");
    }
}

#[tokio::test]
async fn the_monitor_tells_primary_and_replica_apart_and_reads_go_to_the_replica() {
    let Some(primary) = MySql::start("primary", &["--server-id=1"]).await else {
        return;
    };
    primary
        .sql(
            "CREATE USER replica@'%' IDENTIFIED BY 'replica-secret';
             GRANT REPLICATION SLAVE ON *.* TO replica@'%';
             CREATE USER alice@'%' IDENTIFIED BY 'alice-secret'; GRANT ALL ON *.* TO alice@'%'",
        )
        .await;
    let replica = ["--server-id=2", "--read-only=ON"];
    let replica = MySql::start("replica", &replica)
        .await
        .expect("there was one before");
    replica
        .sql(&format!(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT={},
             SOURCE_USER='replica', SOURCE_PASSWORD='replica-secret', SOURCE_AUTO_POSITION=1,
             GET_SOURCE_PUBLIC_KEY=1; START REPLICA",
            primary.port()
        ))
        .await;
    let mut setup = setup(&[primary.port(), replica.port()]);
    let service = setup.cnf.section("Main").set("router", "readwritesplit");
    service.unset("router_options");
    let gateway = setup.start().await;
    let expected = ["Master, Running", "Slave, Running"];
    eventually(PATIENCE, "primary and replica are seen", async || {
        let document = gateway.api().document("/v1/servers").await;
        let servers = document["data"].as_array()?;
        let state = |server: &Value| server["attributes"]["state"].as_str().map(str::to_owned);
        let states: Option<Vec<_>> = servers.iter().map(state).collect();
        (states? == expected).then_some(())
    })
    .await;
    let sql = "SELECT @@server_id; START TRANSACTION; SELECT @@server_id; ROLLBACK";
    let alice = ["-ualice", "-palice-secret", KEY, "--skip-column-names"];
    eventually(PATIENCE, "a read goes to the replica", async || {
        let printed = mysql(gateway.port(), &alice, sql).await;
        (printed == "2\n1\n").then_some(())
    })
    .await;
    drop(gateway);
    replica.stop().await;
}
