//! Prepared statements: of the protocol and of SQL.

use mysql_async::prelude::Queryable;
use mysql_async::{Value, params};
use sluicegate_tests::raw::Reply;

use crate::fixture::world;

#[tokio::test]
async fn values_of_many_types_go_there_and_back() {
    let world = world().await;
    let mut connection = world.connection().await;
    connection
        .query_drop(
            "CREATE TABLE kinds (i8 TINYINT, u64 BIGINT UNSIGNED, f FLOAT, d DOUBLE,
             n DECIMAL(20,5), s VARCHAR(100), b BLOB, day DATE, at DATETIME(6), t TIME(3), y YEAR,
             bits BIT(9), choice ENUM('a','b'), j JSON, nothing INT)",
        )
        .await
        .expect("a table");
    let values: Vec<Value> = vec![
        (-8_i8).into(),
        u64::MAX.into(),
        1.5_f32.into(),
        (-2.25_f64).into(),
        "12345678901234.56789".into(),
        "grüße 💧".into(),
        (0..=255).collect::<Vec<u8>>().into(),
        Value::Date(2026, 2, 28, 0, 0, 0, 0),
        Value::Date(2026, 2, 28, 23, 59, 58, 123_456),
        Value::Time(true, 3, 4, 5, 6, 7000),
        2026_u16.into(),
        vec![1_u8, 255].into(),
        "b".into(),
        r#"{"k": [1, null]}"#.into(),
        Value::NULL,
    ];
    let marks = vec!["?"; values.len()].join(",");
    let insert = format!("INSERT INTO kinds VALUES ({marks})");
    connection
        .exec_drop(insert, values.clone())
        .await
        .expect("an insert");
    let row: mysql_async::Row = connection
        .exec_first(
            "SELECT * FROM kinds WHERE i8 = :key",
            params! { "key" => -8 },
        )
        .await
        .expect("a select")
        .expect("one row");
    let got: Vec<Value> = row.unwrap();
    for (at, (got, sent)) in got.iter().zip(&values).enumerate() {
        assert_eq!(plain(got), plain(sent), "column {at}");
    }
    connection.disconnect().await.expect("a clean end");
}

/// Values that the server gives back in another, equal type.
fn plain(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Bytes(bytes) => format!("{bytes:?}"),
        other => other.as_sql(true),
    }
}

#[tokio::test]
async fn many_statements_stay_prepared_at_once() {
    let world = world().await;
    let mut connection = world.connection().await;
    let mut statements = Vec::new();
    for number in 0..50 {
        statements.push(
            connection
                .prep(format!("SELECT {number} + ?"))
                .await
                .expect("prepared"),
        );
    }
    for (number, statement) in statements.iter().enumerate().rev() {
        let sum: Option<usize> = connection
            .exec_first(statement, (1,))
            .await
            .expect("executed");
        assert_eq!(sum, Some(number + 1));
    }
    for statement in statements {
        connection.close(statement).await.expect("closed");
    }
    let left = "SHOW SESSION STATUS LIKE 'Prepared_stmt_count'";
    let left: Option<(String, String)> = connection.query_first(left).await.expect("a status");
    assert!(left.is_some());
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_statement_that_cant_be_prepared_or_executed_gets_the_servers_error() {
    let world = world().await;
    let mut connection = world.connection().await;
    let unknown = connection
        .prep("SELECT * FROM missing_table")
        .await
        .expect_err("no table");
    assert!(unknown.to_string().contains("1146"), "{unknown}");
    let too_big = connection
        .exec_drop("SELECT POW(?, ?)", (1e300, 2))
        .await
        .expect_err("range");
    assert!(too_big.to_string().contains("1690"), "{too_big}");
    connection.ping().await.expect("the session goes on");
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn statements_of_sql_work_too() {
    let world = world().await;
    let output = world
        .cli()
        .query("PREPARE p FROM 'SELECT ? * 2'; SET @a = 21; EXECUTE p USING @a; DROP PREPARE p")
        .await;
    assert_eq!(output, "42\n");
}

/// COM_STMT_PREPARE, returns the statement's id.
pub(crate) async fn prepare(client: &mut sluicegate_tests::raw::RawClient, sql: &str) -> [u8; 4] {
    client
        .command(0x16, sql.as_bytes())
        .await
        .expect("a request");
    let answer = client.message().await.expect("an answer");
    assert_eq!(answer[0], 0, "{:?}", Reply::decode(&answer));
    let columns = u16::from_le_bytes([answer[5], answer[6]]);
    let parameters = u16::from_le_bytes([answer[7], answer[8]]);
    for count in [parameters, columns] {
        if count > 0 {
            for _ in 0..=count {
                client.message().await.expect("a definition, then EOF");
            }
        }
    }
    answer[1..5].try_into().expect("four bytes")
}

#[tokio::test]
async fn a_cursor_is_fetched_from_in_pieces() {
    let world = world().await;
    let mut client = world.raw().await;
    let id = prepare(&mut client, "SELECT seq FROM seq_1_to_10").await;
    let execute = [&id[..], &[1, 1, 0, 0, 0]].concat(); // CURSOR_TYPE_READ_ONLY, one iteration
    client.command(0x17, &execute).await.expect("a request");
    let mut seen = 0;
    // The reply of a cursor has columns only, then EOF with SERVER_STATUS_CURSOR_EXISTS.
    assert!(matches!(client.reply().await, Ok(Reply::Data(_))));
    assert!(matches!(client.reply().await, Ok(Reply::Data(_))));
    let Ok(Reply::Eof { status }) = client.reply().await else {
        panic!("no EOF")
    };
    assert_eq!(status & 0x40, 0x40, "a cursor exists");
    loop {
        let fetch = [&id[..], &4_u32.to_le_bytes()].concat();
        client.command(0x1c, &fetch).await.expect("a request");
        let status = loop {
            match client.reply().await.expect("a row or EOF") {
                Reply::Eof { status } => break status,
                Reply::Err { message, .. } => panic!("{message}"),
                _ => seen += 1,
            }
        };
        if status & 0x80 != 0 {
            break;
        }
    }
    assert_eq!(seen, 10);
    client
        .command(0x19, &id)
        .await
        .expect("COM_STMT_CLOSE has no reply");
    assert_eq!(
        client.value("SELECT 'in step'").await.expect("a value"),
        "in step"
    );
}

#[tokio::test]
async fn long_data_is_sent_ahead_and_a_reset_forgets_it() {
    let world = world().await;
    let mut client = world.raw().await;
    let id = prepare(&mut client, "SELECT LENGTH(?)").await;
    let chunk = vec![b'z'; 1_000_000];
    for _ in 0..3 {
        let body = [&id[..], &[0, 0], &chunk].concat();
        client
            .command(0x18, &body)
            .await
            .expect("COM_STMT_SEND_LONG_DATA has no reply");
    }
    // No flags, one iteration, no NULL, types follow: a BLOB.
    let execute = [&id[..], &[0, 1, 0, 0, 0, 0, 1, 0xfc, 0]].concat();
    client.command(0x17, &execute).await.expect("a request");
    let rows = client.rows().await.expect("a reply").expect("rows");
    // A binary row: 0, NULL bitmap, then the number.
    assert_eq!(
        u32::from_le_bytes(rows[0][2..6].try_into().expect("a number")),
        3_000_000
    );
    client.command(0x1a, &id).await.expect("COM_STMT_RESET");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    assert_eq!(
        client.value("SELECT 'in step'").await.expect("a value"),
        "in step"
    );
}
