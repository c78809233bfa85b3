//! Words and names that are not ours (docs/GLOSSARY.md).

use crate::source::{Complaint, Source};

/// Names that say nothing of what is inside.
const MODULE_NAMES: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "misc", "types", "manager",
];

/// Words with two meanings, in any case. Written in two halves, so that this file may be checked.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "up",
        "stream",
        "say server or backend: the field uses the word both ways",
    ),
    (
        "down",
        "stream",
        "say client: the field uses the word both ways",
    ),
];

/// Folders of one person's machine.
const FOLDERS: &[(&str, &str)] = &[
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/wo", "rk/"),
    ("/Us", "ers/"),
];

pub fn check_module_names(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in sources {
        let parts = source
            .path
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part));
        for part in parts.filter(|part| MODULE_NAMES.contains(part)) {
            let message = format!("a module named `{part}` says nothing: name what it holds");
            complaints.push(source.complain(1, message));
        }
        for (number, line) in (1..).zip(source.text.lines()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let declared = words
                .iter()
                .position(|word| *word == "mod")
                .and_then(|at| words.get(at + 1));
            let name = declared.map(|name| name.trim_end_matches([';', '{']));
            if name.is_some_and(|name| MODULE_NAMES.contains(&name)) {
                complaints.push(source.complain(number, "a module's name says what it holds"));
            }
        }
    }
    complaints
}

pub fn check_words(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in sources {
        if source.path.ends_with("Cargo.lock") {
            continue;
        }
        for (number, line) in (1..).zip(source.text.lines()) {
            let lower = line.to_lowercase();
            for (first, second, advice) in WORDS {
                let word = format!("{first}{second}");
                if lower.contains(&word) {
                    complaints.push(source.complain(number, format!("`{word}`: {advice}")));
                }
            }
            for (first, second) in FOLDERS {
                let folder = format!("{first}{second}");
                if line.contains(&folder) {
                    let message = format!("`{folder}`: a path of one machine");
                    complaints.push(source.complain(number, message));
                }
            }
        }
    }
    complaints
}

/// Attributes only: `style:width=..` sets a property by script, which the policy allows.
pub fn check_inline_styles(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in sources {
        for (number, line) in source.production_lines() {
            let code = line.trim_start();
            let inline = [
                "style=\"",
                "style={",
                "style=move",
                "set_attribute(\"style\"",
                ".style(",
            ];
            if !code.starts_with("//") && inline.iter().any(|form| code.contains(form)) {
                let message = "the Content-Security-Policy forbids inline styles: use a class";
                complaints.push(source.complain(number, message));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_with_their_line() {
        let text = format!("fine\nThe Up{} server\n", "stream");
        let found = check_words(&[Source {
            path: "a.md".into(),
            text,
        }]);
        assert_eq!(found.iter().map(|c| c.line).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn modules_without_a_meaning_are_found_by_file_and_by_declaration() {
        let source = |path: &str, text: &str| Source {
            path: path.into(),
            text: text.into(),
        };
        let found = check_module_names(&[
            source("server/src/net/utils.rs", ""),
            source("server/src/net.rs", "pub mod utils;\nmod stream;\n"),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
