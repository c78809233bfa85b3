//! Paths into a resource: JSON Pointers (RFC 6901) and dotted JSON paths.

use serde_json::Value;

use crate::api::error::ApiError;

/// Longer paths lead nowhere in this API.
const STEPS_MAX: usize = 32;

/// A path from the root of a resource: `/attributes/connections/0/server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::api) struct Path(Vec<Step>);

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::api) enum Step {
    /// The member of an object, or the element of an array when it is a number.
    To(String),
    /// All members or elements: `[*]`.
    All,
}

impl Path {
    /// `/attributes/client/cipher`; `~1` is a slash and `~0` a tilde. The slash at the beginning may
    /// be left out, as in the documented examples (`id`).
    pub(in crate::api) fn from_pointer(text: &str) -> Result<Self, ApiError> {
        let steps = text.strip_prefix('/').unwrap_or(text);
        if steps.is_empty() {
            let detail = format!("'{text}' is not a JSON Pointer to a member of a resource");
            return Err(ApiError::bad_request(detail));
        }
        Self::new(
            steps
                .split('/')
                .map(|step| Step::To(unescape(step)))
                .collect(),
            text,
        )
    }

    /// `attributes.connections[0].server`, `$.attributes['user']`, `attributes.connections[*]`.
    pub(in crate::api) fn from_json_path(text: &str) -> Result<Self, ApiError> {
        let mut rest = text.strip_prefix('$').unwrap_or(text);
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, tail) = next_step(rest, steps.is_empty())
                .ok_or_else(|| ApiError::bad_request(format!("{text} is not a JSON path")))?;
            steps.push(step);
            rest = tail;
        }
        Self::new(steps, text)
    }

    /// A path to a member that this code names.
    pub(in crate::api) fn to(steps: impl IntoIterator<Item = String>) -> Self {
        Self(steps.into_iter().map(Step::To).collect())
    }

    fn new(steps: Vec<Step>, text: &str) -> Result<Self, ApiError> {
        if steps.is_empty() || steps.len() > STEPS_MAX {
            return Err(ApiError::bad_request(format!(
                "{text} is not a path in a resource"
            )));
        }
        Ok(Self(steps))
    }

    pub(in crate::api) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it leads to the id of a resource.
    pub(in crate::api) fn is_id(&self) -> bool {
        matches!(self.steps(), [Step::To(name)] if name == "id")
    }
}

/// All values that `steps` lead to.
pub(in crate::api) fn follow<'v>(value: &'v Value, steps: &[Step], found: &mut Vec<&'v Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value);
        return;
    };
    match (step, value) {
        (Step::To(name), Value::Object(members)) => {
            if let Some(member) = members.get(name) {
                follow(member, rest, found);
            }
        }
        (Step::To(index), Value::Array(elements)) => {
            if let Some(element) = index
                .parse()
                .ok()
                .and_then(|index: usize| elements.get(index))
            {
                follow(element, rest, found);
            }
        }
        (Step::All, Value::Object(members)) => {
            for member in members.values() {
                follow(member, rest, found);
            }
        }
        (Step::All, Value::Array(elements)) => {
            for element in elements {
                follow(element, rest, found);
            }
        }
        _ => {}
    }
}

/// The token of a JSON Pointer.
pub(super) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn next_step(text: &str, first: bool) -> Option<(Step, &str)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, tail) = rest.split_once(']')?;
        let quoted = |quote: char| inside.strip_prefix(quote)?.strip_suffix(quote);
        let step = match quoted('\'').or_else(|| quoted('"')) {
            Some(name) => Step::To(name.to_owned()),
            None if inside == "*" => Step::All,
            None => Step::To(inside.parse::<usize>().ok()?.to_string()),
        };
        return Some((step, tail));
    }
    let name = match text.strip_prefix('.') {
        Some(rest) => rest,
        None if first => text,
        None => return None,
    };
    let end = name.find(['.', '[']).unwrap_or(name.len());
    match name.split_at(end) {
        ("", _) => None,
        ("*", tail) => Some((Step::All, tail)),
        (name, tail) => Some((Step::To(name.to_owned()), tail)),
    }
}
