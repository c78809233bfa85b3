//! What requests are given besides their bodies: parameters of the path and of the query, headers.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::{Object, ObjectBuilder, Required, Schema};

use super::examples;
use super::operations::{Answer, Operation};

/// A parameter that only some operations have.
pub(super) struct Own {
    name: &'static str,
    form: Form,
    text: &'static str,
    required: bool,
}

/// How the value of a parameter is written.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Boolean,
    /// A whole number from this one on.
    From(u32),
    Duration,
    OneOf(&'static [&'static str]),
    /// Some of these, separated by commas.
    SomeOf(&'static str),
    /// What this regular expression says.
    Like(&'static str),
}

const BOOLEANS: &[&str] = &["true", "false", "yes", "no", "on", "off", "1", "0"];
const PRIORITIES: &str =
    "^(alert|error|warning|notice|info|debug)(,(alert|error|warning|notice|info|debug))*$";
const STATES: &[&str] = &[
    "maintenance",
    "drain",
    "master",
    "slave",
    "running",
    "synced",
];
/// A JSON Pointer, and a value or an expression.
const FILTER: &str = "^[^=]+=.+$";

const OWN: &[Own] = &[
    own_of(
        "async",
        Form::Boolean,
        "Whether the answer does not wait for the results.",
    ),
    own_of("ended", Form::Boolean, "Those that ended a short time ago."),
    own_of(
        "force",
        Form::Boolean,
        "Also when it is used, or has sessions or connections that end at once then; restarts don't \
         wait for what may be asked of the statement before: insert id, counts of rows, warnings.",
    ),
    own_of(
        "max-age",
        Form::From(1),
        "Seconds that the token is good for.",
    ),
    own_of("logout", Form::Boolean, "Takes the cookie away."),
    own_of("page[cursor]", Form::From(0), "Where to go on."),
    own_of("page[size]", Form::From(1), "How many there are."),
    own_of(
        "persist",
        Form::Boolean,
        "Puts the token into a cookie; then there is no body.",
    ),
    own_of(
        "priority",
        Form::SomeOf(PRIORITIES),
        "Lines of these priorities, separated by commas.",
    ),
    own_of(
        "rdns",
        Form::Boolean,
        "Shows the client's name instead of its address.",
    ),
    own_of(
        "sessions",
        Form::OneOf(&["all", "new"]),
        "`all`: live sessions get the filters as well.",
    ),
    own_of(
        "since",
        Form::From(0),
        "From when on, in milliseconds since 1970.",
    ),
    own_of("sql", Form::Text, "The statement.").needed(),
    own_of("state", Form::OneOf(STATES), "The state.").needed(),
    own_of(
        "target_token",
        Form::Text,
        "The token of the connection that tables go to.",
    ),
    own_of(
        "token",
        Form::Text,
        "The token of the connection; without it that in the cookie counts.",
    ),
    own_of("top", Form::From(1), "How many statements."),
    own_of(
        "ttl",
        Form::Duration,
        "How long work under way may take: `5s`.",
    ),
    own_of(
        "filter",
        Form::Like(FILTER),
        "A condition: `/json/pointer=value`, or an expression `eq(..)`, `and(..)`. Several are all to be fulfilled.",
    ),
];

const fn own_of(name: &'static str, form: Form, text: &'static str) -> Own {
    Own {
        name,
        form,
        text,
        required: false,
    }
}

impl Own {
    const fn needed(mut self) -> Self {
        self.required = true;
        self
    }
}

/// The parameter of that name.
pub(super) fn own(name: &str) -> Option<&'static Own> {
    OWN.iter().find(|known| known.name == name)
}

