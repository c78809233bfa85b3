//! rewritefilter: rewrites statements by templates.

mod file;
mod native;
mod regex_text;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::registry::FilterModule;
use super::settings::{Settings, View};
use super::{Filter, FilterError, FilterSession, SessionFacts};
use crate::config::Values;
use crate::config::parameter::{Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::pipeline::{Moment, Needs, Request, Verdict};
use template::{GRAMMARS, Grammar, Options, Template};

/// The module.
pub(super) const MODULE: FilterModule = FilterModule {
    spec: ModuleSpec {
        name: "rewritefilter",
        kind: ModuleKind::Filter,
        parameters: PARAMETERS,
        description: "Rewrites statements by templates.",
    },
    create,
};

const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "case_sensitive",
        Kind::Bool,
        Some("true"),
        "Whether the case of letters matters, for templates that do not say.",
    ),
    ParameterSpec::new(
        "log_replacement",
        Kind::Bool,
        Some("false"),
        "Whether each statement that is rewritten is logged.",
    ),
    ParameterSpec::new(
        "regex_grammar",
        Kind::Enum(GRAMMARS),
        Some("Native"),
        "How templates are written that do not say.",
    ),
    ParameterSpec::new(
        "reload",
        Kind::Bool,
        Some("false"),
        "Any change of a parameter, this one included, reads the file again.",
    ),
    ParameterSpec::new(
        "template_file",
        Kind::Path,
        None,
        "The file with the templates, in rf or JSON form.",
    )
    .mandatory(),
];

/// What to rewrite.
#[derive(Debug)]
struct Plan {
    templates: Vec<Template>,
    logs: bool,
}

impl Plan {
    fn of(values: &Values) -> Result<Self, FilterError> {
        let path = values.path("template_file").unwrap_or_default();
        let fault = |message| FilterError::Parameter {
            parameter: "template_file",
            message: format!("{}: {message}", path.display()),
        };
        let options = Options {
            grammar: Grammar::parse(values.text("regex_grammar").unwrap_or_default())
                .unwrap_or(Grammar::Native),
            case_sensitive: values.flag("case_sensitive"),
            ..Options::default()
        };
        let text = std::fs::read_to_string(&path).map_err(|error| fault(error.to_string()))?;
        Ok(Self {
            templates: file::parse(&text, options).map_err(fault)?,
            logs: values.flag("log_replacement"),
        })
    }

    /// The statement by which `sql` is replaced, if it is.
    fn rewrite(&self, sql: &[u8], session: u64) -> Option<Vec<u8>> {
        let mut rewritten: Option<Vec<u8>> = None;
        for template in &self.templates {
            let now = rewritten.as_deref().unwrap_or(sql);
            let Some(next) = template.apply(now) else {
                continue;
            };
            let what_if = template.options.what_if;
            if self.logs || what_if {
                let verb = if what_if { "would be" } else { "was" };
                tracing::info!(
                    session,
                    "rewritefilter: {} {verb} replaced by {}",
                    String::from_utf8_lossy(now),
                    String::from_utf8_lossy(&next),
                );
            }
            if what_if {
                continue;
            }
            rewritten = Some(next);
            if !template.options.continue_if_matched {
                break;
            }
        }
        rewritten
    }
}

fn create(values: &Values) -> Result<Arc<dyn Filter>, FilterError> {
    Ok(Arc::new(RewriteFilter {
        plan: Settings::new(Plan::of(values)?),
    }))
}

struct RewriteFilter {
    plan: Arc<Settings<Plan>>,
}

impl Filter for RewriteFilter {
    fn needs(&self) -> Needs {
        Needs::REQUESTS
    }

    fn open(&self, session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Ok(Box::new(RewriteSession {
            plan: self.plan.view(),
            id: session.id,
        }))
    }

    fn alter(&self, values: &Values) -> Result<(), FilterError> {
        self.plan.set(Plan::of(values)?);
        Ok(())
    }
}

struct RewriteSession {
    plan: View<Plan>,
    id: u64,
}

impl FilterSession for RewriteSession {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        self.plan.refresh();
        let sql = request.sql().filter(|_| request.is_whole());
        let rewritten = sql.and_then(|sql| self.plan.get().rewrite(sql, self.id));
        if let Some(sql) = rewritten {
            request.set_sql(&sql);
        }
        Verdict::Forward
    }
}
