//! Bodies of writes: JSON that is read strictly, so that nothing in it is silently ignored.

use serde_json::Value;

use super::error::ApiError;

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
            .map(Self)
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
        let Value::Object(members) = self.value else {
            return Err(self.not("an object"));
        };
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(name) => {
                let at = Self {
                    value: self.value,
                    pointer: self.below(name),
                };
                let known = known.join(", ");
                Err(at.error(format!("'{name}' means nothing here; known are {known}")))
            }
        }
    }

    /// The members of an object.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>, ApiError> {
        let Value::Object(members) = self.value else {
            return Err(self.not("an object"));
        };
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

    fn not(&self, wanted: &str) -> ApiError {
        let kind = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.error(format!("this has to be {wanted}, not {kind}"))
    }

    fn below(&self, name: &str) -> String {
        let name = name.replace('~', "~0").replace('/', "~1");
        format!("{}/{name}", self.pointer)
    }
}
