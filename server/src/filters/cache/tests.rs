use std::sync::Arc;
use std::time::Duration;

use expect_test::expect;

use crate::filters::trial::{
    TrialSession, bob, create, eof, ok, packet, show, text_resultset, values,
};
use crate::filters::{Filter, SessionFacts};
use crate::pipeline::{Answer, PacketRole, ReplyEnd, Verdict};
use crate::sql::SqlMode;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::status::StatusFlags;

const SELECT: &str = "SELECT n FROM t";

fn cache(given: &[(&str, &str)]) -> Arc<dyn Filter> {
    create("cache", given).unwrap()
}

fn session(filter: &Arc<dyn Filter>) -> TrialSession {
    TrialSession::of(filter, &bob())
}

/// Runs a statement; a server answers with one row. Says whether the cache answered.
fn is_hit(session: &mut TrialSession, sql: &str) -> bool {
    match session.query(sql) {
        Verdict::Answer(Answer::Framed(_)) => true,
        Verdict::Forward => {
            let reply = session.reply(text_resultset(&["a"]));
            assert_eq!(reply.len(), 5, "{}", show(&reply));
            false
        }
        other => panic!("{other:?}"),
    }
}

/// Runs a statement that returns no rows, in a transaction from now on or not.
fn run(session: &mut TrialSession, sql: &str, status: StatusFlags) {
    assert!(matches!(session.query(sql), Verdict::Forward), "{sql}");
    session.end = ReplyEnd {
        status: Some(status),
        ..ReplyEnd::default()
    };
    session.reply(vec![ok()]);
}

const OUTSIDE: StatusFlags = StatusFlags::AUTOCOMMIT;
const INSIDE: StatusFlags = StatusFlags::AUTOCOMMIT.union(StatusFlags::IN_TRANS);

