//! Tests of packages that pass without the gateway only, and why.

/// Package, what the test's name contains, and the reason.
const KNOWN: &[(&str, &str, &str)] = &[];

/// Why a test does not pass through the gateway, if that is known.
pub(super) fn reason(package: &str, test: &str) -> Option<&'static str> {
    let known = KNOWN
        .iter()
        .find(|(of, part, _)| *of == package && test.contains(part));
    known.map(|(_, _, reason)| *reason)
}
