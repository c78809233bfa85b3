//! LOAD DATA LOCAL INFILE: the reply that asks for an upload.

use std::fmt::Write as _;

use sluicegate_tests::clients::Output;
use sluicegate_tests::raw::{RawClient, Reply, capability};
use sluicegate_tests::scratch;

use crate::fixture::{World, world};

async fn load(world: &World, content: &str) -> Output {
    let file = scratch::folder("infile").join("rows.csv");
    std::fs::write(&file, content).expect("a scratch file");
    let statements = format!(
        "CREATE OR REPLACE TABLE loaded (a INT, b VARCHAR(200));
         LOAD DATA LOCAL INFILE '{}' INTO TABLE loaded FIELDS TERMINATED BY ',';
         SELECT ROW_COUNT(); SELECT COUNT(*), SUM(a) FROM loaded",
        file.display()
    );
    world
        .cli()
        .argument("--local-infile=1")
        .run(&statements)
        .await
}

#[tokio::test]
async fn small_large_and_empty_files_are_loaded() {
    let world = world().await;
    let small = load(&world, "1,one\n2,two\n").await;
    assert_eq!(
        (small.stdout.as_str(), small.stderr.as_str()),
        ("2\n2\t3\n", "")
    );
    let empty = load(&world, "").await;
    assert_eq!(
        (empty.stdout.as_str(), empty.stderr.as_str()),
        ("0\n0\tNULL\n", "")
    );
    let mut rows = String::new();
    let text = "x".repeat(150);
    for number in 0..250_000 {
        writeln!(rows, "{number},{text}").expect("a String takes all");
    }
    assert!(rows.len() > 36_000_000, "more than two full packets");
    let large = load(&world, &rows).await;
    assert_eq!(
        (large.stdout.as_str(), large.stderr.as_str()),
        ("250000\n250000\t31249875000\n", "")
    );
}

#[tokio::test]
async fn a_client_that_has_no_file_to_send_leaves_the_session_usable() {
    let world = world().await;
    let login = world.login().with(capability::LOCAL_FILES);
    let mut client = RawClient::logged_in(world.port(), &login)
        .await
        .expect("a login");
    client
        .query("CREATE TABLE loaded (a INT)")
        .await
        .expect("a request");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    client
        .query("LOAD DATA LOCAL INFILE 'f' INTO TABLE loaded")
        .await
        .expect("a request");
    assert_eq!(
        client.reply().await.expect("an answer"),
        Reply::LocalInfile("f".into())
    );
    client
        .write_message(b"")
        .await
        .expect("nothing but the end");
    assert!(matches!(
        client.reply().await,
        Ok(Reply::Ok {
            affected_rows: 0,
            ..
        })
    ));
    assert_eq!(
        client.value("SELECT 'goes on'").await.expect("a value"),
        "goes on"
    );
}

#[tokio::test]
async fn two_uploads_in_one_request_are_asked_for_one_after_the_other() {
    let world = world().await;
    let more = capability::LOCAL_FILES | capability::MULTI_STATEMENTS;
    let mut client = RawClient::logged_in(world.port(), &world.login().with(more))
        .await
        .expect("a login");
    client
        .query("CREATE TABLE loaded (a INT)")
        .await
        .expect("a request");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    let load = "LOAD DATA LOCAL INFILE 'f' INTO TABLE loaded";
    client
        .query(&format!("{load}; {load}; SELECT COUNT(*) FROM loaded"))
        .await
        .expect("a request");
    for _ in 0..2 {
        let asked = client.reply().await.expect("an answer");
        assert_eq!(asked, Reply::LocalInfile("f".into()));
        client.write_message(b"1\n2\n").await.expect("content");
        client.write_message(b"").await.expect("the end of it");
        assert!(matches!(
            client.reply().await,
            Ok(Reply::Ok {
                affected_rows: 2,
                ..
            })
        ));
    }
    let rows = client.rows().await.expect("a reply").expect("rows");
    assert_eq!(rows, [b"\x014"]);
}
