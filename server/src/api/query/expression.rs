//! Conditions: `"text"`, `gt(5)`, `and(ge(1),not(eq(3),eq(4)))`.

use std::cmp::Ordering;

use serde_json::Value;

use super::sort::date;
use crate::api::error::ApiError;

/// How deep `and`, `or` and `not` may be nested.
const DEPTH_MAX: usize = 16;

/// A condition on one value.
#[derive(Debug, PartialEq)]
pub(super) enum Expression {
    /// The value compares so with another.
    Compare(Comparison, Value),
    /// All hold.
    All(Vec<Expression>),
    /// One holds.
    Any(Vec<Expression>),
    /// None holds.
    None(Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
}

impl Expression {
    /// Reads a JSON value, which is to be equal, or an expression.
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let mut parser = Parser { text, rest: text };
        if parser.function().is_none() {
            return Ok(Self::Compare(Comparison::Equal, parser.json(text)?));
        }
        parser.rest = text;
        let expression = parser.expression(0)?;
        if parser.rest.is_empty() {
            Ok(expression)
        } else {
            Err(parser.error("there is more after its end"))
        }
    }

    /// Whether the condition holds for `value`.
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.holds_of(&|_| value)
    }

    /// Whether the condition holds for an id. Ids are text; one that is a number is compared as such
    /// with numbers.
    pub(super) fn holds_of_id(&self, id: &Value) -> bool {
        let number = id.as_str().and_then(number);
        let number = number.as_ref().unwrap_or(id);
        self.holds_of(&|wanted| if wanted.is_number() { number } else { id })
    }

    /// [`Self::holds`] of the value that `pick` has for being compared with another.
    fn holds_of<'v>(&self, pick: &impl Fn(&Value) -> &'v Value) -> bool {
        match self {
            Self::Compare(comparison, wanted) => comparison.holds(pick(wanted), wanted),
            Self::All(expressions) => expressions.iter().all(|inner| inner.holds_of(pick)),
            Self::Any(expressions) => expressions.iter().any(|inner| inner.holds_of(pick)),
            Self::None(expressions) => !expressions.iter().any(|inner| inner.holds_of(pick)),
        }
    }
}

impl Comparison {
    fn holds(self, value: &Value, wanted: &Value) -> bool {
        let ordered = |holds: fn(Ordering) -> bool| order(value, wanted).is_some_and(holds);
        match self {
            Self::Equal => equal(value, wanted),
            Self::NotEqual => !equal(value, wanted),
            Self::Less => ordered(Ordering::is_lt),
            Self::LessOrEqual => ordered(Ordering::is_le),
            Self::GreaterOrEqual => ordered(Ordering::is_ge),
            Self::Greater => ordered(Ordering::is_gt),
        }
    }
}

/// The number that an id is: in the form that numbers have, so that no two ids are the same one.
fn number(id: &str) -> Option<Value> {
    let number: u64 = id.parse().ok()?;
    (number.to_string() == id).then(|| number.into())
}

/// 1 and 1.0 are equal.
fn equal(value: &Value, wanted: &Value) -> bool {
    value == wanted || (value.is_number() && order(value, wanted) == Some(Ordering::Equal))
}

/// Numbers, texts and dates have an order; a value of another kind has none with them.
fn order(value: &Value, wanted: &Value) -> Option<Ordering> {
    match (value, wanted) {
        (Value::Number(value), Value::Number(wanted)) => {
            match (value.as_i128(), wanted.as_i128()) {
                (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
                _ => value.as_f64()?.partial_cmp(&wanted.as_f64()?),
            }
        }
        (Value::String(value), Value::String(wanted)) => match (date(value), date(wanted)) {
            (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
            _ => Some(value.cmp(wanted)),
        },
        _ => None,
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn expression(&mut self, depth: usize) -> Result<Expression, ApiError> {
        if depth > DEPTH_MAX {
            return Err(self.error("it is nested too deeply"));
        }
        let Some(function) = self.function() else {
            return Err(self.error("eq, ne, lt, le, ge, gt, and, or or not is wanted"));
        };
        let comparison = match function {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            "ge" => Comparison::GreaterOrEqual,
            "gt" => Comparison::Greater,
            "and" => return self.list(depth).map(Expression::All),
            "or" => return self.list(depth).map(Expression::Any),
            "not" => return self.list(depth).map(Expression::None),
            other => return Err(self.error(&format!("{other} is not a function"))),
        };
        let (value, rest) = self.rest.split_at(value_len(self.rest));
        let value = self.json(value)?;
        self.rest = rest;
        self.close()?;
        Ok(Expression::Compare(comparison, value))
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Expression>, ApiError> {
        let mut expressions = vec![self.expression(depth + 1)?];
        while let Some(rest) = self.rest.trim_start().strip_prefix(',') {
            self.rest = rest;
            expressions.push(self.expression(depth + 1)?);
        }
        self.close()?;
        Ok(expressions)
    }

    /// Takes `name(`.
    fn function(&mut self) -> Option<&'a str> {
        let (name, rest) = self.rest.split_once('(')?;
        let name = name.trim();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        is_name.then(|| {
            self.rest = rest;
            name
        })
    }

    fn close(&mut self) -> Result<(), ApiError> {
        match self.rest.trim_start().strip_prefix(')') {
            Some(rest) => {
                self.rest = rest.trim_start();
                Ok(())
            }
            None => Err(self.error("a closing parenthesis is missing")),
        }
    }

    fn json(&self, text: &str) -> Result<Value, ApiError> {
        serde_json::from_str(text).map_err(|_| {
            self.error(&format!(
                "{text} is not a JSON value; text stands in double quotes"
            ))
        })
    }

    fn error(&self, what: &str) -> ApiError {
        ApiError::bad_request(format!(
            "the filter expression {} is wrong: {what}",
            self.text
        ))
    }
}

/// How long the JSON value is that `text` begins with, up to the comma or parenthesis after it.
fn value_len(text: &str) -> usize {
    let (mut quoted, mut escaped, mut depth) = (false, false, 0usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b')' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}
