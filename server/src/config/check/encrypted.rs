//! Passwords that the peer's `maxpasswd` seems to have made: they are not decrypted here.

use crate::config::configuration::{Configuration, Object};
use crate::config::error::Report;

/// The length of an encrypted block, as hexadecimal digits.
const BLOCK: usize = 32;

/// Warns of passwords that are probably not meant as they stand.
pub(super) fn passwords(configuration: &Configuration, report: &mut Report) {
    for server in &configuration.servers {
        check(server, report);
    }
    for service in &configuration.services {
        check(service, report);
    }
    for monitor in &configuration.monitors {
        check(monitor, report);
    }
    for filter in &configuration.filters {
        check(filter, report);
    }
}

fn check<P>(object: &Object<P>, report: &mut Report) {
    let passwords = object.values.passwords();
    for (parameter, _) in passwords.filter(|(_, secret)| looks_encrypted(secret.expose())) {
        let line = object.values.line(parameter).unwrap_or(object.source.line);
        let message = format!(
            "{parameter} looks as if maxpasswd had encrypted it; it is taken as it stands: write \
             the password itself"
        );
        report.warning(&object.source.file, line, &object.name, &message);
    }
}

/// Whether it is one or more blocks of capital hexadecimal digits, behind a first one and a colon or
/// not.
fn looks_encrypted(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
    let is_blocks = |part: &str| {
        !part.is_empty() && part.len().is_multiple_of(BLOCK) && part.chars().all(is_digit)
    };
    text.split(':').count() <= 2 && text.split(':').all(is_blocks)
}

#[cfg(test)]
mod tests {
    use super::looks_encrypted;

    #[test]
    fn blocks_of_capital_digits_look_encrypted() {
        for text in [
            "96F99AA1315BDC3604B006F427DD9484",
            "96F99AA1315BDC3604B006F427DD9484:96F99AA1315BDC3604B006F427DD9484",
        ] {
            assert!(looks_encrypted(text), "{text}");
        }
        for text in [
            "",
            "secret",
            "96f99aa1315bdc3604b006f427dd9484",
            "96F9",
            ":",
        ] {
            assert!(!looks_encrypted(text), "{text}");
        }
    }
}
