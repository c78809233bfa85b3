//! The chain of filters as someone edits it: a pure model, and on top of it the few signals that the
//! editor and its pages share.

pub mod diff;
pub mod draft;
pub mod editing;
