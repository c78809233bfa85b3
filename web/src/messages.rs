//! Every text of the console, in English. One file per page; texts that stand everywhere in [`app`].
//!
//! A text with a part that varies is a function, so that a translation can put the part elsewhere.

pub mod app;
pub mod chain;
pub mod levels;
pub mod login;
pub mod session;
pub mod sessions;
