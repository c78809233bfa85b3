//! Attacks parameters as the REST API is given them: numbers, sizes, durations, lists, switches. What is
//! taken can be told, sent back and written down, and is the same then.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use sluicegate_fuzz::byte;
use sluicegate_server::config::parameter::ModuleKind;
use sluicegate_server::config::{Values, tables};
use sluicegate_server::filters;

/// Where relative paths are meant from.
const FOLDER: &str = "/etc";

/// The parameters of a new object of some kind.
fn made(choice: u8, given: &Map<String, Value>) -> Option<Values> {
    let folder = Path::new(FOLDER);
    let modules = tables::MODULES;
    let of = |kind| modules.iter().filter(move |module| module.kind == kind);
    let routers: Vec<_> = of(ModuleKind::Router).collect();
    let monitors: Vec<_> = of(ModuleKind::Monitor).collect();
    let index = usize::from(choice / 5);
    match choice % 5 {
        0 => Values::of_new_server(given, folder).ok(),
        1 => Values::of_new_listener("Main", given, folder).ok(),
        2 => Values::of_new_service(routers[index % routers.len()], given, folder).ok(),
        3 => Values::of_new_monitor(monitors[index % monitors.len()], given, folder).ok(),
        _ => {
            let module = &filters::MODULES[index % filters::MODULES.len()];
            Values::of_new_filter(&module.spec, given, folder).ok()
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let (choice, rest) = byte(data);
    let mut given = Map::new();
    if let Ok(Value::Object(members)) = serde_json::from_slice(rest) {
        given = members;
    } else if let Ok(text) = std::str::from_utf8(rest) {
        // `name=value`, a line each.
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        given.extend(pairs.map(|(name, value)| (name.to_owned(), value.into())));
    }
    let Some(values) = made(choice, &given) else {
        return;
    };
    let told = values.to_json();
    let back = values
        .altered(&told, Some(Path::new(FOLDER)))
        .unwrap_or_else(|error| {
            panic!("{error}: {told:?}");
        });
    assert_eq!(back.to_json(), told);
    assert_eq!(back.document(), values.document());
});
