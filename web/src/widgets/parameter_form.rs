//! Parameters: as facts, and as a form made from what their module tells of them.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::components::badge::Tone;
use crate::components::button::{Button, ButtonKind};
use crate::components::facts::{Fact, Facts};
use crate::components::search_box::SearchBox;
use crate::messages::{app, form as texts};
use crate::state::access::Access;
use crate::state::form::{FieldKind, FieldSpec, changes, text_of, value_at};

/// Parameters as facts: those that are not as by default first.
#[component]
pub fn ParameterFacts(
    /// What is known of the parameters.
    #[prop(into)]
    fields: Signal<Vec<FieldSpec>>,
    /// Their values.
    #[prop(into)]
    present: Signal<Value>,
) -> impl IntoView {
    let split = Memo::new(move |_| {
        let present = present.get();
        let known = fields.get();
        let is_default = |name: &str, text: &str| {
            let field = known.iter().find(|field| field.name == name);
            field.map_or(text.is_empty(), |field| {
                field.default.clone().unwrap_or_default() == text
            })
        };
        let all = present.as_object().cloned().unwrap_or_default();
        let all = all.iter().flat_map(|(name, value)| each_of(name, value));
        all.partition::<Vec<_>, _>(|(name, text)| !is_default(name, text))
    });
    let fact = |(name, text): (String, String)| {
        let value = if text.is_empty() {
            texts::UNSET.to_owned()
        } else {
            text
        };
        view! { <Fact label=name value=value /> }
    };
    view! {
        <Facts>{move || split.get().0.into_iter().map(fact).collect_view()}</Facts>
        <details class="defaults">
            <summary>{move || texts::with_defaults(split.with(|(_, rest)| rest.len()))}</summary>
            <Facts>{move || split.get().1.into_iter().map(fact).collect_view()}</Facts>
        </details>
    }
}

/// A parameter as a name and a text; one that holds others is each of them: `MariaDBProtocol.allow_replication`.
fn each_of(name: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(inner) => {
            let inner = inner.iter();
            let all = inner.map(|(key, value)| (format!("{name}.{key}"), text_of(value)));
            all.collect()
        }
        value => vec![(name.to_owned(), text_of(value))],
    }
}

/// What is typed into a form. `Copy`.
#[derive(Debug, Clone, Copy)]
pub struct FormState {
    fields: Signal<Vec<FieldSpec>>,
    present: Signal<Value>,
    typed: RwSignal<Vec<(String, String)>>,
    /// What the server has against what was sent, by the names of parameters.
    refused: RwSignal<Vec<(String, String)>>,
    is_new: bool,
    fixed: &'static str,
}

impl FormState {
    /// Nothing is typed yet.
    pub fn new(fields: Signal<Vec<FieldSpec>>, present: Signal<Value>, is_new: bool) -> Self {
        Self {
            fields,
            present,
            typed: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            is_new,
            fixed: texts::FIXED,
        }
    }

    /// With other words for a parameter that can't be changed.
    #[must_use]
    pub fn fixed(mut self, words: &'static str) -> Self {
        self.fixed = words;
        self
    }

    /// The server has refused what was sent: names of parameters, and what is wrong with them.
    pub fn refuse(self, faults: Vec<(String, String)>) {
        // The page may be gone.
        let _ = self.refused.try_set(faults);
    }

    /// Forgets what was typed.
    pub fn clear(self) {
        self.typed.set(Vec::new());
        self.refused.set(Vec::new());
    }

    /// What would be sent.
    pub fn changes(self) -> Map<String, Value> {
        let typed = self.typed.get();
        let mut changes = self.fields.with(|fields| {
            self.present
                .with(|present| changes(fields, present, &typed))
        });
        if self.is_new {
            changes.retain(|_, value| !value.is_null());
        }
        changes
    }

    /// Whether some field is not right.
    pub fn is_faulty(self) -> bool {
        self.fields.with(|fields| {
            fields
                .iter()
                .any(|field| field.check(&self.text(&field.name)).is_err())
        })
    }

    fn text(self, name: &str) -> String {
        let typed = self.typed.with(|typed| {
            let found = typed.iter().find(|(other, _)| other == name);
            found.map(|(_, text)| text.clone())
        });
        typed.unwrap_or_else(|| {
            self.present
                .with(|present| text_of(value_at(present, name)))
        })
    }

    /// What the server has against a field.
    fn refusal(self, name: &str) -> Option<String> {
        self.refused.with(|refused| {
            let found = refused.iter().find(|(other, _)| other == name);
            found.map(|(_, detail)| detail.clone())
        })
    }

    fn set(self, name: &str, text: String) {
        self.refused
            .update(|refused| refused.retain(|(other, _)| other != name));
        self.typed.update(|typed| {
            typed.retain(|(other, _)| other != name);
            typed.push((name.to_owned(), text));
        });
    }
}

/// What kind of object it is: a page is of one kind.
const TYPE: &str = "type";
/// With more fields than this one can search for them.
const SEARCHED_FROM: usize = 12;

/// The fields: those that have to be given first, those that can't be changed last.
#[component]
pub fn FormFields(
    /// The form.
    form: FormState,
) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let fields = Memo::new(move |_| {
        let words = search.get().to_lowercase();
        let answers = |field: &FieldSpec| {
            let text = format!("{} {}", field.name, field.description).to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        };
        let mut fields = form.fields.get();
        fields.retain(|field| answers(field) && field.name != TYPE);
        fields.sort_by_key(|field| !field.modifiable && !form.is_new);
        fields
    });
    let has_search = Memo::new(move |_| form.fields.with(Vec::len) > SEARCHED_FROM);
    view! {
        <Show when=move || has_search.get()>
            <div class="form-search">
                <SearchBox label=texts::SEARCH hint=texts::SEARCH_HINT value=search on_change=Callback::new(move |text| search.set(text)) />
            </div>
        </Show>
        <Show when=move || fields.with(Vec::is_empty) && has_search.get()>
            <p class="panel-empty">{texts::NO_MATCH}</p>
        </Show>
        <div class="form-grid">
            <For each=move || fields.get() key=|field| field.name.clone() children=move |field| view! { <FormField form field /> } />
        </div>
    }
}

