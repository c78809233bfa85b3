//! `page[size]` and `page[number]`.

use super::value::{number, positive, wrong};
use crate::api::error::ApiError;

/// One page of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) struct Page {
    /// How many resources a page has, at least 1.
    pub(in crate::api) size: usize,
    /// Which page, from 0.
    pub(in crate::api) number: usize,
}

impl Page {
    /// Which of `total` resources are on the page.
    pub(in crate::api) fn range(self, total: usize) -> std::ops::Range<usize> {
        let start = self.number.saturating_mul(self.size).min(total);
        start..start.saturating_add(self.size).min(total)
    }

    /// The number of the last page.
    pub(in crate::api) fn last(self, total: usize) -> usize {
        total.saturating_sub(1) / self.size
    }
}

/// The two parameters, as far as they were given.
#[derive(Debug, Default)]
pub(super) struct Parts {
    size: Option<usize>,
    number: Option<usize>,
}

impl Parts {
    pub(super) fn set(&mut self, part: &str, value: &str) -> Result<(), ApiError> {
        let narrow = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        match part {
            "size" => self.size = Some(narrow(positive("page[size]", value)?)),
            "number" => {
                let number = number(value)
                    .ok_or_else(|| wrong("page[number]", value, "a number, 0 is the first page"))?;
                self.number = Some(narrow(number));
            }
            _ => {
                let detail = format!("unknown parameter page[{part}]; known are size and number");
                return Err(ApiError::bad_request(detail));
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Option<Page> {
        match (self.size, self.number) {
            (Some(size), number) => Some(Page {
                size,
                number: number.unwrap_or(0),
            }),
            // Which page means nothing as long as there is but one, as documented.
            (None, _) => None,
        }
    }
}
