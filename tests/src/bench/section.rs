//! Sections of a document that are made: what stands between `<!-- NAME -->` and
//! `<!-- end of NAME -->`.

use std::io::{Error, Result};
use std::path::Path;

/// Puts a text into the section of a document, in the place of what is there.
pub fn write_section(document: &Path, name: &str, text: &str) -> Result<()> {
    let whole = std::fs::read_to_string(document)?;
    let Some(replaced) = replace(&whole, name, text) else {
        let problem = format!("{} has no section {name}", document.display());
        return Err(Error::other(problem));
    };
    std::fs::write(document, replaced)
}

fn replace(whole: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- {name} -->"),
        format!("<!-- end of {name} -->"),
    );
    let (before, rest) = whole.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    let text = text.trim();
    Some(format!("{before}{begin}\n\n{text}\n\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_the_section_of_that_name_is_replaced() {
        let document = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n<!-- y -->\n<!-- end of y -->\n";
        let x = replace(document, "x", "new\n").unwrap();
        assert!(
            x.starts_with("a\n<!-- x -->\n\nnew\n\n<!-- end of x -->\nb"),
            "{x}"
        );
        assert!(x.ends_with("<!-- y -->\n<!-- end of y -->\n"), "{x}");
        assert_eq!(replace(&x, "x", "new"), Some(x.clone()));
        assert_eq!(replace(document, "z", "new"), None);
    }
}
