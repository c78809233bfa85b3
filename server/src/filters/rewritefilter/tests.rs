use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::file;
use super::template::Options;
use crate::filters::trial::{TrialSession, bob, create, values};
use crate::pipeline::Verdict;

/// A file that goes with the test.
struct TemplateFile(PathBuf);

impl TemplateFile {
    fn new(text: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluicegate-rewrite-{}-{number}.rf", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn given(&self) -> (&'static str, &str) {
        ("template_file", self.0.to_str().unwrap())
    }
}

impl Drop for TemplateFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn check(file: &str, sql: &str, expected: &str) {
    let file = TemplateFile::new(file);
    let filter = create("rewritefilter", &[file.given()]).unwrap();
    let (verdict, text) = TrialSession::of(&filter, &bob()).rewritten(sql);
    assert!(matches!(verdict, Verdict::Forward));
    assert_eq!(text, expected);
}

#[test]
fn placeholders_take_parts_of_a_statement_along() {
    let swap = "%%\n%\n@{1:^}select @{2}, @{3} from t where id = @{4}\n%\nselect @{3}, @{2} from t where id in (@{4})\n";
    check(
        swap,
        "select a, b from t where id=42",
        "select b, a from t where id in (42)",
    );
    check(
        swap,
        "  select  a, \n b from t where id = 42 ",
        "select b, a from t where id in (42)",
    );
    for other in [
        "SELECT a, b FROM t WHERE id = 42",
        "selecta, b from t where id = 42",
    ] {
        check(swap, other, other);
    }
}

#[test]
fn what_is_around_a_template_stays() {
    let hint = "%%\n%\nfrom mytable\n%\nfrom mytable force index (i)\n";
    check(
        hint,
        "select name from mytable where id=42",
        "select name from mytable force index (i) where id=42",
    );
}

#[test]
fn a_placeholder_may_say_what_it_matches() {
    let numbers = "%%\n# a comment\ncase_sensitive: false\n%\n@{1:^}select zip from a where s = @{2:\"}@{3:[[:digit:]]{2,\\}}@{4:\"}\n%\nselect zip from a where id = @{3}\n";
    check(
        numbers,
        "SELECT zip FROM a WHERE s = \"1234\"",
        "select zip from a where id = 1234",
    );
    let text = "select zip from a where s = \"x\"";
    check(numbers, text, text);
}

#[test]
fn a_placeholder_used_twice_must_be_equal() {
    let same = "%%\n%\n@{1:^}select @{2}, count(*) from @{3} group by @{2}\n%\nyes\n";
    check(same, "select a, count(*) from t group by a", "yes");
    let text = "select a, count(*) from t group by b";
    check(same, text, text);
}

#[test]
fn regular_expressions_replace_each_match() {
    let chain = "%%\nregex_grammar: EPosix\ncontinue_if_matched: true\n%\nwrong_(t)able\n%\nright_$1able\n\n%%\nregex_grammar: Posix\n%\n\\(wrong\\)_c[o]l\n%\n[$&]\n";
    check(
        chain,
        "select wrong_col from wrong_table, wrong_table x",
        "select [wrong_col] from right_table, right_table x",
    );
    let grep = "%%\nregex_grammar: Grep\n%\nfoo+\nbar\n%\n$$\n";
    check(grep, "foo+ bar foo", "$ $ foo");
    let javascript = "%%\nregex_grammar: ECMAScript\n%\nb(.)\n%\n<$`|$'|$1>\n";
    check(javascript, "abcd", "a<a|d|c>d");
}

#[test]
fn templates_end_at_the_first_that_matches_and_what_if_changes_nothing() {
    let file = "%%\nwhat_if: true\n%\na\n%\nx\n%%\n%\na\n%\nb\n%%\n%\nb\n%\nc\n";
    check(file, "a", "b");
}

#[test]
fn json_says_the_same() {
    let json = r#"{"templates": [{
        "case_sensitive": false,
        "match_template": "@{1:^}select @{2} from t",
        "replace_template": "select @{2} from u"
    }]}"#;
    check(json, "SELECT 1 FROM T limit 1", "select 1 from u limit 1");
}

#[test]
fn faults_of_the_file_are_said() {
    for (text, expected) in [
        ("a", "`a` comes before the first %%"),
        ("%%\n%\na\n", "template 1: it has 2 sections, not 3"),
        ("%%\nx: true\n%\na\n%\nb", "template 1: `x` is no option"),
        (
            "%%\nwhat_if: 1\n%\na\n%\nb",
            "template 1: what_if: `1` is neither true nor false",
        ),
        ("%%\n%\n@{1\n%\nb", "template 1: a placeholder has no end"),
        (
            "%%\n%\n@{0}\n%\nb",
            "template 1: `0` is no number of a placeholder",
        ),
        (
            "%%\n%\n@{1}\n%\n@{2}",
            "template 1: there is no @{2} to replace it with",
        ),
        (
            "%%\nregex_grammar: Perl\n%\na\n%\nb",
            "template 1: `Perl` is no regex_grammar",
        ),
    ] {
        let outcome = file::parse(text, Options::default());
        assert_eq!(outcome.err().as_deref(), Some(expected));
    }
}

#[test]
fn an_alteration_reads_the_file_again_and_a_bad_file_changes_nothing() {
    let file = TemplateFile::new("%%\n%\na\n%\nb\n");
    let filter = create("rewritefilter", &[file.given()]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    fs::write(&file.0, "%%\n%\na\n").unwrap();
    let again = values("rewritefilter", &[file.given(), ("reload", "true")]);
    assert!(filter.alter(&again).is_err());
    assert_eq!(session.rewritten("a").1, "b");
    fs::write(&file.0, "%%\n%\na\n%\nc\n").unwrap();
    filter.alter(&again).unwrap();
    assert_eq!(session.rewritten("a").1, "c");
}
