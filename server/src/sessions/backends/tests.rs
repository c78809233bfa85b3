use std::task::Waker;

use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::task::yield_now;

use super::*;
use crate::net::{PacketStream, Socket, Stream};
use crate::sessions::prepared::{Prepared, Statement};
use crate::sessions::simulation::seat;
use crate::sql::{Dialect, classify};

const CAPABILITIES: Capabilities = Capabilities::PROTOCOL_41;
const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
const ERR: &[u8] = b"\xff\x19\x04#42000no";

/// A connection, and the server's end of it.
fn connection() -> (Backend, PacketStream) {
    let (left, right) = UnixStream::pair().unwrap();
    let stream = |socket| Stream::Plain(Socket::Unix(socket));
    let backend = Backend::new(Link::new(stream(left)), seat("db1"));
    (backend, PacketStream::new(stream(right)))
}

async fn moved(backend: &mut Backend) -> Result<(), Unusable> {
    let mut buffer = vec![0; 1000];
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        while backend.poll_own(&mut cx, &mut buffer, CAPABILITIES)? {}
        yield_now().await;
    }
    Ok(())
}

/// What the server is asked next; it answers with `reply`.
async fn asked(
    backend: &mut Backend,
    server: &mut PacketStream,
    reply: &[u8],
) -> Result<String, Unusable> {
    moved(backend).await?;
    server.restart_sequence();
    let request = server.read(1000).await.unwrap();
    server.write(reply).await.unwrap();
    moved(backend).await?;
    Ok(request.escape_ascii().to_string())
}

fn command(number: u64, expected: Option<bool>) -> Step {
    Step::Command {
        number,
        payload: (*b"\x03SET @a = 1").into(),
        statement: None,
        expected,
        chooses: None,
    }
}

#[tokio::test]
async fn replies_to_session_commands_are_dropped_and_only_their_success_counts() {
    let (mut backend, mut server) = connection();
    backend.ask(command(1, None)).unwrap();
    assert!(!backend.is_free());
    let request = asked(&mut backend, &mut server, OK).await.unwrap();
    assert_eq!(request, "\\x03SET @a = 1");
    assert!(backend.is_free());
    backend.check(1, true).unwrap();
    backend.ask(command(2, None)).unwrap();
    asked(&mut backend, &mut server, OK).await.unwrap();
    let differs = backend.check(2, false);
    assert!(matches!(differs, Err(Unusable::Differs)), "{differs:?}");
}

#[tokio::test]
async fn an_answer_that_comes_after_the_right_one_is_compared_as_well() {
    let (mut backend, mut server) = connection();
    backend.ask(command(1, None)).unwrap();
    backend.check(1, false).unwrap();
    asked(&mut backend, &mut server, ERR).await.unwrap();
    backend.ask(command(2, Some(true))).unwrap();
    let differs = asked(&mut backend, &mut server, ERR).await;
    assert!(matches!(differs, Err(Unusable::Differs)), "{differs:?}");
}

#[tokio::test]
async fn a_command_of_a_statement_waits_until_that_is_prepared() {
    let (mut backend, mut server) = connection();
    let mut prepared = Prepared::default();
    let kinds = classify(b"SET @a = 1", Dialect::default());
    let statement = prepared.add(b"SET @a = 1", kinds, 0, 0, None).clone();
    backend.replay([Step::Command {
        number: 1,
        payload: (*b"\x17\x01\0\0\0\0\x01\0\0\0").into(),
        statement: Some(statement),
        expected: Some(true),
        chooses: None,
    }]);
    let prepare = asked(&mut backend, &mut server, b"\0\x4d\0\0\0\0\0\0\0\0\0\0").await;
    assert_eq!(prepare.unwrap(), "\\x16SET @a = 1");
    let execute = asked(&mut backend, &mut server, OK).await.unwrap();
    assert_eq!(execute, "\\x17M\\x00\\x00\\x00\\x00\\x01\\x00\\x00\\x00");
    assert!(backend.is_free() && backend.statements.has(1));
    prepared.close(1);
    backend.close_statement(1);
    moved(&mut backend).await.unwrap();
    server.restart_sequence();
    assert_eq!(server.read(100).await.unwrap(), b"\x19M\0\0\0");
}

