use super::*;
use crate::auth::{BackendSecret, Plugin, Proof};

mod databases;
mod logins;
mod mysql;
mod several;

const SCRAMBLE: &[u8; 20] = b"abcdefghijABCDEFGHIJ";

/// Rows from text: a line of column names, then a line a row; cells are apart by `|`.
pub(super) fn table(text: &str) -> TableRows {
    let cells = |line: &str| {
        line.split('|')
            .map(|cell| cell.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let columns = cells(lines.next().unwrap_or_default());
    let row = |line| {
        cells(line)
            .into_iter()
            .map(|cell| Some(cell.into_bytes()))
            .collect()
    };
    TableRows {
        columns,
        rows: lines.map(row).collect(),
    }
}

fn accounts(tables: &[(AccountTable, &str)]) -> Accounts {
    let mut rows = AccountRows::default();
    for (place, text) in tables {
        rows.insert(*place, table(text));
    }
    accounts_of(&rows)
}

pub(super) fn accounts_of(rows: &AccountRows) -> Accounts {
    Accounts::from_rows(rows).expect("well-formed rows")
}

/// A client at `from` (an address or `localhost`) with the answer that `password` gives.
pub(super) struct Client<'a> {
    pub(super) user: &'a str,
    pub(super) from: &'a str,
    pub(super) password: &'a str,
}

/// The account that logs in, or the error as the client sees it.
pub(super) fn log_in(accounts: &Accounts, client: &Client<'_>, database: &str) -> String {
    attempt(accounts, client, database, &Rules::default(), |_| {})
}

/// A log-in by a Unix socket, with a password.
fn applicant<'a>(user: &'a [u8], proofs: &'a [Proof]) -> LoginAttempt<'a> {
    LoginAttempt {
        user,
        remote: Remote::Local,
        host_name: None,
        database: None,
        proofs,
        with_password: true,
        tls: ClientTls::None,
        handles_expired_password: false,
    }
}

fn attempt(
    accounts: &Accounts,
    client: &Client<'_>,
    database: &str,
    rules: &Rules,
    change: impl FnOnce(&mut LoginAttempt<'_>),
) -> String {
    let secret = BackendSecret::from_password(client.password.as_bytes());
    let response = secret.respond(Plugin::Native, SCRAMBLE).unwrap();
    let proof = Proof::Native {
        scramble: *SCRAMBLE,
        response,
    };
    let proofs = [proof];
    let mut attempt = LoginAttempt {
        remote: client.from.parse().map_or(Remote::Local, Remote::Ip),
        database: Some(database.as_bytes()),
        with_password: !client.password.is_empty(),
        ..applicant(client.user.as_bytes(), &proofs)
    };
    change(&mut attempt);
    match accounts.authenticate(&attempt, rules) {
        Ok(login) => {
            assert_eq!(
                login.secret.respond(Plugin::Native, SCRAMBLE),
                secret.respond(Plugin::Native, SCRAMBLE),
                "the secret must serve towards servers"
            );
            login.account
        }
        Err(error) => {
            let (code, _, message) = error.reply();
            format!("{code} {message}")
        }
    }
}
