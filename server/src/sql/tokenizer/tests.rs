use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::sql::dialect::{Encoding, ServerVersion};
use crate::sql::samples;

const MARIADB: ServerVersion = ServerVersion::MariaDb(101_119);

fn render(text: &[u8], dialect: Dialect) -> String {
    let tokens = Tokenizer::new(text, dialect).filter(|token| token.kind != TokenKind::Space);
    let tokens: Vec<String> = tokens
        .map(|token| format!("{:?} {}", token.kind, token.text.escape_ascii()))
        .collect();
    tokens.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(text.as_bytes(), Dialect::default()));
}

#[track_caller]
fn check_in(dialect: Dialect, text: &[u8], expected: &Expect) {
    expected.assert_eq(&render(text, dialect));
}

/// The kinds of all tokens but white space.
fn kinds(text: &[u8], dialect: Dialect) -> Vec<TokenKind> {
    Tokenizer::new(text, dialect)
        .map(|token| token.kind)
        .filter(|kind| *kind != TokenKind::Space)
        .collect()
}

#[test]
fn a_statement_is_words_names_values_and_operators() {
    check(
        "SELECT `a``b`.c, 'it''s', \"x\\\"y\" FROM t WHERE a<=>-1.5e3 AND b->>'$.x'",
        &expect![[r#"
            Word SELECT
            QuotedName `a``b`
            Operator .
            Word c
            Operator ,
            String \'it\'\'s\'
            Operator ,
            String \"x\\\"y\"
            Word FROM
            Word t
            Word WHERE
            Word a
            Operator <=>
            Operator -
            Number 1.5e3
            Word AND
            Word b
            Operator ->>
            String \'$.x\'"#]],
    );
}

#[test]
fn literals_have_many_forms() {
    use TokenKind::{Introducer, Number, Operator, String, Word};
    for (text, expected) in [
        ("0x1f", &[Number][..]),
        ("x'1f'", &[Number]),
        ("X'1F'", &[Number]),
        ("0b01", &[Number]),
        ("b'01'", &[Number]),
        ("B''", &[Number]),
        ("1", &[Number]),
        ("1.", &[Number]),
        (".5e1", &[Number]),
        ("1.e1", &[Number]),
        ("1e+5", &[Number]),
        ("1e5e", &[Number, Word]),
        ("1.5a", &[Number, Word]),
        ("1..2", &[Number, Number]),
        ("N'a'", &[String]),
        ("n'a''b'", &[String]),
        ("_utf8mb4'a'", &[Introducer, String]),
        ("_LATIN1 x'41'", &[Introducer, Number]),
        ("_nothing'a'", &[Word, String]),
        ("N 'a'", &[Word, String]),
        ("x '1f'", &[Word, String]),
        ("0X1f", &[Word]),
        ("0B1", &[Word]),
        ("0xZ", &[Word]),
        ("0x", &[Word]),
        ("0b2", &[Word]),
        ("0x1g", &[Word]),
        ("1e", &[Word]),
        ("1ea", &[Word]),
        ("1a", &[Word]),
        ("1$", &[Word]),
        ("1e+", &[Word, Operator]),
        ("\\N", &[Word]),
        ("'a' 'b'", &[String, String]),
    ] {
        assert_eq!(
            kinds(text.as_bytes(), Dialect::default()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_stands_behind_the_dot_of_a_name_is_a_name() {
    use TokenKind::{Number, Operator, Word};
    for (text, expected) in [
        ("t.1", &[Word, Operator, Word][..]),
        ("t.1e1", &[Word, Operator, Word]),
        ("t.0x41", &[Word, Operator, Word]),
        ("t._utf8", &[Word, Operator, Word]),
        ("t .5", &[Word, Number]),
    ] {
        assert_eq!(
            kinds(text.as_bytes(), Dialect::default()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn variables_are_of_the_user_or_the_system() {
    check(
        "@a.b @`x``y` @'z' @\"q\" @$1 @@x @@GLOBAL.y @@session.`z` @ @@ @@ version @a:=1 'u'@'h' \
         SELECT@a",
        &expect![[r#"
            UserVariable @a.b
            UserVariable @`x``y`
            UserVariable @\'z\'
            UserVariable @\"q\"
            UserVariable @$1
            SystemVariable @@x
            SystemVariable @@GLOBAL.y
            SystemVariable @@session.`z`
            Operator @
            Operator @@
            Operator @@
            Word version
            UserVariable @a
            Operator :=
            Number 1
            String \'u\'
            Operator @
            String \'h\'
            Word SELECT
            UserVariable @a"#]],
    );
}

#[test]
fn comments_begin_and_end_where_the_server_says() {
    use TokenKind::{Comment, Number, Operator, UnterminatedComment};
    for (text, expected) in [
        ("1--1", &[Number, Operator, Operator, Number][..]),
        ("1--", &[Number, Comment]),
        ("1-- x", &[Number, Comment]),
        ("1--\x01x", &[Number, Comment]),
        ("1--\n+1", &[Number, Comment, Operator, Number]),
        ("1#x\n+1", &[Number, Comment, Operator, Number]),
        ("1#x\r+1", &[Number, Comment]),
        ("1/* a /* b */+1", &[Number, Comment, Operator, Number]),
        ("1/*/ +1 */", &[Number, Comment]),
        ("1/**/+1", &[Number, Comment, Operator, Number]),
        ("1*/", &[Number, Operator, Operator]),
        ("/* ' */ 1", &[Comment, Number]),
        ("1 /* +1", &[Number, UnterminatedComment]),
        ("1 /*", &[Number, UnterminatedComment]),
        ("1 /*+ HINT */", &[Number, Comment]),
        ("/*m! 1 */", &[Comment]),
    ] {
        assert_eq!(
            kinds(text.as_bytes(), Dialect::default()),
            expected,
            "{text}"
        );
    }
}

#[test]
fn executable_comments_are_sql_if_the_server_runs_them() {
    use TokenKind::{
        Comment, ExecutableClose as Close, ExecutableOpen as Open, Number, Operator, String,
        UnterminatedComment,
    };
    let dialect = Dialect {
        server: MARIADB,
        ..Dialect::default()
    };
    for (text, expected) in [
        ("/*!1*/", &[Open, Number, Close][..]),
        ("/*!50101 1*/", &[Open, Number, Close]),
        ("/*!501011*/", &[Comment]),
        ("/*!50101+1*/", &[Open, Operator, Number, Close]),
        ("/*!5010 */", &[Open, Number, Close]),
        ("/*!1011000*/", &[Open, Number, Close]),
        ("/*!50701 1*/", &[Comment]),
        ("/*M!1*/", &[Open, Number, Close]),
        ("/*M!50701 1*/", &[Open, Number, Close]),
        ("/*!1/*x*/2*/", &[Open, Number, Comment, Number, Close]),
        (
            "/*!1/*!2*/3*/",
            &[
                Open, Number, Open, Number, Close, Number, Operator, Operator,
            ],
        ),
        ("/*!999999 1 /* x */ 2 */ 3", &[Comment, Number]),
        ("/*!999999 1 /* x /* y */ 2 */ 3", &[Comment, Number]),
        ("/*!999999 1 /*! x */ 2 */ 3", &[Comment, Number]),
        ("/*!999999 ' */ 3", &[Comment, Number]),
        ("/*!999999 1 /* x */ 2", &[UnterminatedComment]),
        ("/*!999999 1 /* x ", &[UnterminatedComment]),
        (
            "/*!1/*!999999 2*/3*/",
            &[Open, Number, Comment, Number, Close],
        ),
        ("/*!'*/'*/", &[Open, String, Close]),
        ("/*!#*/\n*/", &[Open, Comment, Close]),
        ("/*!99999*/", &[Comment]),
    ] {
        assert_eq!(kinds(text.as_bytes(), dialect), expected, "{text}");
    }
    let mysql = Dialect {
        server: ServerVersion::MySql(80_032),
        ..Dialect::default()
    };
    assert_eq!(kinds(b"/*M!1/*2*/3", mysql), [Comment, Number]);
    assert_eq!(kinds(b"/*!50701 1*/", mysql), [Open, Number, Close]);
}

#[test]
fn the_mode_decides_what_quotes_and_backslashes_mean() {
    let ansi = Dialect {
        mode: SqlMode::ANSI_QUOTES,
        ..Dialect::default()
    };
    let plain = Dialect {
        mode: SqlMode::NO_BACKSLASH_ESCAPES,
        ..Dialect::default()
    };
    check_in(
        ansi,
        br#""a""b\" 'x' @"v\" 1"#,
        &expect![[r#"
            QuotedName \"a\"\"b\\\"
            String \'x\'
            UserVariable @\"v\\\"
            Number 1"#]],
    );
    check_in(
        plain,
        br#"'a\' "b\" 1"#,
        &expect![[r#"
            String \'a\\\'
            String \"b\\\"
            Number 1"#]],
    );
}

#[test]
fn a_backslash_within_a_character_escapes_nothing() {
    for (encoding, text, expected) in [
        // 0xbf 0x5c is one character of GBK: the quote behind it closes the string.
        (Encoding::Gbk, &b"'\xbf\x5c' OR 1"[..], 3),
        (Encoding::Sjis, b"'\x83\x5c' OR 1", 3),
        (Encoding::Big5, b"'\xa5\x5c' OR 1", 3),
        (Encoding::Plain, b"'\xbf\x5c' OR 1", 1),
        (Encoding::Gbk, b"'\xbf' OR 1", 3),
        (Encoding::Gbk, b"'\x5c\xbf\x5c' OR 1", 1),
        (Encoding::Gbk, b"a\xbf\x60 OR 1", 3),
        (Encoding::Gbk, b"`a\xbf\x60` OR 1", 3),
    ] {
        let dialect = Dialect {
            encoding,
            ..Dialect::default()
        };
        assert_eq!(
            kinds(text, dialect).len(),
            expected,
            "{}",
            text.escape_ascii()
        );
    }
}

#[test]
fn some_character_sets_have_a_white_space_of_their_own() {
    for (encoding, expected) in [
        (Encoding::Plain, 1),
        (Encoding::SpaceA0, 2),
        (Encoding::SpaceFf, 1),
        (Encoding::Gbk, 1),
    ] {
        let dialect = Dialect {
            encoding,
            ..Dialect::default()
        };
        assert_eq!(
            kinds(b"SELECT\xa01", dialect).len(),
            expected,
            "{encoding:?}"
        );
    }
}

#[test]
fn what_has_no_end_takes_the_rest() {
    use TokenKind::{UnterminatedComment, UnterminatedName, UnterminatedString};
    for (text, expected) in [
        ("'a", UnterminatedString),
        ("'a\\", UnterminatedString),
        ("'a\\'", UnterminatedString),
        ("N'a", UnterminatedString),
        ("x'41", UnterminatedString),
        ("`a``", UnterminatedName),
        ("@`a", UnterminatedName),
        ("@'a", UnterminatedName),
        ("@@a.`b", UnterminatedName),
        ("/*!99999 a /* b */", UnterminatedComment),
    ] {
        let dialect = Dialect {
            server: MARIADB,
            ..Dialect::default()
        };
        assert_eq!(kinds(text.as_bytes(), dialect), [expected], "{text}");
    }
}

proptest! {
    #[test]
    fn tokens_cover_the_text(text in samples::text(), dialect in samples::dialect()) {
        let mut at = 0;
        for token in Tokenizer::new(&text, dialect) {
            prop_assert_eq!(token.start, at);
            prop_assert!(!token.text.is_empty());
            at += token.text.len();
            prop_assert_eq!(&text[token.start..at], token.text);
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn a_string_is_one_token(content in ".*") {
        let content = content.replace('\\', "\\\\").replace('\'', "''");
        let text = format!("'{content}'");
        prop_assert_eq!(kinds(text.as_bytes(), Dialect::default()), [TokenKind::String]);
    }
}
