//! Filters read statements as the server does: by `sql_mode`, character set and version.

use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, Options};
use sluicegate_tests::raw::{Login, RawClient, Reply, capability};
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

/// Runs statements through a qlafilter; answers with the canonical forms that it has logged.
async fn canonical(options: Options, login: &Login<'_>, statements: &[&[u8]]) -> Vec<Vec<u8>> {
    let db = MariaDb::start_with("dialects", options).await;
    db.sql("CREATE DATABASE d; CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON d.* TO u@'%'")
        .await;
    let base = scratch::folder("dialects").join("qla");
    let mut setup = Setup::new(&[&db]);
    setup
        .cnf
        .section("Log")
        .set("type", "filter")
        .set("module", "qlafilter")
        .set("filebase", base.display())
        .set("log_type", "unified")
        .set("log_data", "query")
        .set("flush", true)
        .set("use_canonical_form", true);
    setup.cnf.section("Main").set("filters", "Log");
    let gateway: Gateway = setup.start().await;
    let mut client = RawClient::logged_in(gateway.port(), login)
        .await
        .expect("a login");
    for statement in statements {
        client.command(3, statement).await.expect("a request");
        let text = String::from_utf8_lossy(statement).into_owned();
        if text.starts_with("SELECT") {
            client.rows().await.expect("a reply").expect(&text);
        } else {
            let reply = client.reply().await.expect("a reply");
            assert!(matches!(reply, Reply::Ok { .. }), "{text}: {reply:?}");
        }
    }
    let path = format!("{}.unified", base.display());
    eventually(PATIENCE, "all statements are logged", async || {
        let log = std::fs::read(&path).ok()?;
        let lines = log.split(|&byte| byte == b'\n').skip(1);
        let lines: Vec<Vec<u8>> = lines
            .filter(|l| !l.is_empty())
            .map(<[u8]>::to_vec)
            .collect();
        (lines.len() == statements.len()).then_some(lines)
    })
    .await
}

const LOGIN: Login<'static> = Login::new("u", "u").database("d");

#[tokio::test]
async fn quotes_and_backslashes_mean_what_sql_mode_says() {
    let statements: &[&[u8]] = &[
        b"SELECT \"a\" , 'b'",
        b"SET sql_mode = CONCAT('ANSI', '_QUOTES')",
        b"SELECT 1 AS \"a\"",
        b"SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
        br"SELECT '\', 2",
        b"SET sql_mode = DEFAULT",
        br"SELECT '\', 2'",
    ];
    let forms = canonical(Options::default(), &LOGIN, statements).await;
    let forms: Vec<_> = forms
        .iter()
        .map(|form| String::from_utf8_lossy(form))
        .collect();
    assert_eq!(forms[0], "SELECT ? , ?");
    assert_eq!(forms[2], "SELECT ? AS \"a\"");
    assert_eq!(
        (&forms[4], &forms[6]),
        (&"SELECT ?, ?".into(), &"SELECT ?".into())
    );
}

#[tokio::test]
async fn the_mode_of_the_server_holds_from_the_first_statement_on() {
    let options = Options {
        more: vec!["--sql-mode=ANSI_QUOTES".to_owned()],
        ..Options::default()
    };
    let forms = canonical(options, &LOGIN, &[b"SELECT 1 AS \"a\""]).await;
    assert_eq!(forms, [b"SELECT ? AS \"a\"".to_vec()]);
}

#[tokio::test]
async fn characters_of_two_bytes_are_seen_in_the_sessions_character_set() {
    // In GBK the second byte of a character looks like a backslash.
    let select: &[u8] = b"SELECT '\xbf\\', 2";
    for login in [LOGIN, LOGIN.with(capability::SESSION_TRACK)] {
        let forms = canonical(Options::default(), &login, &[b"SET NAMES gbk", select]).await;
        assert_eq!(String::from_utf8_lossy(&forms[1]), "SELECT ?, ?");
    }
}

#[tokio::test]
async fn a_comment_for_a_later_server_is_a_comment() {
    let statements: &[&[u8]] = &[
        b"SELECT 1 /*M!999999 , nothing */",
        b"SELECT 1 /*M!100100 , 2 */",
    ];
    let forms = canonical(Options::default(), &LOGIN, statements).await;
    assert!(
        !String::from_utf8_lossy(&forms[0]).contains("nothing"),
        "{forms:?}"
    );
    let form = String::from_utf8_lossy(&forms[1]);
    assert_eq!(form.matches('?').count(), 2, "{form}");
}
