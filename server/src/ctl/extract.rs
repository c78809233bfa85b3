//! `api get RESOURCE PATH`: parts of an answer, as `data[].attributes.state`.

use serde_json::{Number, Value};

use super::error::CtlError;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<'a> {
    /// `name`.
    Member(&'a str),
    /// `[]`.
    Each,
    /// `[3]`.
    At(usize),
}

/// What stands at the path; `null` where nothing does. All that several `[]` find is one list.
pub(super) fn extract(value: &Value, path: &str) -> Result<Value, CtlError> {
    let steps = steps(path)
        .ok_or_else(|| CtlError::Usage(format!("{path} is no path as data[].attributes.state")))?;
    let mut found = Vec::new();
    follow(value, &steps, &mut found);
    Ok(if steps.contains(&Step::Each) {
        Value::Array(found)
    } else {
        found.pop().unwrap_or_default()
    })
}

/// The sum of a list of numbers, or of one.
pub(super) fn sum(value: &Value) -> Result<Value, CtlError> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let no_number = || CtlError::Usage("--sum: these are no numbers".to_owned());
    let mut whole = Some(0_i64);
    let mut all = 0.0;
    for item in items {
        all += item.as_f64().ok_or_else(no_number)?;
        whole = whole.and_then(|sum| sum.checked_add(item.as_i64()?));
    }
    let number = whole.map(Number::from).or_else(|| Number::from_f64(all));
    number.map(Value::Number).ok_or_else(no_number)
}

fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !name.is_empty() {
            steps.push(Step::Member(name));
        } else if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let (inside, behind) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(match inside {
                "" => Step::Each,
                number => Step::At(number.parse().ok()?),
            });
            rest = behind;
        }
    }
    Some(steps)
}

fn follow(value: &Value, steps: &[Step<'_>], found: &mut Vec<Value>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(value.clone());
        return;
    };
    match step {
        Step::Member(name) => follow(value.get(name).unwrap_or(&Value::Null), rest, found),
        Step::At(index) => follow(value.get(index).unwrap_or(&Value::Null), rest, found),
        Step::Each => {
            for item in value.as_array().into_iter().flatten() {
                follow(item, rest, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(path: &str, expected: &Value) {
        let document = json!({"data": [{"id": "a", "n": [1, 2]}, {"id": "b", "n": [3]}], "one": 5});
        assert_eq!(&extract(&document, path).unwrap(), expected, "{path}");
    }

    #[test]
    fn paths_lead_to_what_stands_there() {
        check("data[].id", &json!(["a", "b"]));
        check("data[].n[]", &json!([1, 2, 3]));
        check("data[1].id", &json!("b"));
        check("data[].n[1]", &json!([2, null]));
        check("nothing.here", &json!(null));
        check("one", &json!(5));
        for path in ["", "data[", "data[x]", "data[]x", "a..b"] {
            assert!(extract(&json!({}), path).is_err(), "{path}");
        }
    }

    #[test]
    fn only_numbers_have_a_sum() {
        assert_eq!(sum(&json!([1, 2, 3])).unwrap(), json!(6));
        assert_eq!(sum(&json!([1, 0.5])).unwrap(), json!(1.5));
        assert_eq!(sum(&json!([])).unwrap(), json!(0));
        assert_eq!(sum(&json!(7)).unwrap(), json!(7));
        assert!(sum(&json!(["x"])).is_err());
    }
}
