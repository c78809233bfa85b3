//! What can be done: the lines of `operations.txt`.

use utoipa::openapi::path::HttpMethod;

/// One operation a line: method, path, answer, what the body is, parameters of its own, summary.
const TABLE: &str = include_str!("operations.txt");

/// Parameters that only some operations have, and what they do.
const OWN: &[(&str, &str)] = &[
    ("ended", "Those that ended a short time ago."),
    (
        "force",
        "Also when it is used, or has sessions or connections that end at once then.",
    ),
    ("max-age", "Seconds that the token is good for."),
    ("page[cursor]", "Where to go on."),
    ("page[size]", "How many there are."),
    ("persist", "Puts the token into a cookie."),
    (
        "priority",
        "Lines of these priorities, separated by commas.",
    ),
    ("rdns", "Shows the client's name instead of its address."),
    ("sessions", "`all`: live sessions get the filters as well."),
    ("since", "From when on."),
    ("sql", "The statement."),
    (
        "state",
        "The state: `maintenance`, `drain`, `master`, `slave`, ..",
    ),
    ("top", "How many statements."),
    ("ttl", "How long work under way may take: `5s`."),
];

/// One operation.
pub(super) struct Operation {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Parameters of its own, and what they do.
    pub(super) own: Vec<(&'static str, &'static str)>,
    pub(super) takes: Takes,
    pub(super) answer: Answer,
}

/// What the body of a request is.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    /// A resource of this kind.
    Document(&'static str),
    /// References to resources.
    Links,
}

/// What is answered.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Nothing,
    /// Resources of this kind.
    Collection(&'static str),
    /// One of them.
    One(&'static str),
    /// A relationship.
    Links,
    /// A document of its own form.
    Json,
    /// Text of this media type.
    Text(&'static str),
    /// The connection is a WebSocket from then on.
    Upgrade,
}

impl Operation {
    /// The method, lower case.
    pub(super) fn verb(&self) -> &'static str {
        match self.method {
            HttpMethod::Post => "post",
            HttpMethod::Put => "put",
            HttpMethod::Patch => "patch",
            HttpMethod::Delete => "delete",
            _ => "get",
        }
    }

    /// A name that no other operation has.
    pub(super) fn id(&self) -> String {
        let words = self.path.split(['/', '{', '}', '.']);
        let words = words.filter(|word| !word.is_empty());
        let all: Vec<&str> = std::iter::once(self.verb()).chain(words).collect();
        all.join("_")
    }

    /// What it is about: the first step of its path.
    pub(super) fn tag(&self) -> &'static str {
        let mut steps = self.path.split('/').filter(|step| !step.is_empty());
        steps.next().unwrap_or("gateway")
    }

    /// Whether it answers with a JSON document.
    pub(super) fn is_json(&self) -> bool {
        use Answer::{Collection, Json, Links, One};
        matches!(self.answer, Collection(_) | One(_) | Links | Json)
    }
}

/// All of them.
pub(super) fn all() -> Vec<Operation> {
    TABLE.lines().filter_map(operation).collect()
}

/// The operation of a line; `None` when it is none, which a test rules out.
fn operation(line: &'static str) -> Option<Operation> {
    let mut columns = line.split(" | ");
    let mut next = || columns.next();
    let method = match next()? {
        "get" => HttpMethod::Get,
        "post" => HttpMethod::Post,
        "put" => HttpMethod::Put,
        "patch" => HttpMethod::Patch,
        "delete" => HttpMethod::Delete,
        _ => return None,
    };
    let path = next()?;
    let answer = answer(next()?)?;
    let takes = match next()? {
        "-" => Takes::Nothing,
        "links" => Takes::Links,
        kind => Takes::Document(kind),
    };
    let own = next()?.split(',').filter(|name| *name != "-");
    let own = own.map(|name| OWN.iter().find(|(known, _)| *known == name).copied());
    Some(Operation {
        method,
        path,
        own: own.collect::<Option<_>>()?,
        takes,
        answer,
        summary: next()?,
    })
}

fn answer(text: &'static str) -> Option<Answer> {
    Some(match text.split_once(' ') {
        Some(("collection", kind)) => Answer::Collection(kind),
        Some(("one", kind)) => Answer::One(kind),
        Some(("text", media)) => Answer::Text(media),
        Some(_) => return None,
        None => match text {
            "nothing" => Answer::Nothing,
            "links" => Answer::Links,
            "json" => Answer::Json,
            "upgrade" => Answer::Upgrade,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_operation() {
        for line in TABLE.lines() {
            assert!(operation(line).is_some(), "{line}");
        }
    }
}
