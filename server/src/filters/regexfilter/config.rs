//! Parameters of regexfilter.

use std::path::Path;
use std::sync::Arc;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::audience::Audience;
use crate::filters::journal::{Journal, LogFile, Target, check_folder};
use crate::filters::pattern::{OPTIONS, Pattern, PatternOptions};
use crate::wire::packet::PAYLOAD_MAX;

use super::template::Template;

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new("match", Kind::Regex, None, "What is replaced.").mandatory(),
    ParameterSpec::new(
        "replace",
        Kind::String,
        None,
        "What comes in its place; $1 or ${name} stand for what a group matched, $$ for $.",
    )
    .mandatory(),
    ParameterSpec::new(
        "options",
        Kind::EnumWords(OPTIONS),
        Some("ignorecase"),
        "How the pattern is read.",
    ),
    ParameterSpec::new(
        "user",
        Kind::String,
        None,
        "Only this user's statements are changed.",
    ),
    ParameterSpec::new(
        "source",
        Kind::String,
        None,
        "Only statements from this address are changed.",
    ),
    ParameterSpec::new(
        "log_file",
        Kind::String,
        None,
        "A file that tells of each statement.",
    ),
    ParameterSpec::new(
        "log_trace",
        Kind::Bool,
        Some("false"),
        "Whether the gateway's log tells of each statement, at level info.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct RegexSettings {
    pattern: Pattern,
    template: Template,
    pub(super) audience: Audience,
    pub(super) log: Option<StatementLog>,
    pub(super) log_trace: bool,
}

/// The log of statements.
#[derive(Debug, Clone)]
pub(super) struct StatementLog {
    journal: Arc<Journal>,
    file: Arc<LogFile>,
}

impl RegexSettings {
    /// From the parameters; the log of `before` goes on if it is the same.
    pub(super) fn of(values: &Values, before: Option<&Self>) -> Result<Self, FilterError> {
        let options = PatternOptions::of(values)?;
        let pattern = Pattern::new("match", &values.string("match"), options)?;
        let template = Template::parse(&values.string("replace"), pattern.regex());
        let template = template.map_err(|message| FilterError::Parameter {
            parameter: "replace",
            message,
        })?;
        let before = before.and_then(|before| before.log.as_ref());
        let path = values.text("log_file").map(Path::new);
        Ok(Self {
            pattern,
            template,
            audience: Audience::of(values)?,
            log: path
                .map(|path| StatementLog::to(path, before))
                .transpose()?,
            log_trace: values.flag("log_trace"),
        })
    }

    /// The statement with everything replaced that matches; `None` when nothing does.
    ///
    /// One that would become too long for a packet stays as it is.
    pub(super) fn replace(&self, sql: &[u8]) -> Option<Vec<u8>> {
        let mut replaced = None;
        let mut copied = 0;
        for found in self.pattern.regex().captures_iter(sql) {
            // A search given up for its length finds nothing.
            let found = found.ok()?;
            let whole = found.get(0)?;
            let text = replaced.get_or_insert_with(|| Vec::with_capacity(sql.len() + 64));
            text.extend_from_slice(sql.get(copied..whole.start())?);
            self.template.expand(&found, text);
            copied = whole.end();
            if text.len() >= PAYLOAD_MAX {
                return None;
            }
        }
        let mut text = replaced?;
        text.extend_from_slice(sql.get(copied..)?);
        (text.len() + 1 < PAYLOAD_MAX).then_some(text)
    }
}

impl StatementLog {
    fn to(path: &Path, before: Option<&Self>) -> Result<Self, FilterError> {
        if let Some(before) = before.filter(|before| before.file.path() == path) {
            return Ok(before.clone());
        }
        check_folder("log_file", path)?;
        let journal = match before {
            Some(before) => Arc::clone(&before.journal),
            None => Journal::start()?,
        };
        let file = Arc::new(LogFile::new(path, true, Vec::new(), false));
        Ok(Self { journal, file })
    }

    /// Adds a line.
    pub(super) fn push(&self, text: &str) {
        let mut line = text.replace(['\r', '\n'], " ").into_bytes();
        line.push(b'\n');
        self.journal
            .push(Target::File(Arc::clone(&self.file)), line);
    }
}
