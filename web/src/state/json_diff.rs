//! What is different between two documents, for people: one line for each single value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::text_of;

/// A value that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The way to it.
    pub path: String,
    /// What it was; nothing when it was not there.
    pub before: Option<String>,
    /// What it is now; nothing when it is not there any more.
    pub after: Option<String>,
}

/// All values that are different, in the order of their paths.
pub fn changed(before: &Value, after: &Value) -> Vec<Changed> {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten("", before, &mut old);
    flatten("", after, &mut new);
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| Changed {
            path: path.clone(),
            before: old.get(path).cloned(),
            after: new.get(path).cloned(),
        })
        .filter(|changed| changed.before != changed.after)
        .collect()
}

fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                flatten(&path, value, into);
            }
        }
        Value::Null if path.is_empty() => {}
        value => {
            into.insert(path.to_owned(), text_of(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_differ_are_told_with_the_way_to_them() {
        let before = json!({"parameters": {"a": 1, "b": "x"}, "relationships": {"filters": ["q"]}});
        let after =
            json!({"parameters": {"a": 2, "c": true}, "relationships": {"filters": ["q", "r"]}});
        let told: Vec<String> = changed(&before, &after)
            .into_iter()
            .map(|c| format!("{} {:?} {:?}", c.path, c.before, c.after))
            .collect();
        assert_eq!(
            told,
            [
                r#"parameters.a Some("1") Some("2")"#,
                r#"parameters.b Some("x") None"#,
                r#"parameters.c None Some("true")"#,
                r#"relationships.filters Some("q") Some("q,r")"#,
            ]
        );
        assert_eq!(changed(&Value::Null, &Value::Null), []);
    }
}
