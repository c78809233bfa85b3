//! Which account a login is matched with: hosts, anonymous accounts, privileges, new accounts.

use sluicegate_tests::clients::{Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::waiting::{PATIENCE, eventually};
use tokio::sync::OnceCell;

use crate::login::{answer, same_as_direct};

struct Accounts {
    db: MariaDb,
    gateway: Gateway,
}

/// A server of its own: anonymous accounts change what every unknown user is told.
async fn accounts() -> &'static Accounts {
    static ACCOUNTS: OnceCell<Accounts> = OnceCell::const_new();
    ACCOUNTS
        .get_or_init(|| async {
            let db = MariaDb::start("accounts").await;
            db.sql(ACCOUNTS_SQL).await;
            let gateway = Gateway::start(&[&db]).await;
            Accounts { db, gateway }
        })
        .await
}

const ACCOUNTS_SQL: &str = "
    CREATE DATABASE open1; CREATE DATABASE shut; CREATE DATABASE my_data; CREATE DATABASE mydata;
    CREATE USER ''@'%' IDENTIFIED BY 'guest';
    GRANT SELECT ON open1.* TO ''@'%';
    CREATE USER near@'127.0.0.%' IDENTIFIED BY 'near';
    CREATE USER exact@'127.0.0.1' IDENTIFIED BY 'exact';
    CREATE USER masked@'127.0.0.0/255.255.255.0' IDENTIFIED BY 'masked';
    CREATE USER far@'10.%' IDENTIFIED BY 'far';
    CREATE USER twice@'%' IDENTIFIED BY 'wide'; CREATE USER twice@'127.0.0.1' IDENTIFIED BY 'narrow';
    CREATE USER open_handed@'%';
    CREATE USER limited@'%' IDENTIFIED BY 'limited';
    GRANT SELECT ON open1.* TO limited@'%'; GRANT SELECT ON `my\\_data`.* TO limited@'%';
    CREATE USER by_table@'%' IDENTIFIED BY 'by_table';
    CREATE TABLE shut.t (a INT); GRANT SELECT ON shut.t TO by_table@'%';
    CREATE ROLE readers; GRANT SELECT ON shut.* TO readers;
    CREATE USER by_role@'%' IDENTIFIED BY 'by_role'; GRANT readers TO by_role@'%';
    SET DEFAULT ROLE readers FOR by_role@'%';
    CREATE USER stand_in@'%' IDENTIFIED BY 'stand_in'; GRANT PROXY ON limited@'%' TO stand_in@'%';
    GRANT SUPER ON *.* TO near@'127.0.0.%';
    CREATE USER locked@'%' IDENTIFIED BY 'locked' ACCOUNT LOCK;
    CREATE USER tls_only@'%' IDENTIFIED BY 'tls_only' REQUIRE SSL;
    GRANT ALL ON *.* TO root@'127.0.0.1' IDENTIFIED BY 'root';";

async fn check(user: &str, password: &str, database: &str, wanted: Result<(), u16>) {
    let accounts = accounts().await;
    let login = Login::new(user, password).database(database);
    let answer = same_as_direct(accounts.gateway.port(), &accounts.db, &login).await;
    let got = answer.error().map_or(Ok(()), |(code, _)| Err(code));
    assert_eq!(got, wanted, "{user}/{password} to {database:?}: {answer:?}");
}

#[tokio::test]
async fn host_patterns_are_matched_as_the_server_does() {
    check("near", "near", "", Ok(())).await;
    check("exact", "exact", "", Ok(())).await;
    check("masked", "masked", "", Ok(())).await;
    check("far", "far", "", Err(1045)).await;
}

#[tokio::test]
async fn the_most_specific_host_decides_the_password() {
    check("twice", "narrow", "", Ok(())).await;
    check("twice", "wide", "", Err(1045)).await;
}

#[tokio::test]
async fn anonymous_accounts_take_unknown_users() {
    check("whoever", "guest", "", Ok(())).await;
    check("whoever", "guest", "open1", Ok(())).await;
    check("whoever", "wrong", "", Err(1045)).await;
    check("whoever", "guest", "shut", Err(1044)).await;
    let accounts = accounts().await;
    let cli = Cli::new(&Endpoint::Tcp(accounts.gateway.port())).user("whoever", "guest");
    assert_eq!(cli.query("SELECT CURRENT_USER()").await, "@%\n");
}

#[tokio::test]
async fn an_account_without_password_needs_none_and_takes_none() {
    check("open_handed", "", "", Ok(())).await;
    check("open_handed", "x", "", Err(1045)).await;
}

#[tokio::test]
async fn the_default_database_needs_a_privilege_on_it() {
    check("limited", "limited", "open1", Ok(())).await;
    check("limited", "limited", "my_data", Ok(())).await;
    check("limited", "limited", "mydata", Err(1044)).await;
    check("limited", "limited", "shut", Err(1044)).await;
    check("limited", "limited", "no_such", Err(1044)).await;
    check("limited", "limited", "information_schema", Ok(())).await;
    check("by_table", "by_table", "shut", Ok(())).await;
    check("by_role", "by_role", "shut", Ok(())).await;
}