/// All that an operation may be given.
pub(super) fn of(operation: &Operation) -> Vec<Parameter> {
    let in_path = operation.in_path().map(|name| in_path(operation, name));
    let mut all: Vec<Parameter> = in_path.collect();
    let mut query = |name: &str, form: Form, text: &str| {
        all.push(parameter(ParameterIn::Query, name, form, text, false));
    };
    let is_document = matches!(operation.answer, Answer::Made(_) | Answer::Ran(_));
    if (operation.is_json() && operation.path != "/auth") || is_document {
        query("pretty", Form::Boolean, "Whether the answer is indented.");
    }
    if let Answer::Collection(_) = operation.answer {
        query(
            "filter",
            Form::Like(FILTER),
            "A condition: `/json/pointer=value`, or an expression `eq(..)`, `and(..)`.",
        );
        query(
            "sort",
            Form::Text,
            "Members to sort by, separated by commas, the strongest first; `-` before one: the greatest first.",
        );
        query(
            "page[size]",
            Form::From(1),
            "How many resources a page has.",
        );
        query(
            "page[number]",
            Form::From(0),
            "Which page, from 0; without `page[size]` there is but one.",
        );
    }
    if let Some(kind) = operation.told() {
        let name = format!("fields[{kind}]");
        query(
            &name,
            Form::Text,
            "The members that are told, separated by commas; of nested ones a JSON Pointer.",
        );
    }
    for own in &operation.own {
        all.push(parameter(
            ParameterIn::Query,
            own.name,
            own.form,
            own.text,
            own.required,
        ));
    }
    all.extend(headers(operation));
    all
}

/// The headers that make a request conditional.
fn headers(operation: &Operation) -> Vec<Parameter> {
    let header = |name: &str, form: Form, text: &str| {
        parameter(ParameterIn::Header, name, form, text, false)
    };
    let mut headers = Vec::new();
    let is_document = operation.is_json() && operation.path != "/auth";
    if operation.is_conditional() {
        headers.push(header(
            "If-Match",
            Form::Text,
            "Only if it is in this state: an entity tag, or `\"v7\"`, the version in `data.meta`.",
        ));
        headers.push(header(
            "If-Unmodified-Since",
            Form::Text,
            "Only if it is as it was then.",
        ));
    }
    if is_document && operation.reads() {
        headers.push(header(
            "If-None-Match",
            Form::Text,
            "Only if it is in another state than this.",
        ));
        headers.push(header(
            "If-Modified-Since",
            Form::Text,
            "Only if it has changed since.",
        ));
    }
    if operation.path == "/events" {
        headers.push(header(
            "Last-Event-ID",
            Form::Text,
            "The event after which the stream goes on.",
        ));
    }
    headers
}

fn in_path(operation: &Operation, name: &'static str) -> Parameter {
    let text = match name {
        "id" => "Its id.",
        "name" => "The relationship.",
        "listener" => "The listener.",
        "command" => "The command.",
        "query" => "The statements that were run: `<id>.<number>`.",
        _ => "",
    };
    let parameter = parameter(ParameterIn::Path, name, Form::Text, text, true);
    let example = examples::in_path(operation, name);
    ParameterBuilder::from(parameter).example(example).build()
}

fn parameter(place: ParameterIn, name: &str, form: Form, text: &str, required: bool) -> Parameter {
    let required = if required {
        Required::True
    } else {
        Required::False
    };
    let example = match place {
        ParameterIn::Query => examples::in_query(name),
        _ => None,
    };
    ParameterBuilder::new()
        .name(name)
        .example(example)
        .parameter_in(place)
        .required(required)
        .description(Some(text))
        .schema(Some(schema(form)))
        .build()
}

fn schema(form: Form) -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let object: Object = match form {
        Form::Text => text().build(),
        Form::Boolean => text().enum_values(Some(BOOLEANS.iter().copied())).build(),
        Form::From(least) => ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(least as usize))
            .build(),
        Form::Duration => text().pattern(Some("^[0-9]{1,6}(ms|s|m|h)?$")).build(),
        Form::OneOf(values) => text().enum_values(Some(values.iter().copied())).build(),
        Form::SomeOf(pattern) | Form::Like(pattern) => text().pattern(Some(pattern)).build(),
    };
    Schema::Object(object)
}
