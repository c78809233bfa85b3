//! COM_STMT_BULK_EXECUTE of MariaDB: many rows of parameters in one request.

use sluicegate_tests::raw::{RawClient, Reply, capability};

use crate::fixture::world;

#[tokio::test]
async fn a_bulk_insert_of_10_000_rows_is_answered_once() {
    let world = world().await;
    let login = world.login().with(capability::BULK_OPERATIONS);
    let mut client = RawClient::logged_in(world.port(), &login)
        .await
        .expect("a login");
    assert_ne!(
        client.capabilities & capability::BULK_OPERATIONS,
        0,
        "the greeting offers it"
    );
    client
        .query("CREATE TABLE bulk (a INT, b VARCHAR(20))")
        .await
        .expect("a request");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));

    client
        .command(0x16, b"INSERT INTO bulk VALUES (?, ?)")
        .await
        .expect("COM_STMT_PREPARE");
    let prepared = client.message().await.expect("an answer");
    assert_eq!(prepared[0], 0, "{:?}", Reply::decode(&prepared));
    for _ in 0..3 {
        client.message().await.expect("two parameters, then EOF");
    }
    let mut body = prepared[1..5].to_vec();
    body.extend_from_slice(&128_u16.to_le_bytes()); // SEND_TYPES_TO_SERVER
    body.extend_from_slice(&[3, 0, 253, 0]); // INT, VARCHAR
    for number in 0..10_000_u32 {
        let text = format!("row {number}");
        body.push(0); // not NULL
        body.extend_from_slice(&number.to_le_bytes());
        if number % 10 == 0 {
            body.push(1); // NULL
        } else {
            body.push(0);
            body.push(u8::try_from(text.len()).expect("short"));
            body.extend_from_slice(text.as_bytes());
        }
    }
    client
        .command(0xfa, &body)
        .await
        .expect("COM_STMT_BULK_EXECUTE");
    let answer = client.reply().await.expect("an answer");
    assert!(
        matches!(
            answer,
            Reply::Ok {
                affected_rows: 10_000,
                ..
            }
        ),
        "{answer:?}"
    );
    let count = client
        .value("SELECT CONCAT(COUNT(*), '/', COUNT(b), '/', SUM(a)) FROM bulk")
        .await;
    assert_eq!(count.expect("a value"), "10000/9000/49995000");
}