#[tokio::test]
async fn a_locked_account_is_refused() {
    check("locked", "locked", "", Err(4151)).await;
    check("locked", "wrong", "", Err(1045)).await;
}

#[tokio::test]
async fn an_account_that_requires_tls_is_refused_without() {
    check("tls_only", "tls_only", "", Err(1045)).await;
}

#[tokio::test]
async fn root_is_refused_unless_the_service_allows_it() {
    let accounts = accounts().await;
    let login = Login::new("root", "root");
    let refused = answer(accounts.gateway.port(), &login).await;
    assert_eq!(refused.error().map(|e| e.0), Some(1045), "{refused:?}");
    let mut setup = Setup::new(&[&accounts.db]);
    setup.cnf.section("Main").set("enable_root_user", true);
    let gateway = setup.start().await;
    same_as_direct(gateway.port(), &accounts.db, &login).await;
    assert!(matches!(
        answer(gateway.port(), &login).await,
        Reply::Ok { .. }
    ));
}

#[tokio::test]
async fn an_account_made_later_gets_in_soon() {
    let db = MariaDb::start("later").await;
    let mut setup = Setup::new(&[&db]);
    setup
        .cnf
        .section("maxscale")
        .set("users_refresh_time", "1s");
    let gateway = setup.start().await;
    db.sql("CREATE USER later@'%' IDENTIFIED BY 'later'").await;
    let login = Login::new("later", "later");
    // Unknown users cause a reading of accounts, but not more often than once in that time.
    eventually(PATIENCE, "the new account gets in", async || {
        matches!(answer(gateway.port(), &login).await, Reply::Ok { .. }).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_service_lists_who_is_super_and_who_may_act_as_another() {
    let accounts = accounts().await;
    let service = accounts.gateway.api().document("/v1/services/Main").await;
    let users = service["data"]["attributes"]["users"].as_array().cloned();
    let users = users.expect("a list of users");
    for (user, is_super, is_proxy) in [
        ("near", true, false),
        ("stand_in", false, true),
        ("limited", false, false),
        // Its row names nobody whom it may act as: it is there to pass the privilege on.
        ("root", true, false),
    ] {
        let mut found = users.iter().filter(|account| account["user"] == user);
        let found = found.next().unwrap_or_else(|| panic!("no {user}"));
        assert_eq!(found["super_priv"], is_super, "{user}");
        assert_eq!(found["proxy_priv"], is_proxy, "{user}");
    }
    // What it may do as another is the server's to say; this one has it act as itself.
    check("stand_in", "stand_in", "", Ok(())).await;
    check("stand_in", "stand_in", "shut", Err(1044)).await;
}

#[tokio::test]
async fn a_default_role_is_active_after_a_change_of_user_as_on_the_server() {
    let accounts = accounts().await;
    for port in [accounts.db.port(), accounts.gateway.port()] {
        let mut client = RawClient::logged_in(port, &Login::new("limited", "limited"))
            .await
            .expect("a login");
        let by_role = Login::new("by_role", "by_role").database("shut");
        let changed = client.change_user(&by_role).await.expect("an answer");
        assert!(matches!(changed, Reply::Ok { .. }), "{port}: {changed:?}");
        let role = client.value("SELECT CURRENT_ROLE()").await;
        assert_eq!(role.expect("a value"), "readers", "{port}");
        let count = client.value("SELECT COUNT(*) FROM t").await;
        assert_eq!(count.expect("a value"), "0", "{port}");
        client.query("SET ROLE NONE").await.expect("it is sent");
        client.reply().await.expect("an answer");
        let count = client.value("SELECT COUNT(*) FROM t").await;
        assert!(count.is_err(), "{port}: the role is not active any more");
        let back = Login::new("limited", "limited").database("shut");
        let refused = client.change_user(&back).await.expect("an answer");
        assert_eq!(refused.error().map(|e| e.0), Some(1044), "{port}");
    }
}

#[tokio::test]
async fn the_wildcard_host_can_be_closed_to_clients_of_this_machine() {
    let accounts = accounts().await;
    let mut setup = Setup::new(&[&accounts.db]);
    let port = free_port();
    let service = setup.cnf.service("Closed", "readconnroute");
    let service = service.set("servers", "server1");
    service.set("localhost_match_wildcard_host", false);
    setup.cnf.listener("Closed-Listener", "Closed", port);
    let _gateway = setup.start().await;
    let said = |user, password| async move { answer(port, &Login::new(user, password)).await };
    let narrow = said("exact", "exact").await;
    assert!(matches!(narrow, Reply::Ok { .. }), "{narrow:?}");
    let wide = said("limited", "limited").await;
    assert_eq!(wide.error().map(|e| e.0), Some(1045), "{wide:?}");
    let refused = said("twice", "wide").await;
    assert_eq!(refused.error().map(|e| e.0), Some(1045), "{refused:?}");
}
