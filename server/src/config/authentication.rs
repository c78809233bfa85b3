//! How a listener's clients are authenticated: `authenticator` and `authenticator_options`.

use std::path::PathBuf;

use super::error::Fault;
use super::values::Values;

/// The parameters, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationParameters {
    /// The plugins that are on; `None`: all that are built.
    pub only: Option<Authenticators>,
    /// What clients of `ed25519` accounts are asked for; `None`: what serves best.
    pub ed_mode: Option<EdMode>,
    /// The file with the private RSA key; `None`: one is made when it is needed.
    pub rsa_key: Option<PathBuf>,
    /// Servers are left to judge passwords.
    pub skip_authentication: bool,
    /// The host of an account matters.
    pub match_host: bool,
    /// How names of databases are compared, as the servers' variable has it; `None`: as they do.
    pub lower_case_table_names: Option<u8>,
}

/// Plugins that are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Authenticators {
    /// `mysql_native_password` and `caching_sha2_password`.
    pub passwords: bool,
    /// `ed25519`.
    pub ed25519: bool,
}

/// What clients of `ed25519` accounts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdMode {
    /// A signature.
    Ed25519,
    /// Their password, by way of `caching_sha2_password`.
    Sha256,
}

impl Default for AuthenticationParameters {
    fn default() -> Self {
        Self {
            only: None,
            ed_mode: None,
            rsa_key: None,
            skip_authentication: false,
            match_host: true,
            lower_case_table_names: None,
        }
    }
}

const AUTHENTICATORS: &str = "mariadbauth, ed25519auth";
const OPTIONS: &str = "skip_authentication, match_host, lower_case_table_names, ed_mode, \
                       ed_rsa_privkey_path, ed_rsa_pubkey_path";
/// Options of plugins that are not built, and those that say nothing more.
const IGNORED: [&str; 10] = [
    "ed_rsa_pubkey_path",
    "log_password_mismatch",
    "cache_dir",
    "inject_service_user",
    "principal_name",
    "gssapi_keytab_path",
    "pam_use_cleartext_plugin",
    "pam_mode",
    "pam_backend_mapping",
    "pam_mapped_pw_file",
];

impl AuthenticationParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self::parse(values).unwrap_or_default()
    }

    pub(super) fn faults(values: &Values) -> Vec<(&'static str, Fault)> {
        Self::parse(values).err().into_iter().collect()
    }

    fn parse(values: &Values) -> Result<Self, (&'static str, Fault)> {
        let list = items(values.text("authenticator"));
        let only = authenticators(&list).map_err(|fault| ("authenticator", fault))?;
        let mut parsed = Self {
            only,
            ..Self::default()
        };
        for item in items(values.text("authenticator_options")) {
            let fault = |fault| ("authenticator_options", fault);
            parsed.set(item).map_err(fault)?;
        }
        Ok(parsed)
    }

    fn set(&mut self, item: &str) -> Result<(), Fault> {
        let Some((name, value)) = item.split_once('=') else {
            return Err(Fault::new(format!("`{item}` has no value"), "name=value"));
        };
        let value = value.trim();
        match name.trim() {
            "skip_authentication" => self.skip_authentication = switch(value)?,
            "match_host" => self.match_host = switch(value)?,
            "lower_case_table_names" => {
                self.lower_case_table_names = Some(match value {
                    "0" | "false" => 0,
                    "1" | "true" => 1,
                    "2" => 2,
                    _ => return Err(Fault::new(format!("`{value}` is no case"), "0, 1, 2")),
                });
            }
            "ed_mode" => {
                self.ed_mode = Some(match value {
                    "ed25519" => EdMode::Ed25519,
                    "sha256" => EdMode::Sha256,
                    _ => {
                        let message = format!("`{value}` is no ed_mode");
                        return Err(Fault::new(message, "ed25519, sha256"));
                    }
                });
            }
            "ed_rsa_privkey_path" => self.rsa_key = Some(value.into()),
            other if IGNORED.contains(&other) => {}
            other => return Err(Fault::new(format!("there is no option `{other}`"), OPTIONS)),
        }
        Ok(())
    }
}

fn items(text: Option<&str>) -> Vec<&str> {
    let items = text.unwrap_or_default().split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).collect()
}

fn switch(value: &str) -> Result<bool, Fault> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        _ => Err(Fault::new(
            format!("`{value}` is neither true nor false"),
            "true, false",
        )),
    }
}

fn authenticators(list: &[&str]) -> Result<Option<Authenticators>, Fault> {
    let mut on = Authenticators::default();
    for name in list {
        match name.to_ascii_lowercase().as_str() {
            "mariadbauth" | "mysqlauth" => on.passwords = true,
            "ed25519auth" => on.ed25519 = true,
            // Known, and not built: their accounts can't log in.
            "pamauth" | "gssapiauth" => {}
            _ => {
                let message = format!("there is no authenticator `{name}`");
                return Err(Fault::new(message, AUTHENTICATORS));
            }
        }
    }
    Ok((!list.is_empty()).then_some(on))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parameter::{Kind, ParameterSpec};

    const TABLE: &[ParameterSpec] = &[
        ParameterSpec::new("authenticator", Kind::String, None, ""),
        ParameterSpec::new("authenticator_options", Kind::String, None, ""),
    ];

    fn parsed(
        authenticator: &str,
        options: &str,
    ) -> Result<AuthenticationParameters, (&'static str, Fault)> {
        let given = [
            ("authenticator", authenticator),
            ("authenticator_options", options),
        ];
        AuthenticationParameters::parse(&Values::given(TABLE, &given).unwrap())
    }

    #[test]
    fn authenticators_and_their_options_are_understood() {
        assert_eq!(parsed("", "").unwrap(), AuthenticationParameters::default());
        let both = Authenticators {
            passwords: true,
            ed25519: true,
        };
        let found = parsed("MySQLAuth, ed25519auth", "").unwrap();
        assert_eq!(found.only, Some(both));
        let found = parsed("pamauth", "").unwrap();
        assert_eq!(found.only, Some(Authenticators::default()));
        let options = "skip_authentication=true, match_host = false,lower_case_table_names=1,\
                       ed_mode=sha256,ed_rsa_privkey_path=/k.pem,cache_dir=/tmp";
        let found = parsed("", options).unwrap();
        let expected = AuthenticationParameters {
            only: None,
            ed_mode: Some(EdMode::Sha256),
            rsa_key: Some("/k.pem".into()),
            skip_authentication: true,
            match_host: false,
            lower_case_table_names: Some(1),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_not_understood_is_a_fault() {
        for (authenticator, options, at) in [
            ("none", "", "authenticator"),
            ("", "skip_authentication", "authenticator_options"),
            ("", "skip_authentication=maybe", "authenticator_options"),
            ("", "ed_mode=rsa", "authenticator_options"),
            ("", "lower_case_table_names=3", "authenticator_options"),
            ("", "unknown=1", "authenticator_options"),
        ] {
            let fault = parsed(authenticator, options).unwrap_err();
            assert_eq!(fault.0, at, "{authenticator} {options}");
        }
    }
}
