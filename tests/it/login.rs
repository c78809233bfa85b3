//! Login: who gets in, and what those who do not are told.

use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, Reply};

use crate::fixture::world;

/// What a login is answered with.
pub async fn answer(port: u16, login: &Login<'_>) -> Reply {
    let mut client = RawClient::connect(port).await.expect("a greeting");
    match client.login(login).await.expect("an answer to the login") {
        // The flags of an OK differ by what a server tracks; that it is one is enough.
        Reply::Ok { .. } => Reply::Ok {
            affected_rows: 0,
            status: 0,
        },
        other => other,
    }
}

/// The gateway must answer this login as the server itself does. Returns the answer.
pub async fn same_as_direct(gateway: u16, server: &MariaDb, login: &Login<'_>) -> Reply {
    let direct = answer(server.port(), login).await;
    let through = answer(gateway, login).await;
    assert_eq!(
        through, direct,
        "login of {:?} to {:?}",
        login.user, login.database
    );
    through
}

#[tokio::test]
async fn a_right_password_gets_in() {
    let world = world().await;
    let answer = same_as_direct(world.port(), &world.shared.db, &world.login()).await;
    assert!(matches!(answer, Reply::Ok { .. }), "{answer:?}");
    assert_eq!(
        world.cli().query("SELECT CURRENT_USER(), DATABASE()").await,
        format!("{}@%\t{}\n", world.user, world.database)
    );
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_the_servers_words() {
    let world = world().await;
    let wrong = Login::new(&world.user, "wrong");
    let answer = same_as_direct(world.port(), &world.shared.db, &wrong).await;
    assert_eq!(answer.error().map(|e| e.0), Some(1045));
    let none = Login::new(&world.user, "");
    let answer = same_as_direct(world.port(), &world.shared.db, &none).await;
    assert!(
        answer
            .error()
            .is_some_and(|e| e.1.contains("using password: NO")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_command_prints_the_same_error_as_without_gateway() {
    let world = world().await;
    let wrong =
        |endpoint| sluicegate_tests::clients::Cli::new(&endpoint).user(&world.user, "wrong");
    let direct = wrong(world.shared.db.endpoint()).run("SELECT 1").await;
    let gateway = sluicegate_tests::clients::Endpoint::Tcp(world.port());
    let through = wrong(gateway).run("SELECT 1").await;
    assert_eq!(through, direct);
}

#[tokio::test]
async fn an_unknown_user_is_refused_in_the_servers_words() {
    let world = world().await;
    for password in ["", "x"] {
        let login = Login::new("nobody-has-this-name", password);
        let answer = same_as_direct(world.port(), &world.shared.db, &login).await;
        assert_eq!(answer.error().map(|e| e.0), Some(1045));
    }
}

#[tokio::test]
async fn a_database_that_is_missing_or_foreign_is_refused_in_the_servers_words() {
    let world = world().await;
    let login = Login::new(&world.user, &world.password);
    for database in ["no_such_database", "mysql", "db119"] {
        let answer =
            same_as_direct(world.port(), &world.shared.db, &login.database(database)).await;
        assert_eq!(answer.error().map(|e| e.0), Some(1044), "{database}");
    }
}

#[tokio::test]
async fn the_server_sees_its_own_connection_id() {
    let world = world().await;
    let mut client = world.raw().await;
    let id = client
        .value("SELECT CONNECTION_ID()")
        .await
        .expect("a value");
    let user = format!("SELECT user FROM information_schema.processlist WHERE id={id}");
    assert_eq!(world.shared.db.sql(&user).await.trim(), world.user);
}