#[component]
fn FormField(form: FormState, field: FieldSpec) -> impl IntoView {
    let field = StoredValue::new(field);
    let own = field.get_value();
    let text = Memo::new(move |_| field.with_value(|field| form.text(&field.name)));
    let typed = Memo::new(move |_| {
        form.typed.with(|typed| {
            typed
                .iter()
                .any(|(name, _)| field.with_value(|f| f.name == *name))
        })
    });
    let fault = move || {
        let fault = field.with_value(|field| field.check(&text.get())).err();
        let fault = fault
            .filter(|_| typed.get())
            .map(|fault| texts::fault(&fault));
        fault.or_else(|| field.with_value(|field| form.refusal(&field.name)))
    };
    let on_change = Callback::new(move |text: String| {
        field.with_value(|field| form.set(&field.name, text));
    });
    let fixed = !own.modifiable && !form.is_new;
    let id = format!("field-{}", own.name);
    let about = format!("about-{}", own.name);
    let mut facts = Vec::new();
    if own.mandatory {
        facts.push(texts::MANDATORY.to_owned());
    }
    facts.push(texts::kind(&own.kind).to_owned());
    if let Some(default) = own.default.clone().filter(|text| !text.is_empty()) {
        facts.push(texts::default(&default));
    }
    if fixed {
        facts.push(form.fixed.to_owned());
    }
    let input = Input {
        id: id.clone(),
        about: about.clone(),
        fixed,
        text: text.into(),
        on_change,
    };
    view! {
        <div class="form-row" class:is-typed=move || typed.get() class:is-faulty=move || fault().is_some()>
            <label class="form-label" for=id>{own.name.clone()}</label>
            <div class="form-control">
                {input.view(own.kind.clone(), own.default.clone())}
                <p class="form-about" id=about>{own.description.clone()} " " <span class="form-facts">{facts.join(" · ")}</span></p>
                <p class="form-error" role="alert">{fault}</p>
            </div>
        </div>
    }
}

struct Input {
    id: String,
    about: String,
    fixed: bool,
    text: Signal<String>,
    on_change: Callback<String>,
}

impl Input {
    fn view(self, kind: FieldKind, default: Option<String>) -> AnyView {
        match kind {
            FieldKind::Bool => self.select(
                vec![
                    ("true".to_owned(), texts::ON.to_owned()),
                    ("false".to_owned(), texts::OFF.to_owned()),
                ],
                default,
            ),
            FieldKind::One(values) => self.select(
                values.into_iter().map(|v| (v.clone(), v)).collect(),
                default,
            ),
            FieldKind::Password => self.line("password", default),
            _ => self.line("text", default),
        }
    }

    fn select(self, values: Vec<(String, String)>, default: Option<String>) -> AnyView {
        let Self {
            id,
            about,
            fixed,
            text,
            on_change,
        } = self;
        let chosen = Memo::new(move |_| {
            let text = text.get();
            if text.is_empty() {
                default.clone().unwrap_or_default()
            } else {
                text
            }
        });
        let option = |(value, label): (String, String)| {
            let own = value.clone();
            view! { <option value=value prop:selected=move || chosen.get() == own>{label}</option> }
        };
        view! {
            <select class="field-input" id=id aria-describedby=about disabled=fixed on:change:target=move |ev| on_change.run(ev.target().value())>
                {values.into_iter().map(option).collect_view()}
            </select>
        }
        .into_any()
    }

    fn line(self, kind: &'static str, default: Option<String>) -> AnyView {
        let Self {
            id,
            about,
            fixed,
            text,
            on_change,
        } = self;
        view! {
            <input
                class="field-input"
                id=id
                type=kind
                aria-describedby=about
                autocomplete="off"
                spellcheck="false"
                readonly=fixed
                placeholder=default.unwrap_or_default()
                prop:value=move || text.get()
                on:input:target=move |ev| on_change.run(ev.target().value())
            />
        }
        .into_any()
    }
}

/// The buttons below a form, and what came of it.
#[component]
pub fn FormActions(
    /// The form.
    form: FormState,
    /// What the button that sends is called.
    save: &'static str,
    /// It is being sent.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it failed.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// It is to be sent.
    on_save: Callback<()>,
    /// It is not.
    on_cancel: Callback<()>,
) -> impl IntoView {
    let access = use_context::<Access>();
    let why_not = move || {
        if access.is_some_and(Access::is_read_only) {
            return Some(app::READ_ONLY.to_owned());
        }
        if form.is_faulty() {
            return Some(texts::FAULTY.to_owned());
        }
        let nothing = !form.is_new && form.changes().is_empty();
        nothing.then(|| texts::NOTHING_CHANGED.to_owned())
    };
    view! {
        <div class=format!("form-actions {}", Tone::Neutral.class())>
            <p class="form-error" role="alert">{move || error.get()}</p>
            <span class="page-space"></span>
            <Button label=app::CANCEL on_press=on_cancel />
            <Button label=save kind=ButtonKind::Primary busy disabled=Signal::derive(why_not) on_press=on_save />
        </div>
    }
}
