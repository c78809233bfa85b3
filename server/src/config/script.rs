//! The program that a monitor runs at an event.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::error::Fault;

/// A program and its arguments, with placeholders (`$EVENT`) in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptCommand {
    /// The program: a path, or a name to be looked for in `PATH`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl ScriptCommand {
    /// Takes a command apart at white space. Single and double quotes keep it together, a backslash
    /// takes the next character as it is. No shell is involved.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut words = words(text)?.into_iter();
        let program = words
            .next()
            .ok_or_else(|| Fault::new("script: no program", "a command"))?;
        Ok(Self {
            program,
            arguments: words.collect(),
        })
    }

    /// What is wrong with the program, if it is named by a path.
    pub(super) fn fault(&self) -> Option<Fault> {
        if !self.program.contains('/') {
            return None;
        }
        let message = match Path::new(&self.program).metadata() {
            Err(error) => format!("script: {}: {error}", self.program),
            Ok(file) if !file.is_file() => format!("script: {} is not a file", self.program),
            Ok(file) if file.permissions().mode() & 0o111 == 0 => {
                format!("script: {} is not executable", self.program)
            }
            Ok(_) => return None,
        };
        Some(Fault::new(message, "an executable file"))
    }
}

fn words(text: &str) -> Result<Vec<String>, Fault> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => {
                let next = characters.next().unwrap_or('\\');
                word.get_or_insert_default().push(next);
            }
            (close, Some(open)) if close == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (space, None) if space.is_whitespace() => words.extend(word.take()),
            (other, _) => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    match quote {
        Some(open) => {
            let message = format!("script: the quote {open} is not closed");
            Err(Fault::new(message, "a command"))
        }
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::{ScriptCommand, words};

    #[test]
    fn a_command_is_taken_apart_at_white_space_outside_of_quotes() {
        let check = |text, expected: &[&str]| {
            assert_eq!(words(text).ok().unwrap(), expected, "{text}");
        };
        check(
            "/a/b.sh  --event=$EVENT x",
            &["/a/b.sh", "--event=$EVENT", "x"],
        );
        check(
            r#"a "b c" 'd "e"' f\ g """#,
            &["a", "b c", "d \"e\"", "f g", ""],
        );
        check(r#"a "b\"c" 'd\e'"#, &["a", "b\"c", "d\\e"]);
        assert!(words("a 'b").is_err());
        assert!(ScriptCommand::parse("  ").is_err());
    }

    #[test]
    fn a_program_that_is_not_there_is_a_fault() {
        let fault = |text| ScriptCommand::parse(text).ok().unwrap().fault().is_some();
        assert!(fault("/nowhere/x.sh $EVENT"));
        assert!(fault("/etc/passwd"));
        assert!(!fault("/bin/sh -c true"));
        assert!(!fault("sh"));
    }
}
