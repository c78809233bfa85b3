//! Reads a server's accounts.

use super::error::BackendError;
use super::query::QueryConnection;
use super::rows::Rows;
use crate::auth::accounts::{AccountQuery, AccountRows, QUERIES, TableRows};

/// The server has not got it, or does not let this user read it.
const NOT_READABLE: [u16; 7] = [
    1044, // access to the database denied
    1049, // unknown database
    1054, // unknown column
    1142, // access to the table denied
    1143, // access to the column denied
    1146, // no such table
    1356, // the view refers to what is not there or not allowed
];

/// Asks everything that [`Accounts::from_rows`] needs.
///
/// [`Accounts::from_rows`]: crate::auth::accounts::Accounts::from_rows
pub async fn fetch_account_rows(
    connection: &mut QueryConnection,
) -> Result<AccountRows, BackendError> {
    let mut all = AccountRows::default();
    for query in QUERIES {
        if let Some(Rows { columns, rows }) = ask(connection, query).await? {
            all.insert(query.table, TableRows { columns, rows });
        }
    }
    Ok(all)
}

/// The first of the query's alternatives that works.
async fn ask(
    connection: &mut QueryConnection,
    query: &AccountQuery,
) -> Result<Option<Rows>, BackendError> {
    let mut last = None;
    for sql in query.alternatives {
        match connection.query(sql).await {
            Ok(rows) => return Ok(Some(rows)),
            Err(error) if is_not_readable(&error) => {
                tracing::debug!("{:?} of accounts: {error}", query.table);
                last = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    match last {
        Some(error) if query.required => Err(error),
        _ => Ok(None),
    }
}

fn is_not_readable(error: &BackendError) -> bool {
    error
        .server_error()
        .is_some_and(|error| NOT_READABLE.contains(&error.code))
}
