//! How values are written: text of a file to a [`Value`], and a [`Value`] to what the API shows.

mod number;

use serde_json::{Value as Json, json};

use super::disk_limits::DiskLimits;
use super::error::Fault;
use super::host_patterns::HostPatterns;
use super::module_names::canonical;
use super::networks::Networks;
use super::parameter::{Kind, ParameterSpec};
use super::secret::{REDACTED, Secret};
use super::suggest::nearest;

/// How a number is left to the gateway.
const AUTO: &str = "auto";

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Of a bool.
    Bool(bool),
    /// Of a number or a size.
    Int(i64),
    /// Of a number that was left to the gateway, and what it took.
    Auto(i64),
    /// Of a duration, in milliseconds.
    Millis(i64),
    /// Of anything that is one text.
    Text(String),
    /// Of anything that lists texts.
    List(Vec<String>),
    /// Of a password.
    Secret(Secret),
    /// Of the log throttling.
    Throttling {
        count: i64,
        window_ms: i64,
        suppress_ms: i64,
    },
}

/// A value and what is worth saying of the way it was written. `None`: the parameter is left out.
pub(super) struct Parsed {
    pub(super) value: Option<Value>,
    pub(super) remark: Option<&'static str>,
}

impl From<Value> for Parsed {
    fn from(value: Value) -> Self {
        Self {
            value: Some(value),
            remark: None,
        }
    }
}

/// Reads `text` as a value of `spec`.
pub(super) fn parse(spec: &ParameterSpec, text: &str) -> Result<Parsed, Fault> {
    match spec.kind {
        Kind::Bool => boolean(text).map(|b| Value::Bool(b).into()),
        Kind::Count | Kind::Int | Kind::Threads | Kind::Size | Kind::Duration(_) => {
            number::parse(spec, text)
        }
        Kind::Enum(choices) => choice(choices, text).map(|c| Value::Text(c).into()),
        Kind::EnumWords(choices) | Kind::EnumMask(choices) | Kind::EnumList(choices) => {
            list(text, ',')
                .iter()
                .map(|item| choice(choices, item))
                .collect::<Result<Vec<_>, _>>()
                .map(|items| Value::List(items).into())
        }
        Kind::Password if text == REDACTED => {
            let message = format!("{REDACTED} is shown in place of a password");
            Err(Fault::new(message, "the password itself"))
        }
        Kind::Password => Ok(Value::Secret(Secret::new(text)).into()),
        Kind::Throttling => number::throttling(text).map(Parsed::from),
        Kind::StringList => Ok(Value::List(list(text, ',')).into()),
        Kind::ServerList => Ok(present(list(text, ','))),
        Kind::FilterList => Ok(present(list(text, '|'))),
        Kind::String | Kind::Path | Kind::Folder => Ok(present_text(unquoted(text))),
        Kind::Networks => Networks::parse(text).map(|_| present_text(text)),
        Kind::HostPatterns => HostPatterns::parse(text).map(|_| present_text(text)),
        Kind::Module => Ok(present_text(canonical(text))),
        Kind::Regex | Kind::Service | Kind::Target | Kind::Monitor => Ok(present_text(text)),
        Kind::DiskSpaceLimits => DiskLimits::parse(text).map(|_| present_text(text)),
    }
}

/// Reads the documented spellings of yes and no.
fn boolean(text: &str) -> Result<bool, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Fault::new(
            format!("`{text}` is not a boolean"),
            "true, false, yes, no, on, off, 1, 0",
        )),
    }
}

fn choice(choices: &'static [&'static str], text: &str) -> Result<String, Fault> {
    if choices.contains(&text) {
        return Ok(text.to_owned());
    }
    let hint = nearest(text, choices.iter().copied());
    let message = format!("`{text}` is none of the values{hint}");
    Err(Fault::new(message, choices.join(", ")))
}

fn list(text: &str, separator: char) -> Vec<String> {
    let items = text.split(separator).map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn present(items: Vec<String>) -> Parsed {
    Parsed {
        value: (!items.is_empty()).then_some(Value::List(items)),
        remark: None,
    }
}

fn present_text(text: &str) -> Parsed {
    Parsed {
        value: (!text.is_empty()).then(|| Value::Text(text.to_owned())),
        remark: None,
    }
}

/// The text without the quotes that may stand around it to keep white space at its ends.
fn unquoted(text: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text
}

impl Value {
    /// What the API shows: passwords redacted, durations as `300000ms`.
    pub(super) fn to_json(&self, kind: Kind) -> Json {
        match self {
            Self::Bool(value) => json!(value),
            Self::Int(value) | Self::Auto(value) => json!(value),
            Self::Millis(value) => json!(format!("{value}ms")),
            Self::Text(value) => json!(value),
            Self::List(items) => match kind {
                Kind::EnumList(_) | Kind::StringList => json!(items),
                Kind::FilterList => json!(items.join("|")),
                _ => json!(items.join(",")),
            },
            // There is nothing to be hidden.
            Self::Secret(secret) if secret.expose().is_empty() => Json::Null,
            Self::Secret(_) => json!(REDACTED),
            Self::Throttling {
                count,
                window_ms,
                suppress_ms,
            } => json!({ "count": count, "window": window_ms, "suppress": suppress_ms }),
        }
    }
}

impl Value {
    /// What stands in a file; passwords in clear.
    pub(super) fn to_text(&self, kind: Kind) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Auto(_) => AUTO.to_owned(),
            Self::Millis(value) => format!("{value}ms"),
            Self::Text(text) if matches!(kind, Kind::String | Kind::Path | Kind::Folder) => {
                quoted(text)
            }
            Self::Text(text) => text.clone(),
            Self::List(items) => match kind {
                Kind::FilterList => items.join("|"),
                _ => items.join(","),
            },
            Self::Secret(secret) => secret.expose().to_owned(),
            Self::Throttling {
                count,
                window_ms,
                suppress_ms,
            } => format!("{count}, {window_ms}ms, {suppress_ms}ms"),
        }
    }
}

/// The text with quotes around it when white space at its ends, or quotes there, would be lost.
fn quoted(text: &str) -> String {
    if text != text.trim() || unquoted(text) != text {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