#[tokio::test]
async fn a_server_that_says_something_unasked_or_closes_is_of_no_use() {
    let (mut backend, mut server) = connection();
    server.write(ERR).await.unwrap();
    let unasked = moved(&mut backend).await;
    assert!(matches!(unasked, Err(Unusable::Unasked)), "{unasked:?}");
    let (mut backend, server) = connection();
    drop(server);
    let lost = moved(&mut backend).await;
    assert!(matches!(lost, Err(Unusable::Lost(_))), "{lost:?}");
}

#[tokio::test]
async fn a_connection_that_was_not_used_is_pinged() {
    let (mut backend, mut server) = connection();
    backend.keep_alive(Duration::from_hours(1));
    assert!(backend.is_free());
    backend.keep_alive(Duration::ZERO);
    assert_eq!(asked(&mut backend, &mut server, OK).await.unwrap(), "\\x0e");
    assert!(backend.is_free());
}

#[tokio::test]
async fn a_server_that_does_not_keep_up_is_given_up() {
    let (mut backend, server) = connection();
    let mut number = 0;
    let slow = loop {
        number += 1;
        if let Err(error) = backend.ask(command(number, None)) {
            break error;
        }
    };
    assert!(matches!(slow, Unusable::Slow) && number > 100);
    moved(&mut backend).await.unwrap();
    let mut first = [0; 1];
    let mut stream = server.into_stream();
    stream.read_exact(&mut first).await.unwrap();
}

#[tokio::test]
async fn a_statement_that_cannot_be_prepared_leaves_the_connection_as_it_was() {
    let (mut backend, mut server) = connection();
    let mut prepared = Prepared::default();
    let kinds = classify(b"SELECT * FROM t", Dialect::default());
    let statement = prepared.add(b"SELECT * FROM t", kinds, 0, 0, None).clone();
    backend.replay([Step::Prepare(statement.clone())]);
    asked(&mut backend, &mut server, ERR).await.unwrap();
    assert!(backend.is_free() && !backend.statements.has(1));
    let error = backend.statements.failure(1).unwrap();
    assert_eq!((error.code, &error.sqlstate), (1049, b"42000"));
    assert_eq!(error.message, b"no");
    // It is not tried ahead again, and tried when it is needed.
    assert!(backend.prepares(1));
    backend.statements.forget_failure(1);
    assert!(!backend.prepares(1));
    // A session command that executes it fails here.
    let execute = |number, expected| Step::Command {
        number,
        payload: (*b"\x17\x01\0\0\0\0\x01\0\0\0").into(),
        statement: Some(statement.clone()),
        expected,
        chooses: None,
    };
    backend.replay([execute(1, Some(false))]);
    asked(&mut backend, &mut server, ERR).await.unwrap();
    assert!(backend.is_free());
    backend.replay([execute(2, Some(true))]);
    let differs = asked(&mut backend, &mut server, ERR).await;
    assert!(matches!(differs, Err(Unusable::Differs)), "{differs:?}");
}

/// A connection whose default database is gone, after which steps were to come.
fn without_database(steps: impl IntoIterator<Item = Step>) -> (Backend, PacketStream) {
    let (mut backend, server) = connection();
    let gone = Step::Database {
        name: (*b"scratch").into(),
        may_be_gone: true,
    };
    let there = Step::Database {
        name: (*b"app").into(),
        may_be_gone: false,
    };
    backend.replay([gone].into_iter().chain(steps).chain([there]));
    (backend, server)
}

fn statement(prepared: &mut Prepared, text: &str) -> Rc<Statement> {
    let kinds = classify(text.as_bytes(), Dialect::default());
    prepared.add(text.as_bytes(), kinds, 0, 0, None).clone()
}

fn execution(statement: &Rc<Statement>, expected: Option<bool>) -> Step {
    Step::Command {
        number: 1,
        payload: (*b"\x17\x01\0\0\0\0\x01\0\0\0").into(),
        statement: Some(Rc::clone(statement)),
        expected,
        chooses: None,
    }
}

