//! The Content-Security-Policy of the page.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The policy under which `page` works, and nothing else: its own files, its own inline scripts by
/// their hashes (trunk writes one that loads the program), WebAssembly, and this API.
pub(super) fn of(page: &str) -> String {
    let mut scripts = String::new();
    for script in inline_scripts(page) {
        let hash = STANDARD.encode(Sha256::digest(script));
        scripts.extend([" 'sha256-", &hash, "'"]);
    }
    let base = if page.contains("<base") {
        "'self'"
    } else {
        "'none'"
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; \
         base-uri {base}; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The content of `<script>` elements without `src`.
fn inline_scripts(page: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        let Some((content, after)) = after.split_once("</script>") else {
            break;
        };
        let has_source = attributes
            .split_ascii_whitespace()
            .any(|text| text.starts_with("src="));
        if !has_source && !content.is_empty() {
            scripts.push(content);
        }
        rest = after;
    }
    scripts
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn inline_scripts_are_allowed_by_their_hash() {
        let page = "<html><head><script src=\"/console/a.js\"></script>\
            <script type=\"module\">\nimport init from '/console/a.js';\n</script></head></html>";
        expect!["default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-W1dpdq/zXSJo67lDkrj16c0fVCWCcve1lCWfyzo3lP8='; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"]
        .assert_eq(&of(page));
    }

    #[test]
    fn a_page_with_a_base_may_have_it() {
        assert!(of("<base href=\"/console/\">").contains("base-uri 'self'"));
    }

    #[test]
    fn a_page_cut_off_has_no_script() {
        assert!(inline_scripts("<script>var a").is_empty());
        assert!(inline_scripts("<script").is_empty());
    }
}
