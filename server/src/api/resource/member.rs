//! One member of a resource, found by its path.

use serde_json::{Value, json};

use super::Resource;
use crate::api::query::{Path, Rank, Step, follow};

/// Calls `judge` with the values that `path` leads to.
pub(super) fn with_values<T>(
    resource: &impl Resource,
    path: &Path,
    judge: impl FnOnce(&[&Value]) -> T,
) -> T {
    let Some((root, rest)) = root(resource, path.steps()) else {
        return judge(&[]);
    };
    let mut found = Vec::new();
    follow(&root, rest, &mut found);
    judge(&found)
}

/// Where a resource stands.
pub(super) fn rank(resource: &impl Resource, path: &Path) -> Rank {
    with_values(resource, path, |values| match values.first() {
        // Ids are text; those of sessions are numbers all the same.
        Some(Value::String(id)) if path.is_id() => id
            .parse::<u32>()
            .map_or_else(|_| Rank::Text(id.clone()), |id| Rank::Number(id.into())),
        first => Rank::of(first.copied()),
    })
}

/// The path of a member by its short name or by its pointer.
pub(super) fn sort_path<R: Resource>(name: &str) -> Option<Path> {
    let mut steps: Vec<String> = name
        .split('/')
        .filter(|step| !step.is_empty())
        .map(str::to_owned)
        .collect();
    if matches!(
        steps.first().map(String::as_str),
        Some("attributes" | "relationships")
    ) {
        steps.remove(0);
    }
    let first = steps.first()?.clone();
    let path: Vec<String> = if first == "id" {
        vec![first]
    } else if R::ATTRIBUTES.contains(&first.as_str()) {
        std::iter::once("attributes".to_owned())
            .chain(steps)
            .collect()
    } else if R::RELATIONSHIPS.contains(&first.as_str()) {
        ["relationships", &first, "data", "0", "id"]
            .map(str::to_owned)
            .into()
    } else {
        return None;
    };
    Some(Path::to(path))
}

/// The smallest part of the resource that holds what the path leads to, and the way on from there.
fn root<'p>(resource: &impl Resource, steps: &'p [Step]) -> Option<(Value, &'p [Step])> {
    let name = |step: &'p Step| match step {
        Step::To(name) => Some(name.as_str()),
        Step::All => None,
    };
    let (first, rest) = steps.split_first()?;
    match name(first)? {
        "id" => Some((resource.id().into(), rest)),
        "type" => Some((kind_of(resource).into(), rest)),
        "attributes" => {
            let (attribute, rest) = rest.split_first()?;
            Some((resource.attribute(name(attribute)?)?, rest))
        }
        "relationships" => {
            let (relationship, rest) = rest.split_first()?;
            let kind = name(relationship)?;
            let ids = resource.related(kind)?;
            let data: Vec<Value> = ids
                .into_iter()
                .map(|id| json!({"id": id, "type": kind}))
                .collect();
            Some((json!({ "data": data }), rest))
        }
        _ => None,
    }
}

fn kind_of<R: Resource>(_: &R) -> &'static str {
    R::KIND
}