#[test]
fn the_next_one_gets_the_result_as_it_was() {
    let filter = cache(&[]);
    assert!(!is_hit(&mut session(&filter), SELECT));
    let Verdict::Answer(Answer::Framed(data)) = session(&filter).query(SELECT) else {
        panic!("no hit");
    };
    expect![[r#"\x01\x00\x00\x01\x01#\x00\x00\x02\x03def\x04shop\x01p\x06person\x01n\x01n\x0c-\x00P\x00\x00\x00\xfd\x00\x00\x00\x00\x00\x05\x00\x00\x03\xfe\x00\x00\x02\x00\x02\x00\x00\x04\x01a\x05\x00\x00\x05\xfe\x00\x00\x02\x00"#]]
        .assert_eq(&data.escape_ascii().to_string());
}

#[test]
fn results_are_shared_only_by_those_for_whom_they_are_the_same() {
    let check = |given: &[(&str, &str)], change: fn(&mut SessionFacts), expected| {
        let filter = cache(given);
        is_hit(&mut session(&filter), SELECT);
        let mut facts = bob();
        change(&mut facts);
        let hit = is_hit(&mut TrialSession::of(&filter, &facts), SELECT);
        assert_eq!(hit, expected, "{given:?} {facts:?}");
    };
    check(&[], |facts| facts.user = "alice".into(), true);
    check(
        &[("users", "isolated")],
        |facts| facts.user = "alice".into(),
        false,
    );
    check(&[("users", "isolated")], |_| {}, true);
    check(&[], |facts| facts.database = None, false);
    check(&[], |facts| facts.collation = 8, false);
    check(&[], |facts| facts.is_fresh = false, false);
}

#[test]
fn a_session_with_settings_of_its_own_shares_with_those_like_it() {
    let filter = cache(&[]);
    is_hit(&mut session(&filter), SELECT);
    for expected in [false, true] {
        let mut session = session(&filter);
        run(&mut session, "SET NAMES latin1", OUTSIDE);
        assert_eq!(is_hit(&mut session, SELECT), expected);
    }
    let mut session = session(&filter);
    run(&mut session, "SET autocommit = 1", OUTSIDE);
    assert!(is_hit(&mut session, SELECT));
    run(&mut session, "CREATE TEMPORARY TABLE t (n INT)", OUTSIDE);
    assert!(!is_hit(&mut session, SELECT));
    session.command(Command::ResetConnection, b"");
    session.reply(vec![ok()]);
    assert!(is_hit(&mut session, SELECT));
}

#[test]
fn a_session_that_changed_in_a_way_not_followed_shares_with_none() {
    let filter = cache(&[]);
    is_hit(&mut session(&filter), SELECT);
    for sql in [
        "SELECT 1; SET NAMES latin1",
        "SELECT 1; CREATE TEMPORARY TABLE t (n INT)",
        "BEGIN NOT ATOMIC SET sql_mode = ''; END",
        "CALL p()",
        "EXECUTE s",
        "SET sql_mode = @mode",
    ] {
        let mut session = session(&filter);
        for _ in 0..2 {
            run(&mut session, sql, OUTSIDE);
            // Nor with itself as it was before.
            assert!(!is_hit(&mut session, SELECT), "{sql}");
        }
        assert!(is_hit(&mut session, SELECT), "{sql}");
    }
}

#[test]
fn a_default_database_that_nobody_tells_of_sets_the_session_apart() {
    let check = |sql: &str, capabilities, expected| {
        let filter = cache(&[]);
        let mut facts = bob();
        facts.capabilities |= capabilities;
        is_hit(&mut TrialSession::of(&filter, &facts), SELECT);
        let mut session = TrialSession::of(&filter, &facts);
        run(&mut session, sql, OUTSIDE);
        assert_eq!(is_hit(&mut session, SELECT), expected, "{sql}");
    };
    let (told, untold) = (Capabilities::SESSION_TRACK, Capabilities::empty());
    check("/* c */ USE b", untold, false);
    check("/* c */ USE b", told, true);
    check("-- c\nuse b", untold, false);
    check("SELECT 1; USE b", untold, false);
    check("\n use b", untold, true);
    check("USE`b`", untold, true);
    check("SELECT 1 FROM t USE INDEX (a)", untold, true);
}

#[test]
fn a_prepared_set_changes_the_session_when_it_is_executed() {
    let filter = cache(&[]);
    let mut session = session(&filter);
    session.command(Command::StmtPrepare, b"SET sql_mode = ?");
    session.end = ReplyEnd {
        status: Some(OUTSIDE),
        statement_id: Some(7),
        ..ReplyEnd::default()
    };
    session.reply(Vec::new());
    session.end.statement_id = None;
    for _ in 0..2 {
        assert!(!is_hit(&mut session, SELECT));
        assert!(is_hit(&mut session, SELECT));
        session.command(Command::StmtExecute, &[7, 0, 0, 0, 0, 1, 0, 0, 0]);
        session.reply(vec![ok()]);
    }
}

#[test]
fn what_is_no_plain_result_is_not_stored() {
    let filter = cache(&[("max_resultset_rows", "2"), ("max_resultset_size", "80")]);
    let check = |reply: Vec<_>, sql: &str, expected: bool| {
        let mut session = session(&filter);
        session.query(sql);
        session.reply(reply);
        let hit = matches!(session.query(sql), Verdict::Answer(_));
        assert_eq!(hit, expected, "{sql}");
    };
    check(text_resultset(&["a", "b"]), "SELECT 1", true);
    check(text_resultset(&["a", "b", "c"]), "SELECT 2", false);
    check(text_resultset(&[&"a".repeat(80)]), "SELECT 3", false);
    let failed = packet(PacketRole::Err, b"\xff\x25\x05#70100killed".to_vec());
    check(vec![failed], "SELECT 4", false);
    check(vec![ok()], "SELECT 5", false);
    let mut begun = text_resultset(&["a"]);
    begun.last_mut().unwrap().payload = eof(INSIDE);
    check(begun, "SELECT 6", false);
    let mut more = text_resultset(&["a"]);
    more.last_mut().unwrap().payload = eof(OUTSIDE | StatusFlags::MORE_RESULTS_EXISTS);
    more.extend(text_resultset(&["a"]));
    check(more, "SELECT 7", false);
    check(text_resultset(&["a"]), "SELECT n FROM t FOR UPDATE", false);
    check(text_resultset(&["a"]), "SHOW TABLES", false);
}

#[test]
fn changing_results_are_not_stored_if_they_are_looked_for() {
    for (selects, expected) in [("assume_cacheable", true), ("verify_cacheable", false)] {
        let filter = cache(&[("selects", selects)]);
        let mut session = session(&filter);
        is_hit(&mut session, "SELECT now()");
        assert_eq!(is_hit(&mut session, "SELECT now()"), expected);
    }
}

#[test]
fn lifetimes_end() {
    let filter = cache(&[("hard_ttl", "10s")]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    session.pass(Duration::from_secs(9));
    assert!(is_hit(&mut session, SELECT));
    session.pass(Duration::from_secs(1));
    assert!(!is_hit(&mut session, SELECT));
    assert!(is_hit(&mut session, SELECT));
    run(&mut session, "SET @maxscale.cache.hard_ttl = 5", OUTSIDE);
    session.pass(Duration::from_secs(5));
    assert!(!is_hit(&mut session, SELECT));
}

#[test]
fn a_transaction_uses_the_cache_until_it_writes() {
    for (transactions, in_transaction) in [("never", false), ("all_transactions", true)] {
        let filter = cache(&[("cache_in_transactions", transactions)]);
        let mut session = session(&filter);
        let in_it = |session: &mut TrialSession| {
            let hit = matches!(session.query(SELECT), Verdict::Answer(_));
            let mut reply = text_resultset(&["a"]);
            reply.last_mut().unwrap().payload = eof(INSIDE);
            session.reply(reply);
            hit
        };
        run(&mut session, "BEGIN", INSIDE);
        assert!(!in_it(&mut session), "outside they are others'");
        assert_eq!(in_it(&mut session), in_transaction);
        run(&mut session, "UPDATE t SET n = 1", INSIDE);
        assert!(!in_it(&mut session));
        run(&mut session, "COMMIT", OUTSIDE);
        assert!(!is_hit(&mut session, SELECT));
        assert!(is_hit(&mut session, SELECT));
    }
}

#[test]
fn results_are_forgotten_when_their_tables_change() {
    let filter = cache(&[("invalidate", "current")]);
    let mut session = session(&filter);
    let mut check = |write: &str, expected: bool| {
        is_hit(&mut session, SELECT);
        run(&mut session, write, OUTSIDE);
        assert_eq!(is_hit(&mut session, SELECT), expected, "{write}");
    };
    check("INSERT INTO u VALUES (1)", true);
    check("INSERT INTO t VALUES (1)", false);
    check("UPDATE u JOIN `T` USING (a) SET a = 1", false);
    check("TRUNCATE shop.t", false);
    check("CALL p()", false);
    check(
        "SET STATEMENT lock_wait_timeout = 1 FOR UPDATE t SET n = 1",
        false,
    );
    check("ANALYZE FORMAT=JSON UPDATE t SET n = 2", false);
    check("DROP DATABASE shop", false);
    check("CREATE OR REPLACE SCHEMA shop", false);
    check("ANALYZE TABLE u", true);
}

#[test]
fn what_a_stored_function_reads_is_not_known() {
    for (invalidate, expected) in [("current", false), ("never", true)] {
        let filter = cache(&[("invalidate", invalidate)]);
        let mut session = session(&filter);
        is_hit(&mut session, "SELECT price_of(7)");
        assert_eq!(is_hit(&mut session, "SELECT price_of(7)"), expected);
    }
}

#[test]
fn a_cache_put_into_an_open_transaction_forgets_all_at_its_end() {
    let filter = cache(&[("invalidate", "current")]);
    let mut writer = TrialSession::of(
        &filter,
        &SessionFacts {
            is_fresh: false,
            in_transaction: true,
            ..bob()
        },
    );
    let mut reader = session(&filter);
    run(&mut writer, "SELECT 1 INTO @a", INSIDE);
    is_hit(&mut reader, SELECT);
    assert!(is_hit(&mut reader, SELECT));
    run(&mut writer, "COMMIT", OUTSIDE);
    assert!(!is_hit(&mut reader, SELECT));
}

#[test]
fn a_cache_that_has_waited_goes_by_what_the_session_is_when_it_begins() {
    let filter = cache(&[]);
    is_hit(&mut session(&filter), SELECT);
    let mut late = session(&filter);
    late.begin(|facts| facts.database = Some("other".into()));
    assert!(!is_hit(&mut late, SELECT));
    let mut used = session(&filter);
    used.begin(|facts| facts.is_fresh = false);
    assert!(
        !is_hit(&mut used, SELECT),
        "it may have settings of its own"
    );
}

#[test]
fn what_is_too_old_is_replaced_whatever_populate_says() {
    let filter = cache(&[("enabled", "false"), ("hard_ttl", "10s")]);
    let mut session = session(&filter);
    run(&mut session, "SET @maxscale.cache.populate = true", OUTSIDE);
    is_hit(&mut session, SELECT);
    run(
        &mut session,
        "SET @maxscale.cache.populate = false",
        OUTSIDE,
    );
    run(&mut session, "SET @maxscale.cache.use = true", OUTSIDE);
    assert!(is_hit(&mut session, SELECT));
    session.pass(std::time::Duration::from_secs(11));
    assert!(!is_hit(&mut session, SELECT));
    assert!(is_hit(&mut session, SELECT));
    assert!(!is_hit(&mut session, "SELECT 2"));
    assert!(!is_hit(&mut session, "SELECT 2"));
}

#[test]
fn results_are_not_stored_if_their_tables_are_not_known() {
    for (invalidate, expected) in [("current", false), ("never", true)] {
        let filter = cache(&[("invalidate", invalidate)]);
        let mut session = session(&filter);
        is_hit(&mut session, "SELECT n FROM \"t\"");
        assert_eq!(is_hit(&mut session, "SELECT n FROM \"t\""), expected);
    }
}

#[test]
fn prepared_statements_that_write_count() {
    let filter = cache(&[("invalidate", "current")]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    session.command(Command::StmtPrepare, b"DELETE FROM t WHERE n = ?");
    session.end = ReplyEnd {
        status: Some(OUTSIDE),
        statement_id: Some(7),
        ..ReplyEnd::default()
    };
    session.reply(Vec::new());
    assert!(is_hit(&mut session, SELECT));
    session.command(Command::StmtExecute, &[7, 0, 0, 0, 0, 1, 0, 0, 0]);
    session.reply(vec![ok()]);
    assert!(!is_hit(&mut session, SELECT));
}

#[test]
fn a_session_can_turn_its_cache_on_and_off() {
    let filter = cache(&[("enabled", "false")]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    assert!(!is_hit(&mut session, SELECT));
    run(&mut session, "SET @maxscale.cache.populate = true", OUTSIDE);
    assert!(!is_hit(&mut session, SELECT));
    assert!(!is_hit(&mut session, SELECT));
    run(&mut session, "SET @maxscale.cache.use = true", OUTSIDE);
    assert!(is_hit(&mut session, SELECT));
    let Verdict::Answer(Answer::Error(error)) = session.query("SET @maxscale.cache.use = 'x'")
    else {
        panic!("it was taken");
    };
    assert_eq!(error.code, 1231);
}

#[test]
fn what_is_stored_is_forgotten_with_its_rules() {
    let filter = cache(&[]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    assert!(is_hit(&mut session, SELECT));
    filter.alter(&values("cache", &[("debug", "31")])).unwrap();
    assert!(!is_hit(&mut session, SELECT));
}

#[test]
fn diagnostics_tell_of_the_stores() {
    let filter = cache(&[("cached_data", "thread_specific")]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    is_hit(&mut session, SELECT);
    let shown = filter.diagnostics();
    let lru = &shown["thread-0"]["storage"]["lru"];
    assert_eq!(
        (&lru["hits"], &lru["misses"], &lru["items"]),
        (&1.into(), &1.into(), &1.into())
    );
    assert_eq!(shown["rules"], serde_json::json!([]));
}

/// Runs a statement in a transaction; a server answers with one row. Says whether the cache
/// answered.
fn is_hit_inside(session: &mut TrialSession, sql: &str) -> bool {
    let hit = matches!(session.query(sql), Verdict::Answer(_));
    if !hit {
        session.end.status = Some(INSIDE);
        let mut reply = text_resultset(&["a"]);
        reply.last_mut().unwrap().payload = eof(INSIDE);
        session.reply(reply);
    }
    hit
}

#[test]
fn what_a_transaction_saw_before_a_change_is_not_given_to_others() {
    let filter = cache(&[("invalidate", "current"), ("cached_data", "shared")]);
    let [mut old, mut writer, mut new] = [(); 3].map(|()| session(&filter));
    run(&mut old, "BEGIN", INSIDE);
    is_hit_inside(&mut old, "SELECT n FROM u");
    run(&mut writer, "UPDATE t SET n = 2", OUTSIDE);
    // It sees what was there before the change, whenever it looks.
    assert!(!is_hit_inside(&mut old, SELECT));
    run(&mut new, "BEGIN", INSIDE);
    assert!(!is_hit_inside(&mut new, SELECT));
    let mut newest = session(&filter);
    run(&mut newest, "BEGIN", INSIDE);
    assert!(is_hit_inside(&mut newest, SELECT), "this one may be given");
}

#[test]
fn another_table_by_the_name_of_a_temporary_one_is_another_result() {
    for sql in [
        "DROP TEMPORARY TABLE t",
        "DROP TABLE t",
        "ALTER TABLE t RENAME u",
        "RENAME TABLE t TO u",
    ] {
        let filter = cache(&[]);
        let mut session = session(&filter);
        run(&mut session, "CREATE TEMPORARY TABLE t (n INT)", OUTSIDE);
        is_hit(&mut session, SELECT);
        assert!(is_hit(&mut session, SELECT));
        run(&mut session, sql, OUTSIDE);
        assert!(!is_hit(&mut session, SELECT), "{sql}");
    }
    let filter = cache(&[]);
    let mut session = session(&filter);
    is_hit(&mut session, SELECT);
    run(&mut session, "DROP TABLE u", OUTSIDE);
    assert!(is_hit(&mut session, SELECT), "it has no tables of its own");
}

#[test]
fn statements_are_read_as_the_session_reads_them() {
    let filter = cache(&[("invalidate", "current")]);
    let mut session = session(&filter);
    session.dialect.mode = SqlMode::ANSI_QUOTES;
    let select = "SELECT n FROM \"T\"";
    is_hit(&mut session, select);
    assert!(is_hit(&mut session, select), "its table is known");
    run(&mut session, "DELETE FROM \"t\"", OUTSIDE);
    assert!(!is_hit(&mut session, select));
}
