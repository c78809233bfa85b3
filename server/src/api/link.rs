//! Links in documents: absolute, in the form the client used.

use std::fmt::{self, Display, Formatter};

use axum::http::{HeaderMap, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// What may not stand in a step of a path as it is (RFC 3986, 3.3).
const STEP: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// An id as one step of a path: accounts may have any name.
pub(super) fn step(id: &str) -> PercentEncode<'_> {
    utf8_percent_encode(id, STEP)
}

/// What all links of an answer begin with: `http://127.0.0.1:8989/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    root: String,
    prefix: String,
}

impl Base {
    /// The base for a request with these headers; `prefix` is `/v1` or nothing, as in its path.
    pub(super) fn new(headers: &HeaderMap, tls: bool, prefix: &str) -> Self {
        let scheme = if tls { "https" } else { "http" };
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let root = format!("{scheme}://{}", host.unwrap_or("localhost"));
        Self {
            root,
            prefix: prefix.to_owned(),
        }
    }

    /// The link to a path below the base, without slashes around it.
    pub(super) fn to(&self, path: &str) -> String {
        self.link(path).to_string()
    }

    /// The same, to be written somewhere.
    pub(super) fn link<'a>(&'a self, path: &'a str) -> Link<'a> {
        Link { base: self, path }
    }

    /// A path as the client wrote it.
    pub(super) fn written(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Whether the client left the prefix out.
    pub(super) fn is_bare(&self) -> bool {
        self.prefix.is_empty()
    }
}

/// A link to a path below a base.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<'a> {
    base: &'a Base,
    path: &'a str,
}

impl Display for Link<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Base { root, prefix } = self.base;
        for part in [root, prefix, "/", self.path, "/"] {
            f.write_str(part)?;
        }
        Ok(())
    }
}
