//! Files and functions that have grown too long.

use crate::source::{Complaint, Source};

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;
/// Functions that draw: markup is long and flat.
const VIEW_LINES_MAX: usize = 100;

pub fn check_files(sources: &[Source]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for source in production(sources) {
        let lines = source.production_lines().count();
        if lines > FILE_LINES_MAX {
            let message = format!(
                "{lines} lines before the tests, at most {FILE_LINES_MAX}: split by matter"
            );
            complaints.push(source.complain(FILE_LINES_MAX, message));
        }
    }
    complaints
}

/// Files of tests beside the code are left out: tables of cases and snapshots may be long.
fn production(sources: &[Source]) -> impl Iterator<Item = &Source> {
    let is_test = |path: &str| path.contains("/tests/") || path.ends_with("/tests.rs");
    sources.iter().filter(move |source| !is_test(&source.path))
}

pub fn check_functions(sources: &[Source]) -> Vec<Complaint> {
    production(sources).flat_map(check_functions_of).collect()
}

fn check_functions_of(source: &Source) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let lines: Vec<(usize, &str)> = source.production_lines().collect();
    for (at, (number, line)) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        // With rustfmt a function ends at the first closing brace of its own indentation.
        let indentation = line.len() - line.trim_start().len();
        let closing = format!("{}}}", &line[..indentation]);
        let Some(length) = lines[at..].iter().position(|(_, line)| *line == closing) else {
            continue; // a declaration, or all on one line
        };
        let body = &lines[at..at + length];
        let is_declaration = body
            .iter()
            .take(12)
            .any(|(_, line)| line.trim_end().ends_with(';'))
            && !body.iter().any(|(_, line)| line.trim_end().ends_with('{'));
        let is_view = body.iter().any(|(_, line)| line.contains("view! {"));
        let most = if is_view {
            VIEW_LINES_MAX
        } else {
            FUNCTION_LINES_MAX
        };
        if length + 1 > most && !is_declaration {
            let message = format!("`{name}` has {} lines, at most {most}", length + 1);
            complaints.push(source.complain(*number, message));
        }
    }
    complaints
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in [
        "pub(crate) ",
        "pub(super) ",
        "pub ",
        "const ",
        "async ",
        "unsafe ",
    ] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_function_is_found_and_a_short_one_is_not() {
        let body = "    let a = 1;\n".repeat(FUNCTION_LINES_MAX);
        let text = format!("fn short() {{\n}}\n\npub(super) async fn long() {{\n{body}}}\n");
        let source = Source {
            path: "x.rs".into(),
            text,
        };
        let found = check_functions(&[source]);
        assert_eq!(found.iter().map(|c| c.line).collect::<Vec<_>>(), [4]);
        assert!(
            found[0].message.contains("`long` has 72 lines"),
            "{}",
            found[0]
        );
    }
}
