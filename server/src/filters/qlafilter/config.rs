//! Parameters of qlafilter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::journal::{LogFile, check_folder};
use crate::filters::pattern::{self, PatternOptions, Selection};
use crate::filters::{FilterError, SessionFacts};

use super::super::audience::Audience;
use super::entry::{FIELDS, Fields};

const LOG_TYPES: &[&str] = &["session", "unified", "stdout"];
const UNITS: &[&str] = &["ms", "milliseconds", "us", "microseconds"];

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "filebase",
        Kind::String,
        None,
        "Path of the logs; `.unified` or `.` and the session's id are put behind it.",
    )
    .mandatory(),
    ParameterSpec::new(
        "log_type",
        Kind::EnumMask(LOG_TYPES),
        Some("session"),
        "Which logs are written.",
    ),
    ParameterSpec::new(
        "log_data",
        Kind::EnumMask(FIELDS),
        Some("date,user,query"),
        "What a line holds.",
    ),
    ParameterSpec::new(
        "match",
        Kind::Regex,
        None,
        "Only statements that match are logged.",
    ),
    ParameterSpec::new(
        "exclude",
        Kind::Regex,
        None,
        "Statements that match are not logged.",
    ),
    ParameterSpec::new(
        "options",
        Kind::EnumMask(pattern::OPTIONS),
        Some(""),
        "How the patterns are read.",
    ),
    ParameterSpec::new(
        "user",
        Kind::String,
        None,
        "Only this user's sessions are logged.",
    ),
    ParameterSpec::new(
        "source",
        Kind::String,
        None,
        "Only sessions from this address are logged.",
    ),
    ParameterSpec::new(
        "user_match",
        Kind::Regex,
        None,
        "Only sessions of users that match are logged.",
    ),
    ParameterSpec::new(
        "user_exclude",
        Kind::Regex,
        None,
        "Sessions of users that match are not logged.",
    ),
    ParameterSpec::new(
        "source_match",
        Kind::Regex,
        None,
        "Only sessions from hosts that match are logged.",
    ),
    ParameterSpec::new(
        "source_exclude",
        Kind::Regex,
        None,
        "Sessions from hosts that match are not logged.",
    ),
    ParameterSpec::new(
        "use_canonical_form",
        Kind::Bool,
        Some("false"),
        "Whether statements are logged with `?` in place of their constants.",
    ),
    ParameterSpec::new(
        "duration_unit",
        Kind::Enum(UNITS),
        Some("ms"),
        "The unit of times in the log.",
    ),
    ParameterSpec::new(
        "append",
        Kind::Bool,
        Some("true"),
        "Whether what is in a log already is kept.",
    ),
    ParameterSpec::new(
        "flush",
        Kind::Bool,
        Some("false"),
        "Whether each line is written at once.",
    ),
    ParameterSpec::new(
        "separator",
        Kind::String,
        Some(","),
        "What stands between the parts of a line.",
    ),
    ParameterSpec::new(
        "newline_replacement",
        Kind::String,
        Some(" "),
        "What is logged in place of line ends within a statement.",
    ),
];

/// The parameters, ready for use.
#[derive(Debug)]
pub(super) struct QlaSettings {
    pub(super) fields: Fields,
    pub(super) statements: Selection,
    audience: Audience,
    users: Selection,
    sources: Selection,
    /// The log for all sessions.
    pub(super) unified: Option<Arc<LogFile>>,
    files: Files,
    pub(super) stdout: bool,
    pub(super) separator: String,
    pub(super) newline_replacement: String,
    pub(super) microseconds: bool,
    /// Whether the canonical form of statements is logged.
    pub(super) canonical: bool,
}

/// How files are written.
#[derive(Debug)]
struct Files {
    base: String,
    /// Whether each session has a log of its own.
    for_sessions: bool,
    append: bool,
    flush: bool,
}

impl QlaSettings {
    /// From the parameters; files that `before` writes too go on.
    pub(super) fn of(values: &Values, before: Option<&Self>) -> Result<Self, FilterError> {
        let options = PatternOptions::of(values)?;
        let none = PatternOptions::default();
        let logs = |kind: &str| values.list("log_type").iter().any(|item| item == kind);
        let mut settings = Self {
            fields: Fields::of(values.list("log_data")),
            statements: Selection::of(values, "match", "exclude", options)?,
            audience: Audience::of(values)?,
            users: Selection::of(values, "user_match", "user_exclude", none)?,
            sources: Selection::of(values, "source_match", "source_exclude", none)?,
            unified: None,
            files: Files {
                base: values.string("filebase"),
                for_sessions: logs("session"),
                append: values.flag("append"),
                flush: values.flag("flush"),
            },
            stdout: logs("stdout"),
            separator: values.string("separator"),
            newline_replacement: values.string("newline_replacement"),
            canonical: values.flag("use_canonical_form"),
            microseconds: matches!(values.text("duration_unit"), Some("us" | "microseconds")),
        };
        if logs("unified") || settings.files.for_sessions {
            check_folder("filebase", Path::new(&settings.files.base))?;
        }
        if logs("unified") {
            let file = settings.file(".unified", settings.fields);
            let before = before.and_then(|before| before.unified.as_deref());
            settings.unified = Some(Arc::new(file.after(before)));
        }
        Ok(settings)
    }

    /// Whether the session's statements are logged.
    pub(super) fn includes(&self, session: &SessionFacts) -> bool {
        self.audience.includes(session)
            && self.users.admits(session.user.as_bytes())
            && self.sources.admits(session.remote.as_bytes())
    }

    /// The session's own log, if it has one; goes on where `before` was.
    pub(super) fn session_log(&self, id: u64, before: Option<&LogFile>) -> Option<Arc<LogFile>> {
        self.files.for_sessions.then(|| {
            let file = self.file(&format!(".{id}"), self.fields.without_session());
            Arc::new(file.after(before))
        })
    }

    fn file(&self, suffix: &str, fields: Fields) -> LogFile {
        let path = PathBuf::from(format!("{}{suffix}", self.files.base));
        let header = fields.header(&self.separator);
        LogFile::new(path, self.files.append, header, self.files.flush)
    }
}
