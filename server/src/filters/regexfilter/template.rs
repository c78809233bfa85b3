//! What a match is replaced by (PCRE2 documentation: pcre2api, "Creating a new string with
//! substitutions").

use pcre2::bytes::{Captures, Regex};

/// A replacement, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// What the group of that number matched.
    Group(usize),
}

impl Template {
    /// Reads a replacement for what `regex` matches.
    pub(super) fn parse(text: &str, regex: &Regex) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            push_text(&mut parts, before);
            rest = if let Some(after) = after.strip_prefix('$') {
                push_text(&mut parts, "$");
                after
            } else {
                let (name, after) = reference(after)?;
                parts.push(Part::Group(group(name, regex)?));
                after
            };
        }
        push_text(&mut parts, rest);
        Ok(Self { parts })
    }

    /// Appends it for one match.
    pub(super) fn expand(&self, found: &Captures<'_>, out: &mut Vec<u8>) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                // A group that took no part in the match is empty.
                Part::Group(number) => {
                    let matched = found.get(*number).map(|group| group.as_bytes());
                    out.extend_from_slice(matched.unwrap_or_default());
                }
            }
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(last)) => last.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

/// The name or number behind a `$`, with or without braces, and what follows.
fn reference(text: &str) -> Result<(&str, &str), String> {
    if let Some(inner) = text.strip_prefix('{') {
        let closed = inner.split_once('}').filter(|(name, _)| !name.is_empty());
        return closed.ok_or_else(|| "${ needs a group's name or number, and a }".to_owned());
    }
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let ends = |c: char| {
        if is_number {
            !c.is_ascii_digit()
        } else {
            !(c.is_ascii_alphanumeric() || c == '_')
        }
    };
    let (name, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    if name.is_empty() {
        return Err("$ needs a group's name or number behind it, or another $".to_owned());
    }
    Ok((name, rest))
}

fn group(name: &str, regex: &Regex) -> Result<usize, String> {
    let by_name = || {
        let mut names = regex.capture_names().iter();
        names.position(|known| known.as_deref() == Some(name))
    };
    let number = name.parse().ok().or_else(by_name);
    let known = number.filter(|number| *number < regex.captures_len());
    known.ok_or_else(|| format!("the pattern has no group `{name}`"))
}
