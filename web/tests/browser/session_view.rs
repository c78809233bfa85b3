//! What is shown of a session.

use leptos::prelude::*;
use sluicegate_shared::session::SessionConnection;
use sluicegate_web::widgets::session_connections::{AttributeTable, ConnectionTable};
use sluicegate_web::widgets::session_flow::{Flow, FlowNode, SessionFlow};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, settle};

fn node(name: &str, secure: bool) -> FlowNode {
    FlowNode {
        name: name.to_owned(),
        detail: String::new(),
        secure,
        statements: None,
    }
}

fn counted(name: &str, statements: u64) -> FlowNode {
    FlowNode {
        statements: Some(statements),
        ..node(name, false)
    }
}

#[wasm_bindgen_test]
async fn the_flow_counts_statements_at_the_client_and_at_every_server_in_place() {
    let flow = RwSignal::new(Flow {
        client: counted("ann", 1_014),
        service: node("Read-Write", false),
        servers: vec![counted("db1", 1), counted("db2", 1_013)],
        ..Flow::default()
    });
    let page = Page::show(move || view! { <SessionFlow flow /> }).await;
    assert_eq!(
        page.texts(".flow-count"),
        ["1,014 statements", "1 statement", "1,013 statements"]
    );
    let before = page.all(".flow-count");

    flow.update(|flow| {
        flow.client.statements = Some(1_016);
        flow.servers[0].statements = Some(3);
    });
    settle().await;
    assert_eq!(
        page.texts(".flow-count"),
        ["1,016 statements", "3 statements", "1,013 statements"]
    );
    assert_eq!(page.all(".flow-count"), before, "the boxes stay");
    assert_eq!(
        page.find(".flow").get_attribute("aria-label").unwrap(),
        "From client ann (1,016 statements) through no filters and service Read-Write to db1 (3 \
         statements), db2 (1,013 statements)"
    );
}

#[wasm_bindgen_test]
async fn the_flow_goes_from_the_client_to_every_server() {
    let flow = RwSignal::new(Flow {
        client: node("ann", true),
        filters: vec!["QLA".to_owned(), "Mask".to_owned()],
        service: node("Read-Write", false),
        servers: vec![node("db1", false), node("db2", true)],
        busy: true,
    });
    let page = Page::show(move || view! { <SessionFlow flow /> }).await;
    assert_eq!(
        page.texts(".flow-name"),
        ["ann", "Read-Write", "db1", "db2"]
    );
    assert_eq!(page.all(".flow-lock").len(), 2);
    assert_eq!(
        page.find(".flow").get_attribute("aria-label").unwrap(),
        "From client ann through QLA → Mask and service Read-Write to db1, db2"
    );
    assert!(page.try_find(".flow.is-busy").is_some());

    flow.update(|flow| flow.servers.clear());
    settle().await;
    assert_eq!(
        page.texts(".flow-none"),
        ["No connection to a server at the moment."]
    );
}

#[wasm_bindgen_test]
async fn connections_are_listed_with_their_ciphers_or_said_to_be_plain() {
    let connection = |server: &str, cipher: &str| SessionConnection {
        server: server.to_owned(),
        connection_id: 42,
        cipher: cipher.to_owned(),
        statements: 0,
    };
    let connections = RwSignal::new(vec![connection("db1", "AES"), connection("db2", "")]);
    let page = Page::show(move || view! { <ConnectionTable connections /> }).await;
    assert_eq!(page.texts("tbody tr"), ["db142AES", "db242not encrypted"]);
    connections.set(Vec::new());
    settle().await;
    assert!(page.try_find("table").is_none());
}

#[wasm_bindgen_test]
async fn attributes_are_shown_as_text_whatever_they_say() {
    let attributes = vec![("program_name".to_owned(), "<b>x</b>".to_owned())];
    let page =
        Page::show(move || view! { <AttributeTable attributes=Signal::stored(attributes) /> })
            .await;
    assert_eq!(page.texts("td"), ["<b>x</b>"]);
    assert!(page.try_find("b").is_none());
}
