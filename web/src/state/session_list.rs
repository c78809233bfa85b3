//! The list of sessions: what is looked for, in which order, in which columns.

pub mod column;
pub mod list;
pub mod measure;
pub mod order;
pub mod search;
pub mod view;
