//! The parameters of requests for lines of the log.

use crate::api::error::ApiError;
use crate::api::query::{Parameters, Query};
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

/// Whether the newest line of a page comes first. Which lines are on a page is another matter: pages are
/// named by the lines that they begin with, so they have no numbers and no other order.
pub(super) fn newest_first(query: &Query) -> Result<bool, ApiError> {
    if query.page.is_some_and(|page| page.number != 0) {
        let detail = "pages of the log have no numbers: page[cursor] and the links lead to them";
        return Err(ApiError::bad_request(detail));
    }
    match query.sort.as_slice() {
        [] => Ok(false),
        [key] if key.name == "id" => Ok(key.descending),
        _ => {
            let detail =
                "lines of the log stand in the order in which they came: known are id, -id";
            Err(ApiError::bad_request(format!("sort: {detail}")))
        }
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
