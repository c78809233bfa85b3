//! Servers whose tables differ.

use super::*;

/// As MariaDB 10.4 and later tell it to who may read it.
const DOCUMENTS: &str = r#"Host | User | Priv
    % | both | {"access":0,"authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"}
    % | own | {"access":1,"authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"}
    % | tls | {"access":0,"ssl_type":1}
    % | locked | {"access":0,"account_locked":true}
     | role | {"access":0,"is_role":true}
    % | torn | {"#;

/// The same, as others tell it; the passwords are other ones, except that of `own`.
const COLUMNS: &str = "Host | User | plugin | authentication_string | ssl_type | account_locked | \
    is_role | Select_priv
    % | both | | | | N | N | N
    % | own | mysql_native_password | *7B9EBEED26AA52ED10C0F549FA863F13C39E0209 | | N | N | Y
    % | tls | | | ANY | N | N | N
    % | locked | | | | Y | N | N
     | role | | | | N | Y | N
    % | torn | | | | N | N | N";

const NOBODY: [&str; 2] = [
    "Host | User | Priv",
    "Host | User | plugin | authentication_string | ssl_type | account_locked | is_role",
];

fn of_users(texts: [&str; 2]) -> Accounts {
    let servers = texts.map(|text| {
        let mut rows = AccountRows::default();
        rows.insert(AccountTable::Users, table(text));
        rows
    });
    Accounts::from_servers(&servers).unwrap()
}

fn check(accounts: &Accounts, user: &str, password: &str, expected: &str) {
    let client = Client {
        user,
        from: "10.0.0.1",
        password,
    };
    let seen = log_in(accounts, &client, "");
    assert!(seen.starts_with(expected), "{user}: {seen}");
}

#[test]
fn accounts_of_a_later_server_are_read_by_its_own_columns() {
    for texts in [[NOBODY[1], DOCUMENTS], [NOBODY[0], COLUMNS]] {
        let accounts = of_users(texts);
        check(&accounts, "own", "p", "'own'@'%'");
        check(&accounts, "own", "", "1045");
        check(&accounts, "tls", "", "1045");
        check(&accounts, "locked", "", "4151");
        check(&accounts, "role", "", "1045");
    }
}

#[test]
fn of_accounts_that_several_have_the_first_counts() {
    let accounts = of_users([DOCUMENTS, COLUMNS]);
    check(&accounts, "both", "p", "'both'@'%'");
    check(&accounts, "both", "", "1045");
    // What the first says of it is not known, so it is nobody.
    check(&accounts, "torn", "", "1045");
    assert_eq!(accounts.unreadable(), ["'torn'@'%'"]);
    let accounts = of_users([COLUMNS, DOCUMENTS]);
    check(&accounts, "both", "", "'both'@'%'");
    check(&accounts, "both", "p", "1045");
}

#[test]
fn what_databases_the_servers_open_is_put_together() {
    let server = |databases: &str| {
        let mut rows = AccountRows::default();
        rows.insert(AccountTable::Users, table(DOCUMENTS));
        rows.insert(AccountTable::Databases, table(databases));
        rows
    };
    let servers = [
        server("Host | User | Db | Select_priv\n % | both | shop | Y"),
        server("Host | User | Db | Insert_priv\n % | both | stock | Y"),
    ];
    let accounts = Accounts::from_servers(&servers).unwrap();
    for (database, expected) in [("shop", "'both'@'%'"), ("stock", "'both'@'%'")] {
        let client = Client {
            user: "both",
            from: "10.0.0.1",
            password: "p",
        };
        assert_eq!(log_in(&accounts, &client, database), expected);
    }
}

#[test]
fn a_row_that_does_not_say_how_its_user_logs_in_is_no_account() {
    let mut rows = AccountRows::default();
    for text in [
        "Host | User\n % | a",
        "Host | User | plugin\n % | a | ",
        "Host | User | authentication_string\n % | a | ",
    ] {
        rows.insert(AccountTable::Users, table(text));
        let accounts = Accounts::from_rows(&rows).unwrap();
        assert_eq!(accounts.unreadable(), ["'a'@'%'"], "{text}");
        assert!(accounts.is_empty());
    }
    let mut users = table("Host | User | plugin | authentication_string\n % | a | |");
    users.rows[0][2] = None;
    rows.insert(AccountTable::Users, users);
    assert!(Accounts::from_rows(&rows).unwrap().is_empty());
}
