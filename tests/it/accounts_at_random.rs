//! Logins of random accounts to random databases: the gateway answers each as the server does.

use std::fmt::Write as _;

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use sluicegate_tests::gateway::Gateway;
use sluicegate_tests::mariadb::{MariaDb, Options};
use sluicegate_tests::raw::Login;

use crate::login::same_as_direct;

const USERS: usize = 40;
/// Host patterns; a client on 127.0.0.1 is meant by most of them.
const HOSTS: &[&str] = &[
    "%",
    "127.0.0.1",
    "127.%",
    "127.0.0._",
    "_27.0.0.1",
    "127.%.1",
    "%.1",
    "127.0.0.0/255.0.0.0",
    "10.%",
    "localhost",
    "loc%",
];
/// Names and patterns that grants are made on.
const GRANTED: &[&str] = &["d1", "d2", "d_x", r"d\_x", "d%", "D1", "%", "_1", "nope%"];
/// What clients ask for.
const DATABASES: &[&str] = &[
    "",
    "d1",
    "d2",
    "D1",
    "d_x",
    "dax",
    "d",
    "nope",
    "mysql",
    "information_schema",
];
const ROLES: &[&str] = &["on_d1", "over_d1", "on_table", "everywhere"];

const BASE: &str = "
    CREATE DATABASE d1; CREATE DATABASE d2; CREATE DATABASE d_x; CREATE DATABASE dax;
    CREATE TABLE d1.t (a INT); CREATE TABLE d2.t (a INT); CREATE PROCEDURE d2.p() SELECT 1;
    CREATE ROLE on_d1; GRANT SELECT ON d1.* TO on_d1; CREATE ROLE over_d1; GRANT on_d1 TO over_d1;
    CREATE ROLE on_table; GRANT SELECT ON d2.t TO on_table;
    CREATE ROLE everywhere; GRANT SELECT ON *.* TO everywhere;";

fn grant(random: &mut StdRng, account: &str) -> String {
    let any = |random: &mut StdRng, list: &[&'static str]| *list.choose(random).expect("not empty");
    match random.random_range(0..20) {
        0..10 => {
            let privilege = any(random, &["SELECT", "INSERT", "EXECUTE", "LOCK TABLES"]);
            format!(
                "GRANT {privilege} ON `{}`.* TO {account};",
                any(random, GRANTED)
            )
        }
        10..12 => format!(
            "GRANT SELECT ON {}.t TO {account};",
            any(random, &["d1", "d2"])
        ),
        12 => format!("GRANT SELECT (a) ON d1.t TO {account};"),
        13 => format!("GRANT EXECUTE ON PROCEDURE d2.p TO {account};"),
        14..16 => {
            let privilege = any(
                random,
                &["SELECT", "PROCESS", "SUPER", "CREATE USER", "EVENT"],
            );
            format!("GRANT {privilege} ON *.* TO {account};")
        }
        _ => {
            let role = any(random, ROLES);
            let default = format!("SET DEFAULT ROLE {role} FOR {account};");
            let default = if random.random() {
                default
            } else {
                String::new()
            };
            format!("GRANT {role} TO {account}; {default}")
        }
    }
}

fn accounts(random: &mut StdRng) -> String {
    let mut sql = BASE.to_owned();
    for number in 0..USERS {
        let mut hosts = HOSTS.to_vec();
        hosts.shuffle(random);
        for host in &hosts[..random.random_range(1..5)] {
            let account = format!("u{number}@'{host}'");
            let password = if random.random() { "p" } else { "" };
            let locked = if random.random_ratio(1, 10) {
                "ACCOUNT LOCK"
            } else {
                ""
            };
            writeln!(
                sql,
                "CREATE USER {account} IDENTIFIED BY '{password}' {locked};"
            )
            .expect("a String takes all");
            for _ in 0..random.random_range(0..3) {
                sql.push_str(&grant(random, &account));
            }
        }
    }
    sql
}

async fn check(seed: u64, more: &[&str]) {
    let mut random = StdRng::seed_from_u64(seed);
    let options = Options {
        more: more.iter().map(|&option| option.to_owned()).collect(),
        ..Options::default()
    };
    let db = MariaDb::start_with("random-accounts", options).await;
    db.sql(&accounts(&mut random)).await;
    let gateway = Gateway::start(&[&db]).await;
    for number in 0..=USERS {
        let user = format!("u{number}");
        for password in ["", "p"] {
            for database in DATABASES {
                let login = Login::new(&user, password).database(database);
                same_as_direct(gateway.port(), &db, &login).await;
            }
        }
    }
}

#[tokio::test]
async fn random_accounts_log_in_as_on_a_server_that_looks_up_no_names() {
    check(1, &[]).await;
}

#[tokio::test]
async fn random_accounts_log_in_as_on_a_server_that_looks_up_names() {
    check(2, &["--skip-name-resolve=0"]).await;
}
