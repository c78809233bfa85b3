//! An administrator's account as a resource.

use std::sync::Arc;

use serde_json::Value;

use super::Configured;
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::auth::admin::Role;

/// One account.
pub(in crate::api) struct UserResource {
    name: Arc<str>,
    role: Role,
}

impl Configured for UserResource {
    const ONE: &'static str = "a user";
    const LIVE: bool = false;

    fn all(state: &ApiState) -> Vec<Self> {
        let accounts = state.administrators().list().into_iter();
        accounts.map(|(name, role)| Self { name, role }).collect()
    }
}

impl Resource for UserResource {
    const KIND: &'static str = "inet";
    const PATH: &'static str = "users/inet";
    const ATTRIBUTES: &'static [&'static str] = &["account", "name"];
    const RELATIONSHIPS: &'static [&'static str] = &[];

    fn id(&self) -> String {
        self.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "account" => Some(self.role.name().into()),
            "name" => Some((*self.name).into()),
            _ => None,
        }
    }

    fn related(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}
