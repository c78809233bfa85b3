//! The clients.

use std::fmt::Write as _;
use std::path::Path;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Row, TxOpts, params};

use super::Transcript;
use super::settling::Settling;
use crate::clients::{Endpoint, connect, options};
use crate::mysql;

/// Where Debian's package puts it.
const JAVA_DRIVER: &str = "/usr/share/java/mariadb-java-client.jar";

/// A client program and what it is started with.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// What it does, for the report.
    pub about: String,
    /// The command; empty for the one that is part of this program.
    pub command: Vec<String>,
    /// Further variables of its environment.
    pub environment: Vec<(String, String)>,
    /// The servers it can work with.
    pub on: On,
    /// Whether it is the tests that a package ships.
    pub is_suite: bool,
    /// What is run on the server before it.
    pub first: Vec<String>,
}

/// Servers that a program can work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Either.
    Both,
    /// MariaDB only.
    MariaDb,
    /// MySQL only.
    MySql,
}

impl On {
    pub(super) fn takes(self, is_mysql: bool) -> bool {
        match self {
            Self::Both => true,
            Self::MariaDb => !is_mysql,
            Self::MySql => is_mysql,
        }
    }
}

/// All clients. `tools` is the folder into which `.ci/setup.sh compat` installs.
pub fn programs(tools: &Path) -> Vec<Program> {
    let mut all = commands();
    all.push(Program::new("mysql_async", "Rust", &[]));
    let sqlx = tools.join("build/debug/sqlx-work").display().to_string();
    all.push(Program::new("sqlx", "Rust, its pool", &[&sqlx]));
    if let Some(mysql) = mysql::program("mysql") {
        let about = "MySQL's own commands mysql, mysqldump, mysqladmin";
        let mut program = Program::new("mysql", about, &[&script("sh/mysql.sh")]);
        let folder = mysql.parent().unwrap_or(&mysql).display().to_string();
        program.environment.push(("COMPAT_MYSQL".into(), folder));
        program.on = On::MySql;
        all.push(program);
    }
    all.extend(of_python(tools));
    for driver in ["mysql2", "mariadb"] {
        let script = script("node/work.js");
        let name = format!("{driver} for Node");
        let mut node = Program::new(&name, "JavaScript", &["node", &script, driver]);
        let modules = tools.join("node/node_modules").display().to_string();
        node.environment.push(("NODE_PATH".into(), modules));
        all.push(node);
    }
    let java = ["java", "-cp", JAVA_DRIVER, &script("java/Work.java")];
    let about = "Java, three sets of options";
    all.push(Program::new("MariaDB Connector-J", about, &java));
    let php = ["php", &script("php/work.php")];
    all.push(Program::new("PHP", "mysqli and PDO", &php));
    all
}

/// Programs for the terminal.
fn commands() -> Vec<Program> {
    let all = [
        (
            "mariadb",
            "the commands mariadb, -show, -check, -import, -admin",
            "command",
        ),
        ("mariadb-dump", "dump, restore, dump again", "dump"),
        ("mydumper", "mydumper and myloader", "mydumper"),
        (
            "sysbench",
            "five loads, prepared statements and text",
            "sysbench",
        ),
    ];
    all.into_iter()
        .map(|(name, about, file)| {
            let mut program = Program::new(name, about, &[&script(&format!("sh/{file}.sh"))]);
            if name != "sysbench" {
                program.on = On::MariaDb;
            }
            program
        })
        .collect()
}

fn of_python(tools: &Path) -> Vec<Program> {
    let all = [
        ("PyMySQL", "Python", "dbapi", "pymysql"),
        ("mysqlclient", "Python, C library", "dbapi", "mysqlclient"),
        ("mysql-connector-python", "Python", "dbapi", "connector"),
        (
            "mariadb for Python",
            "Python, C library",
            "dbapi",
            "mariadb",
        ),
        ("SQLAlchemy", "ORM, reflection, pool", "orm", ""),
    ];
    let python = tools.join("python/bin/python").display().to_string();
    all.into_iter()
        .map(|(name, about, file, driver)| {
            let script = script(&format!("python/{file}.py"));
            Program::new(name, about, &[&python, &script, driver])
        })
        .collect()
}

pub(super) fn script(path: &str) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("compat");
    scripts.join(path).display().to_string()
}

impl Program {
    pub(super) fn new(name: &str, about: &str, command: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            about: about.to_owned(),
            command: command.iter().map(|&word| word.to_owned()).collect(),
            environment: Vec::new(),
            on: On::Both,
            is_suite: false,
            first: Vec::new(),
        }
    }
}

/// The work of mysql_async, which is a library of this program.
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
