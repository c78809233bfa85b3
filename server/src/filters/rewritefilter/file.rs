//! Files of templates, in rf form or as JSON.

use serde::Deserialize;

use super::template::{Grammar, Options, Template};

/// A template in a JSON file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    regex_grammar: Option<String>,
    case_sensitive: Option<bool>,
    what_if: Option<bool>,
    continue_if_matched: Option<bool>,
    ignore_whitespace: Option<bool>,
    match_template: String,
    replace_template: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    templates: Vec<RawTemplate>,
}

/// Reads a file. `options` are those of templates that say nothing else.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str, options: Options) -> Result<Vec<Template>, String> {
    if text.trim_start().starts_with('{') {
        let file: RawFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let templates = file.templates.into_iter().enumerate();
        return templates
            .map(|(at, raw)| {
                from_json(raw, options).map_err(|m| format!("template {}: {m}", at + 1))
            })
            .collect();
    }
    let mut sections = Sections::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        sections.take(line)?;
    }
    let entries = sections.entries.into_iter().enumerate();
    entries
        .map(|(at, entry)| {
            from_rf(&entry, options).map_err(|m| format!("template {}: {m}", at + 1))
        })
        .collect()
}

fn from_json(raw: RawTemplate, defaults: Options) -> Result<Template, String> {
    let options = Options {
        grammar: match raw.regex_grammar {
            Some(name) => grammar(&name)?,
            None => defaults.grammar,
        },
        case_sensitive: raw.case_sensitive.unwrap_or(defaults.case_sensitive),
        what_if: raw.what_if.unwrap_or(defaults.what_if),
        continue_if_matched: raw
            .continue_if_matched
            .unwrap_or(defaults.continue_if_matched),
        ignore_whitespace: raw.ignore_whitespace.unwrap_or(defaults.ignore_whitespace),
    };
    Template::new(options, &raw.match_template, &raw.replace_template)
}

fn grammar(name: &str) -> Result<Grammar, String> {
    Grammar::parse(name).ok_or_else(|| format!("`{name}` is no regex_grammar"))
}

/// The entries of an rf file: each begins with `%%` and has three sections with `%` between them.
#[derive(Default)]
struct Sections {
    entries: Vec<Vec<Vec<String>>>,
}

impl Sections {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim_end();
        if line == "%%" {
            self.entries.push(vec![Vec::new()]);
        } else if let Some(sections) = self.entries.last_mut() {
            if line == "%" {
                sections.push(Vec::new());
            } else if let Some(section) = sections.last_mut().filter(|_| !line.is_empty()) {
                section.push(line.to_owned());
            }
        } else if !line.is_empty() {
            return Err(format!("`{line}` comes before the first %%"));
        }
        Ok(())
    }
}

fn from_rf(entry: &[Vec<String>], defaults: Options) -> Result<Template, String> {
    let [said, find, replace] = entry else {
        return Err(format!("it has {} sections, not 3", entry.len()));
    };
    let mut options = defaults;
    for line in said {
        let (name, value) = line
            .split_once(':')
            .ok_or_else(|| format!("`{line}` is no option"))?;
        set(&mut options, name, value.trim())?;
    }
    if find.is_empty() {
        return Err("there is nothing to match".to_owned());
    }
    Template::new(options, &find.join("\n"), &replace.join("\n"))
}

fn set(options: &mut Options, name: &str, value: &str) -> Result<(), String> {
    let flag = || match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{name}: `{value}` is neither true nor false")),
    };
    match name {
        "regex_grammar" => options.grammar = grammar(value)?,
        "case_sensitive" => options.case_sensitive = flag()?,
        "what_if" => options.what_if = flag()?,
        "continue_if_matched" => options.continue_if_matched = flag()?,
        "ignore_whitespace" => options.ignore_whitespace = flag()?,
        _ => return Err(format!("`{name}` is no option")),
    }
    Ok(())
}
