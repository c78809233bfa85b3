//! masking: whatever a client asks for and however, what is masked never reaches it.

use serde_json::json;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, Reply, capability};
use sluicegate_tests::scratch;

use crate::prepared::prepare;

/// What all masked values begin with.
const CLEAR: &[u8] = b"clear";

const RULES: &str = r##"{"rules": [
    {"replace": {"column": "ssn", "table": "person"}, "with": {"fill": "#"}},
    {"obfuscate": {"column": "Größe"}},
    {"replace": {"column": "a-b"}, "with": {"fill": "#"}},
    {"replace": {"column": "номер"}, "with": {"fill": "#"}},
    {"replace": {"column": "iban"}, "with": {"fill": "#"}},
    {"replace": {"column": "note", "match": "clear[0-9]*"}, "with": {"fill": "#"}}
]}"##;

struct Scene {
    _db: MariaDb,
    gateway: Gateway,
}

/// A gateway with the filter `Mask`, which sessions have from their beginning if `chain` says so.
async fn scene(chain: &str) -> Scene {
    let db = MariaDb::start("masking").await;
    db.sql(
        "CREATE DATABASE d CHARACTER SET utf8mb4; CREATE USER u@'%' IDENTIFIED BY 'u';
         GRANT ALL ON d.* TO u@'%'; SET NAMES utf8mb4; USE d;
         CREATE TABLE person (id INT PRIMARY KEY, name TEXT, ssn TEXT, `größe` TEXT, `a-b` TEXT,
             `номер` TEXT, iban TEXT, note TEXT);
         INSERT INTO person VALUES
             (1, 'Al', 'clear1', 'clear2', 'clear3', 'clear4', 'clear5', 'clear6');
         CREATE SEQUENCE seq",
    )
    .await;
    let rules = scratch::folder("masking").join("rules.json");
    std::fs::create_dir_all(rules.parent().expect("a folder")).expect("a folder");
    std::fs::write(&rules, RULES).expect("a file");
    let mut setup = Setup::new(&[&db]);
    let mask = setup.cnf.section("Mask");
    mask.set("type", "filter")
        .set("module", "masking")
        .set("rules", rules.display());
    if !chain.is_empty() {
        setup.cnf.section("Main").set("filters", chain);
    }
    Scene {
        _db: db,
        gateway: setup.start().await,
    }
}

impl Scene {
    async fn client(&self) -> RawClient {
        let login = Login::new("u", "u")
            .database("d")
            .with(capability::MULTI_STATEMENTS);
        let client = RawClient::logged_in(self.gateway.port(), &login).await;
        client.expect("a login")
    }
}

/// The bytes of all rows, without those that character sets of several bytes put between.
async fn rows(client: &mut RawClient, sql: &[u8]) -> Result<Vec<u8>, Reply> {
    client.command(3, sql).await.expect("a request");
    let rows = client.rows().await.expect("a reply")?;
    let bytes = rows.concat().into_iter().filter(|&byte| byte != 0);
    Ok(bytes.collect())
}

fn is_clear(rows: &[u8]) -> bool {
    rows.windows(CLEAR.len()).any(|part| part == CLEAR)
}

#[tokio::test]
async fn values_are_masked_in_whatever_character_set_results_are_told() {
    let scene = scene("Mask").await;
    for set in [
        "utf8mb4", "utf8mb3", "latin1", "ascii", "ucs2", "utf16", "utf16le", "utf32", "swe7",
        "koi8r", "cp1251", "greek", "macroman", "sjis", "gbk", "filename", "binary", "NULL",
    ] {
        let mut client = scene.client().await;
        let set = format!("SET character_set_results = {set}");
        rows(&mut client, set.as_bytes()).await.expect(&set);
        for sql in ["SELECT * FROM person", "SELECT p.*, 1 FROM person AS p"] {
            let rows = rows(&mut client, sql.as_bytes()).await.expect(&set);
            let told = rows.escape_ascii();
            assert!(rows.windows(2).any(|part| part == b"Al"), "{set}: {told}");
            assert!(!is_clear(&rows), "{set}: {told}");
        }
    }
}

