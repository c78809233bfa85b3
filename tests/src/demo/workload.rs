//! Clients as an application has them: they connect, work for a while, and leave.

use std::fmt::Write as _;
use std::time::Duration;

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use rand::Rng as _;
use tokio::task::JoinSet;

use crate::clients::{self, Endpoint};
use crate::mariadb::MariaDb;

/// User, password and default database for the person who watches.
pub const VISITOR: (&str, &str, &str) = ("visitor", "visitor", "shop");

/// The accounts of the simulated clients; each has its own way to work.
const CLIENTS: &[(&str, &str, Work)] = &[
    ("web", "shop", Work::Orders),
    ("web", "shop", Work::Browse),
    ("app", "shop", Work::Orders),
    ("app", "blog", Work::Browse),
    ("reports", "shop", Work::Report),
    ("reports", "metrics", Work::Report),
    ("blog", "blog", Work::Browse),
    ("blog", "blog", Work::Orders),
    ("collector", "metrics", Work::Orders),
    ("collector", "metrics", Work::Browse),
];

const PASSWORD: &str = "demo";

/// How many statements a client does before it leaves.
const STATEMENTS_MAX: u32 = 60;

#[derive(Debug, Clone, Copy)]
enum Work {
    /// Transactions that write.
    Orders,
    /// Prepared statements that read.
    Browse,
    /// Now and then a large result.
    Report,
}

/// The running clients.
pub(super) struct Workload {
    clients: JoinSet<()>,
}

impl Workload {
    pub(super) fn start(split: u16, replicas: u16) -> Self {
        let mut clients = JoinSet::new();
        for &(user, database, work) in CLIENTS {
            let port = if matches!(work, Work::Report) {
                replicas
            } else {
                split
            };
            clients.spawn(come_and_go(port, user, database, work));
        }
        Self { clients }
    }

    pub(super) async fn stop(&mut self) {
        self.clients.shutdown().await;
    }
}

/// Databases, tables and accounts; made again at each start.
pub(super) async fn create_data(primary: &MariaDb, visitors: &[String]) {
    let mut statements = String::from("SET autocommit=1;");
    for database in ["shop", "blog", "metrics"] {
        write!(
            statements,
            "CREATE DATABASE IF NOT EXISTS {database};
             CREATE OR REPLACE TABLE {database}.items
               (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60), price DECIMAL(9,2),
                changed TIMESTAMP DEFAULT NOW() ON UPDATE NOW());
             INSERT INTO {database}.items (name, price)
               SELECT CONCAT('item ', seq), seq / 7 FROM {database}.seq_1_to_2000;"
        )
        .expect("a String takes all");
    }
    let users = ["web", "app", "reports", "blog", "collector"].map(|user| (user, PASSWORD));
    let visitors = visitors.iter().map(|name| (name.as_str(), name.as_str()));
    let visitors = visitors.chain([(VISITOR.0, VISITOR.1)]);
    for (user, password) in users.into_iter().chain(visitors) {
        write!(
            statements,
            "CREATE OR REPLACE USER {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON shop.* TO {user}@'%'; GRANT ALL ON blog.* TO {user}@'%';
             GRANT ALL ON metrics.* TO {user}@'%';"
        )
        .expect("a String takes all");
    }
    primary.sql(&statements).await;
}

async fn come_and_go(port: u16, user: &str, database: &str, work: Work) {
    loop {
        pause(200..3000).await;
        let options = clients::options(&Endpoint::Tcp(port), user, PASSWORD, database);
        // A server may be stopped by the person who watches: the client then comes back later.
        let Ok(mut connection) = Conn::new(mysql_async::Opts::from(options)).await else {
            continue;
        };
        let statements = rand::rng().random_range(5..STATEMENTS_MAX);
        for _ in 0..statements {
            if step(&mut connection, work).await.is_err() {
                break;
            }
            pause(50..1500).await;
        }
        // Whether the goodbye arrives changes nothing here.
        let _ = connection.disconnect().await;
    }
}

async fn step(connection: &mut Conn, work: Work) -> mysql_async::Result<()> {
    let id = rand::rng().random_range(1..2000);
    match work {
        Work::Orders => {
            connection.query_drop("START TRANSACTION").await?;
            let update = "UPDATE items SET price = price + 0.01 WHERE id = ?";
            connection.exec_drop(update, (id,)).await?;
            pause(20..900).await;
            connection.query_drop("COMMIT").await
        }
        Work::Browse => {
            let select = "SELECT name, price FROM items WHERE id BETWEEN ? AND ?";
            connection.exec_drop(select, (id, id + 20)).await
        }
        Work::Report => {
            let select = "SELECT COUNT(*), SUM(a.price), SLEEP(0.4) FROM items a JOIN items b
                          USING (id) GROUP BY a.id DIV 1000";
            connection.query_drop(select).await
        }
    }
}

async fn pause(milliseconds: std::ops::Range<u64>) {
    let time = rand::rng().random_range(milliseconds);
    tokio::time::sleep(Duration::from_millis(time)).await;
}
