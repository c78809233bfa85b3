//! How a listener lets clients in, and as whom they come to servers.

use std::sync::{Arc, LazyLock};

use tokio::sync::OnceCell;

use crate::auth::accounts::{AllowedPlugins, DatabaseCase, Ed25519Way, Rules};
use crate::auth::caching_sha2::{KnownPasswords, RsaKey, RsaKeyError};
use crate::auth::{Mapped, MappingError, UserMapping};
use crate::backend::InitStatements;
use crate::config::{AuthenticationParameters, EdMode, ListenerParameters};

/// Passwords that clients of any listener have proved.
static KNOWN: LazyLock<KnownPasswords> = LazyLock::new(KnownPasswords::default);
/// The key of listeners that have none of their own.
static MADE_KEY: OnceCell<Arc<RsaKey>> = OnceCell::const_new();

/// Why a listener's parameters can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// `user_mapping_file`
    #[error("{0}")]
    Mapping(#[from] MappingError),
    /// `connection_init_sql_file`
    #[error("{0}")]
    InitFile(std::io::Error),
    /// `ed_rsa_privkey_path`
    #[error("ed_rsa_privkey_path: {0}")]
    Key(#[from] RsaKeyError),
}

impl DoorError {
    /// The parameter that it is about.
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Mapping(_) => "user_mapping_file",
            Self::InitFile(_) => "connection_init_sql_file",
            Self::Key(_) => "authenticator_options",
        }
    }
}

/// See the module. Made of a listener's parameters, once.
#[derive(Debug, Clone, Default)]
pub struct Door {
    authentication: AuthenticationParameters,
    key: Option<Arc<RsaKey>>,
    mapping: UserMapping,
    /// What new connections to servers run first.
    pub init_statements: InitStatements,
    /// What clients are told of when they log in.
    pub metadata: Vec<(String, String)>,
    /// Whether clients may not be replicas.
    refuses_replication: bool,
}

impl Door {
    /// Reads the files that the parameters name.
    ///
    /// # Errors
    /// A file that can't be read or understood.
    pub fn of(parameters: &ListenerParameters) -> Result<Self, DoorError> {
        let key = parameters.authentication.rsa_key.as_deref();
        let mapping = parameters.user_mapping_file.as_deref();
        let init = parameters.connection_init_sql_file.as_deref();
        Ok(Self {
            key: key.map(RsaKey::read).transpose()?.map(Arc::new),
            mapping: mapping
                .map(UserMapping::read)
                .transpose()?
                .unwrap_or_default(),
            init_statements: match init {
                Some(path) => statements(&std::fs::read(path).map_err(DoorError::InitFile)?),
                None => Arc::default(),
            },
            authentication: parameters.authentication.clone(),
            metadata: parameters.connection_metadata.clone(),
            refuses_replication: !parameters.allow_replication,
        })
    }

    /// Whether clients may not be replicas.
    pub(super) fn refuses_replication(&self) -> bool {
        self.refuses_replication
    }

    /// The door to services within those that it leads to. Who comes there has shown its plugin and
    /// password here, and has been mapped and greeted.
    pub(super) fn within(&self) -> Self {
        let own = &self.authentication;
        Self {
            authentication: AuthenticationParameters {
                skip_authentication: own.skip_authentication,
                match_host: own.match_host,
                lower_case_table_names: own.lower_case_table_names,
                ..AuthenticationParameters::default()
            },
            ..Self::default()
        }
    }

