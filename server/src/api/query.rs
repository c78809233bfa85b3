//! The query string: parameters that every request takes, and those of one kind of request.

mod expression;
mod fields;
mod filter;
mod page;
mod path;
mod sort;
mod value;

use percent_encoding::percent_decode;
use serde_json::Value;

use super::error::ApiError;

pub(super) use fields::{Chosen, Fields};
pub(super) use filter::Filter;
pub(super) use page::Page;
pub(super) use path::{Path, Step, follow};
pub(super) use sort::{Rank, SortKey};
pub(super) use value::{boolean, duration, positive};

/// Parameters of one kind of request, beyond those that every request takes.
pub(super) trait Parameters: Default + Send {
    /// Their names.
    const NAMES: &'static [&'static str];
    /// Takes the value of one of them.
    fn set(&mut self, name: &str, value: &str) -> Result<(), ApiError>;
}

/// No further parameters.
#[derive(Debug, Default)]
pub(super) struct None;

impl Parameters for None {
    const NAMES: &'static [&'static str] = &[];

    fn set(&mut self, _: &str, _: &str) -> Result<(), ApiError> {
        Ok(())
    }
}

/// Parameters that every request takes.
#[derive(Debug)]
pub(super) struct Query {
    /// Whether the answer is indented.
    pub(super) pretty: bool,
    /// Which members of a resource are told.
    pub(super) fields: Fields,
    /// Conditions on the resources of a collection; all must hold.
    pub(super) filters: Vec<Filter>,
    /// The order of a collection.
    pub(super) sort: Vec<SortKey>,
    /// The part of a collection.
    pub(super) page: Option<Page>,
    /// All parameters but the page, for the links to other pages.
    pub(super) rest: Vec<(String, String)>,
}

/// What the documented API knows and what means nothing here: there is no cluster to synchronise, and
/// all modules are loaded.
const WITHOUT_MEANING: &[&str] = &["sync", "load"];

impl Query {
    /// Reads a query string (without the question mark).
    pub(super) fn parse<P: Parameters>(text: &str) -> Result<(Self, P), ApiError> {
        let (mut page, mut own) = (page::Parts::default(), P::default());
        let mut query = Self {
            pretty: true,
            fields: Fields::default(),
            filters: Vec::new(),
            sort: Vec::new(),
            page: Option::None,
            rest: Vec::new(),
        };
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            match (name.as_str(), bracketed(&name)) {
                ("pretty", _) => query.pretty = boolean(&name, &value)?,
                ("filter", _) => query.filters.push(Filter::from_pointer(&value)?),
                (_, Some(("filter", path))) => {
                    query.filters.push(Filter::from_path(path, &value)?);
                }
                (_, Some(("fields", kind))) => query.fields.add(kind, &value)?,
                ("sort", _) => query.sort.extend(SortKey::parse_list(&value)?),
                // A page may be named by something else than its number.
                (known, Some(("page", _))) if P::NAMES.contains(&known) => {
                    own.set(known, &value)?;
                    continue;
                }
                (_, Some(("page", part))) => {
                    page.set(part, &value)?;
                    continue;
                }
                (known, _) if P::NAMES.contains(&known) => own.set(known, &value)?,
                (known, _) if WITHOUT_MEANING.contains(&known) => {}
                _ => return Err(unknown::<P>(&name)),
            }
            query.rest.push((name, value));
        }
        query.page = page.finish();
        Ok((query, own))
    }
}

/// Whether the filters of a query string hold for a resource as it is told. For who attacks them.
///
/// # Errors
/// What is wrong with the query string.
pub fn filters_hold(text: &str, resource: &Value) -> Result<bool, String> {
    let (query, None) = Query::parse(text).map_err(|error| error.detail().to_owned())?;
    Ok(query.filters.iter().all(|filter| {
        let mut found = Vec::new();
        follow(resource, filter.path().steps(), &mut found);
        filter.holds(&found)
    }))
}

/// `fields[sessions]` is `fields` of `sessions`.
fn bracketed(name: &str) -> Option<(&str, &str)> {
    let (name, rest) = name.split_once('[')?;
    Some((name, rest.strip_suffix(']')?))
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode(spaced.as_bytes()).decode_utf8();
    decoded
        .map(Into::into)
        .map_err(|_| ApiError::bad_request(format!("the parameter {text} is not UTF-8")))
}

fn unknown<P: Parameters>(name: &str) -> ApiError {
    let common = [
        "fields[TYPE]",
        "filter",
        "filter[PATH]",
        "page[number]",
        "page[size]",
        "pretty",
    ];
    let mut known: Vec<&str> = common.into_iter().chain(["sort"]).collect();
    known.extend(P::NAMES);
    known.sort_unstable();
    ApiError::bad_request(format!(
        "unknown parameter {name}; known are {}",
        known.join(", ")
    ))
}

#[cfg(test)]
mod tests;
