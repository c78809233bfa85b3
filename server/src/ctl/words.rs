//! Parameters as they are typed: `NAME=VALUE` each, or names and values in turns.

use super::error::CtlError;

/// `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
}

impl Assignment {
    pub(super) fn new(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }
}

/// What the words assign.
pub(super) fn assignments(words: &[String]) -> Result<Vec<Assignment>, CtlError> {
    let in_turns = words.first().is_some_and(|first| !first.contains('='));
    let pairs: Vec<Assignment> = if in_turns {
        let mut pairs = words.chunks_exact(2);
        let found = pairs.by_ref().filter_map(|pair| match pair {
            [name, value] => Some(Assignment::new(name, value)),
            _ => None,
        });
        let found = found.collect();
        if let Some(name) = pairs.remainder().first() {
            return Err(CtlError::Usage(format!("{name} has no value")));
        }
        found
    } else {
        let each = words.iter().map(|word| match word.split_once('=') {
            Some((name, value)) => Ok(Assignment::new(name, value)),
            None => Err(CtlError::Usage(format!("{word} is not NAME=VALUE"))),
        });
        each.collect::<Result<_, _>>()?
    };
    match pairs.iter().find(|pair| pair.name.is_empty()) {
        Some(_) => Err(CtlError::Usage("there is no name before the =".to_owned())),
        None => Ok(pairs),
    }
}

/// The words before the first `NAME=VALUE`, of which there may be so many, and what is assigned.
pub(super) fn led(
    words: &[String],
    leading_max: usize,
) -> Result<(&[String], Vec<Assignment>), CtlError> {
    let count = words.iter().take_while(|word| !word.contains('=')).count();
    let (leading, rest) = words.split_at(count);
    match leading.get(leading_max) {
        Some(word) => Err(CtlError::Usage(format!("{word} is not NAME=VALUE"))),
        None => Ok((leading, assignments(rest)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn check(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<Assignment> = expected
            .iter()
            .map(|(name, value)| Assignment::new(name, value))
            .collect();
        assert_eq!(assignments(&words(text)).unwrap(), expected, "{text}");
    }

    #[test]
    fn names_and_values_stand_together_or_in_turns() {
        check("", &[]);
        check("a=1 b= c=d=e", &[("a", "1"), ("b", ""), ("c", "d=e")]);
        check("a 1 b x=y", &[("a", "1"), ("b", "x=y")]);
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["a", "a 1 b", "a=1 b", "=1"] {
            assert!(assignments(&words(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn words_may_stand_before_assignments() {
        let all = words("10.0.0.1 3306 ssl=true");
        let (leading, assigned) = led(&all, 2).unwrap();
        assert_eq!(leading, &all[..2]);
        assert_eq!(assigned, [Assignment::new("ssl", "true")]);
        assert!(led(&all, 1).is_err());
    }
}
