//! Texts of the page of sessions that have ended.

/// The page.
pub const TITLE: &str = "Ended";
/// The heading.
pub const HEADING: &str = "Ended sessions";
/// What it shows.
pub const HINT: &str = "Sessions that ended in the last ten minutes";
/// Head of a column.
pub const WHY: &str = "Why";
/// None.
pub const EMPTY_TITLE: &str = "No session has ended lately";
/// What to do about it.
pub const EMPTY_TEXT: &str = "Sessions stay here for ten minutes after they have ended.";
