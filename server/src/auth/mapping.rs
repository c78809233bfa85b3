//! Which user of the servers a client becomes: `user_mapping_file`.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::BackendSecret;

/// Why there is no mapping.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// The file can't be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is no mapping.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It names a plugin that is not built.
    #[error("plugin '{0}' is not supported by this gateway")]
    Plugin(String),
}

/// Users and groups of clients, and the users of servers that they become.
#[derive(Debug, Clone, Default)]
pub struct UserMapping {
    users: HashMap<String, String>,
    /// In the order of the file.
    groups: Vec<(String, String)>,
    secrets: HashMap<String, BackendSecret>,
}

/// Whom a client becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The user.
    pub user: String,
    /// What logs it in.
    pub secret: BackendSecret,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Document {
    user_map: Vec<UserItem>,
    group_map: Vec<GroupItem>,
    server_credentials: Vec<CredentialItem>,
}

#[derive(Deserialize)]
struct UserItem {
    original_user: String,
    mapped_user: String,
}

#[derive(Deserialize)]
struct GroupItem {
    original_group: String,
    mapped_user: String,
}

#[derive(Deserialize)]
struct CredentialItem {
    mapped_user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    plugin: String,
}

impl UserMapping {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, MappingError> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let document: Map<String, Value> = serde_json::from_str(text)?;
        let document: Document = serde_json::from_value(document.into())?;
        let users = document.user_map.into_iter();
        let groups = document.group_map.into_iter();
        let mut secrets = HashMap::new();
        for item in document.server_credentials {
            // What a server asks for is answered by the plugin that it names. One that asks for PAM
            // refuses the user when it comes.
            if item.plugin == "pam" {
                let user = &item.mapped_user;
                tracing::warn!("the password of {user} is for the plugin pam, which is not built");
            } else if !super::Plugin::of_account(&item.plugin).is_some_and(super::Plugin::is_built)
            {
                return Err(MappingError::Plugin(item.plugin));
            }
            let secret = BackendSecret::from_password(item.password.as_bytes());
            secrets.insert(item.mapped_user, secret);
        }
        Ok(Self {
            users: users
                .map(|item| (item.original_user, item.mapped_user))
                .collect(),
            groups: groups
                .map(|item| (item.original_group, item.mapped_user))
                .collect(),
            secrets,
        })
    }

    /// Whether groups of the operating system count.
    pub fn wants_groups(&self, user: &str) -> bool {
        !self.groups.is_empty() && !self.users.contains_key(user)
    }

    /// Whom a user becomes who is in these groups; `None`: it stays who it is. Without a password
    /// in the file the user is logged in to servers without one.
    pub fn map(&self, user: &str, groups: &[String]) -> Option<Mapped> {
        let of_group = || {
            let mut all = self.groups.iter();
            let found = all.find(|(group, _)| groups.contains(group))?;
            Some(&found.1)
        };
        let user = self.users.get(user).or_else(of_group)?;
        let secret = self.secrets.get(user).cloned();
        Some(Mapped {
            user: user.clone(),
            secret: secret.unwrap_or(BackendSecret::NoPassword),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "user_map": [{"original_user": "bob", "mapped_user": "janet"}],
        "group_map": [{"original_group": "visitors", "mapped_user": "guest"},
                      {"original_group": "staff", "mapped_user": "janet"}],
        "server_credentials": [
            {"mapped_user": "janet", "password": "secret_pw", "plugin": "mysql_native_password"},
            {"mapped_user": "other", "password": "x", "plugin": "ed25519"},
            {"mapped_user": "guest", "password": "y", "plugin": "pam"}]
    }"#;

    #[test]
    fn users_are_mapped_by_name_and_else_by_their_first_group() {
        let mapping = UserMapping::parse(FILE).unwrap();
        let check = |user: &str, groups: &[&str], expected: Option<(&str, &[u8])>| {
            let groups: Vec<_> = groups.iter().map(ToString::to_string).collect();
            let mapped = mapping.map(user, &groups);
            let found = mapped.as_ref();
            let found = found.map(|m| (m.user.as_str(), m.secret.password().unwrap()));
            assert_eq!(found, expected, "{user} {groups:?}");
        };
        check("bob", &["visitors"], Some(("janet", b"secret_pw")));
        check("eve", &["x", "staff"], Some(("janet", b"secret_pw")));
        check("eve", &["staff", "visitors"], Some(("guest", b"y")));
        check("eve", &[], None);
        assert!(!mapping.wants_groups("bob"));
        assert!(mapping.wants_groups("eve"));
        assert!(!UserMapping::parse("{}").unwrap().wants_groups("eve"));
    }

    #[test]
    fn what_is_no_mapping_is_refused() {
        for text in [
            "",
            "[]",
            r#"{"user_map": [{"original_user": "a"}]}"#,
            r#"{"server_credentials": [{"mapped_user": "a", "plugin": "gssapi"}]}"#,
        ] {
            assert!(UserMapping::parse(text).is_err(), "{text}");
        }
    }
}
