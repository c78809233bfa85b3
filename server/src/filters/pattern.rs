//! Regular expressions (PCRE2) that filters take as parameters.

use pcre2::bytes::{Regex, RegexBuilder};

use super::FilterError;
use crate::config::Values;

/// The words of the `options` parameter.
pub(super) const OPTIONS: &[&str] = &["ignorecase", "case", "extended"];

/// How patterns are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PatternOptions {
    caseless: bool,
    extended: bool,
}

impl PatternOptions {
    /// What the parameter `options` says, be it one word or a list of them.
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let listed = values.list("options").iter().map(String::as_str);
        let words: Vec<_> = listed.chain(values.text("options")).collect();
        if words.contains(&"case") && words.contains(&"ignorecase") {
            return Err(FilterError::Parameter {
                parameter: "options",
                message: "case and ignorecase exclude each other".to_owned(),
            });
        }
        Ok(Self {
            caseless: words.contains(&"ignorecase"),
            extended: words.contains(&"extended"),
        })
    }
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Reads the pattern that `parameter` has, with or without slashes around it.
    pub(super) fn new(
        parameter: &'static str,
        text: &str,
        options: PatternOptions,
    ) -> Result<Self, FilterError> {
        let regex = RegexBuilder::new()
            .caseless(options.caseless)
            .extended(options.extended)
            .jit_if_available(true)
            .build(without_slashes(text));
        let regex = regex.map_err(|error| FilterError::Parameter {
            parameter,
            message: format!("this is no regular expression: {error}"),
        })?;
        Ok(Self { regex })
    }

    /// The pattern in a parameter that may be left out.
    pub(super) fn of(
        values: &Values,
        parameter: &'static str,
        options: PatternOptions,
    ) -> Result<Option<Self>, FilterError> {
        let text = values.text(parameter);
        text.map(|text| Self::new(parameter, text, options))
            .transpose()
    }

    /// Whether it is found in `subject`. A search given up for its length finds nothing.
    pub(super) fn is_match(&self, subject: &[u8]) -> bool {
        self.regex.is_match(subject).unwrap_or(false)
    }

    /// The pattern as it is written, without slashes.
    pub(super) fn as_str(&self) -> &str {
        self.regex.as_str()
    }

    /// The compiled pattern.
    pub(super) fn regex(&self) -> &Regex {
        &self.regex
    }
}

/// Which texts are meant: those that one pattern matches and another does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    include: Option<Pattern>,
    exclude: Option<Pattern>,
}

impl Selection {
    /// From the two parameters of these names.
    pub(super) fn of(
        values: &Values,
        include: &'static str,
        exclude: &'static str,
        options: PatternOptions,
    ) -> Result<Self, FilterError> {
        Ok(Self {
            include: Pattern::of(values, include, options)?,
            exclude: Pattern::of(values, exclude, options)?,
        })
    }

    /// Whether `text` is meant.
    pub(super) fn admits(&self, text: &[u8]) -> bool {
        self.include.as_ref().is_none_or(|p| p.is_match(text))
            && !self.exclude.as_ref().is_some_and(|p| p.is_match(text))
    }

    /// Whether `text` is said to be not meant.
    pub(super) fn excludes(&self, text: &[u8]) -> bool {
        self.exclude.as_ref().is_some_and(|p| p.is_match(text))
    }

    /// Whether only what a pattern matches is meant.
    pub(super) fn has_include(&self) -> bool {
        self.include.is_some()
    }
}

fn without_slashes(text: &str) -> &str {
    text.strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests;
