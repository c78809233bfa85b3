//! Modules: what objects can be made of, their parameters and commands.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::BASE;
use super::list_page::{EmptyTexts, ListPage};
use super::objects::commands::CommandPanel;
use super::objects::state::FailedNotice;
use crate::api::modules::ModuleCommand;
use crate::api::objects::{Object, path_of};
use crate::components::badge::Tone;
use crate::components::data_table::{DataCell, DataColumn, DataLook, DataRow, DataTable};
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::components::skeleton::SkeletonPanels;
use crate::format;
use crate::messages::{app, form as form_texts, modules as texts, objects};
use crate::state::form::FieldSpec;
use crate::state::polled::{Fetched, Polled};

const LIST: &str = "maxscale/modules";

fn column(title: &'static str, look: DataLook, narrow: bool) -> DataColumn {
    DataColumn {
        title,
        look,
        narrow,
    }
}

/// All modules.
#[component]
pub fn ModulesPage() -> impl IntoView {
    let polled = Polled::start(|| LIST.to_owned(), 0);
    let search = RwSignal::new(String::new());
    let rows = Memo::new(move |_| {
        let words = search.get();
        let page = polled.page();
        let rows = page.objects.iter().map(row);
        rows.filter(|row| row.answers(&words)).collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| polled.page().objects.is_empty());
    let counts = move || {
        let all = polled.page().objects.len();
        Some(objects::counts(rows.with(Vec::len), all))
    };
    let columns = vec![
        column(objects::NAME, DataLook::Text, true),
        column(texts::KIND, DataLook::Text, true),
        column(texts::DESCRIPTION, DataLook::Text, false),
        column(texts::PARAMETERS, DataLook::Number, false),
        column(texts::COMMANDS, DataLook::Text, true),
    ];
    let columns = StoredValue::new(columns);
    let empty = EmptyTexts {
        glyph: Glyph::Module,
        title: texts::EMPTY_TITLE.to_owned(),
        text: texts::EMPTY_TEXT.to_owned(),
    };
    view! {
        <ListPage
            title=texts::TITLE
            polled
            is_empty
            empty
            search
            found=Signal::derive(move || rows.with(Vec::len))
            count=Signal::derive(counts)
        >
            <DataTable label=texts::TITLE columns=columns.get_value() rows />
        </ListPage>
    }
}

fn row(module: &Object) -> DataRow {
    let parameters = module.at("/parameters").as_array().map_or(0, Vec::len) as u64;
    let commands: Vec<String> = ModuleCommand::all(module)
        .into_iter()
        .map(|command| command.name)
        .collect();
    let commands = match commands.as_slice() {
        [] => DataCell::toned(format::NONE, Tone::Faint),
        names => DataCell::text(names.join(", ")),
    };
    DataRow {
        key: module.id().to_owned(),
        href: Some(format!("{BASE}/{}", path_of("modules", module.id()))),
        cells: vec![
            DataCell::text(module.id()),
            DataCell::text(module.text("/module_type").to_lowercase()),
            DataCell::text(module.text("/description")),
            DataCell::number(format::count(parameters), parameters),
            commands,
        ],
    }
}

/// One module, made anew for each name.
#[component]
pub fn ModulePage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    move || view! { <OneModule name=name.get() /> }
}

#[component]
fn OneModule(name: String) -> impl IntoView {
    super::set_title(&name);
    let path = path_of(LIST, &name);
    let polled = Polled::start(move || path.clone(), 0);
    let name = StoredValue::new(name);
    let content = move || match polled.fetched() {
        Fetched::Loading => view! { <SkeletonPanels label=app::LOADING panels=2 /> }.into_any(),
        Fetched::Failed(error) => {
            view! { <FailedNotice error retry=Callback::new(move |()| polled.ask()) /> }.into_any()
        }
        Fetched::Ready(page) => {
            let module = page.objects.first().cloned();
            module.map(|module| view! { <Shown module /> }).into_any()
        }
    };
    view! {
        <div class="page">
            <header class="page-head">
                <a class="back-link" href=format!("{BASE}/modules")>
                    <Icon glyph=Glyph::Back />
                    <span>{texts::TITLE}</span>
                </a>
                <h1 class="page-title">{name.get_value()}</h1>
                <span class="page-note">{move || polled.first().map(|m| m.text("/module_type").to_lowercase())}</span>
            </header>
            {content}
        </div>
    }
}

#[component]
fn Shown(module: Object) -> impl IntoView {
    let commands = ModuleCommand::all(&module);
    let of = module.id().to_owned();
    let about = module.text("/description").to_owned();
    let parameters = module.at("/parameters").as_array();
    let all = parameters.cloned().unwrap_or_default();
    let rows: Vec<DataRow> = all.iter().map(parameter).collect();
    let columns = vec![
        column(texts::PARAMETER, DataLook::Text, true),
        column(texts::TYPE, DataLook::Text, true),
        column(texts::DEFAULT, DataLook::Text, true),
        column(texts::CHANGEABLE, DataLook::Text, false),
        column(texts::DESCRIPTION, DataLook::Text, false),
    ];
    let has_commands = !commands.is_empty();
    view! {
        <p class="page-about">{about}</p>
        {has_commands.then(|| view! { <div class="panel-wide"><CommandPanel commands of /></div> })}
        <Panel title=texts::PARAMETERS class="panel-wide panel-reference">
            {if rows.is_empty() {
                view! { <p class="panel-empty">{texts::NO_PARAMETERS}</p> }.into_any()
            } else {
                view! { <DataTable label=texts::PARAMETERS columns rows=Signal::stored(rows) /> }.into_any()
            }}
        </Panel>
    }
}

fn parameter(told: &serde_json::Value) -> DataRow {
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let kind =
        FieldSpec::of(told).map_or_else(|| text("type"), |field| form_texts::kind_of(&field.kind));
    let default = crate::state::form::text_of(&told["default_value"]);
    let default = match (told["mandatory"] == true, default.is_empty()) {
        (true, _) => DataCell::toned(form_texts::MANDATORY, Tone::Warning),
        (_, true) => DataCell::toned(format::NONE, Tone::Faint),
        _ => DataCell::text(default),
    };
    let changeable = if told["modifiable"] == true {
        DataCell::text(texts::CAN)
    } else {
        DataCell::toned(texts::CANNOT, Tone::Faint)
    };
    DataRow {
        key: text("name"),
        href: None,
        cells: vec![
            DataCell::text(text("name")),
            DataCell::text(kind),
            default,
            changeable,
            DataCell::text(text("description")),
        ],
    }
}