#[tokio::test]
async fn a_command_whose_statement_cannot_be_prepared_in_a_gone_database_has_failed() {
    let mut prepared = Prepared::default();
    let statement = statement(&mut prepared, "SET @a = (SELECT MAX(a) FROM t)");
    let (mut backend, mut server) = without_database([execution(&statement, Some(true))]);
    let differs = asked(&mut backend, &mut server, ERR).await;
    assert!(matches!(differs, Err(Unusable::Differs)), "{differs:?}");
    let (mut backend, mut server) = without_database([execution(&statement, Some(false))]);
    asked(&mut backend, &mut server, ERR).await.unwrap();
    let next = asked(&mut backend, &mut server, OK).await.unwrap();
    assert_eq!(next, "\\x02app");
    assert!(backend.is_free());
}

#[tokio::test]
async fn a_statement_that_names_nothing_of_a_gone_database_is_prepared_without_it() {
    let mut prepared = Prepared::default();
    let sets = statement(&mut prepared, "SET @a = 1");
    let reads = statement(&mut prepared, "SELECT a FROM t");
    let steps = [
        Step::Prepare(Rc::clone(&reads)),
        execution(&sets, Some(true)),
    ];
    let (mut backend, mut server) = without_database(steps);
    asked(&mut backend, &mut server, ERR).await.unwrap();
    let gone = backend.statements.failure(reads.handle()).unwrap();
    assert_eq!((gone.code, &*gone.message), (1049, b"no".as_slice()));
    let prepare = asked(&mut backend, &mut server, b"\0\x4d\0\0\0\0\0\0\0\0\0\0").await;
    assert_eq!(prepare.unwrap(), "\\x16SET @a = 1");
    let execute = asked(&mut backend, &mut server, OK).await.unwrap();
    assert!(execute.starts_with("\\x17M"), "{execute}");
    let next = asked(&mut backend, &mut server, OK).await.unwrap();
    assert_eq!(next, "\\x02app");
}

#[tokio::test]
async fn a_statement_is_prepared_in_the_database_that_it_means() {
    let mut prepared = Prepared::default();
    let kinds = classify(b"SELECT a FROM t", Dialect::default());
    let database = Some(Rc::from(b"old".as_slice()));
    let statement = prepared.add(b"SELECT a FROM t", kinds, 0, 0, database);
    let (mut backend, mut server) = connection();
    let now = || Some(Rc::from(b"new".as_slice()));
    assert!(!backend.has_prepared(&statement, now));
    let mut seen = Vec::new();
    for reply in [OK, b"\0\x4d\0\0\0\0\0\0\0\0\0\0", OK] {
        seen.push(asked(&mut backend, &mut server, reply).await.unwrap());
    }
    assert_eq!(seen, ["\\x02old", "\\x16SELECT a FROM t", "\\x02new"]);
    assert!(backend.has_prepared(&statement, now) && backend.is_free());
}

#[tokio::test]
async fn what_follows_the_next_choice_of_a_database_is_done_there() {
    let mut prepared = Prepared::default();
    let statement = statement(&mut prepared, "SET @a = 1");
    let (mut backend, mut server) = without_database([]);
    backend.replay([Step::Prepare(Rc::clone(&statement))]);
    asked(&mut backend, &mut server, ERR).await.unwrap();
    assert!(backend.statements.failure(1).is_none());
    let next = asked(&mut backend, &mut server, OK).await.unwrap();
    assert_eq!(next, "\\x02app");
    let prepare = asked(&mut backend, &mut server, b"\0\x4d\0\0\0\0\0\0\0\0\0\0").await;
    assert_eq!(prepare.unwrap(), "\\x16SET @a = 1");
    assert!(backend.statements.has(1));
}

#[tokio::test]
async fn commands_of_a_gone_database_are_done_without_it_if_they_can_be() {
    let check = async |text: &str, goes: bool| {
        let command = Step::Command {
            number: 1,
            payload: [b"\x03", text.as_bytes()].concat().into(),
            statement: None,
            expected: Some(true),
            chooses: None,
        };
        let (mut backend, mut server) = without_database([command]);
        let first = asked(&mut backend, &mut server, ERR).await;
        assert_eq!(first.is_ok(), goes, "{text}");
    };
    check("SET @a = 1, sql_mode = ''", true).await;
    check("SET NAMES utf8mb4", true).await;
    check("SET @a = (SELECT MAX(a) FROM t)", false).await;
    check("SET @a = f()", false).await;
    check("PREPARE p FROM 'SELECT * FROM t'", false).await;
}
