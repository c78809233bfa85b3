//! Regular expressions: what is none is said with its line, before anything is made of it.

use pcre2::bytes::RegexBuilder;

use super::say;
use crate::config::configuration::{Configuration, Object};
use crate::config::error::{Fault, Report};

/// The patterns of filters, and that of the gateway itself.
pub(super) fn patterns(configuration: &Configuration, report: &mut Report) {
    check(&configuration.maxscale, report);
    for filter in &configuration.filters {
        check(filter, report);
    }
}

fn check<P>(object: &Object<P>, report: &mut Report) {
    let is_extended = object.values.has("options")
        && object
            .values
            .list("options")
            .contains(&"extended".to_owned());
    let faults = object.values.patterns().filter_map(|(parameter, text)| {
        let text = text
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'))
            .unwrap_or(text);
        let built = RegexBuilder::new().extended(is_extended).build(text);
        let error = built.err()?;
        let message = format!("{parameter}: this is no regular expression: {error}");
        Some((parameter, Fault::new(message, "a pattern of PCRE2")))
    });
    say(object, faults.collect(), report);
}
