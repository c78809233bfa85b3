//! Reading statements: tokens, the canonical form, what a statement does, hints for the gateway.
//!
//! No I/O, no clock, and no panic, whatever the bytes are. Nothing here is a full parser: what
//! matters is found by a light scan of tokens ([`tokenizer`]), and a statement that is not
//! understood is one that writes. Texts are bytes in the client's character set; how they are to
//! be read, a [`Dialect`] says.

pub mod cache;
pub mod canonical;
pub mod classification;
mod classify;
mod cursor;
pub mod details;
pub mod dialect;
mod functions;
pub mod hint;
pub mod mentions;
pub mod name;
pub mod set;
pub mod tables;
pub mod token;
pub mod tokenizer;
mod words;

pub use cache::{Analysis, ClassificationCache};
pub use canonical::{canonical_hash, canonicalize};
pub use classification::{Classification, Kinds, Verb};
pub use classify::classify;
pub use dialect::{Dialect, Encoding, ServerVersion, SqlMode};
pub use name::Name;
pub use token::{Token, TokenKind};
pub use tokenizer::Tokenizer;

#[cfg(test)]
mod samples;
