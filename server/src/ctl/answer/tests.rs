use expect_test::expect;
use serde_json::{Value, json};

use super::Answer;
use crate::ctl::kind::Kind;
use crate::ctl::options::Format;

fn server() -> Value {
    json!({
        "id": "s1",
        "type": "servers",
        "attributes": {
            "parameters": {"address": "10.0.0.1", "port": 3306, "socket": null},
            "slave_connections": [{"source": "a"}, {"source": "b"}],
            "state": "Master, Running",
            "statistics": {"connections": 4},
        },
        "relationships": {"services": {"data": [{"id": "A", "type": "services"}, {"id": "B", "type": "services"}]}},
    })
}

#[test]
fn a_list_has_a_row_for_each_and_leaves_empty_what_is_not_known() {
    let answer = Answer::List(Kind::Servers, json!({"data": [server()]}));
    expect![[r#"
        Server	Address	Port	Connections	State	GTID	Monitor
        s1	10.0.0.1	3306	4	Master, Running		
    "#]]
    .assert_eq(&answer.text(Format::Tsv));
}

#[test]
fn all_of_one_is_shown_by_path() {
    let answer = Answer::Whole(json!({"data": server()}));
    expect![[r#"
        Field                       Value
        ──────────────────────────  ───────────────
        id                          s1
        parameters/address          10.0.0.1
        parameters/port             3306
        parameters/socket
        slave_connections/0/source  a
        slave_connections/1/source  b
        state                       Master, Running
        statistics/connections      4
        -> services                 A, B
    "#]]
    .assert_eq(&answer.text(Format::Table));
}

#[test]
fn what_is_done_says_nothing_and_documents_stay_as_they_are() {
    assert_eq!(Answer::Done.text(Format::Table), "");
    let document = json!({"data": [server()]});
    let text = Answer::List(Kind::Servers, document.clone()).text(Format::Json);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
}
