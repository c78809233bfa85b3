//! The clients.

use std::path::Path;
use std::process::Stdio;

use crate::mysql;

/// Where Debian's packages put them: the driver, the pool, and what the pool needs.
const JAVA_DRIVER: &str = "/usr/share/java/mariadb-java-client.jar";
const JAVA_POOL: &str = "/usr/share/java/HikariCP.jar:/usr/share/java/slf4j-api.jar";

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
    /// A command that succeeds where the client is installed; empty: it always is.
    pub probe: Vec<String>,
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
    let program = Program::new("sqlx", "Rust, its pool", &[&sqlx]);
    all.push(program.where_succeeds(&["test", "-x", &sqlx]));
    all.extend(commands_of_mysql());
    all.extend(of_python(tools));
    all.extend(of_node(tools));
    all.extend(of_java());
    let php = ["php", &script("php/work.php")];
    let php = Program::new("PHP", "mysqli and PDO", &php);
    all.push(php.where_succeeds(&["php", "-r", "mysqli_init();"]));
    all.extend(of_perl_and_ruby());
    let go = tools.join("go-work").display().to_string();
    let about = "Go, database/sql and its pool";
    let go_driver = Program::new("go-sql-driver", about, &[&go]);
    all.push(go_driver.where_succeeds(&["test", "-x", &go]));
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
            program.where_succeeds(&[name, "--version"])
        })
        .collect()
}

fn commands_of_mysql() -> Option<Program> {
    let mysql = mysql::program("mysql")?;
    let about = "MySQL's own commands mysql, mysqldump, mysqladmin";
    let mut program = Program::new("mysql", about, &[&script("sh/mysql.sh")]);
    let folder = mysql.parent().unwrap_or(&mysql).display().to_string();
    program.environment.push(("COMPAT_MYSQL".into(), folder));
    program.on = On::MySql;
    Some(program)
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
        (
            "aiomysql",
            "Python, asynchronous, its pool",
            "aio",
            "aiomysql",
        ),
        (
            "asyncmy",
            "Python, asynchronous, its pool",
            "aio",
            "asyncmy",
        ),
        ("SQLAlchemy", "ORM, reflection, pool", "orm", ""),
    ];
    let python = tools.join("python/bin/python").display().to_string();
    let of_file = |file: &str| script(&format!("python/{file}.py"));
    let mut all: Vec<Program> = all
        .into_iter()
        .map(|(name, about, file, driver)| {
            let program = Program::new(name, about, &[&python, &of_file(file), driver]);
            let module = match driver {
                "mysqlclient" => "MySQLdb",
                "connector" => "mysql.connector",
                "" => "sqlalchemy, pymysql",
                other => other,
            };
            program.where_succeeds(&[&python, "-c", &format!("import {module}")])
        })
        .collect();
    let arch = std::env::consts::ARCH;
    let driver = format!("/usr/lib/{arch}-linux-gnu/odbc/libmaodbc.so");
    let about = "by way of pyodbc";
    let odbc = Program::new(
        "MariaDB Connector-ODBC",
        about,
        &[&python, &of_file("odbc"), &driver],
    );
    let probe = "import os, sys, pyodbc; os.stat(sys.argv[1])";
    all.push(odbc.where_succeeds(&[&python, "-c", probe, &driver]));
    all
}

fn of_node(tools: &Path) -> Vec<Program> {
    let work = script("node/work.js");
    let modules = tools.join("node/node_modules").display().to_string();
    let drivers = ["mysql2", "mysql", "mariadb"].into_iter();
    drivers
        .map(|driver| {
            let name = format!("{driver} for Node");
            let mut node = Program::new(&name, "JavaScript", &["node", &work, driver]);
            node.environment.push(("NODE_PATH".into(), modules.clone()));
            node = node.where_succeeds(&["test", "-d", &format!("{modules}/{driver}")]);
            if driver == "mysql" {
                // It knows no plugin that accounts of MySQL 9 have.
                node.on = On::MariaDb;
            }
            node
        })
        .collect()
}

fn of_java() -> Vec<Program> {
    let about = "Java, three sets of options";
    let work = script("java/Work.java");
    let driver = Program::new(
        "MariaDB Connector-J",
        about,
        &["java", "-cp", JAVA_DRIVER, &work],
    );
    let places = format!("{JAVA_POOL}:{JAVA_DRIVER}");
    let work = script("java/Pool.java");
    let about = "Java, a pool of connections of MariaDB Connector-J";
    let pool = Program::new("HikariCP", about, &["java", "-cp", &places, &work]);
    let jar = JAVA_POOL.split(':').next().unwrap_or_default();
    vec![
        driver.where_succeeds(&["test", "-e", JAVA_DRIVER]),
        pool.where_succeeds(&["test", "-e", jar]),
    ]
}

fn of_perl_and_ruby() -> Vec<Program> {
    let perl = script("perl/work.pl");
    let mut all = Vec::new();
    for driver in ["MariaDB", "mysql"] {
        let name = format!("DBD-{driver}");
        let program = Program::new(&name, "Perl DBI", &["perl", &perl, driver]);
        let module = format!("-MDBD::{driver}");
        all.push(program.where_succeeds(&["perl", &module, "-e", "1"]));
    }
    let ruby = ["ruby", &script("ruby/work.rb")];
    let ruby = Program::new("mysql2 for Ruby", "Ruby", &ruby);
    all.push(ruby.where_succeeds(&["ruby", "-rmysql2", "-e", "1"]));
    all
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
            probe: Vec::new(),
        }
    }

    pub(super) fn where_succeeds(mut self, probe: &[&str]) -> Self {
        self.probe = probe.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// Whether the client is installed.
    pub(super) fn is_here(&self) -> bool {
        let Some((first, words)) = self.probe.split_first() else {
            return true;
        };
        let mut probe = std::process::Command::new(first);
        probe
            .args(words)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    }
}
