//! What can be done: the lines of `operations.txt`.

use utoipa::openapi::path::HttpMethod;

use super::inputs::{self, Own};

/// One operation a line: method, path, answer, what the body is, parameters of its own, summary.
const TABLE: &str = include_str!("operations.txt");

/// One operation.
pub(super) struct Operation {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Parameters of its own.
    pub(super) own: Vec<&'static Own>,
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
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Answer {
    Nothing,
    /// Resources of this kind.
    Collection(&'static str),
    /// One of them.
    One(&'static str),
    /// A relationship.
    Links,
    /// A document of its own form, of this name.
    Json(&'static str),
    /// A document of that kind of something that is new.
    Made(&'static str),
    /// A document of that kind: complete (201), or what is known while it is not (202).
    Ran(&'static str),
    /// The same, or nothing.
    Maybe(&'static str),
    /// Text of this media type.
    Text(&'static str),
    /// 200 without a body.
    Empty,
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

    /// Whether it changes nothing.
    pub(super) fn reads(&self) -> bool {
        matches!(self.method, HttpMethod::Get)
    }

    /// Whether it needs no account.
    pub(super) fn is_open(&self) -> bool {
        self.path == "/" || (self.path == "/auth" && !self.reads())
    }

    /// Whether it can be made to depend on the state that it finds.
    pub(super) fn is_conditional(&self) -> bool {
        match self.method {
            HttpMethod::Get => self.is_json() && self.path != "/auth",
            // What is run and opened is not configured.
            _ if !self.reads() && self.tag() == "sql" => false,
            // Others make something, or are about what never changes.
            HttpMethod::Post => self.path.ends_with("}/restart") || self.path.ends_with("}/reload"),
            _ => self.in_path().next().is_some() || self.path.starts_with("/maxscale"),
        }
    }

    /// Whether it answers with a JSON document.
    pub(super) fn is_json(&self) -> bool {
        use Answer::{Collection, Json, Links, Maybe, One};
        matches!(
            self.answer,
            Collection(_) | One(_) | Links | Json(_) | Maybe(_)
        )
    }

    /// The type of the resources that it tells of, of which fields can be chosen.
    pub(super) fn told(&self) -> Option<&'static str> {
        match self.answer {
            // These have no attributes.
            Answer::Json("any" | "command" | "drivers") => None,
            Answer::Collection(kind)
            | Answer::One(kind)
            | Answer::Json(kind)
            | Answer::Made(kind)
            | Answer::Ran(kind) => Some(kind),
            _ => None,
        }
    }

    /// The parameters in its path.
    pub(super) fn in_path(&self) -> impl Iterator<Item = &'static str> {
        let steps = self.path.split('/');
        steps.filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'))
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
    Some(Operation {
        method,
        path,
        own: own.map(inputs::own).collect::<Option<_>>()?,
        takes,
        answer,
        summary: next()?,
    })
}

fn answer(text: &'static str) -> Option<Answer> {
    Some(match text.split_once(' ') {
        Some(("collection", kind)) => Answer::Collection(kind),
        Some(("one", kind)) => Answer::One(kind),
        Some(("json", form)) => Answer::Json(form),
        Some(("made", form)) => Answer::Made(form),
        Some(("maybe", form)) => Answer::Maybe(form),
        Some(("ran", form)) => Answer::Ran(form),
        Some(("text", media)) => Answer::Text(media),
        Some(_) => return None,
        None => match text {
            "nothing" => Answer::Nothing,
            "empty" => Answer::Empty,
            "links" => Answer::Links,
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
