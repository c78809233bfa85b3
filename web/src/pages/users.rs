//! The accounts of administrators.

use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::list_page::{EmptyTexts, ListPage};
use crate::api::objects::{Method, Object, Write, path_of};
use crate::components::badge::Tone;
use crate::components::button::{Button, ButtonKind};
use crate::components::data_table::{DataCell, DataColumn, DataLook, DataRow, DataTable};
use crate::components::dialog::Dialog;
use crate::components::holding::Holding;
use crate::components::icon::Glyph;
use crate::components::radio_group::RadioGroup;
use crate::components::text_field::TextField;
use crate::messages::{app, form, objects, users as texts};
use crate::pages::read_only;
use crate::state::access::Access;
use crate::state::polled::Polled;
use crate::widgets::action_button::ActionButton;

const PATH: &str = "users/inet";

/// What is being done to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Doing {
    Creating,
    Changing(String),
    Deleting(String),
}

/// The page.
#[component]
pub fn UsersPage() -> impl IntoView {
    let access = expect_context::<Access>();
    let polled = Polled::start(|| PATH.to_owned(), 2);
    let rows = Memo::new(move |_| {
        let you = access.user();
        let page = polled.page();
        page.objects
            .iter()
            .map(|user| row(user, &you))
            .collect::<Vec<_>>()
    });
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let doing = RwSignal::new(None::<Doing>);
    let disabled = move || read_only(access);
    let actions = Callback::new(move |name: String| {
        let (other, shown) = (name.clone(), name.clone());
        let change = Callback::new(move |()| doing.set(Some(Doing::Changing(name.clone()))));
        let delete = Callback::new(move |()| doing.set(Some(Doing::Deleting(other.clone()))));
        view! {
            <span class="row-buttons">
                <ActionButton group=texts::TITLE label=texts::EDIT title=texts::edit_title(&shown) disabled=Signal::derive(disabled) on_press=change />
                <ActionButton group=texts::TITLE label=texts::DELETE title=texts::delete_title(&shown).trim_end_matches('?').to_owned() kind=ButtonKind::DangerPlain disabled=Signal::derive(disabled) on_press=delete />
            </span>
        }
        .into_any()
    });
    let column = |title, look| DataColumn {
        title,
        look,
        narrow: true,
    };
    let columns = vec![
        column(texts::NAME, DataLook::Text),
        column(texts::ACCOUNT, DataLook::Badge),
    ];
    let columns = StoredValue::new(columns);
    let create = Callback::new(move |()| doing.set(Some(Doing::Creating)));
    let close = Callback::new(move |()| {
        doing.set(None);
        polled.ask();
    });
    let empty = EmptyTexts {
        glyph: Glyph::Users,
        title: texts::EMPTY_TITLE.to_owned(),
        text: texts::EMPTY_TEXT.to_owned(),
    };
    let tools = move || {
        view! {
            <ActionButton group=texts::TITLE label=texts::NEW glyph=Glyph::Plus kind=ButtonKind::Primary disabled=Signal::derive(disabled) on_press=create />
        }
    };
    let holding = Holding::new();
    view! {
        <ListPage title=texts::TITLE polled is_empty empty holding tools>
            <DataTable label=texts::TITLE columns=columns.get_value() rows actions holding />
        </ListPage>
        {move || doing.get().map(|doing| match doing {
            Doing::Creating => view! { <AccountDialog name=None close /> }.into_any(),
            Doing::Changing(name) => view! { <AccountDialog name=Some(name) close /> }.into_any(),
            Doing::Deleting(name) => view! { <DeleteDialog name close /> }.into_any(),
        })}
    }
}

fn row(user: &Object, you: &str) -> DataRow {
    let account = user.text("/account");
    let tone = if account == "admin" {
        Tone::Active
    } else {
        Tone::Neutral
    };
    let name = if user.id() == you {
        texts::own(user.id())
    } else {
        user.id().to_owned()
    };
    DataRow {
        key: user.id().to_owned(),
        href: None,
        cells: vec![DataCell::text(name), DataCell::toned(account, tone)],
    }
}

/// What a dialog has asked for: whether it is under way, and why it failed. `Copy`.
#[derive(Debug, Clone, Copy)]
struct Asked {
    busy: RwSignal<bool>,
    error: RwSignal<Option<String>>,
}