    /// The service's rules with what this listener says, for a client of that name.
    pub(super) fn rules(&self, rules: &Rules, user: &[u8]) -> Rules {
        let authentication = &self.authentication;
        let user = String::from_utf8_lossy(user);
        // A signature is enough for who gets a password from elsewhere.
        let by_signature = match authentication.ed_mode {
            Some(mode) => mode == EdMode::Ed25519,
            None => self.mapping.map(&user, &[]).is_some(),
        };
        let only = authentication.only;
        Rules {
            plugins: AllowedPlugins {
                only: only.map(|only| (only.passwords, only.ed25519)),
            },
            ed25519: if by_signature {
                Ed25519Way::Signature
            } else {
                Ed25519Way::Password
            },
            skip_password: authentication.skip_authentication,
            match_host: authentication.match_host,
            database_case: authentication
                .lower_case_table_names
                .map(|case| match case {
                    0 => DatabaseCase::Sensitive,
                    1 => DatabaseCase::Lowered,
                    _ => DatabaseCase::Insensitive,
                }),
            ..rules.clone()
        }
    }

    /// The key with which clients encrypt passwords without TLS; one is made if there is none yet.
    pub(super) async fn key(&self) -> Option<Arc<RsaKey>> {
        if let Some(key) = &self.key {
            return Some(Arc::clone(key));
        }
        let make = || async {
            let made = tokio::task::spawn_blocking(RsaKey::generate).await;
            let made = made.map_err(|error| tracing::error!("no RSA key: {error}"))?;
            let made = made.map_err(|error| tracing::error!("no RSA key: {error}"))?;
            Ok::<_, ()>(Arc::new(made))
        };
        MADE_KEY.get_or_try_init(make).await.ok().map(Arc::clone)
    }

    /// Passwords that were proved before.
    pub(super) fn known() -> &'static KnownPasswords {
        &KNOWN
    }

    /// The user that a client becomes towards servers, if it becomes another one.
    pub(super) async fn mapped(&self, user: &[u8]) -> Option<Mapped> {
        let user = String::from_utf8_lossy(user).into_owned();
        let groups = if self.mapping.wants_groups(&user) {
            let name = user.clone();
            // Whoever the operating system asks may take its time.
            let groups = tokio::task::spawn_blocking(move || groups_of(&name)).await;
            groups.unwrap_or_default()
        } else {
            Vec::new()
        };
        self.mapping.map(&user, &groups)
    }
}

/// The groups of a user of the operating system.
fn groups_of(user: &str) -> Vec<String> {
    let Some(known) = uzers::get_user_by_name(user) else {
        return Vec::new();
    };
    let groups = uzers::get_user_groups(user, known.primary_group_id());
    let groups = groups.into_iter().flatten();
    groups
        .map(|group| group.name().to_string_lossy().into_owned())
        .collect()
}

/// Every line that is not empty is a statement.
fn statements(text: &[u8]) -> InitStatements {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(Box::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_not_empty_is_a_statement() {
        let found = statements(b"SET @a = 1;\r\n\n  SET @b = 2\n");
        let found: Vec<_> = found.iter().map(|line| &**line).collect();
        assert_eq!(found, [&b"SET @a = 1;"[..], b"SET @b = 2"]);
    }

    #[test]
    fn what_is_within_goes_by_the_same_rules_but_maps_nobody() {
        let door = Door {
            authentication: AuthenticationParameters {
                match_host: false,
                lower_case_table_names: Some(1),
                skip_authentication: true,
                ed_mode: Some(EdMode::Ed25519),
                ..AuthenticationParameters::default()
            },
            init_statements: statements(b"SET @a = 1"),
            metadata: vec![("a".to_owned(), "b".to_owned())],
            ..Door::default()
        };
        let within = door.within();
        let rules = within.rules(&Rules::default(), b"u");
        assert!(!rules.match_host && rules.skip_password);
        assert_eq!(rules.database_case, Some(DatabaseCase::Lowered));
        assert_eq!(rules.ed25519, Ed25519Way::Password);
        assert!(within.init_statements.is_empty() && within.metadata.is_empty());
    }

    #[test]
    fn the_groups_of_a_user_are_those_of_the_operating_system() {
        assert!(groups_of("root").contains(&"root".to_owned()));
        assert!(groups_of("nobody-of-that-name").is_empty());
    }
}
