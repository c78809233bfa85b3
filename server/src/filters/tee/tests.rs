use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::*;
use crate::filters::trial::{bob, create, values};
use crate::filters::{
    Branch, BranchEnd, BranchError, BranchState, BranchTarget, BranchWatch, Branches, Copied,
    OpenBranch,
};
use crate::pipeline::{Moment, ReplyEnd, Request, Verdict, Waiting};
use crate::wire::command::Command;

/// What branches were asked to do, in the order in which it was asked.
#[derive(Default)]
struct Ends {
    log: RefCell<Vec<String>>,
    state: Cell<Option<BranchState>>,
}

struct Opener(Rc<Ends>);

struct End(Rc<Ends>);

impl OpenBranch for Opener {
    fn open(
        &self,
        target: &BranchTarget,
        database: Option<&str>,
        watch: Rc<dyn BranchWatch>,
    ) -> Result<Box<dyn Branch>, BranchError> {
        if &**target.name() == "Nowhere" {
            return Err(BranchError::Unknown(Arc::clone(target.name())));
        }
        watch.connected();
        let line = format!("open {} {}", target.name(), database.unwrap_or("-"));
        self.0.log.borrow_mut().push(line);
        Ok(Box::new(End(Rc::clone(&self.0))))
    }
}

impl Branch for End {
    fn send(&self, copied: Copied) {
        let text = String::from_utf8_lossy(&copied.payload[1..]).into_owned();
        let name = copied.command.name();
        let line = match copied.statement {
            None => format!("{name} {text}"),
            Some(number) if copied.command == Command::StmtPrepare => {
                format!("{name} #{number} {text}")
            }
            Some(number) => format!("{name} #{number}"),
        };
        self.0.log.borrow_mut().push(line);
    }

    fn state(&self) -> BranchState {
        self.0.state.get().unwrap_or(BranchState::Resting)
    }