impl Asked {
    fn nothing() -> Self {
        Self {
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }
}

/// Sends a write and closes when it was taken.
fn perform(access: Access, write: Write, asked: Asked, close: Callback<()>) {
    let Asked { busy, error } = asked;
    busy.set(true);
    spawn_local(async move {
        let answer = write.send().await;
        let _ = busy.try_set(false);
        match answer {
            // The page may be gone.
            Ok(_) => {
                let _ = close.try_run(());
            }
            Err(failure) => {
                let _ = error.try_set(Some(form::failed(&access.refused(&failure))));
            }
        }
    });
}

/// Makes an account, or changes the one of a name.
#[component]
fn AccountDialog(name: Option<String>, close: Callback<()>) -> impl IntoView {
    let access = expect_context::<Access>();
    let is_new = name.is_none();
    let title = name
        .as_deref()
        .map_or(texts::NEW_TITLE.to_owned(), texts::edit_title);
    let own = RwSignal::new(name.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let account = RwSignal::new(if is_new {
        "basic".to_owned()
    } else {
        String::new()
    });
    let asked = Asked::nothing();
    let Asked { busy, error } = asked;
    let open = RwSignal::new(true);
    Effect::new(move || {
        if !open.get() {
            close.run(());
        }
    });
    let save = Callback::new(move |()| {
        let (id, secret) = (own.get_untracked(), password.get_untracked());
        if is_new && (id.trim().is_empty() || secret.is_empty()) {
            return error.set(Some(texts::MISSING.to_owned()));
        }
        let mut attributes = serde_json::Map::new();
        if !secret.is_empty() {
            attributes.insert("password".to_owned(), secret.into());
        }
        let kind = account.get_untracked();
        if !kind.is_empty() {
            attributes.insert("account".to_owned(), kind.into());
        }
        let data = json!({"id": id, "type": "inet", "attributes": Value::Object(attributes)});
        let write = if is_new {
            Write::new(Method::Post, PATH.to_owned())
        } else {
            Write::new(Method::Patch, path_of(PATH, &id))
        };
        perform(access, write.body(json!({"data": data})), asked, close);
    });
    let choices = vec![
        ("admin".to_owned(), texts::ADMIN.to_owned()),
        ("basic".to_owned(), texts::BASIC.to_owned()),
    ];
    let label = if is_new {
        texts::PASSWORD
    } else {
        texts::NEW_PASSWORD
    };
    view! {
        <Dialog title open>
            <div class="dialog-fields">
                {is_new.then(|| view! { <TextField label=texts::NAME name="name" value=own focused=true /> })}
                <TextField label name="new-password" kind="password" autocomplete="new-password" value=password />
                <RadioGroup label=objects::ACCOUNT name="account" choices value=account on_change=Callback::new(move |key| account.set(key)) />
            </div>
            <p class="form-error" role="alert">{move || error.get()}</p>
            <div class="dialog-actions">
                <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                <Button label=form::SAVE kind=ButtonKind::Primary busy=Signal::derive(move || busy.get()) on_press=save />
            </div>
        </Dialog>
    }
}

#[component]
fn DeleteDialog(name: String, close: Callback<()>) -> impl IntoView {
    let access = expect_context::<Access>();
    let asked = Asked::nothing();
    let Asked { busy, error } = asked;
    let open = RwSignal::new(true);
    Effect::new(move || {
        if !open.get() {
            close.run(());
        }
    });
    let path = path_of(PATH, &name);
    let confirm = Callback::new(move |()| {
        let write = Write::new(Method::Delete, path.clone());
        perform(access, write, asked, close);
    });
    view! {
        <Dialog title=texts::delete_title(&name) open>
            <p class="dialog-text">{texts::DELETE_TEXT}</p>
            <p class="form-error" role="alert">{move || error.get()}</p>
            <div class="dialog-actions">
                <Button label=app::CANCEL on_press=Callback::new(move |()| open.set(false)) />
                <Button label=texts::DELETE kind=ButtonKind::Danger busy=Signal::derive(move || busy.get()) on_press=confirm />
            </div>
        </Dialog>
    }
}
