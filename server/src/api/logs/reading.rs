//! The parameters of requests for lines of the log.

use crate::api::error::ApiError;
use crate::api::query::Parameters;
use crate::control::logs::Priority;

/// Lines on a page, when the request does not say it.
pub(super) const PAGE_SIZE: usize = 50;

/// Which lines are wanted.
#[derive(Debug, Default)]
pub(in crate::api) struct LogReading {
    /// The line that the page begins with.
    pub(super) cursor: Option<u64>,
    /// The priorities that are wanted; none: all.
    priorities: Vec<Priority>,
}

impl LogReading {
    /// Whether lines of a priority are wanted.
    pub(super) fn wants(&self, priority: Priority) -> bool {
        self.priorities.is_empty() || self.priorities.contains(&priority)
    }
}

impl Parameters for LogReading {
    const NAMES: &'static [&'static str] = &["page[cursor]", "priority"];

    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        if name == "page[cursor]" {
            let cursor = value.parse().map_err(|_| {
                ApiError::bad_request(format!(
                    "page[cursor]={value}: the number of a line is needed"
                ))
            })?;
            self.cursor = Some(cursor);
            return Ok(());
        }
        for word in value
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let priority = Priority::named(word).ok_or_else(|| {
                let known = Priority::ALL.map(Priority::name).join(", ");
                ApiError::bad_request(format!("priority={word}: known are {known}"))
            })?;
            self.priorities.push(priority);
        }
        Ok(())
    }
}
