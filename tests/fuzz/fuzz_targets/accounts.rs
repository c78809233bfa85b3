//! Attacks what servers tell of their accounts, and log-ins with them.

#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::auth::accounts::{
    AccountRows, AccountTable, Accounts, ClientTls, LoginAttempt, Remote, Rules, TableRows,
};

const TABLES: [(AccountTable, &[&str]); 7] = [
    (AccountTable::Settings, &["Variable_name", "Value"]),
    (AccountTable::Users, &["Host", "User", "Priv"]),
    (
        AccountTable::Users,
        &[
            "Host",
            "User",
            "plugin",
            "authentication_string",
            "Select_priv",
            "is_role",
        ],
    ),
    (
        AccountTable::Databases,
        &["Host", "Db", "User", "Select_priv"],
    ),
    (AccountTable::RoleMembers, &["Host", "User", "Role"]),
    (AccountTable::Proxies, &["Host", "User", "Proxied_user"]),
    (AccountTable::Tables, &["Host", "Db", "User"]),
];

/// Lines of values: a digit for the table, then values, a tab between them; `\N` is NULL.
fn rows(text: &[u8]) -> (AccountRows, Vec<&[u8]>) {
    let mut tables = TABLES.map(|(_, columns)| TableRows {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows: Vec::new(),
    });
    let mut words = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let (choice, rest) = byte(line);
        let table = &mut tables[usize::from(choice) % TABLES.len()];
        let mut values: Vec<_> = rest.split(|byte| *byte == b'\t').collect();
        words.extend(values.iter().copied());
        values.resize(table.columns.len(), b"");
        let row = values
            .into_iter()
            .map(|value| (value != b"\\N").then(|| value.to_vec()));
        table.rows.push(row.collect());
    }
    let mut all = AccountRows::default();
    for ((kind, _), table) in TABLES.into_iter().zip(tables) {
        if !table.rows.is_empty() {
            all.insert(kind, table);
        }
    }
    (all, words)
}

fuzz_target!(|data: &[u8]| {
    let (rows, words) = rows(data);
    let Ok(accounts) = Accounts::from_rows(&rows) else {
        return;
    };
    for user in words.iter().chain([&&b""[..], &&b"u"[..]]).take(8) {
        for remote in [Remote::Local, Remote::Ip(IpAddr::from(Ipv4Addr::LOCALHOST))] {
            let attempt = LoginAttempt {
                user,
                remote,
                host_name: Some("host.example"),
                database: words.first().copied(),
                proofs: &[],
                with_password: false,
                tls: ClientTls::None,
                handles_expired_password: false,
            };
            let _ = accounts.wants_host_name(user);
            let _ = accounts.authenticate(&attempt, &Rules::default());
        }
    }
});
