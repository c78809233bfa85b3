//! References of objects to one another.

use crate::config::draft::{Draft, DraftKind, Drafts};
use crate::config::error::{Fault, Report};
use crate::config::parameter::Kind;
use crate::config::suggest::nearest;

/// The parameters that name other objects: of which section type, by which name, to which type.
const REFERENCES: &[(DraftKind, &str, &[DraftKind])] = &[
    (DraftKind::Service, "servers", &[DraftKind::Server]),
    (DraftKind::Service, "targets", TARGETS),
    (DraftKind::Service, "cluster", &[DraftKind::Monitor]),
    (DraftKind::Service, "filters", &[DraftKind::Filter]),
    (DraftKind::Listener, "service", &[DraftKind::Service]),
    (DraftKind::Monitor, "servers", &[DraftKind::Server]),
];
/// What requests can be sent to.
const TARGETS: &[DraftKind] = &[DraftKind::Server, DraftKind::Service];

/// References to nothing, or to something of another type.
pub(in crate::config) fn references(drafts: &Drafts<'_>, report: &mut Report) {
    for draft in &drafts.objects {
        for (_, parameter, wanted) in REFERENCES.iter().filter(|(kind, ..)| *kind == draft.kind) {
            let one = draft.values.text(parameter).map(str::to_owned);
            let names = one
                .into_iter()
                .chain(draft.values.list(parameter).iter().cloned());
            let mut before: Vec<String> = Vec::new();
            for name in names {
                let fault = if before.contains(&name) {
                    Some(Fault::new(
                        format!("{parameter}: `{name}` is named twice"),
                        "once",
                    ))
                } else {
                    reference_fault(drafts, parameter, &name, wanted)
                };
                if let Some(fault) = fault {
                    blame(draft, parameter, fault, report);
                }
                before.push(name);
            }
        }
    }
    circles(drafts, report);
    for draft in drafts
        .objects
        .iter()
        .filter(|d| d.kind == DraftKind::Filter)
    {
        for (parameter, kind, name) in draft.values.references() {
            let wanted: &[DraftKind] = match kind {
                Kind::Target => &[DraftKind::Service, DraftKind::Server],
                _ => &[DraftKind::Service],
            };
            if let Some(fault) = reference_fault(drafts, parameter, name, wanted) {
                blame(draft, parameter, fault, report);
            }
        }
    }
}

/// Services that route to themselves, by way of others or not.
fn circles(drafts: &Drafts<'_>, report: &mut Report) {
    let services = || {
        let objects = drafts.objects.iter();
        objects.filter(|draft| draft.kind == DraftKind::Service)
    };
    let targets = |name: &str| {
        let found = services().find(|draft| draft.name == name);
        found.map_or(&[] as &[String], |draft| draft.values.list("targets"))
    };
    for draft in services() {
        let mut reached: Vec<&str> = vec![&draft.name];
        let mut at = 0;
        while let Some(name) = reached.get(at) {
            let next = targets(name);
            if next.contains(&draft.name) {
                let message = format!("targets: `{}` would route to itself", draft.name);
                let fault = Fault::new(message, "services that do not lead back");
                blame(draft, "targets", fault, report);
                break;
            }
            let new: Vec<&str> = next
                .iter()
                .map(String::as_str)
                .filter(|name| !reached.contains(name))
                .collect();
            reached.extend(new);
            at += 1;
        }
    }
}

fn reference_fault(
    drafts: &Drafts<'_>,
    parameter: &str,
    name: &str,
    wanted: &[DraftKind],
) -> Option<Fault> {
    let words: Vec<&str> = wanted.iter().map(|kind| kind.word()).collect();
    let word = words.join(" or ");
    let good = || {
        let objects = drafts.objects.iter();
        let objects = objects.filter(|other| wanted.contains(&other.kind));
        objects.map(|other| other.name.as_str())
    };
    let message = match drafts.objects.iter().find(|other| other.name == name) {
        Some(other) if wanted.contains(&other.kind) => return None,
        Some(other) => format!(
            "{parameter}: `{name}` is a {}, not a {word}",
            other.kind.word()
        ),
        // It is there but faulty, which has been said.
        None if drafts.knows(name) => return None,
        None => format!(
            "{parameter}: there is no {word} `{name}`{}",
            nearest(name, good())
        ),
    };
    let allowed = good().collect::<Vec<_>>().join(", ");
    let allowed = if allowed.is_empty() {
        format!("no {word} is configured")
    } else {
        allowed
    };
    Some(Fault::new(message, allowed))
}

fn blame(draft: &Draft, parameter: &str, fault: Fault, report: &mut Report) {
    let line = draft.values.line(parameter).unwrap_or(draft.line);
    report.error(&draft.file, line, &draft.name, fault);
}
