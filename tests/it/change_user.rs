//! COM_CHANGE_USER and COM_RESET_CONNECTION.

use mysql_async::ChangeUserOpts;
use mysql_async::prelude::Queryable;

use sluicegate_tests::raw::{Login, Reply};

use crate::fixture::world;

#[tokio::test]
async fn a_session_changes_its_user_and_forgets_what_it_had() {
    let (first, second) = (world().await, world().await);
    let mut connection = first.connection().await;
    connection
        .query_drop("SET @kept = 1; CREATE TEMPORARY TABLE t (a INT)")
        .await
        .expect("set");
    let options = ChangeUserOpts::new()
        .with_user(Some(second.user.clone()))
        .with_pass(Some(second.password.clone()))
        .with_db_name(Some(second.database.clone()));
    connection
        .change_user(options)
        .await
        .expect("a change of user");
    let now: Option<(String, String, Option<u32>)> = connection
        .query_first("SELECT USER(), DATABASE(), @kept")
        .await
        .expect("a row");
    let now = now.expect("one row");
    assert!(now.0.starts_with(&format!("{}@", second.user)), "{now:?}");
    assert_eq!((now.1, now.2), (second.database.clone(), None));
    if second.shared.gateway.is_some() {
        let session = second.session().await;
        assert_eq!(session["attributes"]["user"], second.user.as_str());
        assert_eq!(session["attributes"]["database"], second.database.as_str());
    }
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_user_is_changed_by_the_scramble_of_the_greeting() {
    let (first, second) = (world().await, world().await);
    let mut client = first.raw().await;
    for world in [&second, &first, &second] {
        let reply = client.change_user(&world.login()).await.expect("a reply");
        assert!(matches!(reply, Reply::Ok { .. }), "{reply:?}");
        let database = client.value("SELECT DATABASE()").await.expect("a value");
        assert_eq!(database, world.database);
    }
    let wrong = Login::new(&first.user, "wrong");
    let reply = client.change_user(&wrong).await.expect("a reply");
    assert_eq!(reply.error().map(|(code, _)| code), Some(1045), "{reply:?}");
}

#[tokio::test]
async fn a_change_to_a_wrong_password_is_refused_in_the_servers_words() {
    let (first, second) = (world().await, world().await);
    let mut connection = first.connection().await;
    let options = ChangeUserOpts::new()
        .with_user(Some(second.user.clone()))
        .with_pass(Some("wrong".to_owned()));
    let error = connection
        .change_user(options)
        .await
        .expect_err("a wrong password");
    let wanted = format!(
        "Access denied for user '{}'@'127.0.0.1' (using password: YES)",
        second.user
    );
    assert!(error.to_string().contains(&wanted), "{error}");
}

#[tokio::test]
async fn a_reset_forgets_variables_tables_and_transaction_and_keeps_user_and_database() {
    let world = world().await;
    let mut connection = world.connection().await;
    connection
        .query_drop("CREATE TABLE r (a INT); BEGIN; INSERT INTO r VALUES (1); SET @kept = 1")
        .await
        .expect("set");
    assert!(
        connection.reset().await.expect("a reset"),
        "the server knows the command"
    );
    let now: Option<(String, Option<u32>, u32)> = connection
        .query_first("SELECT DATABASE(), @kept, (SELECT COUNT(*) FROM r)")
        .await
        .expect("a row");
    assert_eq!(now, Some((world.database.clone(), None, 0)));
    connection.disconnect().await.expect("a clean end");
}
