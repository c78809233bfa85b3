//! Replies of several parts.

use mysql_async::prelude::Queryable;
use sluicegate_tests::raw::{RawClient, Reply, capability};

use crate::fixture::world;

const MORE_RESULTS: u16 = 0x08;

#[tokio::test]
async fn several_statements_in_one_request_give_all_their_results() {
    let world = world().await;
    let mut connection = world.connection().await;
    let mut results = connection
        .query_iter("SELECT 1; SET @a = 2; SELECT @a, 'two'; SELECT 3 WHERE FALSE")
        .await
        .expect("a reply");
    let one: Vec<u32> = results.collect().await.expect("rows");
    let nothing: Vec<u32> = results.collect().await.expect("no rows");
    let two: Vec<(u32, String)> = results.collect().await.expect("rows");
    let none: Vec<u32> = results.collect().await.expect("rows");
    assert_eq!(
        (one, nothing.len(), two, none),
        (vec![1], 0, vec![(2, "two".into())], vec![])
    );
    results.drop_result().await.expect("the end");
    connection.ping().await.expect("in step");
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_procedure_gives_its_resultsets_and_its_out_parameters() {
    let world = world().await;
    let mut connection = world.connection().await;
    connection
        .query_drop(
            "CREATE PROCEDURE several(IN a INT, OUT b INT)
             BEGIN SELECT a; SELECT a * 2, 'x'; SET b = a * 3; END",
        )
        .await
        .expect("a procedure");
    let mut text = connection
        .query_iter("CALL several(7, @b)")
        .await
        .expect("a reply");
    assert_eq!(text.collect::<u32>().await.expect("rows"), [7]);
    assert_eq!(
        text.collect::<(u32, String)>().await.expect("rows"),
        [(14, "x".to_owned())]
    );
    text.drop_result().await.expect("the end");
    let out: Option<u32> = connection.query_first("SELECT @b").await.expect("a row");
    assert_eq!(out, Some(21));
    let mut binary = connection
        .exec_iter("CALL several(?, ?)", (5, 0))
        .await
        .expect("a reply");
    assert_eq!(binary.collect::<u32>().await.expect("rows"), [5]);
    binary.drop_result().await.expect("the end");
    connection.ping().await.expect("in step");
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn an_error_ends_a_reply_of_several_parts() {
    let world = world().await;
    for deprecate_eof in [0, capability::DEPRECATE_EOF] {
        let more = capability::MULTI_STATEMENTS | deprecate_eof;
        let mut client = RawClient::logged_in(world.port(), &world.login().with(more))
            .await
            .expect("a login");
        client
            .query("SET @a=1; SELECT * FROM missing; SELECT 3")
            .await
            .expect("a request");
        let Ok(Reply::Ok { status, .. }) = client.reply().await else {
            panic!("no OK")
        };
        assert_eq!(status & MORE_RESULTS, MORE_RESULTS);
        let error = client.reply().await.expect("an answer");
        assert_eq!(error.error().map(|e| e.0), Some(1146), "{error:?}");
        client.command(0x0e, b"").await.expect("COM_PING");
        assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    }
}
