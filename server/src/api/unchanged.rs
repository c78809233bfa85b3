//! What a body may send back as it was read although it can't be changed. Who reads a resource,
//! changes a part of it and writes the whole need not know which parts those are.

use serde_json::{Value, json};

use super::body::Node;
use super::error::ApiError;
use super::resource::Resource;

/// Refuses another value of an attribute than the resource has at present.
pub(super) fn check(
    resource: &impl Resource,
    name: &str,
    given: &Node<'_>,
) -> Result<(), ApiError> {
    let present = resource.attribute(name).unwrap_or_default();
    if attribute(given.value(), &present) {
        return Ok(());
    }
    Err(given.error(format!("{name} can't be changed")))
}

/// Refuses what an attribute that moves by itself can't have been when it was read: another kind of
/// value than it is now.
pub(super) fn check_moving(
    resource: &impl Resource,
    name: &str,
    given: &Node<'_>,
) -> Result<(), ApiError> {
    let present = resource.attribute(name).unwrap_or_default();
    given.of_the_kind_of(&present)
}

/// Whether an attribute is `given` as it is at `present`; objects may be given in part.
pub(super) fn attribute(given: &Value, present: &Value) -> bool {
    match (given, present) {
        (Value::Object(given), Value::Object(present)) => given.iter().all(|(name, value)| {
            let present = present.get(name);
            present.is_some_and(|present| attribute(value, present))
        }),
        _ => given == present,
    }
}

/// Whether a relationship refers to what it does at present.
pub(super) fn relationship(given: &Node<'_>, resource: &impl Resource, name: &str) -> bool {
    let Some((given, ids)) = given.get("data").zip(resource.related(name)) else {
        return false;
    };
    let items = ids.into_iter().map(|id| json!({"id": id, "type": name}));
    *given.value() == items.collect::<Value>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &Value, expected: bool) {
        let present = json!({"active": ["a"], "inner": {"x": 1, "y": null}});
        assert_eq!(attribute(given, &present), expected, "{given}");
    }

    #[test]
    fn parts_of_objects_are_unchanged_when_they_are_equal() {
        check(&json!({}), true);
        check(&json!({"active": ["a"]}), true);
        check(&json!({"inner": {"y": null}}), true);
        check(&json!({"active": []}), false);
        check(&json!({"inner": {"z": null}}), false);
        check(&json!({"inner": {"x": 1.5}}), false);
        check(&json!(["a"]), false);
        check(&Value::Null, false);
    }
}
