//! What a new connection is asked, so that it becomes what the others are.

use std::collections::HashSet;
use std::rc::Rc;

use crate::sessions::backends::Step;
use crate::sessions::history::Remembered;
use crate::sessions::prepared::Statement;

/// Steps, in the making.
#[derive(Debug)]
pub(super) struct Replay {
    steps: Vec<Step>,
    /// What is prepared by them.
    handles: HashSet<u32>,
    /// Whether commands are missing, so that the default database is not to be had from the others.
    names_databases: bool,
    /// The default database behind the steps, if it is known.
    database: Option<Box<[u8]>>,
}

impl Replay {
    pub fn new(names_databases: bool) -> Self {
        Self {
            steps: Vec::new(),
            handles: HashSet::new(),
            names_databases,
            database: None,
        }
    }

    /// The history begins in that database, which the connection was not logged in with.
    pub fn begin_in(&mut self, database: &[u8]) {
        self.database = Some(database.into());
        self.steps.push(Step::Database {
            name: database.into(),
            may_be_gone: true,
        });
    }

    /// A statement is prepared.
    pub fn prepare(&mut self, statement: &Rc<Statement>) {
        if self.handles.insert(statement.handle()) {
            self.database_is(statement.database.as_deref());
            self.steps.push(Step::Prepare(Rc::clone(statement)));
        }
    }

    /// A session command is repeated.
    pub fn command(&mut self, command: &Remembered) {
        if command.chooses_database && self.names_databases {
            // Whatever needs the database says so itself.
            return;
        }
        self.database_is(command.database.as_deref());
        self.steps.push(Step::Command {
            chooses: command.chooses_database.then_some(true),
            number: command.position,
            payload: Rc::clone(&command.payload),
            statement: command.statement.clone(),
            expected: Some(true),
        });
        if command.changes_context {
            self.database = None;
        }
    }

    /// The steps; at last the default database is this. That one has to be there, but on the primary;
    /// those before may have been dropped meanwhile.
    pub fn end(mut self, database: Option<&[u8]>) -> Vec<Step> {
        self.database_is(database);
        let mut last = self.steps.iter_mut().rev();
        last.any(|step| step.set_may_be_gone(false));
        self.steps
    }

    fn database_is(&mut self, database: Option<&[u8]>) {
        let Some(database) = database.filter(|_| self.names_databases) else {
            return;
        };
        if self.database.as_deref() != Some(database) {
            self.database = Some(database.into());
            self.steps.push(Step::Database {
                name: database.into(),
                may_be_gone: true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::prepared::Prepared;
    use crate::sql::{Dialect, classify};

    fn shown(names_databases: bool) -> String {
        let mut prepared = Prepared::default();
        let kinds = classify(b"SELECT 1", Dialect::default());
        let database = |name: &str| Some(Rc::from(name.as_bytes()));
        let statement = prepared
            .add(b"SELECT 1", kinds, 0, 1, database("b"))
            .clone();
        let mut replay = Replay::new(names_databases);
        let command = |text: &str, before: &str, changes_context| Remembered {
            position: 1,
            payload: text.as_bytes().into(),
            statement: None,
            database: database(before),
            changes_context,
            reads_session: false,
            chooses_database: changes_context,
        };
        replay.command(&command("SET @a", "a", false));
        replay.prepare(&statement);
        replay.command(&command("USE c", "a", true));
        let steps = replay.end(Some(b"c"));
        let steps = steps.iter().map(|step| match step {
            Step::Command { payload, .. } => String::from_utf8_lossy(payload).into_owned(),
            Step::Prepare(_) => "prepare".to_owned(),
            Step::Database { name, may_be_gone } => {
                let name = String::from_utf8_lossy(name);
                format!("{} {name}", if *may_be_gone { "if in" } else { "in" })
            }
            Step::Ping | Step::Rollback => unreachable!(),
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn when_commands_are_missing_each_step_has_its_database() {
        assert_eq!(shown(false), "SET @a, prepare, USE c");
        let all = "if in a, SET @a, if in b, prepare, in c";
        assert_eq!(shown(true), all);
    }
}
