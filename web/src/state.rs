//! What the console knows, apart from how it is shown.
//!
//! Pure models (rates, rows, order, search, view, link) and, on top of them, the few structs of
//! signals that pages take from their context.

pub mod access;
pub mod chain;
pub mod clock;
pub mod command_run;
pub mod event_objects;
pub mod filter_choices;
pub mod form;
pub mod ids;
pub mod inbox;
pub mod json_diff;
pub mod link;
pub mod live;
pub mod log_feed;
pub mod palette;
pub mod polled;
pub mod pulse;
pub mod rate;
pub mod remarks;
pub mod rows;
pub mod saved_views;
pub mod session_list;
pub mod session_watch;
pub mod settings;
pub mod theme;
