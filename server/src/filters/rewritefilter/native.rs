//! The native grammar: plain text with placeholders, `@{1}` and `@{2:regex}`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// Its number, and what it must match if that is said.
    Placeholder(u32, Option<String>),
}

/// A part of a replacement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Vec<u8>),
    /// What the group of that number has matched.
    Group(usize),
}

/// A template as a regular expression.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) pattern: String,
    groups: BTreeMap<u32, usize>,
    /// The group of what comes before the template, and of what comes behind it: they stay.
    before: Option<usize>,
    behind: Option<usize>,
}

/// Makes a regular expression of a template; it matches whole statements.
///
/// # Errors
/// What is wrong with the template.
pub(super) fn compile(template: &str, ignore_whitespace: bool) -> Result<Compiled, String> {
    let parts = parse(template)?;
    let mut writer = Writer::default();
    // The beginning of a statement is where its first word is.
    let beginning = if ignore_whitespace { r"^\s*" } else { "^" };
    let is_open = |part: Option<&Part>| matches!(part, Some(Part::Placeholder(_, None)));
    let before = writer.surround(parts.first());
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) if ignore_whitespace => {
                let left = is_open(at.checked_sub(1).and_then(|at| parts.get(at)));
                let right = is_open(parts.get(at + 1));
                push_loose(text, left, right, &mut writer.pattern);
            }
            Part::Text(text) => push_literal(text, &mut writer.pattern),
            Part::Placeholder(number, Some(regex)) if regex == "^" => {
                writer.placeholder(*number, Some(beginning));
            }
            Part::Placeholder(number, regex) => writer.placeholder(*number, regex.as_deref()),
        }
    }
    let behind = writer.surround(parts.last());
    let end = if ignore_whitespace { r"\s*\z" } else { r"\z" };
    Ok(Compiled {
        pattern: format!(r"(?s)\A{}{end}", writer.pattern),
        groups: writer.groups,
        before,
        behind,
    })
}

#[derive(Default)]
struct Writer {
    pattern: String,
    /// The groups so far.
    count: usize,
    groups: BTreeMap<u32, usize>,
}

impl Writer {
    fn group(&mut self, regex: &str) -> usize {
        self.count += 1;
        let _ = write!(self.pattern, "({regex})");
        self.count
    }

    /// Lets anything be beside the outermost part, unless that says itself what may be there.
    fn surround(&mut self, outermost: Option<&Part>) -> Option<usize> {
        let is_placeholder = matches!(outermost, Some(Part::Placeholder(..)));
        (!is_placeholder).then(|| self.group(".*?"))
    }

    /// What has the number of a placeholder before it must be equal to it.
    fn placeholder(&mut self, number: u32, regex: Option<&str>) {
        if let (None, Some(before)) = (regex, self.groups.get(&number)) {
            let _ = write!(self.pattern, r"\g{{{before}}}");
            return;
        }
        let group = self.group(regex.unwrap_or(".*?"));
        self.groups.entry(number).or_insert(group);
    }
}

/// Reads a replacement.
///
/// # Errors
/// What is wrong with it.
pub(super) fn replacement(template: &str, compiled: &Compiled) -> Result<Vec<Piece>, String> {
    let piece = |part| match part {
        Part::Text(text) => Ok(Piece::Text(text.into_bytes())),
        Part::Placeholder(number, None) => match compiled.groups.get(&number) {
            Some(group) => Ok(Piece::Group(*group)),
            None => Err(format!("there is no @{{{number}}} to replace it with")),
        },
        Part::Placeholder(number, Some(_)) => Err(format!(
            "@{{{number}}} has a regular expression in a replacement"
        )),
    };
    let before = compiled.before.into_iter().map(Piece::Group).map(Ok);
    let behind = compiled.behind.into_iter().map(Piece::Group).map(Ok);
    let pieces = parse(template)?.into_iter().map(piece);
    before.chain(pieces).chain(behind).collect()
}

fn parse(template: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, behind)) = rest.split_once("@{") {
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
        let (inner, after) = split_at_brace(behind).ok_or("a placeholder has no end")?;
        let (number, regex) = match inner.split_once(':') {
            Some((number, regex)) => (number, Some(regex.replace(r"\}", "}"))),
            None => (inner, None),
        };
        let parsed: Option<u32> = number.trim().parse().ok().filter(|number| *number > 0);
        let number = parsed.ok_or_else(|| format!("`{number}` is no number of a placeholder"))?;
        parts.push(Part::Placeholder(number, regex));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

/// The text before and behind the first `}` that has no backslash before it.
fn split_at_brace(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let at = text.char_indices().find_map(|(at, c)| {
        let is_end = c == '}' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end.then_some(at)
    })?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// White space stands for any amount of it; between words, and beside placeholders that match
/// anything (`left`, `right`), for some at least.
fn push_loose(text: &str, left: bool, right: bool, pattern: &mut String) {
    let is_word = |c: char| c.is_alphanumeric() || "_$".contains(c);
    let mut before: Option<char> = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !c.is_whitespace() {
            push_literal(c.encode_utf8(&mut [0; 4]), pattern);
            before = Some(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        rest = rest.trim_start();
        let joins = before.map_or(left, is_word) && rest.chars().next().map_or(right, is_word);
        pattern.push_str(if joins { r"\s+" } else { r"\s*" });
    }
}

fn push_literal(text: &str, pattern: &mut String) {
    for c in text.chars() {
        if !c.is_alphanumeric() && c.is_ascii() && !c.is_ascii_control() {
            pattern.push('\\');
        }
        pattern.push(c);
    }
}