    fn rest(&self) -> Waiting {
        Waiting::until(std::future::ready(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.0.log.borrow_mut().push("close".to_owned());
    }
}

struct Scene {
    ends: Rc<Ends>,
    filter: Arc<dyn Filter>,
    facts: SessionFacts,
    session: Box<dyn FilterSession>,
}

fn scene(given: &[(&str, &str)]) -> Scene {
    let ends = Rc::new(Ends::default());
    let filter = create("tee", given).unwrap();
    let facts = SessionFacts {
        branches: Branches::by(Rc::new(Opener(Rc::clone(&ends)))),
        ..bob()
    };
    let session = filter.open(&facts).unwrap();
    Scene {
        ends,
        filter,
        facts,
        session,
    }
}

impl Scene {
    fn request(&mut self, command: Command, rest: &[u8]) -> Verdict {
        let payload = [&[command as u8], rest].concat();
        let mut request = Request::new(command, payload, true);
        self.session.on_request(&mut request, Moment::now())
    }

    fn end(&mut self, statement_id: Option<u32>) {
        let end = ReplyEnd {
            statement_id,
            ..ReplyEnd::default()
        };
        self.session.on_reply_end(&end, Moment::now());
    }

    fn query(&mut self, sql: &str) {
        let verdict = self.request(Command::Query, sql.as_bytes());
        assert!(matches!(verdict, Verdict::Forward), "{verdict:?}");
        self.end(None);
    }

    fn prepare(&mut self, sql: &str, id: Option<u32>) {
        self.request(Command::StmtPrepare, sql.as_bytes());
        self.end(id);
    }

    fn about(&mut self, command: Command, id: u32) {
        let rest = [&id.to_le_bytes()[..], &[0; 5]].concat();
        self.request(command, &rest);
        self.end(None);
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut *self.ends.log.borrow_mut())
    }
}

#[test]
fn statements_and_what_the_branch_needs_to_follow_are_copied() {
    let mut scene = scene(&[("target", "Other")]);
    scene.query("INSERT INTO t VALUES (1)");
    scene.request(Command::InitDb, b"shop2");
    scene.request(Command::Ping, b"");
    scene.request(Command::ResetConnection, b"");
    let expected = [
        "open Other shop",
        "COM_QUERY INSERT INTO t VALUES (1)",
        "COM_INIT_DB shop2",
        "COM_RESET_CONNECTION ",
    ];
    assert_eq!(scene.log(), expected);
    drop(scene.session);
    assert_eq!(*scene.ends.log.borrow(), ["close"]);
}

#[test]
fn what_is_matched_is_copied_and_what_changes_the_session() {
    let mut scene = scene(&[
        ("service", "Other"),
        ("match", "insert|BEGIN"),
        ("exclude", "secret|ROLLBACK"),
    ]);
    for sql in [
        "INSERT INTO t VALUES (1)",
        "INSERT INTO secret VALUES (1)",
        "SELECT 1",
        "UPDATE t SET a = 2",
        "SET NAMES utf8mb4",
        "SET GLOBAL wait_timeout = 7",
        "USE shop2",
        "begin",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "SET @a = 1; DELETE FROM t",
        "BEGIN NOT ATOMIC DELETE FROM t; END",
    ] {
        scene.query(sql);
    }
    let expected = [
        "open Other shop",
        "COM_QUERY INSERT INTO t VALUES (1)",
        "COM_QUERY SET NAMES utf8mb4",
        "COM_QUERY USE shop2",
        "COM_QUERY begin",
        "COM_QUERY COMMIT",
        "COM_QUERY SAVEPOINT a",
        "COM_QUERY BEGIN NOT ATOMIC DELETE FROM t; END",
    ];
    assert_eq!(scene.log(), expected);
}

#[test]
fn prepared_statements_are_told_apart_by_numbers() {
    let mut scene = scene(&[("target", "Other"), ("match", "INSERT")]);
    scene.prepare("INSERT INTO t VALUES (?)", Some(17));
    scene.prepare("SELECT 1", Some(18));
    scene.prepare("INSERT INTO nothing VALUES (?)", None);
    scene.about(Command::StmtSendLongData, 17);
    scene.about(Command::StmtExecute, 17);
    scene.about(Command::StmtExecute, 18);
    scene.about(Command::StmtExecute, u32::MAX);
    scene.prepare("INSERT INTO t VALUES (2)", Some(19));
    scene.about(Command::StmtExecute, u32::MAX);
    scene.about(Command::StmtClose, 17);
    scene.about(Command::StmtExecute, 17);
    let expected = [
        "open Other shop",
        "COM_STMT_PREPARE #1 INSERT INTO t VALUES (?)",
        "COM_STMT_PREPARE #2 INSERT INTO nothing VALUES (?)",
        "COM_STMT_CLOSE #2",
        "COM_STMT_SEND_LONG_DATA #1",
        "COM_STMT_EXECUTE #1",
        "COM_STMT_PREPARE #3 INSERT INTO t VALUES (2)",
        "COM_STMT_EXECUTE #3",
        "COM_STMT_CLOSE #1",
    ];
    assert_eq!(scene.log(), expected);
}

#[test]
fn only_with_sync_a_request_waits_for_the_branch_and_fails_with_it() {
    for sync in ["false", "true"] {
        let mut scene = scene(&[("target", "Other"), ("sync", sync)]);
        scene.ends.state.set(Some(BranchState::Working));
        let verdict = scene.request(Command::Query, b"SELECT 1");
        let waits = matches!(verdict, Verdict::Wait(_));
        assert_eq!(waits, sync == "true", "{verdict:?}");
        scene.ends.state.set(Some(BranchState::Lost));
        let verdict = scene.request(Command::Query, b"SELECT 1");
        let closes = matches!(verdict, Verdict::Close(_));
        assert_eq!(closes, sync == "true", "{verdict:?}");
    }
}

#[test]
fn a_branch_that_is_lost_is_not_opened_again() {
    let mut scene = scene(&[("target", "Other")]);
    scene.ends.state.set(Some(BranchState::Lost));
    scene.query("SELECT 1");
    scene.ends.state.set(None);
    scene.query("SELECT 2");
    assert_eq!(scene.log(), ["open Other shop", "close"]);
}

#[test]
fn a_filter_that_is_disabled_has_no_branches_and_gets_new_ones() {
    let mut scene = scene(&[("target", "Other")]);
    scene.filter.command("disable", &[]).unwrap();
    scene.query("SELECT 1");
    assert_eq!(scene.filter.diagnostics()["enabled"], false);
    scene.filter.command("enable", &[]).unwrap();
    scene.query("SELECT 2");
    let expected = [
        "open Other shop",
        "close",
        "open Other shop",
        "COM_QUERY SELECT 2",
    ];
    assert_eq!(scene.log(), expected);
}

#[test]
fn another_target_another_user_another_branch() {
    let mut scene = scene(&[("target", "Other")]);
    let filter = Arc::clone(&scene.filter);
    let altered = |given: &[(&str, &str)]| filter.alter(&values("tee", given)).unwrap();
    altered(&[("target", "Third")]);
    scene.query("SELECT 1");
    let ends = Rc::clone(&scene.ends);
    let facts = SessionFacts {
        user: "alice".to_owned(),
        branches: Branches::by(Rc::new(Opener(ends))),
        ..scene.facts.clone()
    };
    scene.session.on_change(&facts);
    altered(&[("target", "Third"), ("user", "bob")]);
    scene.query("SELECT 2");
    altered(&[("target", "Nowhere")]);
    scene.query("SELECT 3");
    let expected = [
        "open Other shop",
        "close",
        "open Third shop",
        "COM_QUERY SELECT 1",
        "close",
        "open Third shop",
        "close",
    ];
    assert_eq!(scene.log(), expected);
}

#[test]
fn it_is_not_put_into_a_session_that_can_have_no_branch() {
    let cause = |given: &[(&str, &str)], branches| {
        let filter = create("tee", given).unwrap();
        let facts = SessionFacts { branches, ..bob() };
        filter.open(&facts).err().map(|error| error.to_string())
    };
    let ends = Branches::by(Rc::new(Opener(Rc::default())));
    let nowhere = cause(&[("target", "Nowhere")], ends.clone());
    assert_eq!(
        nowhere.as_deref(),
        Some("there is no service and no server 'Nowhere'")
    );
    assert!(cause(&[("target", "Other")], Branches::default()).is_some());
    let others = cause(&[("target", "Nowhere"), ("user", "alice")], ends);
    assert_eq!(others, None, "other people's sessions have no branch");
}

#[test]
fn there_is_one_target() {
    assert!(create("tee", &[]).is_err());
    assert!(create("tee", &[("target", "a"), ("service", "b")]).is_err());
}

#[test]
fn branches_that_are_lost_are_counted_and_said_once() {
    let counts = Arc::new(Counts::new());
    let watch = counts.watch(1, Arc::from("Other"));
    watch.answered(Some(1064));
    watch.lost(&BranchEnd::Failed("gone".to_owned()), 3);
    watch.lost(&BranchEnd::Behind, 4);
    let told = counts.diagnostics();
    assert_eq!(
        (
            &told["requests_failed"],
            &told["requests_lost"],
            &told["branches_lost"]
        ),
        (&1.into(), &7.into(), &2.into())
    );
}
