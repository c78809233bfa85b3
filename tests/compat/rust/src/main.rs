//! The same work with sqlx as with the other drivers. Prints what it sees.

use std::env;

use futures_util::TryStreamExt as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions, MySqlRow, MySqlSslMode};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, MySqlConnection, Row as _};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn port(name: &str) -> u16 {
    variable(name).parse().unwrap_or_default()
}

fn options() -> MySqlConnectOptions {
    MySqlConnectOptions::new()
        .host(&variable("COMPAT_HOST"))
        .port(port("COMPAT_PORT"))
        .username(&variable("COMPAT_USER"))
        .password(&variable("COMPAT_PASSWORD"))
        .database(&variable("COMPAT_DATABASE"))
        .ssl_mode(MySqlSslMode::Preferred)
}

/// Waits until the replicas have all that the primary has.
async fn settle() -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port("COMPAT_SETTLE"))).await?;
    stream.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

async fn values(c: &mut MySqlConnection) -> anyhow::Result<()> {
    println!("# values");
    c.execute(
        "CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, ratio DOUBLE,
         word VARCHAR(100), data LONGBLOB, doc JSON, flag BOOLEAN)",
    )
    .await?;
    let insert = "INSERT INTO kinds (big, ratio, word, data, doc, flag) VALUES (?, ?, ?, ?, ?, ?)";
    for number in 0..3_u64 {
        let done = sqlx::query(insert)
            .bind(u64::MAX - number)
            .bind(0.1 * number as f64)
            .bind(format!("Grüße 🦀 'q' {number}"))
            .bind(vec![number as u8; 100_000])
            .bind(sqlx::types::Json(vec![number, 2]))
            .bind(number == 1)
            .execute(&mut *c)
            .await?;
        println!("{} {}", done.rows_affected(), done.last_insert_id());
    }
    let nothing: Option<&str> = None;
    let null = sqlx::query("INSERT INTO kinds (word) VALUES (?)").bind(nothing);
    println!("{}", null.execute(&mut *c).await?.rows_affected());
    settle().await?;
    let select = "SELECT id, big, ratio, word, LENGTH(data), flag FROM kinds WHERE id > ? ORDER BY id";
    for from in [0, 1] {
        let rows = sqlx::query(select).bind(from).fetch_all(&mut *c).await?;
        for row in &rows {
            println!("{}", line(row)?);
        }
    }
    let first: (Vec<u8>,) = sqlx::query_as("SELECT data FROM kinds WHERE id = ?")
        .bind(2)
        .fetch_one(&mut *c)
        .await?;
    println!("{} {:?}", first.0.len(), first.0.first());
    Ok(())
}

fn line(row: &MySqlRow) -> anyhow::Result<String> {
    let id: i32 = row.try_get(0)?;
    let big: Option<u64> = row.try_get(1)?;
    let ratio: Option<f64> = row.try_get(2)?;
    let word: Option<String> = row.try_get(3)?;
    let length: Option<i64> = row.try_get(4)?;
    let flag: Option<bool> = row.try_get(5)?;
    Ok(format!("{id} {big:?} {ratio:?} {word:?} {length:?} {flag:?}"))
}

async fn many(c: &mut MySqlConnection) -> anyhow::Result<()> {
    println!("# many rows");
    c.execute("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50))").await?;
    for begin in (0..1000).step_by(100) {
        let mut builder = sqlx::QueryBuilder::new("INSERT INTO items (id, name) ");
        builder.push_values(begin..begin + 100, |mut row, id| {
            row.push_bind(id).push_bind(format!("item {id}"));
        });
        builder.build().execute(&mut *c).await?;
    }
    settle().await?;
    let mut stream = sqlx::query("SELECT id FROM items ORDER BY id").fetch(&mut *c);
    let mut sum = 0_i64;
    while let Some(row) = stream.try_next().await? {
        sum += i64::from(row.try_get::<i32, _>(0)?);
    }
    drop(stream);
    println!("{sum}");
    let described = c.describe(sqlx::SqlSafeStr::into_sql_str("SELECT id, name FROM items")).await?;
    println!("{:?}", described.columns());
    Ok(())
}

async fn transactions(c: &mut MySqlConnection) -> anyhow::Result<()> {
    println!("# transactions");
    let name = "SELECT name FROM items WHERE id = ?";
    for commit in [false, true] {
        let mut transaction = c.begin().await?;
        sqlx::query("UPDATE items SET name = 'changed' WHERE id = 1")
            .execute(&mut *transaction)
            .await?;
        let mut inner = transaction.begin().await?;
        inner.execute("DELETE FROM items WHERE id = 1").await?;
        inner.rollback().await?;
        let now: String = sqlx::query_scalar(name).bind(1).fetch_one(&mut *transaction).await?;
        println!("{now}");
        if commit {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        settle().await?;
        let now: String = sqlx::query_scalar(name).bind(1).fetch_one(&mut *c).await?;
        println!("{now}");
    }
    Ok(())
}

async fn session(c: &mut MySqlConnection) -> anyhow::Result<()> {
    println!("# errors and the session");
    for sql in ["SELEKT", "SELECT * FROM nowhere", "INSERT INTO items VALUES (1, 'again')"] {
        match c.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await {
            Ok(done) => println!("{done:?}"),
            Err(error) => println!("{error}"),
        }
    }
    c.execute("SET @a = 5, time_zone = '+03:00'").await?;
    for _ in 0..3 {
        let row: (i64, String) = sqlx::query_as("SELECT @a, @@time_zone").fetch_one(&mut *c).await?;
        println!("{row:?}");
    }
    let mut results = sqlx::raw_sql("SELECT 1; SELECT 2; DO 1").fetch_many(&mut *c);
    while let Some(part) = results.try_next().await? {
        match part.right() {
            Some(row) => println!("{}", row.try_get::<i64, _>(0)?),
            None => println!("end of a result"),
        }
    }
    drop(results);
    c.execute("CREATE TEMPORARY TABLE scratch (a INT)").await?;
    c.execute("INSERT INTO scratch VALUES (1), (2)").await?;
    for _ in 0..3 {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM scratch").fetch_one(&mut *c).await?;
        println!("{count}");
    }
    c.ping().await?;
    Ok(())
}

async fn pools() -> anyhow::Result<()> {
    println!("# a pool");
    let pool = MySqlPoolOptions::new().max_connections(4).connect_with(options()).await?;
    pool.execute("CREATE TABLE tally (id INT PRIMARY KEY, n INT)").await?;
    pool.execute("INSERT INTO tally VALUES (1, 0)").await?;
    let work = (0..40).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let mut transaction = pool.begin().await?;
            transaction.execute("UPDATE tally SET n = n + 1 WHERE id = 1").await?;
            transaction.commit().await
        })
    });
    for done in work.collect::<Vec<_>>() {
        done.await??;
    }
    settle().await?;
    let n: i32 = sqlx::query_scalar("SELECT n FROM tally").fetch_one(&pool).await?;
    println!("{n}");
    pool.close().await;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut c = MySqlConnection::connect_with(&options()).await?;
    values(&mut c).await?;
    many(&mut c).await?;
    transactions(&mut c).await?;
    session(&mut c).await?;
    c.close().await?;
    pools().await
}
