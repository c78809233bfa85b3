//! Every text of the console, in English. One file per page; texts that stand everywhere in [`app`].
//!
//! A text with a part that varies is a function, so that a translation can put the part elsewhere.

pub mod app;
pub mod audit;
pub mod bulk;
pub mod chain;
pub mod dashboard;
pub mod ended;
pub mod form;
pub mod levels;
pub mod login;
pub mod logs;
pub mod modules;
pub mod objects;
pub mod palette;
pub mod session;
pub mod sessions;
pub mod settings;
pub mod users;
