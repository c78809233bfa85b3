//! Times as logs show them.

use std::time::SystemTime;

use time::{OffsetDateTime, UtcOffset};

/// The time at this place; in UTC where the place's own is not known.
pub(super) fn local_time(time: SystemTime) -> OffsetDateTime {
    let time = OffsetDateTime::from(time);
    UtcOffset::local_offset_at(time).map_or(time, |offset| time.to_offset(offset))
}

/// As `2026-11-24 00:29:16.507`.
pub(super) fn timestamp(time: SystemTime) -> String {
    let time = local_time(time);
    let (date, (hour, minute, second, ms)) = (time.date(), time.time().as_hms_milli());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}
