//! `filter=/json/pointer=VALUE-or-EXPR`, `filter=json/pointer=..` and `filter[json.path]=VALUE-or-EXPR`.

use serde_json::Value;

use super::expression::Expression;
use super::path::Path;
use crate::api::error::ApiError;

/// A condition on what a path leads to.
#[derive(Debug)]
pub(in crate::api) struct Filter {
    path: Path,
    expression: Expression,
}

impl Filter {
    pub(super) fn from_pointer(text: &str) -> Result<Self, ApiError> {
        let (pointer, expression) = text.split_once('=').ok_or_else(|| {
            ApiError::bad_request(format!(
                "filter={text}: a JSON Pointer, = and a value are needed"
            ))
        })?;
        Ok(Self {
            path: Path::from_pointer(pointer)?,
            expression: Expression::parse(expression)?,
        })
    }

    pub(super) fn from_path(path: &str, expression: &str) -> Result<Self, ApiError> {
        Ok(Self {
            path: Path::from_json_path(path)?,
            expression: Expression::parse(expression)?,
        })
    }

    /// What the condition is about.
    pub(in crate::api) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the condition holds for one of `values`. No value at all counts as null.
    pub(in crate::api) fn holds(&self, values: &[&Value]) -> bool {
        if values.is_empty() {
            return self.expression.holds(&Value::Null);
        }
        let holds = if self.path.is_id() {
            Expression::holds_of_id
        } else {
            Expression::holds
        };
        values.iter().any(|value| holds(&self.expression, value))
    }
}
