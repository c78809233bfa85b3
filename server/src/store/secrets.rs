//! What of a configuration is secret.

use serde_json::Value;

use crate::config::REDACTED;

/// The same document with stars in place of passwords and of their hashes.
pub fn masked(document: &Value) -> Value {
    match document {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let value = match value {
                    Value::Null | Value::Bool(_) => value.clone(),
                    // Of any other kind it is what somebody meant for one.
                    _ if is_secret(name) => REDACTED.into(),
                    value => masked(value),
                };
                (name.clone(), value)
            };
            members.iter().map(member).collect()
        }
        Value::Array(items) => items.iter().map(masked).collect(),
        other => other.clone(),
    }
}

/// Whether what goes by this name must not be shown. By its name and not by the tables of
/// parameters: rather too much is hidden than a module's own password shown.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "passphrase", "secret", "jwt_key"]
        .iter()
        .any(|word| name.contains(word))
        || name.ends_with("pw")
        || name == "hash"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::parameter::Kind;
    use crate::config::tables;

    #[test]
    fn passwords_are_masked_wherever_they_are() {
        let document = json!({
            "parameters": {"user": "u", "password": "p", "monitor": {"monitorpw_password": "q"}},
            "list": [{"hash": "$argon2id$"}],
            "password": null,
        });
        assert_eq!(
            masked(&document),
            json!({
                "parameters": {"user": "u", "password": "*****", "monitor": {"monitorpw_password": "*****"}},
                "list": [{"hash": "*****"}],
                "password": null,
            })
        );
    }

    #[test]
    fn what_was_meant_for_a_password_is_masked_whatever_it_is() {
        for value in [json!(4711), json!(["p"]), json!({"is": "p"}), json!("p")] {
            let shown = masked(&json!({"data": {"attributes": {"password": value}}}));
            let expected = json!({"data": {"attributes": {"password": "*****"}}});
            assert_eq!(shown, expected);
        }
        let other = json!({"password": false, "passwords": null});
        assert_eq!(masked(&other), other);
    }

    #[test]
    fn every_documented_password_is_masked() {
        let modules = tables::MODULES.iter().map(|module| module.parameters);
        let whole = [
            tables::MAXSCALE,
            tables::SERVER,
            tables::SERVICE,
            tables::MONITOR,
        ];
        for spec in whole.into_iter().chain(modules).flatten() {
            if spec.kind == Kind::Password {
                assert!(is_secret(spec.name), "{}", spec.name);
            }
        }
    }
}
