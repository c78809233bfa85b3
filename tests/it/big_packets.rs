//! Packets and results of every awkward size, in both directions.

use mysql_async::prelude::Queryable;
use sluicegate_tests::raw::PAYLOAD_MAX;

use crate::fixture::world;

/// Lengths of messages around one and two full packets.
const LENGTHS: [usize; 6] = [
    PAYLOAD_MAX - 1,
    PAYLOAD_MAX,
    PAYLOAD_MAX + 1,
    2 * PAYLOAD_MAX - 1,
    2 * PAYLOAD_MAX,
    2 * PAYLOAD_MAX + 1,
];

#[tokio::test]
async fn requests_of_exactly_one_packet_and_a_byte_less_or_more_arrive_whole() {
    let world = world().await;
    let mut client = world.raw().await;
    let (before, after) = ("SELECT LENGTH('", "')");
    for length in LENGTHS {
        // The payload is the command byte and the statement.
        let text = length - 1 - before.len() - after.len();
        let sql = format!("{before}{}{after}", "x".repeat(text));
        assert_eq!(client.value(&sql).await.expect("a value"), text.to_string());
    }
}

#[tokio::test]
async fn rows_of_exactly_one_packet_and_a_byte_less_or_more_arrive_whole() {
    let world = world().await;
    let mut client = world.raw().await;
    for length in LENGTHS {
        // A row of one text value: 4 bytes of length (9 above 16 MiB - 1) and the text.
        let text = if length > PAYLOAD_MAX + 4 {
            length - 9
        } else {
            length - 4
        };
        client
            .query(&format!("SELECT REPEAT('x', {text})"))
            .await
            .expect("a request");
        let rows = client.rows().await.expect("a reply").expect("rows");
        let header = rows[0].len() - text;
        assert!(header == 4 || header == 9, "{header}");
        assert!(rows[0][header..].iter().all(|b| *b == b'x'));
    }
    assert_eq!(client.value("SELECT 1").await.expect("in step"), "1");
}

#[tokio::test]
async fn a_row_of_64_mib_comes_through_and_so_does_a_parameter() {
    let world = world().await;
    let mut connection = world.connection().await;
    let row: Option<Vec<u8>> = connection
        .query_first("SELECT REPEAT('y', 64 << 20)")
        .await
        .expect("a row");
    let row = row.expect("one row");
    assert_eq!(row.len(), 64 << 20);
    assert!(row.iter().all(|b| *b == b'y'));
    let parts: Option<(u64, String)> = connection
        .exec_first("SELECT LENGTH(?), MD5(?)", (&row, &row[..10]))
        .await
        .expect("a statement with 64 MiB");
    assert_eq!(
        parts,
        Some((64 << 20, "0bbc18cdea1c4aaa17777d441214774a".to_owned()))
    );
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_result_of_100_000_rows_is_whole_and_in_order() {
    let world = world().await;
    let mut connection = world.connection().await;
    let sql = "SELECT seq, CONCAT('row ', seq) FROM seq_1_to_100000";
    let rows: Vec<(u32, String)> = connection.query(sql).await.expect("rows");
    assert_eq!(rows.len(), 100_000);
    for (expected, (number, text)) in (1..).zip(&rows) {
        assert_eq!((expected, text), (*number, &format!("row {expected}")));
    }
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_statement_over_the_servers_limit_is_answered_by_the_server() {
    let world = world().await;
    let answer = world
        .cli()
        .run("SELECT LENGTH(REPEAT('x', 300 << 20))")
        .await;
    assert_eq!(answer.stdout, "NULL\n", "{answer:?}");
}
