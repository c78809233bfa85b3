//! The files of the repository, as git knows them.

use std::fmt::{Display, Formatter};
use std::path::Path;
use std::process::Command;

/// One file.
pub struct Source {
    /// Path from the repository's root.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Something to mend.
#[derive(Debug, PartialEq, Eq)]
pub struct Complaint {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

impl Display for Complaint {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

impl Source {
    /// All text files, tracked or new, that are not ignored.
    pub fn all_text() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let output = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .expect("git can be started");
        assert!(output.status.success(), "git ls-files failed: no clone?");
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        // Files that are deleted and not yet committed, and those that are no text, are left out.
        let read = |path: &str| {
            let text = std::fs::read_to_string(root.join(path)).ok()?;
            Some(Self {
                path: path.to_owned(),
                text,
            })
        };
        listed.lines().filter_map(read).collect()
    }

    /// Rust files.
    pub fn rust() -> Vec<Self> {
        let is_rust = |source: &Self| {
            Path::new(&source.path)
                .extension()
                .is_some_and(|e| e == "rs")
        };
        Self::all_text().into_iter().filter(is_rust).collect()
    }

    /// Rust files below a folder.
    pub fn below(folder: &str) -> Vec<Self> {
        let prefix = format!("{folder}/");
        Self::rust()
            .into_iter()
            .filter(|source| source.path.starts_with(&prefix))
            .collect()
    }

    /// The lines before the tests at the file's end, each with its number.
    pub fn production_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = |line: &&str| line.trim_start().starts_with("#[cfg(test)]");
        (1..).zip(self.text.lines().take_while(move |line| !end(line)))
    }

    /// A complaint about a line of this file.
    pub fn complain(&self, line: usize, message: impl Into<String>) -> Complaint {
        Complaint {
            path: self.path.clone(),
            line,
            message: message.into(),
        }
    }
}
