//! `sort=-idle,user`.

use std::cmp::Ordering;
use std::time::SystemTime;

use serde_json::Value;

use crate::api::error::ApiError;

/// One key of an order, the strongest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::api) struct SortKey {
    /// The member, as written: `idle`, `client/cipher`, `/attributes/idle`, `services`.
    pub(in crate::api) name: String,
    /// Whether the greatest comes first.
    pub(in crate::api) descending: bool,
}

impl SortKey {
    pub(super) fn parse_list(list: &str) -> Result<Vec<Self>, ApiError> {
        let parse = |key: &str| {
            let (name, descending) = match key.strip_prefix('-') {
                Some(name) => (name, true),
                None => (key, false),
            };
            if name.is_empty() {
                return Err(ApiError::bad_request(format!(
                    "sort={list}: a name is missing"
                )));
            }
            Ok(Self {
                name: name.to_owned(),
                descending,
            })
        };
        list.split(',').map(parse).collect()
    }
}

/// A value in an order in which any two values compare. A missing value comes last, both ways.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::api) enum Rank {
    /// A boolean.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A date, which the API writes as text (`Tue, 24 Nov 2026 00:29:16 GMT`).
    Date(SystemTime),
    /// Text; a list or an object counts as its JSON text.
    Text(String),
    /// No value.
    Missing,
}

impl Rank {
    /// Where a value stands.
    pub(in crate::api) fn of(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Missing,
            Some(Value::Bool(truth)) => Self::Truth(*truth),
            Some(Value::Number(number)) => number.as_f64().map_or(Self::Missing, Self::Number),
            Some(Value::String(text)) => {
                date(text).map_or_else(|| Self::Text(text.clone()), Self::Date)
            }
            Some(other) => Self::Text(other.to_string()),
        }
    }

    /// The order of two values under one key.
    pub(in crate::api) fn compare(&self, other: &Self, descending: bool) -> Ordering {
        match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => Ordering::Greater,
            (_, Self::Missing) => Ordering::Less,
            _ if descending => other.ascending(self),
            _ => self.ascending(other),
        }
    }

    fn ascending(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Truth(one), Self::Truth(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Date(one), Self::Date(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.class().cmp(&other.class()),
        }
    }

    fn class(&self) -> u8 {
        match self {
            Self::Truth(_) => 0,
            Self::Number(_) => 1,
            Self::Date(_) => 2,
            Self::Text(_) => 3,
            Self::Missing => 4,
        }
    }
}

/// A date in the form that the API writes.
pub(super) fn date(text: &str) -> Option<SystemTime> {
    (text.len() == 29 && text.ends_with(" GMT"))
        .then(|| httpdate::parse_http_date(text).ok())
        .flatten()
}
