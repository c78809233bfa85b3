//! What can be done from everywhere: the palette, the help, their keys, and the commands of the frame.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::routes::listed;
use crate::api::objects::{Object, objects, path_of};
use crate::messages::{
    app, ended, objects as objects_texts, palette as texts, settings as preferred,
};
use crate::pages::BASE;
use crate::state::access::Access;
use crate::state::live::Live;
use crate::state::palette::{Command, Palette};
use crate::state::settings::{Density, Settings, TimeZone, UPDATE_CHOICES_S};
use crate::state::theme::Theme;
use crate::widgets::command_palette::CommandPalette;
use crate::widgets::key_help::KeyHelp;

/// Kinds of objects whose names the palette knows.
const KINDS: [&str; 5] = ["services", "servers", "monitors", "listeners", "filters"];

/// Whether the help is open. Taken from the context.
#[derive(Debug, Clone, Copy)]
pub(super) struct HelpOpen(pub(super) RwSignal<bool>);

/// The dialogs, closed until a key opens them.
#[component]
pub(super) fn Commands() -> impl IntoView {
    let palette = expect_context::<Palette>();
    let HelpOpen(help) = expect_context();
    let names = RwSignal::new(Vec::<(&'static str, String)>::new());
    Effect::new(move || {
        if palette.open.get() {
            fetch_names(names, palette);
        }
    });
    offer(palette, help, names);
    let keys = window_event_listener(ev::keydown, move |ev| {
        let command = ev.ctrl_key() || ev.meta_key();
        if command && ev.key().eq_ignore_ascii_case("k") {
            ev.prevent_default();
            palette.open.update(|open| *open = !*open);
        } else if ev.key() == "?" && !command && !is_typing(&ev) {
            ev.prevent_default();
            help.set(true);
        }
    });
    on_cleanup(move || keys.remove());
    let navigate = use_navigate();
    let navigate = StoredValue::new_local(navigate);
    let on_go = Callback::new(move |href: String| {
        let options = leptos_router::NavigateOptions {
            resolve: false,
            ..Default::default()
        };
        navigate.with_value(|navigate| navigate(&href, options));
    });
    view! {
        <CommandPalette palette on_go />
        <KeyHelp open=help />
    }
}

/// Names change seldom: the last ones will do until the new ones are here.
fn fetch_names(names: RwSignal<Vec<(&'static str, String)>>, palette: Palette) {
    spawn_local(async move {
        let mut found = Vec::new();
        let lists = KINDS.map(|kind| {
            // As little as can be told of it: filters have no state.
            let member = if kind == "filters" { "module" } else { "state" };
            (kind, format!("{kind}?fields[{kind}]={member}"))
        });
        let modules = "maxscale/modules?fields[modules]=module_type".to_owned();
        for (kind, path) in lists.into_iter().chain([("modules", modules)]) {
            // What can't be listed can't be gone to from here.
            let listed = objects(&path).await.unwrap_or_default();
            let name = |object: Object| (kind, object.id().to_owned());
            found.extend(listed.into_iter().map(name));
        }
        let _ = names.try_set(found);
        palette.renew();
    });
}

fn offer(palette: Palette, help: RwSignal<bool>, names: RwSignal<Vec<(&'static str, String)>>) {
    let live = expect_context::<Live>();
    let access = expect_context::<Access>();
    let settings = expect_context::<Settings>();
    palette.offer(move || {
        let page = |item: crate::widgets::navigation::NavItem| {
            Command::go(texts::PAGES, item.label, item.href)
        };
        let mut commands: Vec<Command> = listed().into_iter().map(page).collect();
        commands.push(Command::go(
            texts::PAGES,
            ended::HEADING,
            format!("{BASE}/ended"),
        ));
        if !access.is_read_only() {
            commands.extend(KINDS.map(|kind| {
                let title = objects_texts::create(kind.trim_end_matches('s'));
                Command::go(texts::PAGES, title, format!("{BASE}/create/{kind}"))
            }));
        }
        let object = |(kind, name): (&'static str, String)| {
            let href = format!("{BASE}/{}", path_of(kind, &name));
            Command::go(kind, name, href)
        };
        commands.extend(names.get().into_iter().map(object));
        let ids: Vec<u64> = live.with_rows(|rows| rows.iter().map(|row| row.session.id).collect());
        commands.extend(ids.into_iter().map(|id| {
            Command::go(
                texts::SESSION,
                texts::session(id),
                format!("{BASE}/sessions/{id}"),
            )
        }));
        commands.extend(preferences(settings));
        commands.push(Command::run(texts::CONSOLE, texts::HELP, move || {
            help.set(true);
        }));
        commands.push(Command::run(texts::CONSOLE, app::LOG_OUT, move || {
            spawn_local(access.log_out());
        }));
        commands
    });
}

/// What one prefers, as on the page of settings.
fn preferences(settings: Settings) -> Vec<Command> {
    let themes = [
        (app::THEME_SYSTEM, Theme::System),
        (app::THEME_LIGHT, Theme::Light),
        (app::THEME_DARK, Theme::Dark),
    ];
    let themes = themes.map(|(title, theme)| {
        Command::run(texts::CONSOLE, title, move || settings.set_theme(theme))
    });
    let of = |what: &str, choice: &str| format!("{what}: {choice}");
    let zones = [
        (preferred::LOCAL, TimeZone::Local),
        (preferred::UTC, TimeZone::Utc),
    ];
    let zones = zones.map(|(choice, zone)| {
        let title = of(preferred::TIME_ZONE, choice);
        Command::run(texts::CONSOLE, title, move || settings.set_time_zone(zone))
    });
    let densities = [
        (preferred::COMPACT, Density::Compact),
        (preferred::COMFORTABLE, Density::Comfortable),
    ];
    let densities = densities.map(|(choice, density)| {
        let title = of(preferred::DENSITY, choice);
        Command::run(texts::CONSOLE, title, move || settings.set_density(density))
    });
    let rates = UPDATE_CHOICES_S.map(|seconds| {
        let title = of(preferred::UPDATE, &preferred::every(seconds));
        Command::run(texts::CONSOLE, title, move || {
            settings.set_update_s(seconds);
        })
    });
    let all = themes.into_iter().chain(zones).chain(densities);
    all.chain(rates).collect()
}

fn is_typing(ev: &ev::KeyboardEvent) -> bool {
    let target = ev
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"))
}
