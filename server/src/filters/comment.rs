//! comment: puts a comment before each statement.

use std::sync::Arc;

use serde_json::{Value, json};

use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::pipeline::{Moment, Needs, Request, Verdict};
use crate::wire::packet::PAYLOAD_MAX;

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "comment",
        kind: ModuleKind::Filter,
        parameters: &[ParameterSpec::new(
            "inject",
            Kind::String,
            None,
            "The comment; $IP in it stands for the client's address.",
        )
        .mandatory()],
        description: "Puts a comment before each statement.",
    },
    create,
};

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(CommentFilter {
        inject: Settings::new(inject(values)?),
    }))
}

fn inject(values: &Values) -> Result<String, FilterError> {
    let text = values.string("inject");
    if text.contains("*/") {
        return Err(FilterError::Parameter {
            parameter: "inject",
            message: "*/ would end the comment".to_owned(),
        });
    }
    Ok(text)
}

struct CommentFilter {
    inject: Arc<Settings<String>>,
}

impl Filter for CommentFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        let inject = self.inject.view();
        Ok(Box::new(CommentSession {
            comment: comment(inject.get(), &session.remote),
            inject,
            remote: session.remote.clone(),
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.inject.set(inject(values)?);
        Ok(())
    }

    fn diagnostics(&self) -> Value {
        json!({ "inject": *self.inject.get() })
    }
}

struct CommentSession {
    inject: View<String>,
    remote: String,
    comment: Vec<u8>,
}

fn comment(inject: &str, remote: &str) -> Vec<u8> {
    format!("/* {} */", inject.replace("$IP", remote)).into_bytes()
}

impl FilterSession for CommentSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        if self.inject.refresh() {
            self.comment = comment(self.inject.get(), &self.remote);
        }
        if let Some(sql) = request.sql() {
            let text = [&self.comment, sql].concat();
            // One that would become too long for a packet stays as it is.
            if text.len() + 1 < PAYLOAD_MAX {
                request.set_sql(&text);
            }
        }
        Verdict::Forward
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::trial::{Trial, refusable};
    use crate::wire::command::Command;

    #[test]
    fn statements_get_the_comment() {
        let check = |inject: &str, command: Command, sql: &str, expected: &str| {
            let mut session = Trial::new(MODULE, &[("inject", inject)]).open("john", "10.0.0.7");
            let (request, _) = session.request(command, sql.as_bytes());
            assert_eq!(String::from_utf8_lossy(&request.payload()[1..]), expected);
        };
        check("shop", Command::Query, "SELECT 1", "/* shop */SELECT 1");
        check(
            "IP=$IP",
            Command::Query,
            "SELECT 1",
            "/* IP=10.0.0.7 */SELECT 1",
        );
        check(
            "\" a $IPs\"",
            Command::StmtPrepare,
            "SELECT ?",
            "/*  a 10.0.0.7s */SELECT ?",
        );
        check("shop", Command::InitDb, "db", "db");
    }

    #[test]
    fn statements_that_are_not_whole_or_would_be_too_long_stay_as_they_are() {
        let mut session = Trial::new(MODULE, &[("inject", "shop")]).open("john", "10.0.0.7");
        let long = vec![b'x'; PAYLOAD_MAX - 5];
        let (request, _) = session.request(Command::Query, &long);
        assert!(!request.is_changed());
        let mut part = Request::new(Command::Query, b"\x03SELECT".to_vec(), false);
        session.show(&mut part);
        assert!(!part.is_changed());
    }

    #[test]
    fn an_altered_comment_holds_from_the_next_statement_on() {
        let trial = Trial::new(MODULE, &[("inject", "a")]);
        let mut session = trial.open("john", "10.0.0.7");
        trial.alter(&[("inject", "b $IP")]).expect("altered");
        trial
            .alter(&[("inject", "*/ DROP TABLE t /*")])
            .expect_err("refused");
        let (request, _) = session.request(Command::Query, b"SELECT 1");
        assert_eq!(request.sql(), Some(&b"/* b 10.0.0.7 */SELECT 1"[..]));
        assert_eq!(trial.filter.diagnostics(), json!({ "inject": "b $IP" }));
    }

    #[test]
    fn a_comment_that_ends_itself_is_refused() {
        assert!(refusable(MODULE, &[("inject", "a */ b")]).is_err());
    }
}
