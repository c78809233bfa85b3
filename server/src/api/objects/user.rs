//! An administrator's account as a resource.

pub(in crate::api) mod write;

use std::time::SystemTime;

use serde_json::Value;

use super::Configured;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::auth::admin::Account;

/// One account.
pub(in crate::api) struct UserResource {
    account: Account,
    last_login: Option<SystemTime>,
}

impl Configured for UserResource {
    const ONE: &'static str = "a user";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        let accounts = state.administrators().list().into_iter();
        let resource = |(account, last_login)| Self {
            account,
            last_login,
        };
        accounts.map(resource).collect()
    }
}

impl Resource for UserResource {
    const KIND: &'static str = "inet";
    const PATH: &'static str = "users/inet";
    const ATTRIBUTES: &'static [&'static str] =
        &["account", "created", "last_login", "last_update", "name"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.account.name().to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "account" => Some(self.account.role().name().into()),
            "created" => Some(date(Some(self.account.created()))),
            "last_login" => Some(date(self.last_login)),
            "last_update" => Some(date(self.account.updated())),
            "name" => Some((**self.account.name()).into()),
            _ => None,
        }
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn version(&self) -> Option<u64> {
        Some(self.account.version())
    }
}

fn date(time: Option<SystemTime>) -> Value {
    time.map(httpdate::fmt_http_date).into()
}

/// An account of the operating system. There are none: the documented API has the path, but nothing
/// behind it any more.
pub(in crate::api) enum UnixUser {}

impl Configured for UnixUser {
    const ONE: &'static str = "a Unix user";
    const LIVE: bool = false;

    fn all(_: &ApiState) -> Vec<Self> {
        Vec::new()
    }
}

impl Resource for UnixUser {
    const KIND: &'static str = "unix";
    const PATH: &'static str = "users/unix";
    const ATTRIBUTES: &'static [&'static str] = &["account", "name"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        match *self {}
    }

    fn attribute(&self, _: &str) -> Option<Value> {
        match *self {}
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        match *self {}
    }
}
