//! The work of mysql_async, which is a library of this program.

use std::fmt::Write as _;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Row, TxOpts, params};

use super::Transcript;
use super::settling::Settling;
use crate::clients::{Endpoint, connect, options};

/// Does the work. What it sees is the text.
pub(super) async fn mysql_async(
    port: u16,
    (user, password): (&str, &str),
    database: &str,
    settling: &Settling,
) -> Transcript {
    let options = options(&Endpoint::Tcp(port), user, password, database);
    let mut connection = connect(options).await;
    let mut text = String::new();
    let done = work(&mut connection, settling, &mut text).await;
    let errors = done.as_ref().err().map(ToString::to_string);
    // What is not said is not missed.
    let _ = connection.disconnect().await;
    Transcript {
        text,
        ok: done.is_ok(),
        errors: errors.unwrap_or_default(),
    }
}

async fn work(c: &mut Conn, settling: &Settling, text: &mut String) -> mysql_async::Result<()> {
    let mut say = |line: String| writeln!(text, "{line}").expect("a String takes all");
    c.query_drop(
        "CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), data BLOB)",
    )
    .await?;
    let insert = "INSERT INTO items (name, data) VALUES (:name, :data)";
    let rows = (0..100).map(|n| params! { "name" => format!("Grüße {n}"), "data" => vec![n; 300] });
    c.exec_batch(insert, rows).await?;
    say(format!("{:?} {}", c.last_insert_id(), c.affected_rows()));
    settling.wait().await;
    for id in 1..=4 {
        let select = "SELECT id, name, data FROM items WHERE id = ?";
        say(format!(
            "{:?}",
            c.exec_first::<Row, _, _>(select, (id,)).await?
        ));
        let count = "SELECT COUNT(*), MAX(name) FROM items";
        say(format!("{:?}", c.query::<Row, _>(count).await?));
    }
    let mut transaction = c.start_transaction(TxOpts::default()).await?;
    transaction
        .query_drop("UPDATE items SET name = 'x' WHERE id = 1")
        .await?;
    let name = "SELECT name FROM items WHERE id = 1";
    say(format!("{:?}", transaction.query::<String, _>(name).await?));
    transaction.rollback().await?;
    let mut only_reads = TxOpts::default();
    only_reads.with_readonly(Some(true));
    let mut transaction = c.start_transaction(only_reads).await?;
    say(format!("{:?}", transaction.query::<String, _>(name).await?));
    let refused = transaction.query_drop("DELETE FROM items").await;
    say(refused.map_or_else(|error| error.to_string(), |()| "deleted".into()));
    transaction.commit().await?;
    let mut results = c.query_iter("SELECT 1; SELECT 2, 3; DO 1").await?;
    while !results.is_empty() {
        let rows: Vec<Row> = results.collect().await?;
        say(format!("{rows:?}"));
    }
    drop(results);
    for sql in ["SELECT * FROM nowhere", "INSERT INTO items (id) VALUES (1)"] {
        say(format!("{:?}", c.query_drop(sql).await.err()));
    }
    c.query_drop("SET @a = 5").await?;
    for _ in 0..3 {
        say(format!("{:?}", c.query::<i32, _>("SELECT @a").await?));
    }
    let sum: u64 = c
        .exec_fold("SELECT id FROM items", (), 0, |sum, id: u64| sum + id)
        .await?;
    say(format!("{sum}"));
    c.ping().await?;
    c.reset().await?;
    say(format!(
        "{:?}",
        c.query::<Option<i32>, _>("SELECT @a").await?
    ));
    Ok(())
}
