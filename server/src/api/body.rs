//! Bodies of writes: JSON that is read strictly, so that nothing in it is silently ignored.

mod strict;

use serde_json::{Map, Value};

use self::strict::Strict;
use super::error::ApiError;

/// What is only sent back, as it was read.
const SENT_BACK: [&str; 2] = ["links", "meta"];

/// The body of a request.
#[derive(Debug)]
pub(super) struct Body(Value);

impl Body {
    /// Reads a body. The media type is not looked at, as the documented API does not.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.is_empty() {
            return Err(ApiError::bad_request("Missing request body"));
        }
        let parsed = serde_json::from_slice(bytes);
        parsed
            .map(|Strict(value)| Self(value))
            .map_err(|error| ApiError::bad_request(format!("Invalid JSON in request: {error}")))
    }

    /// The whole of it.
    pub(super) fn root(&self) -> Node<'_> {
        Node {
            value: &self.0,
            pointer: String::new(),
        }
    }
}

/// A value in a body, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    pointer: String,
}

impl<'a> Node<'a> {
    /// The value as it is.
    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// Where it is, as a JSON Pointer.
    pub(super) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// An error that says that the fault is here.
    pub(super) fn error(&self, detail: impl Into<String>) -> ApiError {
        ApiError::bad_request(detail).at(self.pointer.clone())
    }

    /// Refuses what is no object, and objects with other members than `known`.
    pub(super) fn object(self, known: &[&str]) -> Result<Self, ApiError> {
        for (name, member) in self.members()? {
            if !known.contains(&name) {
                let mut detail = format!("'{name}' means nothing here");
                if !known.is_empty() {
                    detail.extend(["; known are ", &known.join(", ")]);
                }
                return Err(member.error(detail));
            }
            if SENT_BACK.contains(&name) {
                member.map()?;
            }
        }
        Ok(self)
    }

    /// Refuses relationships in the document of a resource that has none.
    pub(super) fn unrelated(self) -> Result<Self, ApiError> {
        if let Some(relationships) = self.get("relationships") {
            relationships.object(&[])?;
        }
        Ok(self)
    }

    /// Reads the document of one resource: answers its `data`. Its type may be left out, and so may
    /// its id when it is known (`id`); both have to be right.
    pub(super) fn resource(self, kind: &str, id: Option<&str>) -> Result<Self, ApiError> {
        let root = self.object(&["data", "links"])?;
        let known = ["attributes", "id", "links", "meta", "relationships", "type"];
        let data = root.need("data")?.object(&known)?;
        for (name, expected) in [("id", id), ("type", Some(kind))] {
            if let Some((given, expected)) = data.get(name).zip(expected)
                && given.text()? != expected
            {
                return Err(given.error(format!("the {name} is {expected}")));
            }
        }
        Ok(data)
    }

    /// The members of an object as they are.
    pub(super) fn map(&self) -> Result<&'a Map<String, Value>, ApiError> {
        self.value.as_object().ok_or_else(|| self.not("an object"))
    }

    /// The members of an object.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, ApiError> {
        let members = self.map()?;
        let member = |(name, value): (&'a String, &'a Value)| {
            let pointer = self.below(name);
            (name.as_str(), Node { value, pointer })
        };
        Ok(members.iter().map(member).collect())
    }

    /// A member of an object, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        let value = self.value.as_object()?.get(name)?;
        let pointer = self.below(name);
        Some(Self { value, pointer })
    }

    /// A member of an object that has to be there.
    pub(super) fn need(&self, name: &str) -> Result<Self, ApiError> {
        self.get(name)
            .ok_or_else(|| self.error(format!("the member '{name}' is missing")))
    }

    /// The items of an array.
    pub(super) fn items(&self) -> Result<Vec<Self>, ApiError> {
        let Value::Array(items) = self.value else {
            return Err(self.not("an array"));
        };
        let item = |(index, value): (usize, &'a Value)| {
            let pointer = format!("{}/{index}", self.pointer);
            Self { value, pointer }
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A string.
    pub(super) fn text(&self) -> Result<&'a str, ApiError> {
        self.value.as_str().ok_or_else(|| self.not("a string"))
    }

    /// A boolean.
    pub(super) fn boolean(&self) -> Result<bool, ApiError> {
        self.value.as_bool().ok_or_else(|| self.not("a boolean"))
    }

    /// Refuses another kind of value than `present` is; null may always be meant.
    pub(super) fn of_the_kind_of(&self, present: &Value) -> Result<(), ApiError> {
        let wanted = kind(present);
        if self.value.is_null() || present.is_null() || kind(self.value) == wanted {
            return Ok(());
        }
        Err(self.not(wanted))
    }

    fn not(&self, wanted: &str) -> ApiError {
        let kind = kind(self.value);
        self.error(format!("this has to be {wanted}, not {kind}"))
    }

    fn below(&self, name: &str) -> String {
        let name = name.replace('~', "~0").replace('/', "~1");
        format!("{}/{name}", self.pointer)
    }
}

/// What a value is, for a person.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