#[tokio::test]
async fn no_statement_shows_what_is_masked() {
    let scene = scene("Mask").await;
    for sql in [
        "SELECT ((SELECT ssn FROM person LIMIT 1))",
        "SELECT ALL (SELECT ssn FROM person LIMIT 1)",
        "SELECT x FROM ((SELECT ssn AS x FROM person)) t",
        "WITH t(a,b,c,d,e,f,g,h) AS ((SELECT * FROM person)) SELECT c FROM t",
        "SELECT t.from, ssn COLLATE utf8mb4_bin FROM person, (SELECT 1 AS `from`) t",
        "SELECT NEXT VALUE FOR seq, ssn COLLATE utf8mb4_bin FROM person",
        "SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY ssn) OVER () FROM person",
        "SELECT /*!999999 ' */ 1,2,3,4,5,6,7,8 UNION SELECT * FROM person /*!999999 ' */",
        "SELECT ssn AS x, (SELECT concat(x)) FROM person",
        "SELECT ssn x, (SELECT x) FROM person",
        "BEGIN NOT ATOMIC DECLARE c CURSOR FOR SELECT ssn FROM person; \
            FOR r IN c DO SELECT r.ssn; END FOR; END",
        "BEGIN NOT ATOMIC DECLARE c CURSOR FOR SELECT * FROM person; \
            FOR r IN c DO SELECT r.ssn; END FOR; END",
        "DROP TABLE IF EXISTS nope; INSERT INTO person (id) VALUES (1) \
            ON DUPLICATE KEY UPDATE id = id RETURNING concat(ssn)",
        "EXPLAIN EXTENDED SELECT ssn FROM person WHERE id = 1",
        "SELECT concat(İban) FROM person",
        "SELECT concat(НОМЕР) FROM person",
    ] {
        let mut client = scene.client().await;
        let outcome = rows(&mut client, sql.as_bytes()).await;
        assert!(
            matches!(outcome, Err(Reply::Err { code: 1141, .. })),
            "{sql}: {outcome:?}"
        );
    }
    for sql in [
        "SELECT ssn AS x, `größe` FROM person ORDER BY x",
        "((SELECT ssn FROM person)) UNION ALL (SELECT name FROM person)",
        "SELECT row_number() OVER (PARTITION BY ssn ORDER BY ssn), ssn FROM person",
        "SELECT DISTINCT ssn AS x FROM person GROUP BY x ORDER BY count(*)",
        "SELECT /*!50101 SQL_NO_CACHE */ * FROM person",
    ] {
        let mut client = scene.client().await;
        let rows = rows(&mut client, sql.as_bytes()).await.expect(sql);
        assert!(!is_clear(&rows), "{sql}: {}", rows.escape_ascii());
    }
}

#[tokio::test]
async fn statements_prepared_before_the_filter_came_are_refused_until_prepared_again() {
    let scene = scene("").await;
    let mut client = scene.client().await;
    let sql = "SELECT concat(ssn), name FROM person";
    let id = prepare(&mut client, sql).await;
    let set = "PREPARE s FROM 'SELECT concat(ssn) FROM person'";
    rows(&mut client, set.as_bytes()).await.expect(set);
    let execution = [&id[..], &[0, 1, 0, 0, 0]].concat();
    client.command(0x17, &execution).await.expect("a request");
    let shown = client.rows().await.expect("a reply").expect("rows");
    assert!(is_clear(&shown.concat()));

    let path = format!(
        "/v1/sessions/{}/relationships/filters",
        client.connection_id
    );
    let body = json!({"data": [{"id": "Mask", "type": "filters"}]});
    let answer = scene.gateway.api().patch(&path, &body).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    client.command(0x17, &execution).await.expect("a request");
    let outcome = client.rows().await.expect("a reply");
    assert!(
        matches!(outcome, Err(Reply::Err { code: 1243, .. })),
        "{outcome:?}"
    );
    let outcome = rows(&mut client, b"EXECUTE s").await;
    assert!(
        matches!(outcome, Err(Reply::Err { code: 1141, .. })),
        "{outcome:?}"
    );
    client
        .command(0x16, sql.as_bytes())
        .await
        .expect("a request");
    let outcome = client.reply().await.expect("an answer");
    assert!(
        matches!(outcome, Reply::Err { code: 1141, .. }),
        "{outcome:?}"
    );
    let id = prepare(&mut client, "SELECT ssn, name FROM person").await;
    let execution = [&id[..], &[0, 1, 0, 0, 0]].concat();
    client.command(0x17, &execution).await.expect("a request");
    let shown = client.rows().await.expect("a reply").expect("rows");
    assert_eq!((shown.len(), is_clear(&shown.concat())), (1, false));
}
