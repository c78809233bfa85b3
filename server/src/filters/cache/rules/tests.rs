use super::*;
use crate::filters::trial::bob;
use crate::sql::Dialect;

fn is_stored(attribute: &str, op: &str, value: &str, sql: &str) -> bool {
    let file = serde_json::json!({
        "store": [{"attribute": attribute, "op": op, "value": value}]
    });
    let rules = Rules::parse(&file.to_string()).unwrap();
    let statement = Statement::read(sql.as_bytes(), Dialect::default());
    rules
        .set_for(sql.as_bytes(), &statement, Some("Shop"))
        .is_some()
}

#[test]
fn what_is_stored_depends_on_names_and_text() {
    for (attribute, op, value, sql, expected) in [
        ("database", "=", "shop", "SELECT * FROM t", true),
        ("database", "=", "shop", "SELECT * FROM other.t", false),
        ("database", "!=", "shop", "SELECT * FROM other.t", true),
        ("table", "=", "t", "SELECT * FROM T", true),
        ("table", "=", "shop.t", "SELECT * FROM T", true),
        ("table", "=", "db.t", "SELECT * FROM t", false),
        ("table", "!=", "t", "SELECT * FROM t", false),
        ("table", "!=", "t", "SELECT * FROM u", true),
        ("table", "like", "^shop\\.t", "SELECT * FROM t2", true),
        ("column", "=", "a", "SELECT b FROM t WHERE a > 5", true),
        ("column", "=", "t.a", "SELECT a FROM t", true),
        ("column", "=", "u.a", "SELECT a FROM t", false),
        ("column", "like", "shop.t.f", "SELECT f FROM t", true),
        ("query", "=", "SELECT 1", "SELECT 1", true),
        (
            "query",
            "like",
            ".*WHERE.*",
            "SELECT a FROM t WHERE b",
            true,
        ),
        (
            "query",
            "unlike",
            ".*WHERE.*",
            "SELECT a FROM t WHERE b",
            false,
        ),
    ] {
        let case = format!("{attribute} {op} {value}: {sql}");
        assert_eq!(is_stored(attribute, op, value, sql), expected, "{case}");
    }
}

#[test]
fn who_gets_it_depends_on_the_account() {
    for (op, value, expected) in [
        ("=", "bob", true),
        ("=", "'bob'@'10.%'", true),
        ("=", "'alice'@'%'", false),
        ("!=", "alice", true),
        ("like", "bob@.*", true),
        ("unlike", "^bob", false),
    ] {
        let file = serde_json::json!([
            {"use": [{"attribute": "user", "op": op, "value": value}]}
        ]);
        let rules = Rules::parse(&file.to_string()).unwrap();
        assert_eq!(rules.usable_by(&bob()), [expected], "{op} {value}");
    }
}

#[test]
fn faults_of_the_file_are_said() {
    for (text, expected) in [
        (
            r#"{"stor": []}"#,
            "unknown field `stor`, expected `store` or `use`",
        ),
        (
            r#"{"store": [{"attribute": "user", "op": "=", "value": "a"}]}"#,
            "`user` is none of database, table, column, query",
        ),
        (
            r#"{"store": [{"attribute": "table", "op": "is", "value": "a"}]}"#,
            "`is` is none of =, !=, like, unlike",
        ),
        (
            r#"{"store": [{"attribute": "database", "op": "=", "value": "a.b"}]}"#,
            "`a.b` is no such name",
        ),
        (
            r#"{"use": [{"attribute": "table", "op": "=", "value": "a"}]}"#,
            "`table` is not user",
        ),
    ] {
        assert_eq!(Rules::parse(text).err().as_deref(), Some(expected));
    }
}
