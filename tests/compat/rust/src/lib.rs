//! What the tests of sqlx want of their harness, which is not published.

use std::env;

use anyhow::Context as _;
use sqlx::{Connection, Database};

/// Nothing is to be set up: the environment is there.
pub fn setup_if_needed() {}

/// A connection to where `DATABASE_URL` says.
pub async fn new<DB: Database>() -> anyhow::Result<DB::Connection> {
    let url = env::var("DATABASE_URL").context("DATABASE_URL says where to connect")?;
    Ok(DB::Connection::connect(&url).await?)
}
